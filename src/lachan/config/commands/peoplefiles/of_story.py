"""The matching judged on the demo story: its people, and those written down twice with errors."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lachan.config.commands.peoplefiles.invented import Record
from lachan.config.commands.peoplefiles.judging import candidates, judge, lines, with_crowds
from lachan.config.story.doubles import Double, known_of, written_again
from lachan.config.story.miswritten import ERRORS
from lachan.config.story.world import World
from lachan.people.linkage import figures, identical, likeness

#: What a table's columns are called, from the surest on.
ANSWERS = ("automatic", "certain", "review", "found")


@dataclass(frozen=True, slots=True)
class Told:
    """A deliberate pair and which of `ANSWERS` hold for it."""

    double: Double
    holds: frozenset[str]


def records_of(world: World, doubles: Sequence[Double]) -> list[Record]:
    """Everybody once, then the second records."""
    first = [Record(index, known_of(row)) for index, row in enumerate(world.people)]
    return [*first, *(Record(each.person, each.known) for each in doubles)]


def told_of(world: World, doubles: Sequence[Double], records: Sequence[Record]) -> list[Told]:
    """What is answered to each deliberate pair: none is left out."""
    counted = with_crowds(records)
    found = candidates(counted)
    limits = figures()
    places = [(each.person, len(world.people) + at) for at, each in enumerate(doubles)]
    asked = [(counted[first].known, counted[second].known) for first, second in places]
    told = []
    for double, place, pair, answer in zip(doubles, places, asked, likeness(asked), strict=True):
        is_found = place in found
        holds = {
            "found": is_found,
            "review": is_found and answer.probability >= limits["review"],
            "certain": is_found and answer.probability >= limits["certain"],
            "automatic": is_found and identical(*pair),
        }
        told.append(Told(double, frozenset(name for name, yes in holds.items() if yes)))
    return told


def report(world: World) -> Iterator[str]:
    """Precision and recall on the whole story, then how each error was taken."""
    doubles = written_again(world)
    records = records_of(world, doubles)
    yield f"{len(world.people)} people, {len(doubles)} written down twice with errors"
    yield from lines(judge(records))
    yield ""
    yield from by_error(told_of(world, doubles, records))


def by_error(told: Sequence[Told]) -> Iterator[str]:
    """How many of the pairs with each error were found; a pair with two errors stands in two rows,
    and once in the last."""
    yield f"{'error':<20}{'pairs':>7}" + "".join(f"{name:>11}" for name in ANSWERS)
    rows = [(name, [one for one in told if name in one.double.errors]) for name in ERRORS]
    for name, some in [*rows, ("all", list(told))]:
        holds = Counter(answer for one in some for answer in one.holds)
        yield f"{name:<20}{len(some):>7}" + "".join(f"{holds[each]:>11}" for each in ANSWERS)
