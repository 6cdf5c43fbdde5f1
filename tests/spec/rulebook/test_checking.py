"""A card colour rule that a gate could not answer is refused before it is entered."""

from typing import Any

import pytest

from lachan.rulebook.checking import check_rule
from lachan.rulebook.shape import BadRule

LAST = {"outcome": "free", "colour": "green"}
SAID = {"free": {"vi": "Được vào.", "en": "May enter."}, "ill": {"vi": "Ốm.", "en": "Ill."}}


def clause(**changed: Any) -> dict[str, Any]:
    return {
        "outcome": "ill",
        "colour": "red",
        "when": [{"fact": "symptoms", "is": True}],
        **changed,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        clause(colour="blue"),
        clause(outcome=""),
        clause(reason="none"),
        clause(values=["age"]),
        clause(when=[{"fact": "age", "is": 3}]),
        clause(when=[{"fact": "symptoms"}]),
        clause(when=[{"fact": "symptoms", "is": True, "missing": True}]),
        clause(when=[{"fact": "symptoms", "is": 1}]),
        clause(when=[{"fact": "symptoms", "at_most": 3}]),
        clause(when=[{"fact": "test_age_hours", "at_most": "three"}]),
        clause(when=[{"fact": "test_age_hours", "at_most": True}]),
    ],
)
def test_a_clause_that_cannot_be_answered_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRule):
        check_rule("card_colour", {"clauses": [wrong, LAST]}, SAID)


@pytest.mark.parametrize("text", ["Đến {duty_until:time}.", "Ngoặc { mở."])
def test_a_sentence_says_only_what_its_clause_gives(text: str) -> None:
    said = {**SAID, "ill": {"vi": text, "en": "Ill."}}
    with pytest.raises(BadRule):
        check_rule("card_colour", {"clauses": [clause(), LAST]}, said)


def test_what_can_be_answered_is_taken() -> None:
    good = clause(
        values=["duty_until"],
        constants={"limit_hours": 3},
        when=[{"fact": "duty", "is": "isolation"}, {"fact": "duty_until", "missing": False}],
    )
    said = {**SAID, "ill": {"vi": "Đến {duty_until:time}, {limit_hours}.", "en": "{article}."}}
    check_rule("card_colour", {"clauses": [good, LAST]}, said)
