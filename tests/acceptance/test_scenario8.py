"""Scenario 8: an F1 falls ill; whom he met moves up, and what followed from it can be undone."""

import pytest

from lachan.core.scope import scoped
from lachan.tracing import tasks
from lachan.tracing.models import Case
from lachan.tracing.naming import Named, name_contacts
from tests.acceptance.told import Told, people_of
from tests.acceptance.twin import Answer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chain_case(told: Told) -> Case:
    """The first patient's case: his eighteen from scans, their ninety-seven as they told them."""
    tasks.new_positives()
    case = told.case_of(told.scenes.chain.f0)
    tracer = told.cast["tracer"]
    told_by = [
        Named(told.person(person), "declared", via=told.person(f1))
        for f1, met in told.scenes.chain.met_by.items()
        for person in met
    ]
    with scoped(tracer, "chain"):
        name_contacts(case=case, people=told_by, by=tracer)
    return case


@pytest.fixture(scope="module")
def expected(told: Told, chain_case: Case) -> Answer:
    """What the naive twin reads of the first patient's day."""
    return told.twin_answers(chain_case, told.scenes.chain.f0)


def levels(case: Case) -> tuple[int, int]:
    """How many stand at F1 and F2."""
    return len(people_of(case, hop=1)), len(people_of(case, hop=2))


def test_eighteen_are_f1_and_ninety_seven_f2(
    told: Told, chain_case: Case, expected: Answer
) -> None:
    chain = told.scenes.chain

    assert people_of(chain_case, hop=1) == told.persons(expected.close)
    assert expected.close == set(chain.f1)
    assert people_of(chain_case, hop=2) == told.persons(chain.f2)
    assert levels(chain_case) == (18, 97)


def test_number_seven_met_four_f1_and_seven_f2(told: Told, chain_case: Case) -> None:
    chain = told.scenes.chain
    met = set(chain.met_by[chain.number_7])

    assert len(met) == 11
    assert len(met & set(chain.f1)) == 4
    assert len(met & chain.f2) == 7
