"""Decisions and entries held against each other, slowly: what does not fit, by the entry's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Sum

from lachan.vaccination import stock_reading as reading
from lachan.vaccination.allocation_reading import Account, of_product
from lachan.vaccination.models import Allocation, StockMove, Store

Event = tuple[datetime, UUID, int]


@dataclass(frozen=True, slots=True)
class TreeBreak:
    """The entry, a move or a decision, because of which an equation fails, and by how much."""

    code: str
    entry: UUID
    store: UUID
    doses: int


def breaks_of(stores: Iterable[Store], product: str) -> list[TreeBreak]:
    """What breaks the tree of a vaccine in these stores; [] when everything adds up."""
    known = list(stores)
    found = _unbalanced(known, product)
    for store in known:
        found += _overshared(store, product)
        found += _overissued(store, product)
        found += _received_twice(store, product)
    return found


def _unbalanced(stores: list[Store], product: str) -> list[TreeBreak]:
    """Entries whose lines do not sum to zero: then doses came from nowhere, or went there."""
    rows = of_product(product).filter(move__store__in=stores)
    sums = rows.values_list("move", "move__store", "lot").annotate(sum=Sum("doses")).order_by()
    return [
        TreeBreak("unbalanced", move, store, doses) for move, store, _lot, doses in sums if doses
    ]


def _overshared(store: Store, product: str) -> list[TreeBreak]:
    """A store that shared out more than was decided for it and came to it."""
    events = [*_supplies(store, product), *_decisions(store, product)]
    entry, balance = _first_below(events)
    return [TreeBreak("overshared", entry, store.id, -balance)] if entry else []


def _supplies(store: Store, product: str) -> list[Event]:
    lines = of_product(product).filter(store=store, account=Account.SUPPLIER)
    return [(one.move.at, one.move_id, -one.doses) for one in lines.select_related("move")]


def _decisions(store: Store, product: str) -> list[Event]:
    """What each version of a decision changed for the store, as giver and as receiver."""
    rows = Allocation.objects.filter(product=product).prefetch_related("shares")
    mine = rows.filter(store=store) | rows.filter(shares__store=store)
    chains = set(mine.values_list("chain", flat=True))
    events, before = [], dict[UUID, int]()
    for one in rows.filter(chain__in=chains).order_by("at", "pk"):
        doses = sum(
            (share.store_id == store.id) * share.doses - (one.store_id == store.id) * share.doses
            for share in one.shares.all()
        )
        events.append((one.at, one.id, doses - before.get(one.chain, 0)))
        before[one.chain] = doses
    return events


def _overissued(store: Store, product: str) -> list[TreeBreak]:
    """Lines under which more was issued than the version of their day gives."""
    rows = Allocation.objects.filter(store=store, product=product).prefetch_related("shares")
    lines: dict[reading.LineKey, list[Event]] = {}
    limits: dict[reading.LineKey, int] = {}
    versions = list(rows.order_by("at", "pk"))
    for one in versions:
        told = {(one.chain, each.store_id, each.lot_id): each.doses for each in one.shares.all()}
        for key in told.keys() | {key for key in limits if key[0] == one.chain}:
            change = told.get(key, 0) - limits.get(key, 0)
            lines.setdefault(key, []).append((one.at, one.id, change))
            limits[key] = told.get(key, 0)
    issues = of_product(product).filter(
        move__share__allocation__chain__in={one.chain for one in versions},
        move__reversed_by=None,
        account=Account.IN_TRANSIT,
        doses__gt=0,
    )
    for line in issues.select_related("move__share__allocation"):
        share = line.move.share
        assert share is not None, "the filter asks for moves under a line"
        lines[reading.key_of(share)].append((line.move.at, line.move_id, -line.doses))
    found = []
    for events in lines.values():
        entry, balance = _first_below(events)
        if entry:
            found.append(TreeBreak("overissued", entry, store.id, -balance))
    return found


def _received_twice(store: Store, product: str) -> list[TreeBreak]:
    """A delivery that was taken in more than once."""
    rows = StockMove.objects.filter(store=store, answers__isnull=False, reversed_by=None)
    rows = rows.filter(lines__lot__product=product)
    twice = rows.order_by().values("answers").annotate(n=Count("id", distinct=True))
    found = []
    for issue in twice.filter(n__gt=1).values_list("answers", flat=True):
        last = rows.filter(answers=issue).order_by("at", "pk").last()
        assert last is not None, "there are two of them"
        there = last.lines.filter(store=store, account=Account.IN_TRANSIT)
        found.append(
            TreeBreak("received_twice", last.id, store.id, -sum(one.doses for one in there))
        )
    return found


def _first_below(events: Iterable[Event]) -> tuple[UUID | None, int]:
    """The entry with which a sum fell below zero and stayed there, and how far below it ends."""
    balance, entry = 0, None
    for _at, id, change in sorted(events, key=lambda one: one[0]):
        was, balance = balance, balance + change
        if balance >= 0:
            entry = None
        elif was >= 0:
            entry = id
    return entry, min(0, balance)
