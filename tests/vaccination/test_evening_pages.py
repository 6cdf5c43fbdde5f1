"""Pages of the evening: a refusal is a sentence, a file is what was frozen, others see nothing."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.vaccination.evening_counting import evening_of
from lachan.vaccination.evening_tasks import enter_paper
from lachan.vaccination.models import (
    DayReport,
    EveningBalance,
    NationalFile,
    Outgoing,
    PaperBook,
    PaperSheet,
    Session,
    TableCount,
)
from tests.factories import cast
from tests.factories.people import person
from tests.sampling.people_at_the_table import browser
from tests.vaccination.sites import facility, session_of
from tests.vaccination.stores import filled, lot, store
from tests.vaccination.test_backentry import SHEET
from tests.vaccination.test_evening import came, crowd, injected
from tests.vaccination.test_national import made


@pytest.fixture
def hall(database: str) -> tuple[Client, Session, Principal, Any]:
    where, by = store("Nhà thi đấu")
    of = lot()
    filled(where, by, of, 100)
    session = session_of(by)
    people = crowd(3)
    with system_scope("test"):
        ids, until = [one.id for one in people], now() + timedelta(days=28)
        grants.give("person", ids, to_organisation=by.organisation, until=until)
    came(session, people, "eligible")
    injected(session, of, people[:2], tables=1)
    return browser(by), session, by, of


def said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_evening_is_counted_explained_and_balanced(hall: Any) -> None:
    client, session, by, of = hall
    path = f"/vaccination/sessions/{session.id}/balance/"
    text = said(client, path)
    assert "is not balanced, because" in text
    assert "Nguyễn Văn 2" in text
    assert "Cleared by screening and not injected" in text
    key = f"1_{of.id}"
    counted = {f"vials_{key}": "1", f"wasted_{key}": "8", f"left_{key}": ""}
    assert client.post(f"{path}count/", counted).status_code == 302
    with scoped(by, "test"):
        assert TableCount.objects.get(session=session).wasted == 8
    assert "no reason yet" in client.post(f"{path}close/", follow=True).content.decode()
    for _round in range(6):
        with scoped(by, "test"):
            waiting = evening_of(session).unexplained
        if not waiting:
            break
        one = waiting[0]
        told = {"difference": f"{one.code}|{one.about}|{one.table}|{one.amount}", "why": ""}
        assert "Say why" in client.post(f"{path}reasons/", told, follow=True).content.decode()
        told |= {"why": "Về nhà trước khi tiêm", "outcome": "left"}
        client.post(f"{path}reasons/", told)
    assert client.post(f"{path}close/").status_code == 302
    assert "The session is balanced, because" in said(client, path)
    with scoped(by, "test"):
        assert EveningBalance.objects.get(session=session).by == by.account
        assert Look.objects.filter(by_account=by.account, what="vaccination").exists()


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"difference": "x"},
        {"difference": "no_consent|x|1|1", "why": "x"},
        {"difference": f"no_consent|{uuid7()}|1|1", "why": "x"},
    ],
)
def test_what_no_form_sends_is_answered_with_a_sentence(hall: Any, told: Any) -> None:
    client, session, _by, _of = hall
    path = f"/vaccination/sessions/{session.id}/balance/"
    assert client.post(f"{path}reasons/", told, follow=True).status_code == 200
    wrong = client.post(
        f"{path}count/", {"vials_9_x": "1", f"vials_9_{uuid7()}": "-1"}, follow=True
    )
    assert "Count vials and doses" in wrong.content.decode()


def test_others_see_no_evening(hall: Any) -> None:
    _client, session, _by, _of = hall
    stranger = browser(facility())
    for path in ("balance/", "sheets/"):
        assert stranger.get(f"/vaccination/sessions/{session.id}/{path}").status_code == 404
    guard = browser(cast.of_organisation(Role.GATE_CONTROLLER))
    for path in ("day-reports/", "national/", f"sessions/{session.id}/balance/"):
        assert guard.get(f"/vaccination/{path}").status_code == 403


def test_paper_is_keyed_settled_and_entered_on_its_pages(database: str) -> None:
    first = facility()
    second = cast.of_organisation(Role.VACCINATOR, first.organisation)
    session = session_of(first)
    one, two = browser(first), browser(second)
    desk = f"/vaccination/sessions/{session.id}/sheets/"
    assert "Write the first and the last" in one.post(desk, {}, follow=True).content.decode()
    one.post(desk, {"prefix": "b", "first": "1", "last": "3"})
    with scoped(first, "test"):
        book = PaperBook.objects.get(session=session)
    sheet = f"/vaccination/paper/{book.id}/1/"
    wrong = one.post(sheet, SHEET | {"id": str(uuid7()), "name": "", "arm": "5"})
    assert wrong.status_code == 422
    assert wrong.content.decode().count('class="err"') == 2
    answer = one.post(sheet, SHEET | {"id": str(uuid7())})
    assert answer["Location"] == f"/vaccination/paper/{book.id}/2/"
    again = one.post(sheet, SHEET | {"id": str(uuid7())})
    assert "Another person keys it" in again.content.decode()
    assert "FX2207" in said(one, f"/vaccination/paper/{book.id}/2/")
    assert "FX2207" not in said(two, sheet)
    two.post(sheet, SHEET | {"id": str(uuid7()), "birth": "1966"})
    text = said(two, f"{sheet}settle/")
    assert "two people read it differently" in text
    assert "1966" in text
    left = two.post(f"{sheet}settle/", {}, follow=True)
    assert "choose for every line" in left.content.decode()
    two.post(f"{sheet}settle/", {"birth": "other", "birth_other": "1960"})
    enter_paper()
    with scoped(first, "test"):
        found = PaperSheet.objects.get(book=book, number=1)
        assert found.dose is not None
        assert found.dose.source == "paper"
    one.post(f"/vaccination/paper/{book.id}/spoil/", {"first": "2", "last": "3", "why": "Ướt"})
    assert "Every number of the pad is accounted for." in said(one, desk)


def test_another_name_is_shown_beside_the_registers(database: str) -> None:
    first = facility()
    second = cast.of_organisation(Role.VACCINATOR, first.organisation)
    session = session_of(first)
    person("Nông Văn Páo", birth="1961", documents={"cccd": "024061000991"})
    browser(first).post(f"/vaccination/sessions/{session.id}/sheets/", {"first": "1", "last": "1"})
    with scoped(first, "test"):
        book = PaperBook.objects.get(session=session)
    sheet = f"/vaccination/paper/{book.id}/1/"
    for by in (first, second):
        browser(by).post(sheet, SHEET | {"id": str(uuid7()), "card": "024061000991"})
    enter_paper()
    assert "Lò Thị Mai" in said(browser(first), f"{sheet}settle/")
    assert browser(first).post(f"{sheet}confirm/").status_code == 302
    enter_paper()
    with scoped(first, "test"):
        assert PaperSheet.objects.get(book=book).state == "entered"


def test_a_report_is_frozen_and_downloaded(database: str) -> None:
    site = made(2)
    site.inject()
    client = browser(site.by)
    assert "as it stands" in said(client, "/vaccination/day-reports/")
    answer = client.post("/vaccination/day-reports/freeze/")
    with scoped(site.by, "test"):
        # After the hour of the machine's own day nothing is left to freeze by hand.
        found = DayReport.objects.filter(organisation=site.facility).first()
    if found is None:
        assert answer["Location"] == "/vaccination/day-reports/"
        return
    path = f"/vaccination/day-reports/{found.id}"
    assert found.sha256 in said(client, f"{path}/")
    book = load_workbook(io.BytesIO(client.get(f"{path}.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[1][4:] == (1, 0, None) or rows[1][4:] == (1, 0, "")
    assert client.get(f"{path}.pdf").content.startswith(b"%PDF")
    assert client.get(f"{path}.exe").status_code == 404
    assert browser(facility()).get(f"{path}/").status_code == 404
    again = client.post("/vaccination/day-reports/freeze/", follow=True)
    assert "is frozen" in again.content.decode()
    assert "−" in said(client, f"{path}/") or "taken back" in said(client, f"{path}/")


def test_the_outbox_shows_its_lag_and_takes_answers(database: str) -> None:
    site = made(3)
    doses = [site.inject(), site.inject()]
    Outgoing.objects.using("owner").filter(pk=doses[0]).update(
        queued_at=now() - timedelta(hours=5, minutes=3)
    )
    client = browser(site.by)
    assert "5 hours behind" in said(client, "/vaccination/national/")
    client.post("/vaccination/national/export/")
    with scoped(site.by, "test"):
        file = NationalFile.objects.get(organisation=site.facility)
    path = f"/vaccination/national/files/{file.id}"
    package = zipfile.ZipFile(io.BytesIO(client.get(f"{path}.zip").content))
    assert "manifest.json" in package.namelist()
    assert client.get(f"{path}.xlsx").content[:2] == b"PK"
    assert browser(facility()).get(f"{path}.zip").status_code == 404
    lines = f"file,entry,answer,reason\n1,{doses[0]},accepted,\n1,{doses[1]},refused,Sai số\n9,x,,"
    upload = SimpleUploadedFile("tra-loi.csv", lines.encode())
    answer = client.post("/vaccination/national/answers/", {"file": upload}, follow=True)
    text = answer.content.decode()
    assert "1 accepted, 1 refused" in text
    assert "Row 4 was not taken over" in text
    assert "Sai số" in text
    client.post(f"/vaccination/national/{doses[1]}/resend/")
    assert site.states()[doses[1]] == "waiting"
    none = client.post("/vaccination/national/answers/", {}, follow=True)
    assert "Choose the file" in none.content.decode()
    above = cast.of_province(Role.DIRECTOR, site.session.province)
    assert "Hours behind" in said(browser(above), "/vaccination/national/")


def test_the_cdc_sees_its_facilities_and_the_ministry_the_lag(database: str) -> None:
    site = made(1)
    site.inject()
    above = browser(cast.of_province(Role.DIRECTOR, site.session.province))
    assert "Facilities of the province" in said(above, "/vaccination/day-reports/")
    ministry = browser(cast.of_nation())
    assert "Hours behind" in said(ministry, "/vaccination/national/")
    assert said(ministry, "/vaccination/day-reports/")
    with system_scope("test"):
        assert Outgoing.objects.filter(organisation=site.facility).count() == 1
