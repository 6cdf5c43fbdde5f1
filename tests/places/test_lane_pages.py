"""The page of lanes and houses, and the card on which a household gets its house."""

import pytest
from django.test import Client

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.selectors import homes_of
from lachan.places.models import Dwelling
from lachan.places.selectors import lanes_of
from tests.factories import cast, outbreak
from tests.factories.outbreak import HERE_CODE, NEXT_CODE, Unit


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = by.secret
    return client


@pytest.fixture(scope="module")
def here(database: str) -> Unit:
    return Unit.of(HERE_CODE)


@pytest.fixture(scope="module")
def station(here: Unit) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, here.commune)


def numbers(here: Unit, lane: str, by: Principal) -> list[str]:
    with scoped(by, "plan"):
        [row] = [each for each in lanes_of([here.commune]) if each.name == lane]
        return [each.number for each in Dwelling.objects.filter(lane=row).order_by("ord")]


def test_a_lane_is_typed_as_people_say_it(here: Unit, station: Principal) -> None:
    client = browser(station)
    houses = "1-7/2, 8A\nNhà ông Bảy; 3"
    answer = client.post(
        "/places/lanes/", {"name": "Ngõ 40", "kind": "lane", "houses": houses}, follow=True
    )

    assert "Ngõ 40: 6 new houses." in answer.content.decode()
    assert numbers(here, "Ngõ 40", station) == ["1", "3", "5", "7", "8A", "Nhà ông Bảy"]
    client.post("/places/lanes/", {"name": "Ngõ 40", "kind": "lane", "houses": "7, 9"})
    assert numbers(here, "Ngõ 40", station)[-1] == "9"


def test_a_lane_without_a_name_or_with_too_many_houses_is_sent_back(station: Principal) -> None:
    client = browser(station)
    assert client.post("/places/lanes/", {"name": "", "kind": "lane"}).status_code == 422
    many = ", ".join(f"A{n}" for n in range(401))
    answer = client.post("/places/lanes/", {"name": "Ngõ 41", "kind": "lane", "houses": many})
    assert answer.status_code == 422
    assert "Enter at most 400 houses at once." in answer.content.decode()


def test_the_page_is_for_the_communes_own_officers(here: Unit) -> None:
    for role in (Role.TRACER, Role.PLACE_MANAGER, Role.OUTSIDER):
        stranger = cast.of_province(role, here.province)
        assert browser(stranger).get("/places/lanes/").status_code == 403


def test_a_household_gets_its_house_on_the_card(here: Unit, station: Principal) -> None:
    client = browser(station)
    client.post("/places/lanes/", {"name": "Ngõ 42", "kind": "lane", "houses": "1-3"})
    person = outbreak.somebody("Lương Thị Oanh", here)
    with scoped(station, "plan"):
        house = Dwelling.objects.get(lane__name="Ngõ 42", number="2")
    assert f"/people/{person.id}/house/" in client.get(f"/people/{person.id}/").content.decode()
    answer = client.post(f"/people/{person.id}/house/", {"house": str(house.id)})

    assert answer.status_code == 302
    with scoped(station, "plan"):
        assert homes_of([person.id])[person.id].dwelling == house.id


def test_a_house_of_another_commune_is_no_choice(here: Unit, station: Principal) -> None:
    there = Unit.of(NEXT_CODE)
    neighbour = cast.of_commune(Role.STATION_OFFICER, there.commune)
    browser(neighbour).post("/places/lanes/", {"name": "Ngõ 1", "kind": "lane", "houses": "1"})
    person = outbreak.somebody("Vũ Văn Hùng", here)
    with scoped(neighbour, "plan"):
        house = Dwelling.objects.get(lane__name="Ngõ 1", commune=there.commune)

    answer = browser(station).post(f"/people/{person.id}/house/", {"house": str(house.id)})
    assert answer.status_code == 422
    assert browser(neighbour).get(f"/people/{person.id}/house/").status_code == 404
