"""Rooms by date, seats by segment, tables of a feast, and a host's list opened with a reason."""

from datetime import timedelta

import pytest
from django.db import connections

from lachan.core.clock import now, today
from lachan.core.models import DataKey, Look
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import trace_ids_of
from lachan.venues import (
    outing_reading,
    outing_writing,
    roll_tasks,
    rolling,
    room_reading,
)
from lachan.venues.models import Member, Opening, Outing, Scan, Seat
from lachan.venues.outing_writing import Plan
from lachan.venues.roll_names import Written
from tests.factories import cast, units
from tests.factories.units import Unit, linked, put
from tests.places.units import BAC_NINH, NENH, VIET_YEN
from tests.venues.test_roll_pages import browser, page


def test_who_slept_in_a_room_on_a_day_is_known_after_he_moved() -> None:
    house = units.hostel()
    week_ago = today() - timedelta(days=7)
    lan, mai, hoa = linked(
        put(house, "Tạ Thị Lan", "Phòng 101", detail="1", since=week_ago),
        put(house, "Tạ Thị Mai", "Phòng 101", detail="2", since=week_ago),
        put(house, "Tạ Thị Hoa", "Phòng 102", since=week_ago, night=True),
    )
    with scoped(house.manager, "roll"):
        stand = rolling.Stand(house.places["Phòng 102"], since=today() - timedelta(days=2))
        rolling.move(member=lan, stand=stand, by=house.manager)
        rolling.set_beds(room=house.places["Phòng 101"], beds=4, by=house.manager)
        then = room_reading.rooms_in(house.manager, None, today() - timedelta(days=4))
        here = room_reading.rooms_in(house.manager, None)

    def names(rooms: list[room_reading.Room]) -> list[list[str]]:
        return [[one.written.name for one in room.sleepers] for room in rooms]

    assert names(then) == [["Tạ Thị Lan", "Tạ Thị Mai"], ["Tạ Thị Hoa"]]
    assert sorted(map(len, names(here))) == [1, 2]
    assert here[0].empty == 3

    tracer = cast.of_province(Role.TRACER, BAC_NINH)
    with scoped(tracer, "tracing"):
        assert lan.person
        mates = room_reading.room_mates(lan.person, today() - timedelta(days=5), today())
        assert {other.person for _own, other in mates} == {mai.person, hoa.person}
        early = room_reading.room_mates(lan.person, week_ago, today() - timedelta(days=4))
        assert {other.person for _own, other in early} == {mai.person}
        assert [stay.night for stay in room_reading.rooms_of([hoa.person], week_ago, today())] == [
            True
        ]
    stranger = cast.of_province(Role.TRACER, BAC_NINH + 1)
    with scoped(stranger, "tracing"):
        assert not room_reading.rooms_of([lan.person], week_ago, today())


def test_a_bed_holds_one_person_and_a_phone_thirty() -> None:
    house = units.hostel()
    put(house, "Tạ Thị Một", "Phòng 101", detail="1", phone="0900000500")
    with pytest.raises(Refused) as refused:
        put(house, "Tạ Thị Hai", "Phòng 101", detail="1", phone="0900000500")
    assert refused.value.code == "bed_taken"
    two, three = linked(
        put(house, "Tạ Thị Hai", "Phòng 101", detail="2", phone="0900000500"),
        put(house, "Tạ Thị Ba", "Phòng 101", phone="0900000500"),
    )
    assert two.person
    assert two.person != three.person
    assert "Tạ Thị Ba" in page(house.manager, "/roll/rooms/")


