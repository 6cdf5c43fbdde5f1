"""What a store has, what is on its way, and what it wrote: bounded by the running scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from lachan.core.clock import day_of, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook.selectors import VaccineProduct
from lachan.vaccination import selectors
from lachan.vaccination.models import (
    AllocationShare,
    EveningBook,
    Excursion,
    ExcursionDecision,
    Lot,
    OpenedVial,
    StockLine,
    StockMove,
    Store,
)

Account = StockLine.Account
Kind = StockMove.Kind

#: Days before its last day in which a lot is said to expire soon.  House default.
SOON = 30
#: Entries and stores on one page.
MOST = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Doses of a lot in hand that were thawed on one day, or never."""

    lot: Lot
    thawed_on: date | None
    doses: int


@dataclass(frozen=True, slots=True)
class Level:
    """A lot of a store.  `doses` by the ledger; `unbooked`: given since the book was closed;
    `use_until`: the last day of the lot, or of what was thawed, whichever comes first."""

    lot: Lot
    thawed_on: date | None
    doses: int
    unbooked: int
    use_until: date
    expired: bool
    soon: bool
    barred: bool
    held: bool

    @property
    def left(self) -> int:
        """What should stand in the refrigerator now."""
        return self.doses - self.unbooked

    @property
    def vials(self) -> int:
        """Whole vials of it."""
        return self.left // self.lot.doses_per_vial


def own_stores(by: Principal, most: int = MOST) -> list[Store]:
    """The stores of the principal's organisation, commune, province or, at the top, the nation."""
    stores = Store.objects.order_by("kind", "name")
    if by.national:
        return list(stores[:most])
    mine = Q(pk=None)
    if by.organisation:
        mine |= Q(organisation=by.organisation)
    if by.commune is not None:
        mine |= Q(commune=by.commune)
    if by.province is not None:
        mine |= Q(province=by.province)
    return list(stores.filter(mine)[:most])


def reached(store: Store) -> list[Store]:
    """Stores to which this one sends: of its province, and those above the provinces; the national
    and regional ones reach every province's."""
    kinds = Store.Kind
    above = Q(kind__in=(kinds.NATIONAL, kinds.REGIONAL))
    if store.kind in (kinds.NATIONAL, kinds.REGIONAL):
        rows = Store.objects.filter(above | Q(kind=kinds.PROVINCE))
    else:
        rows = Store.objects.filter(above | Q(province=store.province))
    # The boxes of a session are filled and emptied on a page of their own.
    rows = rows.filter(session=None).exclude(pk=store.pk)
    return list(rows.order_by("kind", "name")[:MOST])


def may_see(by: Principal, store: Store) -> bool:
    """Whether a store is the principal's own, or of its commune, province or nation."""
    return (
        by.national
        or (by.organisation is not None and store.organisation == by.organisation)
        or (by.commune is not None and store.commune == by.commune)
        or (by.province is not None and store.province == by.province)
    )


def ever_had(store: Store, lot: Lot) -> bool:
    """Whether a lot stands in the store's books."""
    return StockLine.objects.filter(store=store, lot=lot).exists()


def keeps(by: Principal, store: Store) -> bool:
    """Whether the principal writes in this store's books; the database says so too."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select %s = any(core.kept_stores())", [store.id])
        row = cursor.fetchone()
    return bool(row and row[0])


def kept_among(stores: Iterable[Store]) -> list[Store]:
    """Those of the stores in whose books the session writes."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select core.kept_stores()")
        row = cursor.fetchone()
    kept = set(row[0]) if row else set()
    return [one for one in stores if one.id in kept]


def barred(lot: Lot, at: datetime, store: Store) -> bool:
    """Whether this lot must not be used where the store is."""
    return selectors.lot_barred(lot.id, at, store.province) is not None


def held(store: Store) -> set[UUID]:
    """Lots that left their range here and about which nobody decided that they may be used."""
    last = ExcursionDecision.objects.filter(excursion=OuterRef("pk")).order_by("-at", "-id")
    rows = Excursion.objects.filter(store=store)
    rows = rows.annotate(last=Subquery(last.values("verdict")[:1]))
    return {row.lot_id for row in rows if row.last != ExcursionDecision.Verdict.USE}


