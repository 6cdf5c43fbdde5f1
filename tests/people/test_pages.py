"""The pages of the door and the register, as a browser asks for them."""

import re
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people import selectors, signing_in
from lachan.people.models import Person
from lachan.people.services import Stay
from lachan.places.selectors import search_units, today_of
from tests.factories import cast
from tests.factories.people import person

NENH = search_units("phường Nếnh")[0].id
STAY = Stay(commune=NENH, province=today_of(NENH).province, address="Tổ Sen Hồ")

WHO = {
    "full_name": "Trần Thị Mai",
    "birth": "1991",
    "sex": "female",
    "where": "phuong nenh",
    "address": "Tổ Sen Hồ",
    "phone": "0900333001",
}


@pytest.fixture
def demo(database: str) -> None:
    """A demo, as `lachan story` makes one."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("update core_installation set kind = 'demo'")
    from django.core.cache import cache

    cache.clear()


def browser(principal: Principal | None = None) -> Client:
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    if principal is not None:
        client.cookies[COOKIE] = principal.secret
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_stranger_is_sent_to_the_door() -> None:
    answer = browser().get("/people/?q=mai")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


def test_the_door_of_a_demo_shows_the_cast_and_one_click_plays_it(demo: None) -> None:
    account = signing_in.open_account(
        handle="huong",
        name="Nguyễn Thu Hương",
        roles={Role.TRACER: signing_in.At(province=STAY.province)},
        cast=signing_in.Cast(
            1, "Truy vết, CDC Bắc Ninh", "Gọi 41 người", "route", "device-desktop"
        ),
    )
    client = browser()
    assert "Nguyễn Thu Hương" in text_of(client.get("/sign-in/"))
    answer = client.post(f"/sign-in/as/{account.id}/", {"next": "/people/"})
    assert answer["Location"] == "/people/"
    assert client.cookies[COOKIE]["httponly"]
    assert "Find a person" in text_of(client.get("/people/"))
    assert client.post(f"/sign-in/as/{account.id}/", {"next": "//evil.example/"})["Location"] == "/"


def test_nobody_is_played_who_is_not_of_the_cast(demo: None) -> None:
    account = signing_in.open_citizen(phone="0900333009")
    assert browser().post(f"/sign-in/as/{account.id}/").status_code == 404


def test_an_officer_finds_a_person_and_the_person_sees_it() -> None:
    made = person(
        "Lưu Văn Chiến",
        birth="1970",
        phones=["0900333002"],
        stay=STAY,
        documents={"cccd": "024170333002"},
        sex="female",
    )
    officer = cast.of_commune(Role.STATION_OFFICER, NENH)
    page = text_of(browser(officer).get("/people/", {"q": "luu van chien"}))
    assert "Lưu Văn Chiến" in page
    assert "0900333002" in page
    card = text_of(browser(officer).get(f"/people/{made.id}/"))
    assert "024170333002" in card
    citizen = browser(cast.citizen(made.id))
    looks = text_of(citizen.get("/me/looks/"))
    assert officer.name in looks
    assert "Opened your data" in looks


def test_an_officer_of_elsewhere_finds_nobody_and_opens_nothing() -> None:
    made = person("Hoàng Thị Sâm", stay=STAY)
    stranger = browser(cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE))
    assert "Nobody of your area was found" in text_of(stranger.get("/people/", {"q": "Sâm"}))
    assert stranger.get(f"/people/{made.id}/").status_code == 404


@pytest.mark.parametrize("role", [Role.GATE_CONTROLLER, Role.CITIZEN, Role.OUTSIDER])
def test_other_roles_do_not_search(role: Role) -> None:
    assert browser(cast.of_organisation(role)).get("/people/").status_code == 403


def test_a_guard_enters_a_traveller() -> None:
    guard = cast.of_organisation(Role.GATE_CONTROLLER)
    answer = browser(guard).post("/people/new/", WHO | {"phone": "", "full_name": "Khách Lạ"})
    assert answer.status_code == 302, text_of(answer)
    with scoped(guard, "gate"):
        assert [row.commune for row in Person.objects.all()] == [NENH]


def test_a_commune_with_namesakes_is_asked_about_and_nothing_is_guessed() -> None:
    client = browser(cast.of_commune(Role.STATION_OFFICER, NENH))
    many = [hit.id for hit in search_units("Đông")]
    assert len(many) > 1
    asked = client.post("/people/new/", WHO | {"where": "Đông"})
    assert (asked.status_code, "Which of these?" in text_of(asked)) == (422, True)
    unknown = client.post("/people/new/", WHO | {"where": "Qqqq"})
    assert "No commune has this name" in text_of(unknown)


def test_a_wrong_number_is_said_on_the_form_and_nothing_is_kept() -> None:
    client = browser(cast.of_commune(Role.STATION_OFFICER, NENH))
    answer = client.post("/people/new/", WHO | {"cccd": "12"})
    assert answer.status_code == 422
    assert "12 digits" in text_of(answer)


def test_a_citizen_says_who_they_are_and_whom_they_speak_for() -> None:
    account = signing_in.open_citizen(phone="0900333001")
    client = browser(signing_in.enter(account))
    assert client.get("/me/")["Location"] == "/me/new/"
    assert client.post("/me/new/", WHO)["Location"] == "/"
    assert "Trần Thị Mai" in text_of(client.get("/me/"))
    child = WHO | {
        "full_name": "Bé An",
        "birth": "2020",
        "phone": "",
        "ground": "guardian",
        "said_to": "mẹ",
    }
    answer = client.post("/me/people/new/", child)
    assert answer.status_code == 302, text_of(answer)
    page = text_of(client.get("/me/"))
    assert "Bé An" in page
    [an] = re.findall(r"/me/people/([0-9a-f-]{36})/", page)
    assert "2020" in text_of(client.get(f"/me/people/{an}/"))
    stranger = browser(cast.citizen(person("Người lạ").id))
    assert stranger.get(f"/me/people/{an}/").status_code == 404
    with system_scope("test") as by:
        found = selectors.find_people("0900333001", by)
    assert [card.name for card in found] == ["Trần Thị Mai"]


def test_the_door_of_production_has_no_cast_and_no_messages() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update core_installation set kind = 'production'")
    from django.core.cache import cache

    cache.clear()
    client = browser()
    assert "By a printed slip" in text_of(client.get("/sign-in/"))
    assert client.get("/demo/messages/").status_code == 404
    account, _role = signing_in.cast_of_demo()[0]
    assert client.post(f"/sign-in/as/{account.id}/").status_code == 404
