"""Pages of the case file: the board, the form, the timeline, the report, outbreaks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.models import AuditEvent, Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import plan_duty
from lachan.tracing.models import Case, HandoverReceipt, Outbreak, TimePlace
from tests.factories import cast, outbreak
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Factory, Unit

HERE, NEXT, ABROAD = Unit.of(HERE_CODE), Unit.of(NEXT_CODE), Unit.of(ABROAD_CODE)
YESTERDAY = today() - timedelta(days=1)


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = by.secret
    return client


def station(unit: Unit = HERE) -> Client:
    return browser(cast.of_commune(Role.STATION_OFFICER, unit.commune))


def tracer(unit: Unit = HERE) -> Client:
    return browser(cast.of_province(Role.TRACER, unit.province))


@pytest.fixture(autouse=True)
def _index(tmp_path: object) -> Iterator[None]:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path)
        yield


@pytest.fixture(scope="module")
def factory(database: str) -> Factory:
    return outbreak.factory(HERE)


@pytest.fixture
def case(database: str) -> Case:
    return outbreak.positive(outbreak.somebody("Nguyễn Công Đạt", HERE, "0900000211"))


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def kept(case: Case) -> Case:
    with system_scope("test"):
        return Case.objects.get(pk=case.pk)


# --- the board


def test_a_case_nobody_took_waits_with_its_minutes_until_it_is_late(case: Case) -> None:
    page = text(station(), "/tracing/")
    assert case.number in page
    assert "is-open" in page
    assert "Take the case" in page
    Case.objects.using("owner").filter(pk=case.pk).update(released_at=now() - timedelta(hours=2))

    page = text(station(), "/tracing/")

    assert "is-late" in page
    assert '<b class="fig">120</b> minutes since the result' in page


def test_a_case_is_taken_from_the_board_with_one_press(case: Case) -> None:
    client = station()
    client.post(f"/tracing/{case.id}/take/")

    assert case.number not in text(client, "/tracing/?show=open")
    assert case.number in text(client, "/tracing/?show=mine")
    assert case.number not in text(station(), "/tracing/?show=mine")


def test_the_board_is_filtered_in_the_address(case: Case) -> None:
    client = tracer()

    assert case.number in text(client, f"/tracing/?commune={HERE.commune}&status=confirmed")
    assert case.number not in text(client, f"/tracing/?commune={NEXT.commune}")
    assert case.number not in text(client, "/tracing/?status=suspected")
    assert case.number in text(client, "/tracing/?commune=nonsense&status=nonsense&page=nonsense")


def test_the_board_asks_for_itself_and_gets_only_its_rows(case: Case) -> None:
    client = station()
    assert 'hx-get="/tracing/?show=open"' in text(client, "/tracing/?show=open")

    partial = client.get("/tracing/?show=open", headers={"hx-request": "true"}).content.decode()

    assert case.number in partial
    assert "<html" not in partial
    assert "hx-get" not in partial, "rows that would ask again for themselves would pile up"


def test_the_board_says_who_is_on_duty_there(case: Case) -> None:
    assert "nobody on duty there" in text(tracer(), f"/tracing/?commune={HERE.commune}")
    _on_duty(cast.of_commune(Role.STATION_OFFICER, HERE.commune), "Đặng Thị Hòa", "0900000601")

    page = text(tracer(), f"/tracing/?commune={HERE.commune}")

    assert "Đặng Thị Hòa" in page
    assert "tel:0900000601" in page
    for path in ("", "form/", "timeline/"):
        assert "0900000601" in text(tracer(), f"/tracing/{case.id}/{path}")


def _on_duty(by: Principal, name: str, phone: str) -> None:
    since = now() - timedelta(hours=1)
    with scoped(by, "duty"):
        plan_duty(
            kind="officer",
            name=name,
            phone=phone,
            since=since,
            until=since + timedelta(hours=8),
            by=by,
        )


def test_a_silent_receiver_is_named_with_its_duty_phone(case: Case) -> None:
    from lachan.tracing import handover, naming, services
    from lachan.tracing.models import Contact

    _on_duty(cast.of_province(Role.TRACER, ABROAD.province), "Trịnh Minh Châu", "0900000602")
    guest = outbreak.somebody("Vũ Văn Hùng", ABROAD)
    by = cast.of_province(Role.TRACER, HERE.province)
    with system_scope("test") as system:
        from lachan.core import grants

        grants.give("person", [guest.id], to_province=HERE.province)
        del system
    with scoped(by, "tracing"):
        [row] = naming.name_contacts(case=case, people=[naming.Named(guest.id, "interview")], by=by)
        services.decide(contacts=[row.id], state=Contact.State.CONFIRMED, by=by)
        handover.send(case=case, contacts=[row.id], by=by)
    HandoverReceipt.objects.using("owner").update(due_at=now() - timedelta(hours=1))

    page = text(browser(by), f"/tracing/{case.id}/")

    assert "Waiting for an answer" in page
    assert "tel:0900000602" in page, "nobody is on duty in the commune, so its CDC"
    assert "tel:0900000602" in text(browser(by), "/handovers/sent/")


def test_another_unit_sees_no_such_case(case: Case) -> None:
    assert case.number not in text(station(NEXT), "/tracing/")
    for client in (station(NEXT), station(ABROAD), tracer(ABROAD)):
        for path in (
            *("form/", "form/onset/", "facts/", "quick-report/"),
            *("timeline/", "timeline/print/", "timeline/new/", "timeline/places/"),
        ):
            assert client.get(f"/tracing/{case.id}/{path}").status_code == 404, path


# --- the form


def test_nothing_is_chosen_beforehand(case: Case) -> None:
    client = station()
    for section in ("interview", "doses", "illness", "pregnancy", "outcome"):
        page = text(client, f"/tracing/{case.id}/form/{section}/")
        assert " checked" not in page, section


def test_a_section_leads_to_the_next_open_one(case: Case) -> None:
    client = station()
    answers = {"interviewed": "patient", "interview_way": "phone"}
    onward = client.post(f"/tracing/{case.id}/form/interview/", answers)
    assert onward.headers["Location"].endswith("/form/onset/#ask")

    page = text(client, f"/tracing/{case.id}/form/")

    assert "The patient · Over the telephone" in page
    assert f"/tracing/{case.id}/form/onset/" in page


def test_what_was_said_is_shown_again_and_every_change_listed(case: Case) -> None:
    client = station()
    for doses in ("2", "3"):
        client.post(f"/tracing/{case.id}/form/doses/", {"doses_at_onset": doses})

    assert 'value="3" checked' in text(client, f"/tracing/{case.id}/form/doses/").replace(
        ' id="id_doses_at_onset_3"', ""
    )
    facts = text(client, f"/tracing/{case.id}/facts/")
    assert "<s>2</s> → 3" in facts
    assert "station_officer" in facts


@pytest.mark.parametrize(
    ("section", "answers"),
    [
        ("interview", {}),
        ("onset", {"first_symptoms": ["fever"]}),
        ("onset", {"first_symptoms": ["none", "fever"]}),
        ("onset", {"first_symptoms": ["none"], "onset": YESTERDAY.isoformat()}),
        ("illness", {"underlying": ["none", "heart"]}),
        ("pregnancy", {"pregnant": "yes", "pregnancy_weeks": "60"}),
        ("work", {"name": "Công ty Sao Mai"}),
        ("outcome", {"outcome": "died"}),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_saved(
    case: Case, section: str, answers: dict[str, object]
) -> None:
    answer = station().post(f"/tracing/{case.id}/form/{section}/", answers)

    assert answer.status_code == 422
    assert 'class="errsum"' in answer.content.decode()
    assert kept(case).saved_sections == []


def test_every_section_is_answered_by_its_page(case: Case) -> None:
    client = tracer()
    answers: dict[str, dict[str, object]] = {
        "interview": {"interviewed": "cannot_speak", "interview_way": "visit"},
        "onset": {"first_symptoms": ["fever", "rash"], "onset": YESTERDAY.isoformat()},
        "found": {"found_where": "facility", "reason": "symptoms", "sample_round": "1"},
        "doses": {"doses_at_onset": "-1"},
        "illness": {"underlying": ["heart"]},
        "pregnancy": {"pregnant": "no"},
        "work": {"occupation": "công nhân", "kind": "work", "name": "Công ty Sao Mai"},
        "stay": {"stay_address": "Dãy trọ 4", "stay_commune": str(HERE.commune)},
        "guardian": {"name": "Nguyễn Thị Mẹ", "relation": "mẹ", "phone": "0900000188"},
        "code": {"national_code": "BN12345", "status": "confirmed"},
        "outcome": {"outcome": "treating"},
    }
    for section, given in answers.items():
        assert client.post(f"/tracing/{case.id}/form/{section}/", given).status_code == 302, section

    assert set(kept(case).saved_sections) == set(answers)
    page = text(client, f"/tracing/{case.id}/form/")
    assert "Ask what is still open" not in page
    for words in ("BN12345", "Công ty Sao Mai", "Dãy trọ 4", "Under treatment", "Not known"):
        assert words in page, words


def test_opening_a_page_of_a_case_is_a_look(case: Case) -> None:
    text(station(), f"/tracing/{case.id}/timeline/")

    looks = Look.objects.using("owner").filter(person=case.person_id, purpose="case_timeline")
    assert looks.exists()


# --- the timeline


def point(**changed: object) -> dict[str, object]:
    given: dict[str, object] = {"day": YESTERDAY.isoformat(), "begins": "08:00", "lasted": "120"}
    return given | {"name": "Quán phở Hà", "kind": "shop"} | changed


def points_of(case: Case) -> list[TimePlace]:
    with system_scope("test"):
        return list(TimePlace.objects.filter(case=case).order_by("at"))


def test_a_gap_leads_to_a_row_with_its_hours(case: Case) -> None:
    client = station()
    page = text(client, f"/tracing/{case.id}/timeline/")
    link = f"/tracing/{case.id}/timeline/new/?day={YESTERDAY.isoformat()}"
    assert f"{link}&amp;from=05:00&amp;until=23:00#ask" in page

    form = text(client, f"{link}&from=05:00&until=23:00")

    assert 'value="05:00"' in form
    assert f'value="{YESTERDAY.isoformat()}" selected' in form


def test_a_row_is_typed_at_a_place_found_without_diacritics(case: Case, factory: Factory) -> None:
    client = station()
    hits = text(client, f"/tracing/{case.id}/timeline/places/?place_text=chuyen+7")
    assert str(factory.line.place_id) in hits

    client.post(
        f"/tracing/{case.id}/timeline/new/", point(place=str(factory.line.place_id), name="")
    )

    [row] = points_of(case)
    assert row.place_id == factory.line.place_id
    assert row.scan_in is not None
    assert row.end - row.start == timedelta(hours=2)
    assert "Chuyền 7" in text(client, f"/tracing/{case.id}/timeline/")


def test_a_stay_over_midnight_ends_on_the_next_day(case: Case) -> None:
    start = (today() - timedelta(days=3)).isoformat()
    station().post(
        f"/tracing/{case.id}/timeline/new/",
        point(day=start, begins="22:00", lasted="until", ends="06:00"),
    )

    [row] = points_of(case)
    assert row.end - row.start == timedelta(hours=8)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"kind": ""},
        {"lasted": ""},
        {"lasted": "until"},
        {"begins": ""},
        {"day": "2020-01-01"},
    ],
)
def test_a_row_that_says_too_little_is_refused(case: Case, wrong: dict[str, object]) -> None:
    answer = station().post(f"/tracing/{case.id}/timeline/new/", point(**wrong))

    assert answer.status_code == 422
    assert points_of(case) == []


def test_a_row_is_corrected_and_withdrawn_by_its_page(case: Case) -> None:
    client = station()
    client.post(f"/tracing/{case.id}/timeline/new/", point(company="chị Thu"))
    [old] = points_of(case)
    page = text(client, f"/tracing/{case.id}/timeline/{old.id}/")
    assert "chị Thu" in page
    assert "Quán phở Hà" in page

    client.post(f"/tracing/{case.id}/timeline/{old.id}/", point(name="Quán phở Hòa"))

    assert "Quán phở Hòa" in text(client, f"/tracing/{case.id}/timeline/")
    assert "Quán phở Hà<" not in text(client, f"/tracing/{case.id}/timeline/")
    new = points_of(case)[1]
    client.post(f"/tracing/{case.id}/timeline/{new.id}/withdraw/")
    assert "Quán phở" not in text(client, f"/tracing/{case.id}/timeline/")
    assert client.post(f"/tracing/{case.id}/timeline/{old.id}/withdraw/").status_code == 409
    assert len(points_of(case)) == 2


def test_an_unregistered_place_is_found_later(case: Case, factory: Factory) -> None:
    client = station()
    client.post(f"/tracing/{case.id}/timeline/new/", point(name="Chuyen 7"))
    [row] = points_of(case)
    page = text(client, f"/tracing/{case.id}/timeline/{row.id}/link/")
    assert str(factory.line.place_id) in page

    client.post(
        f"/tracing/{case.id}/timeline/{row.id}/link/", {"place": str(factory.line.place_id)}
    )

    assert points_of(case)[1].place_id == factory.line.place_id


def test_the_print_has_the_days_and_no_tools(case: Case) -> None:
    client = station()
    client.post(f"/tracing/{case.id}/timeline/new/", point())

    page = text(client, f"/tracing/{case.id}/timeline/print/")

    assert "Quán phở Hà" in page
    assert "Write down" not in page


def test_a_point_of_another_case_is_not_found(case: Case) -> None:
    client = station()
    client.post(f"/tracing/{case.id}/timeline/new/", point())
    [row] = points_of(case)
    other = outbreak.positive(outbreak.somebody("Giáp Thị Thu", HERE))

    assert client.get(f"/tracing/{other.id}/timeline/{row.id}/").status_code == 404


# --- the quick report


def test_the_report_is_vietnamese_and_english_when_asked(case: Case) -> None:
    client = station()

    assert "BÁO CÁO NHANH CA MỚI" in text(client, f"/tracing/{case.id}/quick-report/")
    page = text(client, f"/tracing/{case.id}/quick-report/?lang=en")
    assert "QUICK REPORT, NEW CASE" in page
    field = page.split("<textarea")[1].split("</textarea>")[0]
    assert "0900000211" not in field
    assert "Đạt" not in field


# --- outbreaks


def events(kind: str) -> int:
    return int(AuditEvent.objects.using("owner").filter(kind=kind).count())


def test_an_outbreak_opens_from_a_case_takes_cases_and_closes(case: Case) -> None:
    client = tracer()
    before = {kind: events(kind) for kind in ("outbreak.opened", "outbreak.closed")}
    opened = client.post(f"/tracing/{case.id}/outbreak/", {"name": "Ngõ 12 Ninh Khánh"})
    path = opened.headers["Location"]
    second = outbreak.positive(outbreak.somebody("Giáp Thị Thu", HERE))
    client.post(f"{path}add/", {"case": str(second.id)})
    for each, back in ((case, 4), (second, 1)):
        Case.objects.using("owner").filter(pk=each.pk).update(onset=today() - timedelta(days=back))

    page = text(client, path)

    assert "2 cases" in page
    assert case.number in page
    assert second.number in page
    assert page.count("<meter") == 2, "two days with a case, two without"
    assert page.count('<tr><td class="fig">') == 4
    client.post(f"{path}remove/", {"case": str(second.id)})
    assert "1 case</b>" in text(client, path)
    client.post(f"{path}close/")
    assert "Closed by tracer" in text(client, path)
    assert client.post(f"{path}close/").status_code == 422
    assert client.post(f"{path}add/", {"case": str(second.id)}).status_code == 422
    assert {kind: events(kind) - count for kind, count in before.items()} == {
        "outbreak.opened": 1,
        "outbreak.closed": 1,
    }


def test_a_case_lies_in_one_outbreak(case: Case) -> None:
    client = tracer()
    client.post(f"/tracing/{case.id}/outbreak/", {"name": "Ngõ 12"})

    again = client.post(f"/tracing/{case.id}/outbreak/", {"name": "Ngõ 13"})

    assert again.status_code == 409
    with system_scope("test"):
        assert not Outbreak.objects.filter(name="Ngõ 13").exists(), "nothing is half opened"


def test_an_outbreak_holds_one_disease(case: Case) -> None:
    client = tracer()
    path = client.post(f"/tracing/{case.id}/outbreak/", {"name": "Ngõ 12"}).headers["Location"]
    other = outbreak.positive(outbreak.somebody("Giáp Thị Thu", HERE), disease="measles")

    assert client.post(f"{path}add/", {"case": str(other.id)}).status_code == 422


def test_outbreaks_are_listed_open_ones_first_and_to_their_own_unit(case: Case) -> None:
    client = station()
    name = f"Ổ {uuid7().hex[:6]}"
    path = client.post(f"/tracing/{case.id}/outbreak/", {"name": name}).headers["Location"]

    assert name in text(station(), "/outbreaks/")
    assert name in text(tracer(), "/outbreaks/?state=open")
    assert name not in text(tracer(), "/outbreaks/?state=closed")
    assert name not in text(station(NEXT), "/outbreaks/")
    assert station(NEXT).get(path).status_code == 404
    assert tracer(ABROAD).post(f"{path}close/").status_code == 404


# --- whoever moved away, and whoever is reported by others


def test_the_pages_stand_when_the_patient_has_moved_to_another_commune(case: Case) -> None:
    station().post(f"/tracing/{case.id}/timeline/new/", point(company="chị Thu"))
    tracer().post(
        f"/tracing/{case.id}/form/stay/",
        {"stay_address": "Thôn Hạ", "stay_commune": str(NEXT.commune)},
    )
    client = station()

    for path in ("form/", "form/guardian/", "timeline/"):
        page = text(client, f"/tracing/{case.id}/{path}")
        assert "Name not open to you" in page, path
        assert "chị Thu" not in page, path
    for path in ("facts/", "quick-report/"):
        answer = client.get(f"/tracing/{case.id}/{path}")
        assert answer.status_code == 422
        assert "The patient stays outside your area" in answer.content.decode()
    assert client.post(f"/tracing/{case.id}/timeline/new/", point()).status_code == 422
    assert "chị Thu" in text(tracer(), f"/tracing/{case.id}/timeline/")


def test_of_a_policeman_there_is_no_quick_report(case: Case) -> None:
    Person.objects.using("owner").filter(pk=case.person_id).update(excluded=True)

    answer = station().get(f"/tracing/{case.id}/quick-report/")

    assert answer.status_code == 422
    assert "their own chain reports" in answer.content.decode()
