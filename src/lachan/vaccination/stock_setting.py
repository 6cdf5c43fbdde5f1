"""Stores, and vials that are opened.  Decisions that share vaccine out are in `allocating`."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.vaccination import stock_reading as reading
from lachan.vaccination import stocking
from lachan.vaccination.allocating import Decision as Decision
from lachan.vaccination.allocating import allocate as allocate
from lachan.vaccination.models import Lot, OpenedVial, StockLine, StockMove, Store
from lachan.vaccination.stocking import FACT, Amount

#: An opening may be written down late, as on paper, but not for another day's book.
BEHIND = timedelta(hours=48)


def open_store(
    *, organisation: Organisation, name: str, kind: str, gives: bool, by: Principal
) -> Store:
    """A store of an organisation.  Raises Refused: store_known, store_gives_already."""
    own = Store.objects.filter(organisation=organisation.id)
    if own.filter(name=name.strip()).exists():
        raise Refused("store_known", _("There is a store of this name already."), status=409)
    if gives and own.filter(gives=True).exists():
        text = _("Another store of this organisation is the one from which people are injected.")
        raise Refused("store_gives_already", text, status=409)
    made = Store.objects.create(
        organisation=organisation.id,
        name=name.strip(),
        kind=kind,
        gives=gives,
        commune=organisation.commune if kind in (Store.Kind.STATION, Store.Kind.SITE) else None,
        province=None if kind == Store.Kind.NATIONAL else organisation.province,
        made_at=now(),
    )
    audit.record("store.opened", target=("store", made.id), by=by)
    return made


def open_vials(
    *, id: UUID, store: Store, lot: Lot, vials: int, opened_at: datetime, by: Principal
) -> OpenedVial:
    """Note that vials were opened; from then their hours run.

    Codes of refusals: different_content, stock_quantity, vials_short, clock_wrong, lot_expired,
    lot_barred, lot_held.
    """
    stocking.lock(store)
    there = OpenedVial.objects.filter(pk=id).first()
    if there is not None:
        if (there.store_id, there.lot_id, there.vials) != (store.id, lot.id, vials):
            text = _("This number was entered with other content. It is kept for review.")
            raise Refused("different_content", text, status=409)
        return there
    at = now()
    if vials <= 0:
        raise Refused("stock_quantity", _("Write how many doses, more than none."))
    if opened_at > at + timedelta(minutes=10) or opened_at < at - BEHIND:
        text = _("Say when the vial was opened: within the last two days, not in the future.")
        raise Refused("clock_wrong", text)
    stocking.usable(store, lot)
    # Written down late: what was given meanwhile is from these very vials, not from other ones.
    known = reading.opened_of(store, at).get(lot.id)
    closed = reading.in_hand(store, lot.id) - max(0, known.inside if known else 0)
    if vials * lot.doses_per_vial > closed:
        text = _("Only %(vials)d closed vials of lot %(lot)s are in hand.")
        told = {"vials": max(0, closed // lot.doses_per_vial), "lot": lot.number}
        raise Refused("vials_short", text % told)
    made = OpenedVial.objects.create(
        id=id,
        store=store,
        lot=lot,
        vials=vials,
        doses=vials * lot.doses_per_vial,
        opened_at=opened_at,
        use_until=opened_at + timedelta(hours=lot.open_hours),
        at=at,
        by=by.account,
        by_name=by.name[:120],
    )
    audit.record("stock.opened", target=("store", store.id), by=by, detail={"vials": vials})
    facts.ring(FACT)
    return made


def discard_left(*, id: UUID, store: Store, lot: Lot, by: Principal) -> StockMove:
    """Write down as waste what is left in the opened vials of a lot.

    Codes of refusals: different_content, nothing_left, and those of `stocking.remove`.
    """
    same = StockMove.objects.filter(pk=id, store=store).first()
    if same is not None:
        return same
    known = reading.opened_of(store, now()).get(lot.id)
    there = reading.in_hand(store, lot.id) - reading.not_closed(store, lot, opened=True)
    left = min(known.left, there) if known else 0
    if left <= 0:
        text = _("No dose is left in an opened vial of lot %(lot)s.")
        raise Refused("nothing_left", text % {"lot": lot.number})
    amount = Amount(lot.id, left)
    cause = StockLine.Cause.OPEN_LEFT
    return stocking.remove(id=id, store=store, amount=amount, cause=cause, by=by)
