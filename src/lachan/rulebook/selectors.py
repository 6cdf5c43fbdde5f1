"""What the rulebook answers: which rule holds, "is it?" and "may we?".

`Answer`, `ContactRule` and `Decision` are shown here for other rooms: this module is their door.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.rulebook import assays, evaluate, giving_results, sentences, shipped
from lachan.rulebook.assays import AssayRule as AssayRule
from lachan.rulebook.assays import ControlVerdict as ControlVerdict
from lachan.rulebook.assays import Reading as Reading
from lachan.rulebook.complaints import ComplaintsRule as ComplaintsRule
from lachan.rulebook.complaints import complaints_rule_of
from lachan.rulebook.custody import CustodyRule as CustodyRule
from lachan.rulebook.custody import custody_rule_of
from lachan.rulebook.evaluate import Answer as Answer
from lachan.rulebook.evaluate import CallingRule as CallingRule
from lachan.rulebook.evaluate import ContactRule as ContactRule
from lachan.rulebook.evaluate import HandoverRule as HandoverRule
from lachan.rulebook.evaluate import PlacesRule as PlacesRule
from lachan.rulebook.evaluate import ScanRule as ScanRule
from lachan.rulebook.evaluate import StageRule as StageRule
from lachan.rulebook.evaluate import TriageRule as TriageRule
from lachan.rulebook.giving_results import ResultsRule as ResultsRule
from lachan.rulebook.models import NATION, RuleVersion
from lachan.rulebook.pooling import PoolingRule as PoolingRule
from lachan.rulebook.pooling import PoolingTest as PoolingTest
from lachan.rulebook.pooling import pooling_rule_of
from lachan.rulebook.rapid import RapidRule as RapidRule
from lachan.rulebook.rapid import rapid_rule_of
from lachan.rulebook.reactions import ReactionRule as ReactionRule
from lachan.rulebook.reactions import reaction_rule_of
from lachan.rulebook.shape import Decision as Decision
from lachan.rulebook.vaccines import PriorityRule as PriorityRule
from lachan.rulebook.vaccines import Screened as Screened
from lachan.rulebook.vaccines import ScreeningRule as ScreeningRule
from lachan.rulebook.vaccines import VaccinationRule as VaccinationRule
from lachan.rulebook.vaccines import VaccineProduct as VaccineProduct
from lachan.rulebook.vaccines import (
    priority_rule_of,
    screening_rule_of,
    vaccination_rule_of,
    vaccine_product_of,
)


def regime_at(at: datetime) -> str:
    """The code of the law in force at that instant."""
    return shipped.regime_at(at)


def rules_at(at: datetime, *, kind: str = "", regime: str = "") -> QuerySet[RuleVersion]:
    """The versions in force at that instant, national and provincial, in order of reading."""
    found = RuleVersion.objects.filter(in_force__contains=at)
    if kind:
        found = found.filter(kind=kind)
    if regime:
        found = found.filter(regime=regime)
    return found.order_by("kind", "disease", "name", "province")


def versions_of(version: RuleVersion) -> QuerySet[RuleVersion]:
    """Every version of the same rule, newest first."""
    return RuleVersion.objects.filter(
        kind=version.kind,
        name=version.name,
        disease=version.disease,
        regime=version.regime,
        province=version.province,
    ).order_by("-version")


def version_of(rule: UUID | str) -> RuleVersion:
    """One version by its id, the way a stored decision names it."""
    found = RuleVersion.objects.filter(id=rule).first()
    if found is None:
        raise Refused("rule_not_found", _("There is no such version of a rule."), status=404)
    return found


def rule_in_force(
    kind: str,
    *,
    disease: str,
    at: datetime,
    regime: str | None = None,
    province: int | None = None,
    name: str | None = None,
) -> RuleVersion:
    """The version that holds: the province's own before the nation's, the exact disease before its
    group before any.  Refused with `no_rule_in_force` where the rulebook is silent."""
    rows = _candidates(kind, disease=disease, at=at, regime=regime, province=province)
    if name is not None:
        rows = rows.filter(name=name)
    by_id = {str(row.id): row for row in rows}
    found = evaluate.in_force(
        [row.as_rule() for row in by_id.values()],
        disease=disease,
        group=None if kind == "disease_profile" else group_of(disease, at=at, regime=regime),
        province=province,
        at=at,
    )
    if found is None:
        message = _("No rule of this kind is in force for this disease on that day.")
        raise Refused("no_rule_in_force", message)
    return by_id[found.id]


def group_of(disease: str, *, at: datetime, regime: str | None = None) -> str | None:
    """The group A, B or C of a disease on that day; None when no profile is in force."""
    profiles = _candidates("disease_profile", disease=disease, at=at, regime=regime, province=None)
    profile = profiles.first()
    return None if profile is None else str(profile.body["group"])


def incubation_days(disease: str, *, at: datetime) -> int:
    """The longest incubation of a disease in days: how long a contact watches his health."""
    profile = rule_in_force("disease_profile", disease=disease, at=at)
    return int(max(profile.body["incubation_days"]))


def diseases_at(at: datetime) -> dict[str, Mapping[str, str]]:
    """The diseases with a profile on that day: code -> language -> name."""
    profiles = rules_at(at, kind="disease_profile", regime=regime_at(at))
    return {profile.disease: profile.body["names"] for profile in profiles}


def may_we(
    measure: str,
    *,
    disease: str,
    role: str,
    at: datetime,
    regime: str | None = None,
    province: int | None = None,
) -> Answer:
    """Whether a measure may be taken towards a person in `role`, under the law of the day `at`.

    Roles: patient, suspect, carrier, contact, contact_of_contact; `area` for a zone.

    Silence of the rulebook is no permission: it answers `needs_legal_officer` without an article.
    """
    rows = RuleVersion.objects.filter(
        kind="measure",
        regime=regime or regime_at(at),
        in_force__contains=at,
        province__in={NATION, province or NATION},
        body__measure=measure,
    )
    return evaluate.may_we(
        [row.as_rule() for row in rows],
        measure=measure,
        role=role,
        disease=disease,
        group=group_of(disease, at=at, regime=regime),
        province=province,
        at=at,
    )


def contact_rule(
    disease: str, at: datetime, *, regime: str | None = None, province: int | None = None
) -> ContactRule:
    """What counts as close contact for a disease on that day."""
    row = rule_in_force("contact", disease=disease, at=at, regime=regime, province=province)
    return evaluate.contact_rule_of(row.as_rule())


def handover_rule(disease: str, at: datetime, *, province: int | None = None) -> HandoverRule:
    """Until when a hand-over must be answered, as the sender's province has it."""
    row = rule_in_force("handover", disease=disease, at=at, province=province)
    return evaluate.handover_rule_of(row.as_rule())


