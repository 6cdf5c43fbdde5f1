"""Paper sheets are keyed by two people who do not see each other's, settled by looking at the
paper, and entered by the worker into the ledger through its own service.

The database refuses the same person twice for a sheet and a sheet that two did not key.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_loose, seal_loose
from lachan.vaccination import backentry_reading as reading
from lachan.vaccination.backentry_words import FIELDS, normal
from lachan.vaccination.models import PaperBook, PaperKeying, PaperSheet, Session

FACT = "vaccination.paper"

#: Sheets of one book: a pad of a session.
MOST = 2000

State = PaperSheet.State
Told = Mapping[str, str]


def give_paper(*, session: Session, prefix: str, first: int, last: int, by: Principal) -> PaperBook:
    """Numbered sheets go to a session; the same once more is the same book.

    Codes of refusals: paper_numbers.
    """
    prefix = prefix.strip().upper()[:12]
    if first < 1 or last < first or last - first >= MOST:
        text = _("Write the first and the last number of the pad, at most %(most)d sheets.")
        raise Refused("paper_numbers", text % {"most": MOST})
    for known in PaperBook.objects.filter(session=session, prefix=prefix):
        if (known.first, known.last) == (first, last):
            return known
        if first <= known.last and known.first <= last:
            text = _("These numbers were given to this session already.")
            raise Refused("paper_numbers", text, status=409)
    book = PaperBook.objects.create(
        id=uuid7(),
        session=session,
        organisation=session.organisation,
        prefix=prefix,
        first=first,
        last=last,
        made_at=now(),
        made_by=by.account,
        made_by_name=by.name[:120],
    )
    audit.record("paper.given", target=("paper_book", book.id), by=by)
    return book


def key_sheet(*, id: UUID, book: PaperBook, number: int, told: Told, by: Principal) -> str:
    """Key a sheet; the step it is at then: once, ready or differs.  A repeat is answered as before.

    Codes of refusals: sheet_not_ours, sheet_settled, sheet_keyed_by_you.
    """
    _of_book(book, number)
    if PaperKeying.objects.filter(pk=id, book=book, number=number, keyed_by=by.account).exists():
        return _step(book, number)
    if PaperSheet.objects.filter(book=book, number=number).exists():
        raise Refused("sheet_settled", _("This sheet is settled already."), status=409)
    if PaperKeying.objects.filter(book=book, number=number, keyed_by=by.account).exists():
        text = _("You keyed this sheet. Another person keys it the second time.")
        raise Refused("sheet_keyed_by_you", text, status=409)
    sealed = seal_loose(id, normal(told))
    if not any(_placed(id, book, number, place, sealed, by) for place in (1, 2)):
        raise Refused("sheet_settled", _("This sheet is settled already."), status=409)
    audit.record("paper.keyed", target=("paper_keying", id), by=by)
    return _compare(book, number, by)


def _placed(
    id: UUID, book: PaperBook, number: int, place: int, sealed: bytes, by: Principal
) -> bool:
    """Take a place; False where somebody has it."""
    try:
        with transaction.atomic(using="default"):
            PaperKeying.objects.create(
                id=id,
                book=book,
                number=number,
                place=place,
                organisation=book.organisation,
                sealed=sealed,
                keyed_at=now(),
                keyed_by=by.account,
                keyed_by_name=by.name[:120],
            )
    except IntegrityError:
        return False
    return True


def _compare(book: PaperBook, number: int, by: Principal) -> str:
    found = reading.both(book, number)
    if found is None:
        return "once"
    first, second = found
    if differing(first, second):
        return "differs"
    _settle(book, number, first, by)
    return str(State.READY)


def differing(first: Told, second: Told) -> list[str]:
    """Fields that the two keyed otherwise."""
    return [name for name in FIELDS if first.get(name, "") != second.get(name, "")]


def settle(*, book: PaperBook, number: int, told: Told, by: Principal) -> PaperSheet:
    """What the paper says where the two differ; `told`: the value of each field that differs.

    Codes of refusals: sheet_not_ours, sheet_not_twice, sheet_unread.
    """
    _of_book(book, number)
    known = PaperSheet.objects.filter(book=book, number=number).first()
    if known is not None:
        return known
    found = reading.both(book, number)
    if found is None:
        raise Refused("sheet_not_twice", _("Two people key a sheet before it is settled."))
    first, second = found
    differ = differing(first, second)
    unread = [name for name in differ if name not in told]
    if unread:
        raise Refused("sheet_unread", _("Look at the paper and choose for every line."))
    return _settle(book, number, normal(first | {name: told[name] for name in differ}), by)


def _settle(book: PaperBook, number: int, told: Told, by: Principal) -> PaperSheet:
    id = reading.sheet_id(book.id, number)
    sheet = PaperSheet.objects.create(
        id=id,
        book=book,
        number=number,
        session=book.session,
        organisation=book.organisation,
        state=State.READY,
        sealed=seal_loose(id, told),
        table_no=int(told.get("table") or 0),
        outcome=told.get("outcome", ""),
        consent=told.get("consent") == "yes",
        injected=told.get("injected") == "yes",
        settled_at=now(),
        settled_by=by.account,
        settled_by_name=by.name[:120],
    )
    audit.record("paper.settled", target=("paper_sheet", id), by=by)
    facts.ring(FACT)
    return sheet


def spoil(*, book: PaperBook, number: int, why: str, by: Principal) -> PaperSheet:
    """A sheet was spoilt, lost or never used.

    Codes of refusals: sheet_not_ours, why_missing, sheet_settled.
    """
    _of_book(book, number)
    if not why.strip():
        raise Refused("why_missing", _("Say what happened to the sheet."))
    known = PaperSheet.objects.filter(book=book, number=number).first()
    if known is not None and known.state != State.ASKED:
        raise Refused("sheet_settled", _("This sheet is settled already."), status=409)
    sheet = known or PaperSheet(
        id=reading.sheet_id(book.id, number),
        book=book,
        number=number,
        session=book.session,
        organisation=book.organisation,
    )
    sheet.state, sheet.why, sheet.refused = State.VOID, why.strip()[:200], ""
    sheet.settled_at, sheet.settled_by = now(), by.account
    sheet.settled_by_name = by.name[:120]
    sheet.save(force_insert=known is None)
    audit.record("paper.spoilt", target=("paper_sheet", sheet.id), by=by)
    return sheet


def confirm(*, book: PaperBook, number: int, by: Principal) -> PaperSheet:
    """The person of the number is the one on the paper, though called otherwise.

    Codes of refusals: sheet_not_ours, sheet_not_asked.
    """
    _of_book(book, number)
    sheet = PaperSheet.objects.filter(book=book, number=number, state=State.ASKED).first()
    if sheet is None:
        raise Refused("sheet_not_asked", _("Nothing is asked about this sheet."), status=409)
    sheet.confirmed, sheet.state, sheet.refused = True, State.READY, ""
    sheet.settled_at, sheet.settled_by = now(), by.account
    sheet.settled_by_name = by.name[:120]
    sheet.save()
    audit.record("paper.confirmed", target=("paper_sheet", sheet.id), by=by)
    facts.ring(FACT)
    return sheet


def last_mine(book: PaperBook, by: Principal) -> dict[str, str]:
    """What this person keyed last: table, lot and who injected are the same for many sheets."""
    row = PaperKeying.objects.filter(book=book, keyed_by=by.account).order_by("-keyed_at").first()
    if row is None or not row.sealed:
        return {}
    told = open_loose(row.id, bytes(row.sealed))
    return {name: told.get(name, "") for name in ("table", "lot", "product", "by", "hour")}


def _step(book: PaperBook, number: int) -> str:
    keyed = next(one for one in reading.numbers_of(book) if one.number == number)
    return keyed.step


def _of_book(book: PaperBook, number: int) -> None:
    if not book.first <= number <= book.last:
        raise Refused("sheet_not_ours", _("This number is not of this pad."), status=404)
