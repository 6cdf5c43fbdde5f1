"""The sampling table: the tube first, then each person."""

import pytest

from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.sampling.models import Sample, Tube
from tests.factories import cast
from tests.sampling.people_at_the_table import browser, code_of, seated, somebody, take, team


def test_it_asks_for_the_set_up_once_then_for_the_tube() -> None:
    at = team()
    assert browser(at.sampler).get("/sampling/")["Location"] == "/sampling/setup/"
    assert "Scan the tube first" in seated(at).get("/sampling/").text


def test_it_has_no_answer_chosen_in_the_set_up() -> None:
    assert "checked" not in browser(team().sampler).get("/sampling/setup/").text


def test_it_fills_the_tube_and_says_who_was_added() -> None:
    client = seated(team(), "5")
    _, first = somebody("Hoàng Thị Sâm")
    _, second = somebody("Hoàng Văn Khải")
    _address, page = take(client, "BN-0714-01", first, second)
    assert "Hoàng Văn Khải added" in page.text
    assert "Hoàng Thị Sâm" in page.text
    assert "2 of 5 people" in page.text


def test_it_says_that_a_person_is_in_the_tube_already() -> None:
    client = seated(team())
    _, code = somebody("Hoàng Văn Khải")
    _address, page = take(client, "BN-0714-02", code, code)
    assert page.status_code == 422
    assert "Hoàng Văn Khải is already in this tube. Nobody was added." in page.text
    assert 'role="alert"' in page.text


def test_it_says_that_the_tube_is_full_and_takes_nobody_more() -> None:
    client = seated(team(), "1")
    address, page = take(client, "BN-0714-03", somebody("Vàng A Páo")[1])
    assert "The tube is full." in page.text
    assert 'name="code"' not in page.text
    answer = client.post(address, {"code": somebody("Sùng Thị Dợ")[1], "reason": "contact"})
    assert answer.status_code == 422
    with system_scope("test"):
        assert Sample.objects.filter(tube__barcode="BN-0714-03").count() == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [("hello", "This is no personal code."), ("001099999999", "Nobody is registered")],
)
def test_it_says_what_to_do_with_a_strange_code(code: str, said: str) -> None:
    client = seated(team())
    _address, page = take(client, f"BN-{code[:6]}", code)
    assert page.status_code == 422
    assert said in page.text
    assert 'id="code"' in page.text


def test_it_asks_somebody_with_symptoms_since_when() -> None:
    client = seated(team(), reason="symptoms")
    person, code = somebody("Lò Thị Pản")
    address, page = take(client, "BN-0714-05", code, reason="symptoms")
    assert "Type the first day of symptoms" in page.text
    given = {"code": code, "reason": "symptoms", "onset": "2020-11-20"}
    assert client.post(address, given).status_code == 302
    with system_scope("test"):
        assert str(Sample.objects.get(person_id=person).onset) == "2020-11-20"


def test_it_closes_a_tube_and_asks_for_the_next() -> None:
    client = seated(team())
    address, _page = take(client, "BN-0714-06", somebody("Tráng A Dè")[1])
    page = client.post(f"{address}close/", follow=True)
    assert "Tube BN-0714-06 closed with 1 person." in page.text
    again = client.post("/sampling/", {"code": "BN-0714-06"})
    assert again.status_code == 422
    assert "This tube is closed." in again.text


def test_it_does_not_close_an_empty_tube() -> None:
    client = seated(team())
    address, _page = take(client, "BN-0714-07")
    page = client.post(f"{address}close/")
    assert page.status_code == 422
    with system_scope("test"):
        assert Tube.objects.get(barcode="BN-0714-07").closed_at is None


def test_another_team_does_not_see_the_tube() -> None:
    client = seated(team())
    address, _page = take(client, "BN-0714-08", somebody("Mùa A Tủa")[1])
    stranger = seated(team())
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}close/").status_code == 404
    assert stranger.post("/sampling/", {"code": "BN-0714-08"}).status_code == 422


def test_the_table_is_for_samplers_only() -> None:
    citizen = somebody("Trần Thị Mai")[0]
    others = [
        cast.outsider(),
        cast.citizen(citizen),
        cast.of_organisation(Role.LABORATORY),
        cast.of_province(Role.TRACER),
    ]
    for nobody in others:
        assert browser(nobody).get("/sampling/").status_code == 403
    assert code_of(citizen).startswith("LP1:")
