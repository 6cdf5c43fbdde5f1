"""Ask a contact whom he met (a link or a sheet of paper) and ask the public who was there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal
from lachan.credentials.secrets import hash_secret, new_slip_code
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.formats.vietnamese import fold
from lachan.notices import services as notices
from lachan.notices.models import Notice
from lachan.people.selectors import cards_of
from lachan.places.models import Place
from lachan.places.selectors import cdc_of, organisation_name, station_of, unit_label
from lachan.tracing.models import CalledPlace, Case, Contact, Invitation, PublicCall

#: How long an invitation stays open.  Source: our own choice: an F1 remembers for a few days.
INVITED_FOR = timedelta(days=3)
#: How long a call may stand at most; after that a new one says what is still true.
CALLED_FOR_AT_MOST = timedelta(days=30)
#: Places of one call; a longer notice is read by nobody.
MOST_PLACES = 12
#: Contacts whose names a notice is searched for.
MOST_NAMES = 2_000


@dataclass(frozen=True, slots=True)
class Point:
    """A mốc dịch tễ to publish: the name as everybody knows the place, from when until when."""

    name: str
    start: datetime
    end: datetime
    place: UUID | None = None


def unit_of(case: Case, by: Principal) -> str:
    """The unit that asks: the station for a station officer, else the province's CDC."""
    body = station_of(case.commune) if by.commune == case.commune else cdc_of(case.province)
    return organisation_name(body) if body else unit_label(case.commune)


def invite(*, contact: Contact, phone: str, by: Principal) -> Invitation:
    """Open a page on which this contact names whom he met; the one before closes.

    Refused: phone_needed, hop_too_far.
    """
    if contact.hop >= 4:
        raise Refused("hop_too_far", _("Contacts are followed to the fourth hop, no further."))
    duty_phone = _duty_phone(phone)
    close_invitation(contact=contact, by=by)
    code = new_slip_code()
    row = Invitation(
        case=contact.case,
        contact=contact,
        code_sha256=hash_secret(code),
        sealed=seal(contact.person_id, {"code": code}),
        unit=unit_of(contact.case, by),
        phone=duty_phone,
        opened_at=now(),
        opened_by=by.account,
        opened_by_name=by.name,
        expires_at=now() + INVITED_FOR,
        commune=contact.commune,
        province=contact.province,
    )
    row.save(force_insert=True)
    audit.record("invitation.opened", target=("contact", contact.id), by=by)
    return row


def close_invitation(*, contact: Contact, by: Principal) -> None:
    """The code of this contact opens nothing from now on."""
    closed = Invitation.objects.filter(contact=contact, closed_at=None).update(
        closed_at=now(), closed_by=by.account
    )
    if closed:
        audit.record("invitation.closed", target=("contact", contact.id), by=by)


def code_of(invitation: Invitation) -> str:
    """The code, for whoever sees the contact: to show, to print, to read out."""
    return str(open_sealed(invitation.contact.person_id, bytes(invitation.sealed))["code"])


def draft_message(*, invitation: Invitation, link: str, by: Principal) -> Notice:
    """A message with the link; a human approves it before it is sent."""
    return notices.draft(
        person=invitation.contact.person,
        kind="own_contacts",
        values={
            "unit": invitation.unit,
            "phone": invitation.phone,
            "link": link,
            "until": invitation.expires_at.isoformat(),
        },
        reason=invitation.id,
        by=by,
    )


def draft_call(
    *, case: Case, points: Sequence[Point], phone: str, ends_at: datetime, by: Principal
) -> PublicCall:
    """Prepare a public call; nobody outside reads it before it is approved.

    Refused: no_place, place_unreadable, names_somebody, phone_needed, wrong_end.
    """
    if not points:
        raise Refused("no_place", _("Choose at least one place with its hours."))
    if len(points) > MOST_PLACES:
        raise Refused("no_place", _("Choose at most twelve places, and make a second notice."))
    if not now() < ends_at <= now() + CALLED_FOR_AT_MOST:
        raise Refused("wrong_end", _("A notice ends on a day to come, within thirty days."))
    _refuse_names(case, points)
    call = PublicCall(
        case=case,
        code=new_slip_code(),
        disease=case.disease,
        unit=unit_of(case, by),
        phone=_duty_phone(phone),
        drafted_at=now(),
        drafted_by=by.account,
        drafted_by_name=by.name,
        ends_at=ends_at,
        commune=case.commune,
        province=case.province,
    )
    call.save(force_insert=True)
    CalledPlace.objects.bulk_create([_called(call, point) for point in points])
    audit.record("call.drafted", target=("call", call.id), by=by)
    return call


def _refuse_names(case: Case, points: Sequence[Point]) -> None:
    """A notice holds nobody's name: not the case's and no contact's, whoever typed it."""
    persons = case.contacts.values_list("person_id", flat=True)[:MOST_NAMES]
    names = {fold(card.name) for card in cards_of([case.person_id, *persons]).values()}
    said = [f" {fold(point.name)} " for point in points]
    if any(len(name.split()) > 1 and f" {name} " in text for name in names for text in said):
        raise Refused(
            "names_somebody",
            _("A notice names no person. Write the place as everybody knows it."),
        )


def _called(call: PublicCall, point: Point) -> CalledPlace:
    name = " ".join(point.name.split())
    if not name or point.end <= point.start:
        raise Refused(
            "place_unreadable", _("Every place needs a name, and its hours must have a length.")
        )
    if point.place is not None and not Place.objects.filter(pk=point.place).exists():
        raise Refused("place_unreadable", _("One of the places is not known here."))
    return CalledPlace(
        call=call,
        place_id=point.place,
        name=name[:160],
        from_at=point.start,
        to_at=point.end,
        commune=call.commune,
        province=call.province,
    )


def approve_call(*, call: PublicCall, names_disease: bool, by: Principal) -> PublicCall:
    """Publish a call; the approver says whether it names the disease.  Refused: human_only,
    call_stands."""
    if by.system:
        raise Refused("human_only", _("Only a human publishes a notice."), status=403)
    row = PublicCall.objects.select_for_update().get(pk=call.pk)
    if row.approved_at is not None or row.ended_at is not None:
        raise Refused(
            "call_stands", _("This notice was published or withdrawn already."), status=409
        )
    row.approved_at = now()
    row.approved_by, row.approved_by_name = by.account, by.name
    row.names_disease = names_disease
    row.save(update_fields=["approved_at", "approved_by", "approved_by_name", "names_disease"])
    audit.record(
        "call.approved", target=("call", row.id), by=by, detail={"names_disease": names_disease}
    )
    return row


def end_call(*, call: PublicCall, by: Principal) -> PublicCall:
    """End a call, or withdraw its draft; whoever opens the page then is told to phone."""
    row = PublicCall.objects.select_for_update().get(pk=call.pk)
    if row.ended_at is None:
        row.ended_at, row.ended_by = now(), by.account
        row.save(update_fields=["ended_at", "ended_by"])
        audit.record("call.ended", target=("call", row.id), by=by)
    return row


def _duty_phone(text: str) -> str:
    """The phone as it is printed.  A short number (115, 19009095) is a duty phone too."""
    digits = "".join(text.split())
    if digits.isdecimal() and (len(digits) in range(3, 5) or digits.startswith(("1800", "1900"))):
        return digits
    try:
        return read_phone(text).number
    except PhoneRefused:
        raise Refused(
            "phone_needed", _("Write the duty phone that people can call, day and night.")
        ) from None
