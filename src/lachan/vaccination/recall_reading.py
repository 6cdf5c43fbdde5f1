"""Where a lot still is: what every store of the scope holds, has on the way and has set apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Max, Sum

from lachan.core.clock import now
from lachan.vaccination.lot_reading import Store as Gave
from lachan.vaccination.models import StockLine, StockMove, Store

Account = StockLine.Account
Kind = StockMove.Kind


@dataclass(slots=True)
class Holding:
    """A lot at a store, or at a facility whose store is not known.  Doses: `in_hand` less what was
    given since the last book, `on_the_way` to it, `apart` set apart.  `aside_at`, `aside_by`: its
    acknowledgement; `heard_at`, `heard_by`: who wrote last in its books, so who can be asked."""

    store: Store | None
    organisation: UUID | None
    in_hand: int = 0
    on_the_way: int = 0
    apart: int = 0
    given: int = 0
    last_at: datetime | None = None
    aside_at: datetime | None = None
    aside_by: str = ""
    heard_at: datetime | None = None
    heard_by: str = ""

    @property
    def answered(self) -> bool:
        """Nothing of the lot can be used here: set apart, or nothing is left."""
        return self.in_hand <= 0 and self.on_the_way <= 0


def holdings(lot: UUID, gave: Iterable[Gave]) -> list[Holding]:
    """Every store that has or had the lot, and who gave it without one: those first that still
    hold doses which nobody set apart, the most first."""
    found = _kept(lot)
    _heard(found)
    _acknowledged(found, lot)
    by_unit = {
        one.store.organisation: one for one in found.values() if one.store and one.store.gives
    }
    others = []
    for one in gave:
        there = by_unit.get(one.organisation) if one.organisation else None
        if there is None:
            there = Holding(None, one.organisation)
            others.append(there)
        # Of people outside the scope the store's own sum knows more than the list does.
        there.given, there.last_at = max(there.given, one.doses), one.last_at
    rows = [*found.values(), *others]
    return sorted(rows, key=lambda one: (-one.in_hand - one.on_the_way, -one.apart, -one.given))


def _kept(lot: UUID) -> dict[UUID, Holding]:
    fields = {
        Account.IN_HAND: "in_hand",
        Account.IN_TRANSIT: "on_the_way",
        Account.QUARANTINE: "apart",
    }
    rows = StockLine.objects.filter(lot=lot, account__in=fields).values_list("store", "account")
    sums = list(rows.annotate(sum=Sum("doses")).order_by())
    stores = Store.objects.in_bulk({store for store, _account, _doses in sums})
    found = {id: Holding(one, one.organisation) for id, one in stores.items()}
    for store, account, doses in sums:
        if store in found:
            setattr(found[store], fields[Account(account)], doses)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select s.id, sum(g.doses)::int from unnest(%s::uuid[]) s(id)"
            " cross join lateral core.vaccine_given(s.id, %s) g where g.lot = %s group by 1",
            [list(found), now(), lot],
        )
        given = dict(cursor.fetchall())
    booked = StockLine.objects.filter(lot=lot, account=Account.GIVEN, store__in=found)
    known = dict(booked.values_list("store").annotate(sum=Sum("doses")).order_by())
    for store, one in found.items():
        one.given = given.get(store, 0)
        one.in_hand -= one.given - known.get(store, 0)
    return found


def _heard(found: dict[UUID, Holding]) -> None:
    last = StockMove.objects.filter(store__in=found).values("store").annotate(last=Max("at"))
    times = {row["store"]: row["last"] for row in last.order_by()}
    for move in StockMove.objects.filter(store__in=times, at__in=times.values()):
        if times[move.store_id] == move.at:
            found[move.store_id].heard_at = move.at
            found[move.store_id].heard_by = move.by_name


def _acknowledged(found: dict[UUID, Holding], lot: UUID) -> None:
    moves = StockMove.objects.filter(
        kind=Kind.QUARANTINE, lines__lot=lot, lines__account=Account.QUARANTINE, lines__doses__gt=0
    )
    for move in moves.filter(reversed_by=None).order_by("at"):
        if move.store_id in found and found[move.store_id].apart > 0:
            found[move.store_id].aside_at = move.at
            found[move.store_id].aside_by = move.by_name
