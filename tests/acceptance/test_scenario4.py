"""Scenario 4: a dormitory of thirty people on one phone."""

import pytest

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.people.selectors import sharing_phone
from lachan.sampling.selectors import ReleasedPositive
from lachan.tracing import selectors, services
from lachan.tracing.models import Case
from tests.acceptance.told import Told, last_run, people_of
from tests.acceptance.twin import Answer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ill(told: Told) -> int:
    """The first of the first room."""
    return told.world.people_in[told.world.planted.phone_rooms[0]][0]


@pytest.fixture(scope="module")
def dormitory_case(told: Told, ill: int) -> Case:
    """His positive, as another laboratory's file would bring it."""
    with system_scope("test") as system:
        services.open_case(
            ReleasedPositive(
                result=uuid7(),
                person=told.person(ill),
                disease="measles",
                taken_at=now(),
                released_at=now(),
                onset=None,
                reason="screening",
            ),
            by=system,
        )
    return told.case_of(ill)


@pytest.fixture(scope="module")
def expected(told: Told, dormitory_case: Case, ill: int) -> Answer:
    """What the naive twin reads in the same lists."""
    return told.twin_answers(dormitory_case, ill)


def test_nine_of_his_room_are_to_verify(
    told: Told, dormitory_case: Case, ill: int, expected: Answer
) -> None:
    room = set(told.world.people_in[told.world.planted.phone_rooms[0]])

    assert expected.close == room - {ill}
    assert people_of(dormitory_case) == told.persons(expected.close)
    assert len(expected.close) == 9


def test_the_twenty_of_the_other_rooms_are_only_counted(
    told: Told, dormitory_case: Case, expected: Answer
) -> None:
    rooms = told.world.planted.phone_rooms[1:]
    others = {person for room in rooms for person in told.world.people_in[room]}

    assert len(others) == 20
    assert others <= expected.linked
    assert last_run(dormitory_case).linked == len(expected.linked)


def test_thirty_people_stay_thirty_behind_one_number(told: Told) -> None:
    rooms = told.world.planted.phone_rooms
    thirty = told.persons({person for room in rooms for person in told.world.people_in[room]})
    with system_scope("test"):
        cards = selectors.cards_of(list(thirty))
        sharing = sharing_phone(told.world.planted.shared_phone)

    assert set(sharing) == set(cards) == thirty
    assert len({card.phone for card in cards.values()}) == 1
