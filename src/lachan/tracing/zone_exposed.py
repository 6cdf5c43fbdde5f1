"""Whom a zone is about: the cases, the people who met them, and where each of them lives."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from lachan.core.scope import Principal
from lachan.people.selectors import Home, homes_of
from lachan.places.models import Place
from lachan.places.selectors import businesses_at
from lachan.tracing.models import Case, Contact

#: Risk that somebody carries on, in our own units: a case, a confirmed contact, one to verify, and
#: anybody farther away.  Source: our own choice, an assumption that the page shows; a health
#: officer is to confirm it.
CASE, CONFIRMED, TO_VERIFY, FARTHER = 10, 5, 2, 1

#: Contacts whom a zone may cover: those ruled out carry no risk.
FOLLOWED = (Contact.State.TO_VERIFY, Contact.State.CONFIRMED, Contact.State.HANDED_OVER)


@dataclass(slots=True)
class Exposed:
    """Somebody who carries risk.  `hop` 0 is a case; `home` None: no house of the plan is known."""

    person: UUID
    risk: int
    hop: int
    commune: int
    province: int
    home: Home | None = None
    businesses: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everybody exposed once, with the businesses where they were met."""

    people: list[Exposed]
    businesses: dict[UUID, Place]
    cases: list[UUID]


def gather(cases: Iterable[Case], by: Principal) -> Gathered:
    """Cases and the contacts of theirs who are followed, each person once with the largest risk.

    People of another province than the officer's are told apart by their `province`.
    """
    chosen = list(cases)
    found: dict[UUID, Exposed] = {}
    for case in chosen:
        _take(found, Exposed(case.person_id, CASE, 0, case.commune, case.province))
    places: defaultdict[UUID, set[UUID]] = defaultdict(set)
    rows = Contact.objects.filter(case__in=chosen, state__in=FOLLOWED)
    told = ("person_id", "state", "hop", "home_commune", "home_province", "place_id")
    for person, state, hop, commune, province, place in rows.values_list(*told):
        _take(found, Exposed(person, _risk(state, hop), hop, commune, province))
        if place is not None:
            places[place].add(person)
    homes = homes_of(found)
    for person, home in homes.items():
        found[person].home = home
        found[person].commune, found[person].province = home.commune, home.province
    businesses = businesses_at(places)
    for place, people in places.items():
        if place in businesses:
            for person in people:
                found[person].businesses.add(businesses[place].id)
    by_id = {business.id: business for business in businesses.values()}
    order = sorted(found.values(), key=lambda each: each.person)
    return Gathered(order, by_id, [case.id for case in chosen])


def _take(found: dict[UUID, Exposed], new: Exposed) -> None:
    known = found.get(new.person)
    if known is None:
        found[new.person] = new
        return
    known.risk, known.hop = max(known.risk, new.risk), min(known.hop, new.hop)


def _risk(state: str, hop: int) -> int:
    if hop > 1:
        return FARTHER
    return TO_VERIFY if state == Contact.State.TO_VERIFY else CONFIRMED
