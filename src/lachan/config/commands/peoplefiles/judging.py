"""Precision and recall of the matching on invented records: found, scored and decided as in use."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from lachan.config.commands.peoplefiles.invented import Record
from lachan.formats.vietnamese import fold
from lachan.people.linkage import figures, identical, likeness

#: As `people.pairing.CROWD`: who shares a text with more people is not found by it.
CROWD = 200
#: Pairs scored at once.
AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Judged:
    """How a threshold did: pairs it names, those of them that are right, and those there are."""

    named: int
    right: int
    there: int

    @property
    def precision(self) -> float:
        """Of the pairs named, those that are one person."""
        return self.right / self.named if self.named else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that are one person, those named."""
        return self.right / self.there if self.there else 1.0


def judge(records: Sequence[Record]) -> dict[str, Judged]:
    """`found` by blind indexes; worth a `review`; `certain`, on top of the list; joined by the
    worker (`automatic`)."""
    counted = with_crowds(records)
    pairs = sorted(candidates(counted))
    truly = Counter(each.who for each in counted)
    there = sum(number * (number - 1) // 2 for number in truly.values())
    limits = figures()
    named: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for start in range(0, len(pairs), AT_ONCE):
        some = [(counted[a], counted[b]) for a, b in pairs[start : start + AT_ONCE]]
        answers = likeness([(a.known, b.known) for a, b in some])
        for (a, b), answer in zip(some, answers, strict=True):
            for name, holds in (
                ("found", True),
                ("review", answer.probability >= limits["review"]),
                ("certain", answer.probability >= limits["certain"]),
                ("automatic", identical(a.known, b.known)),
            ):
                named[name] += holds
                right[name] += holds and a.who == b.who
    return {name: Judged(named[name], right[name], there) for name in named}


def with_crowds(records: Sequence[Record]) -> list[Record]:
    """The same records, each phone with how many of them it reaches."""
    people = Counter(phone for each in records for phone, _number in each.known.phones)
    return [
        replace(
            each,
            known=replace(each.known, phones=tuple((p, people[p]) for p, _ in each.known.phones)),
        )
        for each in records
    ]


def candidates(records: Sequence[Record]) -> set[tuple[int, int]]:
    """Pairs that share a blind index, by the rules of the register."""
    by_text: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for at, each in enumerate(records):
        for text in _texts(each):
            by_text[text].append(at)
    return {
        pair
        for found in by_text.values()
        if 1 < len(found) <= CROWD
        for pair in combinations(found, 2)
    }


def _texts(record: Record) -> Iterator[tuple[object, ...]]:
    known = record.known
    folded = fold(known.name)
    yield from (("document", number) for _kind, number in known.documents)
    yield from (("phone", number) for number, _people in known.phones)
    yield ("name", folded)
    if known.birth:
        yield ("given_year", folded.split()[-1], known.birth[:4], known.commune)


def lines(judged: dict[str, Judged]) -> Iterable[str]:
    """The table as it is printed."""
    yield f"{'':<12}{'pairs':>9}{'right':>9}{'precision':>11}{'recall':>9}"
    for name in ("automatic", "certain", "review", "found"):
        each = judged.get(name, Judged(0, 0, 0))
        yield (
            f"{name:<12}{each.named:>9}{each.right:>9}{each.precision:>11.4f}{each.recall:>9.4f}"
        )