def given_until(store: Store, until: datetime) -> dict[tuple[UUID | None, date], int]:
    """Doses that stand in the dose ledger, by lot and day on which they were given."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select lot, day, doses from core.vaccine_given(%s, %s)", [store.id, until])
        return {(lot, day): doses for lot, day, doses in cursor.fetchall()}


def booked(store: Store) -> dict[tuple[UUID | None, date], int]:
    """Doses that the books of the store say were given, by lot and day."""
    rows = StockLine.objects.filter(store=store, account=Account.GIVEN)
    summed = rows.values_list("lot_id", "move__day").annotate(sum=Sum("doses")).order_by()
    return {(lot, day): doses for lot, day, doses in summed}


def to_book(store: Store, until: datetime) -> dict[tuple[UUID | None, date], int]:
    """What the dose ledger has and the books have not; below zero where a dose was taken back."""
    there, known = given_until(store, until), booked(store)
    found = {key: there.get(key, 0) - known.get(key, 0) for key in there.keys() | known.keys()}
    return {key: doses for key, doses in found.items() if doses}


def batches(store: Store, lots: Iterable[UUID] | None = None) -> list[Batch]:
    """What is in hand by the ledger: what must be used first stands first."""
    rows = StockLine.objects.filter(store=store, account=Account.IN_HAND)
    if lots is not None:
        rows = rows.filter(lot__in=list(lots))
    summed = rows.values_list("lot_id", "thawed_on").annotate(sum=Sum("doses")).order_by()
    there = [(lot, thawed, doses) for lot, thawed, doses in summed if doses]
    known = Lot.objects.in_bulk({lot for lot, _thawed, _doses in there})
    found = [Batch(known[lot], thawed, doses) for lot, thawed, doses in there]
    return sorted(
        found,
        key=lambda one: (one.lot.expires_on, one.thawed_on or date.max, one.lot.number),
    )


def in_hand(store: Store, lot: UUID) -> int:
    """Doses of a lot by the ledger."""
    return sum(one.doses for one in batches(store, [lot]))


def levels(store: Store, at: datetime, products: dict[str, VaccineProduct]) -> list[Level]:
    """What the store has, first expired first out."""
    unbooked: dict[UUID | None, int] = {}
    for (lot, _day), doses in to_book(store, at).items():
        unbooked[lot] = unbooked.get(lot, 0) + doses
    on_hold = held(store)
    found = []
    for one in batches(store):
        taken = min(one.doses, unbooked.get(one.lot.id, 0))
        unbooked[one.lot.id] = unbooked.get(one.lot.id, 0) - taken
        until = usable_until(one.lot, one.thawed_on, products)
        today = day_of(at)
        found.append(
            Level(
                lot=one.lot,
                thawed_on=one.thawed_on,
                doses=one.doses,
                unbooked=taken,
                use_until=until,
                expired=until < today,
                soon=today <= until <= today + timedelta(days=SOON),
                barred=barred(one.lot, at, store),
                held=one.lot.id in on_hold,
            )
        )
    return sorted(found, key=lambda each: (each.use_until, each.lot.number))


def usable_until(lot: Lot, thawed_on: date | None, products: dict[str, VaccineProduct]) -> date:
    """The last day: the lot's own, or that of the thawed vial where it comes first."""
    product = products.get(lot.product)
    if thawed_on is None or product is None or not product.thawed_days:
        return lot.expires_on
    return min(lot.expires_on, thawed_on + timedelta(days=product.thawed_days))


def on_the_way(store: Store) -> list[StockMove]:
    """Moves to this store that it has not received, the oldest first."""
    answered = StockMove.objects.filter(answers=OuterRef("pk"), reversed_by=None)
    rows = StockMove.objects.filter(
        other=store, kind__in=(Kind.ISSUE, Kind.TRANSFER, Kind.RETURN), reversed_by=None
    ).exclude(Exists(answered))
    return list(rows.select_related("store").prefetch_related("lines__lot").order_by("at"))


def move_for(store: Store, move: UUID) -> StockMove:
    """A move that the store wrote or that goes to it.  Raises Refused: move_not_found."""
    rows = StockMove.objects.filter(Q(store=store) | Q(other=store), pk=move)
    found = rows.select_related("store", "other").first()
    if found is None:
        raise Refused(
            "move_not_found", _("There is no such entry in this store's books."), status=404
        )
    return found


def moves_of(store: Store, limit: int = 50) -> list[StockMove]:
    """The newest entries of a store."""
    rows = store.moves.select_related("other").prefetch_related("lines__lot")
    return list(rows.order_by("-at", "-number")[:limit])


def last_book(store: Store) -> EveningBook | None:
    """The book that was closed last."""
    return store.books.order_by("-closed_at").first()


def opened_since(store: Store, since: datetime | None) -> QuerySet[OpenedVial]:
    """Vials opened after a book was closed."""
    rows = OpenedVial.objects.filter(store=store).select_related("lot")
    return rows.filter(at__gt=since) if since else rows


