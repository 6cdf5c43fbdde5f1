"""The story's people who are written down twice, and how well they are found."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from lachan.config.commands.peoplefiles.judging import judge
from lachan.config.commands.peoplefiles.of_story import by_error, records_of, told_of
from lachan.config.story.doubles import EVERY, Double, known_of, written_again
from lachan.config.story.generate import generate
from lachan.config.story.miswritten import ERRORS
from lachan.config.story.options import PRESETS, sized
from lachan.config.story.world import World
from tests.database import ROOT


@pytest.fixture(scope="module")
def world() -> World:
    """A small town."""
    return generate(replace(sized(PRESETS["mac-dinh"], 600), seed=3))


@pytest.fixture(scope="module")
def doubles(world: World) -> list[Double]:
    return written_again(world)


def test_every_second_record_says_something_else_of_somebody(
    world: World, doubles: list[Double]
) -> None:
    assert len(doubles) == sum(not row.excluded for row in world.people) // EVERY
    assert len({each.person for each in doubles}) == len(doubles)
    for each in doubles:
        assert each.errors
        assert each.known != known_of(world.people[each.person])
    assert written_again(world) == doubles


def test_every_error_is_made(doubles: list[Double]) -> None:
    assert {name for each in doubles for name in each.errors} == ERRORS.keys()
    for name in ("swapped", "without_thi", "wrong_digit_card", "year_only"):
        assert sum(name in each.errors for each in doubles) >= 3, name


def test_every_deliberate_pair_is_counted(world: World, doubles: list[Double]) -> None:
    records = records_of(world, doubles)
    assert len(records) == len(world.people) + len(doubles)
    judged = judge(records)
    assert {each.there for each in judged.values()} == {len(doubles)}
    told = told_of(world, doubles, records)
    assert [one.double for one in told] == doubles
    # Two ways to the same numbers: over all pairs, and over the deliberate ones.
    for name, each in judged.items():
        assert each.right == sum(name in one.holds for one in told), name
    last = list(by_error(told))[-1].split()
    assert last[:2] == ["all", str(len(doubles))]


def test_nobody_is_joined_without_a_human_who_is_somebody_else(
    world: World, doubles: list[Double]
) -> None:
    judged = judge(records_of(world, doubles))
    assert judged["automatic"].precision == 1
    # Most of what is written twice is laid before somebody.
    assert judged["review"].recall > 0.9


def test_the_command_prints_them() -> None:
    command = [sys.executable, "-m", "lachan", "people", "matching", "--story", "--size", "600"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(f"\n{done.stdout}")
    assert re.search(r"^\d+ people, \d+ written down twice with errors$", done.stdout, re.M)
    for name in (*ERRORS, "automatic", "certain", "review", "found", "all"):
        assert re.search(rf"^{name} ", done.stdout, re.M), name
