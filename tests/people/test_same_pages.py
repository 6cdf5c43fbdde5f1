"""The review queue as pages: both records side by side, three answers, a way back."""

import pytest
from django.test import Client

from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import LikelyPair, Person, SamePerson
from lachan.people.selectors import pairs, same_persons
from lachan.people.services import Stay
from lachan.people.tasks import match_entered
from tests.factories import cast
from tests.factories.outbreak import HERE_CODE, Unit
from tests.factories.people import person

Two = tuple[Person, Person, LikelyPair]


@pytest.fixture(scope="module")
def station(database: str) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, Unit.of(HERE_CODE).commune)


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.cookies["lachan"] = by.secret
    return client


def two(name: str, **more: str) -> Two:
    here = Unit.of(HERE_CODE)
    stay = Stay(commune=here.commune, province=here.province, address="Ngõ 3")
    one = person(name, birth="1990-03-05", sex="female", stay=stay)
    other = person(name, stay=stay, **({"birth": "1990-05-03", "sex": "female"} | more))
    match_entered()
    with system_scope("test"):
        pair = pairs().get(one__in=[one.id, other.id], two__in=[one.id, other.id])
    return one, other, pair


def press(by: Principal, pair: LikelyPair, **told: str) -> int:
    return browser(by).post(f"/people/same/{pair.id}/", told).status_code


def test_both_values_stand_side_by_side_and_differences_are_marked(station: Principal) -> None:
    one, other, _pair = two("Giáp Thị Ngân")
    page = browser(station).get("/people/same/").content.decode()
    assert "05/03/1990" in page
    assert "03/05/1990" in page
    assert "ngày và tháng đổi chỗ" in page
    assert 'class="is-other"' in page
    with system_scope("test"):
        seen = Look.objects.using("owner").filter(person__in=[one.id, other.id], what="same_person")
        assert {look.person for look in seen} == {one.id, other.id}


def test_same_person_and_back(station: Principal) -> None:
    one, other, pair = two("Giáp Thị Hạnh")
    assert press(station, pair, verdict="same") == 302
    with scoped(station, "test"):
        assert same_persons(one.id) == {one.id, other.id}
        link = SamePerson.objects.get(kept=pair.one_id, other=pair.two_id)
    assert f"/people/same/{pair.id}/" not in browser(station).get("/people/same/").content.decode()
    undo = f"/people/same/links/{link.id}/undo/"
    assert undo in browser(station).get("/people/same/decided/").content.decode()
    assert browser(station).post(undo, {"why": ""}).status_code == 422
    assert browser(station).post(undo, {"why": "Hai chị em"}).status_code == 302
    with scoped(station, "test"):
        assert same_persons(one.id) == {one.id}
        assert pairs().filter(id=pair.id).exists()


def test_a_pair_joined_by_way_of_a_third_record_is_not_asked_about(station: Principal) -> None:
    here = Unit.of(HERE_CODE)
    stay = Stay(commune=here.commune, province=here.province, address="Ngõ 3")
    three = [person("Giáp Thị Hiền", birth="1990-03-05", stay=stay).id for _ in range(3)]
    match_entered()
    with scoped(station, "test"):
        first, second, third = pairs().filter(one__in=three, two__in=three)
    assert press(station, first, verdict="same") == 302
    assert press(station, second, verdict="same") == 302
    page = browser(station).get("/people/same/").content.decode()
    assert f"/people/same/{third.id}/" not in page
    with scoped(station, "test"):
        link = SamePerson.objects.get(kept=second.one_id, other=second.two_id)
    browser(station).post(f"/people/same/links/{link.id}/undo/", {"why": "Hai chị em"})
    page = browser(station).get("/people/same/").content.decode()
    assert f"/people/same/{third.id}/" in page


def test_two_people_and_back(station: Principal) -> None:
    _one, _other, pair = two("Giáp Thị Nhung")
    assert press(station, pair, verdict="two") == 302
    with scoped(station, "test"):
        assert not pairs().filter(id=pair.id).exists()
    assert press(station, pair, verdict="again") == 302
    with scoped(station, "test"):
        assert pairs().filter(id=pair.id).exists()


def test_a_warning_asks_for_a_reason(station: Principal) -> None:
    _one, _other, pair = two("Giáp Thị Thảo", birth="1991-03-05")
    page = browser(station).get("/people/same/").content.decode()
    assert "Hai năm sinh" in page
    assert press(station, pair, verdict="same") == 422
    assert press(station, pair, verdict="same", why="Đã xem giấy khai sinh") == 302


def test_a_second_officer_confirms(station: Principal) -> None:
    _one, _other, pair = two("Giáp Thị Vân")
    press(station, pair, verdict="same")
    with scoped(station, "test"):
        link = SamePerson.objects.get(kept=pair.one_id, other=pair.two_id)
    second = cast.of_commune(Role.STATION_OFFICER, Unit.of(HERE_CODE).commune)
    assert browser(second).post(f"/people/same/links/{link.id}/approve/").status_code == 302
    with scoped(station, "test"):
        assert SamePerson.objects.get(id=link.id).approved_by == second.account


def test_another_station_finds_no_such_pair(station: Principal) -> None:
    _one, _other, pair = two("Giáp Thị Chi")
    neighbour = cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR)
    assert press(neighbour, pair, verdict="same") == 404
    assert press(station, pair, verdict="perhaps") == 422
