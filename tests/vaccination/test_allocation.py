"""Decisions down the levels: never more than is there, amended and not overwritten, and a tree that
adds up after any sequence of entries, or names the entry that breaks it."""

from datetime import timedelta
from fractions import Fraction
from random import Random
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.vaccination import stock_reading as reading
from lachan.vaccination import stocking
from lachan.vaccination.allocating import Decision, Line, available, decide, supplied
from lachan.vaccination.allocation_breaks import breaks_of
from lachan.vaccination.allocation_reading import lines_down, tree
from lachan.vaccination.models import Allocation, AllocationShare, Lot, StockLine, StockMove, Store
from lachan.vaccination.planning_split import Need, propose, split_rules, whole_shares
from lachan.vaccination.stocking import Amount, Kind, Received
from tests.factories import cast
from tests.vaccination.stores import filled, give, lot, store

PRODUCT = "vaxzevria"


def ministry() -> Principal:
    return cast.of_nation()


def above_and_below() -> tuple[Store, Principal, Store, Principal]:
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None)
    below, station = store("Kho Trạm Y tế", kind="station")
    return above, cdc, below, station


def decided(
    where: Store, by: Principal, *lines: Line, amends: Allocation | None = None, number: str = ""
) -> Allocation:
    told = Decision(number or f"{uuid7().hex[-9:]}/QĐ", PRODUCT, today(), "Giám đốc", "Sở Y tế")
    with scoped(by, "stock"):
        return decide(id=uuid7(), store=where, decision=told, lines=lines, by=by, amends=amends)


def line_of(decision: Allocation, by: Principal) -> AllocationShare:
    with scoped(by, "test"):
        return decision.shares.select_related("allocation__store", "store").get()


def refused(code: str, where: Store, by: Principal, *lines: Line, **more: object) -> str:
    with pytest.raises(Refused) as found:
        decided(where, by, *lines, **more)  # type: ignore[arg-type]
    assert found.value.code == code
    return found.value.message


def sent(share: AllocationShare, of: Lot, doses: int, by: Principal) -> StockMove:
    with scoped(by, "stock"):
        return stocking.send(
            id=uuid7(),
            store=share.allocation.store,
            to=share.store,
            kind=Kind.ISSUE,
            amounts=[Amount(of.id, doses)],
            share=share,
            by=by,
        )


def test_no_more_is_given_than_was_decided_above_and_the_line_is_named() -> None:
    above, cdc, below, station = above_and_below()
    site, _keeper = store("Điểm tiêm chợ")
    other, _keeper = store("Điểm tiêm trường")
    of = lot()
    filled(above, cdc, of, 300)
    decided(above, cdc, Line(below.id, 200))
    said = refused("allocation_exceeds", above, cdc, Line(below.id, 110))
    assert "Kho Trạm Y tế" in said
    decided(above, cdc, Line(below.id, 100))
    assert "Điểm tiêm trường" in refused(
        "allocation_exceeds", below, station, Line(site.id, 290), Line(other.id, 20)
    )
    decided(below, station, Line(site.id, 290), Line(other.id, 10))
    refused("share_upward", site, _keeper, Line(above.id, 10))


def test_a_line_says_lot_groups_and_until_when() -> None:
    above, cdc, below, _station = above_and_below()
    of, strange = lot(), lot(product="comirnaty")
    filled(above, cdc, of, 300)
    refused("share_lot", above, cdc, Line(below.id, 10, lot=strange.id))
    yesterday = today() - timedelta(days=1)
    refused("share_until", above, cdc, Line(below.id, 10, until=yesterday))
    line = Line(below.id, 100, of.id, ("health_staff",), "Chiến dịch 2026", today())
    share = line_of(decided(above, cdc, line), cdc)
    again = lot()
    filled(above, cdc, again, 100)
    with pytest.raises(Refused) as found:
        sent(share, again, 10, cdc)
    assert found.value.code == "share_other"
    sent(share, of, 10, cdc)
    AllocationShare.objects.using("owner").filter(pk=share.pk).update(until=yesterday)
    share.until = yesterday
    with pytest.raises(Refused) as found:
        sent(share, of, 10, cdc)
    assert found.value.code == "share_over"


