"""Kernels are compiled once: every caller brings arrays of the same types."""

import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lachan.engine import tracing
from lachan.engine.kernels import meeting, uniting
from lachan.engine.reaching import CaseWindow
from lachan.engine.store import Store
from tests.engine.indexed import CLUSTER, feed, uuid_of, with_uuids
from tests.engine.worlds import random_world


def kernels(module: ModuleType) -> dict[str, Any]:
    return {name: thing for name, thing in vars(module).items() if hasattr(thing, "signatures")}


@pytest.mark.parametrize("module", [meeting, uniting])
def test_it_compiles_a_kernel_for_one_set_of_types(module: ModuleType, tmp_path: Path) -> None:
    tracing.warm_up()
    for seed in range(5):
        world = with_uuids(random_world(seed))
        feed(tmp_path / str(seed), world, random.Random(seed))
        store = Store(tmp_path / str(seed), CLUSTER)
        store.reach([CaseWindow(uuid_of("p1"), 0, None)], world.rule)
        tracing.trace_named(*world)

    # Kernels called only by other kernels have none once their callers come from the cache.
    assert max(len(kernel.signatures) for kernel in kernels(module).values()) == 1
