"""Writing tubes, samples and results.  A result is corrected by a new one, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.people.models import Person
from lachan.people.selectors import card_of
from lachan.sampling import bench_guard, requesting
from lachan.sampling.models import (
    Approval,
    Campaign,
    Method,
    Release,
    Result,
    Sample,
    Tube,
    Withdrawal,
)
from lachan.sampling.requesting import Wanted as Wanted
from lachan.sampling.requesting import drop_request as drop_request
from lachan.sampling.requesting import request_samples as request_samples
from lachan.sampling.selectors import tube_of_barcode
from lachan.sampling.table_sending import SENT_COLUMNS as SENT_COLUMNS
from lachan.sampling.table_sending import Event as Event
from lachan.sampling.table_sending import event_of as event_of


def open_tube(
    *,
    barcode: str,
    limit: int,
    disease: str,
    laboratory: UUID | None,
    by: Principal,
    method: str = Method.PCR,
    campaign: Campaign | None = None,
    at: datetime | None = None,
) -> Tube:
    """Take a new tube into use; scanning one that this unit opened gives it back."""
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    if not barcode:
        raise Refused("no_barcode", _("Scan the code of the tube."))
    known = Tube.objects.filter(barcode=barcode).first()
    if known is not None:
        return _still_open(known)
    if not 1 <= limit <= 20:
        raise Refused("tube_limit", _("A tube holds 1 to 20 people."))
    tube = Tube(
        barcode=barcode,
        limit=limit,
        organisation=by.organisation,
        laboratory=laboratory,
        disease=disease,
        method=method,
        campaign=campaign,
        opened_at=at or now(),
    )
    try:
        with scoped(by, "sampling"):
            tube.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            "tube_elsewhere", _("Another team has a tube with this code. Take a new one.")
        ) from None
    audit.record("tube.opened", target=("tube", tube.id), by=by, detail={"limit": limit})
    return tube


def _still_open(tube: Tube) -> Tube:
    if tube.closed_at is not None:
        raise Refused("tube_closed", _("This tube is closed. Take a new one."))
    return tube


def add_sample(
    *,
    tube: Tube,
    person: UUID,
    reason: str,
    onset: date | None = None,
    by: Principal,
    id: UUID | None = None,
    at: datetime | None = None,
    round: int | None = None,
) -> Sample:
    """Put a person's sample into a tube; a second scan of the same person is refused.

    `id`: the device's own number; `at`: when it was taken, now where nothing is said; `round`: that
    of the sampling it repeats, one more than the person's last where nothing is said.
    """
    locked = Tube.objects.select_for_update().get(pk=tube.pk)
    _still_open(locked)
    inside = list(Sample.objects.filter(tube=locked).values_list("person_id", flat=True))
    if person in inside:
        raise Refused("already_in_tube", _already_in_tube(person))
    if len(inside) >= locked.limit:
        raise Refused("tube_full", _("The tube is full. Close it and take a new one."))
    who = Person.objects.get(pk=person)
    sample = Sample(
        id=id or uuid7(),
        tube=locked,
        person=who,
        reason=reason,
        round=round or requesting.next_round(who, locked.disease),
        onset=onset,
        taken_at=at or now(),
        organisation=locked.organisation,
        commune=who.commune,
        province=who.province,
    )
    sample.save(force_insert=True)
    requesting.fulfil(sample, alone=locked.limit == 1)
    audit.record("sample.taken", target=("sample", sample.id), by=by, detail={"reason": reason})
    return sample


def _already_in_tube(person: UUID) -> str:
    card = card_of(person)
    if card is None:
        return _("This person is already in this tube. Nobody was added.")
    return _("%(name)s is already in this tube. Nobody was added.") % {"name": card.name}


def take_back(
    *, sample: Sample, by: Principal, at: datetime | None = None, who: UUID | None = None
) -> Sample:
    """Whoever was scanned into an open tube by mistake is out of it again.

    `who`: the account that did it, where the worker writes for a device.
    Refused: tube_closed, and `already_out` where that was done before.
    """
    tube = Tube.objects.select_for_update().get(pk=sample.tube_id)
    _still_open(tube)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select core.take_back_sample(%s, %s, %s)", [sample.id, at or now(), who or by.account]
        )
        row = cursor.fetchone()
    if not (row and row[0]):
        raise Refused("already_out", _("This person is not in the tube any more."), status=409)
    requesting.reopen(sample)
    audit.record("sample.taken_back", target=("sample", sample.id), by=by)
    return Sample.written.get(pk=sample.pk)


def close_tube(*, tube: Tube, by: Principal) -> None:
    """Close a tube: nobody is added any more."""
    _still_open(tube)
    if not Sample.objects.filter(tube=tube).exists():
        raise Refused("tube_empty", _("Nobody is in this tube yet."))
    tube.closed_at = now()
    tube.save(update_fields=["closed_at"])
    audit.record("tube.closed", target=("tube", tube.id), by=by)


@dataclass(frozen=True, slots=True)
class Found:
    """What a test found in a tube.  `ct`: target -> cycles; `test`: LOINC; `source`: hand, plate,
    hl7, astm or rapid; `message`: the sender's own number."""

    outcome: str
    method: str = Method.PCR
    ct: Mapping[str, float] = field(default_factory=dict)
    test: str = ""
    source: str = Result.Source.HAND
    message: str = ""
    observed_at: datetime | None = None


