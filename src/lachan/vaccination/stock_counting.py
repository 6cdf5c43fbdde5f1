"""The worker's counts of the stock behind the public portal: a store is counted anew when its books
or a decision about it changed."""

from datetime import datetime

from django.db import connections
from django.db.models import Q

from lachan.core.clock import now
from lachan.rulebook import selectors as rulebook
from lachan.vaccination.models import AllocationShare, Counted, StockMove
from lachan.vaccination.public_counting import BEGINNING, OVERLAP

#: The row of `Counted` that says until when the stock is counted; 1 is that of the doses.
STOCK = 2

#: What came from outside the commune, and from outside the province: summing up over communes
#: counts a dose once, whichever stores it passed.  The store of a province has no commune: to it
#: everything comes from outside.
_OUTSIDE = """({x}.id is null or o.commune is null or {x}.commune is distinct from o.commune
    or {x}.province is distinct from o.province)"""
_FAR = "({x}.id is null or {x}.province is distinct from o.province)"

_COUNT = f"""
with kinds as (
    select * from unnest(%s::text[], %s::text[]) as k(product, disease)
), lines as (
    select l.store_id, t.product, t.number as lot, l.account, l.doses,
        coalesce(r.kind, m.kind) = 'receipt' as receipt,
        {_OUTSIDE.format(x="x")} as outside, {_FAR.format(x="x")} as far
    from vaccination_stockline l
    join vaccination_lot t on t.id = l.lot_id
    join vaccination_stockmove m on m.id = l.move_id
    left join vaccination_stockmove r on r.id = m.reverses_id
    left join vaccination_store x on x.id = m.other_id
    join vaccination_store o on o.id = l.store_id
    where l.store_id = any(%s)
), shares as (
    select s.store_id, a.product, coalesce(t.number, '') as lot, s.doses,
        {_OUTSIDE.format(x="x")} as outside, {_FAR.format(x="x")} as far
    from vaccination_allocationshare s
    join vaccination_allocation a on a.id = s.allocation_id
    left join vaccination_lot t on t.id = s.lot_id
    join vaccination_store x on x.id = a.store_id
    join vaccination_store o on o.id = s.store_id
    where s.store_id = any(%s)
      and not exists (select from vaccination_allocation b where b.amends_id = a.id)
), sums as (
    select store_id, product, lot, 0 as allocated, 0 as allocated_province,
        coalesce(sum(doses) filter (where account = 'in_hand' and receipt and outside), 0)
            as received,
        coalesce(sum(doses) filter (where account = 'in_hand' and receipt and far), 0)
            as received_province,
        coalesce(sum(doses) filter (where account = 'given'), 0) as given,
        coalesce(sum(doses) filter (where account = 'waste'), 0) as wasted,
        coalesce(sum(doses) filter (where account = 'in_hand'), 0) as "left"
    from lines group by 1, 2, 3
    union all
    select store_id, product, lot, coalesce(sum(doses) filter (where outside), 0),
        coalesce(sum(doses) filter (where far), 0), 0, 0, 0, 0, 0
    from shares group by 1, 2, 3
)
insert into vaccination_stockcount (store_id, province, commune, disease, product, lot, allocated,
    received, allocated_province, received_province, given, wasted, "left")
select o.id, o.province, o.commune, k.disease, s.product, s.lot, sum(s.allocated), sum(s.received),
    sum(s.allocated_province), sum(s.received_province), sum(s.given), sum(s.wasted), sum(s."left")
from sums s join vaccination_store o on o.id = s.store_id join kinds k on k.product = s.product
group by 1, 2, 3, 4, 5, 6
"""


def count_stock() -> int:
    """Count the stores whose stock changed since the last count; give how many.  The worker's."""
    row = Counted.objects.filter(pk=STOCK).first()
    until = now()
    stores = _touched(row.until - OVERLAP if row else BEGINNING)
    if stores:
        kinds = {code: one.disease for code, one in rulebook.vaccine_products(until).items()}
        with connections["default"].cursor() as cursor:
            cursor.execute("delete from vaccination_stockcount where store_id = any(%s)", [stores])
            cursor.execute(_COUNT, [list(kinds), list(kinds.values()), stores, stores])
    Counted.objects.update_or_create(id=STOCK, defaults={"until": until})
    return len(stores)


def _touched(since: datetime) -> list[object]:
    """Stores with a new entry, the other side of it, and receivers of a new decision or of the one
    that it amends."""
    moves = StockMove.objects.filter(at__gte=since)
    found = {id for pair in moves.values_list("store", "other") for id in pair if id}
    new = Q(allocation__at__gte=since) | Q(allocation__amended_by__at__gte=since)
    found |= set(AllocationShare.objects.filter(new).values_list("store", flat=True))
    return sorted(found, key=str)
