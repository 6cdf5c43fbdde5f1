"""Boxes of a mobile session, a lot that is set apart, and what is handed over with it."""

from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination import (
    lot_barring,
    recall_reading,
    recalling,
    session_stores,
    stock_book,
    stock_setting,
    stocking,
)
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Dose, Lot, Session, Store
from lachan.vaccination.site_sessions import plan_session
from lachan.vaccination.stock_book import Count
from lachan.vaccination.stocking import Amount, Kind, Received
from tests.factories import cast
from tests.places.units import NENH
from tests.vaccination.stores import filled, give, lot, store


def mobile(by: Principal, name: str = "Nhà văn hóa Sen Hồ", *, moves: bool = True) -> Session:
    with system_scope("test") as system:
        load_shipped_rules(by=system)
    with scoped(by, "vaccination"):
        return plan_session(
            name=name,
            products=["vaxzevria"],
            starts_at=now(),
            ends_at=now() + timedelta(hours=5),
            tables=1,
            mobile=moves,
            commune=NENH,
            by=by,
        )


def injected(session: Session, where: Store, of: Lot, count: int) -> None:
    made = give(where, of, count)
    rows = Dose.objects.using("owner").filter(pk__in=made)
    with system_scope("test"):
        assert len(made) == count
    rows.update(session_id=session.id)


def out(session: Session, of: Lot, doses: int, by: Principal, id: UUID | None = None) -> None:
    with scoped(by, "stock"):
        session_stores.take_out(
            id=id or uuid7(), session=session, amounts=[Amount(of.id, doses)], by=by
        )


def left(where: Store, of: Lot, by: Principal) -> int:
    with scoped(by, "test"):
        return reading.in_hand(where, of.id)


def test_vials_go_out_with_a_session_and_its_book_closes_on_them() -> None:
    home, by = store("Kho điểm tiêm")
    of = lot()
    filled(home, by, of, 500)
    session = mobile(by)
    number = uuid7()
    out(session, of, 200, by, number)
    out(session, of, 200, by, number)
    with scoped(by, "test"):
        boxes = session_stores.boxes_of(session)
        assert boxes is not None
    assert (left(home, of, by), left(boxes, of, by)) == (300, 200)
    give(home, of, 7)
    with scoped(by, "stock"):
        stock_setting.open_vials(id=uuid7(), store=boxes, lot=of, vials=12, opened_at=now(), by=by)
    injected(session, home, of, 115)
    with scoped(by, "stock"):
        row = stock_book.draft(boxes, now()).rows[0]
        assert (row.received, row.given, row.left, row.open_left) == (200, 115, 85, 5)
        [here] = stock_book.draft(home, now()).rows
        assert (here.given, here.sent) == (7, 200)
        stock_setting.discard_left(id=uuid7(), store=boxes, lot=of, by=by)
        assert session_stores.closed_in(boxes) == {of.id: 80}
    with pytest.raises(Refused) as found, scoped(by, "stock"):
        session_stores.bring_back(id=uuid7(), session=session, counted={of.id: 70}, by=by)
    assert found.value.code == "difference_unsaid"
    number = uuid7()
    for _time in range(2):
        with scoped(by, "stock"):
            session_stores.bring_back(
                id=number, session=session, counted={of.id: 70}, why="Vỡ 1 lọ trên đường", by=by
            )
    with scoped(by, "stock"):
        book = stock_book.close_book(
            id=uuid7(), store=boxes, day=today(), counts={of.id: Count(0)}, by=by
        )
        line = book.lines.get()
        assert (line.received, line.given, line.wasted, line.sent, line.counted) == (
            *(200, 115, 5, 80),
            0,
        )
        assert stock_book.breaks(boxes) == []
        [here] = stock_book.draft(home, now()).rows
        assert (here.given, here.left) == (7, 500 - 200 - 7 + 70)


def test_only_a_mobile_session_of_ones_own_has_boxes() -> None:
    home, by = store("Kho điểm tiêm")
    of = lot()
    filled(home, by, of, 100)
    fixed = mobile(by, moves=False)
    _other, stranger = store("Kho khác")
    session = mobile(by, "Chợ Nếnh")
    for code, who, which in (
        ("session_fixed", by, fixed),
        ("session_not_found", stranger, session),
    ):
        with pytest.raises(Refused) as found:
            out(which, of, 10, who)
        assert found.value.code == code
    with scoped(by, "stock"), pytest.raises(Refused) as found:
        session_stores.bring_back(id=uuid7(), session=session, counted={}, by=by)
    assert found.value.code == "session_no_boxes"


