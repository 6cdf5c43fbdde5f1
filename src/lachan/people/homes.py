"""Who lives in which house: counted for everybody who may count there, listed only by right."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import Q

from lachan.core.clock import today
from lachan.people.models import HouseholdDwelling, HouseholdMember, Person


class Home(NamedTuple):
    """Where a person lives on the plan of houses."""

    dwelling: UUID
    lane: UUID
    household: UUID
    commune: int
    province: int


class Lived(NamedTuple):
    """How many live in a house, in how many households."""

    households: int
    people: int


#: A house is lived in by whoever belongs to one of its households and stays in its commune: a
#: person who moved away keeps the household on record until somebody takes it off.
_LIVED = """
select d.id, count(distinct h.household), count(distinct m.person_id)
from places_dwelling d
    join people_householddwelling h on h.dwelling_id = d.id
        and h.since <= %(day)s and (h.until is null or h.until > %(day)s)
    join people_householdmember m on m.household = h.household and m.commune = d.commune
        and m.since <= %(day)s and (m.until is null or m.until > %(day)s)
    join people_person p on p.id = m.person_id and p.erased_at is null
where d.id = any(%(dwellings)s)
group by d.id
"""


def lived_in(dwellings: Iterable[UUID], on: date | None = None) -> dict[UUID, Lived]:
    """Households and people of houses on a day; a house where nobody is known is left out."""
    values: dict[str, Any] = {"dwellings": list(dwellings), "day": on or today()}
    with connections["default"].cursor() as cursor:
        cursor.execute(_LIVED, values)
        return {row[0]: Lived(row[1], row[2]) for row in cursor.fetchall()}


_AGED = """
select count(distinct p.id)
from people_householddwelling h
    join places_dwelling d on d.id = h.dwelling_id
    join people_householdmember m on m.household = h.household and m.commune = d.commune
        and (m.until is null or m.until > %(day)s)
    join people_person p on p.id = m.person_id and p.erased_at is null
where h.dwelling_id = any(%(dwellings)s) and (h.until is null or h.until > %(day)s)
    and p.birth_year < %(born_before)s
"""


def older_than(years: int, dwellings: Iterable[UUID]) -> int:
    """How many people of houses are older than `years`; an unknown birth year is not counted."""
    day = today()
    values: dict[str, Any] = {
        "dwellings": list(dwellings),
        "day": day,
        "born_before": day.year - years,
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(_AGED, values)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def residents(communes: Iterable[int]) -> int:
    """How many people of the register stay in these communes today."""
    return Person.objects.filter(commune__in=list(communes), erased_at=None).count()


def households(communes: Iterable[int]) -> int:
    """How many households of these communes are known."""
    day = today()
    rows = HouseholdMember.objects.filter(commune__in=list(communes), since__lte=day)
    return rows.filter(_holds(day)).values("household").distinct().count()


_HOMES = """
select m.person_id, d.id, d.lane_id, h.household, d.commune, d.province
from people_householdmember m
    join people_householddwelling h on h.household = m.household
        and (h.until is null or h.until > %(day)s)
    join places_dwelling d on d.id = h.dwelling_id and d.commune = m.commune
where m.person_id = any(%(persons)s) and (m.until is null or m.until > %(day)s)
"""


def homes_of(persons: Iterable[UUID]) -> dict[UUID, Home]:
    """person -> home, of those whose house this scope may know."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_HOMES, {"persons": list(persons), "day": today()})
        return {row[0]: Home(*row[1:]) for row in cursor.fetchall()}


def household_id_of(person: UUID) -> UUID | None:
    """The household a person belongs to today, None without one."""
    rows = HouseholdMember.objects.filter(person=person, until=None)
    found: UUID | None = rows.values_list("household", flat=True).first()
    return found


def who_lives_in(dwellings: Iterable[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """(dwelling, household, person) of houses, as far as this scope sees the persons."""
    day = today()
    homes = HouseholdDwelling.objects.filter(_holds(day), dwelling__in=list(dwellings))
    at = {row.household: row for row in homes}
    members = HouseholdMember.objects.filter(_holds(day), household__in=list(at))
    found = [
        (at[row.household].dwelling_id, row.household, row.person_id)
        for row in members.order_by("household", "-relation", "id")
        if row.commune == at[row.household].commune
    ]
    gone = set(
        Person.objects.filter(id__in=[person for *_, person in found])
        .exclude(erased_at=None)
        .values_list("id", flat=True)
    )
    return [row for row in found if row[2] not in gone]


def _holds(day: date) -> Q:
    return Q(until=None) | Q(until__gt=day)
