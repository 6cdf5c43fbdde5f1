"""Entries of a store's ledger: every service posts one move whose lines sum to zero.

A move carries the device's own number.  The same number with the same content is the same move;
with other content it is refused.  A store's books are written one entry at a time.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Max
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook import selectors as rulebook
from lachan.ui.wording import full_date
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import (
    AllocationShare,
    Lot,
    StockLine,
    StockMove,
    Store,
)

Account = StockLine.Account
Cause = StockLine.Cause
Kind = StockMove.Kind

#: What other rooms and screens wait for.
FACT = "vaccination.stock"


@dataclass(frozen=True, slots=True)
class Amount:
    """Doses of a lot; `thawed_on` where they were thawed already."""

    lot: UUID
    doses: int
    thawed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a lot: told on the paper, counted, and why they differ."""

    lot: UUID
    told: int
    counted: int
    why: str = ""
    thawed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A move as it is to be written."""

    id: UUID
    store: Store
    kind: Kind
    lines: tuple[StockLine, ...] = ()
    other: Store | None = None
    day: date | None = None
    note: str = ""
    share: AllocationShare | None = None
    answers: StockMove | None = None
    reverses: StockMove | None = None


def lock(*stores: Store) -> None:
    """One entry at a time in the books of these stores, to the end of the transaction."""
    with connections["default"].cursor() as cursor:
        for key in sorted({str(store.id) for store in stores}):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [key])


def known(id: UUID, content: Any, *stores: Store) -> tuple[StockMove | None, bytes]:
    """The move that was written under this number, and the digest of what was sent; the books of
    the stores are locked from here on.

    Raises Refused: different_content.
    """
    lock(*stores)
    digest = sha256(json.dumps(content, default=str, sort_keys=True).encode()).digest()
    there = StockMove.objects.filter(pk=id).first()
    if there is not None and bytes(there.content_sha256) != digest:
        text = _("This number was entered with other content. It is kept for review.")
        raise Refused("different_content", text, status=409)
    return there, digest


def post(move: Posting, digest: bytes, *, by: Principal, at: datetime | None = None) -> StockMove:
    """Write a move with its lines.  The caller holds the store's lock."""
    moment = at or now()
    day = move.day or today()
    numbers = StockMove.objects.filter(store=move.store, at__year=moment.year)
    made = StockMove.objects.create(
        id=move.id,
        store=move.store,
        other=move.other,
        kind=move.kind,
        number=(numbers.aggregate(last=Max("number"))["last"] or 0) + 1,
        day=day,
        at=moment,
        by=by.account,
        by_name=by.name[:120],
        note=move.note.strip()[:200],
        share=move.share,
        answers=move.answers,
        reverses=move.reverses,
        content_sha256=digest,
    )
    for line in move.lines:
        line.move = made
    StockLine.objects.bulk_create(move.lines)
    audit.record(f"stock.{move.kind}", target=("stock_move", made.id), by=by)
    facts.ring(FACT)
    return made


def line(
    store: Store,
    account: Account,
    lot: Lot,
    doses: int,
    *,
    thawed_on: date | None = None,
    other: Store | None = None,
    cause: str = "",
    why: str = "",
) -> StockLine:
    """One line of a move; vials where the doses are whole ones."""
    whole = doses % lot.doses_per_vial == 0
    return StockLine(
        store=store,
        other=other,
        account=account,
        lot=lot,
        doses=doses,
        vials=doses // lot.doses_per_vial if whole else None,
        thawed_on=thawed_on,
        cause=cause,
        why=why.strip()[:200],
    )


def lots_of(ids: Iterable[UUID]) -> dict[UUID, Lot]:
    """Lots by id.  Raises Refused: lot_unknown."""
    wanted = set(ids)
    found = Lot.objects.in_bulk(wanted)
    if wanted - found.keys():
        raise Refused("lot_unknown", _("This lot is not known yet. Enter it first."), status=404)
    return found


def _amounts(amounts: Sequence[Amount | Received]) -> dict[UUID, Lot]:
    if not amounts:
        raise Refused("stock_nothing", _("Say of which lot and how many doses."))
    if len({(each.lot, each.thawed_on) for each in amounts}) < len(amounts):
        raise Refused("stock_twice", _("Write each lot in one row."))
    return lots_of(each.lot for each in amounts)


