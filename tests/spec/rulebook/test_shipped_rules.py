"""The shipped rules as a whole: true to their own form, and every one can be said."""

import re
from itertools import combinations

import pytest

from lachan.rulebook.sentences import sentence
from lachan.rulebook.shape import BadRule, Decision, Rule, check_body, outcomes_of
from lachan.rulebook.shipped import regimes, shipped_rules, shipped_terms
from lachan.rulebook.vocabulary import LANGUAGES

RULES = shipped_rules()
NAMES = [f"{r.kind} {r.name} {r.disease} {r.regime} v{r.version}" for r in RULES]

#: Every value a shipped sentence may name.
VALUES = {
    "measure": "isolate_home",
    "role": "contact",
    "disease": "covid-19",
    "group": "A",
    "signer": "commune_chairman",
    "alternative": "self_monitoring",
    "place_kind": "line",
    "days": 14,
    "hours": 3,
    "minutes": 20,
    "before": 30,
    "repeats": 2,
    "min_minutes": 15,
    "people": 300,
    "name_limit": 200,
    "limit_hours": 72,
    "answer_hours": 2,
    "reach_hours": 24,
    "stage_hours": 24,
    "tries": 3,
    "report_hours": 24,
    "reminders": 3,
    "seconds": 40,
    "km": 120,
    "scans": 12,
    "missing": 2,
    "numbers": "7, 8",
    "times": 9,
    "capacity": 200,
    "office": "Trạm Y tế phường Nếnh",
    "declaration_age_hours": 2,
    "duty_until": "2026-11-29T12:00:00+07:00",
    "zone_since": "2026-11-15T02:05:00+07:00",
    "size": 10,
    "method": "pcr",
    "who": "representatives",
    "mixed": "neighbours",
    "household_below": 5,
    "sampled_small": 1,
    "sampled_large": 2,
    "positivity": "14",
    "limit": "11",
    "found": "N1, N2",
    "absent": "RP",
    "target": "N1",
    "ct": "37.2",
    "laboratory_hours": 24,
    "warmest": 8,
    "coldest": 2,
    "retest_hours": 24,
    "expected_hours": 24,
    "number": 2,
    "earliest": "2021-08-20",
    "vaccine": "vaxzevria",
    "vaccines": ["vaxzevria", "comirnaty"],
    "lot": "ABW 0123",
    "expires": "2021-12-31",
    "reasons": ["pulse", "old"],
    "unit": "phường Nếnh",
    "position": 12,
    "due": "2026-11-29T12:00:00+07:00",
    "signs": ["breath", "fits"],
    "until": "2026-11-29T12:00:00+07:00",
}


def _key(rule: Rule) -> tuple[str, str, str, str]:
    return rule.kind, rule.name, rule.disease, rule.regime


def test_no_two_versions_of_a_rule_hold_at_once() -> None:
    for one, other in combinations(RULES, 2):
        if _key(one) == _key(other):
            assert not one.holds_at(other.since), (one.id, other.id)
            assert not other.holds_at(one.since), (one.id, other.id)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_a_rule_lies_inside_its_regime(rule: Rule) -> None:
    since, until = next((s, u) for code, s, u, _names in regimes() if code == rule.regime)

    assert since <= rule.since
    assert until is None or (rule.until is not None and rule.until <= until)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_outcome_can_be_said(rule: Rule) -> None:
    for outcome in outcomes_of(rule.kind, rule.body):
        decision = Decision(rule.id, rule.version, outcome, VALUES)
        for language in LANGUAGES:
            for audience in ("holder", "guard"):
                said = sentence(
                    decision, rule, language=language, terms=shipped_terms(), audience=audience
                )
                assert not re.search(r"[{}]|_", said), said


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_code_has_words(rule: Rule) -> None:
    terms, body = shipped_terms(), rule.body
    for field, group in (
        ("measure", "measure"),
        ("alternative", "measure"),
        ("signer", "signer"),
        ("condition", "condition"),
    ):
        assert body.get(field) is None or body[field] in terms[group], body[field]
    assert body.get("role", "*") in {*terms["role"], "*"}
    for step in body.get("clock", ()):
        assert step["step"] in terms["step"]
        assert step["by"] in {*terms["duty"], *terms["signer"]}
    for kind in body.get("depth_by_place_kind", ()):
        assert kind in terms["place_kind"]


def test_an_invented_disease_says_so_in_its_name() -> None:
    for rule in RULES:
        if rule.kind == "disease_profile" and rule.source.reading == "invented":
            assert rule.body["fictitious"]
            assert "giả định" in rule.body["names"]["vi"]
            assert "fictitious" in rule.body["names"]["en"]


def test_a_body_with_a_misspelt_key_is_refused() -> None:
    with pytest.raises(BadRule, match="has no alternativ"):
        check_body(
            "measure",
            {"measure": "zone", "role": "area", "outcome": "allowed", "alternativ": "x"},
        )
