"""The evening of a session: sheets, consents, injections and doses by table, and what does not fit.

Everything is read from what is kept; nothing is stored here.  A difference has a name down to the
visit, dose, event, lot or paper sheet, and is over when somebody said why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from uuid import UUID

from lachan.vaccination import backentry_reading, evening_stock
from lachan.vaccination.evening_stock import DayOfStore
from lachan.vaccination.models import (
    Dose,
    EveningReason,
    Lot,
    PaperSheet,
    Session,
    SiteEvent,
    SiteKind,
    SiteVisit,
    TableCount,
)
from lachan.vaccination.selectors import standing
from lachan.vaccination.site_settling import NOT_TODAY

#: Events of a person that say at which table he was, the weightiest last.
_AT_TABLE = (SiteKind.RECEPTION, SiteKind.SCREENED)

Outcome = EveningReason.Outcome


@dataclass(slots=True)
class Row:
    """A table, or all of them.  sheets = injected + postponed + contraindicated + referred + left
    + unclear; consents + unasked = sheets."""

    received: int = 0
    sheets: int = 0
    consents: int = 0
    unasked: int = 0
    injected: int = 0
    postponed: int = 0
    contraindicated: int = 0
    referred: int = 0
    left: int = 0
    unclear: int = 0
    vials: int = 0
    out: int = 0
    wasted: int = 0
    open_left: int = 0

    def add(self, other: "Row") -> None:
        """Sum up."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(slots=True)
class Came:
    """One person at the session, by device and paper together."""

    about: UUID
    person: UUID | None
    table: int
    received: bool = False
    screened: bool = False
    outcome: str = ""
    consent: bool = False
    gone: bool = False
    referred: bool = False
    doses: list[Dose] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)

    @property
    def cleared(self) -> bool:
        """Screened, and not sent away."""
        return self.screened and self.outcome not in NOT_TODAY


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not fit.  `amount`: people, vials or doses; `label`: number or code of
    the thing itself; `reason`: why, once somebody said so."""

    code: str
    about: UUID
    table: int = 0
    amount: int = 1
    person: UUID | None = None
    lot: Lot | None = None
    label: str = ""
    reason: EveningReason | None = None

    @property
    def key(self) -> tuple[str, UUID, int, int]:
        """For exactly this a reason holds."""
        return self.code, self.about, self.table, self.amount


@dataclass(frozen=True, slots=True)
class Evening:
    """The evening as it stands now."""

    session: Session
    tables: dict[int, Row]
    total: Row
    stock: DayOfStore | None
    counts: dict[tuple[int, UUID], TableCount]
    given: dict[tuple[int, UUID], int]
    lots: list[Lot]
    differences: list[Difference]

    @property
    def unexplained(self) -> list[Difference]:
        """What nobody gave a reason for."""
        return [one for one in self.differences if one.reason is None]

    def figures(self) -> dict[str, object]:
        """What a balance keeps."""
        return {
            "total": _plain(self.total),
            "tables": {str(table): _plain(row) for table, row in sorted(self.tables.items())},
            "lots": {
                one.lot.number: [one.came, one.given, one.wasted, one.sent, one.left, one.vials]
                for one in (self.stock.lots if self.stock else [])
            },
        }


def _plain(row: Row) -> dict[str, int]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def evening_of(session: Session) -> Evening:
    """Everything about a session's evening."""
    doses = list(standing().filter(session=session).select_related("lot").order_by("given_at"))
    people = _people(session, doses)
    reasons = {
        (one.code, one.about, one.table_no, one.amount): one
        for one in EveningReason.objects.filter(session=session)
    }
    counts = counts_of(session)
    stock = evening_stock.day_of_store(session)
    given: dict[tuple[int, UUID], int] = {}
    for dose in doses:
        if dose.lot_id is not None:
            at = (dose.table or 0, dose.lot_id)
            given[at] = given.get(at, 0) + 1
    lots = evening_stock.lots_in_use(stock, [one.lot for one in doses if one.lot is not None])
    tables: dict[int, Row] = {number: Row() for number in range(1, session.tables + 1)}
    found = [
        *_of_people(people, reasons, tables),
        *_of_tables(counts, given, lots, tables),
        *_of_stock(session, stock, counts, doses),
        *_of_events(session),
        *_of_paper(session),
    ]
    total = Row()
    for row in tables.values():
        total.add(row)
    told = [_with_reason(one, reasons) for one in found]
    return Evening(session, tables, total, stock, counts, given, lots, told)