def receive(
    *,
    id: UUID,
    store: Store,
    came: Sequence[Received],
    by: Principal,
    answers: StockMove | None = None,
    day: date | None = None,
    note: str = "",
) -> StockMove:
    """Take vaccine in: from a supplier, or what another store sent (`answers`).

    What was told and what was counted may differ; the difference is a line with its reason.
    Codes of refusals: different_content, stock_nothing, lot_unknown, stock_quantity,
    difference_unsaid, stock_received_already, stock_not_this_issue, clock_wrong.
    """
    there, digest = known(
        id,
        ["receipt", store.id, came, answers and answers.id, day, note],
        store,
        *([answers.store] if answers else []),
    )
    if there is not None:
        return there
    lots = _amounts(came)
    in_the_past(day)
    for each in came:
        if min(each.told, each.counted) < 0 or not (each.told or each.counted):
            raise Refused("stock_quantity", _("Write how many doses, more than none."))
        if each.told != each.counted and not each.why.strip():
            text = _("Told and counted differ: say why, as far as it is known.")
            raise Refused("difference_unsaid", text)
    if answers is not None:
        _answerable(store, answers, came)
    source = Account.IN_TRANSIT if answers else Account.SUPPLIER
    other = answers.store if answers else None
    lines = []
    for each in came:
        lot, told = lots[each.lot], each.thawed_on
        parts = (
            (source, -each.told, ""),
            (Account.IN_HAND, each.counted, ""),
            (Account.DISCREPANCY, each.told - each.counted, each.why),
        )
        lines += [
            line(store, account, lot, doses, thawed_on=told, other=other, why=why)
            for account, doses, why in parts
            if doses
        ]
    move = Posting(
        id=id,
        store=store,
        other=other,
        kind=Kind.RECEIPT,
        lines=tuple(lines),
        day=day,
        note=note,
        answers=answers,
    )
    return post(move, digest, by=by)


def in_the_past(day: date | None) -> None:
    """Raises Refused: clock_wrong."""
    if day is not None and day > today():
        raise Refused("clock_wrong", _("This day lies in the future."))


def _answerable(store: Store, issue: StockMove, came: Sequence[Received]) -> None:
    waiting = {one.id: one for one in reading.on_the_way(store)}
    if issue.id not in waiting:
        text = _("This delivery was received already, or was taken back by its sender.")
        raise Refused("stock_received_already", text, status=409)
    lines = [one for one in waiting[issue.id].lines.all() if one.account == Account.IN_TRANSIT]
    sent = sorted((one.lot_id, one.doses, one.thawed_on or date.min) for one in lines)
    told = sorted((each.lot, each.told, each.thawed_on or date.min) for each in came)
    if sent != told:
        text = _("What was told must be what was sent. Load the delivery again.")
        raise Refused("stock_not_this_issue", text, status=409)


def send(
    *,
    id: UUID,
    store: Store,
    to: Store,
    kind: Kind,
    amounts: Sequence[Amount],
    by: Principal,
    share: AllocationShare | None = None,
    note: str = "",
) -> StockMove:
    """Issue down, transfer sideways or return up: it is on the way until the other store has it.

    Codes of refusals: different_content, stock_nothing, lot_unknown, stock_quantity,
    stock_to_itself, stock_short, lot_expired, lot_barred, lot_held, share_exceeded, share_other,
    share_amended, share_over.
    """
    share_id = share and share.pk
    there, digest = known(id, [kind, store.id, to.id, amounts, share_id, note], store)
    if there is not None:
        return there
    if to.id == store.id:
        raise Refused("stock_to_itself", _("Choose another store to send to."))
    lots = _amounts(amounts)
    if len(lots) < len(amounts):
        raise Refused("stock_twice", _("Write each lot in one row."))
    if share is not None:
        _within(share, store, to, amounts, lots)
    lines: list[StockLine] = []
    for each in amounts:
        lot = lots[each.lot]
        if kind is not Kind.RETURN:
            usable(store, lot, each.thawed_on)
        for doses, thawed in taken(store, lot, each):
            lines += [
                line(store, Account.IN_HAND, lot, -doses, thawed_on=thawed, other=to),
                line(to, Account.IN_TRANSIT, lot, doses, thawed_on=thawed, other=store),
            ]
    move = Posting(
        id=id, store=store, other=to, kind=kind, lines=tuple(lines), note=note, share=share
    )
    return post(move, digest, by=by)


