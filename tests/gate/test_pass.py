"""The citizen's first page: the verdict with its reason, a code that a gate reads, a slip."""

import base64
import re
from datetime import timedelta

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.core.signing import ring
from lachan.credentials.tokens import verify
from lachan.declarations.services import declare
from lachan.gate import selectors
from lachan.gate.passes import token_of
from lachan.notices.models import Notice
from lachan.notices.services import draft
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from tests.declarations.households import NO, browser, household
from tests.factories import cast
from tests.factories.gates import somewhere


def test_it_is_the_first_page_of_a_citizen() -> None:
    assert browser(household().mother).get("/")["Location"] == "/pass/"


def test_it_says_the_verdict_and_why() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        declare(key=uuid7(), person=home.mai, answers=NO, by=by)
    page = browser(home.mother).get("/pass/").text
    assert "pass is-may" in page
    assert "May enter, <b>because</b>: Nothing to note; declared 0 hours ago." in page
    assert "Rule version 2" in page


def test_signs_of_illness_ask_for_one_more_step() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        declare(key=uuid7(), person=home.mai, answers=NO | {"fever": True}, by=by)
    assert "pass is-need" in browser(home.mother).get("/pass/").text


def test_the_code_is_the_persons_and_ends_in_a_quarter_of_an_hour() -> None:
    home = household()
    with system_scope("test"):
        until = now() + timedelta(minutes=15)
        token = verify(ring(), token_of(home.an, "person", until), at=int(now().timestamp()))
        assert token.pseudonym == trace_ids_of([home.an])[home.an].bytes
    page = browser(home.mother).get("/pass/", {"of": home.an})
    assert page["Refresh"] == "600"
    [picture] = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", page.text)
    assert b"<svg" in base64.b64decode(picture)


def test_it_is_about_one_person_of_those_i_speak_for() -> None:
    home = household()
    client = browser(home.mother)
    assert "<h1>Nguyễn Văn An</h1>" in client.get("/pass/", {"of": home.an}).text
    assert client.get("/pass/", {"of": home.neighbour}).status_code == 404
    assert client.get("/pass/slip.pdf", {"of": home.neighbour}).status_code == 404


def test_the_slip_is_a_pdf() -> None:
    answer = browser(household().mother).get("/pass/slip.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_message_is_there_once_it_was_sent_and_then_the_duty_counts() -> None:
    home = household()
    values = {
        "reference": "BN-1",
        "duty": "isolate_home",
        "until": (now() + timedelta(days=5)).date().isoformat(),
    }
    with system_scope("test") as by:
        person = Person.objects.get(pk=home.mai)
        row = draft(person=person, kind="contact_duty", values=values, reason=uuid7(), by=by)
    client = browser(home.mother)
    assert "BN-1" not in client.get("/pass/").text
    with system_scope("test"):
        Notice.objects.filter(pk=row.id).update(
            state="sent", approved_at=now(), approved_by=uuid7(), sent_at=now()
        )
    page = client.get("/pass/").text
    assert "BN-1" in page
    assert "pass is-not" in page


def test_a_gate_judges_by_the_same_facts_and_reads_no_row() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        declare(key=uuid7(), person=home.mai, answers=NO | {"fever": True}, by=by)
    guard = cast.of_organisation(Role.GATE_CONTROLLER)
    with system_scope("test"):
        trace_id = trace_ids_of([home.mai])[home.mai]
    with scoped(guard, "gate"):
        guest = selectors.shown(trace_id, [])
        assert guest is not None
        facts = selectors.facts_of(guest, now(), somewhere())
    assert facts["symptoms"] is True
    assert facts["declaration_age_hours"] == 0
    outsider = cast.outsider()
    with scoped(outsider, "gate"):
        assert selectors.facts_of(guest, now(), somewhere()) == {"declaration_mandatory": False}


def test_no_label_of_a_tracer_stands_on_the_page() -> None:
    page = browser(household().mother).get("/pass/").text
    assert not re.search(r"\bF[0-4]\b", page)


def test_it_is_for_citizens_only() -> None:
    for nobody in (cast.outsider(), cast.of_province(Role.DIRECTOR)):
        assert browser(nobody).get("/pass/").status_code == 403