def test_a_decision_is_amended_by_a_later_one_and_stays_to_be_read() -> None:
    above, cdc, below, station = above_and_below()
    site, _keeper = store("Điểm tiêm chợ")
    of = lot()
    filled(above, cdc, of, 300)
    first = decided(above, cdc, Line(below.id, 200), number="1/QĐ")
    sent(line_of(first, cdc), of, 150, cdc)
    decided(below, station, Line(site.id, 180))
    refused("amends_below_sent", above, cdc, Line(below.id, 140), amends=first)
    refused("amends_below_shared", above, cdc, Line(below.id, 170), amends=first)
    refused("allocation_exceeds", above, cdc, Line(below.id, 301), amends=first)
    refused("amends_other", below, station, Line(site.id, 1), amends=first)
    second = decided(above, cdc, Line(below.id, 280), amends=first, number="2/QĐ")
    refused("amended_already", above, cdc, Line(below.id, 200), amends=first)
    with pytest.raises(Refused) as found:
        sent(line_of(first, cdc), of, 10, cdc)
    assert found.value.code == "share_amended"
    sent(line_of(second, cdc), of, 130, cdc)
    with pytest.raises(Refused) as found:
        sent(line_of(second, cdc), of, 10, cdc)
    assert found.value.code == "share_exceeded"
    with scoped(cdc, "test"):
        assert Allocation.objects.get(pk=first.pk).shares.get().doses == 200
        assert [gone for _one, gone in reading.shares_of(above)] == [280]
        assert available(above, PRODUCT) == 20
    with pytest.raises(Exception, match="permission denied"), scoped(cdc, "test"):
        Allocation.objects.filter(pk=first.pk).update(document="9/QĐ")


def test_a_storekeeper_below_decides_nothing_for_the_store_above() -> None:
    above, cdc, below, station = above_and_below()
    filled(above, cdc, lot(), 300)
    with pytest.raises(Refused) as found:
        decided(above, station, Line(below.id, 10))
    assert found.value.code == "allocation_exceeds"
    with pytest.raises(DatabaseError, match="row-level security"), scoped(station, "test"):
        Allocation.objects.create(
            store=above,
            document="7/QĐ",
            product=PRODUCT,
            decided_on=today(),
            signer="Không ai",
            at=now(),
        )


def test_the_tree_shows_what_became_of_every_dose() -> None:
    above, cdc, below, station = above_and_below()
    of = lot()
    filled(above, cdc, of, 500)
    share = line_of(decided(above, cdc, Line(below.id, 300)), cdc)
    move = sent(share, of, 200, cdc)
    with scoped(station, "stock"):
        came = [Received(of.id, 200, 190, "1 lọ vỡ")]
        stocking.receive(id=uuid7(), store=below, came=came, answers=move, by=station)
        stocking.remove(
            id=uuid7(), store=below, amount=Amount(of.id, 5), cause="broken", by=station
        )
    sent(share, of, 50, cdc)
    give(below, of, 40)
    with scoped(ministry(), "test"):
        [root] = tree([above, below], PRODUCT)
        (_top, _root), (depth, node) = lines_down([root])
        assert (root.shared, root.supplied, root.sent, root.to_share) == (300, 500, 250, 200)
        assert (depth, node.decided, node.issued, node.to_issue) == (1, 300, 250, 50)
        assert (node.told, node.on_the_way, node.difference, node.wasted) == (200, 50, 10, 5)
        assert (node.given_now, node.left, node.unexplained) == (40, 145, 0)
        assert breaks_of([above, below], PRODUCT) == []


def test_who_decides_sees_what_was_told_below_and_not_the_books_there() -> None:
    above, cdc, below, station = above_and_below()
    of = lot()
    filled(above, cdc, of, 500)
    share = line_of(decided(above, cdc, Line(below.id, 300)), cdc)
    move = sent(share, of, 200, cdc)
    with scoped(station, "stock"):
        came = [Received(of.id, 200, 200)]
        stocking.receive(id=uuid7(), store=below, came=came, answers=move, by=station)
    give(below, of, 40)
    with scoped(cdc, "test"):
        [root] = tree([above], PRODUCT)
        [node] = root.children
        assert (node.seen, node.decided, node.issued, node.told) == (False, 300, 200, 200)
        assert (node.given_now, node.unexplained) == (0, 0)
    _other, stranger = store("Kho xa", kind="province", gives=False, commune=None, province=2)
    for who, doses in ((cdc, 500), (station, 0), (stranger, 0)):
        with scoped(who, "test"):
            assert supplied(above, PRODUCT) == doses


