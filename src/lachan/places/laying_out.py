"""Writing the register of lanes and houses: one by one, or a whole commune from a list."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.vietnamese import fold
from lachan.places.models import Dwelling, Lane, Place
from lachan.places.selectors import today_of, unit_or_refuse

#: Rows of one INSERT.
BATCH = 2000

#: Sizes of the columns.
LONGEST_LANE, LONGEST_NUMBER = 80, 40


class House(NamedTuple):
    """A house as a list names it; position in metres, or neither coordinate."""

    number: str
    x: float | None = None
    y: float | None = None


def register_lane(*, name: str, commune: int, by: Principal, kind: str = "lane") -> Lane:
    """Enter a lane or hamlet of a commune of today; the same name again is the same lane.

    Refused: unknown_kind, name_missing, name_too_long, not_yours, unknown_unit, commune_divided.
    """
    if kind not in Lane.Kind.values:
        raise Refused("unknown_kind", _("Choose one of the kinds."))
    plain = _text(name, LONGEST_LANE)
    here, province = _where(commune)
    _only_ours(by, here, province)
    known = Lane.objects.filter(commune=here, name=plain).first()
    if known is not None:
        return known
    last = Lane.objects.filter(commune=here).order_by("-ord").first()
    lane = Lane(
        kind=kind,
        name=plain,
        folded=fold(plain),
        commune=here,
        province=province,
        ord=last.ord + 1 if last else 1,
    )
    lane.save(force_insert=True)
    audit.record("lane.registered", target=("lane", lane.id), by=by)
    return lane


def register_dwellings(*, lane: Lane, houses: Iterable[House], by: Principal) -> list[Dwelling]:
    """Enter houses of a lane in the order in which they stand; give those that are new.

    A number that is there already stays as it is.  Refused: name_missing, name_too_long, not_yours.
    """
    _only_ours(by, lane.commune, lane.province)
    known = set(Dwelling.objects.filter(lane=lane).values_list("number", flat=True))
    last = Dwelling.objects.filter(lane=lane).order_by("-ord").first()
    made: list[Dwelling] = []
    for house in houses:
        number = _text(house.number, LONGEST_NUMBER)
        if number in known:
            continue
        known.add(number)
        place = (last.ord if last else 0) + len(made) + 1
        made.append(
            Dwelling(
                lane=lane,
                number=number,
                ord=place,
                x=house.x,
                y=house.y,
                commune=lane.commune,
                province=lane.province,
            )
        )
    Dwelling.objects.bulk_create(made, batch_size=BATCH)
    detail = {"houses": len(made)}
    audit.record("dwelling.registered", target=("lane", lane.id), by=by, detail=detail)
    return made


def put_on_lane(*, place: Place, lane: Lane | None, by: Principal) -> None:
    """Say on which lane a place lies; None: on none.  Refused: not_yours, lane_elsewhere."""
    _only_ours(by, place.commune, place.province)
    if lane is not None and lane.commune != place.commune:
        raise Refused("lane_elsewhere", _("This lane is in another commune than the place."))
    place.lane = lane
    place.save(update_fields=["lane"])
    detail = {"lane": None if lane is None else str(lane.id)}
    audit.record("place.put_on_lane", target=("place", place.pk), by=by, detail=detail)


def _text(given: str, longest: int) -> str:
    text = " ".join(given.split())
    if not text:
        raise Refused("name_missing", _("Give a name."))
    if len(text) > longest:
        raise Refused("name_too_long", _("Give a shorter name: 120 characters at most."))
    return text


def _where(commune: int) -> tuple[int, int]:
    unit_or_refuse(commune)
    found = today_of(commune)
    if found.commune is None:
        raise Refused(
            "commune_divided", _("This commune was divided. Choose the commune it is today.")
        )
    return found.commune, found.province


def _only_ours(by: Principal, commune: int, province: int) -> None:
    if by.national or by.commune == commune or by.province == province:
        return
    raise Refused(
        "not_yours",
        _("This is not your organisation's or area's to change. Ask its health station."),
        status=403,
    )
