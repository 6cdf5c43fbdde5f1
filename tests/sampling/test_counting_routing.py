"""The proposal for waiting boxes is the best there is: proved against every way on small cases."""

from itertools import product
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.core.ids import uuid7
from lachan.sampling.counting_routing import Bench, Waiting, days_of, propose

LABORATORIES = [UUID(int=number + 1) for number in range(4)]


def benches_of(loads: list[tuple[int, int]]) -> list[Bench]:
    return [
        Bench(laboratory, backlog, float(rate))
        for laboratory, (backlog, rate) in zip(LABORATORIES, loads, strict=False)
    ]


def boxes_of(tubes: list[tuple[int, int]]) -> list[Waiting]:
    return [
        Waiting(UUID(int=100 + number), count, LABORATORIES[meant])
        for number, (count, meant) in enumerate(tubes)
    ]


def every_way(boxes: list[Waiting], benches: list[Bench]) -> tuple[float, int]:
    """The soonest end, and of those the fewest changes, by trying all."""
    found = []
    for way in product([bench.laboratory for bench in benches if bench.a_day], repeat=len(boxes)):
        ways = {box.box: to for box, to in zip(boxes, way, strict=True)}
        changes = sum(box.laboratory != ways[box.box] for box in boxes)
        found.append((round(days_of(boxes, benches, ways), 9), changes))
    return min(found)


@settings(max_examples=200, deadline=None)
@given(
    tubes=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 3)), min_size=1, max_size=5),
    loads=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 50)), min_size=1, max_size=4),
)
def test_it_is_as_soon_as_the_best_of_all_ways(
    tubes: list[tuple[int, int]], loads: list[tuple[int, int]]
) -> None:
    boxes, benches = boxes_of(tubes), benches_of(loads)
    proposal = propose(boxes, benches)
    if not any(rate for _backlog, rate in loads):
        assert proposal is None
        return
    assert proposal is not None
    assert proposal.proven
    assert round(days_of(boxes, benches, proposal.ways), 9) == round(proposal.days, 9)
    assert (round(proposal.days, 9), proposal.changes) == every_way(boxes, benches)


def test_a_laboratory_that_stands_still_gets_nothing() -> None:
    boxes = boxes_of([(10, 0)])
    proposal = propose(boxes, benches_of([(0, 0), (500, 10)]))
    assert proposal is not None
    assert proposal.ways == {boxes[0].box: LABORATORIES[1]}


def test_what_is_as_soon_stays_as_it_was_meant() -> None:
    proposal = propose(boxes_of([(10, 1)]), benches_of([(0, 10), (0, 10)]))
    assert proposal is not None
    assert proposal.changes == 0


def test_many_boxes_end_no_later_than_meant_and_say_whether_that_is_proven() -> None:
    boxes = [Waiting(uuid7(), 20 + number % 7, LABORATORIES[0]) for number in range(40)]
    benches = benches_of([(100, 200), (0, 90), (40, 130)])
    proposal = propose(boxes, benches)
    assert proposal is not None
    meant = days_of(boxes, benches, {box.box: box.laboratory for box in boxes})
    assert proposal.days < meant
    # All work, spread as water would be, ends no sooner than this.
    least = (100 + 40 + sum(box.tubes for box in boxes)) / (200 + 90 + 130)
    assert least <= proposal.days <= least + 30 / 90
