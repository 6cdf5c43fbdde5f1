"""What a rule looks like: plain records that no database and no web framework is needed to read.

A rule says what counts (`kind`, `name`), for which disease, regime and territory, from when to when
and by which document.  `body` is the rule itself; `sentences` says its outcomes in every language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lachan.rulebook.vocabulary import (
    ASSAY_SAYS,
    CLIMBS_TO,
    CUSTODY_STAGES,
    DEEPEST_LEVEL,
    DEFAULT_LEVELS,
    IMMUNIZATION_SAYS,
    KINDS,
    LANGUAGES,
    OPTIONAL,
    OUTCOMES,
    POOLING_AREAS,
    REQUIRED,
    RESULT_NUMBERS,
    SCAN_FINDINGS,
    SCAN_LIMITS,
    STAGES,
    TRIAGE,
    VACCINATION_SAYS,
)

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


def gettext_noop(text: str) -> str:
    """Mark a sentence for translators where no web framework is needed."""
    return text


class BadRule(ValueError):
    """A rule that cannot be used; `code` is stable, the sentence says what is wrong with it.

    `template` and `values` are kept apart, so that the page says it in the reader's language.
    """

    def __init__(self, code: str, template: str, **values: object) -> None:
        super().__init__(template % values)
        self.code = code
        self.template = template
        self.values = values


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
        raise BadRule(
            "rule_unknown_kind",
            gettext_noop("There is no kind of rule called %(kind)s."),
            kind=kind,
        )
    missing = REQUIRED[kind] - body.keys()
    if missing:
        raise BadRule(
            "rule_malformed",
            gettext_noop("A rule %(kind)s needs %(names)s."),
            kind=kind,
            names=", ".join(sorted(missing)),
        )
    unknown = body.keys() - REQUIRED[kind] - OPTIONAL[kind]
    if unknown:
        raise BadRule(
            "rule_malformed",
            gettext_noop("A rule %(kind)s has no %(names)s."),
            kind=kind,
            names=", ".join(sorted(unknown)),
        )
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
    if kind == "screening":
        reasons = {str(clause["reason"]) for clause in body["clauses"]}
        return frozenset({*SCREENINGS_SAID, *reasons})
    return _SAID.get(kind, frozenset())


#: What a screening may say, beside its reasons.
SCREENINGS_SAID: Final = ("eligible", "caution", "postpone", "contraindicated", "incomplete")

#: The outcomes of the kinds that always say the same ones.
_SAID: Final[Mapping[str, frozenset[str]]] = {
    "handover": frozenset({"unanswered"}),
    "calling": frozenset({"overdue", "unreachable"}),
    "stages": frozenset({"late"}),
    "triage": frozenset(TRIAGE),
    "scan_checks": frozenset(SCAN_FINDINGS),
    "places": frozenset({"opens", "waits", "full", "suspended", "propose"}),
    "pooling": frozenset({*POOLING_AREAS, "single", "representatives", "not_worth"}),
    "custody": frozenset({*CUSTODY_STAGES, "too_late", "too_warm", "too_cold"}),
    "assay": frozenset(ASSAY_SAYS),
    "results": frozenset({"retest", "expected"}),
    "rapid": frozenset({"case", "confirm_pcr", "invalid", "too_late", "differ", "no_more"}),
    "vaccine_product": frozenset({"too_warm", "too_cold", "opened_too_long", "expired"}),
    "immunization": frozenset(IMMUNIZATION_SAYS),
    "priority": frozenset({"turn", "wait"}),
    "complaints": frozenset({"received", "late"}),
    "vaccination": frozenset(VACCINATION_SAYS),
}


def check_sentences(
    kind: str, body: Mapping[str, Any], sentences: Mapping[str, Mapping[str, str]]
) -> None:
    """Every outcome has a sentence in every language, or a reader would get an empty answer."""
    for outcome in sorted(outcomes_of(kind, body)):
        for language in LANGUAGES:
            if not sentences.get(outcome, {}).get(language, "").strip():
                text = gettext_noop("The outcome %(outcome)s has no sentence in %(language)s.")
                raise BadRule("rule_without_sentence", text, outcome=outcome, language=language)


def _nothing_more(body: Mapping[str, Any]) -> None:
    return None


def _check_profile(body: Mapping[str, Any]) -> None:
    if body["group"] not in {"A", "B", "C"}:
        raise BadRule("rule_malformed", gettext_noop("The group of a disease is A, B or C."))
    if any(not body["names"].get(language) for language in LANGUAGES):
        raise BadRule("rule_malformed", gettext_noop("A disease needs its name in every language."))


def _check_contact(body: Mapping[str, Any]) -> None:
    for kind, depth in body["depth_by_place_kind"].items():
        if depth not in {"linked", "to_verify"}:
            text = gettext_noop("The depth of %(kind)s must be linked or to_verify.")
            raise BadRule("rule_malformed", text, kind=kind)
    for number in ("min_minutes", "name_limit", "infectious_before_hours", "latent_hours"):
        if not isinstance(body[number], int) or body[number] < 0:
            raise BadRule(
                "rule_malformed",
                gettext_noop("%(name)s must be a whole number, zero or more."),
                name=number,
            )
    if body.get("levels", DEFAULT_LEVELS) not in range(1, DEEPEST_LEVEL + 1):
        text = gettext_noop("levels must be a whole number from 1 to %(deepest)s.")
        raise BadRule("rule_malformed", text, deepest=DEEPEST_LEVEL)


def _check_measure(body: Mapping[str, Any]) -> None:
    if body["outcome"] not in OUTCOMES:
        raise BadRule(
            "rule_malformed",
            gettext_noop("A measure's outcome is one of %(names)s."),
            names=", ".join(OUTCOMES),
        )
    if body["outcome"] == "refused" and not body.get("alternative"):
        raise BadRule(
            "rule_malformed", gettext_noop("A refused measure must name the lawful alternative.")
        )


def _check_handover(body: Mapping[str, Any]) -> None:
    _check_positive(body, "answer_hours")
    if not body["climb_to"] or set(body["climb_to"]) - CLIMBS_TO:
        text = gettext_noop("An unanswered hand-over climbs to one of %(names)s.")
        raise BadRule("rule_malformed", text, names=", ".join(sorted(CLIMBS_TO)))


def _check_calling(body: Mapping[str, Any]) -> None:
    _check_positive(body, "reach_hours", "tries", "retry_minutes", "hold_minutes")


def _check_stages(body: Mapping[str, Any]) -> None:
    unknown = body["hours"].keys() - set(STAGES)
    if unknown:
        raise BadRule(
            "rule_malformed",
            gettext_noop("A case has no stage %(names)s."),
            names=", ".join(sorted(unknown)),
        )
    _check_positive(body["hours"], *body["hours"])


def _check_triage(body: Mapping[str, Any]) -> None:
    if not isinstance(body["hours"], dict) or set(body["hours"]) != set(TRIAGE):
        raise BadRule(
            "rule_malformed",
            gettext_noop("Triage has hours for each of %(names)s."),
            names=", ".join(TRIAGE),
        )
    _check_positive(body["hours"], *TRIAGE)
    _check_positive(body, "follow_days", "report_hours")
    signs = body["danger_signs"]
    if not isinstance(signs, list) or not all(isinstance(sign, str) for sign in signs):
        raise BadRule("rule_malformed", gettext_noop("danger_signs is a list of answers' codes."))
    if type(body["ask_hour"]) is not int or body["ask_hour"] not in range(24):
        raise BadRule(
            "rule_malformed", gettext_noop("ask_hour is an hour of the day, from 0 to 23.")
        )
    # Degrees Celsius that somebody alive can have.
    heat = body["danger_temperature"]
    if not isinstance(heat, int | float) or not 36 <= heat <= 42:
        raise BadRule("rule_malformed", gettext_noop("danger_temperature lies between 36 and 42."))


def _check_scans(body: Mapping[str, Any]) -> None:
    _check_positive(body, *SCAN_LIMITS)


def _check_places(body: Mapping[str, Any]) -> None:
    _check_positive(body, "reminders", "silent_days")
    if not isinstance(body["waits"], list) or not all(
        isinstance(kind, str) for kind in body["waits"]
    ):
        raise BadRule("rule_malformed", "waits must be a list of kinds of places.")


def _check_results(body: Mapping[str, Any]) -> None:
    _check_positive(body, *RESULT_NUMBERS)
    if body["expected_percent"] > 99:
        raise BadRule("rule_malformed", gettext_noop("expected_percent lies between 1 and 99."))


def _check_positive(body: Mapping[str, Any], *numbers: str) -> None:
    for number in numbers:
        if not isinstance(body[number], int) or body[number] < 1:
            raise BadRule(
                "rule_malformed",
                gettext_noop("%(name)s must be a whole number, one or more."),
                name=number,
            )


_CHECKS = {
    "disease_profile": _check_profile,
    "contact": _check_contact,
    "measure": _check_measure,
    "handover": _check_handover,
    "calling": _check_calling,
    "stages": _check_stages,
    "triage": _check_triage,
    "scan_checks": _check_scans,
    "places": _check_places,
    "results": _check_results,
}