def enter_result(
    *, barcode: str, found: Found, by: Principal, entered_by: UUID | None = None
) -> Result:
    """Record what the laboratory found; the same again changes nothing, another is refused.

    `entered_by`: the account that read it first, where two people keyed the same.
    """
    tube = tube_of_barcode(by.organisation, barcode)
    if tube is None:
        raise Refused(
            "unknown_tube", _("No tube with this code was sent to this laboratory. Scan it again.")
        )
    standing = Result.objects.filter(tube=tube, replaced_by=None).first()
    if standing is not None and standing.outcome == found.outcome:
        return standing
    if standing is not None:
        raise Refused(
            "result_differs",
            _("This tube already has another result. Correct it instead of entering it again."),
        )
    return _append_result(tube, found, by, replaces=None, entered_by=entered_by)


def correct_result(
    *, result: Result, found: Found, by: Principal, entered_by: UUID | None = None
) -> Result:
    """Append a correction that takes the place of `result`; it must be released anew."""
    if hasattr(result, "replaced_by"):
        raise Refused("already_corrected", _("This result was corrected already. Open the newest."))
    return _append_result(result.tube, found, by, replaces=result, entered_by=entered_by)


def _append_result(
    tube: Tube, found: Found, by: Principal, *, replaces: Result | None, entered_by: UUID | None
) -> Result:
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the laboratory."))
    bench_guard.refuse_bad_run(tube.id)
    result = Result(
        tube=tube,
        outcome=found.outcome,
        method=found.method,
        ct=dict(found.ct),
        test=found.test,
        source=found.source,
        message=found.message,
        observed_at=found.observed_at,
        laboratory=by.organisation,
        entered_at=now(),
        entered_by=entered_by or by.account,
        replaces=replaces,
    )
    result.save(force_insert=True)
    audit.record("result.entered", target=("result", result.id), by=by)
    return result


def approve_result(*, result: Result, by: Principal) -> Approval:
    """The technical release: run and controls are right.  Given twice it stays the first."""
    _refuse_replaced(result)
    known = Approval.objects.filter(result=result).first()
    if known is not None:
        return known
    bench_guard.refuse_bad_run(result.tube_id)
    approval = Approval(
        result=result, tube=result.tube, at=now(), by=by.account, laboratory=result.laboratory
    )
    approval.save(force_insert=True)
    audit.record("result.approved", target=("result", result.id), by=by)
    return approval


def release_result(*, result: Result, by: Principal, confirms: bool = True) -> Release:
    """The medical release: from now on it is a fact.  Four eyes on what changes a life: neither
    who entered it nor who approved it releases it.

    `confirms`: a positive makes a case.
    Refused: not_approved, same_hand, already_corrected, tube_rejected.
    """
    _refuse_replaced(result)
    known = Release.objects.filter(result=result).first()
    if known is not None:
        return known
    approval = Approval.objects.filter(result=result).first()
    if approval is None:
        raise Refused("not_approved", _("This result has no technical release yet."))
    if by.account in {result.entered_by, approval.by}:
        raise Refused(
            "same_hand",
            _("Somebody else must release this result: you entered or checked it yourself."),
        )
    bench_guard.refuse_rejected(result.tube_id)
    release = Release(
        result=result,
        tube=result.tube,
        confirms=confirms,
        at=now(),
        by=by.account,
        laboratory=result.laboratory,
    )
    release.save(force_insert=True)
    audit.record("result.released", target=("result", result.id), by=by)
    ring("sampling.result")
    return release


def _refuse_replaced(result: Result) -> None:
    if Result.objects.filter(replaces=result).exists():
        raise Refused("already_corrected", _("This result was corrected already. Open the newest."))


def withdraw_result(*, result: Result, reason: str, by: Principal) -> Withdrawal:
    """A released result was wrong: it stands no more.  What it brought about is undone by the
    rooms above, which hear the fact.  Refused: reason_needed, not_released."""
    if not reason.strip():
        raise Refused("reason_needed", _("Say why this result does not stand."))
    if not Release.objects.filter(result=result).exists():
        raise Refused("not_released", _("This result was never released: correct it instead."))
    known = Withdrawal.objects.filter(result=result).first()
    if known is not None:
        return known
    withdrawal = Withdrawal(
        result=result,
        tube=result.tube,
        reason=reason.strip()[:200],
        at=now(),
        by=by.account,
        laboratory=result.laboratory,
    )
    withdrawal.save(force_insert=True)
    audit.record("result.withdrawn", target=("result", result.id), by=by)
    ring("sampling.withdrawn")
    return withdrawal
