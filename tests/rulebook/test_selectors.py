"""What the rulebook answers when other rooms ask."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook import selectors
from lachan.rulebook.shape import BadRule, check_body
from lachan.rulebook.shipped import shipped_rules
from lachan.rulebook.vocabulary import LANGUAGES

AUGUST_2021 = datetime(2021, 8, 15, 5, tzinfo=UTC)
NOVEMBER_2026 = datetime(2026, 11, 15, 5, tzinfo=UTC)


def test_it_answers_under_the_law_of_the_day(rules: Principal) -> None:
    then, today = (
        selectors.may_we("isolate_other_place", disease="covid-19", role="contact", at=at)
        for at in (AUGUST_2021, NOVEMBER_2026)
    )

    assert then.allowed
    assert then.days == 14
    assert "101/2010" in then.article
    assert today.refused
    assert today.article == "Điều 14 khoản 3 Nghị định 165/2026/NĐ-CP"
    assert today.signer is None
    assert today.form is None
    assert today.alternative == "self_monitoring"


def test_it_offers_an_alternative_that_may_be_done(rules: Principal) -> None:
    answer = selectors.may_we("isolate_home", disease="measles", role="contact", at=NOVEMBER_2026)
    assert answer.alternative

    other = selectors.may_we(
        answer.alternative, disease="measles", role="contact", at=NOVEMBER_2026
    )

    assert other.advice


def test_it_takes_silence_for_no_permission(rules: Principal) -> None:
    answer = selectors.may_we("curfew", disease="covid-19", role="contact", at=NOVEMBER_2026)

    assert answer.outcome == "needs_legal_officer"
    assert answer.decision is None


def test_it_knows_the_contact_rule_of_the_day(rules: Principal) -> None:
    assert selectors.contact_rule("covid-19", AUGUST_2021).infectious_before_hours == 72
    assert selectors.contact_rule("covid-19", NOVEMBER_2026).infectious_before_hours == 48
    assert selectors.contact_rule("measles", NOVEMBER_2026).infectious_after_hours == 96
    assert selectors.contact_rule("covid-19", NOVEMBER_2026).open_minutes("kitchen") == 60


def test_it_refuses_where_no_rule_holds(rules: Principal) -> None:
    with pytest.raises(Refused) as refusal:
        selectors.contact_rule("plague", NOVEMBER_2026)

    assert refusal.value.code == "no_rule_in_force"


def test_it_refuses_an_unknown_version(rules: Principal) -> None:
    with pytest.raises(Refused) as refusal:
        selectors.version_of("00000000-0000-7000-8000-00000000dead")

    assert refusal.value.code == "rule_not_found"


def test_it_calls_declaring_voluntary_without_a_document(rules: Principal) -> None:
    domestic = selectors.is_mandatory("declaration", at=NOVEMBER_2026)
    entry = selectors.is_mandatory("entry_declaration", at=NOVEMBER_2026)

    assert domestic.outcome == "voluntary"
    assert entry.outcome == "mandatory"
    assert "Điều 22" in selectors.render(entry, "vi")
    assert "Article 22" in selectors.render(entry, "en")


def test_it_names_the_diseases_of_the_day(rules: Principal) -> None:
    assert set(selectors.diseases_at(NOVEMBER_2026)) == {"covid-19", "measles", "demo-a"}
    assert set(selectors.diseases_at(AUGUST_2021)) == {"covid-19", "measles"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_renders_a_decision_when_it_is_read(rules: Principal, language: str) -> None:
    answer = selectors.may_we("isolate_home", disease="covid-19", role="contact", at=NOVEMBER_2026)
    assert answer.decision

    said = selectors.render(answer.decision, language)

    assert said.startswith("COVID-19")
    assert "165/2026" in said
    assert "{" not in said


def test_it_tells_a_guard_what_to_do_and_no_diagnosis(rules: Principal) -> None:
    colour, decision = selectors.colour_of(
        {"test_outcome": "positive", "test_age_hours": 5}, at=NOVEMBER_2026
    )

    assert colour == "red"
    assert "dương tính" in selectors.render(decision, "vi")
    assert "dương tính" not in selectors.render(decision, "vi", audience="guard")
    assert "test" not in selectors.render(decision, "en", audience="guard")


def test_it_knows_how_long_a_contact_watches_his_health(rules: Principal) -> None:
    assert selectors.incubation_days("measles", at=NOVEMBER_2026) == 21


@pytest.mark.parametrize(
    ("language", "word"), [("vi", "người tiếp xúc"), ("en", "contact")], ids=["vi", "en"]
)
def test_it_has_the_word_for_a_code(rules: Principal, language: str, word: str) -> None:
    with translation.override(language):
        assert selectors.term("role", "contact") == word
        assert selectors.term("role", "astronaut") == "astronaut"


def test_a_danger_sign_is_called_before_symptoms_and_symptoms_before_a_contact(
    rules: Principal,
) -> None:
    rule = selectors.triage_rule(NOVEMBER_2026)
    reasons = ("danger", "symptoms", "contact")
    hours = [rule.hours[reason] for reason in reasons]
    assert hours == sorted(hours)
    assert "breathless" in rule.danger_signs
    said = selectors.render(selectors.triaged(rule, "danger"), "vi")
    assert said == f"Có dấu hiệu nguy hiểm: gọi trong {hours[0]} giờ."


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": {"danger": 1}},
        {"hours": {"danger": 0, "symptoms": 1, "missed": 1, "contact": 1}},
        {"ask_hour": 24},
        {"danger_temperature": 60},
        {"follow_days": 0},
        {"danger_signs": "breathless"},
        {"ask_hour": True},
    ],
)
def test_a_triage_rule_that_would_call_nobody_is_refused(wrong: dict[str, object]) -> None:
    body = next(dict(rule.body) for rule in shipped_rules() if rule.kind == "triage")
    check_body("triage", body)
    with pytest.raises(BadRule):
        check_body("triage", body | wrong)
