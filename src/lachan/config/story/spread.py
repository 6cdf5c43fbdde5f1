"""TRUE infections on true presence, and the cases that are detected.  Only tests read the former.

A coin is tossed for every susceptible person who shares the smallest place with an infectious one
for a quarter of an hour, and every night within the household.
"""

from bisect import bisect_left
from collections import defaultdict
from heapq import heappop, heappush
from math import exp
from typing import NamedTuple

from lachan.config.story.builder import Builder
from lachan.config.story.factory import Factory
from lachan.config.story.town import Town
from lachan.config.story.world import (
    DAY,
    HOUR,
    MINUTE,
    Case,
    Disease,
    Planted,
    Presence,
    Transmission,
)

#: A meeting shorter than this infects nobody in the story.
SHORTEST = 15 * MINUTE
#: The longest presence (a night in a room) limits how far back a meeting can have begun.
LONGEST = 14 * HOUR


class Course(NamedTuple):
    """How the story's disease runs, in seconds and chances; assumed, for the plot only."""

    latent: int
    onset_after: int
    detected_after: int
    rate_per_hour: float
    at_home: float


COURSES = {
    "vn-2021": Course(5 * DAY // 2, 2 * DAY, DAY, 0.035, 0.2),
    "vn-2026": Course(5 * DAY, 3 * DAY, DAY, 0.3, 0.8),
}
DISEASES = {
    "vn-2021": Disease("covid-19", "COVID-19", "A", False),
    "vn-2026": Disease("measles", "Sởi", "B", False),
}
#: For zones and isolation today there must be a group A disease; this one does not exist.
INVENTED = Disease("demo-a", "Sốt Mây Trắng (bệnh GIẢ ĐỊNH, không có thật)", "A", True)

#: The story stops infecting here, so that any size stays one officer's week.
MOST_INFECTIONS = 90


class Spread:
    """One epidemic."""

    def __init__(
        self, builder: Builder, presence: list[Presence], start: int, planted: Planted
    ) -> None:
        self.builder = builder
        self.course = COURSES[builder.options.stand]
        self.start = start
        self.end = start + builder.options.days * DAY
        self.planted = planted
        self.rng = builder.rng("spread")
        self.of_person: defaultdict[int, list[Presence]] = defaultdict(list)
        self.at_place: defaultdict[int, list[Presence]] = defaultdict(list)
        for row in presence:
            self.of_person[row.person].append(row)
            self.at_place[row.place].append(row)
        self.starts = {place: [row.start for row in rows] for place, rows in self.at_place.items()}
        self.transmissions: list[Transmission] = []
        self.cases: list[Case] = []
        self.infected: set[int] = set()

    def run(self, factory: Factory, town: Town) -> None:
        """Let three people bring the disease in, and follow it until the last day."""
        pupil = next(iter(town.classes.values()))[0]
        # The acceptance preset keeps row B for the seller of scenario 3.
        row = town.rows[1] if town.seller is None else town.rows[2]
        seller = town.holders[row][0]
        begins = {
            town.drivers[0]: self.start,
            self.planted.f0: self.start + DAY,
            seller: self.start + DAY + 2 * HOUR,
            pupil: self.start + 2 * DAY,
        }
        queue: list[tuple[int, int]] = []
        for person, begin in begins.items():
            self.infected.add(person)
            heappush(queue, (begin, person))
        while queue:
            begin, person = heappop(queue)
            until = self._fall_ill(person, begin)
            for infected_at, other in self._infect(person, begin, until):
                heappush(queue, (infected_at + self.course.latent, other))
        self.cases.sort(key=lambda case: (case.positive_at, case.person))

    def _fall_ill(self, person: int, begin: int) -> int:
        """Record the case, if it is found before the story ends; the end of its spreading."""
        onset = begin + self.course.onset_after
        night = (onset + self.course.detected_after - self.start) // DAY
        found_at = self.start + night * DAY + self.rng.randrange(8, 22) * HOUR
        if person == self.planted.f0:
            onset = self.start + 3 * DAY + 8 * HOUR
            found_at = self.start + 6 * DAY + 2 * HOUR + 10 * MINUTE
        if found_at >= self.end:
            return self.end
        disease = DISEASES[self.builder.options.stand].code
        traced = any(row.person == person for row in self.transmissions)
        where = "isolation" if traced and self.rng.random() < 0.5 else "community"
        self.cases.append(Case(person, disease, onset, begin, found_at, found_at, where))
        return found_at

    def _infect(self, person: int, begin: int, until: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for visit in self.of_person[person]:
            since, to = max(visit.start, begin), min(visit.end, until)
            if to - since < SHORTEST:
                continue
            for other, first, last in self._meetings(visit.place, since, to):
                chance = 1 - exp(-self.course.rate_per_hour * (last - first) / HOUR)
                if self._catches(other, chance):
                    self._note(person, other, visit.place, first, last)
                    found.append((first, other))
        return found + self._at_home(person, begin, until)

    def _meetings(self, place: int, since: int, to: int) -> list[tuple[int, int, int]]:
        rows = self.at_place[place]
        position = bisect_left(self.starts[place], since - LONGEST)
        met = []
        for row in rows[position:]:
            if row.start >= to:
                break
            first, last = max(row.start, since), min(row.end, to)
            if last - first >= SHORTEST:
                met.append((row.person, first, last))
        return met

    def _at_home(self, person: int, begin: int, until: int) -> list[tuple[int, int]]:
        household = self.builder.people[person].household
        if household is None:
            return []
        found = []
        for day in range((begin - self.start) // DAY, (until - self.start) // DAY):
            evening = self.start + day * DAY + 20 * HOUR
            if not begin <= evening < until:
                continue
            for other in self.builder.households[household].members:
                if self._catches(other, self.course.at_home):
                    self._note(person, other, None, evening, evening + 8 * HOUR)
                    found.append((evening, other))
        return found

    def _catches(self, person: int, chance: float) -> bool:
        return (
            person not in self.infected
            and self.builder.people[person].susceptible
            and len(self.infected) < MOST_INFECTIONS
            and self.rng.random() < chance
        )

    def _note(self, source: int, person: int, place: int | None, first: int, last: int) -> None:
        self.infected.add(person)
        how = "unseen" if place is not None else "household"
        self.transmissions.append(Transmission(source, person, place, first, last, how))


def without_the_isolated(presence: list[Presence], since: dict[int, int]) -> list[Presence]:
    """Presence without what would begin after a person was told to stay."""
    return [row for row in presence if row.person not in since or row.start < since[row.person]]
