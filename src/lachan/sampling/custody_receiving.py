"""Reception at a laboratory: tube by tube accepted or rejected, and what was left when the box was
closed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.sampling import custody_losses
from lachan.sampling.custody import end, last_leg
from lachan.sampling.models import Box, Packing, Reception, Release, Stray, Tube


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a tube is refused: `Reception.Reason`, and a note."""

    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan at reception came to.  `kind`: accepted, rejected, again (it was so already) or
    stray (for another laboratory, `send_to`); `listed`: it was on the box's manifest."""

    kind: str
    barcode: str
    listed: bool = True
    send_to: UUID | None = None


def scan_in(
    *,
    barcode: str,
    by: Principal,
    box: Box | None = None,
    rejected: Rejected | None = None,
    anyway: bool = False,
    id: UUID | None = None,
    at: datetime | None = None,
) -> Scan:
    """Accept or reject a tube, out of a box or brought loose.

    `anyway`: accept what was rejected before.  `id`: the page's own number; the same again changes
    nothing.  Refused: no_unit, not_this_laboratory, box_not_taken, box_closed, unknown_tube,
    tube_rejected, reason_needed, result_stands, different_content.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the laboratory."))
    if box is not None:
        _open(box, by)
    tube = Tube.objects.filter(barcode=barcode, laboratory=by.organisation).first()
    if tube is None:
        return _stray(barcode, by, box)
    known = Reception.objects.filter(pk=id).first() if id else None
    if known is not None and known.tube_id != tube.pk:
        raise Refused(
            "different_content", _("This scan was sent before with another tube."), status=409
        )
    listed = _out_of_boxes(tube, box, by)
    newest = newest_reception(tube)
    accepted = rejected is None
    if known is not None or (accepted and newest is not None and newest.accepted):
        return Scan("again", barcode, listed)
    if accepted and newest is not None and not anyway:
        raise Refused(
            "tube_rejected",
            _("This tube was rejected before. Accept it only if that was a mistake."),
            status=409,
        )
    _receive(tube, rejected, by, id, at)
    return Scan("accepted" if accepted else "rejected", barcode, listed)


def newest_reception(tube: Tube) -> Reception | None:
    """The row that counts."""
    return Reception.objects.filter(tube=tube).order_by("-at", "-id").first()


def _open(box: Box, by: Principal) -> None:
    """Lock the box; the first scan opens it."""
    if by.organisation != box.laboratory:
        raise Refused("not_this_laboratory", _("This box is for another laboratory."))
    locked = Box.objects.select_for_update().get(pk=box.pk)
    if locked.closed_at is not None:
        raise Refused("box_closed", _("This box is done. Scan the tube without a box."))
    leg = last_leg(box)
    if leg is None or not leg.arrives or leg.taken_at is None:
        raise Refused("box_not_taken", _("Sign for this box first: count and temperature."))
    if locked.unpacked_at is None:
        locked.unpacked_at = now()
        locked.save(update_fields=["unpacked_at"])
        audit.record("box.unpacked", target=("box", box.id), by=by)


def _out_of_boxes(tube: Tube, box: Box | None, by: Principal) -> bool:
    """The tube is in the laboratory's hands and in no box; whether this box's manifest had it."""
    row = Packing.objects.filter(tube=tube, out_at=None).select_related("box").first()
    listed = row is not None and box is not None and row.box_id == box.pk
    if row is not None:
        end(row, Packing.Out.ARRIVED, by)
    if box is None or listed:
        return True
    if Packing.objects.filter(tube=tube, box=box).exists():
        return True
    _unexpected(tube.pk, box, by)
    return False


def _unexpected(tube: UUID, box: Box, by: Principal) -> None:
    moment = now()
    Packing(
        box=box,
        tube_id=tube,
        listed=False,
        at=moment,
        by=by.account,
        out=Packing.Out.ARRIVED,
        out_at=moment,
        out_by=by.account,
        organisation=box.organisation,
        laboratory=box.laboratory,
    ).save(force_insert=True)


def _receive(
    tube: Tube, rejected: Rejected | None, by: Principal, id: UUID | None, at: datetime | None
) -> None:
    assert by.organisation is not None
    if rejected is not None:
        _check_rejection(tube, rejected)
    custody_losses.found(tube=tube, by=by)
    latest = now()
    reception = Reception(
        id=id or uuid7(),
        tube=tube,
        laboratory=by.organisation,
        accepted=rejected is None,
        reason=rejected.reason if rejected else "",
        note=rejected.note.strip()[:200] if rejected else "",
        at=_after(tube, min(at or latest, latest)),
        by=by.account,
    )
    reception.save(force_insert=True)
    audit.record(
        "tube.accepted" if reception.accepted else "tube.rejected",
        target=("tube", tube.id),
        by=by,
        detail={"reason": reception.reason},
    )
    ring("sampling.reception")


def _after(tube: Tube, at: datetime) -> datetime:
    """A page's own time, never before what already counts of this tube."""
    newest = newest_reception(tube)
    row = Packing.objects.filter(tube=tube).order_by("-at").first()
    earlier = [each.at for each in (newest, row) if each is not None]
    return max([at, *earlier])


