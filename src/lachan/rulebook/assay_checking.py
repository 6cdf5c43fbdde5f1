"""A rule that reads a test, checked whole: a table with a hole would leave a sample without an
answer at night."""

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, Final

from lachan.rulebook.assays import ABSENT, FOUND, WEAK, Clause
from lachan.rulebook.shape import BadRule, gettext_noop
from lachan.rulebook.vocabulary import ASSAY_OUTCOMES, LANGUAGES

#: Kinds of controls.  negative: nothing in it (NTC); positive: the virus; extraction: a person.
CONTROL_KINDS: Final = ("negative", "positive", "extraction")

#: Rows and columns of the plates that there are.
PLATES: Final[Mapping[int, tuple[int, int]]] = {96: (8, 12), 384: (16, 24)}

_LOINC = re.compile(r"\d{1,7}-\d")
_SNOMED = re.compile(r"\d{6,18}")
_WELL = re.compile(r"([A-P])([1-9]\d?)")


def check_assay(body: Mapping[str, Any]) -> None:
    """Refuse a table that could not be read.  Raises BadRule."""
    if any(not body["names"].get(language) for language in LANGUAGES):
        _refuse(gettext_noop("A test needs its name in every language."))
    if not _LOINC.fullmatch(str(body["test"])) or not _luhn(str(body["test"])):
        _refuse(gettext_noop("test is a LOINC code with its check digit, such as 94500-6."))
    _check_accepts(body.get("accepts", []))
    codes = body["codes"]
    if set(codes) != set(ASSAY_OUTCOMES) or not all(map(_SNOMED.fullmatch, codes.values())):
        _refuse(gettext_noop("codes has a SNOMED CT number for every outcome."))
    if not isinstance(body["urgency"], list) or not all(
        isinstance(x, str) for x in body["urgency"]
    ):
        _refuse(gettext_noop("urgency is a list of reasons for sampling."))
    targets = _targets(body)
    _check_table(body["table"], targets)
    _check_controls(body["controls"], targets)


def _check_accepts(accepts: Any) -> None:
    """Codes of LOINC and a laboratory's own; one that looks like LOINC has its check digit."""
    if not isinstance(accepts, list) or not all(isinstance(x, str) and x.strip() for x in accepts):
        _refuse(gettext_noop("accepts is a list of codes of tests."))
    wrong = [code for code in accepts if _LOINC.fullmatch(code) and not _luhn(code)]
    if wrong:
        _refuse(gettext_noop("The code %(code)s has a wrong check digit."), code=wrong[0])


def _targets(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    if not _number(body["cycles"]) or not 0 < body["cycles"] <= 60:
        _refuse(gettext_noop("cycles is how long the machine runs, up to 60."))
    targets = {str(row.get("code")): row for row in body["targets"]}
    if not targets or len(targets) != len(body["targets"]):
        _refuse(gettext_noop("Every target has a code of its own."))
    for code, row in targets.items():
        below, weak = row.get("below"), row.get("weak_from", 0)
        right = _number(below) and _number(weak) and 0 <= weak < below <= body["cycles"]
        if not right or row.keys() - {"code", "below", "weak_from", "internal"}:
            _refuse(
                gettext_noop("The target %(target)s needs below, and weak_from under it."),
                target=code,
            )
    return targets


def _check_table(table: Any, targets: Mapping[str, Mapping[str, Any]]) -> None:
    clauses = [Clause(str(row.get("outcome")), _states_of(row, targets)) for row in table]
    wrong = {clause.outcome for clause in clauses} - set(ASSAY_OUTCOMES)
    if wrong:
        _refuse(gettext_noop("A test cannot find %(names)s."), names=", ".join(sorted(wrong)))
    possible = [
        (FOUND, WEAK, ABSENT) if "weak_from" in row else (FOUND, ABSENT) for row in targets.values()
    ]
    for states in product(*possible):
        case = dict(zip(targets, states, strict=True))
        if not any(clause.fits(case) for clause in clauses):
            said = ", ".join(f"{code} {state}" for code, state in case.items())
            _refuse(gettext_noop("The table does not say what %(case)s means."), case=said)


def _states_of(row: Mapping[str, Any], targets: Iterable[str]) -> dict[str, str]:
    states: dict[str, str] = {}
    for state in (FOUND, WEAK, ABSENT):
        for target in row.get(state, ()):
            if target not in targets or target in states:
                _refuse(gettext_noop("The table names %(target)s wrongly."), target=target)
            states[target] = state
    if row.keys() - {"outcome", FOUND, WEAK, ABSENT}:
        _refuse(gettext_noop("A line of the table has an outcome and found, weak or absent."))
    return states


def _check_controls(controls: Any, targets: Iterable[str]) -> None:
    kinds = [row.get("kind") for row in controls]
    if not {"negative", "positive"} <= set(kinds) <= set(CONTROL_KINDS):
        _refuse(gettext_noop("A run needs a negative and a positive control."))
    if len(kinds) != len(set(kinds)):
        _refuse(gettext_noop("Every kind of control stands once, with all of its wells."))
    taken: set[tuple[int, str]] = set()
    for row in controls:
        if row.keys() - {"kind", "wells", "found", "absent", "limits"}:
            _refuse(gettext_noop("A control has wells, found, absent and limits."))
        _check_wells(row.get("wells", {}), taken)
        _check_limits(row, set(targets))


def _check_wells(wells: Mapping[str, Any], taken: set[tuple[int, str]]) -> None:
    if {int(size) for size in wells} != set(PLATES):
        _refuse(gettext_noop("A control has its wells on plates of 96 and of 384."))
    for size, names in wells.items():
        rows, columns = PLATES[int(size)]
        for name in names:
            found = _WELL.fullmatch(str(name))
            inside = found and ord(found[1]) - 64 <= rows and int(found[2]) <= columns
            if not names or not inside or (int(size), name) in taken:
                _refuse(gettext_noop("No control can stand at %(well)s."), well=name)
            taken.add((int(size), name))


def _check_limits(row: Mapping[str, Any], targets: set[str]) -> None:
    named = {*row.get("found", ()), *row.get("absent", ()), *row.get("limits", {})}
    if not named or named - targets or set(row.get("found", ())) & set(row.get("absent", ())):
        _refuse(gettext_noop("A control says of the targets what it must find and what not."))
    if set(row.get("limits", {})) - set(row.get("found", ())):
        _refuse(gettext_noop("Only a target that a control must find has limits."))
    for low, high in row.get("limits", {}).values():
        if not (_number(low) and _number(high) and 0 < low < high):
            _refuse(gettext_noop("limits are the lowest and the highest cycle."))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _luhn(code: str) -> bool:
    """The check digit of a LOINC code.  Source: LOINC Users' Guide, "Mod 10"."""
    digits = [int(sign) for sign in reversed(code.replace("-", ""))]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _refuse(template: str, **values: object) -> None:
    raise BadRule("rule_malformed", template, **values)
