"""Opening flags: whoever reads a name in the list leaves a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, by_trace_ids, cards_of
from lachan.places.models import Place
from lachan.venues.flagged import places_of, sentences_of
from lachan.venues.flags import Flag


@dataclass(frozen=True, slots=True)
class FlagShown:
    """A flag as an officer reads it.  `card` is None where nobody is meant or the person stays
    elsewhere: `elsewhere` tells the two apart."""

    flag: Flag
    why: str
    place: Place | None
    card: PersonCard | None
    elsewhere: bool


def shown_to(by: Principal, flags: Sequence[Flag]) -> list[FlagShown]:
    """The rows of a page, with the names this scope may see; each of them leaves a look."""
    persons = by_trace_ids({flag.trace_id for flag in flags if flag.trace_id})
    looks.record_many(persons=sorted(set(persons.values())), what="flag", by=by)
    cards = cards_of(persons.values())
    places = places_of(flags)
    return [
        FlagShown(
            flag=flag,
            why=why,
            place=places.get(flag.place) if flag.place else None,
            card=cards.get(_person(persons, flag.trace_id)),  # type: ignore[arg-type]
            elsewhere=flag.trace_id is not None and flag.trace_id not in persons,
        )
        for flag, why in zip(flags, sentences_of(flags), strict=True)
    ]


def _person(persons: dict[UUID, UUID], trace_id: UUID | None) -> UUID | None:
    return persons.get(trace_id) if trace_id else None