def lines_between(
    store: Store, since: datetime | None, until: datetime | None = None
) -> Sequence[StockLine]:
    """What moved in hand after `since` and up to `until`, with the move of each line."""
    rows = StockLine.objects.filter(store=store, account=Account.IN_HAND)
    if since is not None:
        rows = rows.filter(move__at__gt=since)
    if until is not None:
        rows = rows.filter(move__at__lte=until)
    rows = rows.select_related("move__reverses", "lot").order_by("move__at", "id")
    return list(rows.prefetch_related("move__lines", "move__reverses__lines"))


def shares_of(store: Store) -> list[tuple[AllocationShare, int]]:
    """What standing decisions give this store or share out of it, with how much of it was sent
    under any of their versions."""
    rows = AllocationShare.objects.filter(Q(store=store) | Q(allocation__store=store))
    rows = rows.filter(allocation__amended_by=None).select_related("allocation", "store", "lot")
    rows = rows.annotate(decided=F("allocation__decided_on"))
    found = list(rows.order_by("-decided", "store__name", "pk")[:MOST])
    sent = sent_by_line({one.allocation.chain for one in found})
    return [(one, sent.get(key_of(one), 0)) for one in found]


#: A line through all versions of its decision: chain, receiving store, lot if it names one.
LineKey = tuple[UUID, UUID, UUID | None]
Shares = QuerySet[AllocationShare]


def key_of(share: AllocationShare) -> LineKey:
    """What stays of a line when its decision is amended."""
    return share.allocation.chain, share.store_id, share.lot_id


def sent_by_line(chains: Iterable[UUID]) -> dict[LineKey, int]:
    """Doses that were issued under each line of these decisions and not taken back."""
    rows = (
        StockLine.objects.filter(
            move__share__allocation__chain__in=list(chains),
            move__reversed_by=None,
            account=Account.IN_TRANSIT,
            doses__gt=0,
        )
        .values_list("move__share__allocation__chain", "move__share__store", "move__share__lot")
        .annotate(sum=Sum("doses"))
        .order_by()
    )
    return {(chain, store, lot): doses for chain, store, lot, doses in rows}


@dataclass(frozen=True, slots=True)
class Opened:
    """Opened vials of a lot since the last book.  `carried`: doses that were left in opened vials
    when that book was closed; `over`: the hours of every opened vial have passed."""

    lot: Lot
    vials: int
    doses: int
    carried: int
    wasted: int
    given: int
    use_until: datetime | None
    over: bool

    @property
    def left(self) -> int:
        """Doses left in opened vials; below zero more was given than was opened."""
        return self.carried + self.doses - self.wasted - self.given

    @property
    def inside(self) -> int:
        """Doses of opened vials that the ledger still has in hand."""
        return self.carried + self.doses - self.wasted


def opened_of(store: Store, at: datetime) -> dict[UUID, Opened]:
    """Opened vials by lot, as they stand."""
    book = last_book(store)
    rows = list(opened_since(store, book.closed_at if book else None).filter(at__lte=at))
    carried = {one.lot_id: one for one in book.lines.select_related("lot")} if book else {}
    wasted: dict[UUID, int] = {}
    for one in lines_between(store, book.closed_at if book else None, at):
        if kind_of(one) == Kind.WASTE and _from_open(one):
            wasted[one.lot_id] = wasted.get(one.lot_id, 0) - one.doses
    given: dict[UUID | None, int] = {}
    for (lot, _day), doses in to_book(store, at).items():
        given[lot] = given.get(lot, 0) + doses
    lots = {one.lot_id: one.lot for one in rows}
    lots |= {lot: one.lot for lot, one in carried.items() if one.open_left}
    lots |= Lot.objects.in_bulk({lot for lot in given if lot} - lots.keys())
    found = {}
    for lot, of in lots.items():
        own = [one for one in rows if one.lot_id == lot]
        until = max((one.use_until for one in own), default=None)
        found[lot] = Opened(
            lot=of,
            vials=sum(one.vials for one in own),
            doses=sum(one.doses for one in own),
            carried=carried[lot].open_left if lot in carried else 0,
            wasted=wasted.get(lot, 0),
            given=given.get(lot, 0),
            use_until=until,
            over=until is None or until <= at,
        )
    return found


def not_closed(store: Store, lot: Lot, *, opened: bool = False) -> int:
    """Doses of the ledger that stand in no closed vial: given and not booked, or in opened vials.
    `opened`: only those that were given."""
    known = opened_of(store, now()).get(lot.id)
    if known is None:
        return 0
    return max(0, known.given, 0 if opened else known.inside)


def kind_of(one: StockLine) -> str:
    """What a line is about: a correction is about what it takes back."""
    reverses = one.move.reverses
    return reverses.kind if reverses else one.move.kind


def _from_open(one: StockLine) -> bool:
    reverses = one.move.reverses
    of = reverses or one.move
    return any(
        each.cause == StockLine.Cause.OPEN_LEFT and each.lot_id == one.lot_id
        for each in of.lines.all()
    )
