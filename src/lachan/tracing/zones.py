"""The way of a zone: proposed, reported to the province, decided, adjusted, ended.

Each step is a fact with its time.  The commune decides; the province sees.  What a gate answers
follows from the times of the parts, so nothing here has to happen at the minute itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.people.selectors import residents
from lachan.places.selectors import unit_name
from lachan.tracing.models import Case, Zone, ZoneDecision, ZonePart, ZoneStep
from lachan.tracing.zone_law import Law, earliest_start, law_of, law_or_refuse
from lachan.tracing.zone_papers import PaperScan, keep_scan
from lachan.tracing.zone_parts import Sizes, area_of, ended, measured, rows_of, split
from lachan.tracing.zone_plan import BUSINESS_WEIGHT, Key, Plan, Workshop
from lachan.tracing.zone_words import words_of
from lachan.ui.wording import clock, full_date

#: What the paper names as resources: posts and who stands at them, people on duty, food.
RESOURCES = ("posts", "staff", "food")

#: Who may report to the province in the commune's name.  The rule says the commune's chairman; the
#: station writes and sends it.  Source: practice.md 1.2 (clocks) and 2.
REPORTERS = (Role.COMMUNE_CHAIRMAN, Role.STATION_OFFICER)


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands on a paper that was signed outside, with its scan."""

    number: str
    on: date
    signer: str
    scan: PaperScan


def propose(*, workshop: Workshop, plan: Plan, cases: Sequence[Case], by: Principal) -> Zone:
    """Keep a plan as a zone with one decision for every commune it lies in; nothing is in force.

    Refused: no_cases, several_diseases, zone_not_allowed, plan_empty.
    """
    disease = _one_disease(cases)
    communes = split(plan.area, workshop.ground)
    if not communes:
        raise Refused("plan_empty", _("This plan closes nothing. Choose another share or way."))
    most = max(communes, key=lambda commune: communes[commune].people)
    at = now()
    law = law_or_refuse(disease, at=at, province=communes[most].province)
    zone = Zone(
        name=_name(plan, workshop),
        outbreak=_one_outbreak(cases),
        cases=[case.id for case in cases],
        disease=disease,
        share=plan.share,
        kind=plan.kind,
        figures=_figures(plan),
        made_at=at,
        made_by=by.account,
        made_by_name=by.name,
        commune=most,
        province=communes[most].province,
    )
    zone.save(force_insert=True)
    for commune, sizes in sorted(communes.items()):
        _decision(zone, commune, sizes, plan, workshop, law, by)
    audit.record("zone.proposed", target=("zone", zone.id), by=by, detail=zone.figures)
    ring("tracing.zone")
    return zone


def _one_disease(cases: Sequence[Case]) -> str:
    found = {case.disease for case in cases}
    if not found:
        raise Refused("no_cases", _("Choose at least one case for the zone."))
    if len(found) > 1:
        raise Refused(
            "several_diseases", _("These cases have different diseases. Plan each alone.")
        )
    return found.pop()


def _one_outbreak(cases: Sequence[Case]) -> Any:
    found = {case.outbreak for case in cases}
    return found.pop() if len(found) == 1 else None


def _name(plan: Plan, workshop: Workshop) -> str:
    """The area in words of Vietnam: it is the zone's name in every language."""
    with translation.override("vi"):
        said = words_of(plan.area, workshop.ground)
    name = said[:1].upper() + said[1:]
    return name if len(name) <= 200 else f"{name[:197]}…"


def _figures(plan: Plan) -> dict[str, Any]:
    return {
        "people": plan.people,
        "households": plan.households,
        "businesses": plan.businesses,
        "covered_tenths": int(plan.covered * 10),
        "bound": plan.bound,
        "best": plan.best,
        "business_weight": BUSINESS_WEIGHT,
    }


def _decision(
    zone: Zone,
    commune: int,
    sizes: Sizes,
    plan: Plan,
    workshop: Workshop,
    law: Law,
    by: Principal,
) -> None:
    with translation.override("vi"):
        said = words_of(plan.area, workshop.ground, commune=commune)
    made = ZoneDecision(
        id=uuid7(),
        zone=zone,
        area=said,
        people=sizes.people,
        households=sizes.households,
        businesses=sizes.businesses,
        residents=residents([commune]),
        answer=law.stored(),
        commune=commune,
        province=sizes.province,
    )
    made.save(force_insert=True)
    ZonePart.objects.bulk_create(rows_of(made, sizes.keys))
    _step(made, ZoneStep.Kind.PLANNED, by, {"people": sizes.people})


def set_resources(*, decision: ZoneDecision, words: dict[str, str], by: Principal) -> None:
    """Write down posts, people on duty and food for the paper.  Refused: decided_already."""
    locked = _locked(decision)
    if locked.decided_at is not None:
        raise Refused(
            "decided_already", _("This decision is signed. Adjust it instead."), status=409
        )
    locked.resources = {name: words.get(name, "").strip() for name in RESOURCES}
    locked.save(update_fields=["resources"])
    audit.record("zone.resources_set", target=("zone_decision", locked.id), by=by)