def counts_of(session: Session) -> dict[tuple[int, UUID], TableCount]:
    """The counts that stand: the newest of each table and lot."""
    rows = TableCount.objects.filter(session=session).select_related("lot").order_by("at", "id")
    return {(one.table_no, one.lot_id): one for one in rows}


Reasons = dict[tuple[str, UUID, int, int], EveningReason]


def _with_reason(one: Difference, reasons: Reasons) -> Difference:
    reason = reasons.get(one.key)
    if reason is None:
        return one
    told = {name.name: getattr(one, name.name) for name in fields(one)}
    return Difference(**(told | {"reason": reason}))


def _people(session: Session, doses: Sequence[Dose]) -> list[Came]:
    """Everybody of whom a device, a paper sheet or the ledger knows."""
    at_table = _tables_of(session)
    found: dict[UUID, Came] = {}
    for visit in SiteVisit.objects.filter(session=session).order_by("id"):
        found[visit.person_id] = Came(
            about=visit.id,
            person=visit.person_id,
            table=at_table.get(visit.person_id, 0),
            received=visit.received_at is not None,
            screened=visit.screened_at is not None,
            outcome=str(visit.screening.get("outcome", "")),
            consent=visit.consent_at is not None,
            gone=visit.left_at is not None,
            referred=visit.left_how == "hospital",
        )
    loose = []
    sheets = PaperSheet.objects.filter(session=session, state=PaperSheet.State.ENTERED)
    for sheet in sheets.select_related("book").order_by("number"):
        came = found.get(sheet.person_id) if sheet.person_id else None
        if came is None:
            came = Came(about=sheet.id, person=sheet.person_id, table=sheet.table_no)
            if sheet.person_id is None:
                loose.append(came)
            else:
                found[sheet.person_id] = came
        came.received, came.screened = True, True
        came.outcome = came.outcome or sheet.outcome
        came.consent = came.consent or sheet.consent
        came.papers.append(backentry_reading.label(sheet.book, sheet.number))
    for dose in doses:
        if dose.person_id not in found:
            found[dose.person_id] = Came(
                about=dose.id, person=dose.person_id, table=dose.table or 0
            )
        came = found[dose.person_id]
        came.doses.append(dose)
        if len(came.doses) == 1:
            came.table = dose.table or came.table
    return [*found.values(), *loose]


def _tables_of(session: Session) -> dict[UUID, int]:
    """Person -> table of the last screening, else of the reception."""
    rows = SiteEvent.objects.filter(session=session.id, person__isnull=False, refused="")
    undone = set(rows.filter(kind=SiteKind.UNDO).values_list("undoes", flat=True))
    found: dict[UUID, tuple[int, int]] = {}
    told = rows.filter(kind__in=_AT_TABLE).order_by("at", "id")
    for number, person, kind, table in told.values_list("id", "person", "kind", "table_no"):
        weight = _AT_TABLE.index(SiteKind(kind))
        if person and number not in undone and weight >= found.get(person, (0, 0))[0]:
            found[person] = (weight, table)
    return {person: table for person, (_weight, table) in found.items()}


def _of_people(
    people: Iterable[Came], reasons: Reasons, tables: dict[int, Row]
) -> Iterable[Difference]:
    for one in people:
        row = tables.setdefault(one.table, Row())
        row.received += one.received
        row.sheets += one.screened
        row.consents += one.screened and one.consent
        row.unasked += one.screened and not one.consent
        row.injected += len(one.doses)
        if one.doses:
            yield from _of_injected(one)
        else:
            yield from _of_not_injected(one, reasons, row)


def _of_injected(one: Came) -> Iterable[Difference]:
    told = {"about": one.about, "table": one.table, "person": one.person}
    if not one.screened:
        yield Difference("no_screening", **told)  # type: ignore[arg-type]
    elif not one.cleared:
        yield Difference("against_screening", **told)  # type: ignore[arg-type]
    if one.screened and not one.consent:
        yield Difference("no_consent", **told)  # type: ignore[arg-type]
    if len(one.doses) > 1:
        amount = len(one.doses)
        yield Difference("twice", amount=amount, label=", ".join(one.papers), **told)  # type: ignore[arg-type]
    for dose in one.doses:
        if dose.lot_id is None:
            label = dose.lot_text
            yield Difference("no_lot", dose.id, one.table, person=one.person, label=label)


