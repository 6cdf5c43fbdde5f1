"""Cases and what humans decide about contacts.  Nobody is told anything before a human approves."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.places.selectors import unit_code
from lachan.rulebook.selectors import contact_rule, group_of
from lachan.sampling.selectors import ReleasedPositive
from lachan.tracing import marking
from lachan.tracing.chains import CASE_WITHDRAWN
from lachan.tracing.level_rows import CARRIED
from lachan.tracing.level_runs import ask_levels
from lachan.tracing.models import (
    Case,
    Contact,
    ContactChange,
    LevelRun,
    Run,
    StageMark,
    Suspicion,
    WorkedResult,
)
from lachan.tracing.undoing import ask_to_lift as ask_to_lift
from lachan.tracing.undoing import drop_zones as drop_zones
from lachan.tracing.undoing import recall_handovers as recall_handovers

#: A contact moves only along these: a decision can be taken back, a hand-over only by its return.
MOVES = {
    Contact.State.TO_VERIFY: {Contact.State.CONFIRMED, Contact.State.RULED_OUT},
    Contact.State.CONFIRMED: {
        Contact.State.TO_VERIFY,
        Contact.State.RULED_OUT,
        Contact.State.HANDED_OVER,
    },
    Contact.State.RULED_OUT: {Contact.State.TO_VERIFY, Contact.State.CONFIRMED},
    Contact.State.HANDED_OVER: {Contact.State.CONFIRMED},
}


def open_case(
    positive: ReleasedPositive, *, by: Principal, status: str = Case.Status.CONFIRMED
) -> Case | None:
    """Make a case of a released positive; the same result makes one case, however often it comes.

    Where its person is a suspected case by a rapid test, that case is confirmed.  The infectious
    window runs from the rule's hours before the onset (or the sample, when there is no onset)
    without end, until somebody isolates or recovers.
    """
    _worked, new = WorkedResult.objects.get_or_create(
        result=positive.result, defaults={"at": now()}
    )
    if not new:
        return None
    suspected = _suspected(positive)
    if suspected is not None:
        return _confirm(suspected, positive, by)
    person = Person.objects.get(pk=positive.person)
    rule = contact_rule(positive.disease, at=positive.taken_at)
    case = Case(
        number=_number(person.province, positive.released_at),
        person=person,
        disease=positive.disease,
        status=status,
        group=group_of(positive.disease, at=positive.released_at) or "",
        result=positive.result,
        reason=positive.reason,
        onset=positive.onset,
        taken_at=positive.taken_at,
        released_at=positive.released_at,
        opened_at=now(),
        infectious_from=_first_symptom(positive) - timedelta(hours=rule.infectious_before_hours),
        rule=f"{rule.rule}@{rule.version}",
        commune=person.commune,
        province=person.province,
    )
    case.save(force_insert=True)
    audit.record("case.opened", target=("case", case.id), by=by)
    ask(case, by=by)
    ask_levels(case, LevelRun.Trigger.CASE_ADDED, by=by)
    return case


def _suspected(positive: ReleasedPositive) -> Case | None:
    """The case that was opened by a rapid test of this person and waits for RT-PCR."""
    rows = Case.objects.select_for_update(of=("self",)).filter(
        person=positive.person,
        disease=positive.disease,
        status=Case.Status.SUSPECTED,
        result__in=Suspicion.objects.filter(person=positive.person).values("result"),
        taken_at__lte=positive.taken_at,
    )
    return rows.order_by("opened_at").first()


def _confirm(case: Case, positive: ReleasedPositive, by: Principal) -> Case:
    """From now on the case rests on RT-PCR; its window stays that of the earlier sample."""
    case.status, case.result = Case.Status.CONFIRMED, positive.result
    case.save(update_fields=["status", "result"])
    audit.record(
        "case.confirmed",
        target=("case", case.id),
        by=by,
        detail={"result": str(positive.result)},
    )
    return case


def withdraw_case(case: Case, *, reason: str, by: Principal) -> None:
    """The positive was wrong: the case counts no longer, and everybody's level is told anew.

    Rows nobody decided on are ruled out with the reason `case_withdrawn`; rows a human decided on
    stay as they are, for that human to look at.  Refused: human_only, reason_needed,
    case_withdrawn.
    """
    if by.system:
        raise Refused("human_only", _("Only a human decides about a contact."), status=403)
    if not reason.strip():
        raise Refused("reason_needed", _("Say why this positive does not stand."))
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.status == Case.Status.WITHDRAWN:
        raise Refused("case_withdrawn", _("This case was withdrawn already."), status=409)
    locked.status = Case.Status.WITHDRAWN
    locked.save(update_fields=["status"])
    rows = undecided(locked)
    _move(rows, Contact.State.RULED_OUT, CASE_WITHDRAWN, by)
    ask_levels(locked, LevelRun.Trigger.CASE_WITHDRAWN, by=by)
    audit.record(
        "case.withdrawn",
        target=("case", case.id),
        by=by,
        detail={
            "reason": reason.strip()[:REASON_LENGTH],
            "contacts": [str(row.id) for row in rows],
        },
    )


#: Characters of a reason that are kept.
REASON_LENGTH = 200


def undecided(case: Case) -> list[Contact]:
    """The rows no human decided on in this case: to verify, or confirmed in another case only."""
    last = ContactChange.objects.filter(contact=OuterRef("pk")).order_by("-at", "-id")
    rows = Contact.objects.select_for_update(of=("self",)).filter(case=case)
    return list(
        rows.annotate(why=Subquery(last.values("reason")[:1])).filter(
            Q(state=Contact.State.TO_VERIFY) | Q(state=Contact.State.CONFIRMED, why=CARRIED)
        )
    )


def _first_symptom(positive: ReleasedPositive) -> datetime:
    """Midnight of the onset at the installation's offset; the sample's time without an onset."""
    if positive.onset is None:
        return positive.taken_at
    return datetime.combine(positive.onset, time(), OFFSET)


def _number(province: int, at: datetime) -> str:
    """The province's code, the year, and the case's place in that year's order there."""
    prefix = f"{unit_code(province)}-{day_of(at).year}-"
    last = Case.objects.filter(number__startswith=prefix).order_by("-number").first()
    serial = 1 if last is None else int(last.number.rsplit("-", 1)[1]) + 1
    return f"{prefix}{serial:04}"


