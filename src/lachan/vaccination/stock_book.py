"""The evening book: what came and what was there is what was given, wasted, sent and left.

`given` comes from the dose ledger.  A person counts by hand and closes the book; a difference is
an entry with its cause.  What arrives later is in the next book as added (bổ sung).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.vaccination import stock_reading as reading
from lachan.vaccination import stocking
from lachan.vaccination.models import BookLine, EveningBook, Lot, StockLine, StockMove, Store
from lachan.vaccination.stocking import FACT, Account, Kind, Posting, line

#: Column of the book in which a kind of move is counted.
COLUMNS = {
    Kind.RECEIPT: "received",
    Kind.ISSUE: "sent",
    Kind.TRANSFER: "sent",
    Kind.RETURN: "sent",
    Kind.DESTRUCTION: "sent",
    Kind.QUARANTINE: "sent",
    Kind.WASTE: "wasted",
    Kind.DISCREPANCY: "adjusted",
}
#: Columns that stand on the side of what went.
WENT = frozenset({"sent", "wasted"})


@dataclass(slots=True)
class Row:
    """A lot of the book as it stands now.  `gaps`: codes of what does not fit, with doses."""

    lot: Lot
    brought: int = 0
    received: int = 0
    adjusted: int = 0
    given: int = 0
    added: int = 0
    wasted: int = 0
    sent: int = 0
    opened: int = 0
    open_left: int = 0
    open_over: bool = False
    gaps: list[tuple[str, int]] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What the book says is there."""
        came = self.brought + self.received + self.adjusted
        return came - self.given - self.added - self.wasted - self.sent


@dataclass(frozen=True, slots=True)
class Draft:
    """The book as it would be closed now.  `late`: entries for a day that is closed;
    `without_lot`: doses given of a lot that nobody knows; `on_the_way`: deliveries not taken in."""

    since: datetime | None
    last_day: date | None
    rows: list[Row]
    late: list[StockMove]
    without_lot: int
    on_the_way: list[StockMove]


@dataclass(frozen=True, slots=True)
class Count:
    """What a person counted of a lot, and why it is not what the book says."""

    doses: int
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """What does not fit in a closed book: the entry that breaks it, or the line itself."""

    book: EveningBook
    entry: UUID | None
    lot: UUID | None
    code: str


def draft(store: Store, at: datetime) -> Draft:
    """The book up to now."""
    last = reading.last_book(store)
    since = last.closed_at if last else None
    rows: dict[UUID, Row] = {}
    if last is not None:
        for one in last.lines.select_related("lot"):
            if one.counted:
                rows[one.lot_id] = Row(one.lot, brought=one.counted)
    lines = reading.lines_between(store, since, at)
    for each in lines:
        _count(rows.setdefault(each.lot_id, Row(each.lot)), each)
    without = _given(rows, store, at, last.day if last else None)
    for lot, opened in reading.opened_of(store, at).items():
        row = rows.setdefault(lot, Row(opened.lot))
        row.opened = opened.vials
        written = row.left + row.given + row.added  # a dose taken back is here after closing only
        row.open_left = max(0, min(opened.left, row.left, written))
        row.open_over = opened.over and row.open_left > 0
        if opened.left < 0:
            row.gaps.append(("given_unopened", -opened.left))
    for row in rows.values():
        if row.left < 0:
            row.gaps.append(("given_unstocked", -row.left))
        if row.open_over:
            row.gaps.append(("open_over", row.open_left))
    moves = {each.move_id: each.move for each in lines}
    return Draft(
        since=since,
        last_day=last.day if last else None,
        rows=sorted(rows.values(), key=lambda row: (row.lot.product, row.lot.number)),
        late=[one for one in moves.values() if last and one.day <= last.day],
        without_lot=without,
        on_the_way=reading.on_the_way(store),
    )


