"""Results that stand no more although nobody pressed here: withdrawn or amended by the laboratory,
not confirmed by RT-PCR, or their case withdrawn on its own page.

Each becomes a prepared list that waits for a human.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.models import AuditEvent
from lachan.core.scope import Principal
from lachan.corrections import selectors, services
from lachan.corrections.models import Correction
from lachan.sampling.models import Release, Result, Withdrawal
from lachan.sampling.selectors import provisional_positives
from lachan.tracing.models import Case

State, Cause = Correction.State, Correction.Cause

#: What was taken back longer ago was worked by hand.
HEARD_WITHIN = timedelta(days=30)

#: The reason of what nobody gave one for; never the case's number: stations read it.
UNSAID = "–"

#: Worked in one transaction; the next round takes the rest.
AT_ONCE = 50


def hear(*, by: Principal) -> int:
    """Prepare a list for every positive that fell and has none; give how many."""
    fallen = _withdrawn() | _amended() | _refuted() | _withdrawn_cases()
    rows = Correction.objects.select_for_update(of=("self",)).filter(result__in=fallen)
    known = {row.result: row for row in rows}
    heard = 0
    for result, (cause, reason) in list(fallen.items())[:AT_ONCE]:
        row = known.get(result)
        if row is None or _only_looked_up(row):
            _take(result, row, cause, reason, by)
            heard += 1
    return heard


def _only_looked_up(row: Correction) -> bool:
    return row.cause == Cause.LOOKED_UP and row.decided_at is None


def _take(
    result: UUID, row: Correction | None, cause: Correction.Cause, reason: str, by: Principal
) -> None:
    event = _event(result, cause)
    author = services.decider(event.by_account, event.by_name) if event else by
    if row is None:
        row = Correction(result=result, asked_at=now(), asked_by=author.account)
        row.save(force_insert=True)
    row.cause = cause
    services.prepare(row)
    audit.record("correction.prepared", target=("correction", row.id), by=by)
    if not row.found:
        # Nothing rested on it: there is nothing to decide.
        row.state, row.done_at, row.due_at = State.DONE, now(), None
        row.save(update_fields=["state", "done_at", "due_at"])
        return
    told = reason or (str(event.detail.get("reason", "")) if event else "")
    services.spare(row, reason=told or UNSAID, by=author)


def _withdrawn() -> dict[UUID, tuple[Correction.Cause, str]]:
    rows = Withdrawal.objects.filter(
        result__outcome=Result.Outcome.POSITIVE, at__gt=now() - HEARD_WITHIN
    ).exclude(result__in=_settled())
    return {row.result_id: (Cause.WITHDRAWN, row.reason) for row in rows.order_by("at")[:AT_ONCE]}


def _amended() -> dict[UUID, tuple[Correction.Cause, str]]:
    """Positives that were released, and whose released amendment says something else."""
    rows = (
        Release.objects.filter(result__replaces__outcome=Result.Outcome.POSITIVE)
        .filter(result__replaces__release__isnull=False, at__gt=now() - HEARD_WITHIN)
        .exclude(result__outcome=Result.Outcome.POSITIVE)
        .exclude(result__replaces__in=_settled())
        .select_related("result", "result__amendment")
    )
    return {
        row.result.replaces_id: (Cause.AMENDED, _why_amended(row.result))
        for row in rows.order_by("at")[:AT_ONCE]
        if row.result.replaces_id
    }


def _why_amended(result: Result) -> str:
    amendment = getattr(result, "amendment", None)
    return amendment.reason if amendment is not None else ""


def _refuted() -> dict[UUID, tuple[Correction.Cause, str]]:
    """Rapid tests of suspected cases whose RT-PCR was negative."""
    rows = Case.objects.filter(status=Case.Status.SUSPECTED, opened_at__gt=now() - HEARD_WITHIN)
    rows = rows.filter(result__isnull=False).exclude(result__in=_settled())
    wanted = [row.result for row in rows.order_by("opened_at") if row.result]
    return {
        one.release.result_id: (Cause.REFUTED, "RT-PCR (–)")
        for one in provisional_positives(results=wanted)
        if one.state == "ended"
    }


def _withdrawn_cases() -> dict[UUID, tuple[Correction.Cause, str]]:
    rows = Case.objects.filter(status=Case.Status.WITHDRAWN, opened_at__gt=now() - HEARD_WITHIN)
    rows = rows.filter(result__isnull=False).exclude(result__in=_settled())
    return {
        row.result: (Cause.CASE_WITHDRAWN, "")
        for row in rows.order_by("opened_at")[:AT_ONCE]
        if row.result
    }


def _settled() -> Any:
    """Results whose list is prepared for a reason, decided or done."""
    rows = Correction.objects.exclude(cause=Cause.LOOKED_UP, decided_at=None)
    return rows.values("result")


def _event(result: UUID, cause: Correction.Cause) -> AuditEvent | None:
    """Who took the result back, or withdrew the case: the author of what is done at once."""
    target: tuple[str, UUID] = ("result", result)
    kind = "result.withdrawn"
    if cause == Cause.AMENDED:
        newer = Result.objects.filter(replaces=result).values_list("id", flat=True).first()
        target, kind = ("result", newer or result), "result.released"
    if cause == Cause.REFUTED:
        pcr = next((one.pcr for one in provisional_positives(results=[result])), None)
        target, kind = ("result", pcr.result_id if pcr else result), "result.released"
    if cause == Cause.CASE_WITHDRAWN:
        case = Case.objects.filter(result=result).values_list("id", flat=True).first()
        target, kind = ("case", case or result), "case.withdrawn"
    # The worker reads the audit as its owner: nobody else does.
    events = AuditEvent.objects.using("owner").filter(
        kind=kind, target_kind=target[0], target_id=str(target[1])
    )
    return events.order_by("-at").first()


def settle(*, by: Principal) -> int:
    """Close the tasks whose signers have done them; give how many."""
    waiting = selectors.tasks_waiting()
    done = [row for row in waiting if not selectors.still_waits(row)]
    for row in done:
        row.settled_at = now()
        row.save(update_fields=["settled_at"])
        audit.record("correction.settled", target=("undoing", row.id), by=by)
    return len(done)
