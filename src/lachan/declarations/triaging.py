"""From what somebody declared to somebody who calls: opening, taking, closing and handing tasks on.

Opening is the worker's; taking and closing are a human's.  What a person declares while a task of
his is open comes to that task, and can only make it more urgent: a human closes it, no later No.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.declarations import following, selectors, triage_reading
from lachan.declarations.models import Declaration, FollowUp, TriageEvent, TriageTask
from lachan.declarations.triage_reading import OPEN
from lachan.people.models import Person
from lachan.people.services import Stay, move_stay
from lachan.places.selectors import today_of
from lachan.rulebook.selectors import TriageRule, triage_rule, triaged

#: Declarations worked in one transaction; the next round takes the rest.
AT_ONCE = 200

#: The most urgent first.
URGENCY = (
    TriageTask.Reason.DANGER,
    TriageTask.Reason.SYMPTOMS,
    TriageTask.Reason.MISSED,
    TriageTask.Reason.CONTACT,
)

#: Characters of an officer's note.
LONGEST_NOTE = 500


def work_declarations(*, by: Principal) -> int:
    """Make tasks of what was declared and nobody has worked; give how many rows were worked."""
    rows = list(
        Declaration.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(triage_reading.TO_TRIAGE)
        .order_by("at")[:AT_ONCE]
    )
    for row in rows:
        _triage(row, by)
        row.triaged_at = now()
    Declaration.objects.bulk_update(rows, ["triaged_at"])
    return len(rows)


def _triage(row: Declaration, by: Principal) -> None:
    person = Person.objects.select_for_update().get(pk=row.person_id)
    if person.erased_at is not None:
        return
    # What comes later than it was made could not be known earlier: its hours run from now.
    late = row.way in (Declaration.Way.PAPER, Declaration.Way.HOT)
    known_at = now() if late else row.at
    rule = triage_rule(known_at, province=person.province)
    reason = reason_of(row, rule)
    task = open_task(person.id)
    if reason is not None:
        raise_task(person, reason, rule, known_at=known_at, declaration=row, by=by)
    elif task is not None:
        _append(task, TriageEvent.Kind.DECLARED, declaration=row, by=by)


def reason_of(row: Declaration, rule: TriageRule) -> TriageTask.Reason | None:
    """Why somebody who declared this is to be called; None when nothing was declared."""
    if row.symptoms:
        answers = selectors.answers_of(row)
        danger = any(answers.get(code) == "yes" for code in rule.danger_signs)
        return TriageTask.Reason.DANGER if danger else TriageTask.Reason.SYMPTOMS
    return TriageTask.Reason.CONTACT if row.contact else None


def open_task(person: UUID) -> TriageTask | None:
    """The one open task of a person, locked."""
    rows = TriageTask.objects.select_for_update(of=("self",))
    return rows.filter(person=person, state__in=OPEN).first()


def raise_task(
    person: Person,
    reason: TriageTask.Reason,
    rule: TriageRule,
    *,
    known_at: datetime,
    declaration: Declaration | None = None,
    by: Principal,
) -> TriageTask:
    """Put the person on the station's list, or make the open task more urgent.

    The person's row is locked by the caller: two facts at once are one after the other.
    """
    task = open_task(person.id)
    if task is None:
        return _open(person, reason, rule, known_at, declaration, by)
    due_at = known_at + timedelta(hours=rule.hours[reason])
    if declaration is not None:
        task.declaration = declaration
    if URGENCY.index(reason) < URGENCY.index(TriageTask.Reason(task.reason)):
        _decide(task, reason, rule)
    task.due_at = min(task.due_at, due_at)
    task.save()
    _append(task, _EVENT_OF[reason, declaration is None], declaration=declaration, by=by)
    return task


_EVENT_OF = {
    (TriageTask.Reason.DANGER, True): TriageEvent.Kind.REPORTED,
    (TriageTask.Reason.MISSED, True): TriageEvent.Kind.MISSED,
    **{(reason, False): TriageEvent.Kind.DECLARED for reason in URGENCY},
}


def _open(
    person: Person,
    reason: TriageTask.Reason,
    rule: TriageRule,
    known_at: datetime,
    declaration: Declaration | None,
    by: Principal,
) -> TriageTask:
    task = TriageTask(
        person=person,
        declaration=declaration,
        opened_at=now(),
        due_at=known_at + timedelta(hours=rule.hours[reason]),
        commune=person.commune,
        province=person.province,
    )
    _decide(task, reason, rule)
    task.save(force_insert=True)
    _append(task, TriageEvent.Kind.OPENED, declaration=declaration, by=by)
    detail = {"reason": reason.value, "due_at": task.due_at.isoformat()}
    audit.record("triage.opened", target=("triage", task.id), by=by, detail=detail)
    return task


def _decide(task: TriageTask, reason: TriageTask.Reason, rule: TriageRule) -> None:
    decision = triaged(rule, reason)
    task.reason = reason
    task.urgent = reason == TriageTask.Reason.DANGER
    task.rule, task.rule_version = decision.rule, decision.version
    task.values = dict(decision.values)


def _append(
    task: TriageTask,
    kind: TriageEvent.Kind,
    *,
    declaration: Declaration | None = None,
    outcome: str = "",
    note: str = "",
    by: Principal,
) -> None:
    TriageEvent.objects.create(
        task=task,
        person_id=task.person_id,
        kind=kind,
        at=now(),
        by=by.account,
        by_name=by.name,
        declaration=declaration,
        outcome=outcome,
        note=seal(task.person_id, {"note": note}) if note else None,
        commune=task.commune,
        province=task.province,
    )


def take(task: TriageTask, *, by: Principal) -> TriageTask:
    """Begin to work a task; one that a colleague has may be taken over, and that stays on record.

    Refused: task_closed.
    """
    row = _still_open(task)
    if row.taken_by == by.account:
        return row
    row.state = TriageTask.State.TAKEN
    row.taken_at, row.taken_by, row.taken_by_name = now(), by.account, by.name
    row.save(update_fields=["state", "taken_at", "taken_by", "taken_by_name"])
    _append(row, TriageEvent.Kind.TAKEN, by=by)
    audit.record("triage.taken", target=("triage", row.id), by=by)
    return row


def finish(
    task: TriageTask, *, outcome: str, note: str = "", site: str = "", by: Principal
) -> TriageTask:
    """Close a task with its outcome.

    Self-monitoring begins a follow-up by the rule's days; a facility, or no need, ends one.
    `site`: where the daily links lead ("https://...").  Refused: human_only, task_closed,
    outcome_missing, taken_by_another.
    """
    _human(by)
    if outcome not in TriageTask.Outcome.values:
        raise Refused("outcome_missing", _("Choose what came of it."))
    row = _still_open(task)
    if row.taken_by not in (None, by.account):
        raise Refused(
            "taken_by_another",
            _("%(name)s has this person now. Take the person over first.")
            % {"name": row.taken_by_name},
            status=409,
        )
    row.state, row.outcome, row.closed_at = TriageTask.State.DONE, outcome, now()
    row.save(update_fields=["state", "outcome", "closed_at"])
    _append(row, TriageEvent.Kind.DONE, outcome=outcome, note=note[:LONGEST_NOTE], by=by)
    _follow(row, outcome, site, by)
    audit.record("triage.done", target=("triage", row.id), by=by, detail={"outcome": outcome})
    ring("declarations.triaged")
    return row


def _follow(task: TriageTask, outcome: str, site: str, by: Principal) -> None:
    if outcome == TriageTask.Outcome.SELF_MONITORING:
        following.begin(task, site=site, by=by)
    elif outcome in (TriageTask.Outcome.FACILITY, TriageTask.Outcome.NO_NEED):
        following.end(task.person_id, reason=FollowUp.Ended(outcome), by=by)


def hand_over(task: TriageTask, *, commune: int, address: str, by: Principal) -> TriageTask:
    """The person stays elsewhere now: the register says so, and the task goes to that commune.

    After it, whoever handed it over sees the person no longer.  Refused: human_only, task_closed,
    same_commune, stay_before_last.
    """
    _human(by)
    row = _still_open(task)
    if commune == row.commune:
        raise Refused("same_commune", _("That is this commune. Choose where the person stays now."))
    _hand(row, commune, by)
    stay = Stay(commune=commune, province=today_of(commune).province, address=address)
    move_stay(person=row.person, stay=stay, by=by)
    ring("declarations.handed")
    return row


def _hand(row: TriageTask, commune: int, by: Principal) -> None:
    row.state, row.closed_at, row.to_commune = TriageTask.State.HANDED, now(), commune
    row.save(update_fields=["state", "closed_at", "to_commune"])
    _append(row, TriageEvent.Kind.HANDED, by=by)
    detail = {"to_commune": commune}
    audit.record("triage.handed", target=("triage", row.id), by=by, detail=detail)


def follow_moves(*, by: Principal) -> int:
    """Tasks of people who stay elsewhere now go there; give how many went."""
    for row in triage_reading.strayed_tasks()[:AT_ONCE]:
        _hand(row, row.person.commune, by)
    rows = list(
        TriageTask.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=TriageTask.State.HANDED, moved_on_at=None)
        .order_by("closed_at")[:AT_ONCE]
    )
    for row in rows:
        _move_on(row, by)
    return len(rows)


def _move_on(row: TriageTask, by: Principal) -> None:
    person = Person.objects.select_for_update().get(pk=row.person_id)
    row.moved_on_at = now()
    row.save(update_fields=["moved_on_at"])
    if person.erased_at is not None:
        return
    rule = triage_rule(now(), province=person.province)
    reason = TriageTask.Reason(row.reason)
    came = raise_task(person, reason, rule, known_at=now(), declaration=row.declaration, by=by)
    _append(came, TriageEvent.Kind.CAME, declaration=row.declaration, by=by)


def _still_open(task: TriageTask) -> TriageTask:
    row = TriageTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if row.state not in OPEN:
        raise Refused("task_closed", _("This person was dealt with already."), status=409)
    return row


def _human(by: Principal) -> None:
    if by.system:
        raise Refused("human_only", _("Only a human says what came of a call."), status=403)
