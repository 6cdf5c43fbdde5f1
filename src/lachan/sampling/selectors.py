"""Reading of tubes, samples and results; row security decides what is there to read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.rulebook.selectors import results_rule
from lachan.sampling.answer_reading import Answer as Answer
from lachan.sampling.answer_reading import Kind, answers_of, newest_paces
from lachan.sampling.answer_reading import answers_about as answers_about
from lachan.sampling.answer_state import AnswerState as AnswerState
from lachan.sampling.answer_state import outcome_for_rules
from lachan.sampling.models import LaboratoryPace, Release, Result, Sample, SampleRequest, Tube
from lachan.sampling.pool_reading import members_in_area as members_in_area
from lachan.sampling.pool_reading import members_to_ask as members_to_ask
from lachan.sampling.rapid_reading import Provisional as Provisional
from lachan.sampling.rapid_reading import provisional_positives as provisional_positives
from lachan.sampling.rapid_reading import validity_of as validity_of

#: Rows of a list; the page says "more than" instead of counting.
LIST_LIMIT = 200


#: What places call an organisation that tests samples.
LABORATORY_KIND = "laboratory"

#: Hours of a sample that waits for nothing any more: nobody is told an hour for it.
EXPECTED_HOURS = 24


#: What the newest row about a result says of its state.
STATES = {"withdrawal": "withdrawn", "release": "released", "approval": "approved"}


@dataclass(frozen=True, slots=True)
class ReleasedPositive:
    """A released positive of a single sample that stands: what makes a case."""

    result: UUID
    person: UUID
    disease: str
    taken_at: datetime
    released_at: datetime
    onset: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sample as its owner may read it.  `outcome` is of the person: "positive" never comes from a
    shared tube; None while nothing was released or what was released says nothing of him.

    `percent` of `tubes` comparable tubes of the last days had their result by `expected_at`; where
    too few are known it is None, and the hour is the rule's.
    """

    answer: Answer
    outcome: str | None
    expected_at: datetime
    percent: int | None = None
    tubes: int = 0

    @property
    def sample(self) -> Sample:
        """The sample itself."""
        return self.answer.sample

    @property
    def released_at(self) -> datetime | None:
        """When its result was released."""
        return self.answer.released_at


@dataclass(frozen=True, slots=True)
class LaboratoryRow:
    """One tube as the laboratory sees it: never who is in it."""

    tube: Tube
    result: Result | None

    @property
    def state(self) -> str:
        """waiting, entered, approved (another hand must release it), released or withdrawn."""
        if self.result is None:
            return "waiting"
        for state in ("withdrawal", "release", "approval"):
            if hasattr(self.result, state):
                return STATES[state]
        return "entered"

    def waits_for(self, by: Principal) -> bool:
        """Whether the next step with this result is one that `by` may take."""
        if self.result is None or self.state not in {"entered", "approved"}:
            return False
        if self.state == "entered":
            return True
        mine = by.account in {self.result.entered_by, self.result.approval.by}
        return by.has(Role.LABORATORY_LEAD) and not mine


def tubes_of(organisation: UUID) -> QuerySet[Tube]:
    """The sampling unit's tubes, newest first, with how many people are in each."""
    tubes = Tube.objects.filter(organisation=organisation).annotate(
        people=Count("samples", filter=Q(samples__taken_back_at=None))
    )
    return tubes.order_by("-opened_at")[:LIST_LIMIT]


def tubes_for_laboratory(laboratory: UUID) -> QuerySet[Tube]:
    """Tubes that went to this laboratory, newest first, with their results and releases."""
    tubes = Tube.objects.filter(laboratory=laboratory).prefetch_related(
        "results__approval", "results__release", "results__withdrawal"
    )
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
    """The result that counts: the one no later row replaces; it may have been withdrawn."""
    rows = Result.objects.filter(tube=tube, replaced_by=None)
    return rows.select_related("approval", "release", "withdrawal").first()


def requests_of(person: UUID) -> QuerySet[SampleRequest]:
    """What somebody is still to be sampled for, the oldest first."""
    return SampleRequest.objects.filter(person=person, state=SampleRequest.State.OPEN).order_by(
        "asked_at", "id"
    )


def outcomes_of(person: UUID) -> list[Outcome]:
    """A person's samples, newest first, as the person may read them."""
    answers = answers_of(person)
    waiting = {a.kind[0] for a in answers if a.kind and a.state == AnswerState.PENDING}
    paces = newest_paces(waiting) if waiting else {}
    return [_outcome(answer, paces) for answer in answers]


def _outcome(answer: Answer, paces: dict[Kind, LaboratoryPace]) -> Outcome:
    pace = paces.get(answer.kind) if answer.kind else None
    taken_at, said = answer.sample.taken_at, _said([answer])
    if pace is not None and pace.hours is not None:
        expected_at = taken_at + timedelta(hours=pace.hours)
        return Outcome(answer, said, expected_at, pace.percent, pace.tubes)
    hours = EXPECTED_HOURS
    if answer.state == AnswerState.PENDING:
        hours = results_rule(taken_at, province=answer.sample.province).expected_hours
    return Outcome(answer, said, taken_at + timedelta(hours=hours))


def person_of_sample(sample: UUID, among: list[UUID]) -> UUID | None:
    """Whose sample it is, where it is one of these people's."""
    found = Sample.objects.filter(pk=sample, person__in=among).first()
    return found.person_id if found else None


def _said(answers: list[Answer]) -> str | None:
    found = outcome_for_rules(answer.state for answer in answers)
    return found[1] if found else None


def facts_of(person: UUID, at: datetime) -> dict[str, Any]:
    """What the rulebook may know of a person's tests at an instant: see `outcome_for_rules`.

    `test_method` and `test_valid` say by which test, and whether its rule still lets it count.
    """
    answers = answers_of(person, at=at)
    found = outcome_for_rules(answer.state for answer in answers)
    if found is None:
        return {}
    place, outcome = found
    answer = answers[place]
    hours = (at - answer.sample.taken_at).total_seconds() / 3600
    facts = {"test_outcome": outcome, "test_age_hours": hours}
    if answer.result is None:
        return facts
    sample, method = answer.sample, answer.result.method
    facts["test_method"] = method
    return facts | validity_of(
        outcome,
        method,
        disease=sample.tube.disease,
        province=sample.province,
        age_hours=hours,
        at=at,
    )


def released_positives(excluding: Any, limit: int = 100) -> list[ReleasedPositive]:
    """Released positives of single samples whose result is not in `excluding` (a query of ids)."""
    releases = (
        Release.objects.filter(
            confirms=True,
            result__outcome=Result.Outcome.POSITIVE,
            result__replaced_by=None,
            result__withdrawal=None,
            tube__limit=1,
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
