"""What a person, a rule and a gate know of somebody's samples: the same."""

from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.gate import selectors as gate
from lachan.people.selectors import trace_ids_of
from lachan.sampling import selectors
from lachan.sampling.answer_reading import answers_of
from lachan.sampling.models import Loss, Reception
from tests.factories import cast
from tests.gate.test_pass import somewhere
from tests.sampling.answers import people, released, tube_of, withdrawn
from tests.sampling.people_at_the_table import Team, team

#: What a rule may know of a test beside its age.
TOLD = {"test_outcome", "test_method", "test_valid"}


def known(person: UUID) -> str | None:
    """What a rule knows; the page and the gate must say the same."""
    with system_scope("test"):
        trace_id = trace_ids_of([person])[person]
        facts = selectors.facts_of(person, now())
    with scoped(cast.of_organisation(Role.GATE_CONTROLLER), "gate"):
        guest = gate.shown(trace_id, [])
        assert guest is not None
        at_gate = gate.facts_of(guest, now(), somewhere())
    # The gate counts whole hours, as it does of declarations.
    of_tests = {name: value for name, value in facts.items() if name != "test_age_hours"}
    assert of_tests == {name: at_gate[name] for name in at_gate if name in TOLD}
    found: str | None = facts.get("test_outcome")
    return found


def took(at: Team, person: UUID, limit: int, outcome: str, *, hours: int, **more: bool) -> None:
    """A sample some hours ago, and its result."""
    tube = tube_of(at, [person], limit=limit, taken_at=now() - timedelta(hours=hours))
    released(at, tube, outcome, **more)


@pytest.mark.parametrize(
    ("tubes", "said"),
    [
        ([(1, "negative", True)], "negative"),
        ([(10, "negative", True)], "negative"),
        ([(1, "positive", True)], "positive"),
        ([(10, "positive", True)], None),
        ([(1, "positive", False)], None),
        ([(1, "negative", True), (10, "positive", True)], None),
        ([(1, "negative", True), (1, "positive", False)], None),
        ([(1, "negative", True), (1, "invalid", True)], "negative"),
        ([(10, "positive", True), (1, "negative", True)], "negative"),
        ([(1, "positive", True), (10, "negative", True)], "negative"),
    ],
)
def test_page_rule_and_gate_know_the_same(
    tubes: list[tuple[int, str, bool]], said: str | None
) -> None:
    at = team()
    [person] = people(at, ["Giàng Thị Mỷ"])
    for place, (limit, outcome, confirms) in enumerate(tubes):
        took(at, person, limit, outcome, hours=40 - place, confirms=confirms)
    assert known(person) == said


def test_what_was_withdrawn_is_known_to_nobody() -> None:
    at = team()
    [person] = people(at, ["Giàng Thị Mỷ"])
    tube = tube_of(at, [person])
    withdrawn(at, released(at, tube, "positive"))
    assert known(person) is None
    with system_scope("test"):
        assert [each.state for each in answers_of(person)] == ["withdrawn"]


def test_a_tube_that_was_refused_or_lost_is_said_so() -> None:
    at = team()
    first, second = people(at, ["Lý Văn Một", "Lý Văn Hai"])
    leaked, gone = tube_of(at, [first]), tube_of(at, [second])
    with scoped(at.technician, "laboratory") as by:
        Reception.objects.create(
            tube=leaked,
            laboratory=at.laboratory,
            accepted=False,
            reason="leaking",
            at=now(),
            by=by.account,
        )
    with scoped(at.sampler, "sampling") as by:
        Loss.objects.create(tube=gone, organisation=by.organisation, at=now(), by=by.account)
    for person, state in ((first, "rejected"), (second, "missing")):
        with scoped(cast.citizen(person), "own_data"):
            assert [each.state for each in answers_of(person)] == [state]
