"""What vaccine leaves in the town: a store with entries, opened vials, a closed book, a
refrigerator that was too warm."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core import clock
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.scope import scoped
from lachan.vaccination import cold_chain, stock_book, stock_setting, stocking
from lachan.vaccination.models import Excursion
from lachan.vaccination.stock_book import Count
from lachan.vaccination.stocking import Amount, Kind, Received
from tests.vaccination.stores import filled, give, lot, store

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """The station of the town keeps a store; what it needs is sent from the province's."""
    commune, province = town.case.commune, town.case.province
    where, keeper = store("Kho trạm", kind="station", commune=commune, province=province)
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None, province=province)
    of = lot("KIN0017")
    before = clock._wound
    clock.wind(before - timedelta(hours=2))
    with scoped(keeper, "stock") as by:
        came = [Received(of.id, 100, 90, "1 lọ vỡ")]
        stocking.receive(id=uuid7(), store=where, came=came, by=by)
    clock.wind(before)
    give(where, of, 1, to=town.factory.people["Vũ Văn Hùng"])
    filled(above, cdc, of, 10)
    with scoped(cdc, "stock") as by:
        decision = stock_setting.Decision("17/QĐ", of.product, today(), "Giám đốc")
        stock_setting.allocate(
            id=uuid7(), store=above, decision=decision, shares={where.id: 10}, by=by
        )
    with scoped(keeper, "stock") as by:
        stock_setting.open_vials(id=uuid7(), store=where, lot=of, vials=1, opened_at=now(), by=by)
        stocking.send(
            id=uuid7(),
            store=where,
            to=above,
            kind=Kind.RETURN,
            amounts=[Amount(of.id, 20)],
            by=by,
        )
        start = now() - timedelta(hours=1)
        rows = [
            f"{start + timedelta(minutes=n):%Y-%m-%dT%H:%M:%S+00:00};{12 - n}" for n in range(9)
        ]
        data = "\n".join(rows).encode()
        cold_chain.attach(store=where, device="Tủ 1", data=data, name="tu.csv", by=by)
        excursion = Excursion.objects.get(store=where)
        cold_chain.decide(excursion=excursion, verdict="ask", why="Chờ hãng trả lời", by=by)
        counts = {of.id: Count(69)}
        stock_book.close_book(id=uuid7(), store=where, day=today(), counts=counts, by=by)
    town.owners["storekeeper"] = keeper
