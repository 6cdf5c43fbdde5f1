"""What the rulebook answers: which rule holds, "is it?" and "may we?".

`Answer`, `ContactRule` and `Decision` are shown here for other rooms: this module is their door.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.rulebook import evaluate, sentences, shipped
from lachan.rulebook.evaluate import Answer as Answer
from lachan.rulebook.evaluate import CallingRule as CallingRule
from lachan.rulebook.evaluate import ContactRule as ContactRule
from lachan.rulebook.evaluate import HandoverRule as HandoverRule
from lachan.rulebook.evaluate import StageRule as StageRule
from lachan.rulebook.models import NATION, RuleVersion
from lachan.rulebook.shape import Decision as Decision


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
    `test_age_hours`, `declaration_mandatory`; of zones in force at that minute `place_in_zone`,
    `lives_in_zone`, `zone_pass` (a pass that holds now) and `zone_since` (ISO instant).
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


def terms() -> dict[str, dict[str, Mapping[str, str]]]:
    """The words for codes, with the names of every disease that ever had a profile."""
    words: dict[str, dict[str, Mapping[str, str]]] = {
        group: dict(codes) for group, codes in shipped.shipped_terms().items()
    }
    profiles = RuleVersion.objects.filter(kind="disease_profile").order_by("in_force")
    words["disease"].update({profile.disease: profile.body["names"] for profile in profiles})
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
    known = terms() if group == "disease" else shipped.shipped_terms()
    words = known.get(group, {}).get(code)
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    return code if words is None else words[language]
