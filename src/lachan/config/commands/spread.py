"""`lachan spread`: whether few people and places cause most, from transmission pairs.

Method, columns and codes are in docs/platforms/pace.md; the engine is
`lachan.engine.superspreading`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lachan.config.commands.pacefiles.answering import (
    FailedError,
    add_answer_options,
    check_files,
    digits,
    failed,
    status,
    tell_refusals,
    tell_summary,
    write_answer,
)
from lachan.config.commands.pacefiles.reading import Cells, Once, Reader, place, whole
from lachan.config.commands.tracefiles.reading import RowRefusedError, named
from lachan.config.commands.tracefiles.sources import UnreadableFileError

if TYPE_CHECKING:
    from lachan.engine.superspreading import Dispersion, Setting

COLUMNS = ("rank", "person", "secondary", "cumulative_share")

PLACE_COLUMNS = ("rank", "place", "secondary", "exposed", "expected", "ratio", "p")


@dataclass
class Pairs(Reader):
    """Who infected whom and where (empty: not known), all cases, and people exposed by place."""

    pairs: set[tuple[str, str, str]] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    exposed: dict[str, int] = field(default_factory=dict)

    def read_pairs(self, path: str) -> None:
        """`source,infected[,place]`."""

        def take(_row: int, cells: Cells) -> None:
            source, infected = (
                named("source", cells["source"]),
                named("infected", cells["infected"]),
            )
            if source == infected:
                raise RowRefusedError("same_person")
            self.pairs.add((source, infected, cells.get("place", "")))

        self.read(path, ["source", "infected"], take, optional=["place"])

    def read_cases(self, path: str) -> None:
        """`person`: cases that may have infected nobody."""
        self.read(path, ["person"], lambda _, c: self.cases.add(named("person", c["person"])))

    def read_exposed(self, path: str) -> None:
        """`place,exposed`: how many people were exposed there."""
        once = Once()

        def take(row: int, cells: Cells) -> None:
            name, people = place(cells), whole("exposed", cells["exposed"])
            once.take(name, row, f"place {name}")
            self.exposed[name] = people

        self.read(path, ["place", "exposed"], take)

    def infected_at(self) -> Counter[str]:
        """Infections by place; a person counts once, with the first source by code point."""
        where: dict[str, str] = {}
        for _, infected, spot in sorted(self.pairs):
            where.setdefault(infected, spot)
        return Counter(spot for spot in where.values() if spot.strip())


def run(argv: list[str]) -> int:
    """0 when answered, 1 when a row was refused and --strict was asked, 2 when nothing was."""
    options = parser().parse_args(argv)
    try:
        return answer_files(options)
    except (FailedError, UnreadableFileError) as error:
        return failed("spread", error.code, str(error))


def answer_files(options: argparse.Namespace) -> int:
    """Read, count, answer."""
    check_files(
        (options.pairs, options.cases, options.exposed),
        (options.out, options.refused, options.places),
    )
    if bool(options.exposed) != bool(options.places):
        raise FailedError("bad_options", "--exposed and --places go together.")
    pairs = read(options)
    tell_refusals(options, pairs.refusals)
    if not pairs.pairs and not pairs.cases:
        raise FailedError("nothing_read", "No pair and no case was read.")
    # The engine brings numba; it is loaded only now.
    from lachan.engine.superspreading import dispersion, offspring, rank_settings

    counts = offspring((pair[:2] for pair in pairs.pairs), pairs.cases)
    write_answer(options.out, COLUMNS, people(counts))
    if options.places:
        ranked = rank_settings(pairs.infected_at(), pairs.exposed)
        write_answer(options.places, PLACE_COLUMNS, places(ranked))
    found = dispersion(list(counts.values()))
    if options.json:
        tell_summary(summary(pairs, found))
    else:
        sys.stderr.write(in_words(found) + "\n")
    return status(options, pairs.refusals)


def read(options: argparse.Namespace) -> Pairs:
    """Everything that was given."""
    pairs = Pairs()
    pairs.read_pairs(options.pairs)
    if options.cases:
        pairs.read_cases(options.cases)
    if options.exposed:
        pairs.read_exposed(options.exposed)
    return pairs


def people(counts: Mapping[str, int]) -> Iterator[Sequence[object]]:
    """Cases, those that infected most first, and the share of all infections up to each."""
    total, so_far = sum(counts.values()), 0
    order = sorted(counts, key=lambda person: (-counts[person], person))
    for rank, person in enumerate(order, 1):
        so_far += counts[person]
        yield rank, person, counts[person], digits(so_far / total, 6) if total else ""


def places(ranked: Sequence[Setting]) -> Iterator[Sequence[object]]:
    """Places, the least explained by chance first."""
    for rank, setting in enumerate(ranked, 1):
        numbers = (setting.expected, setting.ratio, setting.p)
        yield (
            rank,
            setting.name,
            setting.secondary,
            setting.exposed,
            *(digits(number, 6) for number in numbers),
        )


def summary(pairs: Pairs, found: Dispersion | None) -> dict[str, object]:
    """What was read and how unequal spreading is; an infinite k is null."""
    figures = found._asdict() if found else {}
    return {
        "pairs": len(pairs.pairs),
        "refused": len(pairs.refusals),
        **{name: None if value == float("inf") else value for name, value in figures.items()},
    }


def in_words(found: Dispersion | None) -> str:
    """The dispersion as a sentence."""
    if found is None:
        return "nobody infected anyone"
    return (
        f"{found.cases} cases infected {found.mean:.3g} each; k {found.k:.3g}"
        f" (95 % limits {found.k_low:.3g} to {found.k_high:.3g});"
        f" {found.share_causing_80:.1%} of cases caused 80 %"
    )


def parser() -> argparse.ArgumentParser:
    """The options of `lachan spread`."""
    options = argparse.ArgumentParser(
        prog="lachan spread",
        description="Count whom each case infected, say how unequal that is, and rank the places "
        "where people were infected.  Files are CSV, or Parquet by their ending.",
    )
    add = options.add_argument
    add("--pairs", metavar="P", required=True, help="source,infected, and place")
    add("--cases", metavar="C", help="person: all cases, also those that infected nobody")
    add("--exposed", metavar="E", help="place,exposed: people exposed at every place")
    add("--places", metavar="OUT2", help="write the places, ranked, to this CSV")
    add_answer_options(options)
    return options