def _of_not_injected(one: Came, reasons: Reasons, row: Row) -> Iterable[Difference]:
    code = "not_injected" if one.screened else "not_screened"
    if one.outcome == "postpone":
        row.postponed += 1
        return
    if one.outcome == "contraindicated":
        row.contraindicated += 1
        return
    if one.gone:
        # Without a sheet nobody left the sum of the sheets.
        row.referred += one.screened and one.referred
        row.left += one.screened and not one.referred
        return
    reason = reasons.get((code, one.about, one.table, 1))
    outcome = reason.outcome if reason else ""
    if one.screened:
        row.referred += outcome == Outcome.REFERRED
        row.left += outcome == Outcome.LEFT
        row.postponed += outcome == Outcome.POSTPONED
        row.unclear += not outcome
    yield Difference(
        code, one.about, one.table, person=one.person, label=one.outcome or ", ".join(one.papers)
    )


def _of_tables(
    counts: dict[tuple[int, UUID], TableCount],
    given: dict[tuple[int, UUID], int],
    lots: Sequence[Lot],
    tables: dict[int, Row],
) -> Iterable[Difference]:
    """Vials counted at a table hold what was injected there, thrown away and left."""
    known = {lot.id: lot for lot in lots}
    for table, lot in sorted(counts.keys() | given.keys(), key=str):
        row, injected = tables.setdefault(table, Row()), given.get((table, lot), 0)
        count = counts.get((table, lot))
        if count is None:
            yield Difference("uncounted", lot, table, injected, lot=known.get(lot))
            continue
        out = count.vials * count.lot.doses_per_vial
        row.vials += count.vials
        row.out += out
        row.wasted += count.wasted
        row.open_left += count.left
        gap = out - injected - count.wasted - count.left
        if gap:
            code = "doses_missing" if gap > 0 else "doses_over"
            yield Difference(code, lot, table, abs(gap), lot=count.lot)


def _of_stock(
    session: Session,
    stock: DayOfStore | None,
    counts: dict[tuple[int, UUID], TableCount],
    doses: Sequence[Dose],
) -> Iterable[Difference]:
    """What the tables counted is what the store's book says was opened, given and thrown away."""
    if stock is None:
        yield Difference("no_store", session.id)
        return
    if stock.book is None:
        yield Difference("book_open", stock.store.id)
    for one in stock.lots:
        own = [count for (_table, lot), count in counts.items() if lot == one.lot.id]
        vials = sum(count.vials for count in own)
        if own and vials != one.vials:
            yield Difference(
                "vials_differ", one.lot.id, amount=one.vials - vials, lot=one.lot, label=str(vials)
            )
        thrown = sum(count.wasted + count.left for count in own)
        if own and stock.book and thrown != one.from_open + one.open_left:
            gap = one.from_open + one.open_left - thrown
            yield Difference("waste_differs", one.lot.id, amount=gap, lot=one.lot)
        if one.unaccounted:
            code = "opened_over" if one.unaccounted > 0 else "given_unopened"
            yield Difference(code, one.lot.id, amount=abs(one.unaccounted), lot=one.lot)
    if stock.book is None:
        return
    for dose in doses:
        if dose.received_at > stock.book.closed_at:
            table = dose.table or 0
            yield Difference("after_book", dose.id, table, person=dose.person_id, lot=dose.lot)


def _of_events(session: Session) -> Iterable[Difference]:
    """What devices told of which nothing was made."""
    rows = SiteEvent.objects.filter(session=session.id).order_by("at", "id")
    for row in rows.exclude(kind=SiteKind.UNDO):
        if row.refused or row.person is None:
            yield Difference("event_waits", row.id, row.table_no, label=row.refused or "no_person")


def _of_paper(session: Session) -> Iterable[Difference]:
    """Numbers of paper sheets that nobody keyed, or keyed once, or that differ."""
    for gap in backentry_reading.gaps(session):
        yield Difference("sheets_open", gap.about, amount=gap.count, label=gap.label)
