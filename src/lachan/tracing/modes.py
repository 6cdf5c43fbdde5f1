"""Which work exists in a commune: the more cases there are, the fewer people are followed.

A task that a mode does not know is not late: its rows stay, are shown nowhere as work, and come
back when the mode does.  The table below is the rule; `tests/spec/tracing/test_modes.py` draws it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.places.selectors import today_of
from lachan.tracing.lockdown import CommuneMode, Mode


class Task(StrEnum):
    """A piece of tracing work that a mode has or has not."""

    CALL_HOUSEHOLD = "call_household"
    CALL_WORKPLACE = "call_workplace"
    CALL_OTHER = "call_other"
    CALL_BEYOND = "call_beyond"
    INTERVIEW = "interview"
    HAND_OVER = "hand_over"
    VISIT = "visit"
    SAMPLING = "sampling"
    ZONE = "zone"
    SEVERE = "severe"


_SEVERE = frozenset({Task.SEVERE})
_HOUSEHOLD_ZONE = _SEVERE | {Task.ZONE, Task.CALL_HOUSEHOLD, Task.VISIT}
_HOUSEHOLD_WORK = _HOUSEHOLD_ZONE | {
    *(Task.CALL_WORKPLACE, Task.INTERVIEW, Task.HAND_OVER, Task.SAMPLING),
}

#: What is done in each mode.  Source: issue of the tracing office, part 4; which task belongs to
#: which mode is a house default, to be confirmed by an epidemiologist.
WORK: Final[Mapping[Mode, frozenset[Task]]] = MappingProxyType(
    {
        Mode.FULL: frozenset(Task),
        Mode.HOUSEHOLD_WORK: _HOUSEHOLD_WORK,
        Mode.HOUSEHOLD_ZONE: _HOUSEHOLD_ZONE,
        Mode.SEVERE: _SEVERE,
    }
)

#: Places and groups in which people live or work together.  A rented room is a household.
HOMES: Final = ("household", "room")
WORKPLACES: Final = ("line", "workshop", "shift", "floor", "stall_row")

_AT_HOME = Q(source="household") | Q(place__kind__in=HOMES) | Q(group__kind__in=HOMES)
_AT_WORK = Q(place__kind__in=WORKPLACES) | Q(group__kind__in=WORKPLACES)

#: Which contact rows a task of calling is about.
CALLED: Final[Mapping[Task, Q]] = MappingProxyType(
    {
        Task.CALL_HOUSEHOLD: Q(hop=1) & _AT_HOME,
        Task.CALL_WORKPLACE: Q(hop=1) & _AT_WORK & ~_AT_HOME,
        Task.CALL_OTHER: Q(hop=1) & ~_AT_WORK & ~_AT_HOME,
        Task.CALL_BEYOND: Q(hop__gt=1),
    }
)

#: Who decides: the chairman for the own commune, the director for the communes of the province.
DECIDERS = (Role.COMMUNE_CHAIRMAN, Role.DIRECTOR)


def modes_at(at: datetime | None = None) -> dict[int, CommuneMode]:
    """The mode of every commune of this scope that ever had one set, by commune."""
    rows = CommuneMode.objects.filter(since__lte=at or now())
    return {
        row.commune: row for row in rows.order_by("commune", "-since", "-id").distinct("commune")
    }


def mode_of(commune: int, at: datetime | None = None) -> Mode:
    """The mode in which a commune works; full tracing until somebody decided otherwise."""
    row = history_of(commune).filter(since__lte=at or now()).first()
    return Mode.FULL if row is None else Mode(row.mode)


def history_of(commune: int) -> QuerySet[CommuneMode]:
    """Every decision about a commune's mode, the one that holds last first."""
    return CommuneMode.objects.filter(commune=commune).order_by("-since", "-id")


def exists(task: Task, commune: int, at: datetime | None = None) -> bool:
    """Whether a commune does this kind of work now."""
    return task in WORK[mode_of(commune, at)]


def without(task: Task, at: datetime | None = None) -> list[int]:
    """The communes of this scope in which a task does not exist now."""
    return [commune for commune, row in modes_at(at).items() if task not in WORK[Mode(row.mode)]]


def called(at: datetime | None = None) -> Q:
    """The contact rows whose commune calls such people now."""
    limited: dict[Mode, list[int]] = {}
    for commune, row in modes_at(at).items():
        if row.mode != Mode.FULL:
            limited.setdefault(Mode(row.mode), []).append(commune)
    if not limited:
        return Q()
    condition = ~Q(commune__in=[commune for some in limited.values() for commune in some])
    for mode, communes in limited.items():
        for task in sorted(WORK[mode] & CALLED.keys()):
            condition |= Q(commune__in=communes) & CALLED[task]
    return condition


def set_mode(
    *,
    commune: int,
    mode: Mode,
    since: datetime,
    document: str,
    signer: str,
    by: Principal,
) -> CommuneMode:
    """From `since` the commune works in `mode`, by a signed document.

    Refused: mode_not_yours, mode_needs_document, mode_already.
    """
    province = today_of(commune).province
    _refuse_stranger(by, commune, province)
    if not document.strip() or not signer.strip():
        raise Refused(
            "mode_needs_document", _("Write the number of the decision and who signed it.")
        )
    if mode_of(commune, since) == mode:
        raise Refused("mode_already", _("The commune works in this mode at that time already."))
    row = CommuneMode(
        mode=mode,
        since=since,
        document=document.strip(),
        signer=signer.strip(),
        entered_at=now(),
        by=by.account,
        by_name=by.name,
        commune=commune,
        province=province,
    )
    row.save(force_insert=True)
    audit.record(
        "commune.mode_set",
        target=("commune", commune),
        by=by,
        detail={"mode": mode.value, "since": since.isoformat(), "document": row.document},
    )
    return row


def _refuse_stranger(by: Principal, commune: int, province: int) -> None:
    own = by.has(Role.COMMUNE_CHAIRMAN) and by.commune == commune
    above = by.has(Role.DIRECTOR) and by.province == province
    if not (own or above):
        raise Refused(
            "mode_not_yours",
            _("The chairman of the commune or the director of the province decides this."),
            status=403,
        )