def _within(
    share: AllocationShare,
    store: Store,
    to: Store,
    amounts: Sequence[Amount],
    lots: dict[UUID, Lot],
) -> None:
    decision = share.allocation
    products = {lots[each.lot].product for each in amounts}
    if (decision.store_id, share.store_id) != (store.id, to.id) or products != {decision.product}:
        text = _("This decision is about another store or another vaccine.")
        raise Refused("share_other", text)
    if share.lot_id is not None and set(lots) != {share.lot_id}:
        raise Refused("share_other", _("This line of the decision is about another lot."))
    if type(decision).objects.filter(amends=decision).exists():
        text = _("This decision was amended: send by its newest version.")
        raise Refused("share_amended", text, status=409)
    if share.until is not None and share.until < today():
        text = _("This line of the decision held until %(day)s.")
        raise Refused("share_over", text % {"day": full_date(share.until)})
    sent = reading.sent_by_line([decision.chain]).get(reading.key_of(share), 0)
    if sent + sum(each.doses for each in amounts) > share.doses:
        text = _("The decision gives %(doses)d doses and %(sent)d were sent already.")
        raise Refused("share_exceeded", text % {"doses": share.doses, "sent": sent})


def usable(store: Store, lot: Lot, thawed_on: date | None = None) -> None:
    """Raises Refused: lot_expired, lot_barred, lot_held."""
    at = now()
    until = reading.usable_until(lot, thawed_on, rulebook.vaccine_products(at))
    if until < today():
        text = _("Lot %(lot)s is expired. Write it down as waste or destroy it.")
        raise Refused("lot_expired", text % {"lot": lot.number})
    if reading.barred(lot, at, store):
        text = _("Lot %(lot)s is barred. Keep it apart until the bar is lifted.")
        raise Refused("lot_barred", text % {"lot": lot.number})
    if lot.id in reading.held(store):
        text = _("Lot %(lot)s was too warm or too cold. Decide on it first.")
        raise Refused("lot_held", text % {"lot": lot.number})


def taken(
    store: Store, lot: Lot, amount: Amount, *, opened: bool = False
) -> list[tuple[int, date | None]]:
    """Where doses are taken from: the batch named, else what was thawed first.

    What was given since the last book and is not booked yet is not there any more, and what is in
    opened vials is only there for waste (`opened`).  Raises Refused: stock_quantity, stock_short.
    """
    if amount.doses <= 0:
        raise Refused("stock_quantity", _("Write how many doses, more than none."))
    found = reading.batches(store, [lot.id])
    there = sum(one.doses for one in found) - reading.not_closed(store, lot, opened=opened)
    if amount.thawed_on is not None:
        found = [one for one in found if one.thawed_on == amount.thawed_on]
        there = min(there, sum(one.doses for one in found))
    if amount.doses > there:
        raise short(lot, there)
    return split(found, amount.doses)


def short(lot: Lot, there: int) -> Refused:
    """Why no more of this lot can be taken."""
    text = _("Only %(doses)d doses of lot %(lot)s are in hand.")
    return Refused("stock_short", text % {"doses": max(0, there), "lot": lot.number})


def split(found: Sequence[reading.Batch], doses: int) -> list[tuple[int, date | None]]:
    """So many doses out of batches in their order."""
    left, parts = doses, []
    for one in found:
        part = min(left, one.doses)
        if part > 0:
            parts.append((part, one.thawed_on))
            left -= part
    return parts


