"""Registering organisations and places.  Every act leaves its audit event in its transaction."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.vietnamese import fold
from lachan.places.kinds import PARTS_ONLY, OrganisationKind, PlaceKind, kinds_inside
from lachan.places.laying_out import House as House
from lachan.places.laying_out import put_on_lane as put_on_lane
from lachan.places.laying_out import register_dwellings as register_dwellings
from lachan.places.laying_out import register_lane as register_lane
from lachan.places.loading import load_territory
from lachan.places.models import Organisation, Place
from lachan.places.selectors import may_change, today_of, unit_or_refuse

__all__ = [
    "House",
    "add_part",
    "add_parts",
    "close_place",
    "load_territory",
    "put_on_lane",
    "register_dwellings",
    "register_lane",
    "register_organisation",
    "register_place",
    "register_place_of",
    "rename_place",
]

#: kind of a place -> kind of the body that runs it, when it is registered with the place
ORGANISATION_OF = {
    "market": "market",
    "school": "school",
    "hospital": "hospital",
    "vehicle": "transport",
    "other": "other",
}

#: A poster has room for so much.
LONGEST_NAME = 120


def register_organisation(
    *,
    kind: str,
    name: str,
    commune: int,
    by: Principal,
    parent: UUID | None = None,
    id: UUID | None = None,
) -> Organisation:
    """Register a body in a commune of today (`commune` may be a unit of any time).

    `id`: the number under which somebody already works for it; he may then write its first row.
    """
    if kind not in OrganisationKind.values:
        raise Refused("unknown_kind", _("Choose one of the kinds."))
    here, province = _where(commune)
    organisation = Organisation(
        id=id or uuid7(),
        kind=kind,
        name=_name(name),
        folded=fold(name),
        commune=here,
        province=province,
        parent_id=parent,
    )
    _only_ours(by, organisation.pk, here, province)
    organisation.save(force_insert=True)
    audit.record("organisation.registered", target=("organisation", organisation.pk), by=by)
    return organisation


def register_place(
    *,
    kind: str,
    name: str,
    commune: int,
    organisation: UUID,
    by: Principal,
    address: str = "",
) -> Place:
    """Register an outermost place of an organisation; `commune` may be a unit of any time."""
    if kind not in PlaceKind.values:
        raise Refused("unknown_kind", _("Choose one of the kinds."))
    if kind in PARTS_ONLY:
        raise Refused("only_a_part", _("Register the whole place first, then this part of it."))
    here, province = _where(commune)
    _only_ours(by, organisation, here, province)
    place = Place(
        kind=kind,
        name=_name(name),
        folded=fold(name),
        address=address.strip(),
        unit_id=commune,
        commune=here,
        province=province,
        organisation_id=organisation,
    )
    return _enter(place, by)


def register_place_of(
    *,
    kind: str,
    name: str,
    commune: int,
    by: Principal,
    address: str = "",
    run_by: str = "",
) -> Place:
    """Register a place of the account's own organisation, or of one called `run_by`.

    A body of that name in that commune is taken; when there is none it is registered with it.
    """
    if by.organisation is not None:
        owner = by.organisation
    else:
        owner = _body_called(run_by, ORGANISATION_OF.get(kind, "company"), commune, by).pk
    return register_place(
        kind=kind, name=name, commune=commune, organisation=owner, address=address, by=by
    )


def _body_called(name: str, kind: str, commune: int, by: Principal) -> Organisation:
    called = Organisation.objects.filter(commune=commune, folded=fold(_name(name)))
    known = called.order_by("id").first()
    return known or register_organisation(kind=kind, name=name, commune=commune, by=by)


def add_parts(
    *, parent: Place, kind: str, names: str, by: Principal
) -> tuple[list[Place], list[tuple[str, Refused]]]:
    """Add a part for each line of `names`: those made, and the lines refused with their reason."""
    _only_mine(by, parent)
    made: list[Place] = []
    refused: list[tuple[str, Refused]] = []
    for line in names.splitlines():
        if not line.strip():
            continue
        try:
            made.append(add_part(parent=parent, kind=kind, name=line, by=by))
        except Refused as refusal:
            refused.append((line.strip(), refusal))
    return made, refused


def add_part(*, parent: Place, kind: str, name: str, by: Principal) -> Place:
    """Register a part of a place; it lies where the whole lies and is the same organisation's."""
    _only_mine(by, parent)
    if parent.closed_at is not None:
        raise Refused("place_closed", _("This place is closed. Choose one that is open."))
    if kind not in kinds_inside(parent.kind):
        raise Refused("not_inside", _("A part of this kind cannot lie in this place."))
    called = _name(name)
    if Place.objects.filter(parent=parent, kind=kind, name=called, closed_at=None).exists():
        raise Refused("name_taken", _("This place has such a part already. Give another name."))
    place = Place(
        parent=parent,
        kind=kind,
        name=called,
        folded=fold(called),
        unit_id=parent.unit_id,
        commune=parent.commune,
        province=parent.province,
        organisation_id=parent.organisation_id,
    )
    return _enter(place, by)


def _enter(place: Place, by: Principal) -> Place:
    place.save(force_insert=True)
    audit.record("place.registered", target=("place", place.pk), by=by)
    return place


def rename_place(*, place: Place, name: str, by: Principal) -> None:
    """Give a place another name; the former one stays in the audit event."""
    _only_mine(by, place)
    before, place.name = place.name, _name(name)
    place.folded = fold(place.name)
    place.save(update_fields=["name", "folded"])
    audit.record("place.renamed", target=("place", place.pk), by=by, detail={"before": before})


def close_place(*, place: Place, by: Principal) -> None:
    """Close a place without open parts; what was recorded there stays."""
    _only_mine(by, place)
    if place.parts.filter(closed_at__isnull=True).exists():
        raise Refused("open_parts", _("Close its parts first."))
    place.closed_at = now()
    place.save(update_fields=["closed_at"])
    audit.record("place.closed", target=("place", place.pk), by=by)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Refused("name_missing", _("Give a name."))
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", _("Give a shorter name: 120 characters at most."))
    return name


def _where(commune: int) -> tuple[int, int]:
    unit_or_refuse(commune)
    found = today_of(commune)
    if found.commune is None:
        raise Refused(
            "commune_divided", _("This commune was divided. Choose the commune it is today.")
        )
    return found.commune, found.province


def _only_mine(by: Principal, place: Place) -> None:
    if not may_change(by, place):
        _refuse_others()


def _only_ours(
    by: Principal, organisation: UUID, commune: int | None, province: int | None
) -> None:
    ours = (
        by.national
        or by.organisation == organisation
        or (by.commune is not None and by.commune == commune)
        or (by.province is not None and by.province == province)
    )
    if not ours:
        _refuse_others()


def _refuse_others() -> None:
    raise Refused(
        "not_yours",
        _("This is not your organisation's or area's to change. Ask its health station."),
        status=403,
    )
