"""Nothing of a run that failed, or of a tube that was rejected, leaves the laboratory: asked before
a result is entered, checked or released."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from lachan.core.bulk import is_one_of
from lachan.core.refusals import Refused
from lachan.sampling.models import Reception, Run, Well

#: What holds a tube's result back, and why.
OPEN, FAILED = "run_not_judged", "run_invalid"


def held_back(tubes: Iterable[UUID]) -> dict[UUID, str]:
    """Tube -> what holds its result back: the newest plate it stands on has no run with judged
    controls (`run_not_judged`), or a run that failed (`run_invalid`).  Others are not named: a
    tube that was never on a plate came from a machine without plates."""
    newest_run = Run.objects.filter(plate=OuterRef("plate")).order_by("-number")
    wells = (
        Well.objects.filter(is_one_of("tube", set(tubes)), emptied_at=None)
        .order_by("tube", "-at", "-id")
        .distinct("tube")
        .annotate(valid=Subquery(newest_run.values("valid")[:1]))
    )
    return {
        well.tube_id: OPEN if well.valid is None else FAILED
        for well in wells
        if well.tube_id is not None and well.valid is not True
    }


def refuse_bad_run(tube: UUID) -> None:
    """Refuse what a failed or unjudged run found in a tube."""
    why = held_back([tube]).get(tube)
    if why == FAILED:
        raise Refused(
            "run_invalid",
            _("The controls of this run failed: put the tube on another plate and run it again."),
        )
    if why == OPEN:
        raise Refused(
            "run_not_judged", _("Read the controls of this plate first; then its results.")
        )


def rejected(tubes: Iterable[UUID]) -> set[UUID]:
    """Those of these tubes that the laboratory's newest word at reception rejects."""
    newest = (
        Reception.objects.filter(tube__in=set(tubes))
        .order_by("tube", "-at", "-id")
        .distinct("tube")
        .values_list("tube", "accepted")
    )
    return {tube for tube, accepted in newest if not accepted}


def refuse_rejected(tube: UUID) -> None:
    """Refuse what was found in a tube that was rejected, also after its result came."""
    if rejected([tube]):
        raise Refused(
            "tube_rejected",
            _(
                "This tube was rejected, so that its people are sampled again. Accept it at"
                " reception if that was a mistake; then release the result."
            ),
        )
