"""Messages wait for a human; the page shows the very text that is sent."""

from uuid import UUID

import pytest
from django.test import Client

from lachan.core.ids import uuid7
from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.notices.services import draft
from lachan.rulebook.services import load_shipped_rules
from tests.factories import cast
from tests.factories.people import person


def browser(principal: Principal) -> Client:
    """A browser of somebody who signed in."""
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    client.cookies[COOKIE] = principal.secret
    return client


def waiting(name: str) -> UUID:
    """A drafted message to somebody who lives in the commune HERE."""
    made = person(name, phones=[f"09{uuid7().int % 10**8:08d}"])
    values = {"reference": "BN-1", "duty": "self_monitoring", "until": "2026-12-01"}
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        notice = draft(person=made, kind="contact_duty", values=values, reason=uuid7(), by=by)
    return notice.id


def state_of(notice: UUID) -> str:
    """Where a message stands."""
    with system_scope("test"):
        return str(Notice.objects.get(pk=notice).state)


@pytest.mark.parametrize("role", [Role.STATION_OFFICER, Role.COMMUNE_CHAIRMAN])
def test_it_shows_the_very_text_and_sends_only_what_was_approved(role: Role) -> None:
    first, second = waiting("Trần Thị Mai"), waiting("Hoàng Văn Khải")
    officer = browser(cast.of_commune(role))
    with system_scope("test"):
        text = text_of(Notice.objects.get(pk=first))
    page = officer.get("/notices/").text
    assert text in page
    assert "Trần Thị Mai" in page
    assert "checked" not in page
    answer = officer.post("/notices/approve/", {"notice": [str(first)]}, follow=True)
    assert "1 message approved." in answer.text
    assert (state_of(first), state_of(second)) == ("approved", "drafted")


def test_it_says_when_nothing_was_chosen() -> None:
    notice = waiting("Lý Văn Sơn")
    answer = browser(cast.of_province(Role.DIRECTOR)).post("/notices/approve/", {})
    assert answer.status_code == 422
    assert "Choose at least one message that waits." in answer.text
    assert state_of(notice) == "drafted"


def test_no_text_names_a_person_a_disease_or_a_level() -> None:
    notice = waiting("Giàng Thị Mỷ")
    with system_scope("test"):
        text = text_of(Notice.objects.get(pk=notice))
    for forbidden in ("Mỷ", "COVID", "F0", "F1", "dương tính"):
        assert forbidden not in text


def test_an_officer_of_elsewhere_neither_sees_nor_approves_it() -> None:
    notice = waiting("Vàng A Páo")
    strangers = [
        cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE),
        cast.of_province(Role.TRACER, cast.OTHER_PROVINCE),
    ]
    for stranger in strangers:
        page = browser(stranger)
        assert "Vàng A Páo" not in page.get("/notices/").text
        answer = page.post("/notices/approve/", {"notice": [str(notice)]})
        assert answer.status_code == 422
    assert state_of(notice) == "drafted"


def test_the_page_is_for_those_who_answer_for_an_area() -> None:
    others = [
        cast.outsider(),
        cast.citizen(),
        cast.of_organisation(Role.SAMPLER),
        cast.of_organisation(Role.GATE_CONTROLLER),
        cast.of_commune(Role.COMMUNE_POLICE),
    ]
    for nobody in others:
        assert browser(nobody).get("/notices/").status_code == 403
