"""A version entered by hand: compared first, then in force from its hour, here or everywhere."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.rulebook import selectors
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.version_forms import VersionForm
from tests.factories import cast
from tests.places.units import BAC_NINH, HAI_PHONG
from tests.rulebook.test_pages import signed_in

AT = datetime(2026, 11, 20, tzinfo=UTC)
NEXT = datetime(2027, 1, 5, tzinfo=UTC)
DECLARED_30_HOURS_AGO = {
    "symptoms": False,
    "contact": False,
    "declaration_mandatory": False,
    "declaration_age_hours": 30,
}


def gate_rule() -> RuleVersion:
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    with scoped(director, "test"):
        return selectors.rule_in_force("card_colour", disease="*", at=AT)


def filled(rule: RuleVersion, **changed: object) -> dict[str, object]:
    """The form as the page shows it, filled in by a director."""
    form = VersionForm(before=rule, language="vi")
    values = {field.html_name: field.value() for field in form if field.value() is not None}
    return {
        **values,
        "since": "2027-01-01T00:00",
        "until": "",
        "document": "Quyết định số 12/QĐ-UBND ngày 20/12/2026 (ví dụ)",
        "reading": "official",
        "whole": "",
        **changed,
    }


def limit_of(rule: RuleVersion, outcome: str) -> str:
    """The field of the hours a clause allows."""
    clauses = rule.body["clauses"]
    number = next(at for at, clause in enumerate(clauses) if clause["outcome"] == outcome)
    return f"body__clauses__{number}__when__0__at_most"


def digest_in(page: str) -> str:
    """What stands for the draft that was compared."""
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def director(loaded: None) -> Client:
    return signed_in(cast.of_province(Role.DIRECTOR, BAC_NINH))


def test_it_is_compared_first_and_entered_only_as_it_was_shown(director: Client) -> None:
    rule = gate_rule()
    sent = filled(rule, **{limit_of(rule, "nothing_known"): 24})

    shown = director.post(f"/rules/{rule.id}/new/", sent)
    assert shown.status_code == 200
    assert "Đã khai báo cách đây 30 giờ, không có triệu chứng" in shown.text
    digest = digest_in(shown.text)
    other = director.post(
        f"/rules/{rule.id}/new/", {**sent, limit_of(rule, "nothing_known"): 12, "shown": digest}
    )
    assert other.status_code == 200, "what was not shown is not entered"

    done = director.post(f"/rules/{rule.id}/new/", {**sent, "shown": digest})
    assert done.status_code == 302
    with scoped(cast.of_province(Role.DIRECTOR, BAC_NINH), "test"):
        here, before, elsewhere = (
            selectors.colour_of(DECLARED_30_HOURS_AGO, at=at, province=province)[0]
            for at, province in ((NEXT, BAC_NINH), (AT, BAC_NINH), (NEXT, HAI_PHONG))
        )
    assert (here, before, elsewhere) == ("neutral", "green", "green")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"document": ""}, "Văn bản"),
        ({"whole": "{"}, "JSON"),
        ({"whole": '{"clauses": []}'}, "Mệnh đề cuối"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_typed_is_lost(
    director: Client, changed: dict[str, str], said: str
) -> None:
    rule = gate_rule()
    answer = director.post(f"/rules/{rule.id}/new/", filled(rule, **changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert "12/QĐ-UBND" in answer.text or changed == {"document": ""}


def test_only_the_ministry_and_directors_enter_rules(loaded: None) -> None:
    rule = gate_rule()
    for person in (cast.of_province(Role.TRACER), cast.of_commune(Role.STATION_OFFICER)):
        browser = signed_in(person)
        assert browser.get(f"/rules/{rule.id}/new/").status_code == 403
        assert "/new/" not in browser.get(f"/rules/{rule.id}/").text


def test_a_director_does_not_touch_the_rule_of_another_province(director: Client) -> None:
    rule = gate_rule()
    sent = filled(rule, **{limit_of(rule, "nothing_known"): 24})
    digest = digest_in(director.post(f"/rules/{rule.id}/new/", sent).text)
    director.post(f"/rules/{rule.id}/new/", {**sent, "shown": digest})
    with scoped(cast.of_province(Role.DIRECTOR, BAC_NINH), "test"):
        ours = RuleVersion.objects.filter(kind="card_colour", province=BAC_NINH).latest("version")
    neighbour = signed_in(cast.of_province(Role.DIRECTOR, HAI_PHONG))
    assert neighbour.get(f"/rules/{ours.id}/new/").status_code == 403