def _moves(rng: Random, stores: list[Store], keepers: dict[UUID, Principal], of: Lot) -> None:
    """One thing that somebody does, or is refused."""
    where = rng.choice(stores)
    by = keepers[where.id]
    what = rng.randrange(6)
    try:
        if what == 0:
            filled(where, by, of, rng.randint(1, 30) * 10)
        elif what in (1, 2):
            before = Allocation.objects.using("owner").filter(store=where, amended_by=None)
            amends = rng.choice([None, *before]) if what == 2 else None
            if amends is not None:
                with scoped(by, "test"):
                    amends = Allocation.objects.get(pk=amends.pk)
            to = [one for one in stores if one.id != where.id]
            chosen = rng.sample(to, rng.randint(1, 2))
            decided(
                where, by, *(Line(one.id, rng.randint(1, 20) * 10) for one in chosen), amends=amends
            )
        elif what == 3:
            with scoped(by, "test"):
                shares = [one for one, _sent in reading.shares_of(where)]
            own = [one for one in shares if one.allocation.store_id == where.id]
            if own:
                sent(rng.choice(own), of, rng.randint(1, 15) * 10, by)
        elif what == 4:
            with scoped(by, "stock"):
                for move in reading.on_the_way(where):
                    doses = sum(
                        one.doses for one in move.lines.all() if one.account == "in_transit"
                    )
                    counted = doses - rng.choice([0, 0, 10])
                    came = [Received(of.id, doses, counted, "thiếu 1 lọ")]
                    stocking.receive(id=uuid7(), store=where, came=came, answers=move, by=by)
        else:
            with scoped(by, "stock"):
                mine = [one for one in reading.moves_of(where) if one.kind in ("issue", "waste")]
                if mine:
                    stocking.correct(id=uuid7(), move=rng.choice(mine), why="Nhầm", by=by)
    except Refused:
        pass


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_the_tree_adds_up(seed: int) -> None:
    rng = Random(seed)
    national, keeper = store(
        "Kho quốc gia", kind="national", gives=False, commune=None, province=None
    )
    above, cdc, below, station = above_and_below()
    site, vaccinator = store("Điểm tiêm")
    stores = [national, above, below, site]
    keepers = {national.id: keeper, above.id: cdc, below.id: station, site.id: vaccinator}
    of = lot()
    filled(national, keeper, of, 1000)
    for _step in range(40):
        _moves(rng, stores, keepers, of)
    with scoped(ministry(), "test"):
        assert breaks_of(stores, PRODUCT) == []
        for _depth, node in lines_down(tree(stores, PRODUCT)):
            assert node.unexplained == 0
            assert node.to_share >= 0
            assert node.issued <= node.decided
            assert node.in_hand >= 0
            assert node.on_the_way >= 0


def test_the_entry_that_breaks_the_tree_is_named() -> None:
    """What no service does is done by the owner of the tables: the reader finds it."""
    above, cdc, below, station = above_and_below()
    of = lot()
    filled(above, cdc, of, 500)
    first = decided(above, cdc, Line(below.id, 100))
    share = line_of(first, cdc)
    move = sent(share, of, 100, cdc)
    with scoped(station, "stock"):
        came = [Received(of.id, 100, 100)]
        receipt = stocking.receive(id=uuid7(), store=below, came=came, answers=move, by=station)

    def copy(one: StockMove) -> UUID:
        made = StockMove.objects.using("owner").get(pk=one.pk)
        lines = list(made.lines.using("owner").all())
        made.pk, made.number, made.at = uuid7(), made.number + 900, now()
        with transaction.atomic(using="owner"):
            made.save(using="owner", force_insert=True)
            for line in lines:
                line.pk, line.move_id = None, made.pk
            StockLine.objects.using("owner").bulk_create(lines)
        return made.pk

    def found() -> set[tuple[str, UUID, int]]:
        with scoped(ministry(), "test"):
            rows = breaks_of([above, below], PRODUCT)
        return {(one.code, one.entry, one.doses) for one in rows}

    assert found() == set()
    issue = copy(move)
    assert found() == {("overissued", issue, 100)}
    second = copy(receipt)
    assert found() == {("overissued", issue, 100), ("received_twice", second, 100)}
    large = Allocation(
        store=above, document="9/QĐ", product=PRODUCT, decided_on=today(), signer="A", at=now()
    )
    large.save(using="owner")
    AllocationShare(allocation=large, store=below, doses=450).save(using="owner")
    assert ("overshared", large.id, 50) in found()


@settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    some.lists(some.tuples(some.integers(0, 5000), some.integers(0, 900)), min_size=1, max_size=30),
    some.integers(0, 20_000),
    some.sampled_from([1, 2, 5, 6, 10, 15]),
    some.booleans(),
)
def test_a_split_is_whole_vials_and_its_sum_is_exact(
    stores: list[tuple[int, int]], doses: int, per_vial: int, less_stock: bool
) -> None:
    needs = [Need(UUID(int=at), weight, stock) for at, (weight, stock) in enumerate(stores)]
    made = propose(needs, doses, per_vial, less_stock=less_stock)
    assert all(each >= 0 and each % per_vial == 0 for each in made.values())
    whole = doses // per_vial * per_vial if any(weight for weight, _stock in stores) else 0
    assert sum(made.values()) == whole
    assert all(made[each.store] == 0 for each in needs if not each.weight)


def test_a_split_counts_what_stores_have() -> None:
    one, two, three = (UUID(int=at) for at in range(3))
    needs = [Need(one, 100, 0), Need(two, 100, 60), Need(three, 100, 500)]
    assert propose(needs, 140, 10, less_stock=True) == {one: 100, two: 40, three: 0}
    assert propose(needs, 140, 10, less_stock=False) == {one: 50, two: 50, three: 40}
    assert whole_shares([Fraction(1)] * 3, 10) == [4, 3, 3]
    assert split_rules(today())["population"].weight == "population"
    assert cast.of_commune(Role.STATION_OFFICER).commune == cast.HERE
