"""A chain is obtained here, with the cards of those it shows, and the looks are recorded."""

from collections.abc import Iterable
from uuid import UUID

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of


def cards_for(by: Principal, persons: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """The cards of the people a page of the chain names; who is not open has none."""
    cards = cards_of(persons)
    looks.record_many(persons=list(cards), what="contact_list", by=by)
    return cards
