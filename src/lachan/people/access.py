"""Admit to a person and leave the look on record, in that order and in one transaction."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import looks
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people import selectors
from lachan.people.models import Duty, Person
from lachan.people.selectors import PersonCard


def search(text: str, by: Principal) -> list[PersonCard]:
    """Whom `text` means within the scope; every name shown is a look."""
    cards = selectors.find_people(text, by)
    looks.record_many(persons=[card.person for card in cards], what="search_result", by=by)
    return cards


def open_card(person_id: UUID, by: Principal) -> PersonCard:
    """The card of one person.  Refused: person_unknown, the same whether there is nobody or
    somebody of elsewhere."""
    card = selectors.card_of(person_id)
    if card is None:
        raise Refused("person_unknown", _("Nobody of your area stands here."), status=404)
    looks.record(person=person_id, what="card", by=by)
    return card


def own(by: Principal) -> Person:
    """The person behind a citizen's account.  Refused: enter_yourself_first."""
    person = selectors.person_of(by.person) if by.person else None
    if person is None:
        raise Refused("enter_yourself_first", _("First enter who you are."))
    return person


def own_duty(duty: UUID, by: Principal) -> Duty:
    """A shift of the unit the account works at.  Refused: duty_unknown (404)."""
    unit = selectors.duty_unit_of(by)
    found = None if unit is None else selectors.duty_of(unit, duty)
    if found is None:
        raise Refused("duty_unknown", _("There is no such shift in your unit's list."), status=404)
    return found
