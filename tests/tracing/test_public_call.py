"""A public notice: no name, approved by a human, answered by page, by phone and by whoever has
neither."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client

from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.rulebook.selectors import term
from lachan.tracing import inviting, naming_selectors, points, receiving, tasks
from lachan.tracing.models import PublicCall, Submission
from tests.factories import cast, outbreak
from tests.tracing.asked import ABROAD, DUTY, HERE, Office, browser, listed, named, office
from tests.tracing.pdf_words import words_of

#: A market night: two in the morning until past five.
START = datetime(2026, 11, 20, 2, 10, tzinfo=OFFSET)
MARKET = inviting.Point("Chợ đầu mối, dãy B", START, START + timedelta(hours=3, minutes=10))

#: The contact's name must not be found in a notice.
SHY = "Lương Thị Kín Tên"


@pytest.fixture(scope="module")
def where(database: str) -> Office:
    made = office()
    named(made, SHY)
    return made


@pytest.fixture
def tracer(where: Office) -> Client:
    return browser(where.tracer)


def drafted(where: Office, *points: inviting.Point) -> PublicCall:
    with scoped(where.tracer, "tracing"):
        return inviting.draft_call(
            case=where.case,
            points=points or (MARKET,),
            phone=DUTY,
            ends_at=now() + timedelta(days=7),
            by=where.tracer,
        )


def published(where: Office, *points: inviting.Point, names_disease: bool = False) -> PublicCall:
    call = drafted(where, *points)
    with scoped(where.tracer, "tracing"):
        return inviting.approve_call(call=call, names_disease=names_disease, by=where.tracer)


def answer(**typed: str) -> dict[str, str]:
    """An answer as the public page sends it."""
    told = {
        "key": str(uuid7()),
        "full_name": "Mua Thị Dợ",
        "phone": "0900000501",
        "commune": "Nếnh",
        "near": "close",
    }
    return told | typed


def test_a_notice_is_made_from_the_stays_of_the_case(database: str) -> None:
    made = office("Đặng Văn Chợ")
    place = outbreak.factory(HERE)
    with system_scope("test"):
        person = made.case.person
    begun = now() - timedelta(hours=5)
    outbreak.stay(place.line, person, begun, 95, place.manager)
    tracer = browser(made.tracer)
    page = tracer.get(f"/tracing/{made.case.id}/calls/").text
    assert "Chuyền 7" in page
    with scoped(made.tracer, "tracing"):
        [stay] = naming_selectors.stays_of(made.case)
    assert not stay.guessed
    day = f"{stay.start.astimezone(OFFSET):%Y-%m-%d}"

    typed = {
        "s0-on": "on",
        "s0-key": stay.key,
        "s0-day": day,
        "s0-name": "Công ty Sao Mai, chuyền 7",
        "s0-start": f"{stay.start.astimezone(OFFSET):%H:%M}",
        "s0-end": f"{stay.end.astimezone(OFFSET):%H:%M}",
        "t0-name": "Quán phở đầu cổng",
        "t0-day": day,
        "t0-start": "23:30",
        "t0-end": "00:30",
        "phone": DUTY,
        "until": (now() + timedelta(days=3)).date().isoformat(),
    }
    shown = tracer.post(f"/tracing/{made.case.id}/calls/", typed, follow=True).text

    assert "Công ty Sao Mai, chuyền 7" in shown
    assert "Quán phở đầu cổng: from 23:30" in shown
    with system_scope("test"):
        places = list(PublicCall.objects.get(case=made.case).places.order_by("name"))
    assert [place.place_id for place in places] == [stay.place, None]
    assert places[1].to_at - places[1].from_at == timedelta(hours=1)


def test_told_places_are_offered_and_homes_are_not(database: str) -> None:
    made = office("Đặng Thị Kể")
    ago = [now() - timedelta(hours=each) for each in (9, 8, 7, 6)]
    told = [
        points.Told(start=ago[0], end=ago[1], name="Quán bún bà Lài", kind="shop"),
        points.Told(start=ago[2], end=ago[3], name="Nhà chị Tư", kind="home"),
    ]
    with scoped(made.tracer, "tracing"):
        for each in told:
            points.add_point(case=made.case, told=each, by=made.tracer)

    notice = browser(made.tracer).get(f"/tracing/{made.case.id}/calls/").text
    add = browser(made.tracer).get(made.add).text

    assert "Quán bún bà Lài" in notice
    assert "Nhà chị Tư" not in notice
    assert "Quán bún bà Lài" in add


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choose at least one place with its hours."),
        ({"t0-name": "Chợ"}, "Every place needs its day"),
        ({"t0-name": f"Nhà {SHY}", "whole": "1"}, "A notice names no person."),
        ({"t0-name": "Chợ", "whole": "1", "phone": "hỏi trạm"}, "Write the duty phone"),
        ({"t0-name": "Chợ", "whole": "1", "until": "2020-01-01"}, "A notice ends on a day to come"),
    ],
)
def test_a_notice_that_says_too_little_or_too_much_is_not_made(
    tracer: Client, where: Office, typed: dict[str, str], sentence: str
) -> None:
    until = (now() + timedelta(days=3)).date().isoformat()
    hours = {"t0-day": "2026-11-20", "t0-start": "02:00", "t0-end": "05:00"}
    whole = {"phone": DUTY, "until": until} | (hours if typed.get("whole") else {})

    page = tracer.post(f"/tracing/{where.case.id}/calls/", whole | typed)

    assert page.status_code == 422
    assert sentence in page.text
    assert typed.get("t0-name", "") in page.text


def test_nothing_is_public_before_a_human_published_it(tracer: Client, where: Office) -> None:
    call = drafted(where)
    assert browser().get(f"/tim-nguoi/{call.code}/").status_code == 404
    assert browser().post(f"/tim-nguoi/{call.code}/", answer()).status_code == 404
    assert tracer.get(f"/tracing/public-calls/{call.id}/poster.pdf").status_code == 409

    tracer.post(f"/tracing/public-calls/{call.id}/decide/", {"act": "approve"})

    assert browser().get(f"/tim-nguoi/{call.code}/").status_code == 200
    with system_scope("test"):
        row = PublicCall.objects.get(pk=call.pk)
    assert row.approved_by == where.tracer.account
    again = tracer.post(f"/tracing/public-calls/{call.id}/decide/", {"act": "approve"})
    assert again.status_code == 409


def test_the_worker_publishes_nothing(where: Office) -> None:
    call = drafted(where)

    with system_scope("test") as system, pytest.raises(receiving.Refused) as refused:
        inviting.approve_call(call=call, names_disease=False, by=system)

    assert refused.value.code == "human_only"


@pytest.mark.parametrize("names_disease", [False, True])
def test_page_and_poster_name_no_person_and_the_disease_only_when_chosen(
    tracer: Client, where: Office, names_disease: bool
) -> None:
    call = published(where, names_disease=names_disease)
    with system_scope("test"):
        disease = term("disease", where.case.disease)
    pdf = tracer.get(f"/tracing/public-calls/{call.id}/poster.pdf").content

    texts = [browser(language=lang).get(f"/tim-nguoi/{call.code}/").text for lang in ("vi", "en")]
    texts.append(words_of(pdf))

    for text in texts:
        assert "Chợ đầu mối, dãy B" in text
        assert "0900" in text
        assert not re.search(r"\bF[0-4]\b", text)
        assert where.case.number not in text
        for name in ("Đỗ Thị Ngân", SHY, "Ngân", "Kín Tên"):
            assert name not in text
        assert (disease in text) == names_disease, text


def test_who_answers_is_to_be_verified_at_that_place(tracer: Client, where: Office) -> None:
    call = published(where)
    sent = browser(language="en").post(f"/tim-nguoi/{call.code}/", answer(), follow=True)
    assert "Your answer has arrived" in sent.text
    assert "Dợ" not in sent.text

    assert tasks.work_submissions() == 1

    row = listed(where.case)["Mua Thị Dợ"]
    assert (row.state, row.source, row.hop) == ("to_verify", "public_call", 1)
    assert row.first_at == START
    page = tracer.get(f"/tracing/contacts/{row.id}/").text
    assert "by the page" in page
    assert "Within two metres" in page
    assert "Came forward after a notice" in tracer.get(f"/tracing/{where.case.id}/").text


def test_an_answer_twice_is_one_person(where: Office) -> None:
    call = published(where)
    typed = {"full_name": "Sùng A Hai", "phone": "0900000502"}
    for again in (typed, typed | {"full_name": "sung a hai"}):
        browser().post(f"/tim-nguoi/{call.code}/", answer(**again))

    assert tasks.work_submissions() == 2

    assert [name for name in listed(where.case) if name.startswith("Sùng A")] == ["Sùng A Hai"]
    with scoped(where.tracer, "tracing"):
        [row] = [each for each in naming_selectors.calls() if each.call.id == call.id]
    assert (row.answers, row.waiting) == (2, 0)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"full_name": ""}, "Fill in: Your full name."),
        ({"phone": ""}, "Write the phone, or tick that you have none."),
        ({"phone": "", "no_phone": "on"}, "Write through whom we can reach you."),
        ({"near": ""}, "Choose one of the answers."),
        ({"start": "25 giờ"}, "Write the hour as 14:30."),
    ],
)
def test_what_is_missing_is_said(where: Office, typed: dict[str, str], sentence: str) -> None:
    call = published(where)

    page = browser(language="en").post(f"/tim-nguoi/{call.code}/", answer(**typed))

    assert page.status_code == 422
    assert sentence in page.text


def test_somebody_without_a_phone_answers_through_a_neighbour(where: Office) -> None:
    call = published(where)
    typed = {"full_name": "Bàn Thị Xa", "phone": "", "no_phone": "on", "reach": "Trưởng bản Páo"}

    browser().post(f"/tim-nguoi/{call.code}/", answer(**typed))
    tasks.work_submissions()

    row = listed(where.case)["Bàn Thị Xa"]
    with scoped(where.tracer, "tracing"):
        assert "Trưởng bản Páo" in naming_selectors.note_of(row)


def test_a_woman_without_a_smartphone_is_taken_by_phone(tracer: Client, where: Office) -> None:
    call = published(where)
    typed = {
        "key": str(uuid7()),
        "name": "Vàng Thị Mỷ 1961",
        "reach": "cháu Vàng A Sử, xóm dưới",
        "near": "close",
    }
    page = f"/tracing/public-calls/{call.id}/answer/"
    assert tracer.get(page).text.count("<input") <= 16, "short enough for three minutes"

    said = tracer.post(page, typed, follow=True).text
    tracer.post(page, typed)

    assert "Vàng Thị Mỷ is on the list to verify." in said
    row = listed(where.case)["Vàng Thị Mỷ"]
    assert (row.state, row.source) == ("to_verify", "public_call")
    with system_scope("test"):
        kept = Submission.objects.get(call=call)
    assert (kept.channel, kept.near, kept.by_name) == ("phone", "close", where.tracer.name)
    vietnamese = browser(where.tracer, language="vi").get(f"/tracing/{where.case.id}/").text
    assert "Tự khai sau thông báo" in vietnamese


def test_an_answer_by_phone_that_is_known_is_offered(tracer: Client, where: Office) -> None:
    call = published(where)
    known = outbreak.somebody("Hạng A Chu", HERE, "0900000503")
    typed = {"key": str(uuid7()), "name": "Hạng A Chu", "phone": "0900000503", "near": "passed"}
    page = f"/tracing/public-calls/{call.id}/answer/"
    assert "same phone and same name" in tracer.post(page, typed).text

    tracer.post(page, typed | {"who": str(known.id)})

    assert listed(where.case)["Hạng A Chu"].person_id == known.id


@pytest.mark.parametrize("ended", ["by_hand", "by_date"])
def test_an_ended_notice_shows_no_place_and_takes_nothing(where: Office, ended: str) -> None:
    call = published(where)
    if ended == "by_hand":
        browser(where.tracer).post(f"/tracing/public-calls/{call.id}/decide/", {"act": "end"})
    else:
        rows = PublicCall.objects.using("owner").filter(pk=call.pk)
        rows.update(ends_at=now() - timedelta(minutes=1))

    page = browser().get(f"/tim-nguoi/{call.code}/")

    assert page.status_code == 410
    assert "dãy B" not in page.text
    assert "0900000999" in page.text
    assert browser().post(f"/tim-nguoi/{call.code}/", answer()).status_code == 410
    row = receiving.Row(id=uuid7(), fields={"name": "Muộn"})
    with pytest.raises(receiving.Refused) as refused:
        receiving.hand_in([row], call=call.code)
    assert refused.value.code == "closed"


def test_the_list_counts_answers_and_keeps_its_state_in_the_address(
    tracer: Client, where: Office
) -> None:
    published(where)
    draft = drafted(where)

    page = tracer.get("/tracing/public-calls/?state=drafted").text

    assert str(draft.id) in page
    assert "To approve" in page
    assert all("Published</span>" not in row for row in page.split("<tr>")[2:])


def test_an_officer_of_another_province_sees_no_call(where: Office) -> None:
    call = published(where)
    abroad = cast.of_province(Role.TRACER, ABROAD.province)

    with scoped(abroad, "attack"):
        assert not PublicCall.objects.exists()
        with connections["default"].cursor() as cursor:
            cursor.execute("select count(*) from tracing_calledplace")
            assert cursor.fetchone() == (0,)
    client = browser(abroad)
    assert client.get(f"/tracing/public-calls/{call.id}/").status_code == 404
    assert client.get(f"/tracing/public-calls/{call.id}/answer/").status_code == 404
    assert str(call.id) not in client.get("/tracing/public-calls/").text
