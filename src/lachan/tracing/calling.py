"""Calling people: who is next, what a call came to, and when somebody has to go there instead."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.places.selectors import today_of
from lachan.rulebook.selectors import CallingRule, calling_rule
from lachan.tracing import call_queue, handover, modes
from lachan.tracing.calls import SPOKEN, Call, CallShift, CallTurn, Outcome
from lachan.tracing.handovers import HandoverState, Kind
from lachan.tracing.models import Contact, HandoverReceipt

#: People shared out in one act; a longer queue is shared out again when this is done.
SHARED_AT_ONCE = 2_000
#: People looked at for the next call before it is said that nobody is left.
TRIED_FOR_NEXT = 50


def province_of(by: Principal) -> int:
    """The province whose people this account calls.  Refused: sender_unknown."""
    if by.province is not None:
        return by.province
    if by.commune is None:
        raise Refused("sender_unknown", _("Only a station or a CDC calls people."), status=403)
    return today_of(by.commune).province


def log_call(
    *,
    persons: Iterable[UUID],
    outcome: Outcome,
    by: Principal,
    note: str = "",
    next_at: datetime | None = None,
) -> list[Call]:
    """Write down a call, for everybody it was about: a shared telephone is one call about several.

    Who was spoken to is called no more; who did not answer comes back after the rule's minutes, and
    after the rule's tries somebody of the commune is asked to go there.  Refused: nobody_to_call.
    """
    province = province_of(by)
    calls = [
        _log_one(person, province, outcome, note, next_at, by) for person in dict.fromkeys(persons)
    ]
    if not calls:
        raise _nobody()
    return calls


def _nobody() -> Refused:
    return Refused(
        "nobody_to_call", _("This person is on none of your lists. Load the queue again.")
    )


def _log_one(
    person: UUID,
    province: int,
    outcome: Outcome,
    note: str,
    next_at: datetime | None,
    by: Principal,
) -> Call:
    contacts = list(
        Contact.objects.select_related("case")
        .filter(person=person, province=province)
        .exclude(state=Contact.State.RULED_OUT)
        .order_by("found_at")
    )
    if not contacts:
        raise _nobody()
    at = now()
    rule = calling_rule(contacts[0].case.disease, at, province=province)
    turn = _turn(person, province)
    _advance(turn, outcome, rule, next_at, at)
    call = Call(
        person_id=person,
        contacts=[row.id for row in contacts],
        outcome=outcome,
        note_sealed=seal(person, {"note": note.strip()}) if note.strip() else None,
        at=at,
        by=by.account,
        by_name=by.name,
        next_at=turn.next_at,
        province=province,
    )
    call.save(force_insert=True)
    if _must_be_visited(turn, outcome, rule):
        _send_somebody(turn, contacts, at, by)
    turn.save()
    audit.record(
        "contact.called",
        target=("person", person),
        by=by,
        detail={"call": str(call.id), "outcome": outcome.value},
    )
    return call


def _turn(person: UUID, province: int) -> CallTurn:
    turn, _new = CallTurn.objects.select_for_update().get_or_create(
        person_id=person, province=province
    )
    return turn


def _advance(
    turn: CallTurn,
    outcome: Outcome,
    rule: CallingRule,
    next_at: datetime | None,
    at: datetime,
) -> None:
    """Where the person stands after this call."""
    turn.last_outcome, turn.last_at = outcome, at
    turn.held_by, turn.held_by_name, turn.held_until = None, "", None
    if outcome in SPOKEN:
        turn.spoken_at, turn.tries, turn.next_at = at, 0, next_at
        turn.unreachable_at = None
        return
    turn.tries += 1
    turn.next_at = next_at or at + timedelta(minutes=rule.retry_minutes)


def _must_be_visited(turn: CallTurn, outcome: Outcome, rule: CallingRule) -> bool:
    """After the rule's tries, and at once where the number is somebody else's."""
    if outcome in SPOKEN or turn.unreachable_at is not None:
        return False
    return turn.tries >= rule.tries or outcome == Outcome.WRONG_NUMBER


def _send_somebody(
    turn: CallTurn, contacts: Sequence[Contact], at: datetime, by: Principal
) -> None:
    """Ask the neighbourhood team of where the person is to go there, if its mode knows visits."""
    turn.unreachable_at, turn.next_at = at, None
    nearest = min(contacts, key=lambda row: (row.hop, row.found_at))
    if modes.exists(modes.Task.VISIT, nearest.home_commune, at):
        handover.ask(case=nearest.case, contacts=[nearest.id], kind=Kind.VISIT, by=by)


def go_there(person: UUID, *, by: Principal) -> None:
    """Somebody without a telephone: ask the team of the commune to go there.

    Refused: nobody_to_call, no_visits_there.
    """
    contacts = list(
        Contact.objects.select_related("case")
        .filter(person=person, province=province_of(by))
        .exclude(state=Contact.State.RULED_OUT)
        .order_by("found_at")
    )
    if not contacts:
        raise _nobody()
    if not modes.exists(modes.Task.VISIT, contacts[0].home_commune):
        raise Refused(
            "no_visits_there", _("The commune makes no visits in its present mode. Call instead.")
        )
    turn = _turn(person, province_of(by))
    _send_somebody(turn, contacts, now(), by)
    turn.held_by, turn.held_by_name, turn.held_until = None, "", None
    turn.save()
    audit.record("contact.visit_asked", target=("person", person), by=by)


def visited(receipt: HandoverReceipt) -> None:
    """Somebody went there: the person comes back to the telephone, or is known to be away."""
    if receipt.state not in {HandoverState.DONE, HandoverState.RETURNED}:
        return
    CallTurn.objects.filter(person=receipt.person_id, province=receipt.province).update(
        unreachable_at=None, tries=0, next_at=now()
    )


#: One statement decides who gets a person, however many ask at once: the second waits for the
#: first, sees that the person is held, and gets no row.
HOLD = """
insert into tracing_callturn
    (id, person_id, province, tries, last_outcome, caller_name, held_by, held_by_name, held_until)
