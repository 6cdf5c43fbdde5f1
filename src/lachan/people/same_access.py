"""Admit to pairs and to checks of identity: whom a page names is a look at that person."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.linkage import Known
from lachan.people.matching_records import known_of
from lachan.people.models import IdentityCheck, LikelyPair, SamePerson
from lachan.people.selectors import PersonCard, cards_of


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair: its card, and what it is compared by."""

    card: PersonCard
    known: Known


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair with both records opened."""

    pair: LikelyPair
    one: Side
    two: Side


def shown_pairs(rows: Iterable[LikelyPair], by: Principal) -> list[ShownPair]:
    """Both records of each pair, opened for a comparison."""
    listed = list(rows)
    sides = _sides({end for row in listed for end in (row.one_id, row.two_id)}, by)
    return [
        ShownPair(row, sides[row.one_id], sides[row.two_id])
        for row in listed
        if row.one_id in sides and row.two_id in sides
    ]


def shown_links(
    rows: Iterable[SamePerson], by: Principal
) -> list[tuple[SamePerson, PersonCard | None, PersonCard | None]]:
    """The links with the cards of those this scope sees."""
    listed = list(rows)
    cards = cards_of({end for row in listed for end in (row.kept_id, row.other_id)})
    looks.record_many(persons=sorted(cards), what="same_person", by=by)
    return [(row, cards.get(row.kept_id), cards.get(row.other_id)) for row in listed]


def shown_checks(rows: Iterable[IdentityCheck], by: Principal) -> list[tuple[IdentityCheck, Side]]:
    """What the police are asked about: identity, and nothing of health."""
    listed = list(rows)
    sides = _sides({row.person_id for row in listed}, by, what="identity_check")
    return [(row, sides[row.person_id]) for row in listed if row.person_id in sides]


def _sides(ids: set[UUID], by: Principal, *, what: str = "same_person") -> dict[UUID, Side]:
    cards, known = cards_of(ids), known_of(ids)
    found = {
        each: Side(cards[each], known[each]) for each in ids if each in cards and each in known
    }
    looks.record_many(persons=sorted(found), what=what, by=by)
    return found
