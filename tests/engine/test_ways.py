"""However a hop is computed, and however a day lies on disk, the definition is the answer."""

import random
import tempfile
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import naive, reaching, runs
from lachan.engine.feeding import Writer
from lachan.engine.hopping import Way
from lachan.engine.store import Store
from lachan.engine.workspace import Workspace
from tests.engine.indexed import CLUSTER, cases_of, feed, with_uuids
from tests.engine.worlds import World, crowded_world, random_world

worlds = st.integers(0, 2**48).map(lambda seed: with_uuids(random_world(seed)))


def reached(store: Store, world: World, threads: int, way: Way) -> list[tuple[str, int, int, int]]:
    view = store.view()
    room = Workspace(len(view.people), threads)
    reach = reaching.reach(view, cases_of(world), world.rule, room, None, way)
    assert not room.closed.any()
    assert not any(lane.sums.any() for lane in room.lanes)
    return [(str(row.person), row.hop, row.first_at, row.seconds) for row in reach.people]


def defined(world: World) -> list[tuple[str, int, int, int]]:
    return [(row.person, row.hop, row.first_at, row.seconds) for row in naive.trace(*world)]


def without_ends(world: World) -> World:
    """Whoever is infectious stays so: what the dense way is for."""
    cases = [(person, start, None) for person, start, _ in world.cases]
    return world._replace(cases=cases)


@pytest.mark.parametrize("few", [-1, runs.FEW])
@settings(max_examples=60, deadline=None, database=None)
@given(worlds, st.randoms(use_true_random=False), st.sampled_from(list(Way)), st.integers(1, 3))
def test_every_way_agrees_with_the_definition(
    few: int, world: World, dice: random.Random, way: Way, threads: int
) -> None:
    # A day of a few rows is usually listed; -1 makes every one dense, as a nation's are.
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "FEW", few)
        feed(Path(folder), without_ends(world), dice)

        store = Store(Path(folder), CLUSTER)

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


def test_only_cases_of_the_index_are_asked_about(tmp_path: Path) -> None:
    world = with_uuids(random_world(1))
    feed(tmp_path, world, random.Random(1))

    stranger = [reaching.CaseWindow(UUID(int=5), 0, None)]

    assert Store(tmp_path, CLUSTER).reach(stranger, world.rule).people == ()
