"""Sheets of visits on paper: handed out by number, keyed in once, the missing ones named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core import audit, looks
from lachan.core.blindindex import indexes_of
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.papernumbers import PaperNumber, missing, new_series, read_paper_number
from lachan.formats.vietnamese import fold
from lachan.gate import selectors
from lachan.gate.models import VisitSeries, VisitSheet
from lachan.gate.paper_rows import Row
from lachan.people.models import Person
from lachan.people.selectors import find_people, trace_ids_of
from lachan.people.services import Stay, register_person
from lachan.venues.models import Venue
from lachan.venues.services import record_scan

#: Sheets of one hand-out: a pad.
MOST_SHEETS = 50
#: 31**4 series: a second clash in a row does not happen before a place has thousands.
_TRIES = 5
#: Series on a page; an older one is found by its sheets' numbers.
MOST_SERIES = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """A series with what came back of it.  `missing`: below the highest that came; `open`: how
    many are still to come after it."""

    series: VisitSeries
    keyed: int
    void: int
    missing: list[str]
    open: int


def hand_out(*, venue: Venue, sheets: int, by: Principal) -> VisitSeries:
    """Number `sheets` for a place.  Refused: sheets_number, not_seen."""
    if not 1 <= sheets <= MOST_SHEETS:
        raise Refused("sheets_number", _("Choose between 1 and 50 sheets."))
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                made = VisitSeries.objects.create(
                    series=new_series(),
                    venue=venue,
                    sheets=sheets,
                    handed_at=now(),
                    handed_by=by.account,
                    organisation=venue.organisation,
                    commune=venue.place.commune,
                    province=venue.place.province,
                )
        except IntegrityError:
            continue
        audit.record(
            "visitseries.handed", target=("series", made.id), by=by, detail={"sheets": sheets}
        )
        return made
    raise Refused("no_free_code", _("No code could be given: try again."))


def sheet_of(text: str) -> tuple[VisitSeries, int]:
    """The series and sheet of a number somebody typed.  Refused: sheet_unknown."""
    number = read_paper_number(text)
    series = (
        VisitSeries.objects.select_related("venue__place").filter(series=number.series).first()
        if number
        else None
    )
    if number is None or series is None or number.sheet > series.sheets:
        raise Refused(
            "sheet_unknown",
            _("No sheet of your places has this number. Read it again, with its last letter."),
            status=404,
        )
    return series, number.sheet


def returned(series: VisitSeries, sheet: int) -> VisitSheet | None:
    """The sheet as it came back; None while it is out."""
    return VisitSheet.objects.filter(series=series, sheet=sheet).first()


def key_in(
    *, series: VisitSeries, sheet: int, day: date, rows: Sequence[Row], by: Principal
) -> VisitSheet:
    """Record every row of a sheet: its visits, once.  Refused: sheet_keyed, sheet_empty, and the
    codes of the register and of `record_scan`, named with the row."""
    if not rows:
        raise Refused("sheet_empty", _("Key in at least one row, or declare the sheet void."))
    made = _return(series, sheet, VisitSheet.State.KEYED, by, day=day, rows=len(rows))
    for row in rows:
        try:
            _record(series.venue, made, row, by)
        except Refused as refused:
            said = _("Row %(n)s: %(why)s") % {"n": row.number, "why": refused.message}
            raise Refused(refused.code, said, status=refused.status) from None
    audit.record("visitsheet.keyed", target=("sheet", made.id), by=by, detail={"rows": len(rows)})
    return made


def declare_void(*, series: VisitSeries, sheet: int, reason: str, by: Principal) -> VisitSheet:
    """The sheet was spoiled or never used.  Refused: sheet_keyed, reason_missing."""
    if not reason.strip():
        raise Refused("reason_missing", _("Write why the sheet is void."))
    made = _return(series, sheet, VisitSheet.State.VOID, by, reason=reason.strip()[:120])
    audit.record("visitsheet.void", target=("sheet", made.id), by=by, detail={})
    return made


def standing(by: Principal) -> list[Standing]:
    """The series of the reader's places or area, newest first, with what is missing of each."""
    rows = VisitSeries.objects.select_related("venue__place").prefetch_related("returned")
    if by.organisation is not None:
        rows = rows.filter(organisation=by.organisation)
    elif by.commune is not None:
        rows = rows.filter(commune=by.commune)
    return [_standing(row) for row in rows.order_by("-handed_at")[:MOST_SERIES]]


def _standing(series: VisitSeries) -> Standing:
    states = {row.sheet: row.state for row in series.returned.all()}
    highest = max(states, default=0)
    lost = [str(PaperNumber(series.series, n)) for n in missing(1, highest, set(states))]
    keyed = sum(state == VisitSheet.State.KEYED for state in states.values())
    return Standing(series, keyed, len(states) - keyed, lost, series.sheets - highest)


def _return(
    series: VisitSeries, sheet: int, state: str, by: Principal, **more: object
) -> VisitSheet:
    row = VisitSheet(
        series=series,
        sheet=sheet,
        state=state,
        at=now(),
        made_by=by.account,
        made_by_name=by.name,
        organisation=series.organisation,
        commune=series.commune,
        province=series.province,
        **more,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            "sheet_keyed",
            _("This sheet came back already; what stands on it is recorded once."),
            status=409,
        ) from None
    return row


def _record(venue: Venue, sheet: VisitSheet, row: Row, by: Principal) -> None:
    trace_id = _whose(venue, row, by)
    _scan(venue, sheet, row, trace_id, "in", row.came, by)
    if row.went is not None:
        _scan(venue, sheet, row, trace_id, "out", row.went, by)


def _scan(
    venue: Venue,
    sheet: VisitSheet,
    row: Row,
    trace_id: UUID,
    direction: str,
    at: datetime,
    by: Principal,
) -> None:
    record_scan(
        id=uuid5(sheet.id, f"{row.number} {direction}"),
        venue=venue,
        trace_id=trace_id,
        direction=direction,
        at=at,
        device_at=at,
        source="paper",
        by=by,
        offline=True,
    )


def _whose(venue: Venue, row: Row, by: Principal) -> UUID:
    """The person by card, then by phone or name among those the reader sees, else entered."""
    if row.card:
        guest = selectors.shown(None, indexes_of("document", _digits(row.card)))
        if guest is not None:
            looks.record(person=guest.person, what="visit", by=by)
            return guest.trace_id
    if not row.name:
        raise Refused("not_registered", _("Nobody is registered under this card: add the name."))
    person = _known(row, by) or _entered(venue, row, by)
    return trace_ids_of([person])[person]


def _known(row: Row, by: Principal) -> UUID | None:
    asked = row.phone or f"{row.name.split()[-1]} {row.year or ''}".strip()
    same = [
        card.person
        for card in find_people(asked, by)
        if fold(card.name) == fold(row.name) and row.year in (None, card.birth_year)
    ]
    if len(same) > 1:
        raise Refused(
            "two_persons",
            _("Several people have this name and year: add the phone or the card's number."),
        )
    looks.record_many(persons=same, what="visit", by=by)
    return same[0] if same else None


def _entered(venue: Venue, row: Row, by: Principal) -> UUID:
    person: Person = register_person(
        full_name=row.name,
        birth=str(row.year or ""),
        phones=[row.phone] if row.phone else [],
        documents={"cccd": _digits(row.card)} if row.card else {},
        stay=Stay(venue.place.commune, venue.place.province),
        by=by,
    )
    return person.id


def _digits(card: str) -> str:
    return "".join(card.split()).replace(".", "").replace("-", "")
