"""Lanes, houses and the households in them, for tests of zones."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import NewPerson, Stay, join_household, register_many, settle_household
from lachan.places.models import Dwelling, Lane, Place
from lachan.places.services import (
    House,
    put_on_lane,
    register_dwellings,
    register_lane,
    register_organisation,
    register_place,
)
from tests.factories import cast
from tests.factories.outbreak import Unit

#: Metres between two houses of a lane, and between two lanes.
STEP, APART = 8.0, 30.0

SINCE = date(2020, 1, 1)


def lane(name: str, unit: Unit, houses: int, *, row: int = 0) -> tuple[Lane, list[Dwelling]]:
    """A lane with houses 1..n in a row, `row` lanes north of the commune's point."""
    station = cast.of_commune(Role.STATION_OFFICER, unit.commune)
    with scoped(station, "plan") as by:
        made = register_lane(name=name, commune=unit.commune, by=by)
        wanted = [House(str(n), n * STEP, row * APART) for n in range(1, houses + 1)]
        return made, register_dwellings(lane=made, houses=wanted, by=by)


def family(house: Dwelling, unit: Unit, people: int, surname: str = "Nguyễn") -> list[Person]:
    """A household of `people` in a house."""
    number = house.number
    with system_scope("test") as by:
        new = [
            NewPerson(
                full_name=f"{surname} Thị {chr(65 + at)}{number}",
                birth=str(1950 + at * 10),
                stay=Stay(unit.commune, unit.province, f"Số {number}"),
            )
            for at in range(people)
        ]
        made = register_many(new, by=by)
        relations = {row.id: "head" if at == 0 else "other" for at, row in enumerate(made)}
        home: UUID = join_household(persons=relations, by=by)
        settle_household(household=home, dwelling=house, since=SINCE, by=by)
    return made


def families(
    houses: Sequence[Dwelling], unit: Unit, sizes: Sequence[int]
) -> dict[UUID, list[Person]]:
    """House -> its people; house n gets `sizes[n]` of them."""
    return {house.id: family(house, unit, size) for house, size in zip(houses, sizes, strict=True)}


def shop(name: str, at: Lane, unit: Unit, *, kind: str = "other") -> Place:
    """A business on a lane."""
    with system_scope("test") as by:
        owner = register_organisation(kind="other", name=name, commune=unit.commune, by=by)
        place = register_place(
            kind=kind, name=name, commune=unit.commune, organisation=owner.id, by=by
        )
        put_on_lane(place=place, lane=at, by=by)
    return place
