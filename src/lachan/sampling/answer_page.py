"""What the page of an opened slip shows; row security lets it see its own person alone."""

from typing import Any
from uuid import UUID

from lachan.people.selectors import card_of
from lachan.sampling import answer_slips, answer_words
from lachan.sampling.selectors import outcomes_of


def of_slip(slip: UUID, named: str) -> dict[str, Any] | None:
    """The person's samples of that sampling and later; None where the slip opens nothing more, or
    where the link names another."""
    found = answer_slips.printed(slip, named=named)
    card = card_of(found.slip.person_id) if found else None
    if found is None or card is None:
        return None
    rows = [
        answer_words.for_citizen(row)
        for row in outcomes_of(card.person)
        if row.sample.taken_at >= found.since
    ]
    return {"about": card, "rows": rows, "until": found.slip.expires_at}
