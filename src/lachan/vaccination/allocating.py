"""Decisions that share vaccine out, from the nation's store down to the station.

A decision never gives more than what was decided for its store, or came to it from a supplier, and
was not shared out yet.  It is amended by a later decision and never overwritten.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.vaccination import stock_reading as reading
from lachan.vaccination import stocking
from lachan.vaccination.models import Allocation, AllocationShare, Lot, Store
from lachan.vaccination.stocking import FACT

#: Who stands above whom.  Source: the levels of storage of Decree 104/2016 as amended, with the
#: district's store gone since 1 July 2025; the decree was not read in full.
RANK = {
    Store.Kind.NATIONAL: 0,
    Store.Kind.REGIONAL: 1,
    Store.Kind.PROVINCE: 2,
    Store.Kind.STATION: 3,
    Store.Kind.SITE: 4,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A numbered decision with its signer; `unit` whose it is, `text` its published words."""

    document: str
    product: str
    decided_on: date
    signer: str
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a store is given: doses, of any lot or of one, for these groups, until a day."""

    store: UUID
    doses: int
    lot: UUID | None = None
    groups: tuple[str, ...] = ()
    campaign: str = ""
    until: date | None = None


def allocate(
    *, id: UUID, store: Store, decision: Decision, shares: Mapping[UUID, int], by: Principal
) -> Allocation:
    """A decision with nothing but doses for each receiving store.  Refused: as `decide`."""
    lines = [Line(to, doses) for to, doses in shares.items()]
    return decide(id=id, store=store, decision=decision, lines=lines, by=by)


def decide(
    *,
    id: UUID,
    store: Store,
    decision: Decision,
    lines: Sequence[Line],
    by: Principal,
    amends: Allocation | None = None,
) -> Allocation:
    """Write a decision down; one that amends takes the place of the version before it, whole.

    Codes of refusals: decision_known, decision_unsigned, stock_nothing, stock_quantity,
    stock_twice, stock_to_itself, store_unknown, lot_unknown, clock_wrong, share_upward, share_lot,
    share_until, allocation_exceeds, amended_already, amends_other, amends_below_sent,
    amends_below_shared.
    """
    before = list(amends.shares.select_related("store")) if amends else []
    stocking.lock(store)
    same = _written(id, store, decision, lines)
    if same is not None:
        return same
    _signed(decision)
    receivers = _receivers(store, decision, lines)
    # What a receiver shares on may not change while we look; always in the same order.
    stocking.lock(*receivers.values(), *(one.store for one in before))
    if amends is not None:
        _amendable(amends, store, decision)
    _within_what_is_there(store, decision.product, lines, receivers, amends)
    if amends is not None:
        _not_below(amends, before, lines)
    made = Allocation.objects.create(
        id=id,
        store=store,
        document=decision.document.strip(),
        product=decision.product,
        decided_on=decision.decided_on,
        signer=decision.signer.strip(),
        unit=decision.unit.strip()[:160],
        text=decision.text.strip(),
        chain=amends.chain if amends else id,
        amends=amends,
        at=now(),
    )
    AllocationShare.objects.bulk_create(
        AllocationShare(
            allocation=made,
            store_id=each.store,
            doses=each.doses,
            lot_id=each.lot,
            groups=list(each.groups),
            campaign=each.campaign.strip()[:80],
            until=each.until,
        )
        for each in lines
    )
    audit.record("stock.allocated", target=("allocation", made.id), by=by)
    facts.ring(FACT)
    return made


def _written(
    id: UUID, store: Store, decision: Decision, lines: Sequence[Line]
) -> Allocation | None:
    """The same decision, where it was sent before."""
    same = Allocation.objects.filter(
        store=store, document=decision.document.strip(), product=decision.product
    ).first()
    if same is not None and (same.id != id or set(lines_of(same)) != set(lines)):
        text = _("A decision under this number is written down already for this vaccine.")
        raise Refused("decision_known", text, status=409)
    return same


def _signed(decision: Decision) -> None:
    if not decision.document.strip() or not decision.signer.strip():
        raise Refused("decision_unsigned", _("A decision has a number and a signer."))
    if decision.decided_on > today():
        raise Refused("clock_wrong", _("This day lies in the future."))


def lines_of(allocation: Allocation) -> list[Line]:
    """The lines of a decision as they were written."""
    return [
        Line(one.store_id, one.doses, one.lot_id, tuple(one.groups), one.campaign, one.until)
        for one in allocation.shares.order_by("pk")
    ]


def _receivers(store: Store, decision: Decision, lines: Sequence[Line]) -> dict[UUID, Store]:
    """The stores that get something; every line is looked at for itself."""
    if not lines:
        raise Refused("stock_nothing", _("Say of which lot and how many doses."))
    if store.id in {each.store for each in lines}:
        raise Refused("stock_to_itself", _("Choose another store to send to."))
    if min(each.doses for each in lines) <= 0:
        raise Refused("stock_quantity", _("Write how many doses, more than none."))
    if len({(each.store, each.lot) for each in lines}) < len(lines):
        raise Refused("stock_twice", _("Write each lot in one row."))
    found = Store.objects.in_bulk({each.store for each in lines})
    if len(found) < len({each.store for each in lines}):
        raise Refused("store_unknown", _("There is no such store."), status=404)
    lots = stocking.lots_of(each.lot for each in lines if each.lot)
    for each in lines:
        _line_stands(store, found[each.store], decision, each, lots)
    return found


def _line_stands(
    store: Store, to: Store, decision: Decision, line: Line, lots: Mapping[UUID, Lot]
) -> None:
    if RANK[Store.Kind(to.kind)] <= RANK[Store.Kind(store.kind)]:
        text = _("%(store)s does not stand below this store: a decision gives downwards.")
        raise Refused("share_upward", text % {"store": to.name})
    if line.lot is not None and lots[line.lot].product != decision.product:
        text = _("Lot %(lot)s is of another vaccine than the decision.")
        raise Refused("share_lot", text % {"lot": lots[line.lot].number})
    if line.until is not None and line.until < decision.decided_on:
        text = _("The line of %(store)s ends before the decision was signed.")
        raise Refused("share_until", text % {"store": to.name})


def available(store: Store, product: str, *, without: UUID | None = None) -> int:
    """Doses that a decision of this store may still give: decided for it or supplied to it, less
    what its standing decisions share out; `without` the chain that is being amended."""
    shared = standing(product).filter(allocation__store=store)
    if without is not None:
        shared = shared.exclude(allocation__chain=without)
    return decided_for(store, product) + supplied(store, product) - _sum(shared)


def decided_for(store: Store, product: str) -> int:
    """Doses that standing decisions of stores above give this store."""
    return _sum(standing(product).filter(store=store))


def standing(product: str) -> "reading.Shares":
    """Lines of decisions that nothing amends."""
    return AllocationShare.objects.filter(allocation__product=product, allocation__amended_by=None)


def _sum(rows: "reading.Shares") -> int:
    return sum(rows.values_list("doses", flat=True))


def supplied(store: Store, product: str) -> int:
    """Doses that came to a store from a supplier and by no decision."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select core.vaccine_supplied(%s, %s)", [store.id, product])
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0


