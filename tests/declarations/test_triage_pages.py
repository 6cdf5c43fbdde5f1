"""The list of people to call, one of them, and the daily link, as pages."""

from collections.abc import Iterator
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from openpyxl import load_workbook

from lachan.core.models import Look
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, system_scope
from lachan.declarations import daily, tasks
from lachan.declarations.models import DailyReport, TriageTask
from lachan.places.selectors import unit_name
from tests.declarations.daily import WELL, advised, day_of, link_of, morning
from tests.declarations.households import browser
from tests.declarations.triage import Ward, resident, triaged, ward
from tests.factories import cast, outbreak
from tests.factories.winding import unwound


@pytest.fixture
def here(database: str) -> Iterator[Ward]:
    with unwound():
        yield ward()


def task_url(task: TriageTask, rest: str = "") -> str:
    return f"/triage/{task.id}/{rest}"


def name_of(commune: int) -> str:
    with reference_reading():
        return unit_name(commune)


def again(task: TriageTask) -> TriageTask:
    with system_scope("test"):
        return TriageTask.objects.get(pk=task.id)


def test_the_list_says_who_why_and_by_when_and_leaves_a_look(here: Ward) -> None:
    person = resident(here.unit, "Lưu Bích Khê", phone="0900000751")
    triaged(person.id, breathless=True)
    page = browser(here.station, "vi").get("/triage/").text
    row = page[page.index("Lưu Bích Khê") - 700 : page.index("Lưu Bích Khê") + 900]
    for words in ("Dấu hiệu nguy hiểm", "tel:0900000751", "Ngõ 3, đường Chợ"):
        assert words in row
    looks = Look.objects.using("owner").filter(person=person.id, by_account=here.station.account)
    assert [look.what for look in looks] == ["contact_list"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda here: cast.of_commune(Role.VILLAGE_HEALTH_WORKER, here.unit.commune), 200),
        (lambda here: cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR), 404),
        (lambda here: cast.of_province(Role.DIRECTOR, here.unit.province), 403),
        (lambda here: cast.of_commune(Role.COMMUNE_POLICE, here.unit.commune), 403),
        (lambda here: cast.of_organisation(Role.GATE_CONTROLLER), 403),
        (lambda here: cast.citizen(here.mai.id), 403),
        (lambda here: cast.outsider(), 403),
    ],
)
def test_a_person_is_opened_by_the_own_station_only(here: Ward, who: object, status: int) -> None:
    task = triaged(here.mai.id, fever=True)
    assert callable(who)
    client = browser(who(here))
    assert client.get(task_url(task)).status_code == status
    expected = {200: 302}.get(status, status)
    assert client.post(task_url(task, "take/")).status_code == expected


