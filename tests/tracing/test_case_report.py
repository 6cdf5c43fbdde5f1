"""The quick report says who, what, where and what is done, and nothing that identifies."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import translation

from lachan.core.clock import OFFSET, now, today
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import Stay, register_person
from lachan.tracing import days, investigation, points, selectors
from lachan.tracing.models import Case
from lachan.tracing.points import Told
from lachan.tracing.quick_report import Known, hamlet_of, quick_report, without_numbers
from tests.factories import cast, outbreak
from tests.factories.outbreak import HERE_CODE, Unit

HERE = Unit.of(HERE_CODE)
PHONE, DOCUMENT = "0900000177", "024190012347"


@pytest.fixture(scope="module")
def case(database: str, tmp_path_factory: pytest.TempPathFactory) -> Case:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        with system_scope("test") as by:
            person: Person = register_person(
                full_name="Nguyễn Thị Nguồn",
                birth="12/03/1990",
                sex="female",
                phones=[PHONE],
                documents={"cccd": DOCUMENT},
                stay=Stay(HERE.commune, HERE.province, "Số 7 ngách 12, thôn Ninh Khánh"),
                by=by,
            )
        made = outbreak.positive(person)
    return made


def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, HERE.commune)


def told(case: Case, by: Principal) -> None:
    """Everything a form can hold, with numbers wherever somebody might type one."""
    evening = datetime.combine(today() - timedelta(days=1), time(18), OFFSET)
    with scoped(by, "case_form"):
        for section, answers in {
            "found": {"found_where": "community", "reason": "symptoms", "sample_round": 1},
            "onset": {"onset": today() - timedelta(days=1), "first_symptoms": ["fever", "cough"]},
            "work": {"occupation": f"công nhân, gọi {PHONE}"},
            "guardian": {"name": "Nguyễn Thị Mẹ", "relation": "mẹ", "phone": "0900000188"},
            "interview": {"interviewed": "patient", "interview_way": "phone"},
        }.items():
            investigation.save_section(case=case, section=section, answers=answers, by=by)
        places = [
            Told(evening, evening + timedelta(hours=1), name="Quán phở 0900.000.188", kind="shop"),
            Told(
                evening + timedelta(hours=1),
                evening + timedelta(hours=2),
                name="Nhà ông Trần Văn Bí Mật",
                kind="home",
                commune=case.commune,
                company="chị Thu 0900 000 199",
            ),
        ]
        for place in places:
            points.add_point(case=case, told=place, by=by)


def text_of(case: Case, *, language: str = "vi") -> str:
    by = station()
    with scoped(by, "quick_report"):
        found = Case.objects.get(pk=case.pk)
        shown = days.asked_days(found)
        from lachan.people.selectors import card_of

        known = Known(
            case=found,
            card=card_of(found.person_id),
            stretches=days.stretches_of(found, shown[-1], shown[0]),
            sums=selectors.sums(found),
            run=selectors.last_run(found),
        )
        return quick_report(known, by, language=language)


def test_it_has_a_head_five_lines_and_who_reports(case: Case) -> None:
    told(case, station())
    lines = text_of(case).splitlines()

    assert len(lines) == 7
    assert [line[:2] for line in lines[1:6]] == ["1.", "2.", "3.", "4.", "5."]
    assert case.number in lines[0]
    assert "thôn Ninh Khánh" in lines[1]
    assert "nữ" in lines[1]
    assert "Quán phở" in lines[3]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_in_it_identifies(case: Case, language: str) -> None:
    text = text_of(case, language=language)

    for secret in (
        *("Nguồn", PHONE, DOCUMENT, "0900", "188", "Số 7", "ngách", "Bí Mật", "Nguyễn Thị Mẹ"),
        *("chị Thu", str(case.person_id), "1990"),
    ):
        assert secret not in text, secret


def test_it_speaks_vietnamese_whatever_the_officer_reads(case: Case) -> None:
    with translation.override("en"):
        assert text_of(case).startswith("BÁO CÁO NHANH")
    with translation.override("vi"):
        assert text_of(case, language="en").startswith("QUICK REPORT")


@pytest.mark.parametrize(
    ("address", "hamlet"),
    [
        ("Số 7 ngách 12, thôn Ninh Khánh", "thôn Ninh Khánh"),
        ("Thôn Hạ", "Thôn Hạ"),
        ("Dãy trọ 4; tổ dân phố Ninh Khánh 2", "tổ dân phố Ninh Khánh 2"),
        ("Số 12 bản Mậu", "bản Mậu"),
        ("Ngõ 12", ""),
        ("Số nhà 15 đường Hùng Vương", ""),
        ("", ""),
        ("thôn Đông 0900000188", "thôn Đông …"),
    ],
)
def test_of_an_address_only_the_hamlet_is_read(address: str, hamlet: str) -> None:
    assert hamlet_of(address) == hamlet


@pytest.mark.parametrize(
    "number", ["0900000188", "+84 900 000 188", "0900.000.188", "024190012347", "123456789"]
)
def test_long_numbers_are_struck_out(number: str) -> None:
    assert without_numbers(f"gọi {number} nhé") == "gọi … nhé"
    assert without_numbers("Xưởng 12, chuyền 7") == "Xưởng 12, chuyền 7"


def test_a_case_without_anything_said_is_a_report_too(case: Case) -> None:
    with system_scope("test"):
        bare = Case.objects.get(pk=case.pk)
    bare.first_symptoms, bare.onset, bare.found_where, bare.occupation = [], None, "", ""
    bare.interviewed = ""
    by = station()
    with scoped(by, "quick_report"):
        sums = dict.fromkeys(selectors.sums(bare), 0)
        text = quick_report(Known(bare, None, [], sums, None), by)

    assert len(text.splitlines()) == 7
    assert f"{now().astimezone(OFFSET):%d/%m/%Y}" in text
