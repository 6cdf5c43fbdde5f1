"""Scenario 1: a positive at 02:10; scans, household and a telephone call give fourteen people."""

import pytest

from lachan.core.scope import scoped
from lachan.tracing import selectors
from lachan.tracing.models import Case
from tests.acceptance.told import Told, last_run, people_of
from tests.acceptance.twin import Answer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def night_case(told: Told) -> Case:
    """The ice worker, released at the laboratory."""
    return told.released(told.scenes.night_worker.f0)


@pytest.fixture(scope="module")
def expected(told: Told, night_case: Case) -> Answer:
    """What the naive twin reads in his seven scans."""
    return told.twin_answers(night_case, told.scenes.night_worker.f0)


def test_the_story_plants_what_the_scenario_counts(told: Told) -> None:
    scene, people = told.scenes.night_worker, told.world.people
    called = {one.person for row in scene.told for one in row.with_whom}
    named = scene.named()
    home = people[scene.f0].stay.commune

    assert (len(scene.household), len(scene.scanned), len(scene.told)) == (4, 7, 3)
    assert (len(scene.met), len(called), len(called & set(scene.met))) == (6, 5, 1)
    assert len(named) == 14
    assert sum(bool(people[index].phones) for index in named) == 11
    assert sum(people[index].stay.commune != home for index in named) == 2


def test_the_case_waits_on_the_board_of_the_officers_on_duty(told: Told, night_case: Case) -> None:
    for slug in ("tracer", "station"):
        with scoped(told.cast[slug], "board"):
            board = list(selectors.board())
        assert night_case in board
        assert next(case for case in board if case == night_case).taken_by is None


def test_scans_and_household_give_ten_people(
    told: Told, night_case: Case, expected: Answer
) -> None:
    scene = told.scenes.night_worker

    assert expected.close == set(scene.met)
    assert expected.linked == set(scene.passers)
    assert people_of(night_case) == told.persons(expected.close | set(scene.household))
    assert last_run(night_case).linked == len(expected.linked)
