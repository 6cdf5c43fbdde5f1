"""The evening book: it balances for any sequence of events, or names the entry that breaks it."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from lachan.core import clock
from lachan.core.clock import day_of, now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.vaccination import stock_book, stock_setting, stocking
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import BookLine, EveningBook, Lot, StockLine, StockMove, Store
from lachan.vaccination.stock_book import Count
from lachan.vaccination.stocking import Amount, Received
from tests.factories.people import person
from tests.vaccination.stores import filled, give, lot, store, take_back
from tests.vaccination.twin import Twin

#: Sequences of the property test.
SEQUENCES = 300
#: Columns held against the twin.
COLUMNS = ("brought", "received", "adjusted", "given", "added", "wasted", "sent", "left")


def close(
    where: Store, by: Principal, counts: dict[UUID, Count], day: date | None = None
) -> EveningBook:
    with scoped(by, "stock"):
        return stock_book.close_book(
            id=uuid7(), store=where, day=day or today(), counts=counts, by=by
        )


def refused(code: str, where: Store, by: Principal, counts: dict[UUID, Count]) -> str:
    with pytest.raises(Refused) as found:
        close(where, by, counts)
    assert found.value.code == code
    return found.value.message


def line_of(book: EveningBook, of: Lot, by: Principal) -> BookLine:
    with scoped(by, "test"):
        return BookLine.objects.get(book=book, lot=of)


def test_the_hall_of_scenario_13() -> None:
    """120 vials of 10: 1,145 given, 115 opened, 5 waste, 50 left."""
    where, keeper = store("Nhà thi đấu")
    of = lot()
    filled(where, keeper, of, 1200)
    with scoped(keeper, "stock"):
        stock_setting.open_vials(
            id=uuid7(), store=where, lot=of, vials=115, opened_at=now(), by=keeper
        )
    give(where, of, 1145)
    with scoped(keeper, "stock"):
        (row,) = stock_book.draft(where, now()).rows
        assert (row.given, row.opened, row.open_left, row.left) == (1145, 115, 5, 55)
        stock_setting.discard_left(id=uuid7(), store=where, lot=of, by=keeper)
    book = close(where, keeper, {of.id: Count(50)})
    row = line_of(book, of, keeper)
    assert (row.received, row.given, row.wasted, row.counted) == (1200, 1145, 5, 50)
    assert (row.opened, row.gap, row.open_left) == (115, 0, 0)
    with scoped(keeper, "test"):
        assert reading.in_hand(where, of.id) == 50
        assert stock_book.breaks(where) == []


def test_what_is_left_in_an_opened_vial_is_discarded_before_closing() -> None:
    where, keeper = store()
    of = lot(hours=0)
    filled(where, keeper, of, 20)
    with scoped(keeper, "stock"):
        stock_setting.open_vials(
            id=uuid7(), store=where, lot=of, vials=1, opened_at=now(), by=keeper
        )
    give(where, of, 7)
    refused("book_open_vials", where, keeper, {of.id: Count(13)})


def test_vials_are_noted_late_when_the_doses_of_them_are_known_already() -> None:
    """The network was lost: eighteen of twenty doses are given before anybody noted a vial."""
    where, keeper = store()
    of = lot()
    filled(where, keeper, of, 20)
    give(where, of, 18)
    with scoped(keeper, "stock"):
        stock_setting.open_vials(
            id=uuid7(), store=where, lot=of, vials=2, opened_at=now(), by=keeper
        )
        (row,) = stock_book.draft(where, now()).rows
        assert (row.given, row.opened, row.open_left, row.gaps) == (18, 2, 2, [])
        with pytest.raises(Refused) as found:
            stock_setting.open_vials(
                id=uuid7(), store=where, lot=of, vials=1, opened_at=now(), by=keeper
            )
        assert found.value.code == "vials_short"


def test_everything_is_counted_and_a_gap_has_a_cause() -> None:
    where, keeper = store()
    of = lot()
    filled(where, keeper, of, 20)
    refused("book_uncounted", where, keeper, {})
    assert "18" in refused("book_gap_unsaid", where, keeper, {of.id: Count(18)})
    book = close(where, keeper, {of.id: Count(18, "Vỡ 2 liều khi vận chuyển")})
    row = line_of(book, of, keeper)
    with scoped(keeper, "test"):
        entry = StockMove.objects.get(pk=row.gap_entry)
        assert (row.gap, entry.kind, row.cause) == (-2, "discrepancy", "Vỡ 2 liều khi vận chuyển")
        assert reading.in_hand(where, of.id) == 18
    refused("book_closed", where, keeper, {of.id: Count(18)})


def test_doses_that_were_never_received_are_a_gap_by_name() -> None:
    where, keeper = store()
    of = lot()
    give(where, of, 3)
    give(where, None, 2)
    with scoped(keeper, "stock"):
        draft = stock_book.draft(where, now())
        assert draft.without_lot == 2
        assert draft.rows[0].gaps == [("given_unopened", 3), ("given_unstocked", 3)]
    book = close(where, keeper, {of.id: Count(0, "Phiếu nhập chưa tới")})
    assert line_of(book, of, keeper).gap == 3


def test_what_comes_after_closing_is_added_to_the_next_book() -> None:
    where, keeper = store()
    of = lot()
    filled(where, keeper, of, 100)
    first, second = give(where, of, 10)[:2]
    yesterday = close(where, keeper, {of.id: Count(90)})
    give(where, of, 4)
    take_back(first)
    before = clock._wound
    clock.wind(before + timedelta(days=1))
    try:
        give(where, of, 5)
        take_back(second)
        with scoped(keeper, "stock"):
            (row,) = stock_book.draft(where, now()).rows
            assert (row.brought, row.given, row.added, row.left) == (90, 5, 2, 83)
        book = close(where, keeper, {of.id: Count(83)})
        row = line_of(book, of, keeper)
        assert (row.given, row.added, row.counted) == (5, 2, 83)
        assert line_of(yesterday, of, keeper).given == 10
    finally:
        clock.wind(before)


def test_an_entry_slipped_into_a_closed_day_is_named() -> None:
    where, keeper = store()
    of = lot()
    filled(where, keeper, of, 100)
    close(where, keeper, {of.id: Count(100)})
    slipped = _slip(where, of, keeper)
    with scoped(keeper, "test"):
        found = stock_book.breaks(where)
    assert [(one.code, one.entry) for one in found][:1] == [("entry_not_in_book", slipped)]
    assert {one.code for one in found} == {"entry_not_in_book", "line_differs"}


def _slip(where: Store, of: Lot, by: Principal) -> UUID:
    """As somebody with the owner's rights could: an entry dated before the last closing."""
    with transaction.atomic(using="owner"):
        last = EveningBook.objects.using("owner").filter(store=where).order_by("closed_at").last()
        assert last is not None
        made = StockMove(
            id=uuid7(),
            store=where,
            kind="receipt",
            number=9999,
            day=last.day,
            at=last.closed_at - timedelta(microseconds=1),
            by=by.account,
            by_name="?",
            content_sha256=b"",
        )
        made.save(using="owner", force_insert=True)
        StockLine.objects.using("owner").bulk_create(
            StockLine(move=made, store=where, account=account, lot=of, doses=doses)
            for account, doses in (("in_hand", 7), ("supplier", -7))
        )
    return made.id


