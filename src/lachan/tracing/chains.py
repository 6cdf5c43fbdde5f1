"""Reading a chain: which cases belong together, who met whom, and where everybody stands.

Two cases are of one chain when the person of one was met around the other (or names somebody of
it), or when both lie in one outbreak.  A withdrawn case still joins them: chains only grow.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Extract, Floor

from lachan.tracing.levels import CASE, Level, Link, Window
from lachan.tracing.models import Case, Contact, ContactChange, ContactLink, LevelChange

#: Why the rows of a withdrawn case are ruled out: nobody judged that meeting, so it still counts.
CASE_WITHDRAWN = "case_withdrawn"


class Evidence(NamedTuple):
    """A link as the levels are computed from it, with where it was and how we know."""

    link: Link[UUID]
    case: UUID
    place: UUID | None
    source: str


class Standing(NamedTuple):
    """The last fact about somebody: the level, and through whom."""

    level: int
    via: UUID | None


def chain_of(case: Case) -> list[Case]:
    """The cases of `case`'s chain that the caller may see, itself among them, oldest first."""
    known = {case.id}
    found = [case]
    while found:
        persons = [one.person_id for one in found]
        ids = [one.id for one in found]
        outbreaks = {one.outbreak_id for one in found if one.outbreak_id}
        links = ContactLink.objects.filter(case__in=ids)
        naming = ContactLink.objects.filter(Q(person__in=persons) | Q(source_person__in=persons))
        nearby = (
            Q(person__in=links.values("person"))
            | Q(person__in=links.values("source_person"))
            | Q(person__in=persons)
            | Q(id__in=naming.values("case"))
            | Q(outbreak__in=outbreaks)
        )
        found = list(Case.objects.filter(nearby, disease=case.disease).exclude(id__in=known))
        known |= {one.id for one in found}
    return list(Case.objects.filter(id__in=known).order_by("infectious_from", "id"))


def active(chain: Iterable[Case]) -> list[Case]:
    """The cases whose positive stands."""
    return [case for case in chain if case.status != Case.Status.WITHDRAWN]


def windows_of(cases: Iterable[Case]) -> list[Window[UUID]]:
    """When each of them could infect."""
    return [
        Window(case.person_id, _seconds(case.infectious_from) or 0, _seconds(case.infectious_to))
        for case in cases
    ]


def evidence_of(chain: Iterable[Case]) -> list[Evidence]:
    """Every meeting that stands around these cases, without those a human ruled out."""
    ids = [case.id for case in chain]
    out_of_case, pairs = _ruled_out(ids)
    rows = ContactLink.objects.filter(case__in=ids, withdrawn_at=None).order_by("id")
    columns = ("case", "source_person", "person", "first", "last", "seconds", "place", "source")
    # The database counts the seconds: ten thousand moments with their zones take half a second.
    told = rows.annotate(first=_epoch("first_at"), last=_epoch("last_at")).values_list(*columns)
    return [
        Evidence(Link(met, person, first, last, seconds), case, place, source)
        for case, met, person, first, last, seconds, place, source in told
        if (case, person) not in out_of_case and frozenset((met, person)) not in pairs
    ]


def _ruled_out(ids: list[UUID]) -> tuple[set[tuple[UUID, UUID]], set[frozenset[UUID]]]:
    """Whom a human ruled out: in which case, and as met by whom.

    Who was ruled out of one case as met by the second is no contact of the second anywhere.
    """
    last = ContactChange.objects.filter(contact=OuterRef("pk")).order_by("-at", "-id")
    rows = (
        Contact.objects.filter(case__in=ids, state=Contact.State.RULED_OUT)
        .annotate(why=Subquery(last.values("reason")[:1]))
        .values_list("case", "person", "via__person", "case__person", "why")
    )
    human = [row for row in rows if row[4] != CASE_WITHDRAWN]
    return (
        {(case, person) for case, person, *_rest in human},
        {frozenset((via or source, person)) for _case, person, via, source, _why in human},
    )


def standing_of(chain: Iterable[Case]) -> dict[UUID, Standing]:
    """Where everybody stands by the facts alone: the last fact of each person in the chain."""
    facts = (
        LevelChange.objects.filter(case__in=[case.id for case in chain])
        .order_by("person", "-id")  # in the order of making: a demo's clock can be wound back
        .distinct("person")
        .values_list("person", "after", "values")
    )
    return {
        person: Standing(after, UUID(values["via"]) if values.get("via") else None)
        for person, after, values in facts
        if after is not None
    }


def counts(places: Iterable[int]) -> dict[str, int]:
    """How many stand at each level, as a run keeps it."""
    found: dict[str, int] = {}
    for level in sorted(places):
        found[str(level)] = found.get(str(level), 0) + 1
    return found


def case_of_person(chain: Iterable[Case]) -> dict[UUID, Case]:
    """The case of each person: of several the one that stands, then the newest."""
    return {
        case.person_id: case
        for case in sorted(
            chain, key=lambda one: (one.status != Case.Status.WITHDRAWN, one.opened_at)
        )
    }


def root_of(places: Mapping[UUID, Level[UUID]], person: UUID) -> UUID | None:
    """The case at the end of the person's path; None for somebody who is not in the chain."""
    seen: UUID | None = None
    here: UUID | None = person
    while here is not None and here in places:
        seen = here
        here = places[here].via
    return seen if seen is not None and places[seen].level == CASE else None


def _epoch(field: str) -> Cast:
    """The whole seconds since 1970 of a moment; without the zone it would be seven hours more."""
    return Cast(Floor(Extract(field, "epoch", tzinfo=UTC)), BigIntegerField())


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