def bus() -> tuple[Unit, Outing]:
    """Twelve rows of 2 + 2, three stops."""
    of = units.unit("Xe khách 99B-012.34", "vehicle", {}, body="transport")
    start = now() - timedelta(hours=4)
    stops = [("Bắc Ninh", start), ("Hà Nội", start + timedelta(hours=1))]
    stops.append(("Ninh Bình", start + timedelta(hours=3)))
    plan = Plan(
        kind="trip",
        place=of.places["Xe khách 99B-012.34"],
        name="Bắc Ninh – Ninh Bình",
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        contact=Written(name="Cao Văn Lái", phone="0900000510"),
        assistant=Written(name="Cao Văn Phụ"),
        stops=stops,
        rows=12,
        abreast="2+2",
    )
    with scoped(of.manager, "outing"):
        return of, outing_writing.open_outing(plan=plan, by=of.manager)


def sits(of: Unit, outing: Outing, label: str, name: str, *, begin: int = 0, end: int = 2) -> Seat:
    with scoped(of.manager, "outing"):
        return outing_writing.seat(
            outing=outing,
            label=label,
            written=Written(name=name, phone=f"09000006{ord(label[-1]):02d}"),
            from_stop=begin,
            to_stop=end,
            by=of.manager,
        )


def test_neighbours_are_of_the_row_before_and_behind_while_both_ride() -> None:
    of, outing = bus()
    me = sits(of, outing, "7C", "Ngụy Thị Giữa")
    sits(of, outing, "7D", "Ngụy Thị Bên")
    sits(of, outing, "6A", "Ngụy Thị Trước", end=1)
    sits(of, outing, "8B", "Ngụy Thị Sau", begin=1)
    sits(of, outing, "9A", "Ngụy Thị Xa")
    late = sits(of, outing, "6A", "Ngụy Thị Muộn", begin=1)

    with scoped(of.manager, "outing"):
        near = {row.label for row in outing_reading.neighbours_of(me)}
        assert near == {"7D", "6A", "8B"}
        assert {row.label for row in outing_reading.neighbours_of(late)} == {"7C", "7D"}
        with pytest.raises(Refused) as refused:
            outing_writing.seat(
                outing=outing, label="7C", written=Written(name="Ai"), from_stop=1, by=of.manager
            )
        assert refused.value.code == "seat_taken"
        with pytest.raises(Refused) as refused:
            outing_writing.seat(
                outing=outing, label="13A", written=Written(name="Ai"), by=of.manager
            )
        assert refused.value.code == "seat_unknown"


def test_a_passenger_is_in_the_ledger_between_his_stops() -> None:
    of, outing = bus()
    seat = sits(of, outing, "1A", "Ngụy Văn Xuống", end=1)
    roll_tasks.link_members()
    roll_tasks.record_outings()

    with system_scope("test"):
        person = Member.objects.get(id=seat.member_id).person
        assert person
        trace = trace_ids_of([person])[person]
        came, went = Scan.objects.filter(trace_id=trace).order_by("at")
        assert (went.at - came.at) == timedelta(hours=1)
        assert (came.source, came.place) == ("import", outing.place_id)


def test_the_sheet_of_a_trip_takes_a_seat_on_a_phone() -> None:
    of, outing = bus()
    shown = page(of.manager, f"/roll/outings/{outing.id}/?seat=3B&stop=0")
    assert "Ghế 3B" in shown

    form = {"seat": "3B", "name": "Ngụy Thị Chạm", "from_stop": "0", "to_stop": "1"}
    browser(of.manager).post(f"/roll/outings/{outing.id}/", form)

    assert "Ngụy Thị Chạm" in page(of.manager, f"/roll/outings/{outing.id}/?stop=0")
    after = page(of.manager, f"/roll/outings/{outing.id}/?stop=1")
    assert "Ngụy Thị Chạm" not in after, "the seat is free again after her stop"


def feast() -> tuple[Unit, Outing]:
    of = units.unit("Nhà văn hóa Sen Hồ", "other", {}, body="other")
    start = now() - timedelta(days=1)
    plan = Plan(
        kind="wedding",
        place=of.places["Nhà văn hóa Sen Hồ"],
        name="Đám cưới Hoa – Nam",
        starts_at=start,
        ends_at=start + timedelta(hours=4),
        contact=Written(name="Chử Văn Chủ", phone="0900000520"),
        tables=4,
    )
    with scoped(of.manager, "outing"):
        return of, outing_writing.open_outing(plan=plan, by=of.manager)