def calling_rule(disease: str, at: datetime, *, province: int | None = None) -> CallingRule:
    """How contacts are called and called again."""
    row = rule_in_force("calling", disease=disease, at=at, province=province)
    return evaluate.calling_rule_of(row.as_rule())


def stage_rule(disease: str, at: datetime, *, province: int | None = None) -> StageRule:
    """Which stages of a case have a deadline."""
    row = rule_in_force("stages", disease=disease, at=at, province=province)
    return evaluate.stage_rule_of(row.as_rule())


def triage_rule(at: datetime, *, province: int | None = None) -> TriageRule:
    """When people who declared are called, and how they are followed up."""
    row = rule_in_force("triage", disease="*", at=at, province=province)
    return evaluate.triage_rule_of(row.as_rule())


def triaged(rule: TriageRule, reason: str) -> Decision:
    """Why somebody who declared is to be called: `reason` danger, symptoms, missed or contact."""
    return evaluate.triage(rule, reason)


def scan_rule(at: datetime, *, province: int | None = None) -> ScanRule:
    """From which numbers on a scan is shown to a human."""
    row = rule_in_force("scan_checks", disease="*", at=at, province=province)
    return evaluate.scan_rule_of(row.as_rule())


def scan_finding(rule: ScanRule, finding: str, values: Mapping[str, Any]) -> Decision:
    """What was found about scans, with the numbers of its sentence."""
    return Decision(rule.rule, rule.version, finding, dict(values))


def places_rule(at: datetime, *, province: int | None = None) -> PlacesRule:
    """How places with a code open, remind and are proposed for action, as the province has it."""
    row = rule_in_force("places", disease="*", at=at, province=province)
    return evaluate.places_rule_of(row.as_rule())


def pooling_rule(disease: str, at: datetime, *, province: int | None = None) -> PoolingRule:
    """How specimens are pooled in which area, and who of a household is sampled."""
    row = rule_in_force("pooling", disease=disease, at=at, province=province)
    return pooling_rule_of(row.as_rule())


def custody_rule(disease: str, at: datetime, *, province: int | None = None) -> CustodyRule:
    """How long a tube may stand still, and how cold a box travels."""
    row = rule_in_force("custody", disease=disease, at=at, province=province)
    return custody_rule_of(row.as_rule())


def assay_rules(disease: str, at: datetime, *, province: int | None = None) -> list[AssayRule]:
    """The tests of a disease on that day, a province's own before the nation's."""
    rows = _candidates("assay", disease=disease, at=at, regime=None, province=province)
    found: dict[str, AssayRule] = {}
    for row in rows.order_by("name", "-province"):
        found.setdefault(row.name, assays.assay_rule_of(row.as_rule()))
    return list(found.values())


