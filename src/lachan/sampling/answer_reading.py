"""Reading what became of people's samples; row security decides whose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lachan.sampling.answer_state import AnswerState, Known, answer_state
from lachan.sampling.models import LaboratoryPace, Loss, Reception, Release, Result, Sample

#: Laboratory, method, whether the tube takes more than one person: what makes tubes comparable.
Kind = tuple[UUID, str, bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """A sample with its state; `result` is the released one that stands.

    `received_at`: when the laboratory took the tube in, None where it did not.  `since`: the
    instant at which the state began, None while it is pending.
    """

    sample: Sample
    state: AnswerState
    result: Result | None
    received_at: datetime | None
    since: datetime | None

    @property
    def released_at(self) -> datetime | None:
        """When the result was released, None while there is none."""
        return self.result.release.at if self.result else None

    @property
    def kind(self) -> Kind | None:
        """Which tubes this one is compared with; None where it has no laboratory."""
        tube = self.sample.tube
        return (tube.laboratory, tube.method, self.shared) if tube.laboratory else None

    @property
    def shared(self) -> bool:
        """Whether the tube takes more than one person."""
        return self.sample.tube.limit > 1


def answers_of(person: UUID, *, at: datetime | None = None) -> list[Answer]:
    """A person's samples, newest first; `at`: with what was released until then."""
    return answers_about([person], at=at).get(person, [])


def answers_about(
    persons: Iterable[UUID], *, at: datetime | None = None
) -> dict[UUID, list[Answer]]:
    """Person -> samples, newest first, with five statements however many there are."""
    samples = list(
        Sample.objects.filter(person__in=list(persons))
        .select_related("tube")
        .order_by("-taken_at", "-id")
    )
    tubes = {sample.tube_id for sample in samples}
    releases = _releases(tubes, at)
    receptions = _newest_receptions(tubes)
    lost = dict(
        Loss.objects.filter(tube__in=tubes, found_at=None).order_by("at").values_list("tube", "at")
    )
    found: dict[UUID, list[Answer]] = {}
    for sample in samples:
        tube = sample.tube_id
        answer = _answer(sample, releases.get(tube, []), receptions.get(tube), lost.get(tube))
        found.setdefault(sample.person_id, []).append(answer)
    return found


def _releases(tubes: set[UUID], at: datetime | None) -> dict[UUID, list[Release]]:
    rows = Release.objects.filter(tube__in=tubes).select_related(
        "result", "result__withdrawal", "result__replaced_by"
    )
    if at is not None:
        rows = rows.filter(at__lte=at)
    found: dict[UUID, list[Release]] = {}
    for row in rows.order_by("at"):
        found.setdefault(row.tube_id, []).append(row)
    return found


def _newest_receptions(tubes: set[UUID]) -> dict[UUID, Reception]:
    rows = Reception.objects.filter(tube__in=tubes).order_by("at", "id")
    return {row.tube_id: row for row in rows}


def _answer(
    sample: Sample, releases: list[Release], reception: Reception | None, lost: datetime | None
) -> Answer:
    release = next((row for row in releases if stands(row.result)), None)
    taken_in = reception is not None and reception.accepted
    known = Known(
        shared=sample.tube.limit > 1,
        outcome=release.result.outcome if release else "",
        confirms=release.confirms if release else True,
        fell=bool(releases) and release is None,
        refused=reception is not None and not reception.accepted,
        lost=lost is not None,
    )
    state = answer_state(known)
    return Answer(
        sample=sample,
        state=state,
        result=release.result if release else None,
        received_at=reception.at if reception and taken_in else None,
        since=_since(state, release, releases, reception, lost),
    )


def stands(result: Result) -> bool:
    """Whether a released result still counts: not withdrawn, and no correction took its place."""
    return not (hasattr(result, "withdrawal") or hasattr(result, "replaced_by"))


def _since(
    state: AnswerState,
    release: Release | None,
    releases: list[Release],
    reception: Reception | None,
    lost: datetime | None,
) -> datetime | None:
    """When a state began; None while it is pending."""
    if release is not None:
        return release.at
    if state == AnswerState.REJECTED and reception is not None:
        return reception.at
    if state == AnswerState.MISSING:
        return lost
    return _fell_at(releases[-1].result) if releases else None


def _fell_at(result: Result) -> datetime:
    """When a released result ceased to stand."""
    fell: datetime = (
        result.withdrawal.at if hasattr(result, "withdrawal") else result.replaced_by.entered_at
    )
    return fell


def newest_paces(laboratories: Iterable[UUID] | None = None) -> dict[Kind, LaboratoryPace]:
    """The newest pace of each kind of tube, of these laboratories or of all."""
    rows = LaboratoryPace.objects.all()
    if laboratories is not None:
        rows = rows.filter(laboratory__in=list(laboratories))
    newest = rows.order_by("laboratory", "method", "shared", "-at").distinct(
        "laboratory", "method", "shared"
    )
    return {(row.laboratory, row.method, row.shared): row for row in newest}
