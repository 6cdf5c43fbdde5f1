"""The police say yes or no about an identity, and learn nothing of health."""

import pytest
from django.test import Client

from lachan.core.models import Look
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import IdentityCheck, Person
from lachan.people.selectors import checks
from lachan.people.services import Stay, answer_check, ask_police, settle_check
from tests.factories import cast
from tests.factories.people import person

NEXT = Stay(commune=cast.NEXT_DOOR, province=cast.PROVINCE, address="Ngõ 9")


@pytest.fixture
def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER)


@pytest.fixture
def police() -> Principal:
    return cast.of_commune(Role.COMMUNE_POLICE)


def ask(by: Principal, *persons: Person) -> list[IdentityCheck]:
    with scoped(by, "identity"):
        return ask_police(by=by, persons=[each.id for each in persons])


def say(by: Principal, check: IdentityCheck, **answers: bool) -> None:
    with scoped(by, "identity"):
        answer_check(check, answers=answers, by=by)


def now_of(check: IdentityCheck) -> IdentityCheck:
    with system_scope("test"):
        return IdentityCheck.objects.get(id=check.id)


def test_only_what_is_known_is_asked(station: Principal) -> None:
    [whole] = ask(
        station,
        person("Mai Thị A", birth="1990", sex="female", documents={"cccd": "024190333001"}),
    )
    [hardly] = ask(station, person("Mai Thị B"))
    assert whole.asked == ["name", "birth", "sex", "number"]
    assert hardly.asked == ["name"]


def test_foreigners_and_those_under_police_or_army_are_left_out(station: Principal) -> None:
    left_out = [person("Kim Min-jun", nationality="KR"), person("Lê Văn C", excluded=True)]
    with pytest.raises(Refused) as refused:
        ask(station, *left_out)
    assert refused.value.code == "check_nobody"
    own, elsewhere = person("Lê Văn D"), person("Lê Văn E", stay=NEXT)
    assert [each.person_id for each in ask(station, own, elsewhere, *left_out)] == [own.id]


def test_a_list_takes_whoever_was_never_asked_about(station: Principal) -> None:
    first, second = person("Bùi Thị A"), person("Bùi Thị B")
    [one] = ask(station, first)
    with scoped(station, "identity"):
        rest = ask_police(by=station)
    assert second.id in {each.person_id for each in rest}
    assert first.id not in {each.person_id for each in rest}
    assert {each.listed for each in rest} == {one.listed + 1}
    with scoped(station, "identity"), pytest.raises(Refused):
        ask_police(by=station)


def test_what_differs_is_a_task_of_the_station(station: Principal, police: Principal) -> None:
    [check] = ask(station, person("Vũ Thị A", birth="1990"))
    say(police, check, name=True, birth=False)
    assert now_of(check).differs
    with scoped(station, "identity"):
        settle_check(check, how="Đã xem thẻ, sửa năm sinh", again=True, by=station)
        again = checks().get(person=check.person_id, answered_at=None)
    say(police, again, name=True, birth=True)
    assert not now_of(again).differs


def test_an_answer_is_whole_and_given_once(station: Principal, police: Principal) -> None:
    [check] = ask(station, person("Tạ Thị A", birth="1990"))
    for answers in ({"name": True}, {"name": True, "birth": True, "sex": True}, {}):
        with pytest.raises(Refused) as refused:
            say(police, check, **answers)
        assert refused.value.code == "check_fields"
    say(police, check, name=True, birth=True)
    with pytest.raises(Refused) as refused:
        say(police, check, name=True, birth=False)
    assert refused.value.code == "check_answered"


@pytest.mark.parametrize("role", [Role.STATION_OFFICER, Role.COMMUNE_CHAIRMAN])
def test_only_the_police_answer(role: Role, station: Principal) -> None:
    [check] = ask(station, person("Chu Thị A"))
    with pytest.raises(Refused) as refused:
        say(cast.of_commune(role), check, name=True)
    assert refused.value.code == "check_not_police"


def test_another_commune_sees_nothing(station: Principal) -> None:
    ask(station, person("Hà Thị A"))
    for by in (
        cast.of_commune(Role.COMMUNE_POLICE, cast.NEXT_DOOR),
        cast.of_organisation(Role.VACCINATOR),
        cast.citizen(),
        cast.outsider(),
    ):
        with scoped(by, "identity"):
            assert not checks().exists(), by


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.cookies["lachan"] = by.secret
    return client


def test_the_page_of_the_police_names_identity_and_no_health(
    station: Principal, police: Principal
) -> None:
    who = person("Đinh Thị Ánh", birth="1990-03-05", documents={"cccd": "024190333777"})
    [check] = ask(station, who)
    page = browser(police).get("/people/identity/answers/").content.decode()
    assert "Đinh Thị Ánh" in page
    assert "024190333777" in page
    for word in ("vaxzevria", "mũi tiêm", "xét nghiệm", "0900"):
        assert word not in page
    with system_scope("test"):
        assert Look.objects.using("owner").filter(person=who.id, what="identity_check").exists()
    said = {f"{check.id}-{name}": "yes" for name in check.asked} | {f"{check.id}-number": "no"}
    assert browser(police).post(f"/people/identity/answers/{check.id}/", said).status_code == 302
    page = browser(station).get("/people/identity/").content.decode()
    assert "Đinh Thị Ánh" in page
    done = {"how": "Số thẻ nhập sai, đã sửa", "again": "on"}
    assert browser(station).post(f"/people/identity/{check.id}/settle/", done).status_code == 302
    assert now_of(check).settled == "Số thẻ nhập sai, đã sửa"


def test_a_half_answered_form_changes_nothing(station: Principal, police: Principal) -> None:
    [check] = ask(station, person("Đinh Thị Lan", birth="1990"))
    answered = browser(police).post(
        f"/people/identity/answers/{check.id}/", {f"{check.id}-name": "yes"}
    )
    assert answered.status_code == 422
    assert now_of(check).answered_at is None
