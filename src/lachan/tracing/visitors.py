"""Who was at a place in a window, ranked for the officer who will call: the answer pack.

Nobody is named where more people were there than the contact rule lets an officer list: then the
page shows how many were in which part and in which hour, so that the question can be made narrower.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core.clock import OFFSET
from lachan.people.selectors import (
    PersonCard,
    Reached,
    by_trace_ids,
    cards_of,
    reached,
    trace_ids_of,
)
from lachan.places.models import Place
from lachan.tracing.models import Case, Contact
from lachan.venues.selectors import Visit, visits_at

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: a place with all that lies in it, and a window."""

    place: Place
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """What the scans say of one visitor: seconds in the window and together with the case there."""

    trace_id: UUID
    seconds: int
    together: int
    same_part: bool
    first_at: datetime
    last_at: datetime
    part: UUID
    imputed: bool

    @property
    def rank(self) -> tuple[bool, int, int, float]:
        """Smallest first: beside the case, longest with it, longest there, last seen."""
        return not self.same_part, -self.together, -self.seconds, -self.last_at.timestamp()


@dataclass(frozen=True, slots=True)
class Visitor:
    """One line of the pack."""

    stay: Stay
    card: PersonCard
    part: str
    reached: Reached | None
    contact: Contact | None

    @property
    def minutes(self) -> int:
        """Whole minutes in the window."""
        return self.stay.seconds // 60

    @property
    def together(self) -> int:
        """Whole minutes together with the case at the same place."""
        return self.stay.together // 60


def stays(asked: Asked, case: Case) -> list[Stay]:
    """Everybody who was there, the case left out, in the order in which to call them."""
    visits = dict(visits_at(asked.place.id, asked.start, asked.end))
    own = trace_ids_of([case.person_id]).get(case.person_id)
    here = visits.pop(own, []) if own is not None else []
    found = [_stay(trace_id, rows, here) for trace_id, rows in visits.items()]
    return sorted(found, key=lambda stay: (stay.rank, str(stay.trace_id)))


def _stay(trace_id: UUID, rows: list[Visit], case: list[Visit]) -> Stay:
    meetings = [(row, _overlap(row, other), other) for row in rows for other in case]
    together = sum(seconds for _row, seconds, _other in meetings)
    longest = max(rows, key=lambda row: (row.end - row.start, row.start))
    return Stay(
        trace_id,
        seconds=sum(int((row.end - row.start).total_seconds()) for row in rows),
        together=together,
        same_part=any(seconds and row.place == other.place for row, seconds, other in meetings),
        first_at=min(row.start for row in rows),
        last_at=max(row.end for row in rows),
        part=longest.place,
        imputed=any(row.imputed for row in rows),
    )


def _overlap(one: Visit, other: Visit) -> int:
    """Seconds in which both were there; never below 0."""
    span = min(one.end, other.end) - max(one.start, other.start)
    return max(0, int(span.total_seconds()))


def opened(found: Iterable[Stay], case: Case) -> list[Visitor]:
    """The lines of those this session may see, in order; police and army people are left out."""
    ordered = list(found)
    persons = by_trace_ids(stay.trace_id for stay in ordered)
    cards = cards_of(persons.values())
    calls = reached(cards.values())
    rows = Contact.objects.filter(case=case, person__in=cards).select_related("place")
    contacts = {row.person_id: row for row in rows}
    places = dict(
        Place.objects.filter(id__in={stay.part for stay in ordered}).values_list("id", "name")
    )
    visitors = []
    for stay in ordered:
        card = cards.get(persons.get(stay.trace_id, stay.trace_id))
        if card is None or card.excluded or card.erased:
            continue
        part, call = places.get(stay.part, ""), calls.get(card.person)
        visitors.append(Visitor(stay, card, part, call, contacts.get(card.person)))
    return visitors


def by_part(found: Iterable[Stay]) -> list[tuple[Place, int]]:
    """How many were longest in which part, the fullest first."""
    counted = Counter(stay.part for stay in found)
    places = Place.objects.in_bulk(list(counted))
    known = [(places[part], count) for part, count in counted.items() if part in places]
    return sorted(known, key=lambda row: (-row[1], row[0].folded))


def by_hour(found: Iterable[Stay], asked: Asked) -> Mapping[datetime, int]:
    """How many were there in each hour of the window."""
    counted: dict[datetime, int] = {}
    rows = list(found)
    hour = asked.start.astimezone(OFFSET).replace(minute=0, second=0, microsecond=0)
    while hour < asked.end:
        there = sum(row.first_at < hour + _HOUR and row.last_at > hour for row in rows)
        counted[hour] = there
        hour += _HOUR
    return counted
