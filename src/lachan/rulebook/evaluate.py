"""Rules applied to facts: pure functions, the same in every process, no clock and no database.

`vectors/card_colour.json` holds cases that these functions and the browser's must both pass.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lachan.rulebook.shape import Decision, Rule
from lachan.rulebook.vocabulary import DEFAULT_LEVELS, SCAN_LIMITS

#: The most exact word for a disease wins: the disease itself, then its group, then any disease.
_EXACT, _GROUP, _ANY = 2, 1, 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a legal clock: what, whose duty, and within how many hours of the step before."""

    step: str
    by: str
    hours: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to "may we?": outcome, article, signer, clock, form and the lawful alternative."""

    outcome: str
    measure: str
    role: str
    group: str | None
    article: str
    reading: str
    signer: str | None
    clock: tuple[Step, ...]
    form: str | None
    alternative: str | None
    condition: str | None
    days: int | None
    test_days: tuple[int, ...]
    holding_hours: int | None
    consular_notice: bool
    decision: Decision | None

    @property
    def allowed(self) -> bool:
        """Whether an order may be drafted; advice and open questions are not permission."""
        return self.outcome == "allowed"

    @property
    def advice(self) -> bool:
        """Whether people may be advised, without any order."""
        return self.outcome == "advice_only"

    @property
    def refused(self) -> bool:
        """Whether the law of that day gives no form for this."""
        return self.outcome == "refused"


@dataclass(frozen=True, slots=True)
class ContactRule:
    """What counts as close contact for one disease at one time.  Minutes and hours are whole.

    `depth_by_place_kind` says for the deepest shared place whether an overlap is only counted
    (`linked`) or names a person for checking (`to_verify`); a kind not listed is only counted.
    `levels`: to which level people are followed by name (1: who met the case, 2: who met those).
    """

    rule: str
    version: int
    min_minutes: int
    depth_by_place_kind: Mapping[str, str]
    name_limit: int
    infectious_before_hours: int
    infectious_after_hours: int | None
    latent_hours: int
    open_minutes_by_place_kind: Mapping[str, int]
    cited: str
    levels: int = DEFAULT_LEVELS

    def open_minutes(self, place_kind: str) -> int:
        """How long a visit without an exit is taken to last at a place of this kind."""
        return self.open_minutes_by_place_kind.get(
            place_kind, self.open_minutes_by_place_kind["other"]
        )


def in_force(
    rules: Iterable[Rule],
    *,
    disease: str,
    group: str | None,
    province: int | None,
    at: datetime,
) -> Rule | None:
    """The rule that holds at `at`: a province's own before the nation's, the exact disease before
    its group before any disease, and the newest version if the data should ever disagree."""
    ranked = [
        (rule.province is not None, _exactness(rule.disease, disease, group), rule.version, rule)
        for rule in rules
        if rule.holds_at(at)
        and rule.province in {None, province}
        and _exactness(rule.disease, disease, group) is not None
    ]
    if not ranked:
        return None
    return max(ranked, key=lambda found: found[:3])[3]


def _exactness(word: str, disease: str, group: str | None) -> int | None:
    if word == disease:
        return _EXACT
    if group is not None and word == f"group:{group}":
        return _GROUP
    return _ANY if word == "*" else None


def may_we(
    rules: Sequence[Rule],
    *,
    measure: str,
    role: str,
    disease: str,
    group: str | None,
    province: int | None,
    at: datetime,
) -> Answer:
    """Answer "may we take this measure towards a person in this role on this day?".

    Silence of the rules is never permission: without a rule the answer is `needs_legal_officer`.
    """
    speaking = [
        rule
        for rule in rules
        if rule.kind == "measure"
        and rule.body["measure"] == measure
        and rule.body["role"] in {role, "*"}
    ]
    rule = in_force(speaking, disease=disease, group=group, province=province, at=at)
    if rule is None:
        return _silence(measure, role, group)
    return _answer(rule, measure=measure, role=role, disease=disease, group=group, at=at)


def _silence(measure: str, role: str, group: str | None) -> Answer:
    return Answer(
        outcome="needs_legal_officer",
        measure=measure,
        role=role,
        group=group,
        article="",
        reading="",
        signer=None,
        clock=(),
        form=None,
        alternative=None,
        condition=None,
        days=None,
        test_days=(),
        holding_hours=None,
        consular_notice=False,
        decision=None,
    )


def _answer(
    rule: Rule, *, measure: str, role: str, disease: str, group: str | None, at: datetime
) -> Answer:
    body = rule.body
    values = {
        "measure": measure,
        "role": role,
        "disease": disease,
        "group": group or "",
        "signer": body.get("signer", ""),
        "alternative": body.get("alternative", ""),
        "days": body.get("days", 0),
        "hours": body.get("holding_hours", 0),
        "at": at.isoformat(),
    }
    return Answer(
        outcome=body["outcome"],
        measure=measure,
        role=role,
        group=group,
        article=rule.source.cited(),
        reading=rule.source.reading,
        signer=body.get("signer"),
        clock=tuple(Step(**step) for step in body.get("clock", ())),
        form=body.get("form"),
        alternative=body.get("alternative"),
        condition=body.get("condition"),
        days=body.get("days"),
        test_days=tuple(body.get("test_days", ())),
        holding_hours=body.get("holding_hours"),
        consular_notice=bool(body.get("consular_notice", False)),
        decision=Decision(rule.id, rule.version, body["outcome"], values),
    )


def due_times(
    answer: Answer,
    *,
    found_at: datetime,
    done: Mapping[str, datetime] | None = None,
    prolonged: bool = False,
) -> dict[str, datetime]:
    """When each step of the clock is due, counted from the step before.

    `done` says when steps were done; a step that is not done is taken to use all its time.
    `holding_ends` is when a temporary holding ends by itself, once as long again if `prolonged`
    (an overload, article 19 clause 5).
    """
    due: dict[str, datetime] = {}
    at = found_at
    for step in answer.clock:
        due[step.step] = at + timedelta(hours=step.hours)
        at = (done or {}).get(step.step, due[step.step])
    if answer.holding_hours is not None:
        hours = answer.holding_hours * (2 if prolonged else 1)
        due["holding_ends"] = found_at + timedelta(hours=hours)
    return due


def contact_rule_of(rule: Rule) -> ContactRule:
    """Read a rule of kind `contact`."""
    body = rule.body
    return ContactRule(
        rule=rule.id,
        version=rule.version,
        min_minutes=body["min_minutes"],
        depth_by_place_kind=body["depth_by_place_kind"],
        name_limit=body["name_limit"],
        infectious_before_hours=body["infectious_before_hours"],
        infectious_after_hours=body["infectious_after_hours"] or None,
        latent_hours=body["latent_hours"],
        open_minutes_by_place_kind=body["open_minutes_by_place_kind"],
        cited=rule.source.cited(),
        levels=body.get("levels", DEFAULT_LEVELS),
    )


@dataclass(frozen=True, slots=True)
class HandoverRule:
    """By when a hand-over must be answered and before whom it stands when it is not."""

    rule: str
    version: int
    answer_hours: int
    climb_to: frozenset[str]


@dataclass(frozen=True, slots=True)
class CallingRule:
    """How contacts are called: `reach_hours` from being found until they must have been reached,
    `tries` without an answer until somebody goes there, minutes until the next try, and minutes for
    which a person is kept to one caller."""

    rule: str
    version: int
    reach_hours: int
    tries: int
    retry_minutes: int
    hold_minutes: int


@dataclass(frozen=True, slots=True)
class StageRule:
    """Hours that a stage of a case may take, counted from the result; a stage not named has no
    deadline."""

    rule: str
    version: int
    hours: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TriageRule:
    """When a station calls somebody who declared, and how somebody watches his own health.

    `hours` by reason (danger, symptoms, missed, contact) from when the station could know.
    `danger_signs` are codes of answers; `danger_temperature` in degrees Celsius.  A follow-up asks
    once a day at `ask_hour` (local time) for `follow_days` days, and a report is missed
    `report_hours` after it was asked for.
    """

    rule: str
    version: int
    hours: Mapping[str, int]
    danger_signs: frozenset[str]
    danger_temperature: float
    follow_days: int
    ask_hour: int
    report_hours: int


@dataclass(frozen=True, slots=True)
class ScanRule:
    """From which numbers on a scan is shown to a human; `limits` by the names of `SCAN_LIMITS`."""

    rule: str
    version: int
    limits: Mapping[str, int]

    def fastest(self, km: float) -> float:
        """Kilometres an hour that somebody can make over this distance."""
        by_road = km <= self.limits["flight_km"]
        return float(self.limits["fastest_kmh" if by_road else "flight_kmh"])


def handover_rule_of(rule: Rule) -> HandoverRule:
    """Read a rule of kind `handover`."""
    body = rule.body
    return HandoverRule(rule.id, rule.version, body["answer_hours"], frozenset(body["climb_to"]))


def calling_rule_of(rule: Rule) -> CallingRule:
    """Read a rule of kind `calling`."""
    body = rule.body
    return CallingRule(
        rule=rule.id,
        version=rule.version,
        reach_hours=body["reach_hours"],
        tries=body["tries"],
        retry_minutes=body["retry_minutes"],
        hold_minutes=body["hold_minutes"],
    )


def stage_rule_of(rule: Rule) -> StageRule:
    """Read a rule of kind `stages`."""
    return StageRule(rule.id, rule.version, dict(rule.body["hours"]))


def triage_rule_of(rule: Rule) -> TriageRule:
    """Read a rule of kind `triage`."""
    body = rule.body
    return TriageRule(
        rule=rule.id,
        version=rule.version,
        hours=dict(body["hours"]),
        danger_signs=frozenset(body["danger_signs"]),
        danger_temperature=float(body["danger_temperature"]),
        follow_days=body["follow_days"],
        ask_hour=body["ask_hour"],
        report_hours=body["report_hours"],
    )


def scan_rule_of(rule: Rule) -> ScanRule:
    """Read a rule of kind `scan_checks`."""
    return ScanRule(rule.id, rule.version, {name: rule.body[name] for name in SCAN_LIMITS})


def triage(rule: TriageRule, reason: str) -> Decision:
    """Why somebody is to be called, and in how many hours."""
    values = {"hours": rule.hours[reason], "report_hours": rule.report_hours}
    return Decision(rule.rule, rule.version, reason, values)


@dataclass(frozen=True, slots=True)
class PlacesRule:
    """How places with a code are run.

    `waits`: kinds that the commune looks at before they open; the others open at once.  After
    `reminders` a place that nobody scans at for `silent_days` is proposed for action.
    """

    rule: str
    version: int
    waits: frozenset[str]
    reminders: int
    silent_days: int

    def says(self, outcome: str, **values: Any) -> Decision:
        """One of its outcomes: opens, waits, full, suspended, propose."""
        return Decision(self.rule, self.version, outcome, values)


def places_rule_of(rule: Rule) -> PlacesRule:
    """Read a rule of kind `places`."""
    body = rule.body
    return PlacesRule(
        rule=rule.id,
        version=rule.version,
        waits=frozenset(body["waits"]),
        reminders=body["reminders"],
        silent_days=body["silent_days"],
    )


def contact_state(
    rule: ContactRule, *, place_kind: str, minutes: float, people: int = 1
) -> Decision:
    """What an overlap of `minutes` at the deepest shared place means for the person met.

    `people` is how many would be named at that place: above the limit nobody is, until an officer
    chooses the depth or imports a roster.
    """
    outcome = _contact_outcome(rule, place_kind, minutes, people)
    values = {
        "place_kind": place_kind,
        "minutes": minutes,
        "min_minutes": rule.min_minutes,
        "people": people,
        "name_limit": rule.name_limit,
    }
    return Decision(rule.rule, rule.version, outcome, values)


def _contact_outcome(rule: ContactRule, place_kind: str, minutes: float, people: int) -> str:
    if minutes < rule.min_minutes:
        return "too_short"
    if rule.depth_by_place_kind.get(place_kind, "linked") == "linked":
        return "linked"
    if people > rule.name_limit:
        return "choose_depth"
    return "to_verify"


def infectious_window(
    rule: ContactRule, *, onset: datetime | None, sampled: datetime | None
) -> tuple[datetime, datetime | None]:
    """From when a case could infect others: hours before onset, or before the sample if nobody
    knows an onset.  The end is None where the rule sets none (until the case is isolated)."""
    anchor = onset or sampled
    if anchor is None:
        raise ValueError("a case needs a date of onset or of its sample")
    start = anchor - timedelta(hours=rule.infectious_before_hours)
    if rule.infectious_after_hours is None:
        return start, None
    return start, anchor + timedelta(hours=rule.infectious_after_hours)


def colour_of(rule: Rule, facts: Mapping[str, Any]) -> tuple[str, Decision]:
    """Colour and decision for what is known of a person now: the first clause that fits.

    A fact that is absent or None fits no comparison except `missing`, so not knowing is never
    taken for good news or bad.  The colour is answered at the scan and stored nowhere.
    """
    for clause in rule.body["clauses"]:
        if all(_fits(condition, facts) for condition in clause.get("when", ())):
            values = {name: facts.get(name) for name in clause.get("values", ())}
            values.update(clause.get("constants", {}))
            return clause["colour"], Decision(rule.id, rule.version, clause["outcome"], values)
    raise ValueError("a card colour rule must end with a clause without condition")


def _fits(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    value = facts.get(condition["fact"])
    if "missing" in condition:
        return (value is None) is bool(condition["missing"])
    if value is None:
        return False
    if "is" in condition:
        return bool(value == condition["is"])
    if "at_most" in condition:
        return bool(value <= condition["at_most"])
    return bool(value > condition["above"])
