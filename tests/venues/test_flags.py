"""Flags: found once, seen by the area's health unit, answered by a human, counted for the place."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import ProgrammingError, connections, transaction

from lachan.core import clock
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.venues import services
from lachan.venues.models import Device, Flag, Venue
from lachan.venues.tasks import find_flags
from tests.factories import cast
from tests.factories.settled import watermark
from tests.gate.served import manager, venue_of
from tests.places.units import BAC_NINH, HANOI_HONG_HA, NENH, VIET_YEN, unit
from tests.venues.test_pages import browser, somebody

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _read_so_far(database: str) -> Iterator[None]:
    """Each test judges its own scans; the clock is as it was."""
    wound = clock._wound
    judged()
    yield
    clock.wind(wound)


def judged() -> int:
    watermark()
    return find_flags()


def scan(venue: Venue, by: Principal, who: UUID, *, ago: timedelta, **more: object) -> None:
    whole: dict[str, object] = {"direction": "in", "source": "gate", "device_at": now() - ago}
    with scoped(by, "gate"):
        services.record_scan(
            id=uuid7(),
            venue=venue,
            trace_id=who,
            at=now() - ago,
            by=by,
            **{**whole, **more},  # type: ignore[arg-type]
        )


def found(who: UUID | None = None, *, finding: str = "") -> list[Flag]:
    with system_scope("test"):
        rows = Flag.objects.all()
        rows = rows.filter(trace_id=who) if who else rows
        return list(rows.filter(finding=finding) if finding else rows)


def test_one_code_at_two_places_at_once_is_asked_about_once() -> None:
    boss, who = manager(), uuid4()
    one, other = venue_of(boss), venue_of(boss, name="Siêu thị", kind="other")
    scan(one, boss, who, ago=60 * SECOND)
    scan(other, boss, who, ago=45 * SECOND)

    assert judged() == 1
    assert judged() == 0
    scan(one, boss, who, ago=40 * SECOND)
    assert judged() == 0

    (flag,) = found(who)
    assert (flag.kind, flag.detail["values"]) == ("replay", {"seconds": 15})
    assert (flag.commune, flag.province) == (NENH, BAC_NINH)


def test_a_line_in_its_factory_is_no_second_place() -> None:
    boss, who = manager(), uuid4()
    factory = venue_of(boss, kind="campus")
    with scoped(boss, "places"):
        from lachan.places.services import add_part

        shop = add_part(parent=factory.place, kind="workshop", name="Xưởng 1", by=boss)
        line = services.open_venue(place=shop, by=boss)
    scan(factory, boss, who, ago=60 * SECOND)
    scan(line, boss, who, ago=55 * SECOND, source="person")

    judged()
    assert found(who) == []


def test_whoever_cannot_have_travelled_is_asked_about() -> None:
    boss, abroad, who, slow = manager(), manager(), uuid4(), uuid4()
    here, there = venue_of(boss), venue_of(abroad, name="Chợ Long Biên")
    with connections["owner"].cursor() as cursor:
        hanoi = [HANOI_HONG_HA, unit("01"), there.place_id]
        cursor.execute("update places_place set commune = %s, province = %s where id = %s", hanoi)
    there.place.commune, there.place.province = HANOI_HONG_HA, unit("01")
    for person, minutes in ((who, 10), (slow, 60)):
        scan(here, boss, person, ago=70 * MINUTE)
        scan(there, abroad, person, ago=(70 - minutes) * MINUTE)

    judged()

    (flag,) = found(who)
    assert flag.finding == "impossible_travel"
    assert flag.detail["values"]["minutes"] == 10
    assert flag.detail["values"]["km"] >= 20
    assert found(slow) == []


def test_a_device_whose_clock_is_off_is_named_once_a_day_and_its_order_not_believed() -> None:
    boss, who = manager(), uuid4()
    one, other = venue_of(boss), venue_of(boss, name="Siêu thị", kind="other")
    for venue in (one, other):
        scan(venue, boss, who, ago=60 * SECOND, offset_ms=-7_200_000)

    judged()

    (flag,) = found(finding="clock_skew")
    assert flag.trace_id is None
    assert flag.authority == f"account:{boss.account}"
    assert flag.detail["values"]["minutes"] == 120
    assert found(who) == []


def test_missing_numbers_of_a_device_are_named_after_they_had_time_to_come() -> None:
    boss = manager()
    venue = venue_of(boss)
    with scoped(boss, "places"):
        device, _token = services.register_device(venue=venue, label="Cổng", by=boss)
    for counter in (1, 2, 5, 9):
        device_scan(device, venue, counter)
    judged()
    device_scan(device, venue, 5 + 1)
    clock.wind(timedelta(hours=25))
    judged()
    assert found(finding="counter_gap") == []
    device_scan(device, venue, 4)
    clock.wind(timedelta(hours=51))
    judged()

    (flag,) = found(finding="counter_gap")
    assert flag.authority == f"device:{device.id}"
    assert flag.detail["values"] == {"missing": 3, "numbers": "3, 7–8"}
    clock.wind(timedelta(hours=99))
    assert judged() == 0


def test_a_number_that_another_ledger_keeps_is_not_missing() -> None:
    boss = manager()
    venue = venue_of(boss)
    with scoped(boss, "places"):
        device, _token = services.register_device(venue=venue, label="Cổng", by=boss)
    services.counters_seen(
        **{"authority": f"device:{device.id}", "counters": [2, 3], "place": venue.place_id},
        **{"commune": NENH, "province": BAC_NINH},
    )
    for counter in (1, 4):
        device_scan(device, venue, counter)
    judged()
    for hours in (25, 51):
        clock.wind(timedelta(hours=hours))
        judged()
    assert [f for f in found(finding="counter_gap") if str(device.id) in f.authority] == []


def device_scan(device: Device, venue: Venue, counter: int) -> None:
    columns = ", ".join(services.COLUMNS)
    moment = now() - timedelta(hours=1)
    entry = services.Entry(
        *(uuid4(), venue.place_id, uuid4(), "in", moment, moment, "gate", f"device:{device.id}"),
        commune=venue.place.commune,
        province=venue.place.province,
        counter=counter,
    )
    marks = ", ".join(["%s"] * len(services.COLUMNS))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"insert into venues_scan ({columns}) values ({marks})", entry.row(moment))


def test_a_guard_says_that_somebody_does_not_fit_and_sees_no_flag_himself() -> None:
    boss, who = manager(), uuid4()
    venue = venue_of(boss)
    with scoped(boss, "gate"):
        number = services.flag(finding="borrowed", venue=venue, trace_id=who, at=now(), by=boss)
        again = services.flag(finding="borrowed", venue=venue, trace_id=who, at=now(), by=boss)
        assert number == again
        assert not Flag.objects.exists()
        with pytest.raises(Refused) as refusal:
            services.flag(finding="bulk_place", venue=venue, trace_id=who, at=now(), by=boss)
        assert refusal.value.code == "unknown_finding"
    assert [flag.id for flag in found(who)] == [number]


def test_nobody_writes_flags_about_places_of_others_or_what_only_the_worker_finds() -> None:
    boss, rival = manager(), manager()
    venue = venue_of(boss)
    with scoped(rival, "gate"), pytest.raises(ProgrammingError), transaction.atomic():
        services.flag(finding="borrowed", venue=venue, trace_id=uuid4(), at=now(), by=rival)
    with scoped(boss, "gate"), pytest.raises(ProgrammingError), transaction.atomic():
        Flag.objects.create(
            **{"kind": "replay", "finding": "replay", "rule": uuid4(), "at": now()},
            **{"found_at": now(), "commune": NENH, "province": BAC_NINH, "place": venue.place_id},
        )


def asked_about(person: Person, venue: Venue, by: Principal) -> UUID:
    with system_scope("test"):
        trace_id = trace_ids_of([person.id])[person.id]
    with scoped(by, "gate"):
        number = services.flag(finding="borrowed", venue=venue, trace_id=trace_id, at=now(), by=by)
    assert number
    return number


def test_the_station_reads_asks_and_answers_with_one_tap() -> None:
    boss, mai = manager(), somebody("Nguyễn Thị Mảnh")
    number = asked_about(mai, venue_of(boss, name="Chợ Nếnh Mới"), boss)
    station = cast.of_commune(Role.STATION_OFFICER, NENH)
    client = browser(station)

    page = client.get("/venues/flags/", {"kind": "borrowed"}).text
    assert "Nguyễn Thị Mảnh" in page
    assert "Chợ Nếnh Mới" in page
    assert "không đúng với tên, năm sinh" in page
    with scoped(cast.citizen(mai.id), "own_data"):
        assert Look.objects.filter(person=mai.id, what="flag", by_account=station.account).exists()

    answer = client.post(
        f"/venues/flags/{number}/", {"verdict": "borrowed", "here": "kind=borrowed&next=//x"}
    )
    assert answer["Location"] == "/venues/flags/?kind=borrowed"
    assert "Nguyễn Thị Mảnh" not in client.get("/venues/flags/").text
    answered = client.get("/venues/flags/", {"part": "answered"}).text
    assert "Nguyễn Thị Mảnh" in answered
    assert "Cho mượn mã" in answered


def test_another_area_sees_and_answers_nothing() -> None:
    boss = manager()
    number = asked_about(somebody("Trần Văn Kín"), venue_of(boss), boss)
    for stranger in (
        cast.of_commune(Role.STATION_OFFICER, VIET_YEN),
        cast.of_province(Role.TRACER, unit("01")),
    ):
        client = browser(stranger)
        assert "Trần Văn Kín" not in client.get("/venues/flags/").text
        assert client.post(f"/venues/flags/{number}/", {"verdict": "misuse"}).status_code == 404
    for nobody in (boss, cast.citizen(), cast.outsider()):
        assert browser(nobody).get("/venues/flags/").status_code == 403
    with scoped(cast.of_province(Role.DIRECTOR, BAC_NINH), "flags") as director:
        row = services.judge(flag=Flag.objects.get(id=number), verdict="misuse", by=director)
        with pytest.raises(Refused) as refusal:
            services.judge(flag=row.flag, verdict="guilty", by=director)
    assert refusal.value.code == "unknown_verdict"


def test_a_manager_sees_kinds_and_counts_and_no_person() -> None:
    boss, rival = manager(), manager()
    venue = venue_of(boss)
    asked_about(somebody("Lê Thị Chìm"), venue, boss)

    page = browser(boss).get(f"/venues/{venue.id}/").text
    assert "Lượt quét bất thường trong 30 ngày" in page
    assert "Lê Thị Chìm" not in page
    assert "Lượt quét bất thường" not in browser(rival).get("/venues/").text