def _check_rejection(tube: Tube, rejected: Rejected) -> None:
    if rejected.reason not in Reception.Reason.values:
        raise Refused("reason_needed", _("Say why this tube is rejected."))
    if rejected.reason == Reception.Reason.OTHER and not rejected.note.strip():
        raise Refused("reason_needed", _("Say in a few words why this tube is rejected."))
    if Release.objects.filter(
        tube=tube, result__replaced_by=None, result__withdrawal=None
    ).exists():
        raise Refused(
            "result_stands", _("This tube has a released result. Withdraw the result instead.")
        )


def _stray(barcode: str, by: Principal, box: Box | None) -> Scan:
    """A tube that was sent to another laboratory: it lies here until it is sent on."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select core.tube_scanned(%s)", [barcode])
        row = cursor.fetchone()
    if not row or row[0] is None:
        raise Refused(
            "unknown_tube", _("No tube has this code. Keep it aside and call the sampling unit.")
        )
    tube = row[0]
    _lies_here(tube, box, by)
    listed = _stray_out_of(tube, box, by)
    send_to = Tube.objects.values_list("laboratory", flat=True).get(pk=tube)
    return Scan("stray", barcode, listed, send_to)


def _lies_here(tube: UUID, box: Box | None, by: Principal) -> None:
    """Note it once, and again when it was declared missing since: whoever scans it has found it."""
    assert by.organisation is not None
    moment = now()
    known = Stray.objects.filter(tube_id=tube, laboratory=by.organisation).exists()
    if not known:
        _stray_row(tube, box, by, moment)
    was_lost = custody_losses.found(tube=Tube.objects.get(pk=tube), by=by, at=moment)
    if known and was_lost:
        _stray_row(tube, box, by, moment)


def _stray_row(tube: UUID, box: Box | None, by: Principal, at: datetime) -> None:
    assert by.organisation is not None
    row = Stray(tube_id=tube, laboratory=by.organisation, box=box, at=at, by=by.account)
    row.save(force_insert=True)
    audit.record("tube.strayed", target=("tube", tube), by=by)


def _stray_out_of(tube: UUID, box: Box | None, by: Principal) -> bool:
    """A stray leaves the box it came in; whether the box's manifest had it."""
    if box is None:
        return True
    row = Packing.objects.filter(box=box, tube_id=tube).first()
    if row is None:
        _unexpected(tube, box, by)
        return False
    if row.out_at is None:
        end(row, Packing.Out.ARRIVED, by)
    return row.listed


def close_box(*, box: Box, by: Principal) -> list[Tube]:
    """The box is empty: give the tubes of its manifest that were not in it; they are missing.

    Refused: not_this_laboratory, box_closed, box_not_taken.
    """
    _open(box, by)
    left = list(
        Packing.objects.select_for_update(of=("self",))
        .filter(box=box, out_at=None)
        .select_related("tube")
        .order_by("tube__barcode")
    )
    moment = now()
    for row in left:
        end(row, Packing.Out.LEFT_OVER, by, moment)
    locked = Box.objects.get(pk=box.pk)
    locked.closed_at = moment
    locked.save(update_fields=["closed_at"])
    audit.record(
        "box.closed",
        target=("box", box.id),
        by=by,
        detail={"left_over": [str(row.tube_id) for row in left]},
    )
    if left:
        ring("sampling.left_over")
    return [row.tube for row in left]