LINES = """Bàn 1: Chử Thị Một, 0900 000 521
Bàn 3
Chử Thị Hai
Chử Văn Ba, 0900000522
Chử Thị Sai, 12
"""


def test_guests_are_typed_one_a_line_and_what_is_wrong_comes_back() -> None:
    of, outing = feast()

    answer = browser(of.manager).post(f"/roll/outings/{outing.id}/", {"lines": LINES})

    shown = answer.content.decode()
    assert "Chử Thị Sai, 12" in shown.split("</textarea>")[0]
    with scoped(of.manager, "outing"):
        tables = [(one.row.label, one.written.name) for one in outing_reading.seated(outing)]
    assert sorted(tables) == [
        *(("1", "Chử Thị Một"), ("3", "Chử Thị Hai"), ("3", "Chử Văn Ba")),
    ]


def test_a_health_officer_opens_the_list_with_a_reason_that_the_host_reads() -> None:
    of, outing = feast()
    with scoped(of.manager, "outing"):
        outing_writing.seat_lines(outing=outing, text=LINES, by=of.manager)
    roll_tasks.link_members()
    station = cast.of_commune(Role.STATION_OFFICER, NENH)
    path = f"/units/outings/{outing.id}/"
    assert "Chử Thị Một" not in page(station, path)
    with scoped(station, "outing_health"):
        assert not Seat.objects.filter(outing=outing).exists()
        assert not Member.objects.filter(outing=outing.id).exists()
    assert browser(station).post(path, {"reason": "xem"}).status_code == 422

    browser(station).post(path, {"reason": "Ca bệnh 0017 ngồi bàn 3"})

    assert "Chử Thị Một" in page(station, path)
    assert "Ca bệnh 0017 ngồi bàn 3" in page(of.manager, f"/roll/outings/{outing.id}/")
    with system_scope("test"):
        one = next(row for row in Member.objects.filter(outing=outing.id) if row.person)
    assert Look.objects.using("owner").filter(person=one.person, what="outing_list").exists()
    other = cast.of_commune(Role.STATION_OFFICER, NENH)
    assert "Chử Thị Một" not in page(other, path), "each officer writes a reason of his own"
    neighbour = cast.of_commune(Role.STATION_OFFICER, VIET_YEN)
    assert browser(neighbour).get(path).status_code == 404
    forged = {"reason": "Ca bệnh 0017, giả mạo"}
    assert browser(neighbour).post(path, forged).status_code == 404
    with system_scope("test"):
        assert Opening.objects.filter(outing=outing).count() <= 1


def test_names_of_guests_are_destroyed_when_their_day_has_come() -> None:
    of, outing = feast()
    with scoped(of.manager, "outing"):
        outing_writing.seat_lines(outing=outing, text=LINES, by=of.manager)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update venues_outing set wipe_on = %s where id = %s", [today(), outing.id])

    assert roll_tasks.destroy_what_is_over() >= 1

    with system_scope("test"):
        people = Member.objects.filter(outing=outing.id)
        assert all(row.wiped_at and not bytes(row.sealed) for row in people)
        assert not DataKey.objects.filter(person__in=people.values("id")).exists()
        assert Seat.objects.filter(outing=outing).count() == 3, "the figures stay"
    assert "Chử Thị Một" not in page(of.manager, f"/roll/outings/{outing.id}/")


def test_every_table_gets_a_code_of_its_own() -> None:
    of, outing = feast()
    answer = browser(of.manager).post(f"/roll/outings/{outing.id}/tables/", follow=True)
    assert answer.content.decode().count("Bàn ") >= 4
