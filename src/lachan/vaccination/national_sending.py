"""Entries of the ledger go to the national system in numbered files, and answers come back.

An entry is in one unanswered file at most and is accepted once: the database says so too.  A
reversal follows when what it takes back was accepted; what was taken back before never leaves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lachan.core import audit, looks
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.vaccination.models import NationalFile, NationalRow, Outgoing
from lachan.vaccination.national_fields import filled
from lachan.vaccination.national_files import ACCEPTED, Answer, digest_of

#: Rows of one file, and entries looked at to fill it.
MOST = 500
LOOKED_AT = 2000

State = Outgoing.State


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the national system is behind a facility.  `oldest`: since when the oldest entry
    waits that is not accepted, in whatever state."""

    waiting: int
    held: int
    sent: int
    refused: int
    accepted: int
    oldest: datetime | None

    def hours(self, at: datetime) -> int:
        """Whole hours that the oldest one waits."""
        return int((at - self.oldest).total_seconds() // 3600) if self.oldest else 0


@dataclass(slots=True)
class Taken:
    """What became of an answer file: lines taken over, repeated, and not, by number and code."""

    accepted: int = 0
    refused: int = 0
    repeated: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


def lag_of(organisation: UUID) -> Lag:
    """The facility's entries by state; `waiting` without those that miss a field (`held`)."""
    rows = Outgoing.objects.filter(organisation=organisation)
    counts = {state: rows.filter(state=state).count() for state in State}
    held = rows.filter(state=State.WAITING).exclude(missing=[]).count()
    open_ones = rows.filter(state__in=(State.WAITING, State.SENT, State.REFUSED))
    oldest = open_ones.order_by("queued_at").values_list("queued_at", flat=True).first()
    return Lag(
        waiting=counts[State.WAITING] - held,
        held=held,
        sent=counts[State.SENT],
        refused=counts[State.REFUSED],
        accepted=counts[State.ACCEPTED],
        oldest=oldest,
    )


def export(*, organisation: UUID, by: Principal) -> NationalFile:
    """Write the next file of the facility with what waits and is complete.

    What misses a mandatory field stays, with the names of the fields.  Codes of refusals:
    nothing_to_send.
    """
    _lock(organisation)
    rows = _may_go(organisation).select_for_update(of=("self",))
    ready: list[tuple[Outgoing, tuple[str, ...]]] = []
    for row in rows.select_related("dose__reverses", "dose__lot", "dose__session")[:LOOKED_AT]:
        found = filled(row)
        if list(found.missing) != row.missing:
            Outgoing.objects.filter(pk=row.pk).update(missing=list(found.missing))
        if not found.missing:
            ready.append((row, found.cells))
        if len(ready) == MOST:
            break
    if not ready:
        text = _("Nothing is ready to be sent: nothing waits, or mandatory fields are missing.")
        raise Refused("nothing_to_send", text)
    return write(organisation, ready, by)


def _may_go(organisation: UUID) -> QuerySet[Outgoing]:
    """What waits, in the order of the ledger; complete ones first.  A reversal waits for the answer
    about what it takes back."""
    there = Outgoing.objects.filter(pk=OuterRef("reverses"), state=State.ACCEPTED)
    rows = Outgoing.objects.filter(organisation=organisation, state=State.WAITING)
    rows = rows.filter(Q(reverses=None) | Exists(there))
    return rows.order_by("missing", "queued_at", "dose_id")


def write(
    organisation: UUID, ready: Sequence[tuple[Outgoing, tuple[str, ...]]], by: Principal
) -> NationalFile:
    """Write a numbered file of these rows, which are sent from then on."""
    last = NationalFile.objects.filter(organisation=organisation).aggregate(n=Max("number"))["n"]
    first = ready[0][0]
    file = NationalFile.objects.create(
        id=uuid7(),
        organisation=organisation,
        commune=first.commune,
        province=first.province,
        number=(last or 0) + 1,
        rows_count=len(ready),
        sha256=digest_of(cells for _row, cells in ready),
        made_at=now(),
        made_by=by.account,
        made_by_name=by.name[:120],
    )
    NationalRow.objects.bulk_create(
        NationalRow(
            file=file,
            organisation=organisation,
            position=position,
            entry=row,
            person_id=row.dose.person_id,
            sealed=seal(row.dose.person_id, {"cells": list(cells)}),
        )
        for position, (row, cells) in enumerate(ready, start=1)
    )
    ids = [row.pk for row, _cells in ready]
    Outgoing.objects.filter(pk__in=ids).update(state=State.SENT, changed_at=now())
    looks.record_many(
        persons={row.dose.person_id for row, _cells in ready}, what="vaccination", by=by
    )
    audit.record("national.exported", target=("national_file", file.id), by=by)
    return file


def take_answers(answers: Iterable[Answer], *, organisation: UUID, by: Principal) -> Taken:
    """Take an answer file over, line by line; what was answered before is answered as before."""
    _lock(organisation)
    taken = Taken()
    for one in answers:
        code = one.wrong or _take(one, organisation, taken)
        if code:
            taken.wrong.append((one.row, code))
    audit.record(
        "national.answered",
        target=("organisation", organisation),
        by=by,
        detail={"accepted": taken.accepted, "refused": taken.refused, "wrong": len(taken.wrong)},
    )
    return taken


def _take(one: Answer, organisation: UUID, taken: Taken) -> str:
    """Why a line was not taken over; "" where it was."""
    row = (
        NationalRow.objects.filter(
            organisation=organisation, file__number=one.file, entry=one.entry
        )
        .select_related("entry")
        .first()
    )
    if row is None:
        return "not_in_file"
    if row.answer:
        same = row.answer == one.answer
        taken.repeated += same
        return "" if same else "contradicts"
    NationalRow.objects.filter(pk=row.pk).update(
        answer=one.answer, reason=one.reason, answered_at=now()
    )
    if one.answer == ACCEPTED:
        taken.accepted += 1
        Outgoing.objects.filter(pk=row.entry_id).update(state=State.ACCEPTED, changed_at=now())
        return ""
    taken.refused += 1
    _refuse(row.entry, one.reason)
    return ""


def _refuse(entry: Outgoing, reason: str) -> None:
    """Refused, to be corrected; where it was taken back meanwhile neither goes any more."""
    back = Outgoing.objects.filter(reverses=entry.pk, state=State.WAITING)
    if entry.reverses is None and back.exists():
        back.update(state=State.VOID, changed_at=now())
        Outgoing.objects.filter(pk=entry.pk).update(state=State.VOID, changed_at=now())
        return
    Outgoing.objects.filter(pk=entry.pk).update(
        state=State.REFUSED, refusal=reason, changed_at=now()
    )


def resend(*, entry: UUID, organisation: UUID, by: Principal) -> Outgoing:
    """What was refused is corrected and waits again.  Refused: not_refused."""
    _lock(organisation)
    row = Outgoing.objects.filter(pk=entry, organisation=organisation, state=State.REFUSED).first()
    if row is None:
        raise Refused("not_refused", _("This entry is not among the refused ones."), status=409)
    row.state, row.refusal, row.changed_at = State.WAITING, "", now()
    row.save(update_fields=["state", "refusal", "changed_at"])
    audit.record("national.resent", target=("dose", entry), by=by)
    return row


def look_again(organisation: UUID) -> int:
    """Look again at what misses fields; how many are complete now."""
    rows = Outgoing.objects.filter(organisation=organisation, state=State.WAITING)
    return sum(_look(row) for row in _with_doses(rows.exclude(missing=[])))


def look_first() -> int:
    """Look for the fields of what was queued since; how many entries were looked at."""
    rows = Outgoing.objects.filter(state=State.WAITING, looked_at=None)
    found = _with_doses(rows)
    for row in found:
        _look(row)
    return len(found)


def _with_doses(rows: QuerySet[Outgoing]) -> list[Outgoing]:
    with_doses = rows.select_related("dose__reverses", "dose__lot", "dose__session")
    return list(with_doses.order_by("queued_at", "dose_id")[:MOST])


def _look(row: Outgoing) -> bool:
    """Note what misses; whether nothing does."""
    missing = list(filled(row).missing)
    Outgoing.objects.filter(pk=row.pk).update(missing=missing, looked_at=now())
    return not missing


def _lock(organisation: UUID) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 10))", [str(organisation)]
        )
