"""What the laboratory's desk shows: tubes by state, what is to be keyed, checked, released, run
again.  Never who is in a tube; of why somebody was sampled only the most urgent reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from lachan.core.clock import OFFSET, now, today
from lachan.core.refusals import Refused
from lachan.rulebook.selectors import AssayRule, assay_rules, assay_version
from lachan.sampling import bench_guard
from lachan.sampling.models import (
    Accession,
    Keying,
    Plate,
    Release,
    Result,
    Run,
    Tube,
    Well,
)
from lachan.sampling.selectors import LaboratoryRow, tubes_for_laboratory

#: How far back the lists of work look; what is older stands on the morning board.
LOOK_BACK = timedelta(days=30)
#: Rows of a list of work.
LIMIT = 500


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One tube of the desk, with its number and where it stands."""

    row: LaboratoryRow
    accession: str
    plate: Plate | None
    well: Well | None


@dataclass(frozen=True, slots=True)
class Work:
    """A result that waits for a release, with the most urgent reason in the tube."""

    result: Result
    accession: str
    reason: str
    taken_at: datetime | None
    rank: int

    @property
    def tube(self) -> Tube:
        """The tube it was found in."""
        return self.result.tube


@dataclass(frozen=True, slots=True)
class DaySum:
    """The tubes numbered today: received = released + checking + working + again."""

    received: int
    released: int
    checking: int
    working: int
    again: int
    let_out: int


def assay_of_tube(tube: Tube) -> AssayRule | None:
    """The table by which a tube is read: its plate's, or the disease's; None where none is."""
    well = newest_well(tube)
    if well is not None:
        return assay_version(well.plate.rule)
    try:
        return next(iter(assay_rules(tube.disease, now())), None)
    except Refused:
        return None


def newest_well(tube: Tube) -> Well | None:
    """Where a tube stands, or stood last."""
    wells = Well.objects.filter(tube=tube, emptied_at=None).select_related("plate")
    return wells.order_by("-at", "-id").first()


def run_since(tube: Tube, result: Result) -> bool:
    """Whether the tube was put on a plate again after this result."""
    return Well.objects.filter(tube=tube, emptied_at=None, at__gt=result.entered_at).exists()


def open_keyings(tube: Tube) -> list[Keying]:
    """What was keyed since the last result, the newest of each person, in order of time."""
    last = Result.objects.filter(tube=tube).order_by("-entered_at").first()
    rows = Keying.objects.filter(tube=tube)
    if last is not None:
        rows = rows.filter(at__gt=last.entered_at)
    newest = {row.by: row for row in rows.order_by("at", "id")}
    return sorted(newest.values(), key=lambda row: row.at)


def results_of_tube(tube: Tube) -> list[Result]:
    """Every result of a tube, the newest first, with what became of each."""
    rows = Result.objects.filter(tube=tube).order_by("-entered_at", "-id")
    return list(
        rows.select_related("approval", "release", "withdrawal", "amendment", "replaced_by")
    )


def plates_of(laboratory: UUID) -> QuerySet[Plate]:
    """The laboratory's plates, newest first, each with its newest run's verdict."""
    newest = Run.objects.filter(plate=OuterRef("pk")).order_by("-number")
    return (
        Plate.objects.filter(laboratory=laboratory)
        .annotate(run=Subquery(newest.values("id")[:1]), valid=Subquery(newest.values("valid")[:1]))
        .order_by("-made_at")
    )


def desk_rows(laboratory: UUID, *, wanted: Iterable[UUID] | None = None) -> list[DeskRow]:
    """The tubes of the desk, newest first; `wanted`: only these."""
    tubes = tubes_for_laboratory(laboratory)
    if wanted is not None:
        tubes = Tube.objects.filter(pk__in=set(wanted), laboratory=laboratory).prefetch_related(
            "results__approval", "results__release", "results__withdrawal"
        )
    found = list(tubes)
    labels, wells = accessions_of(found), _wells_of(found)
    rows = []
    for tube in found:
        well = wells.get(tube.id)
        standing = max(tube.results.all(), key=lambda result: result.entered_at, default=None)
        rows.append(
            DeskRow(
                LaboratoryRow(tube, standing),
                labels.get(tube.id, ""),
                well.plate if well else None,
                well,
            )
        )
    return rows


def accessions_of(tubes: Iterable[Tube]) -> dict[UUID, str]:
    """Tube -> its number as it is written."""
    rows = Accession.objects.filter(tube__in=[tube.id for tube in tubes])
    return {row.tube_id: row.label for row in rows}


def _wells_of(tubes: Iterable[Tube]) -> dict[UUID, Well]:
    rows = Well.objects.filter(tube__in=[tube.id for tube in tubes], emptied_at=None)
    newest = rows.select_related("plate").order_by("at", "id")
    return {row.tube_id: row for row in newest if row.tube_id is not None}


