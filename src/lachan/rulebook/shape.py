"""What a rule looks like: plain records that no database and no web framework is needed to read.

A rule says what counts (`kind`, `name`), for which disease, regime and territory, from when to when
and by which document.  `body` is the rule itself; `sentences` says its outcomes in every language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

LANGUAGES: Final = ("vi", "en")

KINDS: Final = (
    "disease_profile",
    "contact",
    "card_colour",
    "measure",
    "mandatory",
    "handover",
    "calling",
    "stages",
)

#: How well the source of a rule is known.  A rule page shows it; nobody quotes an article in a
#: decision before the official text has been compared.  Source: practice.md, the marks S C R E G.
READINGS: Final = (
    "official",
    "public_copy",
    "secondary",
    "unconfirmed",
    "house_default",
    "invented",
)

#: To which level around a case people are followed by name where a rule does not say, and the
#: deepest that a rule may ask for.  Sources: `data/contact.toml`; "F4, F5: self-watch" in 2021.
DEFAULT_LEVELS: Final = 2
DEEPEST_LEVEL: Final = 4

#: What `may_we` can answer.
OUTCOMES: Final = ("allowed", "advice_only", "needs_legal_officer", "refused")

#: Where a hand-over that nobody answers becomes visible.  Source: practice.md, scenario 5.
CLIMBS_TO: Final = frozenset({"sender_province", "receiver_province"})

#: The stages of a case, in order of time.  Source: practice.md section 2, LOOK.md section 4.
STAGES: Final = (
    "symptom",
    "sample",
    "result",
    "taken",
    "interview",
    "list_approved",
    "last_reached",
    "sampling",
    "closed",
)

COLOURS: Final = ("green", "yellow", "red", "neutral")

#: The keys that a body of each kind must have; other keys are allowed only if listed as optional.
REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "disease_profile": frozenset({"group", "names", "incubation_days", "reporting_deadline"}),
    "contact": frozenset(
        {
            "min_minutes",
            "depth_by_place_kind",
            "name_limit",
            "infectious_before_hours",
            "infectious_after_hours",
            "latent_hours",
            "open_minutes_by_place_kind",
        }
    ),
    "card_colour": frozenset({"clauses"}),
    "measure": frozenset({"measure", "role", "outcome"}),
    "mandatory": frozenset({"act", "document"}),
    "handover": frozenset({"answer_hours", "climb_to"}),
    "calling": frozenset({"reach_hours", "tries", "retry_minutes", "hold_minutes"}),
    "stages": frozenset({"hours"}),
}

OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "disease_profile": frozenset({"latent_hours", "names_note", "fictitious"}),
    "contact": frozenset({"anchor", "levels", "levels_source", "note"}),
    "card_colour": frozenset(),
    "measure": frozenset(
        {
            "signer",
            "form",
            "clock",
            "holding_hours",
            "longest_hours",
            "prolong_once",
            "days",
            "days_vaccinated",
            "test_days",
            "alternative",
            "condition",
            "consular_notice",
        }
    ),
    "mandatory": frozenset({"form", "within_days"}),
    "handover": frozenset(),
    "calling": frozenset(),
    "stages": frozenset(),
}


#: How the parts of a Vietnamese legal text are called in English.
_CITATION_WORDS: Final = (
    ("Định nghĩa", "definition of"),
    ("định nghĩa", "definition of"),
    ("Điều", "Article"),
    ("khoản", "clause"),
    ("điểm", "point"),
    ("Phụ lục", "Appendix"),
    ("Nghị định", "Decree"),
    ("Quyết định", "Decision"),
    ("Công văn", "Official letter"),
    (" ngày ", " of "),
    (" và ", " and "),
    (" tại ", " in "),
)


class BadRule(ValueError):
    """A rule that cannot be used; `code` is stable, the text says what is wrong with it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: the document, its article and how well we know the text."""

    document: str
    article: str
    reading: str
    document_en: str = ""

    def cited(self, language: str = "vi") -> str:
        """Article and document in one line, as an officer would write it."""
        if language == "vi":
            return f"{self.article} {self.document}".strip()
        words = f"{self.article}, {self.document_en or self.document}".removeprefix(", ")
        for vietnamese, english in _CITATION_WORDS:
            words = words.replace(vietnamese, english)
        return words


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule, in force from `since` (included) to `until` (excluded, or open).

    `disease` is a disease's code, `group:A`, `group:B`, `group:C` or `*`; `province` is the id of a
    unit of places, or None for the whole nation.
    """

    id: str
    kind: str
    name: str
    disease: str
    regime: str
    province: int | None
    version: int
    since: datetime
    until: datetime | None
    source: Source
    author: str
    body: Mapping[str, Any]
    sentences: Mapping[str, Mapping[str, str]]

    def holds_at(self, at: datetime) -> bool:
        """Whether this version was in force at that instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is stored of an answer: rule version, outcome and values; a sentence never is."""

    rule: str
    version: int
    outcome: str
    values: Mapping[str, Any]


