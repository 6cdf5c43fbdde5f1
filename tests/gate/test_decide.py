"""The rulebook in the browser says what the rulebook in Python says."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from lachan.rulebook.evaluate import colour_of
from lachan.rulebook.sentences import guard_texts, sentence
from lachan.rulebook.shape import Rule, Source
from lachan.rulebook.shipped import shipped_rules, shipped_terms
from lachan.rulebook.vocabulary import COLOURS
from tests.gate import twins

VECTORS = json.loads((twins.ROOT / "vectors/card_colour.json").read_text())
FLAGS = ("symptoms", "contact", "declaration_mandatory", "place_in_zone", "lives_in_zone")
HOURS = ("declaration_age_hours", "test_age_hours")
WORDS = {
    "duty": ("isolation", "isolation_open", "holding", "self_monitoring"),
    "test_outcome": ("positive", "negative", "inconclusive"),
}
INSTANTS = ("duty_until", "zone_since")
SERVERS = ["declaration_age_hours", "symptoms", "contact", "test_outcome", "test_age_hours"]


def test_it_passes_the_vectors() -> None:
    cases = [
        {
            "rule": {"clauses": VECTORS["rules"][case["on"]]["body"]["clauses"]},
            "facts": case["facts"],
        }
        for case in VECTORS["cases"]
    ]

    told = twins.ask({"cases": cases})

    assert len(told) == len(VECTORS["cases"]) > 20
    for case, said in zip(VECTORS["cases"], told, strict=True):
        wanted = {name: case[name] for name in ("colour", "outcome", "values")}
        assert {name: said[name] for name in wanted} == wanted


def some_facts(chance: random.Random) -> dict[str, Any]:
    """Some of what a gate may know, each of it maybe absent or not known."""
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    made: dict[str, Any] = {name: chance.choice([True, False, None]) for name in FLAGS}
    made |= {"zone_pass": chance.choice([True, False])}
    made |= {name: chance.choice([0, 23, 24, 25, 71, 72, 73, 240, None]) for name in HOURS}
    made |= {name: chance.choice([*words, None]) for name, words in WORDS.items()}
    made = {name: value for name, value in made.items() if chance.random() < 0.7}
    # A duty and a zone come with their instants, always.
    for name in INSTANTS:
        made[name] = (moment + timedelta(minutes=chance.randrange(20_000))).isoformat()
    return made


def some_clauses(chance: random.Random) -> list[dict[str, Any]]:
    """A rule that a province might enter: any order, any limits."""

    def condition() -> dict[str, Any]:
        fact = chance.choice([*FLAGS, *HOURS, *WORDS, "zone_pass"])
        if chance.random() < 0.15:
            return {"fact": fact, "missing": chance.choice([True, False])}
        if fact in HOURS:
            return {"fact": fact, chance.choice(["at_most", "above"]): chance.randrange(300)}
        if fact in WORDS:
            return {"fact": fact, "is": chance.choice(WORDS[fact])}
        return {"fact": fact, "is": chance.choice([True, False])}

    made: list[dict[str, Any]] = [
        {
            "outcome": f"outcome_{number}",
            "colour": chance.choice(COLOURS),
            "when": [condition() for _ in range(chance.randrange(1, 4))],
            "values": chance.sample([*HOURS, *INSTANTS], chance.randrange(0, 3)),
            "constants": {"limit_hours": chance.randrange(100)},
        }
        for number in range(chance.randrange(1, 8))
    ]
    return [*made, {"outcome": "left", "colour": chance.choice(COLOURS)}]


def test_it_decides_and_says_what_python_does_for_cases_made_at_random() -> None:
    chance = random.Random(20261126)
    shipped = [rule for rule in shipped_rules() if rule.kind == "card_colour"]
    cases, wanted = [], []
    for number in range(3_000):
        language = chance.choice(["vi", "en"])
        facts = some_facts(chance)
        if number % 2:
            rule = chance.choice(shipped)
            texts = guard_texts(rule)
        else:
            rule, texts = invented(some_clauses(chance)), {}
        colour, decision = colour_of(rule, facts)
        said = ""
        if texts:
            said = sentence(
                decision, rule, language=language, terms=shipped_terms(), audience="guard"
            )
        wanted.append((colour, decision.outcome, dict(decision.values), said))
        told = {"clauses": rule.body["clauses"]} | ({"sentences": texts} if texts else {})
        cases.append({"rule": told | {"terms": {}}, "facts": facts, "language": language})

    answers = twins.ask({"cases": cases})

    for case, want, got in zip(cases, wanted, answers, strict=True):
        assert (got["colour"], got["outcome"], got["values"], got["said"]) == want, case


def invented(clauses: list[dict[str, Any]]) -> Rule:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    source = Source("a province's own", "", "invented")
    body = {"clauses": clauses}
    return Rule(
        *("x", "card_colour", "gate", "*", "vn-2026", None, 1, since, None, source, "", body, {})
    )


def judged(facts: dict[str, Any], unseen: list[str], clauses: list[Any] | None = None) -> Any:
    rule = max((r for r in shipped_rules() if r.kind == "card_colour"), key=lambda r: r.since)
    told = {"clauses": clauses or rule.body["clauses"]}
    case = {"rule": told, "facts": facts, "language": "vi", "unseen": unseen}
    (answer,) = twins.ask({"cases": [case]})
    return answer["judged"]["colour"], answer["judged"]["outcome"], answer["judged"]["partly"]


def test_a_declaration_nobody_could_look_for_is_not_called_missing() -> None:
    assert judged({"declaration_mandatory": False}, SERVERS) == ("neutral", "unseen", True)
    assert judged({"declaration_mandatory": True}, SERVERS) == ("neutral", "unseen", True)
    assert judged({"declaration_mandatory": True}, []) == ("yellow", "declare_first", False)


def test_what_is_known_to_keep_somebody_out_is_not_softened() -> None:
    ordered = {"duty": "holding", "duty_until": "2026-11-27T00:00:00+00:00"}
    assert judged(ordered, SERVERS) == ("red", "held", True)
    tested_first = [
        {
            "outcome": "tested",
            "colour": "green",
            "when": [{"fact": "test_outcome", "is": "negative"}],
        },
        {"outcome": "held", "colour": "red", "when": [{"fact": "duty", "is": "holding"}]},
        {"outcome": "left", "colour": "green"},
    ]
    assert judged(ordered, SERVERS, tested_first) == ("red", "held", True)


def test_a_reminder_stands_and_says_what_was_not_seen() -> None:
    assert judged({"duty": "self_monitoring"}, SERVERS) == ("yellow", "monitoring", True)
    in_zone = {"place_in_zone": True, "zone_pass": True}
    assert judged(in_zone, SERVERS) == ("green", "zone_pass", True)