@pytest.mark.slow
def test_the_book_balances_for_any_sequence_of_events() -> None:
    """Or it names the entry that breaks it: 300 seeded sequences against a slow, naive twin."""
    someone = person("Người được tiêm")
    lots = [lot() for _ in range(3)]
    where, other = store()[0], store("Kho khác")[0]
    named = 0
    for seed in range(SEQUENCES):
        where, keeper = _fresh(seed)
        chance = random.Random(seed)
        twin = Twin()
        before = clock._wound
        try:
            for _event in range(chance.randint(4, 12)):
                _happen(chance, twin, where, other, keeper, lots, someone)
            _close(chance, twin, where, keeper)
            if chance.random() < 0.2:
                entry = _slip(where, chance.choice(lots), keeper)
                with scoped(keeper, "test"):
                    assert entry in {one.entry for one in stock_book.breaks(where)}, seed
                named += 1
                continue
            with scoped(keeper, "test"):
                assert stock_book.breaks(where) == [], seed
        finally:
            clock.wind(before)
    assert named > 30


def _fresh(seed: int) -> tuple[Store, Principal]:
    return store(f"Kho {seed}")


def _happen(
    chance: random.Random,
    twin: Twin,
    where: Store,
    other: Store,
    keeper: Principal,
    lots: list[Lot],
    someone: object,
) -> None:
    of = chance.choice(lots)
    doses = chance.randint(1, 40)
    what = chance.choices(
        ("receive", "give", "back", "send", "waste", "open", "correct", "close", "count"),
        (6, 6, 2, 2, 2, 3, 2, 2, 1),
    )[0]
    if what == "give":
        late = timedelta(days=chance.choice((0, 0, 1)))
        twin.gave(of.id, give(where, of, doses, at=now() - late, to=someone), day_of(now() - late))  # type: ignore[arg-type]
    elif what == "back" and twin.doses:
        dose = chance.choice(sorted(twin.doses))
        take_back(dose)
        twin.took_back(dose)
    elif what in ("close", "count"):
        _close(chance, twin, where, keeper, off=chance.randint(-3, 3) if what == "count" else 0)
    else:
        _write(what, chance, twin, where, other, keeper, of, doses)