def check_body(kind: str, body: Mapping[str, Any]) -> None:
    """Refuse a body that its kind does not understand, before it can mislead anybody."""
    if kind not in KINDS:
        raise BadRule("rule_unknown_kind", f"There is no kind of rule called {kind!r}.")
    missing = REQUIRED[kind] - body.keys()
    if missing:
        raise BadRule("rule_malformed", f"A {kind} rule needs {', '.join(sorted(missing))}.")
    unknown = body.keys() - REQUIRED[kind] - OPTIONAL[kind]
    if unknown:
        raise BadRule("rule_malformed", f"A {kind} rule has no {', '.join(sorted(unknown))}.")
    _CHECKS.get(kind, _nothing_more)(body)


def outcomes_of(kind: str, body: Mapping[str, Any]) -> frozenset[str]:
    """The outcome codes that a rule can give, each of which needs its sentences."""
    if kind == "measure":
        return frozenset({str(body["outcome"])})
    if kind == "card_colour":
        return frozenset(str(clause["outcome"]) for clause in body["clauses"])
    if kind == "contact":
        return frozenset({"linked", "to_verify", "too_short", "choose_depth"})
    if kind == "mandatory":
        return frozenset({"mandatory" if body["document"] else "voluntary"})
    return _SAID.get(kind, frozenset())


#: The outcomes of the kinds that always say the same ones.
_SAID: Final[Mapping[str, frozenset[str]]] = {
    "handover": frozenset({"unanswered"}),
    "calling": frozenset({"overdue", "unreachable"}),
    "stages": frozenset({"late"}),
}


def check_sentences(
    kind: str, body: Mapping[str, Any], sentences: Mapping[str, Mapping[str, str]]
) -> None:
    """Every outcome has a sentence in every language, or a reader would get an empty answer."""
    for outcome in sorted(outcomes_of(kind, body)):
        for language in LANGUAGES:
            if not sentences.get(outcome, {}).get(language, "").strip():
                text = f"The outcome {outcome} has no sentence in {language}."
                raise BadRule("rule_without_sentence", text)


def _nothing_more(body: Mapping[str, Any]) -> None:
    return None


def _check_profile(body: Mapping[str, Any]) -> None:
    if body["group"] not in {"A", "B", "C"}:
        raise BadRule("rule_malformed", "The group of a disease is A, B or C.")
    if any(not body["names"].get(language) for language in LANGUAGES):
        raise BadRule("rule_malformed", "A disease needs its name in every language.")


def _check_contact(body: Mapping[str, Any]) -> None:
    for kind, depth in body["depth_by_place_kind"].items():
        if depth not in {"linked", "to_verify"}:
            text = f"The depth of {kind} is {depth!r}; it must be linked or to_verify."
            raise BadRule("rule_malformed", text)
    for number in ("min_minutes", "name_limit", "infectious_before_hours", "latent_hours"):
        if not isinstance(body[number], int) or body[number] < 0:
            raise BadRule("rule_malformed", f"{number} must be a whole number, zero or more.")
    if body.get("levels", DEFAULT_LEVELS) not in range(1, DEEPEST_LEVEL + 1):
        text = f"levels must be a whole number from 1 to {DEEPEST_LEVEL}."
        raise BadRule("rule_malformed", text)


def _check_measure(body: Mapping[str, Any]) -> None:
    if body["outcome"] not in OUTCOMES:
        raise BadRule("rule_malformed", f"A measure's outcome is one of {', '.join(OUTCOMES)}.")
    if body["outcome"] == "refused" and not body.get("alternative"):
        raise BadRule("rule_malformed", "A refused measure must name the lawful alternative.")


def _check_colour(body: Mapping[str, Any]) -> None:
    clauses = body["clauses"]
    if not clauses or clauses[-1].get("when"):
        raise BadRule("rule_malformed", "The last clause must have no condition: somebody is left.")
    if any(clause.get("colour") not in COLOURS for clause in clauses):
        raise BadRule("rule_malformed", f"A clause's colour is one of {', '.join(COLOURS)}.")


def _check_handover(body: Mapping[str, Any]) -> None:
    _check_positive(body, "answer_hours")
    if not body["climb_to"] or set(body["climb_to"]) - CLIMBS_TO:
        text = f"An unanswered hand-over climbs to {' or '.join(sorted(CLIMBS_TO))}."
        raise BadRule("rule_malformed", text)


def _check_calling(body: Mapping[str, Any]) -> None:
    _check_positive(body, "reach_hours", "tries", "retry_minutes", "hold_minutes")


def _check_stages(body: Mapping[str, Any]) -> None:
    unknown = body["hours"].keys() - set(STAGES)
    if unknown:
        raise BadRule("rule_malformed", f"A case has no stage {', '.join(sorted(unknown))}.")
    _check_positive(body["hours"], *body["hours"])


def _check_positive(body: Mapping[str, Any], *numbers: str) -> None:
    for number in numbers:
        if not isinstance(body[number], int) or body[number] < 1:
            raise BadRule("rule_malformed", f"{number} must be a whole number, one or more.")


_CHECKS = {
    "disease_profile": _check_profile,
    "contact": _check_contact,
    "measure": _check_measure,
    "card_colour": _check_colour,
    "handover": _check_handover,
    "calling": _check_calling,
    "stages": _check_stages,
}
