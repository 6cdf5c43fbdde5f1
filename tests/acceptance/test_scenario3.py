"""Scenario 3: a morning at the market; the row is to verify, buyers are only counted."""

import pytest

from lachan.core.scope import system_scope
from lachan.tracing.models import Case, LinkedPlace
from tests.acceptance.told import Told, last_run, people_of
from tests.acceptance.twin import Answer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def market_case(told: Told) -> Case:
    """The seller who stood in row B for one morning."""
    return told.released(told.scenes.market.f0)


@pytest.fixture(scope="module")
def expected(told: Told, market_case: Case) -> Answer:
    """What the naive twin reads in the same scans and lists."""
    return told.twin_answers(market_case, told.scenes.market.f0)


def test_the_other_stall_holders_of_the_row_are_to_verify(
    told: Told, market_case: Case, expected: Answer
) -> None:
    market = told.scenes.market
    row = {
        index
        for index, person in enumerate(told.world.people)
        if person.work is not None and person.work.place == market.row
    }

    assert expected.close == row - {market.f0}
    assert len(expected.close) == 23
    assert people_of(market_case) == told.persons(expected.close)


def test_buyers_are_counted_and_not_named(told: Told, market_case: Case, expected: Answer) -> None:
    buyers = {
        scan.person
        for scan in told.world.scans
        if scan.place == told.scenes.market.market and scan.left is None
    }

    assert len(expected.linked) > 500
    assert expected.linked <= buyers
    assert last_run(market_case).linked == len(expected.linked)
    assert not people_of(market_case) & told.persons(expected.linked)


def test_every_buyer_left_at_a_time_that_was_only_guessed(expected: Answer) -> None:
    assert expected.linked <= expected.guessed


def test_the_market_counts_everybody_and_the_row_its_own(
    told: Told, market_case: Case, expected: Answer
) -> None:
    market = told.scenes.market
    with system_scope("test"):
        places = LinkedPlace.objects.filter(run=last_run(market_case))
        counted = {row.place_id: (row.people, row.close) for row in places}

    assert counted == {
        told.place(market.market): (len(expected.at[market.market]), False),
        told.place(market.row): (23, True),
    }
