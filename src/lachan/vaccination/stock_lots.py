"""Lots by the code on their box: known, or entered in one step."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.gs1 import looks_like_gs1, read_gs1
from lachan.rulebook import selectors as rulebook
from lachan.vaccination.models import Lot


@dataclass(frozen=True, slots=True)
class Box:
    """What a scanned code says.  `product` is known where this GTIN was seen before."""

    number: str
    expires_on: date | None
    gtin: str
    product: str


def written(number: str) -> str:
    """A lot's number as it is kept: in capitals without spaces."""
    return "".join(number.split()).upper()[:40]


def read_box(code: str) -> Box:
    """A GS1 DataMatrix as a reader types it, or the lot's number as printed.

    Raises Refused: box_unreadable.
    """
    text = code.strip()
    if not looks_like_gs1(text):
        if not written(text):
            raise Refused("box_unreadable", _("Scan the code on the box, or type the lot."))
        return Box(written(text), None, "", "")
    said = read_gs1(text, this_year=today().year).fields
    number, expires, gtin = (said.get(name, "") for name in ("batch", "expires", "gtin"))
    if not number:
        text = _("This code names no lot. Scan the other code on the box, or type the lot.")
        raise Refused("box_unreadable", text)
    seen = Lot.objects.filter(gtin=gtin).order_by("-made_at").first() if gtin else None
    day = date.fromisoformat(expires) if expires else None
    return Box(written(number), day, gtin, seen.product if seen else "")


def lots_of(box: Box) -> list[Lot]:
    """The lots that this box may be of: one number may be used by two makers."""
    rows = Lot.objects.filter(number=box.number)
    if box.gtin:
        same = rows.filter(gtin=box.gtin)
        rows = same if same.exists() else rows
    return list(rows.order_by("product"))


def enter_lot(
    *,
    box: Box,
    product: str,
    expires_on: date,
    organisation: UUID,
    by: Principal,
    doses_per_vial: int | None = None,
    open_hours: int | None = None,
) -> Lot:
    """A lot that nobody entered before; without the leaflet's numbers the product's usual ones.

    Codes of refusals: lot_known, unknown_vaccine, lot_differs.
    """
    usual = rulebook.vaccine_product(product, now())
    known = Lot.objects.filter(product=product, number=box.number).first()
    if known is not None:
        if known.expires_on == expires_on:
            return known
        text = _("Lot %(lot)s is known with another last day. Compare the box again.")
        raise Refused("lot_differs", text % {"lot": box.number}, status=409)
    lot = Lot(
        id=uuid7(),
        product=product,
        number=box.number,
        expires_on=expires_on,
        gtin=box.gtin,
        doses_per_vial=doses_per_vial or usual.doses_per_vial,
        open_hours=usual.open_hours if open_hours is None else open_hours,
        organisation=organisation,
        made_at=now(),
    )
    try:
        with transaction.atomic():
            lot.save(force_insert=True)
    except IntegrityError:
        text = _("Somebody else entered this lot just now. Scan it again.")
        raise Refused("lot_known", text, status=409) from None
    audit.record("lot.entered", target=("lot", lot.id), by=by)
    return lot