def _count(row: Row, each: StockLine) -> None:
    kind = StockMove.Kind(reading.kind_of(each))
    if kind is Kind.USE:
        row.given -= each.doses
        return
    column = COLUMNS.get(kind)
    if column is not None:
        sign = -1 if column in WENT else 1
        setattr(row, column, getattr(row, column) + sign * each.doses)


def _given(rows: dict[UUID, Row], store: Store, at: datetime, last_day: date | None) -> int:
    """Doses of the dose ledger that no book has yet; how many of them have no lot."""
    unbooked = reading.to_book(store, at)
    lots = Lot.objects.in_bulk({lot for lot, _day in unbooked if lot} - rows.keys())
    without = 0
    for (lot, day), doses in unbooked.items():
        if lot is None:
            without += doses
            continue
        row = rows.setdefault(lot, Row(lots[lot])) if lot in lots else rows[lot]
        if last_day is not None and day <= last_day:
            row.added += doses
        else:
            row.given += doses
    return without


def close_book(
    *,
    id: UUID,
    store: Store,
    day: date,
    counts: Mapping[UUID, Count],
    by: Principal,
    note: str = "",
) -> EveningBook:
    """Close the day with what was counted by hand.

    Codes of refusals: book_closed, book_uncounted, book_open_vials, book_gap_unsaid, clock_wrong.
    """
    stocking.lock(store)
    same = EveningBook.objects.filter(pk=id, store=store).first()
    if same is not None:
        return same
    at = now()
    found = draft(store, at)
    if found.last_day is not None and day <= found.last_day:
        text = _("The book of this day is closed. What comes now stands in the next one.")
        raise Refused("book_closed", text, status=409)
    stocking.in_the_past(day)
    for row in found.rows:
        _may_close(row, counts.get(row.lot.id))
    _book_given(store, at, by)
    entry = _book_gaps(store, at, day, found.rows, counts, by)
    taken = StockMove.objects.filter(store=store, at__lte=at)
    if found.since is not None:
        taken = taken.filter(at__gt=found.since)
    book = EveningBook.objects.create(
        id=id,
        store=store,
        day=day,
        since=found.since,
        closed_at=at,
        closed_by=by.account,
        closed_by_name=by.name[:120],
        note=note.strip()[:200],
        entries=list(taken.order_by("at", "number").values_list("id", flat=True)),
    )
    BookLine.objects.bulk_create(_line(book, row, counts[row.lot.id], entry) for row in found.rows)
    audit.record("stock.book_closed", target=("evening_book", book.id), by=by)
    facts.ring(FACT)
    return book


def _may_close(row: Row, count: Count | None) -> None:
    told = {"lot": row.lot.number, "doses": row.open_left}
    if count is None or count.doses < 0:
        text = _("Count lot %(lot)s by hand and write the doses down.")
        raise Refused("book_uncounted", text % told)
    if row.open_over:
        text = _("%(doses)d doses of lot %(lot)s are left in opened vials: discard them first.")
        raise Refused("book_open_vials", text % told)
    if count.doses != row.left and not count.cause.strip():
        text = _("Lot %(lot)s: the book says %(left)d doses, counted were %(counted)d. Say why.")
        counted = {"left": row.left, "counted": count.doses}
        raise Refused("book_gap_unsaid", text % (told | counted))


def _line(book: EveningBook, row: Row, count: Count, entry: UUID | None) -> BookLine:
    gap = count.doses - row.left
    return BookLine(
        book=book,
        lot=row.lot,
        brought=row.brought,
        received=row.received,
        adjusted=row.adjusted + gap,
        given=row.given,
        added=row.added,
        wasted=row.wasted,
        sent=row.sent,
        counted=count.doses,
        opened=row.opened,
        open_left=min(row.open_left, count.doses),
        gap=gap,
        cause=count.cause.strip()[:200] if gap else "",
        gap_entry=entry if gap else None,
    )