values (%(id)s, %(person)s, %(province)s, 0, '', '', %(by)s, %(name)s, %(until)s)
on conflict (province, person_id) do update
    set held_by = excluded.held_by, held_by_name = excluded.held_by_name,
        held_until = excluded.held_until
    where tracing_callturn.held_until is null or tracing_callturn.held_until <= %(now)s
        or tracing_callturn.held_by = excluded.held_by
returning id
"""


def hold(person: UUID, *, by: Principal) -> bool:
    """Keep a person to oneself for the rule's minutes; whether it is free."""
    at = now()
    row = Contact.objects.filter(person=person).select_related("case").order_by("found_at").first()
    if row is None:
        raise _nobody()
    rule = calling_rule(row.case.disease, at, province=row.province)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            HOLD,
            {
                "id": uuid7(),
                "person": person,
                "province": row.province,
                "by": by.account,
                "name": by.name,
                "until": at + timedelta(minutes=rule.hold_minutes),
                "now": at,
            },
        )
        return cursor.fetchone() is not None


def next_person(*, by: Principal, case: UUID | None = None) -> UUID:
    """The first person of the queue who is nobody else's, held for this officer from now on.

    Those given to this officer come first, then those given to nobody.  Refused: nobody_left.
    """
    for mine in (True, False):
        chosen = call_queue.Asked(
            case=case,
            caller=by.account if mine else None,
            unassigned=not mine,
            part="now",
        )
        for line in call_queue.lines(chosen)[:TRIED_FOR_NEXT]:
            if line.held_by in {None, by.account} and _get(line.person, case, by):
                audit.record("contact.call_begun", target=("person", line.person), by=by)
                return line.person
    raise Refused("nobody_left", _("Nobody is left to call now. Look at the retries."))


def _get(person: UUID, case: UUID | None, by: Principal) -> bool:
    """Hold a person, and see that nobody has called in the moment since the queue was read."""
    if not hold(person, by=by):
        return False
    if call_queue.lines(call_queue.Asked(case=case, persons=(person,), part="now"))[0:1]:
        return True
    CallTurn.objects.filter(person=person, held_by=by.account).update(
        held_by=None, held_by_name="", held_until=None
    )
    return False


def let_go(*, by: Principal) -> None:
    """Give back whoever this officer holds without having called."""
    CallTurn.objects.filter(held_by=by.account).update(
        held_by=None, held_by_name="", held_until=None
    )


def begin_shift(*, by: Principal) -> CallShift:
    """Sit down at the telephone; doing it again changes nothing."""
    shift, new = CallShift.objects.get_or_create(
        account=by.account,
        ended_at=None,
        defaults={
            "name": by.name,
            "begun_at": now(),
            "commune": by.commune or 0,
            "province": province_of(by),
        },
    )
    if new:
        audit.record("shift.begun", target=("shift", shift.id), by=by)
    return shift


def end_shift(*, by: Principal) -> None:
    """Leave the telephone: whoever was given to this officer is anybody's again."""
    ended = CallShift.objects.filter(account=by.account, ended_at=None).update(ended_at=now())
    CallTurn.objects.filter(caller=by.account).update(caller=None, caller_name="")
    let_go(by=by)
    if ended:
        audit.record("shift.ended", target=("account", by.account), by=by)


def share_out(*, by: Principal) -> int:
    """Give everybody to call that nobody has to those on shift, so that all have equally many.

    The most urgent go round first, so that each caller also has his share of them.  Give how many
    were given.  Refused: nobody_on_shift.
    """
    callers = list(CallShift.objects.filter(ended_at=None).order_by("begun_at"))
    if not callers:
        raise Refused(
            "nobody_on_shift", _("Nobody is at the telephone. Begin a shift, then share out.")
        )
    _free_those_of_ended_shifts(callers)
    load = call_queue.loads()
    round_table = [(load.get(one.account, 0), place) for place, one in enumerate(callers)]
    heapify(round_table)
    given: dict[int, list[UUID]] = {}
    people = call_queue.lines(call_queue.Asked(unassigned=True))[:SHARED_AT_ONCE]
    for line in people:
        has, place = heappop(round_table)
        given.setdefault(place, []).append(line.person)
        heappush(round_table, (has + 1, place))
    for place, persons in given.items():
        give_to(persons, callers[place], by=by)
    return len(people)


def _free_those_of_ended_shifts(callers: Sequence[CallShift]) -> None:
    CallTurn.objects.exclude(caller=None).exclude(
        caller__in=[one.account for one in callers]
    ).update(caller=None, caller_name="")


def give_to(persons: Sequence[UUID], shift: CallShift, *, by: Principal) -> None:
    """Put people on one officer's list."""
    province = province_of(by)
    CallTurn.objects.bulk_create(
        [
            CallTurn(
                id=uuid7(),
                person_id=person,
                province=province,
                caller=shift.account,
                caller_name=shift.name,
            )
            for person in persons
        ],
        update_conflicts=True,
        unique_fields=["province", "person"],
        update_fields=["caller", "caller_name"],
    )
    audit.record(
        "contact.shared_out",
        target=("account", shift.account),
        by=by,
        detail={"people": len(persons)},
    )