def reasons_of(tubes: Iterable[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    """Tube -> why its people were sampled and when: no person, and only of the own laboratory."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select tube, reason, taken from core.reasons_of_tubes(%s)", [list(tubes)])
        found: dict[UUID, list[tuple[str, datetime]]] = {}
        for tube, reason, taken in cursor.fetchall():
            found.setdefault(tube, []).append((reason, taken))
    return found


def to_release(laboratory: UUID) -> list[Work]:
    """What waits for the medical release: the most urgent reason first, then the oldest sample.  A
    tube that was rejected waits for nothing: its people are sampled again."""
    rows = list(
        Result.objects.filter(
            laboratory=laboratory,
            entered_at__gte=now() - LOOK_BACK,
            approval__isnull=False,
            release=None,
            replaced_by=None,
        )
        .select_related("tube", "approval")
        .order_by("entered_at")[:LIMIT]
    )
    refused = bench_guard.rejected(row.tube_id for row in rows)
    return by_urgency([row for row in rows if row.tube_id not in refused])


def by_urgency(results: Sequence[Result]) -> list[Work]:
    """Results in the order in which they matter: the order of reasons is the test's rule."""
    tubes = [result.tube for result in results]
    reasons, labels = reasons_of(tube.id for tube in tubes), accessions_of(tubes)
    order = {disease: _order(disease) for disease in {tube.disease for tube in tubes}}
    work = []
    for result in results:
        ranks = order[result.tube.disease]
        of_tube = sorted(
            (ranks.get(reason, len(ranks)), taken, reason)
            for reason, taken in reasons.get(result.tube_id, [])
        )
        rank, taken, reason = of_tube[0] if of_tube else (len(ranks), None, "")
        work.append(Work(result, labels.get(result.tube_id, ""), reason, taken, rank))
    return sorted(work, key=lambda one: (one.rank, one.taken_at or one.result.entered_at))


def _order(disease: str) -> dict[str, int]:
    rule = next(iter(assay_rules(disease, now())), None)
    return {reason: rank for rank, reason in enumerate(rule.urgency)} if rule else {}


def to_key(laboratory: UUID, account: UUID) -> tuple[list[Tube], list[Tube]]:
    """Tubes that another person keyed and this account did not, and tubes of which two say
    different things; oldest first."""
    rows = (
        Keying.objects.filter(laboratory=laboratory, at__gte=now() - LOOK_BACK)
        .filter(
            ~Exists(Result.objects.filter(tube=OuterRef("tube"), entered_at__gte=OuterRef("at")))
        )
        .select_related("tube")
        .order_by("at")[:LIMIT]
    )
    by_tube: dict[UUID, tuple[Tube, set[UUID]]] = {}
    for row in rows:
        by_tube.setdefault(row.tube_id, (row.tube, set()))[1].add(row.by)
    once = [tube for tube, people in by_tube.values() if len(people) == 1 and account not in people]
    return once, [tube for tube, people in by_tube.values() if len(people) > 1]


def to_repeat(laboratory: UUID) -> list[tuple[Tube, str]]:
    """Tubes to run again, with why: `run_invalid`, or the outcome that says nothing."""
    newest = Run.objects.filter(plate=OuterRef("plate")).order_by("-number")
    failed = (
        Well.objects.filter(
            laboratory=laboratory, plate__made_at__gte=now() - LOOK_BACK, emptied_at=None
        )
        .annotate(valid=Subquery(newest.values("valid")[:1]))
        .filter(valid=False, tube__isnull=False)
        .select_related("tube")
    )
    tubes = {well.tube_id: well.tube for well in failed if well.tube_id and well.tube}
    held = bench_guard.held_back(tubes)
    found = [
        (tube, bench_guard.FAILED)
        for id, tube in tubes.items()
        if held.get(id) == bench_guard.FAILED
    ]
    unclear = Result.objects.filter(
        laboratory=laboratory,
        entered_at__gte=now() - LOOK_BACK,
        outcome__in=[Result.Outcome.INDETERMINATE, Result.Outcome.INVALID],
        replaced_by=None,
        release=None,
    ).select_related("tube")
    return found + [(one.tube, one.outcome) for one in unclear if not run_since(one.tube, one)]


def day_sum(laboratory: UUID) -> DaySum:
    """Today's tubes by state: the four add up to what was received."""
    standing = Q(result__replaced_by=None, result__withdrawal=None)
    released = Release.objects.filter(standing, tube=OuterRef("tube"))
    resulted = Result.objects.filter(tube=OuterRef("tube"), replaced_by=None, withdrawal=None)
    rows = list(
        Accession.objects.filter(laboratory=laboratory, day=today())
        .annotate(out=Exists(released), found=Exists(resulted))
        .values_list("tube", "out", "found")
    )
    open_tubes = [tube for tube, _out, found in rows if not found]
    held = bench_guard.held_back(open_tubes)
    again = sum(held.get(tube) == bench_guard.FAILED for tube in open_tubes)
    out = sum(1 for _tube, is_out, _found in rows if is_out)
    midnight = datetime.combine(today(), time.min, OFFSET)
    return DaySum(
        received=len(rows),
        released=out,
        checking=len(rows) - out - len(open_tubes),
        working=len(open_tubes) - again,
        again=again,
        let_out=Release.objects.filter(laboratory=laboratory, at__gte=midnight).count(),
    )


def found_on(wells: Iterable[Well]) -> dict[UUID, Result]:
    """Tube -> the result that stands, for the tubes of a plate whose result came after they were
    put on it: what an earlier plate found is not drawn on this one."""
    at = {well.tube_id: well.at for well in wells if well.tube_id is not None}
    rows = Result.objects.filter(tube__in=list(at), replaced_by=None).select_related(
        "approval", "release", "withdrawal"
    )
    return {row.tube_id: row for row in rows if row.entered_at >= at[row.tube_id]}
