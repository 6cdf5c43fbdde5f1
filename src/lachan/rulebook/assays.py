"""Reading a test: from the cycles of each target to what was found, by a table doctors check.

Pure functions: no clock and no database.  A cycle (Ct, Cq) is how many doublings it took until a
target shone; a target that never did has None, "undetermined".  Source of the tables: the rule.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lachan.rulebook.shape import Decision, Rule

#: What a target may be.
FOUND, WEAK, ABSENT = "found", "weak", "absent"

Cycles = Mapping[str, float | None]


class BadReading(ValueError):
    """Cycles that the table cannot read.  `code` is stable: target_unknown, target_missing or
    ct_impossible; `targets` are those at fault."""

    def __init__(self, code: str, targets: Iterable[str]) -> None:
        self.code = code
        self.targets = tuple(sorted(targets))
        super().__init__(f"{code}: {', '.join(self.targets)}")


@dataclass(frozen=True, slots=True)
class Target:
    """A piece of the virus, or of the person ("internal", which says that there was a sample).

    A cycle below `below` counts; from `weak_from` on it counts only as weak.
    """

    code: str
    below: float
    weak_from: float | None
    internal: bool

    def state(self, cycle: float | None) -> str:
        """found, weak or absent."""
        if cycle is None or cycle >= self.below:
            return ABSENT
        return WEAK if self.weak_from is not None and cycle >= self.weak_from else FOUND


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of the table: when these targets are so, this was found."""

    outcome: str
    states: Mapping[str, str]

    def fits(self, states: Mapping[str, str]) -> bool:
        """Whether the line fits."""
        return all(states[target] == state for target, state in self.states.items())


