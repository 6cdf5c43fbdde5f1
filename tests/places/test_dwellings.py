"""Lanes and houses: everybody reads the ground plan, who lives there only whose right it is."""

from uuid import UUID

import pytest
from django.db import Error, transaction

from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import HouseholdDwelling, HouseholdMember
from lachan.people.selectors import homes_of, lived_in, older_than, residents, who_lives_in
from lachan.people.services import Stay, move_stay, settle_household
from lachan.places.models import Dwelling, Lane
from lachan.places.selectors import businesses_at, businesses_on, dwellings_of_lanes, lanes_of
from lachan.places.services import House, put_on_lane, register_dwellings, register_lane
from tests.factories import cast, houses
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit


@pytest.fixture(scope="module")
def here(database: str) -> Unit:
    return Unit.of(HERE_CODE)


@pytest.fixture(scope="module")
def there(database: str) -> Unit:
    return Unit.of(NEXT_CODE)


def station(unit: Unit) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, unit.commune)


def test_houses_stand_in_the_order_of_the_list_whatever_their_numbers(here: Unit) -> None:
    with scoped(station(here), "plan") as by:
        lane = register_lane(name="  Ngõ   12 ", commune=here.commune, by=by)
        register_dwellings(lane=lane, houses=[House("1"), House("1A"), House("3")], by=by)
        register_dwellings(lane=lane, houses=[House("3"), House("Nhà ông Bảy", 8, 30)], by=by)
        found = dwellings_of_lanes([lane.id])

    assert lane.name == "Ngõ 12"
    assert [house.number for house in found] == ["1", "1A", "3", "Nhà ông Bảy"]
    assert [house.ord for house in found] == [1, 2, 3, 4]


def test_the_same_name_again_is_the_same_lane(here: Unit, there: Unit) -> None:
    with scoped(station(here), "plan") as by:
        lane = register_lane(name="Ngõ 14", commune=here.commune, by=by)
        again = register_lane(name="Ngõ 14", commune=here.commune, by=by)
    with scoped(station(there), "plan") as by:
        other = register_lane(name="Ngõ 14", commune=there.commune, by=by)

    assert again.id == lane.id
    assert other.id != lane.id
    with scoped(cast.outsider(), "plan"):
        assert {row.id for row in lanes_of([here.commune, there.commune])} >= {lane.id, other.id}


def test_another_communes_plan_is_not_ours_to_change(here: Unit, there: Unit) -> None:
    lane, _houses = houses.lane("Ngõ 16", here, 2)
    with pytest.raises(Refused) as refused, scoped(station(there), "plan") as by:
        register_dwellings(lane=lane, houses=[House("9")], by=by)
    assert refused.value.code == "not_yours"
    with scoped(station(there), "plan"), pytest.raises(Error), transaction.atomic():
        Dwelling(lane=lane, number="9", commune=here.commune, province=here.province).save(
            force_insert=True
        )


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("", "lane", "name_missing"), ("x" * 81, "lane", "name_too_long"), ("a", "b", "unknown_kind")],
)
def test_a_lane_needs_a_name_and_a_kind(here: Unit, name: str, kind: str, code: str) -> None:
    with pytest.raises(Refused) as refused, scoped(station(here), "plan") as by:
        register_lane(name=name, commune=here.commune, kind=kind, by=by)
    assert refused.value.code == code


def test_a_shop_lies_on_a_lane_of_its_own_commune(here: Unit, there: Unit) -> None:
    lane, _houses = houses.lane("Ngõ 18", here, 1)
    elsewhere, _houses = houses.lane("Ngõ 18", there, 1)
    shop = houses.shop("Tạp hóa Sen", lane, here)
    with system_scope("test") as by:
        assert [row.id for row in businesses_on([lane.id])] == [shop.id]
        assert businesses_at([shop.id])[shop.id].id == shop.id
        with pytest.raises(Refused) as refused:
            put_on_lane(place=shop, lane=elsewhere, by=by)
    assert refused.value.code == "lane_elsewhere"


