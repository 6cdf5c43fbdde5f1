"""How a rapid test is read and what it means, as the rules that come with the product have it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from lachan.rulebook.rapid import RapidRule, check_rapid, rapid_rule_of
from lachan.rulebook.shape import BadRule, Rule
from lachan.rulebook.shipped import shipped_rules

AT = datetime(2026, 11, 26, 1, tzinfo=UTC)


def rules(disease: str = "covid-19") -> list[Rule]:
    """The shipped versions, in order of time."""
    found = [rule for rule in shipped_rules() if rule.kind == "rapid" and rule.disease == disease]
    return sorted(found, key=lambda rule: rule.since)


def rule(at: datetime = AT) -> RapidRule:
    """The version in force."""
    [found] = [one for one in rules() if one.holds_at(at)]
    return rapid_rule_of(found)


def body(**more: Any) -> dict[str, Any]:
    """A body that is good but for what is given."""
    return {**rules()[0].body, **more}


def test_covid_has_a_rule_on_every_day_and_measles_none() -> None:
    versions = rules()
    for before, after in pairwise(versions):
        assert before.until == after.since
    assert versions[-1].until is None
    assert rules("measles") == []
    assert {one.source.reading for one in versions} == {"house_default", "unconfirmed"}


def test_the_window_is_from_15_to_30_minutes_where_the_kit_says_nothing() -> None:
    assert rule().window(AT, None, None) == (
        AT + timedelta(minutes=15),
        AT + timedelta(minutes=30),
    )
    assert rule().window(AT, 10, 20) == (AT + timedelta(minutes=10), AT + timedelta(minutes=20))


@pytest.mark.parametrize(
    ("at", "reason", "means"),
    [
        (datetime(2021, 8, 1, tzinfo=UTC), "contact", "confirm_pcr"),
        (datetime(2022, 2, 1, tzinfo=UTC), "contact", "case"),
        (datetime(2022, 2, 1, tzinfo=UTC), "symptoms", "case"),
        (datetime(2022, 2, 1, tzinfo=UTC), "screening", "confirm_pcr"),
        (AT, "contact", "confirm_pcr"),
    ],
)
def test_what_a_positive_means_changes_with_the_day_and_the_reason(
    at: datetime, reason: str, means: str
) -> None:
    assert rule(at).means(reason) == means


@pytest.mark.parametrize(
    ("method", "purpose", "hours", "holds"),
    [
        ("rapid", "travel", 24.0, True),
        ("rapid", "travel", 24.1, False),
        ("rapid", "work", 48.0, True),
        ("rapid", "work", 48.1, False),
        ("rapid", "gate", 72.0, True),
        ("rapid", "gate", 72.1, False),
        ("pcr", "travel", 72.0, True),
        ("pcr", "gate", 72.1, False),
        ("pcr", "gate", -0.1, False),
        ("breath", "gate", 1.0, False),
        ("rapid", "party", 1.0, False),
    ],
)
def test_a_negative_holds_24_48_or_72_hours(
    method: str, purpose: str, hours: float, holds: bool
) -> None:
    assert rule().holds(method, purpose, hours) is holds


@pytest.mark.parametrize(
    "more",
    [
        {"read_minutes": 0},
        {"read_minutes": "15"},
        {"read_minutes": True},
        {"read_before_minutes": 15},
        {"positive": "maybe"},
        {"positive_by_reason": {"contact": "maybe"}},
        {"positive_by_reason": {"neighbour": "case"}},
        {"positive_by_reason": ["contact"]},
        {"household_readers": []},
        {"household_readers": ["citizen"]},
        {"valid_hours": {}},
        {"valid_hours": {"pcr": {"gate": 72}, "rapid": {"gate": 72}}},
        {"valid_hours": {"pcr": dict.fromkeys(("gate", "work", "travel"), 0), "rapid": {}}},
    ],
)
def test_a_rule_no_table_could_work_by_is_refused(more: dict[str, Any]) -> None:
    check_rapid(body())
    with pytest.raises(BadRule):
        check_rapid(body(**more))
