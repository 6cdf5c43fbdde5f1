"""Admit to a registration or an invitation, and leave the look on record."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lachan.core import looks
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.people.selectors import PersonCard, card_of, represented_by, spoken_for
from lachan.places.models import Organisation
from lachan.places.selectors import today_of
from lachan.vaccination.models import Invitation, Registration, Session, UnitList


def registration_for(registration: UUID, by: Principal) -> tuple[Registration, PersonCard]:
    """A registration with whose it is.  Refused: registration_unknown (404)."""
    row = Registration.objects.select_related("person").filter(pk=registration).first()
    card = card_of(row.person_id) if row is not None else None
    if row is None or card is None:
        raise Refused("registration_unknown", _("There is no such registration here."), status=404)
    looks.record(person=row.person_id, what="vaccination_registration", by=by)
    return row, card


def person_for(person: UUID, by: Principal) -> Person:
    """Somebody this scope sees.  Refused: person_not_found (404)."""
    row = Person.objects.filter(pk=person, erased_at=None).first()
    if row is None:
        raise Refused("person_not_found", _("There is no such person in your area."), status=404)
    looks.record(person=person, what="vaccination_registration", by=by)
    return row


def whom_for(by: Principal) -> list[PersonCard]:
    """The citizen and everybody he represents, himself first."""
    own = card_of(by.person) if by.person else None
    return [*([own] if own else []), *spoken_for(by)]


def speaks_for(by: Principal, person: UUID) -> Person | None:
    """The citizen as the one who represents somebody today, None when he does not."""
    if by.person is None or all(row.person_id != person for row in represented_by(by.person)):
        return None
    return Person.objects.filter(pk=by.person).first()


def invitation_for(invitation: UUID, by: Principal) -> Invitation:
    """An invitation of somebody this scope sees.  Refused: invitation_unknown (404)."""
    row = Invitation.objects.select_related("session", "registration").filter(pk=invitation).first()
    if row is None:
        raise Refused("invitation_unknown", _("There is no such appointment here."), status=404)
    looks.record(person=row.person_id, what="vaccination_invitation", by=by)
    return row


def session_for(session: UUID, by: Principal) -> Session:
    """A session of the own area.  Refused: session_unknown (404)."""
    row = Session.objects.filter(pk=session).first()
    near = row is not None and (by.commune == row.commune or by.province == row.province)
    if row is None or not near:
        raise Refused("session_unknown", _("There is no such session in your area."), status=404)
    return row


def lists_of(by: Principal) -> QuerySet[UnitList]:
    """The lists of one's own organisation, the newest first."""
    rows = UnitList.objects.order_by("-sent_at")
    return rows.filter(organisation=by.organisation) if by.organisation else rows.none()


def list_for(unit: UUID, by: Principal) -> UnitList:
    """A list one's own organisation sent.  Refused: list_unknown (404)."""
    row = lists_of(by).filter(pk=unit).first()
    if row is None:
        raise Refused("list_unknown", _("There is no such list."), status=404)
    return row


def stay_of(by: Principal) -> tuple[int, int] | None:
    """(commune, province) where somebody works who enters people; None when it is not known."""
    if by.commune is not None:
        return by.commune, today_of(by.commune).province
    body = Organisation.objects.filter(pk=by.organisation).first() if by.organisation else None
    if body is None or body.commune is None or body.province is None:
        return None
    return body.commune, body.province
