"""However a hop is computed, and however a day lies on disk, the definition is the answer."""

import random
from datetime import date
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.engine import hopping, merging, naive, paging, reaching, runs
from lachan.engine.days import DayVisit, begin_of
from lachan.engine.feeding import Writer, clear
from lachan.engine.hopping import Way
from lachan.engine.records import DayColumns
from lachan.engine.rule import Rule
from lachan.engine.store import Store
from lachan.engine.workspace import Workspace
from tests.engine.indexed import CLUSTER, cases_of, feed, with_uuids
from tests.engine.worlds import World, crowded_world, random_world

#: The folder is cleared before each world.
SHARED = (HealthCheck.function_scoped_fixture,)

worlds = st.integers(0, 2**48).map(lambda seed: with_uuids(random_world(seed)))


DAY = date(2021, 8, 15)


def reached(store: Store, world: World, threads: int, way: Way) -> list[tuple[str, int, int, int]]:
    view = store.view()
    room = Workspace(len(view.people), threads)
    reach = reaching.reach(view, cases_of(world), world.rule, room, None, way)
    assert not room.closed.any()
    assert not room.near.any()
    assert not any(lane.sums.any() for lane in room.lanes)
    return [(str(row.person), row.hop, row.first_at, row.seconds) for row in reach.people]


def defined(world: World) -> list[tuple[str, int, int, int]]:
    return [(row.person, row.hop, row.first_at, row.seconds) for row in naive.trace(*world)]


def without_ends(world: World) -> World:
    """Whoever is infectious stays so: what the dense way is for."""
    cases = [(person, start, None) for person, start, _ in world.cases]
    return world._replace(cases=cases)


@pytest.mark.parametrize("few", [-1, runs.FEW])
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=SHARED)
@given(worlds, st.randoms(use_true_random=False), st.sampled_from(list(Way)), st.integers(1, 3))
def test_every_way_agrees_with_the_definition(
    in_memory: Path, few: int, world: World, dice: random.Random, way: Way, threads: int
) -> None:
    # A day of a few rows is usually listed; -1 makes every one dense, as a nation's are.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "FEW", few)
        clear(in_memory)
        feed(in_memory, without_ends(world), dice)

        store = Store(in_memory, CLUSTER)

        assert reached(store, without_ends(world), threads, way) == defined(without_ends(world))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("way", list(Way))
def test_crowds_agree_with_the_definition(tmp_path: Path, seed: int, way: Way) -> None:
    world = with_uuids(crowded_world(seed))
    feed(tmp_path, world, random.Random(seed))

    store = Store(tmp_path, CLUSTER)

    expected = defined(world)
    assert len(expected) > 20
    assert reached(store, world, 1, way) == expected
    assert reached(store, world, 2, way) == expected


def test_a_sealed_day_of_many_is_dense_and_answers_the_same(tmp_path: Path) -> None:
    world = with_uuids(crowded_world(7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "FEW", -1)
        feed(tmp_path, world, random.Random(7))
        with Writer(tmp_path, CLUSTER) as writer:
            for day in Store(tmp_path, CLUSTER).view().days:
                writer.seal(day)

    store = Store(tmp_path, CLUSTER)

    [*days] = store.view().days.values()
    assert all(len(day.runs) == 1 for day in days)
    assert all(len(day.runs[0].venue) == 0 for day in days)
    for way in Way:
        assert reached(store, world, 2, way) == defined(world)


def since(world: World, second: int) -> World:
    """The world as if nothing had been recorded before a moment."""
    stays = naive.united_visits(world.visits, world.rule.open_minutes)
    return world._replace(
        visits=[
            (person, venue, max(stay.start, second), stay.end)
            for (person, venue), own in stays.items()
            for stay in own
            if stay.end > second
        ],
        encounters=[
            (a, b, max(start, second), end) for a, b, start, end in world.encounters if end > second
        ],
    )


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=SHARED)
@given(worlds, st.randoms(use_true_random=False), st.sampled_from(list(Way)))
def test_removed_days_leave_what_came_after(
    in_memory: Path, world: World, dice: random.Random, way: Way
) -> None:
    clear(in_memory)
    feed(in_memory, world, dice)
    days = sorted(Store(in_memory, CLUSTER).view().days)
    if not days:
        return
    first = dice.choice(days)
    with Writer(in_memory, CLUSTER) as writer:
        writer.drop_before(first)

    store = Store(in_memory, CLUSTER)

    assert all(path.name >= str(first) for path in (in_memory / "days").iterdir())
    assert reached(store, world, 2, way) == defined(since(world, begin_of(first)))


