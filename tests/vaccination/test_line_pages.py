"""Pages of the line: letters and calls for devices, the screen outside, paper, codes, gaps."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Document, Person, Phone
from lachan.people.services import NewPerson, Stay, register_many
from lachan.vaccination.line_codes_pdf import CODES
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.models import LineSheet, MissingField, Session, SiteVisit
from lachan.vaccination.site_tasks import take_site_events
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import browser, code_of
from tests.vaccination.sites import Device, facility, session_of, wire_to
from tests.vaccination.test_line import lettered
from tests.vaccination.test_site_twins import STATIC
from tests.venues.pdf_codes import codes_of

JSON = "application/json"


def at_the_doors(by: Principal, database: str) -> tuple[Session, Device, list[UUID]]:
    """Two are received: one is injected, one waits at the table for problems."""
    session = session_of(by)
    device, letter = lettered(by, session)
    new = [
        NewPerson(full_name=name, stay=Stay(NENH, BAC_NINH), birth="1955")
        for name in ("Sùng Thị Một", "Lò Văn Hai")
    ]
    with system_scope("test") as system:
        people = [one.id for one in register_many(new, by=system)]
    at = now() - timedelta(minutes=50)
    for number, one in enumerate(people, start=1):
        device.received(code_of(one), letter=letter, number=number, at=at)
    device.screened(code_of(people[0]), at=at + timedelta(minutes=5))
    device.injected(code_of(people[0]), at=at + timedelta(minutes=8), number=1)
    device.tell("problem", code_of(people[1]), reason="elsewhere", at=at + timedelta(minutes=9))
    send(database, device)
    return session, device, people


def send(database: str, device: Device) -> None:
    with wire_to(database) as wire:
        assert set(wire.post(device, *device.events)) == {"recorded"}
    take_site_events()


def test_a_device_asks_for_its_letter_and_calls(database: str) -> None:
    by = facility()
    session, device, _people = at_the_doors(by, database)
    client, page = browser(by), f"/vaccination/site/{session.id}"
    answer = client.post(f"{page}/letter/", {"device": str(device.device)}, content_type=JSON)
    assert answer.json() == {"letter": "A"}
    told = client.get(f"{page}/line.json").json()
    assert [(one["label"], one["step"]) for one in told["tickets"]] == [
        ("A1", "observed"),
        ("A2", "problem"),
    ]
    assert told["tickets"][1]["problem"] == "elsewhere"
    assert told["paper_minutes"] == line_rule().paper_minutes == 30
    assert "Một" not in str(told)
    called = {"act": "next", "station": "screening", "table": 1}
    assert client.post(f"{page}/call/", called, content_type=JSON).json() == {"label": ""}
    again = {**called, "act": "again", "label": "A2", "station": "injection"}
    assert client.post(f"{page}/call/", again, content_type=JSON).json() == {"label": "A2"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"act": "dance", "station": "screening", "table": 1}, 400),
        ({"act": "next", "station": "door", "table": 1}, 409),
        ({"act": "next", "station": "screening", "table": "1"}, 409),
        ({"act": "again", "station": "screening", "table": 1, "label": "Z77777777"}, 404),
        ({"act": "again", "station": "screening", "table": 1, "label": "A²"}, 404),
        ("x", 400),
    ],
)
def test_what_is_no_call_is_refused_in_words(database: str, body: object, code: int) -> None:
    by = facility()
    session = session_of(by)
    page = f"/vaccination/site/{session.id}/call/"
    answer = browser(by).post(page, body, content_type=JSON, headers={"Accept": JSON})
    assert answer.status_code == code or answer.status_code == 422
    assert answer.status_code < 500


def test_another_facilitys_line_is_not_found(database: str) -> None:
    session = session_of(facility())
    client = browser(facility())
    for path in ("site/{}/line.json", "sessions/{}/gaps/", "sessions/{}/screen/"):
        assert client.get(f"/vaccination/{path.format(session.id)}").status_code == 404
    assert client.post(f"/vaccination/sessions/{session.id}/paper/").status_code == 404


def outsider() -> Client:
    """A browser in which nobody signed in."""
    return Client(headers={"accept-language": "en", "host": "localhost"})


def test_the_screen_outside_needs_no_account_and_names_nobody(database: str) -> None:
    by = facility()
    session, _device, _people = at_the_doors(by, database)
    link = browser(by).get(f"/vaccination/sessions/{session.id}/screen/")
    assert link.status_code == 302
    for address in (link.headers["Location"], f"{link.headers['Location']}board/"):
        answer = outsider().get(address)
        page = answer.content.decode()
        assert answer.status_code == 200
        for hidden in ("Sùng", "Lò Văn", "covid", "vaxzevria", "COVID"):
            assert hidden not in page
        assert "nobody waits" in page
    assert outsider().get(f"{link.headers['Location'][:-4]}abc/").status_code == 404
    with system_scope("test"):
        Session.objects.filter(pk=session.id).update(state="closed")
    assert "This session is over" in outsider().get(link.headers["Location"]).content.decode()


def test_the_desk_prints_on_paper_and_warns_after_the_minutes(database: str) -> None:
    by = facility()
    session, device, people = at_the_doors(by, database)
    client, page = browser(by), f"/vaccination/sessions/{session.id}/"
    assert "Print now" in client.get(page).content.decode()
    first = client.post(f"{page}paper/")
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF")
    shown = client.get(page).content.decode()
    assert "sheet 1" in shown
    assert "Print now" not in shown
    device.tell("discharged", code_of(people[0]), next_on="")
    send(database, device)
    client.post(f"{page}paper/")
    client.post(f"{page}paper/", {"all": "1"})
    with scoped(by, "test"):
        sheets = LineSheet.objects.filter(session=session).order_by("number")
        counted = [(one.number, one.people, one.since is None) for one in sheets]
    # The same events came again: what did not change is printed once.
    assert [number for number, _people, _all in counted] == [1, 2, 3]
    assert (counted[0], counted[2]) == ((1, 2, True), (3, 2, True))
    with scoped(cast.citizen(people[1]), "own_data"):
        assert "vaccination_paper" in Look.objects.values_list("what", flat=True)
    ago = now() - timedelta(minutes=line_rule().paper_minutes)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update vaccination_linesheet set made_at = %s where session_id = %s", [ago, session.id]
        )
    assert "Print now" in client.get(page).content.decode()


def test_the_problem_table_is_on_the_desk_with_its_wait(database: str) -> None:
    by = facility()
    session, _device, _people = at_the_doors(by, database)
    page = browser(by).get(f"/vaccination/sessions/{session.id}/").content.decode()
    assert "May have had a dose elsewhere" in page
    assert "41 minutes" in page


def test_the_sheet_of_codes_is_read_by_a_reader(database: str) -> None:
    made = browser(facility()).get("/vaccination/site/codes.pdf").content
    found = codes_of(made)
    assert {one.text for one in found} == {row[0] for row in CODES}
    assert {one.page for one in found} == {0}
    device = (STATIC / "site-recognising.js").read_text(encoding="utf-8")
    assert set(re.findall('"(LC-[A-Z]+)"', device)) == {row[0] for row in CODES}


def gap_of(session: Session, field: str) -> MissingField:
    with system_scope("test"):
        return MissingField.objects.get(visit__session=session, field=field, filled_at=None)


TYPED = [
    ("sex", "Nữ"),
    ("birth_date", "5/3/1955"),
    ("birth_date", "05031955"),
    ("identity_number", "024055000123"),
    ("phone", "0912345678"),
    ("ethnicity", "mong"),
    ("ethnicity", "8"),
    ("permanent_commune", "="),
]


@pytest.mark.parametrize(("field", "text"), TYPED)
def test_what_is_typed_leaves_the_list(database: str, field: str, text: str) -> None:
    by = facility()
    session, _device, people = at_the_doors(by, database)
    client, page = browser(by), f"/vaccination/sessions/{session.id}/gaps/"
    gap = gap_of(session, field)
    assert str(gap.id) in client.get(page).content.decode()
    answer = client.post(page, {"gap": str(gap.id), "text": text}, headers={"Accept": JSON})
    assert (answer.status_code, answer.content) == (204, b"")
    assert str(gap.id) not in client.get(page).content.decode()
    with system_scope("test"):
        person = Person.objects.get(pk=people[0])
        known = {
            "birth_date": person.birth_precision == "day",
            "identity_number": Document.objects.filter(person=person).exists(),
            "phone": Phone.objects.filter(person=person).exists(),
            "sex": person.sex == "female",
            "ethnicity": person.ethnicity == 8,
            "permanent_commune": not MissingField.objects.filter(
                visit__person=person, field="permanent_province", filled_at=None
            ).exists(),
        }
    assert known[field]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("birth_date", "31/02/1955"),
        ("birth_date", "05/03/1990"),
        ("identity_number", "12"),
        ("phone", "abc"),
        ("ethnicity", "Sao Hỏa"),
        ("ethnicity", "56"),
        ("sex", "?"),
        ("permanent_commune", "Không Có Xã Này"),
        ("birth_date", "  "),
    ],
)
def test_what_is_not_readable_stays_with_a_sentence(database: str, field: str, text: str) -> None:
    by = facility()
    session, _device, _people = at_the_doors(by, database)
    client, page = browser(by), f"/vaccination/sessions/{session.id}/gaps/"
    gap = gap_of(session, field)
    answer = client.post(page, {"gap": str(gap.id), "text": text}, headers={"Accept": JSON})
    assert answer.status_code == 422
    assert len(answer.content) > 20
    plain = client.post(page, {"gap": str(gap.id), "text": text})
    assert plain.status_code >= 400
    assert str(gap.id) in client.get(page).content.decode()


def test_a_gap_of_nobody_is_refused(database: str) -> None:
    by = facility()
    session, _device, _people = at_the_doors(by, database)
    client, page = browser(by), f"/vaccination/sessions/{session.id}/gaps/"
    for number in ("x", str(uuid7())):
        assert client.post(page, {"gap": number, "text": "8"}).status_code in {404, 422}


def test_who_does_not_work_there_fills_and_prints_nothing(database: str) -> None:
    by = facility()
    session, _device, _people = at_the_doors(by, database)
    guard = browser(cast.of_organisation(Role.GATE_CONTROLLER))
    for path in ("paper/", "gaps/"):
        answer = guard.post(f"/vaccination/sessions/{session.id}/{path}")
        assert answer.status_code in {403, 404}
    with system_scope("test"):
        assert SiteVisit.objects.filter(session=session).count() == 2
