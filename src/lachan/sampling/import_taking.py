"""Results that were sent become results of tubes: set by set, and as if entered row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.timezone import is_naive, make_aware

from lachan.core import audit
from lachan.core.bulk import insert_many, is_one_of
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.formats.assays import Assay
from lachan.formats.labresults import LabResult, RowRefused
from lachan.sampling import bench_guard
from lachan.sampling.import_assay import known_tests
from lachan.sampling.import_deciding import (
    CONTROL,
    CORRECT,
    ENTER,
    REPEAT,
    Standing,
    Verdict,
    decide,
    failed_runs,
)
from lachan.sampling.import_matching import OTHER_DISEASE, TEST_UNKNOWN, KnownTests
from lachan.sampling.models import Release, Result, Tube

#: Rows whose tubes and results are read and written together.
PART = 5_000
#: What a run is held back by, when a control in the file itself is wrong.
CONTROLS_FAILED = "controls_failed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, and why; `result` where it could be read."""

    row: int
    tube: str
    code: str
    detail: str = ""
    result: LabResult | None = None


@dataclass(slots=True)
class Tally:
    """How many rows became what; every row is in one of them."""

    taken: int = 0
    repeated: int = 0
    corrected: int = 0
    controls: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows kept with a reason."""
        return len(self.refusals)

    @property
    def rows(self) -> int:
        """All of them."""
        return self.taken + self.repeated + self.corrected + self.controls + self.refused

    def add(self, other: "Tally") -> None:
        """Count another message of the same delivery too."""
        self.taken += other.taken
        self.repeated += other.repeated
        self.corrected += other.corrected
        self.controls += other.controls
        self.refusals += other.refusals


def refused_rows(rows: Iterable[RowRefused]) -> list[Refusal]:
    """Rows that could not be read."""
    return [Refusal(each.row, each.tube, each.code, each.detail) for each in rows]


def take(
    results: Sequence[LabResult], *, source: str, by: Principal, assay: Assay | None = None
) -> Tally:
    """Enter what may be entered and say of every other row why not.  In the caller's transaction.

    Tubes are locked in one order, so that whoever keys one of them meanwhile waits.
    """
    tally = Tally()
    failed, tests = failed_runs(results, assay), known_tests(by)
    for at in range(0, len(results), PART):
        part = _Part(results[at : at + PART], source, by, failed, tests)
        tally.add(part.work())
    return tally


class _Part:
    """Some rows with everything that is known of their tubes."""

    def __init__(
        self,
        results: Sequence[LabResult],
        source: str,
        by: Principal,
        failed: frozenset[str],
        tests: KnownTests,
    ) -> None:
        self.results = results
        self.tests = tests
        self.unfit: dict[tuple[str, str, str], str] = {}
        self.source = source
        self.by = by
        self.failed = failed
        self.at = now()
        self.tally = Tally()
        self.made: list[Result] = []
        self.tubes = self._tubes()
        ids = [tube.id for tube in self.tubes.values()]
        self.standing = _standing(ids)
        self.held = bench_guard.held_back(ids)

    def work(self) -> Tally:
        """Judge every row in its order, then write."""
        for result in self.results:
            tube = self._tube_of(result)
            self._note(result, tube, self._judge(result, tube))
        insert_many(Result, self.made)
        if self.made:
            targets = [("result", row.id) for row in self.made]
            audit.record_many("result.entered", targets=targets, by=self.by)
        return self.tally

    def _tubes(self) -> dict[str, Tube]:
        named = {name for each in self.results for name in (each.tube, *each.also) if name}
        rows = Tube.objects.select_for_update().filter(
            is_one_of("barcode", named), laboratory=self.by.organisation
        )
        return {tube.barcode: tube for tube in rows.order_by("id")}

    def _tube_of(self, result: LabResult) -> Tube | None:
        names = (result.tube, *result.also)
        return next((self.tubes[name] for name in names if name in self.tubes), None)

    def _judge(self, result: LabResult, tube: Tube | None) -> Verdict:
        if tube is None:
            return decide(result, known=False, standing=None)
        held = CONTROLS_FAILED if result.run in self.failed else self.held.get(tube.id, "")
        unfit = self._unfit(result, tube.disease)
        return decide(
            result, known=True, standing=self.standing.get(tube.id), held=held, unfit=unfit
        )

    def _unfit(self, result: LabResult, disease: str) -> str:
        said = (result.test, result.test_name, disease)
        if said not in self.unfit:
            coded = self.source != Result.Source.PLATE
            self.unfit[said] = self.tests.against(result, disease, coded=coded)
        return self.unfit[said]

    def _note(self, result: LabResult, tube: Tube | None, verdict: Verdict) -> None:
        tally = self.tally
        if verdict.act == CONTROL:
            tally.controls += 1
        elif verdict.act == REPEAT:
            tally.repeated += 1
        elif tube is not None and verdict.act in {ENTER, CORRECT}:
            self._enter(result, tube)
            tally.taken += verdict.act == ENTER
            tally.corrected += verdict.act == CORRECT
        else:
            detail = _said(result, verdict.code)
            named = tube.barcode if tube else result.tube
            refusal = Refusal(result.row, named, verdict.code, detail[:200], result)
            tally.refusals.append(refusal)

    def _enter(self, result: LabResult, tube: Tube) -> None:
        before = self.standing.get(tube.id)
        assert self.by.organisation is not None
        row = Result(
            id=uuid7(),
            tube=tube,
            outcome=result.outcome,
            ct=dict(result.ct),
            test=result.test if len(result.test) <= 20 else "",
            source=self.source,
            message=result.message[:80],
            observed_at=_aware(result.observed_at),
            laboratory=self.by.organisation,
            entered_at=self.at,
            entered_by=self.by.account,
            replaces_id=before.id if before else None,
        )
        self.made.append(row)
        self.standing[tube.id] = Standing(row.id, row.outcome, released=False)


def _said(result: LabResult, code: str) -> str:
    """The sender's own words at which the row was refused."""
    if code == "outcome_unknown":
        return result.value
    if code in {OTHER_DISEASE, TEST_UNKNOWN}:
        return " ".join(dict.fromkeys(filter(None, (result.test, result.test_name))))
    return ""


def _standing(tubes: list[UUID]) -> dict[UUID, Standing]:
    released = Exists(Release.objects.filter(result=OuterRef("pk")))
    rows = Result.objects.filter(is_one_of("tube", tubes), replaced_by=None).annotate(out=released)
    return {
        tube: Standing(id, outcome, out)
        for tube, id, outcome, out in rows.values_list("tube", "id", "outcome", "out")
    }


def _aware(at: datetime | None) -> datetime | None:
    """A sender that gives no zone means the clock on its wall, which is the installation's."""
    return make_aware(at) if at is not None and is_naive(at) else at
