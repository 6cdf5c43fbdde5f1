"""A list of changes is obtained here, and the looks are recorded."""

from collections.abc import Sequence
from uuid import UUID

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of
from lachan.tracing import level_selectors
from lachan.tracing.level_wording import Words
from lachan.tracing.models import Case, Contact, LevelChange


def cards_for(
    by: Principal, changes: Sequence[LevelChange]
) -> tuple[dict[UUID, PersonCard], Words]:
    """The cards of everybody the changes speak of, and the words for their sentences."""
    cards = cards_of(level_selectors.persons_in(changes))
    looks.record_many(persons=list(cards), what="contact_list", by=by)
    return cards, level_selectors.words_for(cards, changes)


def kept_for(by: Principal, case: Case) -> list[tuple[Contact, PersonCard | None]]:
    """The people whose rows a human decided on before their case was withdrawn."""
    kept = level_selectors.kept_of(case)
    seen = [card.person for _row, card in kept if card is not None]
    looks.record_many(persons=seen, what="contact_list", by=by)
    return kept
