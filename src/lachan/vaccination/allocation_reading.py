"""What was decided, issued, received, given and is left, store by store, as the scope sees it.

Two equations hold for every store and vaccine:
    shared out <= decided above + supplied
    supplied + told by stores = in hand + given + wasted + destroyed + difference + set apart + sent
`allocation_breaks` names the entry because of which one of them does not hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet, Sum

from lachan.core.clock import now
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.allocating import RANK, standing
from lachan.vaccination.models import Allocation, StockLine, StockMove, Store

Account = StockLine.Account
Kind = StockMove.Kind
#: Stores of one tree.
MOST = 2_000


@dataclass(slots=True)
class Node:
    """A store of the tree.  Doses: `decided` above for it, `supplied` by no decision, `shared` out
    by its own decisions, `issued` to it under lines, `told` of what it received, then where these
    doses are now.  `unbooked`: given since the last book, still in hand in the ledger.  `seen`: the
    scope sees its books; else only what was decided, issued and told is known."""

    store: Store
    decided: int = 0
    supplied: int = 0
    shared: int = 0
    issued: int = 0
    on_the_way: int = 0
    told: int = 0
    in_hand: int = 0
    given: int = 0
    wasted: int = 0
    destroyed: int = 0
    difference: int = 0
    apart: int = 0
    sent: int = 0
    unbooked: int = 0
    seen: bool = True
    children: list["Node"] = field(default_factory=list)

    @property
    def received(self) -> int:
        """Doses of what other stores sent and suppliers brought, by the papers that came along."""
        return self.told + self.supplied

    @property
    def left(self) -> int:
        """What should stand in the refrigerator now."""
        return self.in_hand - self.unbooked

    @property
    def given_now(self) -> int:
        """Given by the dose ledger, booked or not."""
        return self.given + self.unbooked

    @property
    def to_issue(self) -> int:
        """Decided for the store and not issued to it yet."""
        return self.decided - self.issued

    @property
    def to_share(self) -> int:
        """What its own decisions may still give; below zero more was shared than is there."""
        return self.decided + self.supplied - self.shared

    @property
    def unexplained(self) -> int:
        """Doses by which the second equation fails: 0 when the books hold."""
        if not self.seen:
            return 0
        went = self.given + self.wasted + self.destroyed + self.difference + self.apart + self.sent
        return self.supplied + self.told - self.in_hand - went


def products_with_decisions(stores: Iterable[Store]) -> list[str]:
    """Vaccines about which something is decided, or kept, in these stores."""
    ids = [one.id for one in stores]
    decided = Allocation.objects.filter(Q(store__in=ids) | Q(shares__store__in=ids))
    kept = StockLine.objects.filter(store__in=ids)
    found = set(decided.order_by().values_list("product", flat=True).distinct())
    found |= set(kept.order_by().values_list("lot__product", flat=True).distinct())
    return sorted(found)


def tree(stores: Iterable[Store], product: str) -> list[Node]:
    """These stores under those that give to them; a store to which nobody here gives is a root."""
    nodes = {one.id: Node(one) for one in list(stores)[:MOST]}
    for one in _receivers(nodes, product):
        nodes[one.id] = Node(one, seen=False)
    parents = _decided(nodes, product)
    _kept(nodes, product)
    _unbooked(nodes, product)
    roots = []
    for id, node in nodes.items():
        above = nodes.get(parents.get(id, id))
        if above is not None and above is not node:
            above.children.append(node)
        else:
            roots.append(node)
    return _sorted([one for one in roots if _speaks(one)])


def _receivers(nodes: dict[UUID, Node], product: str) -> list[Store]:
    """Stores to which these give and whose books are not theirs to see."""
    lines = standing(product).filter(allocation__store__in=nodes).exclude(store__in=nodes)
    return list(Store.objects.filter(pk__in=lines.values("store"))[:MOST])


def _speaks(node: Node) -> bool:
    """Whether there is anything to say of a store or of one below it."""
    own = (node.decided, node.told, node.supplied, node.in_hand, node.on_the_way, node.shared)
    return any(own) or any(_speaks(one) for one in node.children)


def _sorted(nodes: list[Node]) -> list[Node]:
    for node in nodes:
        node.children = _sorted([one for one in node.children if _speaks(one)])
    return sorted(nodes, key=lambda one: (RANK[Store.Kind(one.store.kind)], one.store.name))


def lines_down(nodes: list[Node], depth: int = 0) -> list[tuple[int, Node]]:
    """The tree as lines with their depth, each store before those below it."""
    found: list[tuple[int, Node]] = []
    for node in nodes:
        found += [(depth, node), *lines_down(node.children, depth + 1)]
    return found


def _decided(nodes: dict[UUID, Node], product: str) -> dict[UUID, UUID]:
    """Fill in what decisions say; give the store that decides about each store."""
    rows = standing(product).filter(Q(store__in=nodes) | Q(allocation__store__in=nodes))
    rows = rows.select_related("allocation").order_by("allocation__at", "pk")
    shares = list(rows)
    sent = reading.sent_by_line({one.allocation.chain for one in shares})
    parents = {}
    for one in shares:
        giver = one.allocation.store_id
        if one.store_id in nodes:
            nodes[one.store_id].decided += one.doses
            nodes[one.store_id].issued += sent.get(reading.key_of(one), 0)
            parents[one.store_id] = giver
        if giver in nodes:
            nodes[giver].shared += one.doses
    return parents


def _kept(nodes: dict[UUID, Node], product: str) -> None:
    """Fill in what the ledger says."""
    fields = {
        Account.IN_HAND: "in_hand",
        Account.GIVEN: "given",
        Account.WASTE: "wasted",
        Account.DESTROYED: "destroyed",
        Account.DISCREPANCY: "difference",
        Account.QUARANTINE: "apart",
        Account.IN_TRANSIT: "on_the_way",
    }
    lines = of_product(product)
    rows = lines.filter(store__in=nodes).values_list("store", "account", "move__store")
    for store, account, writer, doses in rows.annotate(sum=Sum("doses")).order_by():
        node = nodes[store]
        if account == Account.SUPPLIER:
            node.supplied -= doses
            continue
        name = fields[Account(account)]
        setattr(node, name, getattr(node, name) + doses)
        if account == Account.IN_TRANSIT and writer == store:
            node.told -= doses
    out = lines.filter(move__store__in=nodes, account=Account.IN_TRANSIT)
    for writer, store, doses in (
        out.values_list("move__store", "store").annotate(sum=Sum("doses")).order_by()
    ):
        if writer != store:
            nodes[writer].sent += doses


def of_product(product: str) -> QuerySet[StockLine]:
    """Lines of the ledger about a vaccine."""
    return StockLine.objects.filter(lot__product=product)


def _unbooked(nodes: dict[UUID, Node], product: str) -> None:
    """What the dose ledger has and no book yet."""
    giving = [id for id, one in nodes.items() if one.store.gives or one.store.session_id]
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select s.id, sum(g.doses)::int from unnest(%s::uuid[]) s(id)"
            " cross join lateral core.vaccine_given(s.id, %s) g"
            " join vaccination_lot t on t.id = g.lot where t.product = %s group by 1",
            [giving, now(), product],
        )
        for store, doses in cursor.fetchall():
            nodes[store].unbooked = doses - nodes[store].given
