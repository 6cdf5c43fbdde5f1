"""A slip that was lost opens nothing from the report on, and the new one does."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.core.signing import ring
from lachan.credentials.packs import open_pack
from lachan.credentials.tokens import Declared, Token, verify
from lachan.gate import packs, selectors
from lachan.gate.models import Revocation
from lachan.gate.passes import CODE_LASTS, SLIP_LASTS, token_of
from lachan.gate.revocations import is_void
from lachan.gate.revoking import revoke_codes
from lachan.people.models import Person
from tests.declarations.households import browser, household
from tests.factories import cast
from tests.gate import served, twins
from tests.gate.hot_gate import Gate
from tests.gate.test_pages import guard_of, post_scan, somebody
from tests.places.units import NENH


def slip_of(person: Person) -> str:
    with system_scope("test"):
        return token_of(person.id, "slip", now() + SLIP_LASTS)


def report(person: Person) -> None:
    with system_scope("test") as by:
        revoke_codes(person=person.id, why="lost", by=by)


def test_a_lost_slip_is_refused_at_once_and_the_new_one_is_not() -> None:
    venue = served.venue_of(served.manager())
    guard, mai = guard_of(venue), somebody()
    old = slip_of(mai)
    assert post_scan(guard, venue, old)[1]["code"] == "recorded"

    report(mai)

    status, told = post_scan(guard, venue, old)
    assert (status, told["code"]) == (403, "code_revoked")
    assert "báo mất" in told["message"]
    assert post_scan(guard, venue, slip_of(mai))[1]["code"] == "recorded"


def test_a_scan_before_the_report_counts_though_it_comes_later() -> None:
    mai = somebody()
    old = slip_of(mai)
    report(mai)
    with scoped(cast.of_organisation(Role.GATE_CONTROLLER), "gate"):
        found = selectors.recognise(old)
        assert selectors.guest_of(found, now() - timedelta(minutes=5)) is not None
        with pytest.raises(Refused) as refused:
            selectors.guest_of(found, now())
    assert refused.value.code == "code_revoked"


def test_the_telephones_code_is_new_at_once() -> None:
    home = household()
    with system_scope("test") as by:
        old = token_of(home.mai, "person", now() + CODE_LASTS - timedelta(minutes=2))
        made = revoke_codes(person=home.mai, why="copied", by=by)
        new = token_of(home.mai, "person", made.at + CODE_LASTS + timedelta(seconds=2))
    moment = now()
    read = [verify(ring(), text, at=int(moment.timestamp())) for text in (old, new)]
    assert [is_void(token, made.at, moment) for token in read] == [True, False]


def test_a_printed_declaration_made_before_the_report_is_void_and_a_later_one_is_not() -> None:
    moment = now()
    ends = int((moment + timedelta(days=3)).timestamp())

    def declared(minutes: int) -> Token:
        at = int((moment + timedelta(minutes=minutes)).timestamp())
        return Token("declaration", 1, bytes(16), ends, Declared(at, False, False))

    shown = moment + timedelta(hours=1)
    assert [is_void(declared(minutes), moment, shown) for minutes in (-5, 5)] == [True, False]


def test_a_turnstile_is_refused_too(database: str) -> None:
    gate, mai = Gate(database), somebody()
    old = slip_of(mai)
    before = served.scan(person=old, at=(now() - timedelta(minutes=3)).isoformat())
    report(mai)
    answers = [
        *gate.send(served.scan(person=old), before, served.scan(person=slip_of(mai))),
        *gate.send(served.scan(place=gate.venue.code), bearer=old),
    ]
    said = [answer.json()["code"] for answer in answers]
    assert said == ["code_revoked", "recorded", "recorded", "code_revoked"]


def test_a_gate_without_a_network_knows_it_by_its_next_pack() -> None:
    venue = served.venue_of(served.manager())
    guard, mai = guard_of(venue), somebody()
    report(mai)
    with scoped(guard, "gate"):
        signed = packs.gate_pack(venue, now())
    assert len(open_pack(ring(), signed)["revoked"]) >= 1
    with system_scope("test"):
        texts = [token_of(mai.id, "slip", now() + SLIP_LASTS - timedelta(days=1)), slip_of(mai)]
    told = twins.ask(
        {"keys": twins.points(), "pack": signed, "gate": venue.code, "tokens": texts, "asked": []}
    )
    assert told["void"] == [True, False]


def test_gates_that_ask_together_read_their_province_once_and_learn_of_the_report() -> None:
    venue = served.venue_of(served.manager())
    guard, mai = guard_of(venue), somebody()
    with scoped(guard, "gate"):
        packs.forget()
        with CaptureQueriesContext(connections["default"]) as first:
            state = packs.state_of(venue, now())
        with CaptureQueriesContext(connections["default"]) as second:
            assert packs.state_of(venue, now()) == state
        assert open_pack(ring(), packs.gate_pack(venue, now()))["state"] == state
    read = [[q for q in asked if "gate_pack_duties" in q["sql"]] for asked in (first, second)]
    assert [len(each) for each in read] == [1, 0]

    report(mai)

    with scoped(guard, "gate"):
        packs.forget()  # what time does by itself
        assert packs.state_of(venue, now()) != state


def test_a_citizen_stops_the_own_codes_and_those_of_a_child() -> None:
    home = household()
    client = browser(home.mother)
    assert "Slip lost" in client.get("/pass/").text
    assert client.get(f"/pass/lost/?of={home.neighbour}").status_code == 404
    assert "Choose one" in client.post(f"/pass/lost/?of={home.an}", {}).text

    answer = client.post(f"/pass/lost/?of={home.an}", {"why": "lost"})

    assert answer["Location"] == f"/pass/?of={home.an}"
    with system_scope("test"):
        assert Revocation.objects.filter(person=home.an, why="lost").count() == 1
        assert not Revocation.objects.filter(person=home.mai).exists()


def test_the_station_stops_them_and_prints_a_new_slip() -> None:
    mai = somebody("Trịnh Thị Phiếu")
    officer = cast.of_commune(Role.STATION_OFFICER, NENH)
    client: Client = browser(officer)
    assert "Trịnh Thị Phiếu" in client.get("/gate/lost/", {"q": "Trinh Thi Phieu"}).text
    page = client.post(f"/gate/lost/?of={mai.id}", {"why": "lost"}).text
    assert "The old codes are void." in page
    assert client.get(f"/gate/lost/slip.pdf?of={mai.id}").content.startswith(b"%PDF")
    stranger = browser(cast.of_commune(Role.STATION_OFFICER, 1))
    assert stranger.post(f"/gate/lost/?of={mai.id}", {"why": "lost"}).status_code == 404


def test_nobody_voids_codes_of_somebody_he_may_not_see() -> None:
    mai = somebody()
    with scoped(cast.citizen(), "own_data") as by, pytest.raises(Refused) as refused:
        revoke_codes(person=mai.id, why="lost", by=by)
    assert refused.value.code == "not_seen"
