"""The people one declares for, and a declaration that was made, are obtained here."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
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
