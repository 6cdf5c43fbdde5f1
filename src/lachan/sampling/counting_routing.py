"""Which waiting box goes to which laboratory so that the last of their results comes soonest.

This is the makespan on machines of different speed with work lying there already, which is hard in
general (Garey and Johnson, Computers and Intractability, 1979, problem SS8); a unit has few boxes,
so a search with bounds proves its answer, and says so when it gave up before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

#: Steps of the search; a few boxes and laboratories need a few thousand.
STEPS = 100_000

#: Two ends this near are the same, in days.
NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Waiting:
    """A box that was given to nobody yet: its tubes, and where it is meant to go."""

    box: UUID
    tubes: int
    laboratory: UUID


@dataclass(frozen=True, slots=True)
class Bench:
    """A laboratory: tubes that wait there or come, and what it does in a day (above 0)."""

    laboratory: UUID
    backlog: int
    a_day: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Box -> laboratory; days until the last result of these boxes; boxes that go elsewhere than
    was meant.  `proven`: no other way is sooner, nor as soon with fewer changes."""

    ways: Mapping[UUID, UUID]
    days: float
    changes: int
    proven: bool


Plan = list[int]


def propose(boxes: Sequence[Waiting], benches: Sequence[Bench]) -> Proposal | None:
    """The best way for these boxes; None where no laboratory works or nothing waits."""
    working = [bench for bench in benches if bench.a_day > 0]
    if not boxes or not working:
        return None
    ordered = sorted(boxes, key=lambda box: (-box.tubes, str(box.box)))
    search = _Search(ordered, working)
    plan = search.best()
    days, changes = search.cost(plan)
    ways = {box.box: working[number].laboratory for box, number in zip(ordered, plan, strict=True)}
    return Proposal(ways, days, changes, search.steps < STEPS)


def days_of(boxes: Sequence[Waiting], benches: Sequence[Bench], ways: Mapping[UUID, UUID]) -> float:
    """Days until the last result of these boxes when they go these ways; infinite where a
    laboratory does nothing."""
    by_laboratory = {bench.laboratory: bench for bench in benches}
    load: dict[UUID, int] = {}
    for box in boxes:
        load[ways[box.box]] = load.get(ways[box.box], 0) + box.tubes
    found = [0.0]
    for laboratory, tubes in load.items():
        bench = by_laboratory.get(laboratory)
        works = bench is not None and bench.a_day > 0
        found.append((bench.backlog + tubes) / bench.a_day if bench and works else float("inf"))
    return max(found)


class _Search:
    """Depth first with bounds, from a good plan on."""

    def __init__(self, boxes: Sequence[Waiting], benches: Sequence[Bench]) -> None:
        self.boxes, self.benches = boxes, benches
        self.steps = 0

    def best(self) -> Plan:
        """The best plan found within the steps."""
        self.found = self._improved(self._greedy())
        self.limit = self.cost(self.found)
        self._deeper([], [0] * len(self.benches), 0.0, 0)
        return self.found

    def cost(self, plan: Plan) -> tuple[float, int]:
        """(days until the last result, changes): less is better, days first."""
        load = [0] * len(self.benches)
        for box, number in zip(self.boxes, plan, strict=True):
            load[number] += box.tubes
        return max(self._days(load, number) for number in plan), self._changes(plan)

    def _days(self, load: Sequence[int], number: int) -> float:
        bench = self.benches[number]
        return (bench.backlog + load[number]) / bench.a_day

    def _changes(self, plan: Plan) -> int:
        return sum(
            self.benches[number].laboratory != box.laboratory
            for box, number in zip(self.boxes, plan, strict=True)
        )

    def _greedy(self) -> Plan:
        """The largest box first, each to where its last result comes soonest."""
        load = [0] * len(self.benches)
        plan: Plan = []
        for box in self.boxes:
            ends = [
                (
                    (bench.backlog + load[number] + box.tubes) / bench.a_day,
                    bench.laboratory != box.laboratory,
                    number,
                )
                for number, bench in enumerate(self.benches)
            ]
            number = min(ends)[2]
            load[number] += box.tubes
            plan.append(number)
        return plan

    def _improved(self, plan: Plan) -> Plan:
        """Move one box at a time for as long as that helps."""
        while True:
            others = [
                [*plan[:place], number, *plan[place + 1 :]]
                for place in range(len(plan))
                for number in range(len(self.benches))
                if number != plan[place]
            ]
            better = min(others, key=self.cost, default=plan)
            if not _less(self.cost(better), self.cost(plan)):
                return plan
            plan = better

    def _deeper(self, plan: Plan, load: list[int], days: float, changes: int) -> None:
        """Every plan that begins like this and may be better than the best."""
        if self.steps >= STEPS:
            return
        self.steps += 1
        if len(plan) == len(self.boxes):
            self.found, self.limit = list(plan), (days, changes)
            return
        box = self.boxes[len(plan)]
        for number, bench in enumerate(self.benches):
            load[number] += box.tubes
            ends = max(days, self._days(load, number))
            more = changes + (bench.laboratory != box.laboratory)
            if _less((ends, more), self.limit):
                self._deeper([*plan, number], load, ends, more)
            load[number] -= box.tubes


def _less(one: tuple[float, int], other: tuple[float, int]) -> bool:
    """Sooner; or as soon with fewer changes."""
    if abs(one[0] - other[0]) > NEAR:
        return one[0] < other[0]
    return one[1] < other[1]
