"""Words about modes: what a commune does now, and since when by which document."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lachan.places.selectors import unit_label, unit_name
from lachan.tracing import modes
from lachan.tracing.lockdown import CommuneMode, Mode
from lachan.tracing.modes import Task


@dataclass(frozen=True, slots=True)
class ModeLine:
    """A commune that does not follow everybody."""

    commune: str
    mode: str
    row: CommuneMode


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the table: a task, and for each mode whether it exists."""

    task: str
    there: list[bool]


def limited_modes() -> list[ModeLine]:
    """The communes of this scope that work in another mode than full tracing, by name."""
    rows = [row for row in modes.modes_at().values() if row.mode != Mode.FULL]
    return sorted((_line(row) for row in rows), key=lambda line: line.commune)


def mode_line(commune: int) -> ModeLine | None:
    """The mode of one commune, None where everybody is followed."""
    row = modes.modes_at().get(commune)
    return None if row is None or row.mode == Mode.FULL else _line(row)


def _line(row: CommuneMode) -> ModeLine:
    return ModeLine(unit_name(row.commune), str(Mode(row.mode).label), row)


def commune_label(commune: int) -> str:
    """A commune with its province."""
    return unit_label(commune)


def task_table() -> list[TaskRow]:
    """What exists in which mode, for the page on which somebody decides."""
    return [
        TaskRow(str(words), [task in modes.WORK[mode] for mode in Mode])
        for task, words in task_words().items()
    ]


def task_words() -> dict[Task, str]:
    """What each task is called."""
    return {
        Task.CALL_HOUSEHOLD: _("Call F1 of the household"),
        Task.CALL_WORKPLACE: _("Call F1 of the workplace"),
        Task.CALL_OTHER: _("Call F1 met elsewhere"),
        Task.CALL_BEYOND: _("Call F2 and further"),
        Task.INTERVIEW: _("Interview every case"),
        Task.HAND_OVER: _("Take over people handed over"),
        Task.VISIT: _("Visit who cannot be reached"),
        Task.SAMPLING: _("Sample contacts"),
        Task.ZONE: _("Close zones and manage households"),
        Task.SEVERE: _("Watch severe cases"),
    }
