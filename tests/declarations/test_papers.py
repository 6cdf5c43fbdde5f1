"""Declarations on paper: numbered, keyed once, checked by a count, missed by number."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.core.clock import OFFSET, now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations import paper_reading, papers, tasks
from lachan.declarations.models import Declaration, PaperSeries, PaperSheet
from lachan.declarations.paper_pdf import sheets_pdf
from lachan.declarations.questionnaire import in_force
from lachan.formats.papernumbers import PaperNumber, read_paper_number
from lachan.places.models import Organisation
from tests.declarations.households import NO, browser
from tests.declarations.triage import Ward, open_tasks, resident, ward
from tests.factories import cast, outbreak
from tests.gate.pdf_codes import codes_of
from tests.tracing.pdf_words import words_of


@pytest.fixture
def here(database: str) -> Ward:
    return ward()


def issued(by: Principal, sheets: int = 5, holder: str = "Chốt Km 12") -> PaperSeries:
    with scoped(by, "paper"):
        return papers.issue(sheets=sheets, holder=holder, by=by)


def key_in(by: Principal, number: PaperNumber, person: UUID, **answers: Any) -> Declaration:
    with scoped(by, "paper"):
        return papers.key_in(
            number=number, person=person, answers=NO | answers, at=now(), key=uuid7(), by=by
        )


def code(by: Principal, number: PaperNumber | None) -> str:
    with scoped(by, "paper"), pytest.raises(Refused) as refused:
        papers.series_of(number)
    return refused.value.code


def test_every_sheet_has_its_number_as_words_and_as_a_code(here: Ward) -> None:
    series = issued(here.station, sheets=3)
    pdf = sheets_pdf(series)
    numbers = [str(PaperNumber(series.series, sheet)) for sheet in (1, 2, 3)]
    assert codes_of(pdf) == numbers
    words = words_of(pdf)
    assert all(number in words for number in numbers)
    assert pdf.count(b"/Type/Page\n") + pdf.count(b"/Type /Page\n") in (0, 3)


def test_the_sheet_asks_every_question_in_both_languages(here: Ward) -> None:
    words = words_of(sheets_pdf(issued(here.station, sheets=1))).replace("\n", "")
    for question in in_force(today()).questions:
        if question.type == "yes_no":
            assert question.words.vi[:12] in words
            assert question.words.en[:12] in words


def test_a_keyed_sheet_is_a_declaration_of_the_hour_on_it(here: Ward) -> None:
    series = issued(here.station)
    made = key_in(here.station, PaperNumber(series.series, 2), here.mai.id, fever=True)
    assert (made.way, made.symptoms) == ("paper", True)
    assert read_paper_number(made.paper) == PaperNumber(series.series, 2)
    tasks.triage_declarations()
    assert [task.reason for task in open_tasks(here.station, here.mai)] == ["symptoms"]


def test_the_same_sheet_twice_is_refused_by_the_name_of_who_keyed_it(here: Ward) -> None:
    series = issued(here.station)
    number = PaperNumber(series.series, 1)
    key_in(here.station, number, here.mai.id)
    with pytest.raises(Refused) as refused:
        key_in(here.station, number, here.mai.id)
    assert refused.value.code == "paper_known"
    assert "station_officer" in refused.value.message
    with system_scope("test"):
        assert Declaration.objects.filter(paper=str(number)).count() == 1


def test_two_who_key_one_sheet_at_once_key_it_once(
    here: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = issued(here.station)
    number = PaperNumber(series.series, 1)
    ask = papers.series_of
    waits = [True]

    def late(asked: PaperNumber | None) -> PaperSeries:
        found = ask(asked)
        if waits.pop() if waits else False:
            with scoped(here.station, "paper"):
                papers._came(found, [1], here.station, void_for="lost")
        return found

    monkeypatch.setattr(papers, "series_of", late)
    with pytest.raises(Refused) as refused:
        key_in(here.station, number, here.mai.id)
    assert refused.value.code == "paper_void"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "paper_unreadable"),
        ("K7M2-00031-0", "paper_unreadable"),
        (str(PaperNumber("ZZZZ", 1)), "paper_unknown"),
    ],
)
def test_a_number_that_is_none_is_said_so(here: Ward, text: str, expected: str) -> None:
    assert code(here.station, read_paper_number(text)) == expected


def test_a_sheet_beyond_the_last_and_a_neighbours_are_unknown(here: Ward) -> None:
    series = issued(here.station, sheets=2)
    assert code(here.station, PaperNumber(series.series, 3)) == "paper_unknown"
    next_door = cast.of_commune(Role.STATION_OFFICER, outbreak.Unit.of(outbreak.NEXT_CODE).commune)
    assert code(next_door, PaperNumber(series.series, 1)) == "paper_unknown"


def test_what_is_missing_in_between_is_named_and_the_rest_is_not_yet(here: Ward) -> None:
    series = issued(here.station, sheets=6)
    for sheet in (1, 4):
        key_in(here.station, PaperNumber(series.series, sheet), here.mai.id)
    with scoped(here.station, "paper"):
        [pile] = paper_reading.piles([series])
    assert [number.sheet for number in pile.gaps] == [2, 3]
    assert (pile.rest_from, pile.rest) == (PaperNumber(series.series, 5), 2)


def test_a_void_sheet_has_a_reason_and_is_missed_no_more(here: Ward) -> None:
    series = issued(here.station, sheets=6)
    key_in(here.station, PaperNumber(series.series, 3), here.mai.id)
    with scoped(here.station, "paper") as by:
        with pytest.raises(Refused) as refused:
            papers.void(series=series, first=1, last=2, reason="", by=by)
        assert papers.void(series=series, first=1, last=4, reason="lost", by=by) == 3
        [pile] = paper_reading.piles([series])
    assert refused.value.code == "void_reason"
    assert (pile.gaps, pile.void, pile.keyed) == ([], 3, 1)
    assert code(here.station, PaperNumber(series.series, 2)) == "paper_void"


def test_a_post_prints_and_keys_its_own_and_the_station_sees_them(here: Ward) -> None:
    post = Organisation.objects.using("owner").create(
        kind="company", name="Chốt Sen Hồ", commune=here.unit.commune, province=here.unit.province
    )
    guard = cast.of_organisation(Role.GATE_CONTROLLER, post.id)
    series = issued(guard, holder="Chốt Sen Hồ")
    with scoped(here.station, "paper"):
        assert PaperSeries.objects.filter(pk=series.id).exists()
    for stranger in (cast.of_organisation(Role.GATE_CONTROLLER), cast.citizen(), cast.outsider()):
        with scoped(stranger, "look"):
            assert not PaperSeries.objects.filter(pk=series.id).exists()
            assert not PaperSheet.objects.exists()


def test_paper_from_before_it_was_printed_is_a_slip_of_the_pen(here: Ward) -> None:
    series = issued(here.station)
    with scoped(here.station, "paper") as by, pytest.raises(Refused) as refused:
        papers.key_in(
            number=PaperNumber(series.series, 1),
            person=here.mai.id,
            answers=NO,
            at=now() - timedelta(days=3),
            key=uuid7(),
            by=by,
        )
    assert refused.value.code == "paper_before_issue"


@pytest.mark.parametrize(
    ("keyed", "ticks", "before", "stands"),
    [
        ({"fever": True}, 1, None, True),
        ({"fever": True}, 2, None, False),
        ({"fever": True}, 2, {"fever": "yes", "cough": "no"}, True),
        ({"fever": True}, 2, {"fever": "no", "cough": "yes"}, False),
        ({}, 0, None, True),
    ],
)
def test_a_keying_stands_by_its_count_or_a_second_time(
    keyed: dict[str, Any], ticks: int, before: dict[str, Any] | None, stands: bool
) -> None:
    assert papers.agrees(keyed, ticks, ["fever", "cough"], before) is stands


def posted(**more: Any) -> dict[str, Any]:
    at = now().astimezone(OFFSET).strftime("%Y-%m-%dT%H:%M")
    answers = dict.fromkeys(NO, "no")
    return answers | {"key": str(uuid7()), "at": at, "ticks": "0"} | more


def test_a_wrong_tick_is_found_by_the_count_and_keyed_blind(here: Ward) -> None:
    client = browser(here.station)
    series = issued(here.station)
    number = PaperNumber(series.series, 1)
    person = resident(here.unit, "Vi Thị Giấy", phone="0900000771")
    found = client.post("/paper/key/", {"number": str(number), "who": "0900000771"})
    url = f"/paper/key/{number}/{person.id}/"
    assert found["Location"] == url
    first = client.post(url, posted(ticks="1"))
    assert first.status_code == 422
    assert 'name="first-fever" value="no"' in first.text
    assert "checked" not in first.text.split("How many Yes ticks")[0].split("Fever")[1][:600]
    second = posted(ticks="1", fever="yes", onset=today().isoformat())
    second |= {f"first-{name}": "no" for name in NO}
    assert client.post(url, second)["Location"] == "/paper/key/"
    with system_scope("test"):
        assert Declaration.objects.get(person=person.id).symptoms


def test_somebody_new_is_entered_from_the_sheet(here: Ward) -> None:
    client = browser(here.station)
    number = PaperNumber(issued(here.station).series, 1)
    nobody = client.post("/paper/key/", {"number": str(number), "who": "0900000779"})
    assert f"/paper/key/{number}/new/" in nobody.text
    with system_scope("test"):
        from lachan.places.selectors import unit_name

        where = unit_name(here.unit.commune)
    entered = client.post(
        f"/paper/key/{number}/new/",
        {
            "full_name": "Vi Văn Mới",
            "birth": "1955",
            "phone": "0900000779",
            "where": where,
            "commune": str(here.unit.commune),
            "address": "Bản Lay",
        },
    )
    assert entered["Location"].startswith(f"/paper/key/{number}/")
    assert client.post(entered["Location"], posted())["Location"] == "/paper/key/"


def test_the_page_prints_names_the_missing_and_makes_void(here: Ward) -> None:
    client = browser(here.station, "vi")
    client.post("/paper/issue/", {"sheets": "4", "holder": "Bà Sáu, xóm Đồi"})
    with system_scope("test"):
        series = PaperSeries.objects.get(holder="Bà Sáu, xóm Đồi")
    key_in(here.station, PaperNumber(series.series, 2), here.mai.id)
    page = client.get("/paper/").text
    assert str(PaperNumber(series.series, 1)) in page
    assert "Bà Sáu, xóm Đồi" in page
    assert client.get(f"/paper/{series.id}.pdf").content.startswith(b"%PDF")
    first = str(PaperNumber(series.series, 1))
    assert client.post("/paper/void/", {"first": first, "reason": "lost"}).status_code == 302
    assert client.post("/paper/void/", {"first": "x", "reason": "lost"}).status_code == 422
    assert client.post("/paper/issue/", {"sheets": "0", "holder": ""}).status_code == 422


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda: cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR), 404),
        (lambda: cast.of_organisation(Role.GATE_CONTROLLER), 404),
        (lambda: cast.of_province(Role.DIRECTOR), 403),
        (cast.citizen, 403),
        (cast.outsider, 403),
    ],
)
def test_nobody_else_prints_these_sheets(here: Ward, who: object, status: int) -> None:
    series = issued(here.station)
    assert callable(who)
    assert browser(who()).get(f"/paper/{series.id}.pdf").status_code == status
