"""How many of the tubes that were answered lately were positive, by how many people were in them.

Counted is what the reader may see: of a pool in which people of another commune have a part, a
commune's officer sees the own ones, so that such a pool counts as a smaller one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from lachan.sampling.models import Release, Result, Sample

#: Whom a positivity is of -> reasons of sampling.  People with symptoms are never pooled, so that
#: they are in none of these; contacts are another crowd than those who are screened.
GROUPS: dict[str, tuple[str, ...]] = {
    "screening": (Sample.Reason.SCREENING, Sample.Reason.ZONE, Sample.Reason.REQUEST),
    "contact": (Sample.Reason.CONTACT,),
}

#: A single sample within so many days of a positive pool of the same person answers that pool; it
#: is no new draw from the area.  Our own default.
RETEST_DAYS = 14

#: More communes than this are not offered.
LIST_LIMIT = 200


class Tally(NamedTuple):
    """Answered tubes with `size` people each, and how many of them were positive."""

    size: int
    tubes: int
    positive: int


@dataclass(frozen=True, slots=True)
class Area:
    """Which tubes are asked about; `commune` None: all that may be seen."""

    disease: str
    group: str
    commune: int | None
    since: datetime


def tallies(area: Area) -> list[Tally]:
    """Released tubes of first samples, by size; tubes without a clear answer are left out."""
    inside = Sample.objects.filter(tube=OuterRef("tube")).order_by().values("tube")
    rows = (
        Release.objects.filter(
            tube__in=_first_samples(area).values("tube"),
            result__replaced_by=None,
            result__withdrawal=None,
            result__outcome__in=(Result.Outcome.POSITIVE, Result.Outcome.NEGATIVE),
        )
        .annotate(size=Subquery(inside.annotate(people=Count("pk")).values("people")))
        .values("size", "result__outcome")
        .annotate(tubes=Count("pk"))
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        counted = found.setdefault(row["size"], [0, 0])
        counted[0] += row["tubes"]
        counted[1] += row["tubes"] * (row["result__outcome"] == Result.Outcome.POSITIVE)
    return [Tally(size, *found[size]) for size in sorted(found)]


def _first_samples(area: Area) -> QuerySet[Sample]:
    """Samples that are a draw from the area, and no answer to a positive pool."""
    samples = Sample.objects.filter(
        taken_at__gte=area.since, reason__in=GROUPS[area.group], tube__disease=area.disease
    )
    if area.commune is not None:
        samples = samples.filter(commune=area.commune)
    pool_before = Sample.objects.filter(
        person=OuterRef("person"),
        taken_at__lt=OuterRef("taken_at"),
        taken_at__gte=area.since - timedelta(days=RETEST_DAYS),
        tube__limit__gt=1,
        tube__disease=area.disease,
        tube__results__outcome=Result.Outcome.POSITIVE,
        tube__results__replaced_by=None,
        tube__results__withdrawal=None,
        tube__results__release__isnull=False,
    )
    return samples.exclude(Exists(pool_before), tube__limit=1)


def communes_sampled(since: datetime) -> list[int]:
    """Communes in which somebody was sampled lately, as far as the reader may see."""
    rows = Sample.objects.filter(taken_at__gte=since).order_by("commune")
    return list(rows.values_list("commune", flat=True).distinct()[:LIST_LIMIT])
