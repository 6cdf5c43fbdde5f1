"""Reads of what stands for whom, of pairs to look at, and of answers of the police."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from lachan.core.clock import today
from lachan.people.linkage import figures
from lachan.people.models import IdentityCheck, LikelyPair, Person, Residence, SamePerson

#: Pairs read at once to find those that still wait.
LOOKED_THROUGH = 50

#: The walk over standing links from some records; row security bounds it as it bounds any read.
_ALL = """
with recursive same (start, id) as (
    select unnest(%s::uuid[]), unnest(%s::uuid[])
    union
    select same.start, case when l.kept_id = same.id then l.other_id else l.kept_id end
        from same join people_sameperson l
            on l.undone_at is null and (l.approved_at is not null or not l.binding)
                and (l.kept_id = same.id or l.other_id = same.id)
)
select start, id from same
"""


def same_persons(person_id: UUID) -> frozenset[UUID]:
    """Every record that stands for this person, his own among them."""
    return same_persons_of([person_id])[person_id]


def same_persons_of(person_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For each of many persons every record that stands for him, with one statement."""
    found: dict[UUID, set[UUID]] = {person: {person} for person in person_ids}
    with connections["default"].cursor() as cursor:
        cursor.execute(_ALL, [list(found), list(found)])
        for start, record in cursor.fetchall():
            found[start].add(record)
    return {person: frozenset(records) for person, records in found.items()}


def links_of(person_id: UUID) -> list[SamePerson]:
    """The links of a record that stand, and those that were ended, newest first."""
    found = SamePerson.objects.filter(Q(kept=person_id) | Q(other=person_id))
    return list(found.order_by("-made_at", "-id"))


def standing_links() -> QuerySet[SamePerson]:
    """Links that nobody ended, newest first."""
    return SamePerson.objects.filter(undone_at=None).order_by("-made_at", "-id")


def link_of(link_id: UUID) -> SamePerson | None:
    """One link, None when this scope does not see it."""
    return SamePerson.objects.filter(id=link_id).first()


def pairs() -> QuerySet[LikelyPair]:
    """Pairs that wait for somebody, the likeliest first."""
    joined = SamePerson.objects.filter(undone_at=None).filter(
        Q(kept=OuterRef("one"), other=OuterRef("two"))
        | Q(kept=OuterRef("two"), other=OuterRef("one"))
    )
    due = Q(verdict="") | Q(verdict=LikelyPair.Verdict.LATER, ask_again__lte=today())
    there = LikelyPair.objects.filter(
        score__gte=figures()["review"], one__erased_at=None, two__erased_at=None
    )
    return there.filter(due).exclude(Exists(joined)).order_by("-score", "id")


def waiting_pairs(most: int, *, across: bool = False) -> list[LikelyPair]:
    """The first of `pairs`, without those that stand for one person by way of a third record;
    `across`: only those of two provinces."""
    waiting = across_provinces(pairs()) if across else pairs()
    found: list[LikelyPair] = []
    for start in count(step=LOOKED_THROUGH):
        rows = list(waiting[start : start + LOOKED_THROUGH])
        found += _apart(rows)
        if len(found) >= most or len(rows) < LOOKED_THROUGH:
            break
    return found[:most]


def _apart(rows: list[LikelyPair]) -> list[LikelyPair]:
    ends = {end for row in rows for end in (row.one_id, row.two_id)}
    links = SamePerson.objects.filter(undone_at=None).filter(Q(kept__in=ends) | Q(other__in=ends))
    linked = {end for link in links.values_list("kept_id", "other_id") for end in link}
    return [
        row
        for row in rows
        if not {row.one_id, row.two_id} <= linked or row.two_id not in same_persons(row.one_id)
    ]


def decided_pairs() -> QuerySet[LikelyPair]:
    """Pairs of which somebody said that they are two people, or that it can wait."""
    return LikelyPair.objects.exclude(verdict="").order_by("-decided_at", "id")


def pair_of(pair_id: UUID) -> LikelyPair | None:
    """One pair, None when this scope does not see it."""
    return LikelyPair.objects.filter(id=pair_id).first()


def across_provinces(rows: QuerySet[LikelyPair]) -> QuerySet[LikelyPair]:
    """Pairs that no province sees whole; they are the Ministry's."""
    return rows.filter(province=None)


def checks() -> QuerySet[IdentityCheck]:
    """Every question to the police, the newest first."""
    return IdentityCheck.objects.order_by("-asked_at", "id")


@dataclass(frozen=True, slots=True)
class Facts:
    """What two records are compared by before they are joined; nothing sealed among it."""

    sex: str
    birth_year: int | None
    stay: int | None


def facts_of(person_ids: Iterable[UUID]) -> dict[UUID, Facts]:
    """The plain facts of some records."""
    ids = list(person_ids)
    stays = {
        row.person_id: row
        for row in Residence.objects.filter(person__in=ids, kind="stay", until=None)
    }
    return {
        row.id: Facts(
            row.sex,
            row.birth_year,
            stays[row.id].unit if row.id in stays else None,
        )
        for row in Person.objects.filter(id__in=ids)
    }
