"""The colour is the rule's where the code is shown: one person, two provinces, two answers."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.gate import selectors
from lachan.people.selectors import trace_ids_of
from lachan.places.models import Place
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.drafting import with_values
from lachan.rulebook.services import add_version
from lachan.rulebook.shape import Source
from tests.factories import cast, orders
from tests.factories.gates import somewhere
from tests.places.units import BAC_NINH, HAI_PHONG

BEFORE = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
FROM = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)


def stricter_here() -> None:
    """A director rules that nobody enters without a declaration, from New Year in Vietnam."""
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    with scoped(director, "rules"):
        row = rulebook.rule_in_force("card_colour", disease="*", at=BEFORE, province=BAC_NINH)
        last = len(row.body["clauses"]) - 1
        add_version(
            kind=row.kind,
            name=row.name,
            disease=row.disease,
            regime=row.regime,
            in_force=(FROM, None),
            source=Source("Công văn số 88/UBND-VX ngày 28/12/2026 (ví dụ)", "", "official"),
            body=with_values(row.body, {("clauses", last, "colour"): "yellow"}),
            sentences=row.sentences,
            province=BAC_NINH,
            by=director,
        )


def answer(person: UUID, place: Place, at: datetime) -> tuple[str, str]:
    """Colour and sentence of a guard's screen."""
    with system_scope("test"):
        trace_id = trace_ids_of([person])[person]
    with scoped(cast.of_organisation(Role.GATE_CONTROLLER), "gate"):
        guest = selectors.shown(trace_id, [])
        assert guest is not None
        colour, decision = selectors.colour_of(guest, at, place)
        return colour, rulebook.render(decision, "vi", audience="guard")


@pytest.fixture
def person(database: str) -> UUID:
    return orders.resident().id


def test_a_rule_entered_today_answers_from_its_minute_here_and_nowhere_else(person: UUID) -> None:
    here, there = somewhere(province=BAC_NINH), somewhere(province=HAI_PHONG)
    assert answer(person, here, FROM)[0] == "neutral"
    stricter_here()
    assert answer(person, here, BEFORE)[0] == "neutral"
    ours, theirs = answer(person, here, FROM), answer(person, there, FROM)
    assert (ours[0], theirs[0]) == ("yellow", "neutral")
    assert "khai báo y tế" in ours[1]
    assert "khai báo y tế" in theirs[1]
