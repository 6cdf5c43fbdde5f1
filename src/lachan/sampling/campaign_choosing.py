"""Who of a household is sampled for all of it: numbers in, reasons out; no table is read.

Source: field.md 2.4, Ho Chi Minh City 2021: of a family of fewer than five people one, of a larger
one two, those who meet most people; inside a zone everybody.  Whoever has symptoms is always
sampled, beside those who stand for the household.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lachan.sampling.models import CampaignMember

Why = CampaignMember.Why


@dataclass(frozen=True, slots=True)
class HouseholdRule:
    """Of a household of fewer than `below` people `small` are sampled, of a larger one `large`;
    `everybody`: all of them."""

    below: int
    small: int
    large: int
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody of a household.  `contacts`: how many people share work or school; `born`: year."""

    person: UUID
    contacts: int = 0
    symptoms: bool = False
    born: int | None = None


def representatives(household: Sequence[Mate], rule: HouseholdRule) -> dict[UUID, Why]:
    """person -> why sampled, or why not (`REPRESENTED`), for every mate of one household.

    Of two who meet equally many the older is taken: a human may exchange them.
    """
    if rule.everybody:
        return {mate.person: Why.SYMPTOMS if mate.symptoms else Why.EVERYBODY for mate in household}
    wanted = rule.small if len(household) < rule.below else rule.large
    well = [mate for mate in household if not mate.symptoms]
    ranked = sorted(well, key=lambda mate: (-mate.contacts, mate.born or 9999, mate.person.hex))
    standing = {mate.person for mate in ranked[:wanted]}
    return {mate.person: _why(mate, standing) for mate in household}


def _why(mate: Mate, standing: set[UUID]) -> Why:
    if mate.symptoms:
        return Why.SYMPTOMS
    return Why.MOST_CONTACTS if mate.person in standing else Why.REPRESENTED


def is_chosen(why: str) -> bool:
    """Whether this reason means that the person is sampled."""
    return why not in (Why.REPRESENTED, Why.LEFT_OUT)
