"""The staff pages: what is in force, where it comes from, and what may be done."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.rulebook.selectors import rule_in_force
from tests.factories import cast


def signed_in(principal: Principal, language: str = "vi") -> Client:
    """A browser of somebody who signed in and reads `language`."""
    client = Client(headers={"accept-language": language, "host": "localhost"})
    client.cookies[COOKIE] = principal.secret
    return client


@pytest.fixture
def tracer(loaded: None) -> Client:
    """A tracer's browser."""
    return signed_in(cast.of_province(Role.TRACER))


QUESTION = {"measure": "isolate_home", "role": "contact", "on": "2026-11-15"}


def test_it_refuses_what_the_law_gives_no_form_for(tracer: Client) -> None:
    page = tracer.get("/rules/may-we/", QUESTION | {"disease": "covid-19"}).text

    assert "COVID-19 thuộc nhóm B: Điều 14 khoản 3 Nghị định 165/2026/NĐ-CP không quy định" in page
    assert "tự theo dõi sức khỏe" in page
    assert "Chủ tịch Ủy ban nhân dân cấp xã" not in page


def test_it_says_who_signs_and_by_when(tracer: Client) -> None:
    page = tracer.get("/rules/may-we/", QUESTION | {"disease": "demo-a"}).text

    assert "Chủ tịch Ủy ban nhân dân cấp xã" in page
    assert "Mẫu số 02 Phụ lục IV" in page
    assert "giả định" in page


def test_it_answers_in_the_readers_language(loaded: None) -> None:
    reader = signed_in(cast.of_nation(), "en")

    page = reader.get("/rules/may-we/", QUESTION | {"disease": "covid-19"}).text

    assert "Article 14 clause 3, Decree 165/2026" in page
    assert "self-monitoring" in page


def test_it_says_when_the_rulebook_is_silent(loaded: None) -> None:
    reader = signed_in(cast.of_nation(), "en")

    page = reader.get("/rules/may-we/", QUESTION | {"role": "area", "disease": "covid-19"}).text

    assert "Ask a legal officer" in page


def test_it_asks_again_for_what_is_missing(loaded: None) -> None:
    reader = signed_in(cast.of_nation(), "en")

    page = reader.get("/rules/may-we/", QUESTION).text

    assert "Choose: Disease." in page


def test_it_lists_the_rules_of_a_day_and_kind(tracer: Client) -> None:
    then = tracer.get("/rules/", {"on": "2021-08-15", "kind": "contact"}).text
    today = tracer.get("/rules/", {"on": "2026-11-15", "kind": "contact"}).text

    assert "3638/QĐ-BYT" in then
    assert "3638/QĐ-BYT" not in today


@pytest.mark.parametrize("on", ["2026-13-45", "yesterday", ""])
def test_it_takes_an_unreadable_day_for_today(tracer: Client, on: str) -> None:
    assert tracer.get("/rules/", {"on": on}).status_code == 200


def test_it_says_when_nothing_is_in_force(loaded: None) -> None:
    page = signed_in(cast.of_nation(), "en").get("/rules/", {"on": "1990-01-01"}).text

    assert "No rule of this kind is in force on that day." in page


def test_it_shows_a_rule_with_versions_and_both_languages(tracer: Client) -> None:
    listed = tracer.get("/rules/", {"on": "2021-08-15", "kind": "contact"}).text
    address = next(part for part in listed.split('"') if part.count("-") == 4 and "/rules/" in part)

    page = tracer.get(address).text

    assert "Quyết định 3638/QĐ-BYT" in page
    assert "Chờ xác minh" in page
    assert "To be verified" in page


def test_it_knows_no_other_rule(tracer: Client) -> None:
    page = tracer.get("/rules/00000000-0000-7000-8000-00000000dead/")

    assert page.status_code == 404
    assert "rule_not_found" in page.text


@pytest.mark.parametrize("address", ["/rules/", "/rules/may-we/"])
def test_it_is_for_staff_only(loaded: None, address: str) -> None:
    assert Client(headers={"host": "localhost"}).get(address).status_code == 302
    for nobody in (cast.outsider(), cast.citizen(), cast.of_organisation(Role.GATE_CONTROLLER)):
        assert signed_in(nobody).get(address).status_code == 403


def test_a_contact_rule_says_how_many_levels_are_followed_by_name(tracer: Client) -> None:
    with scoped(cast.of_province(Role.TRACER), "test"):
        rule = rule_in_force("contact", disease="measles", at=datetime(2026, 11, 15, tzinfo=UTC))
    page = tracer.get(reverse("rulebook:rule", args=[rule.id])).text

    assert "Truy vết ghi tên đến F2 quanh mỗi ca bệnh" in page
