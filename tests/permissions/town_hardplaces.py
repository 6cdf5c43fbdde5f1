"""What hard places leave in the town: a list, a day, a vehicle, a ticket, a feast with a guest."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.places.services import add_part
from lachan.venues import (
    attending,
    delivering,
    outing_writing,
    roll_files,
    roll_tasks,
    rolling,
    ticketing,
)
from lachan.venues.outing_writing import Plan
from lachan.venues.roll_names import Written
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """Everything a unit can keep, and a list that a station opened with a reason."""
    manager, campus, line = town.factory.manager, town.factory.campus, town.factory.line
    with scoped(manager, "roll"):
        room = add_part(parent=campus.place, kind="room", name="Phòng 101", by=manager)
        stand = rolling.Stand(line.place, shift="ca 1")
        member = rolling.enter(written=Written(name="Phùng Thị Sáu"), stands=[stand], by=manager)
        attending.say_absent(member=member, reason="symptoms", by=manager)
        rolling.set_beds(room=room, beds=8, by=manager)
        roll_files.keep(data=b"Phung Thi Sau", file_name="ds.csv", purpose="roll", by=manager)
        delivering.record_delivery(
            place=campus.place, plate="12C-345.67", driver="Nông Văn Xe", by=manager
        )
        document = "15/QĐ-UBND ngày 10/11/2026"
        ticketing.set_rule(
            market=campus.place, mode="weekly", a_week=7, document=document, by=manager
        )
        [ticket] = ticketing.print_tickets(market=campus.place, count=1, by=manager)
        ticketing.use_ticket(text=ticket.code, market=campus.place, by=manager)
        start = now() - timedelta(hours=5)
        plan = Plan(
            kind="wedding",
            place=campus.place,
            name="Đám cưới",
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            contact=Written(name="Lò Văn Chủ", phone="0900000455"),
            tables=3,
        )
        outing = outing_writing.open_outing(plan=plan, by=manager)
        guest = Written(name="Lò Thị Khách", phone="0900000456")
        outing_writing.seat(outing=outing, label="1", written=guest, by=manager)
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    with scoped(station, "outing_health"):
        outing_writing.open_to_me(outing=outing, reason="Ca bệnh 0017, cùng bàn", by=station)
    roll_tasks.link_members()
