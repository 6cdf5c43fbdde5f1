"""The stage clock in words: what took how long, what is due when, and why something is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import now
from lachan.rulebook.selectors import term
from lachan.tracing import stages
from lachan.tracing.lockdown import StageMark
from lachan.tracing.marking import BY_HAND
from lachan.tracing.models import Case, Contact
from lachan.tracing.stages import Stage
from lachan.ui.wording import clock, full_date, number


@dataclass(frozen=True, slots=True)
class StageShown:
    """One stage as the clock shows it.  `left` is the large figure of the running one."""

    code: str
    label: str
    kind: str
    lines: list[str]
    left: str
    left_note: str
    value: int
    top: int


@dataclass(frozen=True, slots=True)
class MarkShown:
    """A button that marks a stage, or takes the mark back."""

    stage: str
    label: str
    undone: bool


def stage_clock(case: Case, told: Sequence[Stage]) -> list[StageShown]:
    """The clock of a case whose stages were read."""
    return [_shown(stage, case) for stage in told]


def stage_marks(case: Case, told: Sequence[Stage]) -> list[MarkShown]:
    """The next stage that waits for a human's word, and the last one given, to take it back."""
    marked = stages.marked(case)
    over = {stage.code for stage in told if stage.at is not None}
    waiting = [stage for stage in BY_HAND if stage.value not in over]
    found = [MarkShown(waiting[0].value, _DONE[waiting[0]](), False)] if waiting else []
    given = [stage for stage in BY_HAND if stage in marked]
    if given:
        words = _("Not yet: %(stage)s") % {"stage": term("stage", given[-1].value)}
        found.append(MarkShown(given[-1].value, words, True))
    return found


_DONE = {
    StageMark.Stage.INTERVIEW: lambda: _("Interview is over"),
    StageMark.Stage.LIST_APPROVED: lambda: _("The list is approved"),
    StageMark.Stage.SAMPLING: lambda: _("All F1 are sampled"),
    StageMark.Stage.CLOSED: lambda: _("Close the case"),
}


def _shown(stage: Stage, case: Case) -> StageShown:
    left, note = _left(stage)
    return StageShown(
        code=stage.code,
        label=term("stage", stage.code),
        kind=_kind(stage),
        lines=_lines(stage, case),
        left=left,
        left_note=note,
        value=stage.done,
        top=stage.of,
    )


def _kind(stage: Stage) -> str:
    if stage.late is not None and stage.state != "done":
        return "late"
    return {"done": "done", "now": "now", "later": "later"}[stage.state]


def _lines(stage: Stage, case: Case) -> list[str]:
    found = []
    if stage.at is not None:
        found.append(full_date(stage.at) if stage.by_day else _moment(stage))
    if stage.took is not None and not stage.by_day and stage.code not in {"sample"}:
        found.append(_("took %(time)s") % {"time": span(stage.took)})
    if stage.of:
        found.append(
            _("%(done)s of %(all)s") % {"done": number(stage.done), "all": number(stage.of)}
        )
    found += _due(stage)
    if stage.late is not None:
        found.append(_late(stage, case))
    return found


def _moment(stage: Stage) -> str:
    assert stage.at is not None
    return f"{clock(stage.at)} {full_date(stage.at)}"


def _due(stage: Stage) -> list[str]:
    if stage.state == "done" or stage.code in {"symptom", "sample", "result"}:
        return []
    if stage.due_at is None:
        return [_("no deadline set")]
    return [_("due %(time)s") % {"time": f"{clock(stage.due_at)} {full_date(stage.due_at)}"}]


def _late(stage: Stage, case: Case) -> str:
    assert stage.late is not None
    late = _("late by %(time)s") % {"time": span(stage.late)}
    if stage.state == "done":
        return late
    return _("%(late)s, because %(why)s") % {"late": late, "why": _why(stage, case)}


def _why(stage: Stage, case: Case) -> str:
    """What is missing; the clock blames nobody."""
    if case.taken_by is None:
        return _("nobody has taken the case")
    if stage.code == "last_reached":
        missing = stage.of - stage.done
        if not stage.of:
            return _("no F1 is confirmed yet")
        text = ngettext("%(n)d F1 is not reached", "%(n)d F1 are not reached", missing)
        return text % {"n": missing}
    if stage.code == "list_approved":
        waiting = case.contacts.filter(state=Contact.State.TO_VERIFY).count()
        text = ngettext("%(n)d person is to verify", "%(n)d people are to verify", waiting)
        return text % {"n": waiting}
    return _("it is not marked as done")


def _left(stage: Stage) -> tuple[str, str]:
    if stage.state != "now" or stage.due_at is None:
        return "", ""
    left = stage.due_at - now()
    if left <= timedelta(0):
        return "", ""
    return span(left), _("left")


def span(time: timedelta) -> str:
    """A length of time as an officer says it: 45 minutes, 2 h 09, 3 days."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