def ask(case: Case, *, by: Principal) -> Run:
    """Ask the engine who was at the case's places and times; the worker answers in a moment."""
    waiting = case.runs.filter(state=Run.State.ASKED).first()
    if waiting is not None:
        return waiting
    run = Run(
        case=case,
        asked_at=now(),
        asked_by=by.account,
        commune=case.commune,
        province=case.province,
    )
    run.save(force_insert=True)
    audit.record("run.asked", target=("run", run.id), by=by)
    ring("tracing.run")
    return run


def take(case: Case, *, by: Principal) -> None:
    """Put one's name to a case nobody has taken; the board shows it so."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.taken_by not in {None, by.account}:
        raise Refused(
            "case_taken", _("%(name)s took this case already.") % {"name": locked.taken_by_name}
        )
    locked.taken_by = by.account
    locked.taken_by_name = by.name
    locked.by_commune = locked.by_commune or by.commune == case.commune
    locked.save(update_fields=["taken_by", "taken_by_name", "by_commune"])
    if locked.by_commune:
        Contact.objects.filter(case=case).update(opened_at=None)
        ring("tracing.contact")
    marking.mark(locked, StageMark.Stage.TAKEN, by=by)
    audit.record("case.taken", target=("case", case.id), by=by)


def decide(
    *, contacts: Iterable[UUID], state: Contact.State, reason: str = "", by: Principal
) -> int:
    """Move contacts to `confirmed` or `ruled_out` (or back to `to_verify`) by a human's act.

    A batch is one act with one event; give how many moved.  A ruling out needs a reason.
    """
    if by.system:
        raise Refused("human_only", _("Only a human decides about a contact."), status=403)
    if state == Contact.State.RULED_OUT and not reason:
        raise Refused("reason_needed", _("Say why this person is ruled out."))
    rows = list(Contact.objects.select_for_update().filter(pk__in=list(contacts)))
    if not rows:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    moved = [row for row in rows if row.state != state]
    for row in moved:
        _refuse_move(row, state)
    were = {row.state for row in moved}
    _move(moved, state, reason, by)
    audit.record(
        f"contact.{state.value}",
        target=("case", rows[0].case_id),
        by=by,
        detail={"contacts": [str(row.id) for row in moved], "reason": reason},
    )
    if state == Contact.State.RULED_OUT or Contact.State.RULED_OUT in were:
        ask_levels(rows[0].case, LevelRun.Trigger.LINKS_CHANGED, by=by)
    return len(moved)


def may_become(state: Contact.State) -> set[str]:
    """The states from which a contact may move to `state`."""
    return {before.value for before, after in MOVES.items() if state in after}


def _refuse_move(row: Contact, state: Contact.State) -> None:
    if state not in MOVES[Contact.State(row.state)]:
        raise Refused(
            "wrong_state",
            _("This contact stands at another step now. Load the list again."),
            status=409,
        )


def _move(rows: list[Contact], state: Contact.State, reason: str, by: Principal) -> None:
    at = now()
    changes = [
        ContactChange(
            id=uuid7(),
            contact=row,
            before=row.state,
            after=state,
            reason=reason,
            at=at,
            by=by.account,
            by_name=by.name,
            commune=row.commune,
            province=row.province,
        )
        for row in rows
    ]
    ContactChange.objects.bulk_create(changes)
    for row in rows:
        row.state = state
    Contact.objects.bulk_update(rows, ["state"])


def mark_handed_over(rows: list[Contact], *, by: Principal) -> None:
    """Move confirmed contacts to `handed_over`; called by the hand-over in the same transaction."""
    for row in rows:
        _refuse_move(row, Contact.State.HANDED_OVER)
    _move(rows, Contact.State.HANDED_OVER, "", by)


def take_back(row: Contact, *, reason: str, by: Principal) -> None:
    """A hand-over came back: the contact is ours again, confirmed as before."""
    _move([row], Contact.State.CONFIRMED, reason, by)