def _within_what_is_there(
    store: Store,
    product: str,
    lines: Sequence[Line],
    receivers: Mapping[UUID, Store],
    amends: Allocation | None,
) -> None:
    """Names the first line that gives more than is left."""
    left = available(store, product, without=amends.chain if amends else None)
    for each in lines:
        if each.doses > left:
            text = _(
                "The line of %(store)s gives %(doses)d doses, and only %(left)d of what was"
                " decided for this store or came to it are not shared out yet."
            )
            told = {"store": receivers[each.store].name, "doses": each.doses, "left": max(0, left)}
            raise Refused("allocation_exceeds", text % told)
        left -= each.doses


def _amendable(amends: Allocation, store: Store, decision: Decision) -> None:
    if amends.store_id != store.id or amends.product != decision.product:
        text = _("A decision amends one of the same store about the same vaccine.")
        raise Refused("amends_other", text)
    if Allocation.objects.filter(amends=amends).exists():
        text = _("This decision was amended already: amend the newest version.")
        raise Refused("amended_already", text, status=409)


def _not_below(
    amends: Allocation, before: Sequence[AllocationShare], lines: Sequence[Line]
) -> None:
    """No line falls below what went out by it, nor a store below what it shared on."""
    told = {(each.store, each.lot): each.doses for each in lines}
    sent = reading.sent_by_line([amends.chain])
    now_given, was_given = Counter[UUID](), Counter[UUID]()
    for each in lines:
        now_given[each.store] += each.doses
    for one in before:
        was_given[one.store_id] += one.doses
        gone = sent.get((amends.chain, one.store_id, one.lot_id), 0)
        if told.get((one.store_id, one.lot_id), 0) < gone:
            text = _("%(store)s was sent %(sent)d doses by this line already: give it no less.")
            raise Refused("amends_below_sent", text % {"store": one.store.name, "sent": gone})
    for one in before:
        less = was_given[one.store_id] - now_given[one.store_id]
        if less > 0 and available(one.store, amends.product) < less:
            text = _("%(store)s has shared out what this amendment takes from it.")
            raise Refused("amends_below_shared", text % {"store": one.store.name})
