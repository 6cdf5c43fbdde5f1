"""A citizen scans a poster; a manager sees numbers, prints it and registers devices."""

import re

import pytest
from django.test import Client

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.people.services import Stay, register_person
from lachan.venues.models import Device, Scan, Venue
from lachan.venues.selectors import devices_of, venues_of
from tests.factories import cast
from tests.gate import served
from tests.places.units import BAC_NINH, NENH


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
    client.cookies["lachan"] = by.secret
    return client


def somebody(name: str) -> Person:
    with system_scope("test") as system:
        stay = Stay(NENH, BAC_NINH, "Ngõ 3")
        return register_person(full_name=name, birth="1991", stay=stay, by=system)


def scans_of(person: Person) -> list[Scan]:
    with system_scope("test"):
        trace_id = trace_ids_of([person.id])[person.id]
        return list(Scan.objects.filter(trace_id=trace_id).order_by("at"))


@pytest.fixture
def boss(database: str) -> Principal:
    return served.manager()


@pytest.fixture
def venue(boss: Principal) -> Venue:
    return served.venue_of(boss)


def test_a_citizen_checks_in_by_the_poster(venue: Venue) -> None:
    mai = somebody("Trần Thị Mai")
    phone = browser(cast.citizen(mai.id))
    page = phone.get(f"/q/{venue.code}").content.decode()
    assert "Trần Thị Mai" in page
    (number,) = re.findall(r'name="id" value="([^"]+)"', page)
    form = {"id": number, "person": str(mai.id), "direction": "in"}

    first, again = phone.post(f"/q/{venue.code}", form), phone.post(f"/q/{venue.code}", form)

    assert "Đã ghi lượt vào" in first.content.decode()
    assert "Đã ghi lượt vào" in again.content.decode()
    (scan,) = scans_of(mai)
    assert (scan.place, scan.source, scan.authority) == (venue.place_id, "person", "person")


def test_it_asks_who_and_which_way(venue: Venue) -> None:
    mai = somebody("Trần Thị Mai")

    answer = browser(cast.citizen(mai.id)).post(f"/q/{venue.code}", {"direction": "in"})

    assert answer.status_code == 422
    assert not scans_of(mai)


def test_nobody_is_checked_in_by_a_stranger(venue: Venue) -> None:
    mai, thief = somebody("Trần Thị Mai"), somebody("Nguyễn Văn Trộm")
    form = {"person": str(mai.id), "direction": "in"}

    answer = browser(cast.citizen(thief.id)).post(f"/q/{venue.code}", form)

    assert answer.status_code == 422
    assert not scans_of(mai)


def test_the_code_may_be_typed(venue: Venue) -> None:
    phone = browser(cast.citizen(somebody("Trần Thị Mai").id))
    typed = f"{venue.code[:4]}-{venue.code[4:]}".lower()

    assert phone.get("/q/", {"code": typed}).headers["Location"] == f"/q/{venue.code}"
    assert phone.get("/q/", {"code": "K7M2QXTH"}).status_code == 404
    assert phone.get(f"/p/{venue.code}").status_code == 200


def test_a_manager_gives_a_code_and_sees_the_place(boss: Principal) -> None:
    place = served.place_of(boss, name="Cổng Bắc")
    desk = browser(boss)
    assert "Cổng Bắc" in desk.get("/venues/").content.decode()

    desk.post(f"/venues/open/{place.id}/")

    with scoped(boss, "places"):
        venue = venues_of(boss).get(place=place)
    assert "In áp phích" in desk.get(f"/venues/{venue.id}/").content.decode()


def test_the_poster_is_a_pdf_with_the_code(boss: Principal, venue: Venue) -> None:
    answer = browser(boss).get(f"/venues/{venue.id}/posters.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_device_token_is_shown_once(boss: Principal, venue: Venue) -> None:
    desk = browser(boss)
    page = desk.post(f"/venues/{venue.id}/devices/", {"label": "Cửa xoay"}).content.decode()
    assert "LD1_" in page
    assert "LD1_" not in desk.get(f"/venues/{venue.id}/staff/").content.decode()
    with scoped(boss, "places"):
        device = devices_of(venue).get()

    desk.post(f"/venues/devices/{device.id}/close/")

    with scoped(boss, "places"):
        assert Device.objects.get(id=device.id).closed_at is not None


def test_another_manager_sees_nothing_of_it(venue: Venue) -> None:
    rival = browser(served.manager())

    assert rival.get(f"/venues/{venue.id}/").status_code == 404
    assert rival.get(f"/venues/{venue.id}/posters.pdf").status_code == 404
    assert rival.post(f"/venues/{venue.id}/devices/").status_code == 404
    assert rival.post(f"/venues/open/{venue.place_id}/").status_code in (302, 403)


@pytest.mark.parametrize("page", ["/venues/"])
def test_only_managers_see_their_places(page: str, database: str) -> None:
    for other in (cast.citizen(), cast.of_organisation(Role.GATE_CONTROLLER), cast.outsider()):
        assert browser(other).get(page).status_code == 403
