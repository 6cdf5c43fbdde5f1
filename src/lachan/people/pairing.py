"""Which records may be one person: found by blind indexes, scored, and put where somebody looks.

The worker does it for whoever was entered or changed.  It joins nobody by itself unless one
identity document, one whole birth date and one folded name are the same on both, and never a pair
of which somebody said no, or which was joined and parted before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.joining import join, warnings_of
from lachan.people.linkage import Likeness, figures, identical, likeness
from lachan.people.matching_records import known_of
from lachan.people.models import LikelyPair, Person, SamePerson

#: Persons of one step: a second's work, so that no other fact waits long.
STEP = 200
#: An index that more than this many share tells nothing: the name of a province, a company's phone.
CROWD = 200

#: A document or a phone is looked for everywhere; a name in the province, and where too many bear
#: it in the commune; a given name with a birth year, and a whole birth date, in the commune.
#: Nobody reads past a crowd.
_CANDIDATES = """
with way (kind, reach) as (values ('document', 'all'), ('phone', 'all'), ('name', 'province'),
    ('name', 'commune'), ('given_year', 'commune'), ('birth', 'commune')),
found as (
    select m.person_id as one, o.person_id as two,
        count(*) over (partition by m.person_id, m.kind, m.hmac, w.reach) as crowd
        from people_blindindex m join way w on w.kind = m.kind
        cross join lateral (
            select b.person_id from people_blindindex b
                where b.hmac = m.hmac and b.kind = m.kind and b.person_id <> m.person_id
                    and (w.reach = 'all' or (w.reach = 'province' and b.province = m.province)
                        or (w.reach = 'commune' and b.commune = m.commune))
                limit %(crowd)s + 1
        ) o
        where m.person_id = any(%(ids)s)
)
select distinct least(one, two), greatest(one, two) from found where crowd <= %(crowd)s
"""

#: The reason of a link that the worker made; said in words when it is read.
IDENTICAL = "identical"

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Matched:
    """What one step did."""

    persons: int = 0
    pairs: int = 0
    joined: int = 0


def match_waiting(*, by: Principal, most: int = STEP) -> Matched:
    """Compare records that were not compared yet; in a system scope."""
    waiting = list(
        Person.objects.filter(matched_at=None)
        .order_by("id")
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("id", flat=True)[:most]
    )
    if not waiting:
        return Matched()
    found = _candidates(waiting)
    kept, joined = _scored(found, by)
    Person.objects.filter(id__in=waiting).update(matched_at=now())
    return Matched(len(waiting), kept, joined)


def _candidates(ids: Sequence[UUID]) -> list[Pair]:
    """Pairs worth a comparison, without those of which somebody said something."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_CANDIDATES, {"ids": list(ids), "crowd": CROWD})
        found: set[Pair] = {(row[0], row[1]) for row in cursor.fetchall()}
    ends = {person for pair in found for person in pair}
    shown = set(
        Person.objects.filter(id__in=ends, erased_at=None, excluded=False).values_list(
            "id", flat=True
        )
    )
    said = LikelyPair.objects.filter(one__in=ends, two__in=ends).exclude(verdict="")
    linked = SamePerson.objects.filter(kept__in=ends, other__in=ends)
    known = set(said.values_list("one_id", "two_id"))
    known |= {_ordered(a, b) for a, b in linked.values_list("kept_id", "other_id")}
    return sorted(pair for pair in found - known if set(pair) <= shown)


def _scored(found: list[Pair], by: Principal) -> tuple[int, int]:
    """Keep the pairs that are likely enough; join those that are identical."""
    known = known_of({person for pair in found for person in pair})
    asked = [pair for pair in found if pair[0] in known and pair[1] in known]
    answers = likeness([(known[one], known[two]) for one, two in asked])
    places = Person.objects.in_bulk(list(known))
    shown = set(
        LikelyPair.objects.filter(one__in=known, two__in=known).values_list("one_id", "two_id")
    )
    joined, kept = 0, []
    for pair, answer in zip(asked, answers, strict=True):
        if identical(known[pair[0]], known[pair[1]]) and _joined(pair, answer, by):
            joined += 1
        elif answer.probability >= figures()["review"] or pair in shown:
            kept.append(_row(pair, answer, places))
    LikelyPair.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["one", "two"],
        update_fields=["score", "levels", "commune", "province"],
    )
    return len(kept), joined


def _joined(pair: Pair, answer: Likeness, by: Principal) -> bool:
    """Joined without a human.  That somebody stays at two places is why there are two records;
    anything else that speaks against it makes it a pair to look at."""
    if set(warnings_of(*pair)) - {"two_places"}:
        return False
    try:
        join(kept=pair[0], other=pair[1], by=by, why=IDENTICAL, score=answer.probability)
    except Refused as refused:
        return refused.code == "same_already"
    return True


def _row(pair: Pair, answer: Likeness, places: dict[UUID, Person]) -> LikelyPair:
    one, two = (places[person] for person in pair)
    return LikelyPair(
        id=uuid7(),
        one_id=one.id,
        two_id=two.id,
        commune=one.commune if one.commune == two.commune else None,
        province=one.province if one.province == two.province else None,
        score=answer.probability,
        levels=answer.levels,
        found_at=now(),
    )


def _ordered(one: UUID, two: UUID) -> Pair:
    return (one, two) if one < two else (two, one)
