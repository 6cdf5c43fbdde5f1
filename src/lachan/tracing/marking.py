"""An officer says that a stage of a case is done, or takes that back: two facts, no overwriting."""

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.tracing.lockdown import StageMark
from lachan.tracing.models import Case

#: Stages that a button on the case marks; the others come from what people do.
BY_HAND = (
    StageMark.Stage.INTERVIEW,
    StageMark.Stage.LIST_APPROVED,
    StageMark.Stage.SAMPLING,
    StageMark.Stage.CLOSED,
)


def mark(case: Case, stage: StageMark.Stage, *, by: Principal, undone: bool = False) -> None:
    """Write that the stage is done, or that it is not.  Refused: stage_marked.

    The same word twice is refused, so that a second press on the button says what is known.
    """
    last = case.stage_marks.filter(stage=stage).order_by("-at", "-id").first()
    standing = last is not None and not last.undone
    if standing != undone and stage in BY_HAND:
        raise Refused("stage_marked", _("That is already on record. Load the page again."))
    if standing and not undone:
        return
    StageMark(
        case=case,
        stage=stage,
        undone=undone,
        at=now(),
        by=by.account,
        by_name=by.name,
        commune=case.commune,
        province=case.province,
    ).save(force_insert=True)
    audit.record(
        "case.stage_marked",
        target=("case", case.id),
        by=by,
        detail={"stage": stage.value, "undone": undone},
    )