def test_opening_it_shows_what_was_declared_and_is_a_look(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    page = browser(here.station).get(task_url(task)).text
    assert "<b>Fever</b>" in page
    assert "checked" not in page
    looks = Look.objects.using("owner").filter(person=here.mai.id, by_account=here.station.account)
    assert [look.what for look in looks] == ["declaration"]


def test_two_taps_end_one_and_open_the_next(here: Ward) -> None:
    client = browser(here.station)
    first = client.post("/triage/next/")["Location"]
    done = client.post(first, {"outcome": "sampling", "next": "1"})
    assert done["Location"].startswith("/triage/")
    assert done["Location"] != first
    with system_scope("test"):
        row = TriageTask.objects.get(pk=first.split("/")[2])
    assert (row.state, row.outcome, row.taken_by) == ("done", "sampling", here.station.account)


def test_without_an_outcome_nothing_ends(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    answer = browser(here.station).post(task_url(task), {"next": "1"})
    assert answer.status_code == 422
    assert again(task).state == "open"


def test_two_who_ask_at_once_get_two_people(here: Ward) -> None:
    for number in range(2):
        triaged(resident(here.unit, f"Lê Văn {number}", phone="").id, breathless=True)
    others = [cast.of_commune(Role.STATION_OFFICER, here.unit.commune) for _ in range(2)]
    got = {browser(each).post("/triage/next/")["Location"] for each in others}
    assert len(got) == 2


def test_the_person_who_moved_is_handed_on_by_the_name_of_the_commune(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    client = browser(here.station)
    url = task_url(task, "elsewhere/")
    assert client.post(url, {"where": "không có xã này"}).status_code == 422
    there = outbreak.Unit.of(outbreak.NEXT_CODE).commune
    meant = {"where": name_of(there), "commune": str(there), "address": "Số 9"}
    assert client.post(url, meant)["Location"] == "/triage/"
    tasks.follow_moves()
    assert again(task).to_commune == there
    assert client.get(url).status_code == 404


def test_filters_stand_in_the_address_and_in_the_file(here: Ward) -> None:
    ill = resident(here.unit, "Tạ Thị Sốt", phone="0900000761")
    near = resident(here.unit, "Tạ Văn Gần", phone="0900000762")
    triaged(ill.id, fever=True)
    triaged(near.id, near_patient=True)
    client = browser(here.station, "vi")
    page = client.get("/triage/", {"reason": "contact"}).text
    assert "Tạ Văn Gần" in page
    assert "Tạ Thị Sốt" not in page
    assert "/triage/list.csv?reason=contact" in page
    text = client.get("/triage/list.csv", {"reason": "contact"}).content.decode("utf-8-sig")
    assert "\t0900000762" in text
    assert "Tạ Thị Sốt" not in text
    book = load_workbook(BytesIO(client.get("/triage/list.xlsx").content))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert {"Tạ Thị Sốt", "0900000761"} <= set(cells)


def test_a_province_reads_how_many_and_nobodys_name(here: Ward) -> None:
    triaged(here.mai.id, breathless=True)
    director = cast.of_province(Role.DIRECTOR, here.unit.province)
    page = browser(director, "vi").get("/triage/").text
    assert name_of(here.unit.commune) in page
    assert "Trần Thị Mai" not in page
    assert browser(director).get("/triage/list.csv").status_code == 403


def test_nobody_waits_in_a_quiet_commune() -> None:
    quiet = cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE)
    page = browser(quiet).get("/triage/").text
    assert "Nobody waits to be called." in page
    assert browser(quiet).post("/triage/next/")["Location"] == "/triage/"


def test_the_daily_link_needs_no_account_and_has_no_answer_beforehand(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
    form = client.get(f"/h/{link_of(here.mai)}", follow=True)
    assert "M. 1990" in form.text
    for hidden in ("Trần", "Mai", "0900000711", "checked"):
        assert hidden not in form.text
    assert form["Cache-Control"] == "no-store"


def filled(**more: str) -> dict[str, str]:
    return {**WELL, "key": "01a21773-ceb9-7ae5-8e3b-983c45cb2332", "note": "", **more}


@pytest.mark.parametrize(("answers", "kept"), [({}, "well"), ({"breathing": "hard"}, "danger")])
def test_after_a_danger_sign_it_says_whom_to_call_at_once(
    here: Ward, answers: dict[str, str], kept: str
) -> None:
    advised(here, here.mai)
    morning()
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    code = link_of(here.mai)
    url = client.get(f"/h/{code}")["Location"]
    key = str(uuid4())
    answer = client.post(url, filled(key=key, **answers))
    assert answer["Location"] == f"/h/{code}?kept={kept}"
    assert ("tel:115" in client.get(answer["Location"]).text) is (kept == "danger")
    with system_scope("test"):
        assert DailyReport.objects.filter(pk=key).exists()


@pytest.mark.parametrize("wrong", [{"temperature": ""}, {"temperature": "372"}, {"cough": ""}])
def test_a_report_that_cannot_be_read_is_asked_again(here: Ward, wrong: dict[str, str]) -> None:
    advised(here, here.mai)
    morning()
    client = Client(SERVER_NAME="localhost")
    url = client.get(f"/h/{link_of(here.mai)}")["Location"]
    assert client.post(url, filled(**wrong)).status_code == 422


def test_a_flood_from_one_address_waits(here: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "MOST_FROM_ONE_ADDRESS", 3)
    codes = []
    for _try in range(5):
        try:
            daily.daily_of("guess", asked_from="203.0.113.9")
        except Refused as refused:
            codes.append(refused.code)
    assert codes == ["unknown_code"] * 3 + ["too_many"] * 2


def test_the_person_reads_the_own_days(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    daily.report(
        id=uuid4(),
        code=link_of(here.mai),
        day=day_of(here.mai).id,
        answers=WELL | {"cough": "yes"},
    )
    page = browser(cast.citizen(here.mai.id)).get("/me/health/").text
    assert "Cough · 36,8 °C" in page
    assert browser(cast.citizen()).get("/me/health/", {"of": here.mai.id}).status_code == 404
