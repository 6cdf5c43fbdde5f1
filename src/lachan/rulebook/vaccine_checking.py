"""Rules of vaccination checked before they are entered: products, schedules, screening, groups.

Pure: no clock and no database.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lachan.rulebook.reactions import check_reactions
from lachan.rulebook.shape import BadRule, gettext_noop
from lachan.rulebook.vocabulary import LANGUAGES

#: What screening may conclude, the gravest first.  Source: Decision 2995/QĐ-BYT, 18 June 2021.
SCREENINGS: Final = ("contraindicated", "postpone", "caution", "eligible")
#: What shows that somebody is in a priority group.
PROOFS: Final = ("organisation", "commune", "area")
#: What a step of a schedule is called on a certificate.
STEP_KINDS: Final = ("primary", "additional", "booster")
ROUTES: Final = ("im", "sc", "id", "oral")

_PERIOD = re.compile(r"\d+ (?:day|week|month|year)s?(?: - \d+ days?)?")
_CODE = re.compile(r"[a-z][a-z0-9_-]*")
_STEP_KEYS = frozenset(
    {"kind", "age", "most_age", "best_age", "after", "best", "latest", "vaccines", "agreed", "for"}
)
_PERIODS = ("age", "most_age", "best_age", "after", "best", "latest")
_VACCINATION_NUMBERS = (
    "observe_minutes",
    "home_hours",
    "watch_days",
    "print_minutes",
    "reception_minutes",
    "notify_hours",
    "council_workdays",
    "publish_hours",
    "offline_days",
    "barred_within_seconds",
)


def check_vaccine_product(body: Mapping[str, Any]) -> None:
    """Refuse a product that a storekeeper could not keep.  Raises BadRule."""
    _named("names", body["names"])
    _codes("antigens", body["antigens"])
    _whole("doses_per_vial", body["doses_per_vial"], least=1)
    for name in ("open_hours", "thawed_days"):
        _whole(name, body[name], least=0)
    if not _number(body["dose_ml"]) or not 0 < body["dose_ml"] <= 5:
        raise BadRule("rule_malformed", gettext_noop("dose_ml lies between 0 and 5."))
    if not (_number(body["coldest"]) and _number(body["warmest"])) or (
        body["coldest"] >= body["warmest"]
    ):
        text = gettext_noop("A vaccine is kept between coldest and warmest, in degrees Celsius.")
        raise BadRule("rule_malformed", text)
    _one_of("route", {body["route"]}, ROUTES)


def check_immunization(body: Mapping[str, Any]) -> None:
    """Refuse a schedule with a step that nobody could take.  Raises BadRule."""
    _codes("antigens", body["antigens"])
    series = body["series"]
    if not series:
        raise BadRule("rule_malformed", gettext_noop("A schedule has at least one series."))
    _codes("series", [each.get("code", "") for each in series])
    for each in series:
        if not each.get("steps"):
            raise BadRule("rule_malformed", gettext_noop("Every series has at least one step."))
        for step in each["steps"]:
            _check_step(step)
    for step in body["then"]:
        _check_step(step)
        _one_of("kind", {step.get("kind")}, STEP_KINDS)
    for name in ("live_gap", "offered_until"):
        if name in body:
            _period(name, body[name])


def _check_step(step: Mapping[str, Any]) -> None:
    unknown = step.keys() - _STEP_KEYS
    if unknown:
        text = gettext_noop("A step of a schedule has no %(names)s.")
        raise BadRule("rule_malformed", text, names=", ".join(sorted(unknown)))
    for name in _PERIODS:
        if name in step:
            _period(name, step[name])
    _codes("vaccines", step.get("vaccines", ()))
    if "agreed" in step:
        _codes("agreed", step["agreed"])


def check_screening(body: Mapping[str, Any]) -> None:
    """Refuse a checklist that could not be answered at a table.  Raises BadRule."""
    questions = {each["code"] for each in body["questions"]}
    measures = {each["code"] for each in body["measures"]}
    for each in (*body["questions"], *body["measures"]):
        _named(each["code"], each["names"])
    for each in body["measures"]:
        if not (_number(each["least"]) and _number(each["most"])) or each["least"] >= each["most"]:
            text = gettext_noop("%(name)s is measured between least and most.")
            raise BadRule("rule_malformed", text, name=each["code"])
    _named("consent", body["consent"])
    _whole("paper_days", body["paper_days"], least=1)
    known = questions | measures | {"vaccine", "age_years", "confused"}
    for clause in body["clauses"]:
        _one_of("outcome", {clause["outcome"]}, SCREENINGS)
        for condition in clause["when"]:
            _one_of("fact", {condition["fact"]}, tuple(sorted(known)))
            asked = condition.keys() - {"fact"}
            if len(asked) != 1 or not asked <= {"is", "below", "above"}:
                text = gettext_noop("A condition on %(fact)s compares once, by one of %(names)s.")
                names = "is, below, above"
                raise BadRule("rule_malformed", text, fact=condition["fact"], names=names)


def check_priority(body: Mapping[str, Any]) -> None:
    """Refuse groups that could not be shown in public.  Raises BadRule."""
    _codes("groups", [each.get("code", "") for each in body["groups"]])
    for each in body["groups"]:
        _named(each["code"], each["names"])
        _one_of("proof", {each["proof"]}, PROOFS)


def check_vaccination(body: Mapping[str, Any]) -> None:
    """Refuse a site without its clocks.  Raises BadRule."""
    for name in _VACCINATION_NUMBERS:
        _whole(name, body[name], least=1)
    if type(body["report_hour"]) is not int or body["report_hour"] not in range(24):
        raise BadRule(
            "rule_malformed", gettext_noop("report_hour is an hour of the day, from 0 to 23.")
        )
    for hours in body["follow_hours"]:
        _whole("follow_hours", hours, least=1)
    check_reactions(body)


def _named(name: str, names: Any) -> None:
    if not isinstance(names, dict) or any(not names.get(language) for language in LANGUAGES):
        text = gettext_noop("%(name)s needs its words in every language.")
        raise BadRule("rule_malformed", text, name=name)


def _codes(name: str, given: Iterable[Any]) -> None:
    found = list(given)
    if (
        not found
        or len(set(found)) != len(found)
        or any(not isinstance(each, str) or not _CODE.fullmatch(each) for each in found)
    ):
        text = gettext_noop("%(name)s is a list of different codes in small letters.")
        raise BadRule("rule_malformed", text, name=name)


def _period(name: str, text: Any) -> None:
    if not isinstance(text, str) or not _PERIOD.fullmatch(text):
        said = gettext_noop("%(name)s is a length of time such as 8 weeks or 6 months - 4 days.")
        raise BadRule("rule_malformed", said, name=name)


def _whole(name: str, value: Any, *, least: int) -> None:
    if type(value) is int and value >= least:
        return
    if least:
        text = gettext_noop("%(name)s must be a whole number, one or more.")
    else:
        text = gettext_noop("%(name)s must be a whole number, zero or more.")
    raise BadRule("rule_malformed", text, name=name)


def _number(value: Any) -> bool:
    return type(value) in (int, float)


def _one_of(name: str, given: set[Any], known: tuple[str, ...]) -> None:
    if given - set(known):
        text = gettext_noop("%(name)s takes %(names)s.")
        raise BadRule("rule_malformed", text, name=name, names=", ".join(known))
