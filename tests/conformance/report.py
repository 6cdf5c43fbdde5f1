"""What a section found, and how it is printed."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Set:
    """One set of files of others.  `files`: how many were found; `counts`: outcome -> how often,
    in the order they are to be printed; `differences`: where our reading and the expected answer
    differ, one sentence each."""

    name: str
    files: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def count(self, what: str, times: int = 1) -> None:
        """One more of an outcome."""
        self.counts[what] += times


@dataclass
class Section:
    """One part of the report.  `unmet`: what must hold for any set and does not: makes the run
    fail.  `absent`: sets that are not here."""

    title: str
    sets: list[Set] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def text(self, *, differences: bool = True) -> str:
        """The section as lines of text."""
        lines = [self.title, "=" * len(self.title)]
        for each in self.sets:
            lines.append(f"{each.name}: {each.files} files")
            lines += [f"    {times:>6,}  {what}" for what, times in each.counts.items()]
            if differences:
                lines += [f"    differs: {told}" for told in each.differences]
        lines += [f"not here, not counted: {name}" for name in self.absent]
        lines += [f"UNMET: {told}" for told in self.unmet]
        return "\n".join(lines) + "\n"
