"""The three kinds: what each asks, what a rule may ask of them, and whose rule judges."""

from datetime import timedelta
from typing import Any

import pytest

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.declarations import selectors, telling
from lachan.declarations.models import Declaration
from lachan.declarations.services import declare
from lachan.declarations.verdict import verdict_of
from lachan.people.selectors import card_of
from lachan.rulebook import selectors as rulebook
from tests.declarations.households import Household, household
from tests.declarations.journeys import arrival, journey
from tests.places.units import NENH


def said(home: Household, kind: str, answers: dict[str, Any]) -> Declaration:
    """The mother declares for herself."""
    with scoped(home.mother, "declare") as by:
        return declare(key=uuid7(), person=home.mai, kind=kind, answers=answers, by=by)


def refused(home: Household, kind: str, answers: dict[str, Any]) -> str:
    """The code with which her declaration is refused."""
    with pytest.raises(Refused) as found:
        said(home, kind, answers)
    return found.value.code


def test_a_journey_has_several_destinations_each_with_place_and_hour() -> None:
    home = household()
    soon, later = now() + timedelta(hours=2), now() + timedelta(hours=9)
    made = said(home, "domestic", journey((NENH, soon), (NENH, later)))
    with scoped(home.mother, "look"):
        answers = selectors.answers_of(made)
        told = telling.sections(selectors.asked_in(made), answers)
    assert [stop["place"]["unit"] for stop in answers["destinations"]] == [NENH, NENH]
    assert answers["from"] == {"unit": NENH, "on": today().isoformat()}
    assert answers["departs"].endswith("+07:00")
    assert (made.kind, made.questionnaire) == ("domestic", 1)
    words = {row.code: row for section in told for row in section.rows}
    assert "Phường Nếnh" in words["from"].answer
    assert len(words["destinations"].parts) == 2


def test_a_flight_number_is_asked_of_who_flies_and_a_plate_of_who_drives() -> None:
    home = household()
    made = said(home, "domestic", journey(vehicle="airplane", service="VN 213"))
    with scoped(home.mother, "look"):
        kept = selectors.answers_of(made)
    assert kept["service"] == "VN 213"
    assert "plate" not in kept


def test_a_place_is_a_code_and_a_country_is_of_the_list() -> None:
    home = household()
    assert refused(home, "domestic", journey(**{"from": "Bắc Ninh"})) == "answer_unreadable"
    assert refused(home, "entry", arrival(2, countries=["Lào"])) == "answer_unreadable"
    assert refused(home, "entry", arrival(2, colour="red")) == "answer_unknown"
    assert refused(home, "domestic", journey(destinations=[{"place": NENH}])) == "answer_unreadable"


@pytest.mark.parametrize(
    ("days", "code"), [(8, "declared_too_early"), (-1, "crossing_passed"), (7, ""), (0, "")]
)
def test_entering_is_declared_within_the_days_of_the_rule(days: int, code: str) -> None:
    home = household()
    if code:
        assert refused(home, "entry", arrival(days)) == code
    else:
        assert said(home, "entry", arrival(days)).kind == "entry"


def test_nearness_to_animals_is_no_contact_with_a_patient() -> None:
    home = household()
    made = said(home, "entry", arrival(2, animals=True, diarrhoea=True, onset=today()))
    assert (made.symptoms, made.contact) == (True, False)


def test_the_facts_are_those_of_the_newest_of_any_kind() -> None:
    home = household()
    said(home, "domestic", journey(fever=True))
    said(home, "entry", arrival(2, near_patient=True))
    with scoped(home.mother, "look"):
        facts = selectors.facts_of(home.mai, now())
    assert facts == {"declaration_age_hours": 0, "symptoms": False, "contact": True}


def test_the_colour_is_by_the_rule_of_where_it_will_be_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = household()
    made = said(home, "domestic", journey())
    asked: list[int | None] = []
    colour_of = rulebook.colour_of

    def listening(facts: Any, **more: Any) -> Any:
        asked.append(more["province"])
        return colour_of(facts, **more)

    monkeypatch.setattr(rulebook, "colour_of", listening)
    with scoped(home.mother, "look"):
        card = card_of(home.mai)
        assert card is not None
        found = verdict_of(made, card)
    assert asked != [card.province]
    assert found.where == "Tỉnh Bắc Ninh"
    assert found.kind == "may"


def test_what_another_room_knows_outweighs_a_clean_declaration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = household()
    made = said(home, "domestic", journey())
    monkeypatch.setattr(selectors, "_tellers", [lambda _card, _at: {"duty": "isolation_open"}])
    with scoped(home.mother, "look"):
        card = card_of(home.mai)
        assert card is not None
        found = verdict_of(made, card)
    assert found.kind == "not"
    assert "isolation decision" in found.sentence or "cách ly" in found.sentence