def assay_rule(
    disease: str, at: datetime, *, name: str | None = None, province: int | None = None
) -> AssayRule:
    """How the test `name` of a disease is read on that day; any test of it where no name is given.

    Refused with `no_rule_in_force` where no table is known."""
    row = rule_in_force("assay", disease=disease, at=at, province=province, name=name)
    return assays.assay_rule_of(row.as_rule())


def assay_version(rule: UUID | str) -> AssayRule:
    """The table by its id, as a plate keeps it: a new version changes no plate that was filled."""
    return assays.assay_rule_of(version_of(rule).as_rule())


def interpret(assay: AssayRule, cycles: Mapping[str, float | None]) -> Reading:
    """What the table finds for the cycles by target (None: undetermined; every target is there).

    `Reading.outcome` is the result's outcome, `Reading.decision` renders to the sentence.
    Refused: target_unknown, target_missing, ct_impossible.
    """
    try:
        return assays.interpret(assay, cycles)
    except assays.BadReading as bad:
        raise _unreadable(bad) from None


def judge_run(
    assay: AssayRule, read: Iterable[tuple[str, Mapping[str, float | None]]]
) -> list[ControlVerdict]:
    """The controls of a run, (kind, cycles by target) each; valid when all passed.

    Refused: target_unknown, target_missing, ct_impossible.
    """
    try:
        return assays.judge_run(assay, read)
    except assays.BadReading as bad:
        raise _unreadable(bad) from None


def _unreadable(bad: assays.BadReading) -> Refused:
    names = {"targets": ", ".join(bad.targets)}
    if bad.code == "target_unknown":
        return Refused("target_unknown", _("This test has no target %(targets)s.") % names)
    if bad.code == "target_missing":
        return Refused(
            "target_missing", _("The cycle of %(targets)s is missing: say undetermined.") % names
        )
    return Refused(
        "ct_impossible", _("No machine gives such a cycle for %(targets)s. Look again.") % names
    )


def results_rule(at: datetime, *, province: int | None = None) -> ResultsRule:
    """How results reach people and what a positive pool asks, as the province has it."""
    row = rule_in_force("results", disease="*", at=at, province=province)
    return giving_results.results_rule_of(row.as_rule())


def rapid_rule(disease: str, at: datetime, *, province: int | None = None) -> RapidRule:
    """How a rapid test for this disease is read; refused where there is none."""
    row = rule_in_force("rapid", disease=disease, at=at, province=province)
    return rapid_rule_of(row.as_rule())


def rapid_rule_version(rule: UUID) -> RapidRule:
    """The version by which a rapid test was begun."""
    return rapid_rule_of(version_of(rule).as_rule())


def vaccine_products(at: datetime) -> dict[str, VaccineProduct]:
    """The vaccines known on that day, by code: under whichever law each was licensed."""
    rows = rules_at(at, kind="vaccine_product").order_by("name", "version")
    return {row.name: vaccine_product_of(row.as_rule()) for row in rows}


def vaccine_product(code: str, at: datetime) -> VaccineProduct:
    """One vaccine by its code.  Raises Refused: unknown_vaccine."""
    found = vaccine_products(at).get(code)
    if found is None:
        raise Refused("unknown_vaccine", _("There is no vaccine under this code."))
    return found


def immunization_rule(disease: str, at: datetime, *, province: int | None = None) -> RuleVersion:
    """The schedule in force; its tables are read by who enters the engine."""
    return rule_in_force("immunization", disease=disease, at=at, province=province)


def screening_rule(disease: str, at: datetime, *, province: int | None = None) -> ScreeningRule:
    """The checklist before an injection."""
    row = rule_in_force("screening", disease=disease, at=at, province=province)
    return screening_rule_of(row.as_rule())


def screening_version(rule: UUID | str) -> ScreeningRule:
    """A version of the checklist by its id, as a device names the one it judged by.

    Refused: rule_not_found."""
    return screening_rule_of(version_of(rule).as_rule())


def priority_rule(disease: str, at: datetime, *, province: int | None = None) -> PriorityRule:
    """Who is vaccinated first."""
    row = rule_in_force("priority", disease=disease, at=at, province=province)
    return priority_rule_of(row.as_rule())


def vaccination_rule(disease: str, at: datetime, *, province: int | None = None) -> VaccinationRule:
    """How a site works, and the clocks after an injection."""
    row = rule_in_force("vaccination", disease=disease, at=at, province=province)
    return vaccination_rule_of(row.as_rule())


def complaints_rule(at: datetime, *, province: int | None = None) -> ComplaintsRule:
    """Until when a complaint about a record is answered."""
    row = rule_in_force("complaints", disease="*", at=at, province=province)
    return complaints_rule_of(row.as_rule())


def reaction_rule(disease: str, at: datetime, *, province: int | None = None) -> ReactionRule:
    """What is asked after an injection, the clocks of a severe event, when a lot stands out."""
    row = rule_in_force("vaccination", disease=disease, at=at, province=province)
    return reaction_rule_of(row.as_rule())


