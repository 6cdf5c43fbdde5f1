"""The people one declares for, and a declaration that was made, are obtained here."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from lachan.core import looks
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.declarations.models import Declaration
from lachan.people.selectors import PersonCard, card_of, spoken_for


def people_of(by: Principal) -> list[PersonCard]:
    """The reader first, then everybody the reader speaks for."""
    mine = card_of(by.person) if by.person else None
    return [*([mine] if mine else []), *spoken_for(by)]


def declaration_for(by: Principal, declaration: UUID) -> Declaration:
    """A declaration of the reader or of somebody he speaks for, or 404."""
    found = Declaration.objects.filter(pk=declaration).first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="declaration", by=by)
    return found


def face_of(by: Principal, person: UUID) -> PersonCard:
    """Somebody who stands before a guard or an officer, as far as the register opens to him.

    Refused: show_code_first, when the code was not shown here or minutes ago.
    """
    card = card_of(person)
    if card is None or card.erased:
        raise Refused(
            "show_code_first",
            _("Scan the person's code or identity card first; it opens the form for ten minutes."),
            status=404,
        )
    looks.record(person=person, what="declaring", by=by)
    return card