def test_what_is_merged_beside_is_taken_over(
    in_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "AT_ONCE", 0)
    world = with_uuids(crowded_world(5))

    feed(in_memory, world, random.Random(5))
    with Writer(in_memory, CLUSTER) as writer:
        # A thread on a busy machine lags behind the commits; waited for, it leaves few runs.
        for _ in range(20):
            writer.commit({"step": "waited"})
            writer.settle()

    store = Store(in_memory, CLUSTER)
    names = [path.name for path in (in_memory / "days").iterdir()]
    assert any("merged" in name for name in names)
    assert max(len(day.runs) for day in store.view().days.values()) <= merging.MANY_RUNS
    for way in Way:
        assert reached(store, world, 2, way) == defined(world)


def test_many_at_once_are_as_one_by_one(in_memory: Path) -> None:
    dice = random.Random(4)
    rows = [
        (person, dice.randrange(6), start, start + dice.randrange(1, 300))
        for person in range(200)
        for start in (dice.randrange(1100) for _ in range(3))
    ]
    person, venue, start, end = np.array(rows).T
    columns = DayColumns(
        person.astype(np.uint32),
        venue.astype(np.uint32),
        start.astype(np.uint16),
        end.astype(np.uint16),
        np.zeros(len(rows), np.uint8),
    )
    with Writer(in_memory / "many", CLUSTER) as writer:
        writer.enrol(
            b"".join(UUID(int=p).bytes for p in range(200)),
            b"".join(UUID(int=v).bytes for v in range(6)),
        )
        writer.replace_many(DAY, columns)
        writer.replace_many(DAY, columns)
        writer.commit({})
    with Writer(in_memory / "one", CLUSTER) as writer:
        for number in range(200):
            own = [DayVisit(UUID(int=v), a, b, imputed=False) for p, v, a, b in rows if p == number]
            writer.replace(UUID(int=number), DAY, own)
        writer.commit({})

    cases = [reaching.CaseWindow(UUID(int=p), begin_of(DAY), None) for p in (3, 5, 8)]
    many, one = (
        Store(in_memory / name, CLUSTER).reach(cases, Rule(hops=3, min_seconds=3_600)).people
        for name in ("many", "one")
    )
    assert len(many) > 50
    assert many == one


def test_what_is_fetched_from_disk_first_answers_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = with_uuids(crowded_world(6))
    feed(tmp_path, world, random.Random(6))
    monkeypatch.setattr(hopping, "is_cold", lambda *_: True)
    monkeypatch.setattr(hopping, "is_far", lambda *_: True)

    assert reached(Store(tmp_path, CLUSTER), world, 2, Way.SPARSE) == defined(world)


def test_a_page_that_was_just_read_is_resident(tmp_path: Path) -> None:
    world = with_uuids(crowded_world(6))
    feed(tmp_path, world, random.Random(6))
    [day, *_] = Store(tmp_path, CLUSTER).view().days.values()

    with paging.scattered([day.runs[0].visit]):
        assert int(day.runs[0].visit.sum()) > 0
        assert paging.is_resident(day.runs[0].visit, 0)
    assert paging.is_resident(day.runs[0].visit, 10**9)
    assert paging.map_of(day.runs[0].visit) is not None
    assert paging.map_of(np.zeros(4)) is None


def test_only_cases_of_the_index_are_asked_about(tmp_path: Path) -> None:
    world = with_uuids(random_world(1))
    feed(tmp_path, world, random.Random(1))

    stranger = [reaching.CaseWindow(UUID(int=5), 0, None)]

    assert Store(tmp_path, CLUSTER).reach(stranger, world.rule).people == ()
