"""An organisation's own list: who stands on it, where, who came, and who may know."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import belongings_of, cards_of, trace_ids_of
from lachan.venues import attending, roll_reading, roll_tasks, rolling
from lachan.venues.models import Attendance, Member, Scan, Spot
from lachan.venues.roll_names import Written, written_of
from lachan.venues.services import open_venue, record_scan
from tests.factories import cast, units
from tests.factories.units import Unit, linked, put
from tests.factories.winding import later, unwound
from tests.places.units import BAC_NINH, NENH, VIET_YEN


@pytest.fixture(scope="module")
def factory(database: str) -> Unit:
    return units.factory()


@pytest.fixture
def wound() -> Iterator[None]:
    with unwound():
        yield


def scanned(of: Unit, member: Member, place: str = "Cổng chính") -> None:
    """Somebody came in at a gate of the unit."""
    with system_scope("test"):
        assert member.person
        trace = trace_ids_of([member.person])[member.person]
    with scoped(of.manager, "gate"):
        venue = open_venue(place=of.places[place], by=of.manager)
        moment = now()
        record_scan(
            id=uuid7(),
            venue=venue,
            trace_id=trace,
            direction="in",
            at=moment,
            device_at=moment,
            source="gate",
            by=of.manager,
        )


def test_the_worker_finds_out_who_a_name_is(factory: Unit) -> None:
    with system_scope("test") as by:
        from lachan.people.services import Stay, register_person

        known = register_person(
            full_name="Trần Thị Mai",
            birth="1990",
            phones=["0900000311"],
            stay=Stay(NENH, BAC_NINH, "Ngõ 3"),
            by=by,
        )
    mai, an = linked(
        put(factory, "Trần Thị Mai", "Chuyền 1", phone="0900 000 311", birth="1990", shift="ca 1"),
        put(factory, "Nguyễn Văn An", "Chuyền 1"),
    )

    with system_scope("test"):
        assert mai.person == known.id
        assert an.person is not None
        assert cards_of([an.person])[an.person].name == "Nguyễn Văn An"
        [work] = belongings_of(known.id)
        assert (work.organisation, work.line, work.shift) == (
            factory.organisation,
            "Chuyền 1",
            "ca 1",
        )
    with scoped(factory.manager, "roll"):
        assert not Person.objects.exists(), "the list tells a manager nothing of the register"


def test_a_move_is_two_dated_facts(factory: Unit) -> None:
    member = put(factory, "Lê Văn Chuyển", "Chuyền 1", since=today() - timedelta(days=30))
    with scoped(factory.manager, "roll"):
        rolling.move(
            member=member,
            stand=rolling.Stand(factory.places["Chuyền 2"], since=today() - timedelta(days=2)),
            by=factory.manager,
        )
        old, new = Spot.objects.filter(member=member).order_by("since")

        assert (old.until, new.since, new.until) == (new.since, today() - timedelta(days=2), None)
        back = rolling.Stand(factory.places["Chuyền 1"], since=today() - timedelta(days=20))
        with pytest.raises(Refused) as refused:
            rolling.move(member=member, stand=back, by=factory.manager)
        assert refused.value.code == "spot_before_last"


def test_a_days_last_word_counts_and_stays_on_record(factory: Unit) -> None:
    member = put(factory, "Phạm Thị Ốm", "Chuyền 2")
    with scoped(factory.manager, "roll"):
        attending.say_absent(member=member, reason="unknown", by=factory.manager)
        attending.say_absent(member=member, reason="symptoms", by=factory.manager)
        words = roll_reading.last_words(factory.manager, today())

        assert words[member.id].reason == "symptoms"
        assert Attendance.objects.filter(member=member).count() == 2
        with pytest.raises(Refused) as refused:
            attending.say_absent(member=member, reason="", by=factory.manager)
        assert refused.value.code == "reason_unknown"


def test_the_line_map_counts_scans_against_the_roll() -> None:
    mine = units.factory()
    here, ill, gone = linked(
        put(mine, "Vũ Văn Đến", "Chuyền 1"),
        put(mine, "Vũ Thị Ốm", "Chuyền 1"),
        put(mine, "Vũ Văn Vắng", "Chuyền 10"),
    )
    scanned(mine, here)
    with scoped(mine.manager, "roll"):
        attending.say_absent(member=ill, reason="symptoms", by=mine.manager)
        known = roll_reading.today_of(mine.manager)
        first, tenth = roll_reading.filled_of(mine.manager, known)

        assert [row.place.name for row in (first, tenth)] == ["Chuyền 1", "Chuyền 10"]
        assert (first.on_roll, first.present, first.symptoms, first.open) == (2, 1, 1, 0)
        assert (tenth.on_roll, tenth.present, tenth.open) == (1, 0, 1)
        assert known.state_of(gone.id) == ""


def test_a_trader_ticked_in_the_morning_is_in_the_ledger_when_the_word_has_settled(
    wound: None,
) -> None:
    market = units.market()
    lan, slip = linked(
        put(market, "Ngô Thị Lan", "Dãy B", detail="7"), put(market, "Ngô Văn Nhầm", "Dãy B")
    )
    with scoped(market.manager, "roll"):
        attending.say_present(member=lan, by=market.manager)
        attending.say_present(member=slip, by=market.manager)
        attending.take_back(member=slip, by=market.manager)
    assert roll_tasks.record_present() == 0, "a slip can still be taken back"
    later(timedelta(minutes=11))
    assert roll_tasks.record_present() == 2
    assert roll_tasks.record_present() == 0

    with system_scope("test"):
        assert lan.person
        assert slip.person
        traces = trace_ids_of([lan.person, slip.person])
        [scan] = Scan.objects.filter(trace_id__in=traces.values())
        assert (scan.trace_id, scan.place) == (traces[lan.person], market.places["Dãy B"].id)
        assert (scan.direction, scan.source) == ("in", "import")


def test_a_station_reads_who_stays_away_with_symptoms_and_its_neighbour_does_not() -> None:
    mine = units.factory()
    member = put(mine, "Đỗ Thị Sốt", "Chuyền 1", phone="0900000312")
    with scoped(mine.manager, "roll"):
        attending.say_absent(member=member, reason="symptoms", by=mine.manager)

    station = cast.of_commune(Role.STATION_OFFICER, NENH)
    with scoped(station, "roll_health"):
        found = roll_reading.absent_with_symptoms(today())
        assert member.id in {row.member_id for row in found}
        assert written_of([row.member for row in found])[member.id].name == "Đỗ Thị Sốt"


STRANGERS = {
    "another organisation": lambda: cast.of_organisation(Role.PLACE_MANAGER),
    "a guard of the unit": None,
    "a neighbour commune": lambda: cast.of_commune(Role.STATION_OFFICER, VIET_YEN),
    "another province": lambda: cast.of_province(Role.TRACER, BAC_NINH + 1),
    "the commune's police": lambda: cast.of_commune(Role.COMMUNE_POLICE, NENH),
    "a citizen": cast.citizen,
    "an outsider": cast.outsider,
}


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_sees_no_row_of_a_roll(factory: Unit, who: str) -> None:
    member = put(factory, "Bùi Thị Kín", "Chuyền 2")
    with scoped(factory.manager, "roll"):
        attending.say_absent(member=member, reason="symptoms", by=factory.manager)
    make = STRANGERS[who]
    stranger = make() if make else cast.of_organisation(Role.GATE_CONTROLLER, factory.organisation)

    with scoped(stranger, "attack"):
        for model in (Member, Spot, Attendance):
            assert not model.objects.exists(), model
        assert not roll_reading._came_in()
        forged = Attendance(
            id=uuid7(),
            member=member,
            organisation=factory.organisation,
            place=factory.places["Chuyền 2"],
            day=today(),
            state="none",
            way="list",
            said_at=now(),
            said_by=stranger.account,
            commune=NENH,
            province=BAC_NINH,
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            forged.save(force_insert=True)


def test_nobody_hangs_a_name_on_another_units_line(factory: Unit) -> None:
    other: Principal = units.factory().manager
    stand = rolling.Stand(factory.places["Chuyền 1"])
    with scoped(other, "roll"), pytest.raises(Refused) as refused:
        rolling.enter(written=Written(name="Ai Đó"), stands=[stand], by=other)

    assert refused.value.code == "not_your_place"
