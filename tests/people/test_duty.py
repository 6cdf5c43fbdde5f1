"""The duty list 24/24: who may read it, who answers now, and the note from shift to shift."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people import services
from lachan.people.models import Duty, DutyNote
from lachan.people.selectors import duties_of, duty_unit_of, on_duty, unread_notes
from lachan.places.services import register_organisation
from tests.factories import cast
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit

HERE, NEXT, ABROAD = Unit.of(HERE_CODE), Unit.of(NEXT_CODE), Unit.of(ABROAD_CODE)


@pytest.fixture(autouse=True)
def _empty_lists(database: str) -> Iterator[None]:
    yield
    DutyNote.objects.using("owner").all().delete()
    Duty.objects.using("owner").all().delete()


def station(unit: Unit = HERE) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, unit.commune)


def planned(by: Principal, *, starts: timedelta = -timedelta(hours=1), **more: str) -> Duty:
    since = now() + starts
    given = {"kind": "officer", "name": "Đặng Thị Hòa", "phone": "0900 000 601"} | more
    with scoped(by, "duty"):
        return services.plan_duty(**given, since=since, until=since + timedelta(hours=8), by=by)


def told(by: Principal, text: str) -> DutyNote:
    with scoped(by, "duty"):
        return services.leave_note(text=text, by=by)


def names(by: Principal, unit: Unit = HERE) -> list[str]:
    with scoped(by, "duty"):
        return [row.name for row in on_duty(unit.commune, unit.province)]


def seen(by: Principal) -> int:
    with scoped(by, "duty"):
        return Duty.objects.count()


def code_of(act: object, by: Principal, **values: object) -> str:
    with pytest.raises(Refused) as refused, scoped(by, "duty"):
        act(**values, by=by)  # type: ignore[operator]
    return refused.value.code


def test_whoever_is_on_duty_now_is_told_to_the_province_and_nobody_else() -> None:
    planned(station())

    for reader in (
        station(),
        station(NEXT),
        cast.of_province(Role.TRACER, HERE.province),
        cast.of_nation(),
    ):
        assert names(reader) == ["Đặng Thị Hòa"]
    for reader in (
        station(ABROAD),
        cast.of_province(Role.TRACER, ABROAD.province),
        cast.citizen(),
        cast.outsider(),
    ):
        assert names(reader) == []


def test_the_list_itself_is_the_units_and_its_provinces() -> None:
    planned(station(), starts=timedelta(days=2))

    assert seen(station()) == 1
    assert seen(cast.of_province(Role.DIRECTOR, HERE.province)) == 1
    assert seen(station(NEXT)) == 0
    assert seen(cast.of_province(Role.DIRECTOR, ABROAD.province)) == 0
    assert names(station(NEXT)) == [], "a shift that has not begun is not yet on duty"


def test_another_provinces_cdc_is_reached_by_its_duty_phone() -> None:
    planned(cast.of_province(Role.TRACER, HERE.province), name="Trịnh Minh Châu")
    abroad = cast.of_province(Role.TRACER, ABROAD.province)

    with scoped(abroad, "duty"):
        assert [row.name for row in on_duty(None, HERE.province)] == ["Trịnh Minh Châu"]
    with scoped(cast.citizen(), "duty"):
        assert on_duty(None, HERE.province) == []


def test_officers_stand_before_the_signer_and_his_deputy() -> None:
    planned(station(), kind="deputy_signer", name="Ngô Văn Phó")
    planned(station(), kind="signer", name="Ngô Văn Chủ")
    planned(station())

    assert names(station()) == ["Đặng Thị Hòa", "Ngô Văn Chủ", "Ngô Văn Phó"]


def test_a_shift_ends_at_its_minute_and_a_withdrawn_one_at_once() -> None:
    by = station()
    duty = planned(by)
    with scoped(by, "duty"):
        unit = duty_unit_of(by)
        assert unit is not None
        assert on_duty(HERE.commune, HERE.province, at=duty.until) == []
        services.withdraw_duty(duty=duty, by=by)
        assert list(duties_of(unit, now())) == []
    assert names(by) == []
    assert Duty.objects.using("owner").count() == 1, "it stays on record"


def test_the_next_shift_reads_the_note_before_it_takes_over() -> None:
    by, later = station(), station()
    old = told(by, "Ca 0017: gọi lại chị chủ trọ lúc 6 giờ.")
    new = told(by, "Ca 0018 chưa gọi được.")
    duty = planned(later)

    assert code_of(services.take_over, later, duty=duty, read=None) == "note_unread"
    assert code_of(services.take_over, later, duty=duty, read=old.id) == "note_unread"
    with scoped(later, "duty"):
        services.take_over(duty=duty, read=new.id, by=later)
        unit = duty_unit_of(later)
        assert unit is not None
        assert not unread_notes(unit)
    [row] = Duty.objects.using("owner").all()
    assert row.account == later.account
    assert code_of(services.take_over, station(), duty=duty, read=None) == "duty_taken"


def test_a_note_is_the_units_own_also_from_its_province() -> None:
    told(station(), "Việc của trạm.")
    told(cast.of_province(Role.TRACER, HERE.province), "Việc của CDC.")

    def texts(by: Principal) -> list[str]:
        with scoped(by, "duty"):
            return list(DutyNote.objects.values_list("text", flat=True))

    assert texts(station()) == ["Việc của trạm."]
    assert texts(cast.of_province(Role.DIRECTOR, HERE.province)) == ["Việc của CDC."]
    assert texts(station(NEXT)) == texts(cast.of_nation()) == []


def test_a_shift_of_tomorrow_is_not_taken_over_today() -> None:
    by = station()
    duty = planned(by, starts=timedelta(hours=20))

    assert code_of(services.take_over, by, duty=duty, read=None) == "duty_not_now"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": "  "}, "duty_unnamed"),
        ({"phone": "12"}, "phone_shape"),
        ({"until": timedelta(hours=-1)}, "duty_times"),
        ({"until": timedelta(hours=49)}, "duty_times"),
    ],
)
def test_what_cannot_be_a_shift_is_refused(wrong: dict[str, object], code: str) -> None:
    since = now()
    until = since + wrong.pop("until", timedelta(hours=8))  # type: ignore[operator]
    given: dict[str, object] = {
        "kind": "officer",
        "name": "Đặng Thị Hòa",
        "phone": "0900000601",
        "since": since,
        "until": until,
    }

    assert code_of(services.plan_duty, station(), **(given | wrong)) == code


def test_a_laboratory_keeps_a_list_of_its_own() -> None:
    with system_scope("test") as system:
        body = register_organisation(
            kind="laboratory", name="Khoa Xét nghiệm", commune=HERE.commune, by=system
        )
    lead = cast.of_organisation(Role.LABORATORY_LEAD, body.id)
    planned(lead, name="Mai Bích Diệp")
    told(lead, "Máy 2 hỏng.")

    assert seen(lead) == 1
    assert seen(cast.of_province(Role.DIRECTOR, HERE.province)) == 1
    assert seen(station()) == 0, "a commune reads its own list, not that of a body in it"
    assert seen(cast.of_organisation(Role.LABORATORY_LEAD)) == 0
    assert names(station()) == []
    with scoped(station(), "duty"):
        assert DutyNote.objects.count() == 0


def test_a_citizen_and_the_nation_keep_no_list() -> None:
    since = now()
    given = {"kind": "officer", "name": "A", "phone": "0900000601", "since": since}

    for by in (cast.citizen(), cast.of_nation()):
        until = since + timedelta(hours=8)
        assert code_of(services.plan_duty, by, **given, until=until) == "no_duty_unit"


@pytest.mark.parametrize("unit", [NEXT, ABROAD])
def test_nobody_writes_into_the_list_of_another_unit(unit: Unit) -> None:
    by = station()
    row = Duty(
        id=uuid7(),
        kind="officer",
        name="Kẻ lạ",
        phone="0900000699",
        since=now(),
        until=now() + timedelta(hours=8),
        planned_at=now(),
        planned_by=by.account,
        commune=unit.commune,
        province=unit.province,
    )
    with pytest.raises(DatabaseError), scoped(by, "attack"), transaction.atomic():
        row.save(force_insert=True)
    row.commune, row.province = HERE.commune, ABROAD.province
    with pytest.raises(DatabaseError), scoped(by, "attack"), transaction.atomic():
        row.save(force_insert=True)
    with system_scope("test"):
        assert Duty.objects.count() == 0


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = by.secret
    return client


def test_a_shift_is_planned_noted_and_taken_over_by_pages() -> None:
    client = browser(station())
    shift = {
        "name": "Đặng Thị Hòa",
        "phone": "0900000601",
        "kind": "officer",
        "day": today().isoformat(),
        "begins": "00:00",
        "hours": "24",
    }
    assert client.post("/duty/new/", {**shift, "kind": ""}).status_code == 422
    assert client.post("/duty/new/", shift).status_code == 302
    [duty] = Duty.objects.using("owner").all()
    Duty.objects.using("owner").update(since=now() - timedelta(hours=1))
    client.post("/duty/note/", {"text": "Ca 0017 chờ gọi lại."})
    before = client.get("/duty/").content.decode()
    assert "not taken over" in before
    assert "Ca 0017 chờ gọi lại." in before

    page = client.get(f"/duty/{duty.id}/take-over/").content.decode()
    assert "Ca 0017 chờ gọi lại." in page
    [note] = DutyNote.objects.using("owner").all()
    assert client.post(f"/duty/{duty.id}/take-over/").status_code == 409
    client.post(f"/duty/{duty.id}/take-over/", {"read": note.id})

    after = client.get("/duty/").content.decode()
    assert "read by station_officer" in after
    assert "not taken over" not in after


def test_a_cdc_sees_where_nobody_is_on_duty() -> None:
    planned(station())

    page = browser(cast.of_province(Role.DIRECTOR, HERE.province)).get("/duty/").content.decode()

    assert "0900000601" in page
    assert "nobody on duty" in page
    assert 'rel="next"' in page, "99 communes stand on two pages"


def test_the_shift_of_another_unit_is_not_found() -> None:
    duty = planned(station())

    answer = browser(station(NEXT)).post(f"/duty/{duty.id}/withdraw/")

    assert answer.status_code == 404