def report(*, decision: ZoneDecision, by: Principal) -> ZoneDecision:
    """The report to the province went out now; the hours of the rule run from this minute.

    A zone in force is reported again before an area is added.  Refused: not_your_zone,
    zone_ended, reported_already.
    """
    locked = _locked(decision)
    _only_here(locked, by, *REPORTERS)
    _refuse_dropped(locked)
    if locked.state == ZoneDecision.State.ENDED:
        raise Refused("zone_ended", _("This zone has ended."), status=409)
    if locked.reported_at is not None and locked.decided_at is None:
        raise Refused("reported_already", _("This plan was reported already."), status=409)
    if locked.reported_at is None:
        locked.reported_at = now()
        locked.save(update_fields=["reported_at"])
    _step(locked, ZoneStep.Kind.REPORTED, by)
    audit.record("zone.reported", target=("zone_decision", locked.id), by=by)
    return locked


def decide(
    *,
    decision: ZoneDecision,
    signed: Signed,
    starts_at: datetime,
    ends_at: datetime | None = None,
    by: Principal,
) -> ZoneDecision:
    """Enter the signed decision: its parts are in force from `starts_at` on, to the minute.

    Refused: not_the_signer, decided_already, not_reported, too_early, number_missing,
    signer_missing, signed_later, ends_before_it_starts, zone_not_allowed and those of the scan.
    """
    locked = _locked(decision)
    at = now()
    law = law_or_refuse(locked.zone.disease, at=at, province=locked.province)
    _only_the_signer(locked, law, by)
    _refuse_dropped(locked)
    if locked.decided_at is not None:
        raise Refused(
            "decided_already", _("This decision is signed. Adjust it instead."), status=409
        )
    if locked.reported_at is None:
        raise Refused("not_reported", _("Report this plan to the province first."))
    _not_too_early(locked.reported_at, starts_at, law)
    _whole(signed)
    if ends_at is not None and ends_at <= starts_at:
        raise Refused("ends_before_it_starts", _("The end lies before the start."))
    keep_scan(decision=locked, kind=ZoneStep.Kind.DECIDED, scan=signed.scan, by=by)
    locked.decided_at, locked.starts_at, locked.ends_at = at, starts_at, ends_at
    locked.number, locked.signed_on = signed.number.strip(), signed.on
    locked.signer = signed.signer.strip()
    locked.save()
    ZonePart.objects.filter(decision=locked, to_at=None).update(from_at=starts_at)
    detail = {"number": locked.number, "starts_at": starts_at.isoformat()}
    _step(locked, ZoneStep.Kind.DECIDED, by, detail)
    audit.record("zone.decided", target=("zone_decision", locked.id), by=by, detail=detail)
    ring("tracing.zone")
    return locked


def adjust(
    *,
    decision: ZoneDecision,
    add: Iterable[Key] = (),
    take: Iterable[Key] = (),
    at: datetime,
    signed: Signed,
    by: Principal,
) -> ZoneDecision:
    """Add or take out parts from a minute on, by a signed paper.

    What is added shuts in more people: it needs a report to the province after the last paper, and
    the hours of the rule after it.  What is taken out is free from `at`.  Refused: those of
    `decide`, not_decided, zone_ended, nothing_changed, in_the_past.
    """
    locked = _in_force(decision)
    law = law_of(locked.zone.disease, at=now(), province=locked.province)
    _only_the_signer(locked, law, by)
    _whole(signed)
    _not_in_the_past(at)
    inside = area_of(locked, now())
    new = [key for key in add if key not in inside]
    gone = list(take)
    if new:
        _not_too_early(
            _last_report(locked),
            at,
            law_or_refuse(locked.zone.disease, at=now(), province=locked.province),
        )
    touched = ended(locked, gone, at)
    made = rows_of(locked, new, from_at=at)
    if not touched and not made:
        raise Refused("nothing_changed", _("Choose what is added or taken out."))
    ZonePart.objects.bulk_create(made)
    keep_scan(decision=locked, kind=ZoneStep.Kind.ADJUSTED, scan=signed.scan, by=by)
    _measure_again(locked, at)
    detail = {
        "number": signed.number.strip(),
        "from": at.isoformat(),
        "added": [list(map(str, key)) for key in new],
        "taken": [list(map(str, key)) for key in gone],
    }
    _step(locked, ZoneStep.Kind.ADJUSTED, by, detail)
    audit.record("zone.adjusted", target=("zone_decision", locked.id), by=by, detail=detail)
    ring("tracing.zone")
    return locked


