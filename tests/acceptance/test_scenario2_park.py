"""Scenario 2 with twenty thousand workers: the same 68, 5,933 counted, and how long it takes.

The seconds are printed, not asserted: the bar of ten is for a machine that does nothing else.

    pytest tests/acceptance/test_scenario2_park.py -s
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.tracing import tasks
from lachan.tracing.models import Case
from tests.acceptance.told import Told, last_run, people_of, played, tell
from tests.acceptance.twin import Answer
from tests.database import copy
from tests.factories.settled import watermark

pytestmark = pytest.mark.slow

PRESET = "khu-cong-nghiep"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The industrial park, told."""
    with copy() as name:
        tell(name, "--preset", PRESET)
        yield name


@pytest.fixture(scope="module")
def told(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The park at 02:00 of day 6, its scans read as they came."""
    with played(generate(PRESETS[PRESET]), tmp_path_factory.mktemp("engine")) as told:
        watermark()
        tasks.feed_index()
        tasks.new_positives()
        tasks.answer_runs()
        yield told


@dataclass
class Traced:
    """The answer with what it took and what was expected."""

    case: Case
    seconds: float
    expected: Answer


@pytest.fixture(scope="module")
def traced(told: Told) -> Traced:
    """From the release at the laboratory to the names on the list."""
    f0 = told.world.planted.f0
    begun = time.perf_counter()
    case = told.released(f0)
    seconds = time.perf_counter() - begun
    return Traced(case, seconds, told.twin_answers(case, f0))


def test_the_68_are_named_and_5933_counted(
    told: Told, traced: Traced, capsys: pytest.CaptureFixture[str]
) -> None:
    world = told.world
    work = world.people[world.planted.f0].work
    assert work is not None
    shift = set(world.people_of_shift(work.organisation, work.shift))
    run = last_run(traced.case)

    assert traced.expected.close == world.contacts_of_f0()
    assert traced.expected.linked == shift - traced.expected.close - {world.planted.f0}
    assert people_of(traced.case) == told.persons(traced.expected.close)
    assert (run.to_verify, run.linked) == (68, 5_933)
    assert (run.to_verify, run.linked) == (len(traced.expected.close), len(traced.expected.linked))
    with capsys.disabled():
        print(f"\n20,000 workers: released, traced and named in {traced.seconds:.1f} s")
