"""Writing deliveries by night: a plate, a driver, a row; in with one hand, out with one press."""

from datetime import timedelta

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.bulk import insert_many
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.plates import read_plate
from lachan.people.selectors import cards_of
from lachan.people.services import person_of_code
from lachan.places.models import Place
from lachan.venues.attending import PRESENT
from lachan.venues.deliveries import Delivery
from lachan.venues.keepers import body_of, own_organisation
from lachan.venues.night_reading import last_of, night_of
from lachan.venues.roll_names import Written, seal_new, written_of
from lachan.venues.rolling import FACT, plain_phone
from lachan.venues.rolls import Member

LONGEST_FROM, LONGEST_GOODS = 80, 40


def plain_plate(text: str) -> str:
    """One spelling of a plate.  Refused: plate_shape."""
    plate = read_plate(text)
    if not plate:
        raise Refused("plate_shape", _("Write the plate as it stands on the vehicle."))
    return plate


def record_delivery(
    *,
    place: Place,
    plate: str,
    driver: str,
    by: Principal,
    phone: str = "",
    code: str = "",
    coming_from: str = "",
    goods: str = "",
) -> Delivery:
    """A vehicle came in.  `code`: the driver's own code or card, instead of a typed name.

    Refused: not_your_place, plate_shape, delivery_inside, driver_missing, phone_shape and the codes
    of `people.services.person_of_code`.
    """
    if place.organisation_id != own_organisation(by):
        raise Refused(
            "not_your_place", _("This place belongs to another organisation."), status=403
        )
    written = plain_plate(plate)
    moment = now()
    if inside(written, by) is not None:
        raise Refused(
            "delivery_inside", _("This vehicle is inside already. Press Out when it leaves.")
        )
    row = Delivery(
        id=uuid7(),
        organisation=place.organisation_id,
        place=place,
        plate=written,
        driver=_driver(place, driver, phone, code, written, by),
        coming_from=" ".join(coming_from.split())[:LONGEST_FROM],
        goods=" ".join(goods.split())[:LONGEST_GOODS],
        night=night_of(moment),
        came_at=moment,
        made_by=by.account,
        commune=place.commune,
        province=place.province,
    )
    row.save(force_insert=True)
    audit.record("delivery.came", target=("delivery", row.id), by=by)
    ring(PRESENT)
    return row


def record_leaving(*, delivery: Delivery, by: Principal) -> None:
    """The vehicle left; pressed twice it left once."""
    if delivery.left_at is not None:
        return
    delivery.left_at = now()
    delivery.save(update_fields=["left_at"])
    audit.record("delivery.left", target=("delivery", delivery.id), by=by)
    ring(PRESENT)


def inside(plate: str, by: Principal) -> Delivery | None:
    """The delivery of this plate that came within a day and has not left."""
    found = Delivery.objects.filter(
        organisation=body_of(by),
        plate=plate,
        left_at=None,
        came_at__gt=now() - timedelta(hours=24),
    )
    return found.first()


def _driver(place: Place, name: str, phone: str, code: str, plate: str, by: Principal) -> Member:
    """The driver as the market knows him: by his code, as last time by this plate, or new."""
    person = person_of_code(code) if code.strip() else None
    said = " ".join(name.split())[:120]
    if person is not None:
        known = Member.objects.filter(
            organisation=body_of(by), kind=Member.Kind.DRIVER, person=person
        ).first()
        if known is not None:
            return known
        card = cards_of([person]).get(person)
        said = card.name if card is not None and card.name else said
    if not said:
        raise Refused("driver_missing", _("Write the driver's name, or scan the driver's code."))
    number = plain_phone(phone)
    last = last_of(plate, by)
    if person is None and last is not None:
        before = written_of([last.driver])[last.driver_id]
        if before.name == said and number in ("", before.phone):
            return last.driver
    made = uuid7()
    member = Member(
        id=made,
        organisation=place.organisation_id,
        kind=Member.Kind.DRIVER,
        sealed=seal_new({made: Written(name=said, phone=number)})[made],
        person=person,
        since=day_of(now()),
        made_at=now(),
        made_by=by.account,
        commune=place.commune,
        province=place.province,
    )
    insert_many(Member, [member])
    ring(FACT)
    return member
