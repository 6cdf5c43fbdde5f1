"""Acts inside a zone in force: one tap each, appended with their time; the newest word holds."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.tracing.models import ZoneDecision, ZoneNeed, ZonePass, ZonePresence, ZoneRound


def mark_presence(*, decision: ZoneDecision, person: UUID, present: bool, by: Principal) -> None:
    """The person is in the zone now, or is not.  Refused: not_in_force, not_seen."""
    row = ZonePresence(present=present, **_fact(decision, person, by))
    row.save(force_insert=True)
    _record("presence", decision, by)


def mark_need(
    *, decision: ZoneDecision, person: UUID, kind: str, open: bool, by: Principal
) -> None:
    """The person needs medicine, dialysis, help with a birth, food; or the need was met.

    Refused: not_in_force, not_seen, unknown_need.
    """
    if kind not in ZoneNeed.Kind.values:
        raise Refused("unknown_need", _("Choose what is needed."))
    row = ZoneNeed(kind=kind, open=open, **_fact(decision, person, by))
    row.save(force_insert=True)
    _record("need", decision, by)


def plan_round(*, decision: ZoneDecision, on: date, by: Principal) -> ZoneRound:
    """Plan a round of sampling for a day.  Refused: not_in_force, round_outside."""
    _in_force(decision)
    end = day_of(decision.ends_at) if decision.ends_at else None
    if decision.starts_at is None or on < day_of(decision.starts_at) or (end and on > end):
        raise Refused("round_outside", _("Choose a day on which the zone is in force."))
    last = decision.rounds.order_by("-number").first()
    row = ZoneRound(
        id=uuid7(),
        decision=decision,
        number=last.number + 1 if last else 1,
        planned_on=on,
        made_at=now(),
        made_by=by.account,
        commune=decision.commune,
        province=decision.province,
    )
    row.save(force_insert=True)
    _record("round_planned", decision, by)
    return row


def finish_round(*, row: ZoneRound, sampled: int, positive: int, by: Principal) -> None:
    """The round is done with these counts.  Refused: round_done, counts_do_not_fit."""
    locked = ZoneRound.objects.select_for_update().get(pk=row.pk)
    if locked.done_at is not None:
        raise Refused("round_done", _("This round is done already."), status=409)
    if not 0 <= positive <= sampled:
        raise Refused("counts_do_not_fit", _("There cannot be more positives than samples."))
    locked.done_at, locked.sampled, locked.positive = now(), sampled, positive
    locked.save(update_fields=["done_at", "sampled", "positive"])
    audit.record("zone.round_done", target=("zone_round", locked.id), by=by)


def give_pass(
    *,
    decision: ZoneDecision,
    person: UUID,
    reason: str,
    from_at: datetime,
    to_at: datetime,
    signer: str,
    by: Principal,
) -> ZonePass:
    """Somebody may go in and out for a reason.

    Refused: not_in_force, not_seen, pass_incomplete.
    """
    if reason not in ZonePass.Reason.values or not signer.strip() or to_at <= from_at:
        raise Refused(
            "pass_incomplete", _("A pass needs a reason, a signer, and an end after its start.")
        )
    row = ZonePass(
        reason=reason,
        from_at=from_at,
        to_at=to_at,
        signer=signer.strip(),
        **_fact(decision, person, by),
    )
    row.save(force_insert=True)
    _record("pass_given", decision, by)
    return row


def withdraw_pass(*, row: ZonePass, by: Principal) -> None:
    """The pass holds no longer; it stays on record."""
    ZonePass.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=now())
    audit.record("zone.pass_withdrawn", target=("zone_pass", row.id), by=by)


def _fact(decision: ZoneDecision, person: UUID, by: Principal) -> dict[str, object]:
    _in_force(decision)
    if not Person.objects.filter(pk=person, erased_at=None).exists():
        raise Refused("not_seen", _("This person cannot be opened here."), status=404)
    return {
        "id": uuid7(),
        "decision": decision,
        "person_id": person,
        "at": now(),
        "by": by.account,
        "by_name": by.name,
        "commune": decision.commune,
        "province": decision.province,
    }


def _in_force(decision: ZoneDecision) -> None:
    """Decided is enough: lists and passes are made ready before the minute comes."""
    if decision.state not in (ZoneDecision.State.DECIDED, ZoneDecision.State.IN_FORCE):
        raise Refused("not_in_force", _("This zone is not in force."), status=409)


def _record(what: str, decision: ZoneDecision, by: Principal) -> None:
    audit.record(f"zone.{what}", target=("zone_decision", decision.id), by=by)
