"""Scenario 4: a dormitory of thirty people on one phone."""

from datetime import timedelta

import pytest
from django.test import Client

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import sharing_phone
from lachan.people.signing_in import give_slip
from lachan.sampling import services as sampling
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


@pytest.fixture(scope="module")
def slips(told: Told) -> dict[int, str]:
    """A printed slip for each of the thirty, numbered from 1."""
    thirty = [one for room in told.world.planted.phone_rooms for one in told.world.people_in[room]]
    return {
        number: give_slip(
            person=told.person(index),
            name=told.world.people[index].name,
            until=now() + timedelta(days=30),
        )
        for number, index in enumerate(thirty, start=1)
    }


@pytest.fixture(scope="module")
def tube_of_17(told: Told) -> str:
    """Only person 17 was sampled, and the laboratory released it."""
    room = told.world.people_in[told.world.planted.phone_rooms[1]]
    person = told.person(room[6])
    sampler, laboratory, lead = (told.cast[slug] for slug in ("sampler", "lab", "lablead"))
    with system_scope("test"):
        grants.give(
            "person",
            [person],
            to_organisation=sampler.organisation,
            until=now() + timedelta(days=1),
        )
    with scoped(sampler, "sample"):
        tube = sampling.open_tube(
            barcode="LC-170017",
            limit=1,
            disease="measles",
            laboratory=laboratory.organisation,
            by=sampler,
        )
        sampling.add_sample(tube=tube, person=person, reason="screening", by=sampler)
    with scoped(laboratory, "result"):
        result = sampling.enter_result(
            barcode=tube.barcode, found=sampling.Found("negative"), by=laboratory
        )
        sampling.approve_result(result=result, by=laboratory)
    with scoped(lead, "release"):
        sampling.release_result(result=result, by=lead)
    return tube.barcode


def results_by_slip(code: str, of: str = "") -> str:
    """The page of results of whoever types this slip's code."""
    browser = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    assert browser.post("/sign-in/slip/", {"code": code}).status_code == 302
    return browser.get("/results/", {"of": of} if of else {}).text


def test_thirty_slips_have_thirty_codes(slips: dict[int, str]) -> None:
    assert len(set(slips.values())) == 30


def test_a_result_asked_with_slip_17_is_that_of_person_17_alone(
    told: Told, slips: dict[int, str], tube_of_17: str
) -> None:
    person = told.person(told.world.people_in[told.world.planted.phone_rooms[1]][6])

    assert "Result released" in results_by_slip(slips[17])
    for number in (16, 18, 1, 30):
        assert "No sample has been taken." in results_by_slip(slips[number])
        assert "Result released" not in results_by_slip(slips[number], of=str(person))
