"""A lot that must not be used is set apart in each store's books: that is the acknowledgement.

From there it goes back into use when the bar is lifted, to the store above, or is destroyed.
"""

from datetime import date
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.vaccination import stock_reading as reading
from lachan.vaccination import stocking
from lachan.vaccination.models import Lot, StockLine, StockMove, Store
from lachan.vaccination.stocking import Account, Amount, Kind, Posting, line


def set_aside(*, id: UUID, store: Store, lot: Lot, by: Principal, why: str) -> StockMove:
    """Everything of a lot that stands in closed vials goes onto the account of what is set apart.

    Codes of refusals: different_content, why_missing, nothing_to_set_aside.
    """
    there, digest = stocking.known(id, ["set aside", store.id, lot.id, why], store)
    if there is not None:
        return there
    if not why.strip():
        raise Refused("why_missing", _("Say why it is set apart: the number of the bar."))
    closed = reading.in_hand(store, lot.id) - reading.not_closed(store, lot)
    if closed <= 0:
        text = _("No closed vial of lot %(lot)s is in hand.")
        raise Refused("nothing_to_set_aside", text % {"lot": lot.number})
    lines: list[StockLine] = []
    for doses, thawed in stocking.taken(store, lot, Amount(lot.id, closed)):
        lines += [
            line(store, Account.IN_HAND, lot, -doses, thawed_on=thawed),
            line(store, Account.QUARANTINE, lot, doses, thawed_on=thawed),
        ]
    move = Posting(id=id, store=store, kind=Kind.QUARANTINE, lines=tuple(lines), note=why)
    return stocking.post(move, digest, by=by)


def let_go(
    *,
    id: UUID,
    store: Store,
    lot: Lot,
    by: Principal,
    document: str,
    to: Store | None = None,
    destroy: bool = False,
) -> StockMove:
    """All that is set apart of a lot: back into use, or to the store `to`, or destroyed by its
    record (`document`).

    Codes of refusals: different_content, why_missing, destruction_unsaid, nothing_set_aside,
    lot_barred, stock_to_itself.
    """
    content = ["let go", store.id, lot.id, document, to and to.id, destroy]
    there, digest = stocking.known(id, content, store)
    if there is not None:
        return there
    if not document.strip() and destroy:
        text = _("Write the number of the record by which these doses are destroyed.")
        raise Refused("destruction_unsaid", text)
    if not document.strip():
        raise Refused("why_missing", _("Write the number of the document that lets it go."))
    if to is None and not destroy and reading.barred(lot, now(), store):
        text = _("Lot %(lot)s is barred. Keep it apart until the bar is lifted.")
        raise Refused("lot_barred", text % {"lot": lot.number})
    if to is not None and to.id == store.id:
        raise Refused("stock_to_itself", _("Choose another store to send to."))
    batches = apart_in(store, lot.id)
    if not batches:
        text = _("Nothing of lot %(lot)s is set apart here.")
        raise Refused("nothing_set_aside", text % {"lot": lot.number})
    lines: list[StockLine] = []
    for thawed, doses in batches:
        lines.append(line(store, Account.QUARANTINE, lot, -doses, thawed_on=thawed, other=to))
        lines.append(
            line(to, Account.IN_TRANSIT, lot, doses, thawed_on=thawed, other=store)
            if to
            else line(
                store,
                Account.DESTROYED if destroy else Account.IN_HAND,
                lot,
                doses,
                thawed_on=thawed,
            )
        )
    kind = Kind.RETURN if to else Kind.DESTRUCTION if destroy else Kind.QUARANTINE
    move = Posting(id=id, store=store, other=to, kind=kind, lines=tuple(lines), note=document)
    return stocking.post(move, digest, by=by)


def apart_in(store: Store, lot: UUID) -> list[tuple[date | None, int]]:
    """Doses of a lot that are set apart, by the day on which they were thawed."""
    rows = StockLine.objects.filter(store=store, lot=lot, account=Account.QUARANTINE)
    summed = rows.values_list("thawed_on").annotate(sum=Sum("doses")).order_by("thawed_on")
    return [(thawed, doses) for thawed, doses in summed if doses > 0]


def apart_of(store: Store) -> list[tuple[Lot, int]]:
    """Lots that are set apart in a store, with their doses."""
    rows = StockLine.objects.filter(store=store, account=Account.QUARANTINE)
    sums = dict(rows.values_list("lot").annotate(sum=Sum("doses")).order_by())
    lots = Lot.objects.in_bulk([lot for lot, doses in sums.items() if doses > 0])
    return [(lots[lot], doses) for lot, doses in sums.items() if doses > 0]
