"""Writing tubes, samples and results.  A result is corrected by a new one, never changed."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.people.models import Person
from lachan.people.selectors import card_of
from lachan.sampling.models import Release, Result, Sample, Tube
from lachan.sampling.selectors import tube_of_barcode


def open_tube(
    *, barcode: str, limit: int, disease: str, laboratory: UUID | None, by: Principal
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
        opened_at=now(),
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
    *, tube: Tube, person: UUID, reason: str, onset: date | None = None, by: Principal
) -> Sample:
    """Put a person's sample into a tube; a second scan of the same person is refused."""
    locked = Tube.objects.select_for_update().get(pk=tube.pk)
    _still_open(locked)
    inside = list(Sample.objects.filter(tube=locked).values_list("person_id", flat=True))
    if person in inside:
        raise Refused("already_in_tube", _already_in_tube(person))
    if len(inside) >= locked.limit:
        raise Refused("tube_full", _("The tube is full. Close it and take a new one."))
    who = Person.objects.get(pk=person)
    sample = Sample(
        tube=locked,
        person=who,
        reason=reason,
        round=Sample.objects.filter(person=who).count() + 1,
        onset=onset,
        taken_at=now(),
        organisation=locked.organisation,
        commune=who.commune,
        province=who.province,
    )
    sample.save(force_insert=True)
    audit.record("sample.taken", target=("sample", sample.id), by=by, detail={"reason": reason})
    return sample


def _already_in_tube(person: UUID) -> str:
    card = card_of(person)
    if card is None:
        return _("This person is already in this tube. Nobody was added.")
    return _("%(name)s is already in this tube. Nobody was added.") % {"name": card.name}


def close_tube(*, tube: Tube, by: Principal) -> None:
    """Close a tube: nobody is added any more."""
    _still_open(tube)
    if not Sample.objects.filter(tube=tube).exists():
        raise Refused("tube_empty", _("Nobody is in this tube yet."))
    tube.closed_at = now()
    tube.save(update_fields=["closed_at"])
    audit.record("tube.closed", target=("tube", tube.id), by=by)


def enter_result(*, barcode: str, outcome: str, method: str, by: Principal) -> Result:
    """Record what the laboratory found; the same again changes nothing, another is refused."""
    tube = tube_of_barcode(by.organisation, barcode)
    if tube is None:
        raise Refused(
            "unknown_tube", _("No tube with this code was sent to this laboratory. Scan it again.")
        )
    standing = Result.objects.filter(tube=tube, replaced_by=None).first()
    if standing is not None and standing.outcome == outcome:
        return standing
    if standing is not None:
        raise Refused(
            "result_differs",
            _("This tube already has another result. Correct it instead of entering it again."),
        )
    return _append_result(tube, outcome, method, by, replaces=None)


def correct_result(*, result: Result, outcome: str, by: Principal) -> Result:
    """Append a correction that takes the place of `result`; it must be released anew."""
    if hasattr(result, "replaced_by"):
        raise Refused("already_corrected", _("This result was corrected already. Open the newest."))
    return _append_result(result.tube, outcome, result.method, by, replaces=result)


def _append_result(
    tube: Tube, outcome: str, method: str, by: Principal, *, replaces: Result | None
) -> Result:
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the laboratory."))
    result = Result(
        tube=tube,
        outcome=outcome,
        method=method,
        laboratory=by.organisation,
        entered_at=now(),
        entered_by=by.account,
        replaces=replaces,
    )
    result.save(force_insert=True)
    audit.record("result.entered", target=("result", result.id), by=by)
    return result


def release_result(*, result: Result, by: Principal) -> Release:
    """Let a result out.  Who entered it does not release it: four eyes on what changes a life."""
    if result.entered_by == by.account:
        raise Refused(
            "same_hand", _("Somebody else must release this result: you entered it yourself.")
        )
    known = Release.objects.filter(result=result).first()
    if known is not None:
        return known
    release = Release(
        result=result, tube=result.tube, at=now(), by=by.account, laboratory=result.laboratory
    )
    release.save(force_insert=True)
    audit.record("result.released", target=("result", result.id), by=by)
    ring("sampling.result")
    return release