def test_a_house_is_counted_in_one_statement_and_named_by_right_only(
    here: Unit, there: Unit
) -> None:
    _lane, rows = houses.lane("Ngõ 20", here, 3)
    families = houses.families(rows[:2], here, [4, 2])
    ids = [row.id for row in rows]

    with scoped(station(here), "zone"):
        assert {key: tuple(value) for key, value in lived_in(ids).items()} == {
            rows[0].id: (1, 4),
            rows[1].id: (1, 2),
        }
        assert len(who_lives_in(ids)) == 6
        assert older_than(60, ids) == 4  # born 1950 and 1960, of two families
        home = homes_of([families[rows[0].id][0].id])
        assert [found.dwelling for found in home.values()] == [rows[0].id]
    for stranger in (station(there), cast.outsider(), cast.citizen()):
        with scoped(stranger, "zone"):
            assert lived_in(ids) == {}
            assert who_lives_in(ids) == []
            assert not HouseholdDwelling.objects.exists()


def test_a_citizen_sees_the_own_house_only(here: Unit) -> None:
    _lane, rows = houses.lane("Ngõ 22", here, 2)
    own, _other = houses.families(rows, here, [2, 3]).values()
    with scoped(cast.citizen(own[0].id), "mine"):
        assert [row.dwelling_id for row in HouseholdDwelling.objects.all()] == [rows[0].id]


def test_who_moved_to_another_commune_lives_there_no_more(here: Unit, there: Unit) -> None:
    _lane, rows = houses.lane("Ngõ 24", here, 1)
    people = houses.family(rows[0], here, 3)
    with system_scope("test") as by:
        before = residents([here.commune])
        move_stay(person=people[1], stay=Stay(there.commune, there.province, "Số 1"), by=by)
        assert lived_in([rows[0].id])[rows[0].id].people == 2
        assert people[1].id not in homes_of([person.id for person in people])
        assert residents([here.commune]) == before - 1


def test_a_household_moves_and_the_house_before_is_kept(here: Unit) -> None:
    _lane, rows = houses.lane("Ngõ 26", here, 2)
    houses.family(rows[0], here, 2)
    with system_scope("test") as by:
        home = HouseholdDwelling.objects.get(dwelling=rows[0]).household
        settle_household(household=home, dwelling=rows[1], by=by)
        again = settle_household(household=home, dwelling=rows[1], by=by)
        kept = list(HouseholdDwelling.objects.filter(household=home).order_by("since"))
        assert [row.dwelling_id for row in kept] == [rows[0].id, rows[1].id]
        assert kept[0].until == kept[1].since
        assert again.id == kept[1].id
        assert set(lived_in([row.id for row in rows])) == {rows[1].id}
        with pytest.raises(Refused) as refused:
            settle_household(household=home, dwelling=rows[0], since=houses.SINCE, by=by)
    assert refused.value.code == "stay_before_last"


def test_nobody_settles_a_household_out_of_sight(here: Unit) -> None:
    lane, rows = houses.lane("Ngõ 28", here, 1)
    houses.family(rows[0], here, 2)
    with system_scope("test"):
        home: UUID = HouseholdDwelling.objects.get(dwelling=rows[0]).household
    abroad = station(Unit.of(ABROAD_CODE))
    for household in (home, uuid7()):
        with pytest.raises(Refused) as refused, scoped(abroad, "plan") as by:
            settle_household(household=household, dwelling=rows[0], by=by)
        assert refused.value.code == "household_unknown"
    with scoped(abroad, "plan"), pytest.raises(Error), transaction.atomic():
        HouseholdDwelling(
            household=home, dwelling=rows[0], since=houses.SINCE, commune=1, province=1
        ).save(force_insert=True)
    with scoped(abroad, "plan"):
        assert not HouseholdMember.objects.filter(household=home).exists()
        assert Lane.objects.filter(id=lane.id).exists()
