"""What planning leaves in the town: a team, a planned session with boxes, a checked delivery, the
counts of the stock."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.vaccination import handing, planning, session_stores, stocking
from lachan.vaccination.handing import Check
from lachan.vaccination.models import Store
from lachan.vaccination.planning import Member
from lachan.vaccination.site_sessions import plan_session
from lachan.vaccination.stock_counting import count_stock
from lachan.vaccination.stocking import Amount, Kind, Received
from tests.vaccination.stores import filled, lot, store

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """A mobile session of the store's facility; a delivery from the province was looked at."""
    keeper = town.owners["storekeeper"]
    commune, province = town.case.commune, town.case.province
    of = lot("KHK0021")
    with scoped(keeper, "test"):
        where = Store.objects.get(organisation=keeper.organisation)
    above, cdc = store("Kho khu vực", kind="province", gives=False, commune=None, province=province)
    filled(above, cdc, of, 100)
    with scoped(cdc, "stock") as by:
        move = stocking.send(
            id=uuid7(),
            store=above,
            to=where,
            kind=Kind.ISSUE,
            amounts=[Amount(of.id, 100)],
            by=by,
        )
    with scoped(keeper, "stock") as by:
        came = [Received(of.id, 100, 100)]
        receipt = stocking.receive(id=uuid7(), store=where, came=came, answers=move, by=by)
        handing.note_checks(move=receipt, checks=[Check(of.id, monitor="1")], by=by)
    with scoped(keeper, "vaccination") as by:
        team = planning.make_team(
            name="Đội lưu động", members=[Member("Vàng Thị Pà", "observation")], by=by
        )
        session = plan_session(
            name="Nhà văn hóa",
            products=[of.product],
            starts_at=now() + timedelta(days=1),
            ends_at=now() + timedelta(days=1, hours=3),
            tables=1,
            mobile=True,
            commune=commune,
            by=by,
        )
        planning.set_plan(session=session, team=team, people=40, by=by)
        session_stores.take_out(id=uuid7(), session=session, amounts=[Amount(of.id, 50)], by=by)
    with system_scope("test"):
        count_stock()