def end(*, decision: ZoneDecision, signed: Signed, at: datetime, by: Principal) -> ZoneDecision:
    """Enter the paper that ends the zone: from `at` on nobody is held by it.

    Refused: those of `adjust`.
    """
    locked = _in_force(decision)
    law = law_of(locked.zone.disease, at=now(), province=locked.province)
    _only_the_signer(locked, law, by)
    _whole(signed)
    _not_in_the_past(at)
    if locked.starts_at is not None and at <= locked.starts_at:
        raise Refused("ends_before_it_starts", _("The end lies before the start."))
    keep_scan(decision=locked, kind=ZoneStep.Kind.ENDED, scan=signed.scan, by=by)
    locked.ended_at, locked.end_number = at, signed.number.strip()
    locked.end_signed_on = signed.on
    locked.save(update_fields=["ended_at", "end_number", "end_signed_on"])
    ended(locked, None, at)
    detail = {"number": locked.end_number, "at": at.isoformat()}
    _step(locked, ZoneStep.Kind.ENDED, by, detail)
    audit.record("zone.ended", target=("zone_decision", locked.id), by=by, detail=detail)
    ring("tracing.zone")
    return locked


def _locked(decision: ZoneDecision) -> ZoneDecision:
    return (
        ZoneDecision.objects.select_for_update(of=("self",))
        .select_related("zone")
        .get(pk=decision.pk)
    )


def _refuse_dropped(decision: ZoneDecision) -> None:
    if decision.dropped_at is not None:
        raise Refused(
            "zone_dropped",
            _("This plan was dropped: the case it was made for does not stand. Plan anew."),
            status=409,
        )


def _in_force(decision: ZoneDecision) -> ZoneDecision:
    locked = _locked(decision)
    if locked.decided_at is None:
        raise Refused("not_decided", _("This zone is not decided yet."), status=409)
    if locked.ended_at is not None:
        raise Refused("zone_ended", _("This zone has ended."), status=409)
    return locked


def _only_here(decision: ZoneDecision, by: Principal, *roles: Role) -> None:
    if not by.has(*roles) or by.commune != decision.commune:
        raise Refused(
            "not_your_zone",
            _("Only %(commune)s does this for its part of the zone.")
            % {"commune": unit_name(decision.commune)},
            status=403,
        )


def _only_the_signer(decision: ZoneDecision, law: Law, by: Principal) -> None:
    """Who signs is the rulebook's to say; the signer of this commune enters what was signed."""
    if law.signer in by.roles and by.commune == decision.commune:
        return
    raise Refused(
        "not_the_signer",
        _("Only the chairman of %(commune)s enters what the chairman signed.")
        % {"commune": unit_name(decision.commune)},
        status=403,
    )


def _not_too_early(reported_at: datetime, starts_at: datetime, law: Law) -> None:
    earliest = earliest_start(reported_at, law)
    if starts_at >= earliest:
        return
    raise Refused(
        "too_early",
        _(
            "%(article)s: at least %(hours)d hours lie between the report to the province and the"
            " start. The report went out at %(reported)s, so this cannot start before %(clock)s on"
            " %(day)s."
        )
        % {
            "article": law.answer.article,
            "hours": law.hours,
            "reported": clock(reported_at),
            "clock": clock(earliest),
            "day": full_date(earliest),
        },
    )


def _last_report(decision: ZoneDecision) -> datetime:
    """The report after the last paper; an addition needs one of its own."""
    steps = list(decision.steps.order_by("-at", "-id"))
    papers = [s.at for s in steps if s.kind in (ZoneStep.Kind.DECIDED, ZoneStep.Kind.ADJUSTED)]
    reports = [s.at for s in steps if s.kind == ZoneStep.Kind.REPORTED]
    if not reports or (papers and reports[0] <= papers[0]):
        raise Refused("not_reported", _("Report this plan to the province first."))
    return reports[0]


def _not_in_the_past(at: datetime) -> None:
    if at < now().replace(second=0, microsecond=0):
        raise Refused("in_the_past", _("This time has passed. Choose a later one."))


def _whole(signed: Signed) -> None:
    if not signed.number.strip():
        raise Refused("number_missing", _("Write the number of the signed paper."))
    if not signed.signer.strip():
        raise Refused("signer_missing", _("Write who signed the paper."))
    if signed.on > today():
        raise Refused("signed_later", _("The day of signing lies in the future. Check the day."))


def _measure_again(decision: ZoneDecision, at: datetime) -> None:
    sizes = measured(decision, at)
    decision.people, decision.households = sizes.people, sizes.households
    decision.businesses = sizes.businesses
    decision.save(update_fields=["people", "households", "businesses"])


def _step(
    decision: ZoneDecision, kind: ZoneStep.Kind, by: Principal, detail: dict[str, Any] | None = None
) -> None:
    ZoneStep(
        id=uuid7(),
        decision=decision,
        kind=kind,
        at=now(),
        by=by.account,
        by_name=by.name,
        detail=detail or {},
        commune=decision.commune,
        province=decision.province,
    ).save(force_insert=True)
