"""Reading of tubes, samples and results; row security decides what is there to read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from lachan.places.models import Organisation
from lachan.sampling.models import Release, Result, Sample, Tube

#: Rows of a list; the page says "more than" instead of counting.
LIST_LIMIT = 200


#: What places call an organisation that tests samples.
LABORATORY_KIND = "laboratory"

#: When a result is expected after sampling.  Our own default: a day; no text sets one.
EXPECTED = timedelta(hours=24)


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sample as its owner may read it; `outcome` is None until a result was released."""

    sample: Sample
    outcome: str | None
    released_at: datetime | None
    expected_at: datetime


@dataclass(frozen=True, slots=True)
class LaboratoryRow:
    """One tube as the laboratory sees it: never who is in it."""

    tube: Tube
    result: Result | None

    @property
    def state(self) -> str:
        """waiting, entered (another hand must release it) or released."""
        if self.result is None:
            return "waiting"
        return "released" if hasattr(self.result, "release") else "entered"


def tubes_of(organisation: UUID) -> QuerySet[Tube]:
    """The sampling unit's tubes, newest first, with how many people are in each."""
    tubes = Tube.objects.filter(organisation=organisation).annotate(people=Count("samples"))
    return tubes.order_by("-opened_at")[:LIST_LIMIT]


def tubes_for_laboratory(laboratory: UUID) -> QuerySet[Tube]:
    """Tubes that went to this laboratory, newest first, with their results and releases."""
    tubes = Tube.objects.filter(laboratory=laboratory).prefetch_related("results__release")
    return tubes.order_by("-opened_at")[:LIST_LIMIT]


def tube_of(organisation: UUID | None, tube: UUID) -> Tube | None:
    """One tube of this sampling unit, None where it is another's."""
    if organisation is None:
        return None
    return Tube.objects.filter(pk=tube, organisation=organisation).first()


def tube_at_laboratory(laboratory: UUID | None, tube: UUID) -> Tube | None:
    """One tube that was sent to this laboratory, None where it was not."""
    if laboratory is None:
        return None
    return Tube.objects.filter(pk=tube, laboratory=laboratory).first()


def tube_of_barcode(laboratory: UUID | None, barcode: str) -> Tube | None:
    """The tube of a scanned barcode that was sent to this laboratory."""
    if laboratory is None:
        return None
    return Tube.objects.filter(barcode=barcode, laboratory=laboratory).first()


def samples_in(tube: Tube) -> list[Sample]:
    """Whose samples are in a tube, the first at the bottom."""
    return list(Sample.objects.filter(tube=tube).order_by("taken_at", "id"))


def day_sum(organisation: UUID, since: datetime) -> tuple[int, int]:
    """Tubes and people of this sampling unit since an instant."""
    tubes = Tube.objects.filter(organisation=organisation, opened_at__gte=since)
    return tubes.count(), Sample.objects.filter(tube__in=tubes.values("pk")).count()


def laboratories() -> list[tuple[str, str]]:
    """Where tubes may be sent: (id, name)."""
    rows = Organisation.objects.filter(kind=LABORATORY_KIND).order_by("name")
    return [(str(row.id), row.name) for row in rows]


def laboratory_rows(laboratory: UUID) -> list[LaboratoryRow]:
    """Tubes of this laboratory, newest first, each with the result that counts."""
    return [LaboratoryRow(tube, _standing(tube)) for tube in tubes_for_laboratory(laboratory)]


def _standing(tube: Tube) -> Result | None:
    """The newest of the tube's results, which were read beforehand."""
    return max(tube.results.all(), key=lambda result: result.entered_at, default=None)


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


def outcomes_of(person: UUID) -> list[Outcome]:
    """A person's samples, newest first, as the person may read them."""
    return [
        Outcome(
            sample,
            release.result.outcome if release else None,
            release.at if release else None,
            sample.taken_at + EXPECTED,
        )
        for sample, release in results_of(person)
    ]


def facts_of(person: UUID, at: datetime) -> dict[str, Any]:
    """What the rulebook may know of a person's tests: the newest released one of a single tube."""
    for sample, release in results_of(person):
        if release is not None and sample.tube.limit == 1 and release.at <= at:
            hours = (at - sample.taken_at).total_seconds() / 3600
            return {"test_outcome": release.result.outcome, "test_age_hours": hours}
    return {}


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
