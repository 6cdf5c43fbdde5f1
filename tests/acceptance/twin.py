"""What the ledgers hold of the story, asked by the engine's naive twin: slow, obvious, no index.

The product answers from PostgreSQL, the feeder, memory-mapped arrays and compiled kernels; here the
world's own rows are paired into visits and compared one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from lachan.config.story.filing import PLACE_KINDS
from lachan.config.story.load_proximity import UPLOAD_AFTER
from lachan.config.story.world import DAY, World
from lachan.engine import naive
from lachan.engine.rule import floor_minute
from lachan.rulebook.evaluate import ContactRule
from lachan.venues.models import MINUTES_BY_KIND, USUAL_MINUTES
from lachan.venues.pairing import Rules, Step, pair

Stays = dict[tuple[str, str], list[naive.Interval]]


@dataclass(slots=True)
class Answer:
    """People of the world: named for checking, only counted, counted with an exit nobody saw; and
    who was at each place meanwhile."""

    close: set[int] = field(default_factory=set)
    linked: set[int] = field(default_factory=set)
    guessed: set[int] = field(default_factory=set)
    at: dict[int, set[int]] = field(default_factory=dict)


class Twin:
    """The ledgers of the story as they stood at `clock`."""

    def __init__(self, world: World, clock: int) -> None:
        self.world = world
        self.clock = clock
        self.places = [world.uuid("place", index) for index in range(len(world.places))]
        self.rules = Rules(
            minutes={
                self.places[index]: MINUTES_BY_KIND.get(place.kind, USUAL_MINUTES)
                for index, place in enumerate(world.places)
            },
            parents={
                self.places[index]: self.places[place.parent]
                for index, place in enumerate(world.places)
                if place.parent is not None
            },
        )
        self.steps: defaultdict[int, list[Step]] = defaultdict(list)
        for person, step in self._steps():
            self.steps[person].append(step)

    def answer(self, person: int, since: int, until: int | None, rule: ContactRule) -> Answer:
        """Who was near `person` between the two moments, and who only at the same places."""
        infectious = naive.united_windows([(str(person), since, until)])
        pairs = naive.united_encounters(self._encounters(person))
        met: defaultdict[str, list[naive.Meeting]] = defaultdict(list)
        for stays in self._stays_near(person):
            for one in naive.met_at_venues(stays, infectious):
                met[one.person].append(one)
        for one in naive.met_closely(pairs, infectious):
            met[one.person].append(one)
        found = Answer()
        for name, meetings in met.items():
            self._sort(found, int(name), meetings, rule)
        return found

    def _sort(
        self, found: Answer, person: int, meetings: list[naive.Meeting], rule: ContactRule
    ) -> None:
        least = rule.min_minutes * 60
        if _together(meetings) < least:
            return
        near = [one for one in meetings if self._is_close(one, rule)]
        (found.close if _together(near) >= least else found.linked).add(person)
        if any(one.imputed for one in meetings):
            found.guessed.add(person)
        for one in meetings:
            if one.venue is not None:
                found.at.setdefault(int(one.venue), set()).add(person)

    def _is_close(self, meeting: naive.Meeting, rule: ContactRule) -> bool:
        if meeting.venue is None:
            return True
        kind = self.world.places[int(meeting.venue)].kind
        return rule.depth_by_place_kind.get(PLACE_KINDS.get(kind, kind)) == "to_verify"

    def _stays_near(self, person: int) -> Iterator[Stays]:
        """One after another, each visit of `person` with the visits of all others at that place on
        the days around it: comparing everybody with everybody takes an hour."""
        mine = list(self._visits(person))
        wanted = {venue for venue, _stay in mine}
        others: defaultdict[int, list[tuple[str, naive.Interval]]] = defaultdict(list)
        for other in self.steps:
            if other != person:
                for venue, stay in self._visits(other):
                    if venue in wanted:
                        others[venue].append((str(other), stay))
        for venue in wanted:
            own = naive.unite(stay for where, stay in mine if where == venue)
            for one in own:
                there = [
                    ((name, str(venue)), stay)
                    for name, stay in others[venue]
                    if abs(stay.start - one.start) < 2 * DAY
                ]
                stays = naive.unite_each(there)
                for key, theirs in stays.items():
                    yield {(str(person), str(venue)): [one], key: theirs}

    def _visits(self, person: int) -> Iterator[tuple[int, naive.Interval]]:
        """Place and whole minutes; whoever is in a part is in the whole too."""
        index = {place: number for number, place in enumerate(self.places)}
        for visit in pair(self.steps[person], self.rules):
            start, end = (floor_minute(int(at.timestamp())) for at in (visit.start, visit.end))
            for place in self.world.ancestors(index[visit.place]):
                yield place, naive.Interval(start, end, visit.imputed)

    def _steps(self) -> Iterator[tuple[int, Step]]:
        """Scans and list rows that had arrived by the clock."""
        world = self.world
        for number, scan in enumerate(world.scans):
            error = world.clock_errors.get(scan.device, 0)
            for way, said in (("in", scan.entered), ("out", scan.left)):
                if said is not None and said - error <= self.clock:
                    yield scan.person, self._step(said, scan.place, way, ("scan", number), "person")
        for number, row in enumerate(world.rosters):
            if row.end <= self.clock:
                for way, said in (("in", row.start), ("out", row.end)):
                    yield row.person, self._step(said, row.place, way, ("listed", number), "import")

    def _step(self, said: int, place: int, way: str, row: tuple[str, int], source: str) -> Step:
        at = datetime.fromtimestamp(said, UTC)
        return Step(at, self.places[place], way, self._id(row, way), source)

    def _id(self, row: tuple[str, int], way: str) -> UUID:
        """As the loader numbers the rows."""
        ledger, number = row
        return self.world.uuid(ledger, 2 * number + (way == "out"))

    def _encounters(self, person: int) -> Iterable[naive.EncounterRow]:
        for row in self.world.encounters:
            if person in (row.a, row.b) and row.end + UPLOAD_AFTER <= self.clock:
                yield str(row.a), str(row.b), row.start, row.end


def _together(meetings: Iterable[naive.Meeting]) -> int:
    """Seconds together: a table inside a room is one meeting, not two."""
    stretches = naive.unite(naive.Interval(one.start, one.end) for one in meetings)
    return sum(one.end - one.start for one in stretches)
