"""Reading of tubes, samples and results; row security decides what is there to read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from lachan.sampling.models import Release, Result, Sample, Tube

#: Rows of a list; the page says "more than" instead of counting.
LIST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class ReleasedPositive:
    """A released positive of a single sample: what makes a case."""

    result: UUID
    person: UUID
    disease: str
    taken_at: datetime
    released_at: datetime
    onset: date | None
    reason: str


def tubes_of(organisation: UUID) -> QuerySet[Tube]:
    """The sampling unit's tubes, newest first, with how many people are in each."""
    tubes = Tube.objects.filter(organisation=organisation).annotate(people=Count("samples"))
    return tubes.order_by("-opened_at")[:LIST_LIMIT]


def tubes_for_laboratory(laboratory: UUID) -> QuerySet[Tube]:
    """Tubes that went to this laboratory, newest first, with their results and releases."""
    tubes = Tube.objects.filter(laboratory=laboratory).prefetch_related("results__release")
    return tubes.order_by("-opened_at")[:LIST_LIMIT]


def standing_result(tube: Tube) -> Result | None:
    """The result that counts: the one no later row replaces."""
    return Result.objects.filter(tube=tube, replaced_by=None).select_related("release").first()


def results_of(person: UUID) -> list[tuple[Sample, Release | None]]:
    """A person's samples, newest first, each with its released result or None."""
    samples = list(
        Sample.objects.filter(person_id=person).select_related("tube").order_by("-taken_at")
    )
    releases = {
        release.tube_id: release
        for release in Release.objects.filter(
            tube__in=[sample.tube_id for sample in samples], result__replaced_by=None
        ).select_related("result")
    }
    return [(sample, releases.get(sample.tube_id)) for sample in samples]


def released_positives(excluding: Any, limit: int = 100) -> list[ReleasedPositive]:
    """Released positives of single samples whose result is not in `excluding` (a query of ids)."""
    releases = (
        Release.objects.filter(
            result__outcome=Result.Outcome.POSITIVE, result__replaced_by=None, tube__limit=1
        )
        .exclude(result_id__in=excluding)
        .select_related("tube")
        .order_by("at")[:limit]
    )
    found = []
    for release in releases:
        for sample in release.tube.samples.all():
            found.append(
                ReleasedPositive(
                    release.result_id,
                    sample.person_id,
                    release.tube.disease,
                    sample.taken_at,
                    release.at,
                    sample.onset,
                    sample.reason,
                )
            )
    return found
