"""Writing the duty list: plan a shift, leave a note, take over, withdraw what was planned."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.duty_reading import DutyUnit, duty_unit_of, unread_notes
from lachan.people.entering import phone_or_refuse
from lachan.people.models import Duty, DutyNote

#: Nobody is on duty longer without a break; a longer entry is a wrong date.
#: Source: our own choice, two days of a weekend at a small station.
LONGEST_SHIFT = timedelta(hours=48)
#: How long before its begin a shift may be taken over: people come early.
EARLY = timedelta(hours=1)
LONGEST_NOTE = 2000


def plan_duty(
    *, kind: str, name: str, phone: str, since: datetime, until: datetime, by: Principal
) -> Duty:
    """Enter a shift of one's own unit.  Refused: no_duty_unit, duty_unnamed, duty_times, phone
    codes."""
    unit = _unit(by)
    plain = " ".join(name.split())
    if not plain:
        raise Refused("duty_unnamed", _("Write who is on duty."))
    if not since < until <= since + LONGEST_SHIFT:
        raise Refused(
            "duty_times", _("A shift ends after it begins, and within 48 hours. Check the times.")
        )
    duty = Duty(
        id=uuid7(),
        kind=Duty.Kind(kind),
        name=plain[:80],
        phone=phone_or_refuse(phone),
        since=since,
        until=until,
        planned_at=now(),
        planned_by=by.account,
        organisation=unit.organisation,
        commune=unit.commune,
        province=unit.province,
    )
    duty.save(force_insert=True)
    audit.record("duty.planned", target=("duty", duty.id), by=by)
    return duty


def withdraw_duty(*, duty: Duty, by: Principal) -> None:
    """A shift was planned wrongly: it does not hold any more and stays on record."""
    if duty.withdrawn_at is None:
        duty.withdrawn_at = now()
        duty.save(update_fields=["withdrawn_at"])
        audit.record("duty.withdrawn", target=("duty", duty.id), by=by)


def leave_note(*, text: str, by: Principal) -> DutyNote:
    """Leave word for the next shift.  Refused: no_duty_unit, note_empty."""
    unit = _unit(by)
    words = text.strip()
    if not words:
        raise Refused("note_empty", _("Write what the next shift must know."))
    note = DutyNote(
        id=uuid7(),
        text=words[:LONGEST_NOTE],
        left_at=now(),
        left_by=by.account,
        left_by_name=by.name,
        organisation=unit.organisation,
        commune=unit.commune,
        province=unit.province,
    )
    note.save(force_insert=True)
    audit.record("duty.note_left", target=("duty_note", note.id), by=by)
    return note


def take_over(*, duty: Duty, read: UUID | None, by: Principal) -> None:
    """Begin a shift.  `read` is the newest note that was shown: whoever takes over has read it.

    Refused: duty_taken (409), duty_not_now, note_unread (409).
    """
    locked = Duty.objects.select_for_update().get(pk=duty.pk)
    if locked.account not in {None, by.account}:
        raise Refused("duty_taken", _("Somebody took this shift over already."), status=409)
    at = now()
    if locked.withdrawn_at is not None or not locked.since - EARLY <= at < locked.until:
        raise Refused("duty_not_now", _("This shift is not now. Look at the list again."))
    _mark_read(_unit(by), read, at, by)
    locked.account = by.account
    locked.taken_over_at = locked.taken_over_at or at
    locked.save(update_fields=["account", "taken_over_at"])
    audit.record("duty.taken_over", target=("duty", duty.id), by=by)


def _mark_read(unit: DutyUnit, read: UUID | None, at: datetime, by: Principal) -> None:
    waiting = list(unread_notes(unit).select_for_update())
    if waiting and waiting[0].id != read:
        raise Refused(
            "note_unread", _("Read the newest note of the shift before first."), status=409
        )
    for note in waiting:
        note.read_at, note.read_by, note.read_by_name = at, by.account, by.name
        note.save(update_fields=["read_at", "read_by", "read_by_name"])


def _unit(by: Principal) -> DutyUnit:
    unit = duty_unit_of(by)
    if unit is None:
        raise Refused("no_duty_unit", _("A duty list belongs to a unit: sign in as one's officer."))
    return unit
