"""Scenario 8: an F1 falls ill; whom he met moves up, and what followed from it can be undone."""

from collections import Counter
from uuid import UUID

import pytest

from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import cards_of
from lachan.tracing import level_selectors, level_wording, services, tasks
from lachan.tracing.models import Case, Contact, LevelChange, LevelRun
from lachan.tracing.naming import Named, name_contacts
from tests.acceptance.told import Told, people_of
from tests.acceptance.twin import Answer
from tests.factories import chains

pytestmark = pytest.mark.slow

#: Moves of a report: from which level to which, and how many.
Moves = dict[tuple[int | None, int | None], int]


@pytest.fixture(scope="module")
def first(told: Told) -> Case:
    """The first patient's case: his eighteen from scans, and whom each of them says he met."""
    tasks.new_positives()
    case = told.case_of(told.scenes.chain.f0)
    for f1, met in told.scenes.chain.met_by.items():
        named(told, case, via=f1, people=met)
    chains.computed()
    return case


def named(told: Told, case: Case, *, via: int, people: tuple[int, ...]) -> None:
    """The tracer types whom somebody of the list met."""
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        met = [Named(told.person(one), "declared", via=told.person(via)) for one in people]
        name_contacts(case=case, people=met, by=tracer)


@pytest.fixture(scope="module")
def expected(told: Told, first: Case) -> Answer:
    """What the naive twin reads of the first patient's days."""
    return told.twin_answers(first, told.scenes.chain.f0)


@pytest.fixture(scope="module")
def after_interview(told: Told, first: Case) -> Case:
    """The seven whom no. 7 met name twelve people nobody knew."""
    for f2, met in told.scenes.chain.newcomers.items():
        named(told, first, via=f2, people=met)
    chains.computed()
    return first


@pytest.fixture(scope="module")
def second(told: Told, after_interview: Case) -> Case:
    """No. 7 turns positive."""
    case = told.released(told.scenes.chain.number_7)
    chains.computed()
    return case


@pytest.fixture(scope="module")
def undone(told: Told, second: Case) -> Case:
    """The laboratory was wrong about no. 7."""
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        services.withdraw_case(second, reason="ống mẫu bị nhầm", by=tracer)
    chains.computed()
    return second


def stands(case: Case) -> tuple[int, int, int]:
    """How many are F0, F1 and F2, by the facts alone, read from the first."""
    levels = Counter(chains.replayed(case).values())
    return levels[0], levels[1], levels[2]


def report_of(case: Case) -> tuple[LevelRun, Moves]:
    """The last report that moved somebody, and its sums."""
    with system_scope("test"):
        run = LevelRun.objects.filter(case=case, moved__gt=0).latest("done_at")
        moves = LevelChange.objects.filter(run=run).values_list("before", "after")
        return run, dict(Counter(moves))


def reckoned(told: Told, *, ill: set[int], newcomers: bool) -> tuple[int, int, int]:
    """The sums by set arithmetic on who met whom."""
    chain = told.scenes.chain
    f0 = {chain.f0, *ill}
    f1 = {*chain.f1, *(one for person in ill for one in chain.met_by[person])} - f0
    later = {one for met in chain.newcomers.values() for one in met} if newcomers else set()
    f2 = (chain.f2 | later) - f1 - f0
    return len(f0), len(f1), len(f2)


def test_eighteen_are_f1_and_ninety_seven_f2(told: Told, first: Case, expected: Answer) -> None:
    chain = told.scenes.chain

    assert expected.close == set(chain.f1)
    assert people_of(first, hop=1) == told.persons(expected.close)
    assert people_of(first, hop=2) == told.persons(chain.f2)
    assert stands(first) == reckoned(told, ill=set(), newcomers=False) == (1, 18, 97)


def test_whom_an_f2_met_is_not_of_the_levels_yet(told: Told, after_interview: Case) -> None:
    assert stands(after_interview) == (1, 18, 97)


def test_the_second_patient_met_eleven(told: Told, second: Case) -> None:
    chain = told.scenes.chain
    seen = told.twin_answers(second, chain.number_7)

    assert seen.close == set(chain.met_by[chain.number_7])
    assert len(seen.close) == 11


def test_everybody_he_met_moves_up(told: Told, second: Case) -> None:
    chain = told.scenes.chain
    ill = {chain.number_7}

    assert stands(second) == reckoned(told, ill=ill, newcomers=True) == (2, 24, 102)
    levels = chains.replayed(second)
    moved = {*chain.met_by[chain.number_7]} - set(chain.f1)
    assert {levels[person] for person in told.persons(moved)} == {1}


def test_the_report_closes(told: Told, second: Case) -> None:
    run, moves = report_of(second)

    assert moves == {(1, 0): 1, (2, 1): 7, (None, 2): 12}
    assert run.before == {"0": 1, "1": 18, "2": 97}
    assert run.after == {"0": 2, "1": 24, "2": 102}


def test_the_reason_of_each_move_is_a_sentence(told: Told, second: Case) -> None:
    run, _moves = report_of(second)
    with scoped(told.cast["tracer"], "tracing"):
        changes = [row for code in level_wording.KINDS for row in rows_of(run, code)]
        words = level_selectors.words_for(cards_of(persons_in(changes)), changes)
        sentences = [level_wording.sentence(change, words) for change in changes]

    assert len(sentences) == 1 + 7 + 12
    assert all(each.strip().endswith(".") and "F" in each for each in sentences)


def rows_of(run: LevelRun, code: str) -> list[LevelChange]:
    """The moves of one kind."""
    return list(level_selectors.changes_of(run, code))


def persons_in(changes: list[LevelChange]) -> set[UUID]:
    """Whoever the sentences name."""
    return set(level_selectors.persons_in(changes))


def test_undoing_the_positive_restores_the_levels_as_new_facts(told: Told, undone: Case) -> None:
    _run, moves = report_of(undone)

    assert stands(undone) == reckoned(told, ill=set(), newcomers=False) == (1, 18, 97)
    assert moves == {(0, 1): 1, (1, 2): 7, (2, None): 12}
    with system_scope("test"):
        states = set(Contact.objects.filter(case=undone).values_list("state", flat=True))
    assert states == {Contact.State.RULED_OUT}
