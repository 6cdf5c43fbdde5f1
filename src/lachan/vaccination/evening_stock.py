"""The stock side of an evening: what the store's own book says of the session's day, lot by lot.

There is one book of a store, `stock_book`; nothing is counted a second time here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lachan.core.clock import day_of, now
from lachan.vaccination import stock_book
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import BookLine, EveningBook, Lot, Session, StockLine, Store


@dataclass(frozen=True, slots=True)
class LotOut:
    """A lot of the store's day.  came = given + wasted + sent + left; `opened`: doses of the vials
    that were opened or were open already, `from_open`: of them thrown away, `open_left`: of them
    still there."""

    lot: Lot
    came: int
    given: int
    wasted: int
    sent: int
    left: int
    vials: int
    opened: int
    from_open: int
    open_left: int

    @property
    def unaccounted(self) -> int:
        """Doses of opened vials that nobody gave, threw away or has; below zero more was given
        than was opened."""
        return self.opened - self.given - self.from_open - self.open_left


@dataclass(frozen=True, slots=True)
class DayOfStore:
    """The store of a session with its lots; `book`: the closed book of the day, None before."""

    store: Store
    book: EveningBook | None
    lots: list[LotOut]


def day_of_store(session: Session) -> DayOfStore | None:
    """The store from which the session's facility injects, as its book says; None without one."""
    store = Store.objects.filter(organisation=session.organisation, gives=True).first()
    if store is None:
        return None
    day = day_of(session.starts_at)
    book = store.books.filter(day__gte=day).order_by("closed_at").first()
    lots = _closed(store, book) if book else _as_it_stands(store, now())
    return DayOfStore(store, book, lots)


def _as_it_stands(store: Store, at: datetime) -> list[LotOut]:
    opened = reading.opened_of(store, at)
    found = []
    for row in stock_book.draft(store, at).rows:
        of = opened.get(row.lot.id)
        found.append(
            LotOut(
                lot=row.lot,
                came=row.brought + row.received + row.adjusted,
                given=row.given + row.added,
                wasted=row.wasted,
                sent=row.sent,
                left=row.left,
                vials=row.opened,
                opened=of.carried + of.doses if of else 0,
                from_open=of.wasted if of else 0,
                open_left=max(0, of.left) if of else 0,
            )
        )
    return found


def _closed(store: Store, book: EveningBook) -> list[LotOut]:
    lines = list(book.lines.select_related("lot"))
    before = store.books.filter(closed_at__lt=book.closed_at).order_by("-closed_at").first()
    carried = dict(before.lines.values_list("lot_id", "open_left")) if before else {}
    wasted = _wasted_open(book)
    return [_line(one, carried.get(one.lot_id, 0), wasted.get(one.lot_id, 0)) for one in lines]


def _line(one: BookLine, carried: int, from_open: int) -> LotOut:
    return LotOut(
        lot=one.lot,
        came=one.brought + one.received + one.adjusted,
        given=one.given + one.added,
        wasted=one.wasted,
        sent=one.sent,
        left=one.counted,
        vials=one.opened,
        opened=carried + one.opened * one.lot.doses_per_vial,
        from_open=from_open,
        open_left=one.open_left,
    )


def _wasted_open(book: EveningBook) -> dict[UUID, int]:
    """Doses of opened vials that the entries of a book threw away, by lot."""
    rows = StockLine.objects.filter(
        move__in=book.entries, account="waste", cause=StockLine.Cause.OPEN_LEFT
    )
    found: dict[UUID, int] = {}
    for lot, doses in rows.values_list("lot_id", "doses"):
        found[lot] = found.get(lot, 0) + doses
    return found


def lots_in_use(day: DayOfStore | None, injected: Sequence[Lot]) -> list[Lot]:
    """Lots that are counted at the tables: what was injected and what was opened."""
    opened = [one.lot for one in day.lots if one.vials or one.opened] if day else []
    known = {lot.id: lot for lot in [*injected, *opened]}
    return sorted(known.values(), key=lambda lot: (lot.product, lot.number))
