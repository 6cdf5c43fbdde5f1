"""Messages wait for a human; the page shows the very text that is sent."""

from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.ids import uuid7
from lachan.core.middleware import COOKIE
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.notices.services import draft, draft_duty, draft_many, send_by_law
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


def test_only_what_the_law_ends_by_itself_goes_without_a_human() -> None:
    someone = person("Lương Thị Bích", phones=["0900000911"])
    at = "2026-11-16T01:00:00+07:00"
    with system_scope("test") as by:
        ended = {"reference": "BN-2", "at": at}
        first = send_by_law(
            person=someone, kind="holding_ended", values=ended, reason=someone.id, by=by
        )
        again = send_by_law(
            person=someone, kind="holding_ended", values=ended, reason=someone.id, by=by
        )
        with pytest.raises(Refused) as refused:
            send_by_law(person=someone, kind="contact_duty", values={}, reason=uuid7(), by=by)

    assert (first.state, again.id) == ("approved", first.id)
    assert refused.value.code == "human_only"
    assert "BN-2" in text_of(first)


def test_a_duty_on_its_way_is_not_drafted_a_second_time() -> None:
    someone = person("Lương Thị Cúc", phones=["0900000912"])
    duty = {"duty": "self_monitoring", "reference": "BN-3", "reason": uuid7()}
    with system_scope("test") as by:
        first = draft_duty(person=someone, until=date(2026, 12, 1), by=by, **duty)  # type: ignore[arg-type]
        same = draft_duty(person=someone, until=date(2026, 11, 30), by=by, **duty)  # type: ignore[arg-type]
        later = draft_duty(
            person=someone,
            until=date(2026, 12, 9),
            by=by,
            **(duty | {"reason": uuid7()}),  # type: ignore[arg-type]
        )

    assert same == first
    assert later != first


def test_many_drafts_are_one_act_and_none_is_doubled() -> None:
    people = [person(f"Lương Thị {name}") for name in ("Dung", "Em", "Gấm")]
    drafts = [(each, {"reference": "BN-4"}, each.id) for each in people]
    with system_scope("test") as by:
        assert len(draft_many(kind="measure_decided", drafts=drafts[:2], by=by)) == 2
        assert [
            row.person_id for row in draft_many(kind="measure_decided", drafts=drafts, by=by)
        ] == [people[2].id]