def colour_of(
    facts: Mapping[str, Any],
    *,
    at: datetime,
    disease: str = "*",
    regime: str | None = None,
    province: int | None = None,
) -> tuple[str, Decision]:
    """Colour and decision for what is known of a person now.  Never store the colour.

    Facts (each may be absent): `declaration_age_hours`, `symptoms`, `contact`, `duty` ("isolation",
    "isolation_open", "holding", "self_monitoring"), `duty_until` (ISO instant), `test_outcome`,
    `test_age_hours`, `test_method` ("pcr", "rapid"), `test_valid` (a negative within the hours of
    the rule `rapid` at a gate), `declaration_mandatory`; of zones in force at that minute
    `place_in_zone`, `lives_in_zone`, `zone_pass` (a pass that holds now) and `zone_since` (ISO
    instant).
    """
    row = rule_in_force("card_colour", disease=disease, at=at, regime=regime, province=province)
    return evaluate.colour_of(row.as_rule(), facts)


def is_mandatory(act: str, *, at: datetime, province: int | None = None) -> Decision:
    """Whether `act` ("declaration", "scan", "entry_declaration") binds people there and then.

    The outcome is `mandatory` only where a rule carries a document's number; else `voluntary`.
    """
    row = rule_in_force("mandatory", disease="*", at=at, province=province, name=act)
    outcome = "mandatory" if row.body["document"] else "voluntary"
    return Decision(str(row.id), row.version, outcome, {"act": act})


def render(decision: Decision, language: str, *, audience: str = "holder") -> str:
    """The sentence of a stored decision in the reader's language, in the words of its version."""
    row = version_of(decision.rule)
    return sentences.sentence(
        decision, row.as_rule(), language=language, terms=terms(), audience=audience
    )


def render_all(decisions: Iterable[Decision], language: str) -> list[str]:
    """The sentences of many stored decisions, with one question for their rules."""
    asked = list(decisions)
    rows = RuleVersion.objects.in_bulk({UUID(decision.rule) for decision in asked})
    words = terms()
    return [
        sentences.sentence(
            decision, rows[UUID(decision.rule)].as_rule(), language=language, terms=words
        )
        for decision in asked
    ]


def terms() -> dict[str, dict[str, Mapping[str, str]]]:
    """The words for codes, with the names of every disease and vaccine there ever was."""
    words: dict[str, dict[str, Mapping[str, str]]] = {
        group: dict(codes) for group, codes in shipped.shipped_terms().items()
    }
    profiles = RuleVersion.objects.filter(kind="disease_profile").order_by("in_force")
    words["disease"].update({profile.disease: profile.body["names"] for profile in profiles})
    products = RuleVersion.objects.filter(kind="vaccine_product").order_by("in_force")
    words["vaccine"].update({product.name: product.body["names"] for product in products})
    return words


def _candidates(
    kind: str, *, disease: str, at: datetime, regime: str | None, province: int | None
) -> QuerySet[RuleVersion]:
    return RuleVersion.objects.filter(
        Q(disease=disease) | Q(disease="*") | Q(disease__startswith="group:"),
        kind=kind,
        regime=regime or regime_at(at),
        in_force__contains=at,
        province__in={NATION, province or NATION},
    )


def term(group: str, code: str) -> str:
    """The word for a code in the reader's language; the code itself where there is none."""
    known = terms() if group in {"disease", "vaccine"} else shipped.shipped_terms()
    words = known.get(group, {}).get(code)
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    return code if words is None else words[language]


def versions_between(
    kind: str, *, start: datetime, end: datetime, province: int | None, name: str | None = None
) -> list[tuple[datetime, datetime, RuleVersion]]:
    """Which version holds from when to when in `province`, from `start` to `end`, in order of time.

    For a device that must judge without asking; times in which no rule holds are left out.
    """
    touched = RuleVersion.objects.filter(kind=kind, in_force__overlap=(start, end))
    edges = {start, end} | {since for _code, since, _until, _names in shipped.regimes()}
    for row in touched:
        edges |= {row.in_force.lower, row.in_force.upper or end}
    steps = sorted(edge for edge in edges if start <= edge <= end)
    found: list[tuple[datetime, datetime, RuleVersion]] = []
    for since, until in pairwise(steps):
        try:
            row = rule_in_force(kind, disease="*", at=since, province=province, name=name)
        except Refused:
            continue
        if found and found[-1][2].id == row.id and found[-1][1] == since:
            since = found.pop()[0]
        found.append((since, until, row))
    return found


def guard_texts(version: RuleVersion) -> dict[str, dict[str, str]]:
    """Outcome -> language -> what a guard is told, with its placeholders; `{article}` is filled."""
    return sentences.guard_texts(version.as_rule())
