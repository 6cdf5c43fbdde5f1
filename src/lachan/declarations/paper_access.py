"""Whose sheet it is: found in the register with the look on record, or by the card's number."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.declarations.models import PaperSeries
from lachan.people.selectors import PersonCard, card_of, find_people
from lachan.people.services import person_of_code

#: People offered for a name; more has not yet said whom it means.
OFFERED = 12


def people_meant(text: str, by: Principal) -> list[PersonCard]:
    """Whom the sheet names, among those this account may see; a card's number opens the person."""
    cards = find_people(text, by)[:OFFERED]
    if not cards:
        try:
            with scoped(by, "declare_for_another"):
                person = person_of_code(text)
        except Refused:
            return []
        found = card_of(person)
        cards = [found] if found else []
    looks.record_many(persons=[card.person for card in cards], what="search_result", by=by)
    return cards


def person_for(person: UUID, by: Principal) -> PersonCard:
    """The person a sheet is keyed for, or 404."""
    found = card_of(person)
    if found is None or found.erased:
        raise Http404
    looks.record(person=person, what="card", by=by)
    return found


def series_for(series: UUID) -> PaperSeries:
    """A series of the reader's unit, or 404."""
    found = PaperSeries.objects.filter(pk=series).first()
    if found is None:
        raise Http404
    return found