def _book_given(store: Store, at: datetime, by: Principal) -> None:
    """An entry for each day on which something was given that no book has."""
    days: dict[date, list[tuple[UUID, int]]] = {}
    for (lot, day), doses in sorted(reading.to_book(store, at).items(), key=str):
        if lot is not None:
            days.setdefault(day, []).append((lot, doses))
    for day, given in sorted(days.items()):
        lots = stocking.lots_of(lot for lot, _doses in given)
        lines: list[StockLine] = []
        for lot, doses in given:
            for part, thawed in _parts(store, lots[lot], doses):
                lines += [
                    line(store, Account.IN_HAND, lots[lot], -part, thawed_on=thawed),
                    line(store, Account.GIVEN, lots[lot], part, thawed_on=thawed),
                ]
        _post(store, Kind.USE, lines, day, at, by)


def _parts(store: Store, lot: Lot, doses: int) -> Sequence[tuple[int, date | None]]:
    """Batches from which doses went; what is not there stands below zero until the count."""
    if doses < 0:
        return [(doses, None)]
    parts = stocking.split(reading.batches(store, [lot.id]), doses)
    rest = doses - sum(part for part, _thawed in parts)
    return [*parts, (rest, None)] if rest else parts


def _book_gaps(
    store: Store,
    at: datetime,
    day: date,
    rows: Sequence[Row],
    counts: Mapping[UUID, Count],
    by: Principal,
) -> UUID | None:
    """One entry that brings the ledger to what was counted; its number, None without a gap."""
    lines: list[StockLine] = []
    for row in rows:
        count = counts[row.lot.id]
        gap = count.doses - row.left
        for part, thawed in _parts(store, row.lot, -gap) if gap else ():
            lines += [
                line(store, Account.IN_HAND, row.lot, -part, thawed_on=thawed),
                line(store, Account.DISCREPANCY, row.lot, part, thawed_on=thawed, why=count.cause),
            ]
    return _post(store, Kind.DISCREPANCY, lines, day, at, by).id if lines else None


def _post(
    store: Store,
    kind: Kind,
    lines: Sequence[StockLine],
    day: date,
    at: datetime,
    by: Principal,
) -> StockMove:
    made = uuid7()
    posting = Posting(id=made, store=store, kind=kind, lines=tuple(lines), day=day)
    return stocking.post(posting, sha256(made.bytes).digest(), by=by, at=at)


def breaks(store: Store) -> list[Break]:
    """Every closed book held against the ledger, slowly: what does not fit, by its entry."""
    found: list[Break] = []
    before: dict[UUID, int] = {}
    for book in store.books.order_by("closed_at").prefetch_related("lines"):
        rows = StockMove.objects.filter(store=store, at__lte=book.closed_at)
        rows = rows.filter(at__gt=book.since) if book.since else rows
        there, taken = set(rows.values_list("id", flat=True)), set(book.entries)
        found += [Break(book, one, None, "entry_not_in_book") for one in sorted(there - taken)]
        found += [Break(book, one, None, "entry_gone") for one in sorted(taken - there)]
        sums = _sums(store, book.since, book.closed_at)
        lines = {one.lot_id: one for one in book.lines.all()}
        for lot in sorted(lines.keys() | sums.keys() | before.keys()):
            one = lines.get(lot)
            brought, counted = (one.brought, one.counted) if one else (0, 0)
            if brought != before.get(lot, 0):
                found.append(Break(book, None, lot, "brought_differs"))
            if counted - brought != sums.get(lot, 0):
                found.append(Break(book, None, lot, "line_differs"))
        before = {lot: one.counted for lot, one in lines.items()}
    return found


def _sums(store: Store, since: datetime | None, until: datetime) -> dict[UUID, int]:
    sums: dict[UUID, int] = {}
    for one in reading.lines_between(store, since, until):
        sums[one.lot_id] = sums.get(one.lot_id, 0) + one.doses
    return sums