@dataclass(frozen=True, slots=True)
class Control:
    """A well whose answer is known before: kind negative, positive or extraction.

    `wells`: size of the plate -> positions such as "H12"; `limits`: target -> lowest and highest
    cycle that is right.
    """

    kind: str
    wells: Mapping[int, tuple[str, ...]]
    found: tuple[str, ...]
    absent: tuple[str, ...]
    limits: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class AssayRule:
    """How one test of one disease is read.  `test`: LOINC of the test; `accepts`: codes, LOINC or a
    laboratory's own, under which others send results of such a test; `codes`: outcome -> SNOMED CT;
    `urgency`: reasons for sampling, what is released first at the head."""

    rule: str
    version: int
    name: str
    disease: str
    names: Mapping[str, str]
    method: str
    test: str
    accepts: tuple[str, ...]
    codes: Mapping[str, str]
    cycles: float
    targets: tuple[Target, ...]
    table: tuple[Clause, ...]
    controls: tuple[Control, ...]
    urgency: tuple[str, ...]
    cited: str

    def control(self, kind: str) -> Control | None:
        """The control of a kind."""
        return next((control for control in self.controls if control.kind == kind), None)

    def control_wells(self, size: int) -> dict[str, str]:
        """Position -> kind of control, for a plate of this size."""
        return {
            well: control.kind for control in self.controls for well in control.wells.get(size, ())
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What the table says of one sample, with the state of each target."""

    outcome: str
    states: Mapping[str, str]
    decision: Decision


@dataclass(frozen=True, slots=True)
class ControlVerdict:
    """Whether a control is right; `decision` says why not."""

    kind: str
    passed: bool
    decision: Decision | None


def assay_rule_of(rule: Rule, language: str = "vi") -> AssayRule:
    """Read a rule of kind `assay`."""
    body = rule.body
    return AssayRule(
        rule=rule.id,
        version=rule.version,
        name=rule.name,
        disease=rule.disease,
        names=dict(body["names"]),
        method=body["method"],
        test=body["test"],
        accepts=tuple(body.get("accepts", ())),
        codes=dict(body["codes"]),
        cycles=float(body["cycles"]),
        targets=tuple(_target(row) for row in body["targets"]),
        table=tuple(Clause(row["outcome"], _states(row)) for row in body["table"]),
        controls=tuple(_control(row) for row in body["controls"]),
        urgency=tuple(body["urgency"]),
        cited=rule.source.cited(language),
    )


def _target(row: Mapping[str, Any]) -> Target:
    weak = row.get("weak_from")
    return Target(
        row["code"],
        float(row["below"]),
        None if weak is None else float(weak),
        bool(row.get("internal", False)),
    )


def _states(row: Mapping[str, Any]) -> dict[str, str]:
    return {target: state for state in (FOUND, WEAK, ABSENT) for target in row.get(state, ())}


def _control(row: Mapping[str, Any]) -> Control:
    return Control(
        row["kind"],
        {int(size): tuple(wells) for size, wells in row["wells"].items()},
        tuple(row.get("found", ())),
        tuple(row.get("absent", ())),
        {target: (float(low), float(high)) for target, (low, high) in row["limits"].items()}
        if "limits" in row
        else {},
    )


def interpret(assay: AssayRule, cycles: Cycles) -> Reading:
    """What was found: the first line of the table that fits.

    Every target of the test must be in `cycles`, None where it never shone: a target that a file
    lost is not taken for "not found".  Raises BadReading.
    """
    states = _read(assay, cycles)
    clause = next(line for line in assay.table if line.fits(states))
    values = {
        "test": assay.name,
        "found": ", ".join(code for code, state in states.items() if state != ABSENT),
        "absent": ", ".join(code for code, state in states.items() if state == ABSENT),
    }
    decision = Decision(assay.rule, assay.version, clause.outcome, values)
    return Reading(clause.outcome, states, decision)


def judge_control(assay: AssayRule, kind: str, cycles: Cycles) -> ControlVerdict:
    """Whether a control of this kind reads as it must.  Raises BadReading, KeyError."""
    control = assay.control(kind)
    if control is None:
        raise KeyError(kind)
    states = _read(assay, cycles)
    wrong = _wrong(control, states, cycles)
    if wrong is None:
        return ControlVerdict(kind, True, None)
    outcome, target = wrong
    cycle = cycles[target]
    values = {"control": kind, "target": target, "ct": "" if cycle is None else f"{cycle:g}"}
    return ControlVerdict(kind, False, Decision(assay.rule, assay.version, outcome, values))


def _wrong(control: Control, states: Mapping[str, str], cycles: Cycles) -> tuple[str, str] | None:
    for target in control.absent:
        if states[target] != ABSENT:
            return "control_found", target
    for target in control.found:
        if states[target] == ABSENT:
            return "control_missing", target
    for target, (low, high) in control.limits.items():
        cycle = cycles[target]
        if cycle is None or not low <= cycle <= high:
            return "control_outside", target
    return None


def judge_run(assay: AssayRule, read: Iterable[tuple[str, Cycles]]) -> list[ControlVerdict]:
    """Every control of a run, one after the other; a kind that the test wants and nobody read is
    a verdict too.  The run is valid when all of them passed.  Raises BadReading, KeyError."""
    verdicts = [judge_control(assay, kind, cycles) for kind, cycles in read]
    missing = [c.kind for c in assay.controls if c.kind not in {v.kind for v in verdicts}]
    return verdicts + [
        ControlVerdict(
            kind,
            False,
            Decision(assay.rule, assay.version, "control_unread", {"control": kind}),
        )
        for kind in missing
    ]


def _read(assay: AssayRule, cycles: Cycles) -> dict[str, str]:
    known = {target.code for target in assay.targets}
    if unknown := cycles.keys() - known:
        raise BadReading("target_unknown", unknown)
    if missing := known - cycles.keys():
        raise BadReading("target_missing", missing)
    impossible = [
        code
        for code, cycle in cycles.items()
        if cycle is not None and not (math.isfinite(cycle) and 0 < cycle <= assay.cycles)
    ]
    if impossible:
        raise BadReading("ct_impossible", impossible)
    return {target.code: target.state(cycles[target.code]) for target in assay.targets}
