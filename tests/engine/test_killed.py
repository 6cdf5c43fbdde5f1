"""A writer killed at any point of a commit, a merge or a seal loses nothing and repeats nothing."""

import os
import random
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from lachan.engine import merging, naive
from lachan.engine.feeding import Writer
from lachan.engine.reaching import reach
from lachan.engine.rule import Rule
from lachan.engine.store import Store
from lachan.engine.workspace import Workspace
from tests.engine.indexed import CLUSTER, cases_of, person_queues, with_uuids
from tests.engine.worlds import World, random_world

pytestmark = pytest.mark.slow

#: Calls by which files change, one after another.
DEADLY = {"write", "flush", "fsync", "truncate", "replace", "rename", "unlink", "open"}

Step = tuple[str, Any]


@pytest.fixture(autouse=True)
def _merges_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every commit leaves its run, and three runs of a day are merged beside."""
    monkeypatch.setattr(merging, "AT_ONCE", 0)
    monkeypatch.setattr(merging, "MANY_RUNS", 2)


def steps_of(world: World, seed: int) -> list[Step]:
    """What a feeder does in one order, with commits and seals in between."""
    dice = random.Random(seed)
    queues = [*person_queues(world, dice), [("meet", row) for row in world.encounters]]
    steps: list[Step] = []
    days = set()
    while queues := [queue for queue in queues if queue]:
        steps.append(dice.choice(queues).pop(0))
        if steps[-1][0] == "replace":
            days.add(steps[-1][1][1])
        if dice.random() < 0.35:
            steps.append(("commit", None))
        if days and dice.random() < 0.1:
            steps.append(("seal", dice.choice(sorted(days))))
    return [*steps, ("commit", None), *(("seal", day) for day in sorted(days))]


def run(folder: Path, steps: list[Step]) -> None:
    """Take up where the folder stands and go on to the end."""
    with Writer(folder, CLUSTER) as writer:
        for number, (verb, what) in enumerate(steps):
            if number < writer.position.get("done", 0):
                continue
            if verb == "meet":
                writer.meet(*map(_uuid, what[:2]), *what[2:])
            elif verb == "replace":
                writer.replace(*what)
            elif verb == "commit":
                writer.commit({"done": number + 1})
            else:
                writer.seal(what)


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def killed_at(number: int, act: Callable[[], None]) -> bool:
    """Do `act` in a child that is killed before its file call `number`; False when it ended."""
    child = os.fork()
    if child == 0:
        left = [number]

        def count(frame: FrameType, event: str, call: Any) -> None:
            if event == "c_call" and getattr(call, "__name__", "") in DEADLY:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        threading.setprofile(count)
        sys.setprofile(count)
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in {0, -signal.SIGKILL}
    return os.WIFSIGNALED(status)


def points(steps: list[Step], folder: Path) -> Iterator[int]:
    """File calls of a whole feeding at which to kill: all the early ones, then every few."""
    number = 0
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        if not killed_at(number, lambda: run(folder, steps)):
            assert number > 60
            return
        yield number
        number += 1 if number < 30 else 17


@pytest.mark.parametrize("seed", [5, 30])
def test_it_goes_on_where_it_was_killed(in_memory: Path, seed: int) -> None:
    world = with_uuids(random_world(seed)._replace(rule=Rule(hops=4, min_seconds=60)))
    steps = steps_of(world, seed)
    expected = [(c.person, c.hop, c.first_at, c.seconds) for c in naive.trace(*world)]
    assert expected

    for point in points(steps, in_memory / "index"):
        run(in_memory / "index", steps)

        view = Store(in_memory / "index", CLUSTER).view()
        answer = reach(view, cases_of(world), world.rule, Workspace(len(view.people), 1))
        found = [(str(row.person), *row[1:]) for row in answer.people]
        assert found == expected, point
