"""Numbers of a session's line: the letter of a device, and where the person of a number waits."""

from itertools import chain, product
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.packs import digest_of
from lachan.people.selectors import household_id_of
from lachan.vaccination.models import LineLetter, LineTicket, Session, SiteDevice
from lachan.vaccination.site_settling import Contents, Told, number_of

#: Letters that nobody takes for a figure or for another letter when they are called across a yard.
_LETTERS = "ABCDEGHKLMNPRSTUVX"


def letter_of(session: Session, device: UUID, *, by: Principal) -> str:
    """The letter of a device at a session, given the first time it is asked for.

    Refused: unknown_device, letters_are_out.
    """
    found = SiteDevice.objects.filter(pk=device, organisation=session.organisation).first()
    if found is None or found.closed_at is not None:
        raise Refused("unknown_device", _("Your facility has no such device."), status=404)
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 4))", [str(session.id)])
    rows = dict(LineLetter.objects.filter(session=session).values_list("device", "letter"))
    if device in rows:
        return rows[device]
    letter = next((one for one in _all_letters() if one not in rows.values()), None)
    if letter is None:
        raise Refused("letters_are_out", _("This session has too many devices: close lost ones."))
    LineLetter.objects.create(
        session=session,
        organisation=session.organisation,
        device=device,
        letter=letter,
        made_at=now(),
    )
    return letter


def _all_letters() -> chain[str]:
    return chain(_LETTERS, ("".join(pair) for pair in product(_LETTERS, repeat=2)))


def kin_of(session: UUID, person: UUID) -> str:
    """What the people of one household share at this session and nowhere else; "" without one."""
    household = household_id_of(person)
    return digest_of(session.bytes, household.bytes) if household else ""


def number_in_line(found: Contents, session: Session, *, person: UUID | None) -> None:
    """Give the numbers of a person the place that follows from everything that was sent.

    The number of the reception that stands is his; others that he was given are void.
    """
    own = number_of(found.reception) if found.reception else None
    for letter, number in dict.fromkeys(found.numbers):
        mine = (letter, number) == own
        reception = found.reception if mine else None
        _write(found, session, letter, number, person=person, reception=reception)


def _write(
    found: Contents,
    session: Session,
    letter: str,
    number: int,
    *,
    person: UUID | None,
    reception: Told | None,
) -> None:
    void = reception is None
    row = LineTicket.objects.filter(session=session, letter=letter, number=number).first()
    if row is not None and void and row.person_id not in (None, person):
        # The number was given again after it was taken back: it is somebody else's now.
        return
    row = row or LineTicket(session=session, letter=letter, number=number)
    row.organisation = session.organisation
    row.person_id = person
    row.reception = reception.id if reception else None
    row.kin = kin_of(session.id, person) if person else ""
    row.step = LineTicket.Step.VOID if void else LineTicket.Step(found.step)
    row.since = found.since or (reception.at if reception else now())
    row.received_at = reception.at if reception else None
    row.screened_at = found.screening.at if found.screening else None
    row.injected_at = found.injection.at if found.injection else None
    row.problem = found.problem.told["reason"] if found.problem else ""
    row.settled = found.settled
    row.changed_at = now()
    row.save()
