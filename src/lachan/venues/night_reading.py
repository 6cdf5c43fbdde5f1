"""Tonight's vehicles, found by plate."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lachan.core.clock import OFFSET, day_of, now
from lachan.core.scope import Principal
from lachan.formats.plates import plate_signs, shown_plate
from lachan.places.models import Place
from lachan.venues.deliveries import Delivery
from lachan.venues.keepers import body_of
from lachan.venues.roll_names import Written, written_of

#: Vehicles on one page.
SHOWN_AT_MOST = 300

#: From this hour on a delivery belongs to the morning that follows.
EVENING_HOUR = 18


@dataclass(frozen=True, slots=True)
class Came:
    """A vehicle with its driver."""

    row: Delivery
    plate: str
    driver: Written


def night(by: Principal, on: date | None = None, plate: str = "") -> list[Came]:
    """The vehicles of a night (of now without one), those inside first, then newest first; `plate`:
    any part of it.  With a plate and no day: the vehicle's last visits."""
    rows = Delivery.objects.filter(organisation=body_of(by))
    asked = plate_signs(plate)
    if asked:
        rows = rows.filter(plate__contains=asked)
    if on is not None or not asked:
        rows = rows.filter(night=on or night_of(now()))
    found = list(rows.select_related("driver", "place").order_by("-came_at")[:SHOWN_AT_MOST])
    names = written_of({row.driver_id: row.driver for row in found}.values())
    found.sort(key=lambda row: row.left_at is not None)
    return [Came(row, shown_plate(row.plate), names[row.driver_id]) for row in found]


def docks_of(by: Principal) -> list[Place]:
    """Where a vehicle can unload: rows of stalls, else the market itself."""
    own = Place.objects.filter(organisation=body_of(by), closed_at=None)
    rows = list(own.filter(kind="stall_row").order_by("folded", "id"))
    return rows or list(own.filter(parent=None).order_by("made_at", "id")[:8])


def delivery_of(by: Principal, delivery: UUID) -> Delivery | None:
    """One of one's own."""
    found = Delivery.objects.filter(organisation=body_of(by), id=delivery)
    return found.select_related("place", "driver").first()


def last_of(plate: str, by: Principal) -> Delivery | None:
    """The last delivery of a plate, for its driver's name."""
    found = Delivery.objects.filter(organisation=body_of(by), plate=plate)
    return found.select_related("driver", "place").order_by("-came_at").first()


def night_of(moment: datetime) -> date:
    """The morning a delivery belongs to."""
    day = day_of(moment)
    late = moment.astimezone(OFFSET).hour >= EVENING_HOUR
    return day + timedelta(days=1) if late else day


def as_last_time(by: Principal, text: str) -> dict[str, str]:
    """Driver, phone, origin and goods of a plate's last delivery; nothing for one never seen."""
    last = last_of(plate_signs(text), by)
    if last is None:
        return {}
    written = written_of([last.driver])[last.driver_id]
    return {
        "driver": written.name,
        "phone": written.phone,
        "coming_from": last.coming_from,
        "goods": last.goods,
    }
