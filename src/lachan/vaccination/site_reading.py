"""What the desk of a facility reads of its sessions, bounded by the running scope."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from lachan.core.clock import now
from lachan.vaccination.models import MissingField, Session, SiteVisit

#: Rows of a list.
LIST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """From the door to the way home: who came is in one of the steps."""

    came: int
    steps: dict[str, int]


def tally_of(session: Session) -> Tally:
    """How many are at which step."""
    rows = SiteVisit.objects.filter(session=session).values_list("step", flat=True)
    steps: Counter[str] = Counter(rows)
    return Tally(steps.total(), {step: steps.get(step, 0) for step in SiteVisit.Step.values})


def flagged(session: Session) -> list[SiteVisit]:
    """Visits that somebody has to look at, the newest first."""
    rows = SiteVisit.objects.filter(session=session).exclude(flags=[])
    return list(rows.order_by("-changed_at", "-id")[:LIST_LIMIT])


def at_problems(session: Session) -> dict[SiteVisit, int]:
    """Who sits at the table for problems -> since how many minutes, the longest first."""
    rows = SiteVisit.objects.filter(session=session, step=SiteVisit.Step.PROBLEM)
    at = now()
    return {
        row: int((at - row.problem_at).total_seconds() // 60) if row.problem_at else 0
        for row in rows.order_by("problem_at", "id")[:LIST_LIMIT]
    }


def gaps(session: Session) -> dict[UUID, list[str]]:
    """Open tasks of the national list: person -> codes of fields."""
    rows = MissingField.objects.filter(visit__session=session, filled_at=None)
    found: dict[UUID, list[str]] = {}
    for person, code in rows.order_by("visit", "field").values_list("visit__person", "field"):
        found.setdefault(person, []).append(code)
    return found