def remove(
    *,
    id: UUID,
    store: Store,
    amount: Amount,
    by: Principal,
    cause: str = "",
    note: str = "",
    day: date | None = None,
) -> StockMove:
    """Waste with its cause, or without one destruction under its document (`note`).

    Codes of refusals: different_content, stock_nothing, lot_unknown, stock_quantity, stock_short,
    destruction_unsaid, clock_wrong.
    """
    there, digest = known(id, ["remove", store.id, amount, cause, note, day], store)
    if there is not None:
        return there
    if not cause and not note.strip():
        text = _("Write the number of the record by which these doses are destroyed.")
        raise Refused("destruction_unsaid", text)
    lot = _amounts([amount])[amount.lot]
    in_the_past(day)
    account = Account.WASTE if cause else Account.DESTROYED
    lines: list[StockLine] = []
    for doses, thawed in taken(store, lot, amount, opened=cause == Cause.OPEN_LEFT):
        lines += [
            line(store, Account.IN_HAND, lot, -doses, thawed_on=thawed),
            line(store, account, lot, doses, thawed_on=thawed, cause=cause),
        ]
    kind = Kind.WASTE if cause else Kind.DESTRUCTION
    move = Posting(id=id, store=store, kind=kind, lines=tuple(lines), note=note, day=day)
    return post(move, digest, by=by)


def thaw(*, id: UUID, store: Store, amount: Amount, by: Principal) -> StockMove:
    """Take doses out of the freezer: from today on their days are counted.

    Codes of refusals: different_content, lot_unknown, stock_short, not_frozen.
    """
    there, digest = known(id, ["thaw", store.id, amount], store)
    if there is not None:
        return there
    lot = _amounts([amount])[amount.lot]
    product = rulebook.vaccine_products(now()).get(lot.product)
    if product is None or not product.thawed_days:
        raise Refused("not_frozen", _("This vaccine is not kept frozen."))
    frozen = [one for one in reading.batches(store, [lot.id]) if one.thawed_on is None]
    if not 0 < amount.doses <= sum(one.doses for one in frozen):
        raise short(lot, sum(one.doses for one in frozen))
    lines = (
        line(store, Account.IN_HAND, lot, -amount.doses),
        line(store, Account.IN_HAND, lot, amount.doses, thawed_on=today()),
    )
    return post(Posting(id=id, store=store, kind=Kind.THAW, lines=lines), digest, by=by)


def correct(*, id: UUID, move: StockMove, why: str, by: Principal) -> StockMove:
    """Take a move back by one of its own.

    Codes of refusals: different_content, why_missing, reversed_already, stock_follows_doses,
    stock_received_already, stock_short.
    """
    there, digest = known(
        id, ["correct", move.id, why], move.store, *([move.other] if move.other else [])
    )
    if there is not None:
        return there
    if not why.strip():
        raise Refused("why_missing", _("Say why this entry is taken back."))
    if move.kind in (Kind.USE, Kind.CORRECTION, Kind.DISCREPANCY):
        text = _("This entry follows the doses or the count: correct those, not the book.")
        raise Refused("stock_follows_doses", text)
    if StockMove.objects.filter(reverses=move).exists():
        raise Refused("reversed_already", _("This entry was taken back already."), status=409)
    if StockMove.objects.filter(answers=move, reversed_by=None).exists():
        text = _("The other store has received it: let it be returned.")
        raise Refused("stock_received_already", text, status=409)
    lines = [
        StockLine(
            store=one.store,
            other=one.other,
            account=one.account,
            cause=one.cause,
            lot=one.lot,
            doses=-one.doses,
            vials=None if one.vials is None else -one.vials,
            thawed_on=one.thawed_on,
            why=one.why,
        )
        for one in move.lines.select_related("store", "other", "lot")
    ]
    _enough(move.store, lines)
    posting = Posting(
        id=id,
        store=move.store,
        other=move.other,
        kind=Kind.CORRECTION,
        lines=tuple(lines),
        note=why,
        reverses=move,
    )
    return post(posting, digest, by=by)


def _enough(store: Store, lines: Sequence[StockLine]) -> None:
    """What is taken back must still be there, in hand or set apart."""
    for one in lines:
        if one.account == Account.IN_HAND and one.doses < 0:
            taken(store, one.lot, Amount(one.lot_id, -one.doses, one.thawed_on))
        if one.account == Account.QUARANTINE and one.doses < 0:
            apart = StockLine.objects.filter(
                store=store, lot=one.lot, account=Account.QUARANTINE, thawed_on=one.thawed_on
            )
            there = sum(apart.values_list("doses", flat=True))
            if there < -one.doses:
                raise short(one.lot, there)
