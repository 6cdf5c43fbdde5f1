"""Look up what a positive brought about, decide that it does not stand, and have it undone.

A request writes that somebody looked, and what a human decided.  The worker finds and undoes: the
people live in communes the decider does not see.  All of one decision is undone in one transaction.
"""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.corrections import selectors, undoing
from lachan.corrections.kinds import AT_ONCE
from lachan.corrections.models import Correction
from lachan.sampling.models import Result
from lachan.sampling.services import withdraw_result
from lachan.tracing.models import Case

State, Cause = Correction.State, Correction.Cause

#: Within this time of its being prepared a list is decided, or stands overdue on the board.
#: Source: our own choice, to be confirmed by a health officer; nobody is held meanwhile.
DECIDE_WITHIN = timedelta(hours=1)

#: Characters of a reason that are kept.
REASON_LENGTH = 200


def look_up(*, result: UUID, case: Case | None, laboratory: UUID | None, by: Principal) -> None:
    """Have the worker find what this result brought about; asked twice it is found once."""
    made = Correction(
        result=result,
        laboratory=laboratory,
        asked_at=now(),
        asked_by=by.account,
        commune=case.commune if case else None,
        province=case.province if case else None,
    )
    Correction.objects.bulk_create([made], ignore_conflicts=True)
    audit.record("correction.looked_up", target=("result", result), by=by)
    ring("corrections.asked")


def look_again(*, correction: Correction, by: Principal) -> None:
    """Find anew what a list that nobody decided on holds."""
    Correction.objects.filter(pk=correction.pk, state=State.PREPARED).update(state=State.ASKED)
    audit.record("correction.looked_up", target=("result", correction.result), by=by)
    ring("corrections.asked")


def decide(*, correction: Correction, reason: str, by: Principal) -> Correction:
    """A human says that the positive does not stand; the worker undoes everything in one act.

    The laboratory's head takes the result itself back by the same press.  A repeated press changes
    nothing.  Refused: human_only, reason_needed, not_prepared.
    """
    if by.system:
        raise Refused(
            "human_only", _("Only a human says that a result does not stand."), status=403
        )
    undecided = Correction.objects.filter(pk=correction.pk, decided_at=None)
    # What is decided is the worker's: no request locks or changes it.
    waits = undecided.select_for_update(of=("self",)).first()
    locked = waits or Correction.objects.get(pk=correction.pk)
    if waits is None and not _mine_to_take_back(locked, by):
        return locked
    if not reason.strip():
        raise Refused("reason_needed", _("Say why this positive does not stand."))
    if locked.state == State.ASKED:
        raise Refused(
            "not_prepared",
            _("What it brought about is still being looked up. Load the page in a moment."),
            status=409,
        )
    if _mine_to_take_back(locked, by):
        result = Result.objects.get(pk=locked.result)
        withdraw_result(result=result, reason=reason, by=by)
    if waits is None:
        return locked
    locked.state, locked.reason = State.DECIDED, reason.strip()[:REASON_LENGTH]
    locked.decided_at, locked.decided_by, locked.decided_by_name = now(), by.account, by.name
    locked.done_at = None
    locked.save(
        update_fields=[
            *("state", "reason", "decided_at", "decided_by", "decided_by_name", "done_at"),
        ]
    )
    audit.record("correction.decided", target=("correction", locked.id), by=by)
    ring("corrections.decided")
    return locked


def _mine_to_take_back(correction: Correction, by: Principal) -> bool:
    """The result itself stands, and is this laboratory's to take back, whoever decided before."""
    if not by.has(Role.LABORATORY_LEAD):
        return False
    return selectors.result_stands(correction.result)


def prepare(correction: Correction) -> None:
    """Find what the result brought about, and lay it before a human; the worker's."""
    ground = selectors.ground_of(correction.result)
    found = selectors.consequences_of(correction.result)
    correction.case = ground.case
    if ground.unit is not None:
        correction.commune, correction.province = ground.unit
    if ground.row is not None:
        correction.laboratory = ground.row.laboratory
    at = now()
    correction.found = undoing.counts_of(found)
    correction.state, correction.prepared_at = State.PREPARED, at
    correction.due_at = correction.due_at or at + DECIDE_WITHIN
    correction.save()


def spare(correction: Correction, *, reason: str, by: Principal) -> None:
    """What is harmful to leave for minutes: holdings end, unsigned orders are dropped, signers of
    the others are told.  `by` took the result back, a moment ago."""
    found = selectors.consequences_of(correction.result)
    urgent = [each for each in found if (each.kind, each.act) in AT_ONCE]
    if not urgent:
        return
    undoing.undo(correction, urgent, reason=reason, by=by)
    correction.undone = undoing.all_counts(correction)
    correction.save(update_fields=["undone"])


def finish(correction: Correction, *, by: Principal) -> None:
    """Undo everything a human decided on; `by` is the worker, every fact names who decided."""
    if correction.state != State.DECIDED or correction.decided_by is None:
        return
    human = decider(correction.decided_by, correction.decided_by_name)
    found = selectors.consequences_of(correction.result)
    undoing.undo(correction, found, reason=correction.reason, by=human)
    correction.undone = undoing.all_counts(correction)
    correction.state, correction.done_at = State.DONE, now()
    correction.save(update_fields=["undone", "state", "done_at"])
    ring("corrections.done")


def decider(account: UUID, name: str) -> Principal:
    """Whoever decided, as the author of what the worker writes for him; it opens nothing."""
    return Principal(account=account, name=name, roles=frozenset())
