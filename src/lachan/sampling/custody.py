"""Packing tubes into boxes and handing boxes over; every tube is in one box at a time."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.sampling import custody_losses
from lachan.sampling.custody_state import Stage, Standing, standings
from lachan.sampling.models import Box, HandOver, Packing, Tube

#: Where a tube may be when it is put into a box.
PACKABLE = frozenset({Stage.UNPACKED, Stage.LEFT_OVER, Stage.LOST, Stage.STRAY})

#: Degrees that a thermometer in a box can show.
LOWEST, HIGHEST = Decimal(-90), Decimal(60)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What one side of a hand-over counts and reads: tubes, and degrees Celsius in the box."""

    count: int
    temperature: Decimal


@dataclass(frozen=True, slots=True)
class Courier:
    """Who carries a box without an account: a name and a telephone."""

    name: str
    phone: str


def open_box(
    *, barcode: str, laboratory: UUID, by: Principal, phone: str = "", id: UUID | None = None
) -> Box:
    """Begin to pack a box; scanning one that this unit is packing gives it back.

    Refused: no_unit, no_barcode, box_travels.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    if not barcode:
        raise Refused("no_barcode", _("Scan the code of the box."))
    known = Box.objects.filter(barcode=barcode, closed_at=None).first()
    if known is not None and known.organisation == by.organisation and known.sealed_at is None:
        return known
    box = Box(
        id=id or uuid7(),
        barcode=barcode,
        organisation=by.organisation,
        laboratory=laboratory,
        made_at=now(),
        made_by=by.account,
        packer=by.name[:120],
        phone=phone[:20],
    )
    try:
        with transaction.atomic(using="default"):
            box.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            "box_travels",
            _("A box with this code is on its way and no laboratory closed it yet. Take another."),
        ) from None
    audit.record("box.opened", target=("box", box.id), by=by)
    return box


def pack(
    *,
    box: Box,
    barcode: str,
    by: Principal,
    id: UUID | None = None,
    at: datetime | None = None,
    reroute: bool = False,
) -> Packing:
    """Put a closed tube into a box.  The same scan again (`id`) changes nothing.

    `reroute`: the tube was for another laboratory and goes to this box's from now on.
    Refused: different_content, box_sealed, unknown_tube, tube_open, tube_in_box, tube_received,
    other_laboratory.
    """
    known = Packing.objects.filter(pk=id).select_related("tube").first() if id else None
    if known is not None:
        return _same(known, box, barcode)
    locked = _packing(box)
    tube = _tube(barcode)
    standing = standings([tube.pk], now())[0]
    if standing.stage == Stage.PACKED and standing.box == box.pk:
        return Packing.objects.get(box=box, tube=tube, out_at=None)
    _refuse_elsewhere(standing)
    if tube.laboratory != box.laboratory:
        _reroute(tube, box, by, reroute)
    if standing.stage == Stage.LOST:
        custody_losses.found(tube=tube, by=by)
    row = Packing(
        id=id or uuid7(),
        box=locked,
        tube=tube,
        at=_between(at, tube.closed_at, standing.since),
        by=by.account,
        organisation=box.organisation,
        laboratory=box.laboratory,
    )
    try:
        with transaction.atomic(using="default"):
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused("tube_in_box", _("This tube was just put into another box.")) from None
    audit.record("tube.packed", target=("tube", tube.id), by=by, detail={"box": str(box.id)})
    return row


def _same(known: Packing, box: Box, barcode: str) -> Packing:
    if known.box_id == box.pk and known.tube.barcode == barcode:
        return known
    raise Refused(
        "different_content", _("This scan was sent before with another tube."), status=409
    )


def _packing(box: Box) -> Box:
    """The box, locked; refused where it is sealed."""
    locked = Box.objects.select_for_update().get(pk=box.pk)
    if locked.sealed_at is not None:
        raise Refused("box_sealed", _("This box is sealed. Begin another one."))
    return locked


def _tube(barcode: str) -> Tube:
    tube = Tube.objects.filter(barcode=barcode).first()
    if tube is None:
        raise Refused(
            "unknown_tube",
            _("This unit has no tube with this code. Leave it out and say so to your lead."),
        )
    return tube


def _refuse_elsewhere(standing: Standing) -> None:
    """Refuse a tube that is not with the unit that packs."""
    if standing.stage in PACKABLE:
        return
    if standing.stage == Stage.OPEN:
        raise Refused("tube_open", _("This tube is still open. Close it at its table first."))
    if standing.box is not None:
        box = Box.objects.filter(pk=standing.box).first()
        raise Refused(
            "tube_in_box",
            _("This tube is in box %(box)s. Take it out there first.")
            % {"box": box.barcode if box else "?"},
        )
    raise Refused("tube_received", _("A laboratory has this tube already. It is not sent again."))


def _reroute(tube: Tube, box: Box, by: Principal, wanted: bool) -> None:
    if not wanted or tube.organisation != by.organisation:
        raise Refused(
            "other_laboratory",
            _("This tube is for another laboratory. Leave it out, or send it to this box's."),
            status=409,
        )
    tube.laboratory = box.laboratory
    tube.save(update_fields=["laboratory"])
    audit.record("tube.rerouted", target=("tube", tube.id), by=by)


def _between(at: datetime | None, closed: datetime | None, since: datetime) -> datetime:
    """When a device says it happened, as far as that can be: not before the tube was where it was
    taken from, and not in the future."""
    latest = now()
    earliest = max(since, closed or since)
    return min(max(at or latest, earliest), latest)


def take_out(*, box: Box, barcode: str, by: Principal) -> Packing:
    """A tube is not to travel in this box.  Refused: box_sealed, not_in_box."""
    _packing(box)
    row = Packing.objects.filter(box=box, tube__barcode=barcode, out_at=None).first()
    if row is None:
        raise Refused("not_in_box", _("This tube is not in this box."))
    end(row, Packing.Out.TAKEN_OUT, by)
    audit.record("tube.taken_out", target=("tube", row.tube_id), by=by, detail={"box": str(box.id)})
    return row


def end(row: Packing, how: str, by: Principal, at: datetime | None = None) -> None:
    """The tube is not in the box any more; said once."""
    row.out, row.out_at, row.out_by = how, at or now(), by.account
    row.save(update_fields=["out", "out_at", "out_by"])


def seal(*, box: Box, seen: Reckoning, by: Principal) -> Box:
    """Close the lid: no tube comes in or out.  Refused: box_sealed, box_empty, count_differs,
    temperature_impossible."""
    locked = _packing(box)
    inside = _inside(box)
    if not inside:
        raise Refused("box_empty", _("No tube is in this box yet."))
    _check(seen, inside)
    locked.sealed_at, locked.temperature = now(), seen.temperature
    locked.save(update_fields=["sealed_at", "temperature"])
    audit.record("box.sealed", target=("box", box.id), by=by, detail={"tubes": inside})
    return locked


def _inside(box: Box) -> int:
    return Packing.objects.filter(box=box, out_at=None).count()


def _check(seen: Reckoning, inside: int) -> None:
    if seen.count != inside:
        raise Refused(
            "count_differs",
            _("%(scanned)d tubes were scanned into this box and you counted %(counted)d.")
            % {"scanned": inside, "counted": seen.count}
            + " "
            + _("Count again; scan the missing one, or take out what is not there."),
        )
    _check_temperature(seen)


def _check_temperature(seen: Reckoning) -> None:
    if not LOWEST <= seen.temperature <= HIGHEST:
        raise Refused(
            "temperature_impossible", _("No box has this temperature. Read the thermometer again.")
        )


def hand_to_courier(
    *, box: Box, given: Reckoning, taken: Reckoning, courier: Courier, by: Principal
) -> HandOver:
    """The unit gives a sealed box to somebody without an account, who counts and signs the paper.

    Refused: box_not_sealed, box_on_the_road, courier_unknown, count_differs.
    """
    if not courier.name.strip() or not courier.phone.strip():
        raise Refused("courier_unknown", _("Write down the courier's name and telephone."))
    leg = _first_leg(box, given, by)
    leg.taker, leg.taker_phone = courier.name.strip()[:120], courier.phone.strip()[:20]
    _check_temperature(taken)
    leg.taken_count, leg.taken_temperature = taken.count, taken.temperature
    leg.taken_at = leg.given_at
    return _written(leg, by)


def hand_to_laboratory(*, box: Box, given: Reckoning, by: Principal) -> HandOver:
    """The unit brings the box itself; the laboratory signs its half with an account of its own."""
    leg = _first_leg(box, given, by)
    leg.arrives = True
    return _written(leg, by)


def _first_leg(box: Box, given: Reckoning, by: Principal) -> HandOver:
    locked = Box.objects.select_for_update().get(pk=box.pk)
    if locked.sealed_at is None:
        raise Refused("box_not_sealed", _("Seal the box before you give it away."))
    if HandOver.objects.filter(box=box).exists():
        raise Refused("box_on_the_road", _("This box was given away already."), status=409)
    _check(given, _inside(box))
    return HandOver(
        box=locked,
        leg=1,
        giver=by.name[:120],
        giver_phone=box.phone,
        giver_account=by.account,
        given_count=given.count,
        given_temperature=given.temperature,
        given_at=now(),
        by=by.account,
        organisation=box.organisation,
        laboratory=box.laboratory,
    )


def change_courier(*, box: Box, seen: Reckoning, courier: Courier, by: Principal) -> HandOver:
    """The box goes from one courier to the next, told by telephone to the unit that packed it.

    Refused: box_not_on_the_road, courier_unknown.
    """
    if not courier.name.strip() or not courier.phone.strip():
        raise Refused("courier_unknown", _("Write down the courier's name and telephone."))
    last = last_leg(box)
    if last is None or last.arrives:
        raise Refused("box_not_on_the_road", _("This box is with no courier."))
    leg = _next_leg(box, last, seen, by)
    leg.taker, leg.taker_phone = courier.name.strip()[:120], courier.phone.strip()[:20]
    return _written(leg, by)


def arrive(*, box: Box, seen: Reckoning, by: Principal, courier: Courier | None = None) -> HandOver:
    """The laboratory takes the box: its half of the last leg, or a leg from the courier.

    `courier`: who brought it, where nobody wrote that down.  The same again changes nothing.
    Refused: not_this_laboratory, box_from_whom.
    """
    if by.organisation != box.laboratory:
        raise Refused("not_this_laboratory", _("This box is for another laboratory."))
    Box.objects.select_for_update().get(pk=box.pk)
    _check_temperature(seen)
    last = last_leg(box)
    if last is not None and last.arrives:
        return last if last.taken_at else _sign(last, seen, by)
    if last is None:
        if courier is None or not courier.name.strip():
            raise Refused("box_from_whom", _("Write down who brought this box."))
        last = HandOver(leg=0, taker=courier.name.strip()[:120], taker_phone=courier.phone[:20])
    leg = _next_leg(box, last, seen, by)
    leg.arrives = True
    leg.taker, leg.taker_account = by.name[:120], by.account
    return _written(leg, by)


def _sign(leg: HandOver, seen: Reckoning, by: Principal) -> HandOver:
    """The other half of a leg: who took the box, set once."""
    leg.taker, leg.taker_account = by.name[:120], by.account
    leg.taken_count, leg.taken_temperature = seen.count, seen.temperature
    leg.taken_at = now()
    leg.save(
        update_fields=["taker", "taker_account", "taken_count", "taken_temperature", "taken_at"]
    )
    audit.record("box.taken", target=("box", leg.box_id), by=by)
    return leg


def _next_leg(box: Box, last: HandOver, seen: Reckoning, by: Principal) -> HandOver:
    """From whoever took it last: both read the same box at the same moment."""
    moment = now()
    return HandOver(
        box=box,
        leg=last.leg + 1,
        giver=last.taker,
        giver_phone=last.taker_phone,
        given_count=seen.count,
        given_temperature=seen.temperature,
        given_at=moment,
        taken_count=seen.count,
        taken_temperature=seen.temperature,
        taken_at=moment,
        by=by.account,
        organisation=box.organisation,
        laboratory=box.laboratory,
    )


def _written(leg: HandOver, by: Principal) -> HandOver:
    leg.save(force_insert=True)
    audit.record("box.handed", target=("box", leg.box_id), by=by, detail={"leg": leg.leg})
    return leg


def last_leg(box: Box) -> HandOver | None:
    """The newest hand-over of a box."""
    return HandOver.objects.filter(box=box).order_by("-leg").first()