def _write(
    what: str,
    chance: random.Random,
    twin: Twin,
    where: Store,
    other: Store,
    keeper: Principal,
    of: Lot,
    doses: int,
) -> None:
    """What a keeper writes; what is refused here changes nothing there."""
    try:
        with scoped(keeper, "stock"):
            if what == "receive":
                counted = max(1, doses - chance.choice((0, 0, 1)))
                came = [Received(of.id, doses, counted, "thiếu" if counted != doses else "")]
                move = stocking.receive(id=uuid7(), store=where, came=came, by=keeper)
                twin.wrote(move.id, "received", of.id, counted)
            elif what == "send":
                move = stocking.send(
                    id=uuid7(),
                    store=where,
                    to=other,
                    kind=stocking.Kind.TRANSFER,
                    amounts=[Amount(of.id, doses)],
                    by=keeper,
                )
                twin.wrote(move.id, "sent", of.id, doses)
            elif what == "waste":
                amount = Amount(of.id, doses)
                move = stocking.remove(
                    id=uuid7(), store=where, amount=amount, cause="broken", by=keeper
                )
                twin.wrote(move.id, "wasted", of.id, doses)
            elif what == "open":
                stock_setting.open_vials(
                    id=uuid7(), store=where, lot=of, vials=1, opened_at=now(), by=keeper
                )
            elif twin.moves:
                id = chance.choice(sorted(twin.moves))
                move = StockMove.objects.get(pk=id)
                stocking.correct(id=uuid7(), move=move, why="Nhầm", by=keeper)
                twin.corrected(id)
    except Refused:
        return


def _close(
    chance: random.Random, twin: Twin, where: Store, keeper: Principal, off: int = 0
) -> None:
    """Hold every row against the twin, close, and go on the next day."""
    with scoped(keeper, "stock"):
        rows = stock_book.draft(where, now()).rows
        shown = {
            row.lot.id: {name: getattr(row, name) for name in COLUMNS}
            for row in rows
            if any(getattr(row, name) for name in COLUMNS)
        }
        assert shown == twin.rows()
        for row in rows:
            if row.open_over and row.open_left <= row.left:
                stock_setting.discard_left(id=uuid7(), store=where, lot=row.lot, by=keeper)
                twin.wrote(uuid7(), "wasted", row.lot.id, row.open_left, can_correct=False)
        counts = {}
        for row in stock_book.draft(where, now()).rows:
            counted = max(0, row.left + (off if not row.open_over else 0))
            counts[row.lot.id] = Count(counted, "Đếm lại" if counted != row.left else "")
        stock_book.close_book(id=uuid7(), store=where, day=today(), counts=counts, by=keeper)
        twin.closed({lot: count.doses for lot, count in counts.items()}, today())
    clock.wind(clock._wound + timedelta(days=1))
