"""Scenario 2 at story size: 68 people to verify, the rest of the shift only counted."""

import pytest

from lachan.core.scope import system_scope
from lachan.tracing.models import Case, Contact, LinkedPlace
from tests.acceptance.told import Told, last_run, people_of
from tests.acceptance.twin import Answer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def factory_case(told: Told) -> Case:
    """The worker of line 7."""
    return told.released(told.world.planted.f0)


@pytest.fixture(scope="module")
def expected(told: Told, factory_case: Case) -> Answer:
    """What the naive twin reads in the same scans and lists."""
    return told.twin_answers(factory_case, told.world.planted.f0)


def test_the_twin_finds_the_planted_line_room_and_bus(told: Told, expected: Answer) -> None:
    assert expected.close == told.world.contacts_of_f0()


def test_line_room_and_bus_are_to_verify_and_nobody_else_of_the_factory(
    told: Told, factory_case: Case, expected: Answer
) -> None:
    assert len(expected.close) == 68
    assert people_of(factory_case) == told.persons(expected.close)
    assert people_of(factory_case, state=Contact.State.TO_VERIFY) == people_of(factory_case)


def test_the_others_of_the_shift_are_counted_and_not_named(
    told: Told, factory_case: Case, expected: Answer
) -> None:
    world = told.world
    work = world.people[world.planted.f0].work
    assert work is not None
    shift = set(world.people_of_shift(work.organisation, work.shift))
    run = last_run(factory_case)

    assert (run.to_verify, run.linked) == (68, len(expected.linked))
    assert expected.linked == shift - world.contacts_of_f0() - {world.planted.f0}
    assert not run.unnamed


def test_every_place_counts_who_overlapped_there(
    told: Told, factory_case: Case, expected: Answer
) -> None:
    with system_scope("test"):
        places = LinkedPlace.objects.filter(run=last_run(factory_case))
        counted = {row.place_id: row.people for row in places}

    assert counted == {told.place(place): len(people) for place, people in expected.at.items()}


def test_without_confirmation_nobody_is_named_f1(factory_case: Case) -> None:
    assert people_of(factory_case, state=Contact.State.CONFIRMED) == set()