def one_of_two_came(
    above: Store, cdc: Principal, below: Store, station: Principal, of: Lot
) -> None:
    """100 doses were sent and counted in, 50 more are on the way."""
    with scoped(cdc, "stock"):
        first, _second = [
            stocking.send(
                id=uuid7(),
                store=above,
                to=below,
                kind=Kind.ISSUE,
                amounts=[Amount(of.id, doses)],
                by=cdc,
            )
            for doses in (100, 50)
        ]
    with scoped(station, "stock"):
        came = [Received(of.id, 100, 100)]
        stocking.receive(id=uuid7(), store=below, came=came, answers=first, by=station)


def test_a_barred_lot_is_set_apart_and_everybody_above_sees_who_still_holds_it() -> None:
    with system_scope("test") as system:
        load_shipped_rules(by=system)
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None)
    below, station = store("Kho Trạm Y tế", kind="station")
    of = lot()
    filled(above, cdc, of, 300)
    one_of_two_came(above, cdc, below, station, of)
    give(below, of, 30)
    director = cast.of_province(Role.DIRECTOR)
    with scoped(director, "vaccination") as by:
        lot_barring.bar_lot(
            lot=of, reason="Sốc phản vệ", document="5/SYT", province=cast.PROVINCE, by=by
        )

    def held() -> dict[str, tuple[int, int, int, bool]]:
        with scoped(director, "vaccination"):
            rows = recall_reading.holdings(of.id, [])
        return {
            one.store.name: (one.in_hand, one.on_the_way, one.apart, bool(one.aside_at))
            for one in rows
            if one.store
        }

    assert held() == {
        "Kho CDC": (150, 0, 0, False),
        "Kho Trạm Y tế": (70, 50, 0, False),
    }
    number = uuid7()
    for _time in range(2):
        with scoped(station, "stock"):
            recalling.set_aside(id=number, store=below, lot=of, why="5/SYT", by=station)
    assert held()["Kho Trạm Y tế"] == (0, 50, 70, True)
    with scoped(station, "stock"):
        [row] = stock_book.draft(below, now()).rows
        assert (row.given, row.sent, row.left) == (30, 70, 0)
        for code, options in (
            ("lot_barred", {"document": "6/SYT"}),
            ("destruction_unsaid", {"document": "", "destroy": True}),
            ("why_missing", {"document": ""}),
        ):
            with pytest.raises(Refused) as found:
                recalling.let_go(id=uuid7(), store=below, lot=of, by=station, **options)  # type: ignore[arg-type]
            assert found.value.code == code
        recalling.let_go(id=uuid7(), store=below, lot=of, document="Phiếu 7", to=above, by=station)
        with pytest.raises(Refused) as found:
            recalling.let_go(
                id=uuid7(), store=below, lot=of, document="8", destroy=True, by=station
            )
        assert found.value.code == "nothing_set_aside"
    assert held() == {"Kho CDC": (150, 70, 0, False), "Kho Trạm Y tế": (0, 50, 0, False)}
    with scoped(cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE), "vaccination"):
        assert recall_reading.holdings(of.id, []) == []


def test_what_was_set_apart_is_not_taken_back_once_it_left() -> None:
    where, by = store()
    of = lot()
    filled(where, by, of, 100)
    with scoped(by, "stock"):
        aside = recalling.set_aside(id=uuid7(), store=where, lot=of, why="Chờ hãng", by=by)
        assert reading.in_hand(where, of.id) == 0
        recalling.let_go(id=uuid7(), store=where, lot=of, document="BB 1", destroy=True, by=by)
        with pytest.raises(Refused) as found:
            stocking.correct(id=uuid7(), move=aside, why="Nhầm", by=by)
        assert found.value.code == "stock_short"
        with pytest.raises(Refused) as found:
            recalling.set_aside(id=uuid7(), store=where, lot=of, why="Lần nữa", by=by)
        assert found.value.code == "nothing_to_set_aside"
