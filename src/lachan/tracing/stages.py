"""Where a case stands between the first symptom and its end, how long each step took, what is late.

Most stages are read from what people did; four are marked by hand (`marking`).  A deadline comes
from the rulebook and counts from the result; where the rule has none, there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

from django.db import connections
from django.db.models import Max, Min
from django.db.models.functions import Coalesce

from lachan.core.clock import OFFSET, now
from lachan.rulebook.selectors import stage_rule
from lachan.tracing.handovers import HandoverState, Kind
from lachan.tracing.models import Case, Contact, ContactChange, HandoverReceipt, StageMark

#: In order of time.  Source: practice.md section 2, LOOK.md section 4.
ORDER: Final = (
    "symptom",
    "sample",
    "result",
    "taken",
    "interview",
    "list_approved",
    "last_reached",
    "sampling",
    "closed",
)

#: Days of cases that the table of the director looks back on.
LOOKED_BACK = timedelta(days=30)

#: Hours within which the last close contact should be reached.  Source: issue of the office, 4.
WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reached:
    """How many close contacts of a case are reached, and when the last one was."""

    people: int
    reached: int
    last: datetime | None

    @property
    def all_at(self) -> datetime | None:
        """When everybody was reached; None while somebody is missing or nobody is confirmed."""
        return self.last if self.people and self.people == self.reached else None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.  `took` since the stage before; `due_at` None: the rule sets no deadline.

    `state`: done, now, later; `late` says that it was or is past its deadline.
    """

    code: str
    state: str
    at: datetime | None
    took: timedelta | None
    due_at: datetime | None
    late: timedelta | None
    done: int = 0
    of: int = 0
    by_day: bool = False


#: Close contacts of a case, each with the moment somebody spoke to him or took him over.
REACHED = """
select c.case_id, count(*) as people, count(coalesce(t.spoken_at, r.answered_at)) as reached,
       max(least(t.spoken_at, r.answered_at)) as last
from tracing_contact c
left join tracing_callturn t on t.person_id = c.person_id and t.province = c.province
    and t.spoken_at >= c.found_at
left join (
    select contact_id, min(answered_at) as answered_at from tracing_handoverreceipt
    where kind = 'contact' and state in ('accepted', 'done') group by contact_id
) r on r.contact_id = c.id
where c.case_id = any(%(cases)s) and c.hop = 1 and c.state in ('confirmed', 'handed_over')
group by c.case_id
"""


def reached_of(cases: Sequence[UUID]) -> dict[UUID, Reached]:
    """How many close contacts of each case are reached; nobody for a case that is left out."""
    with connections["default"].cursor() as cursor:
        cursor.execute(REACHED, {"cases": list(cases)})
        return {row[0]: Reached(row[1], row[2], row[3]) for row in cursor.fetchall()}


def stages_of(case: Case) -> list[Stage]:
    """The stages of a case, in order."""
    reached = reached_of([case.id]).get(case.id, Reached(0, 0, None))
    moments = _moments(case, reached)
    hours = stage_rule(case.disease, now(), province=case.province).hours
    running = next((code for code in ORDER[3:] if moments.get(code) is None), None)
    found = []
    before: datetime | None = None
    for code in ORDER:
        found.append(_stage(code, case, moments, hours, running, before, reached))
        before = moments.get(code) or before
    return found


def _stage(
    code: str,
    case: Case,
    moments: Mapping[str, datetime | None],
    hours: Mapping[str, int],
    running: str | None,
    before: datetime | None,
    reached: Reached,
) -> Stage:
    at = moments.get(code)
    due_at = result_at(case) + timedelta(hours=hours[code]) if code in hours else None
    late = (at or now()) - due_at if due_at is not None else None
    state = "done" if at is not None else ("now" if code == running else "later")
    counted = code == "last_reached"
    return Stage(
        code=code,
        state=state,
        at=at,
        took=at - before if at is not None and before is not None else None,
        due_at=due_at,
        late=late if late is not None and late > timedelta(0) else None,
        done=reached.reached if counted else 0,
        of=reached.people if counted else 0,
        by_day=code == "symptom",
    )


def result_at(case: Case) -> datetime:
    """When the laboratory released the result; when it became a case where nobody knows that."""
    return case.released_at or case.opened_at


def _moments(case: Case, reached: Reached) -> dict[str, datetime | None]:
    hand = marked(case)
    return {
        "symptom": datetime.combine(case.onset, time(), OFFSET) if case.onset else None,
        "sample": case.taken_at,
        "result": result_at(case),
        "taken": hand.get(StageMark.Stage.TAKEN),
        "interview": hand.get(StageMark.Stage.INTERVIEW) or _first_told(case),
        "list_approved": hand.get(StageMark.Stage.LIST_APPROVED) or _all_decided(case),
        "last_reached": reached.all_at,
        "sampling": hand.get(StageMark.Stage.SAMPLING) or _all_sampled(case),
        "closed": hand.get(StageMark.Stage.CLOSED) or _outbreak_closed(case),
    }


def marked(case: Case) -> dict[str, datetime]:
    """When each stage was marked as done and not taken back."""
    found: dict[str, datetime] = {}
    for row in case.stage_marks.order_by("at", "id"):
        if row.undone:
            found.pop(row.stage, None)
        else:
            found[row.stage] = row.at
    return found


def _first_told(case: Case) -> datetime | None:
    """An interview has given its first name or place when nobody has said that it is over."""
    told = case.links.filter(source=Contact.Source.INTERVIEW, withdrawn_at=None)
    moments: list[datetime | None] = [
        told.aggregate(at=Min("found_at"))["at"],
        case.points.filter(withdrawn_at=None).aggregate(at=Min("at"))["at"],
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _all_decided(case: Case) -> datetime | None:
    """When the last contact was decided on; None while somebody is to verify or nobody is there."""
    if case.contacts.filter(state=Contact.State.TO_VERIFY).exists():
        return None
    changes = ContactChange.objects.filter(contact__case=case).exclude(
        after=Contact.State.HANDED_OVER
    )
    moment: datetime | None = changes.aggregate(at=Max("at"))["at"]
    return moment


def _all_sampled(case: Case) -> datetime | None:
    """When the last sampling that was asked for was done."""
    asked = HandoverReceipt.objects.filter(contact__case=case, kind=Kind.SAMPLING)
    if not asked.exists() or asked.exclude(state=HandoverState.DONE).exists():
        return None
    moment: datetime | None = asked.aggregate(at=Max("done_at"))["at"]
    return moment


def _outbreak_closed(case: Case) -> datetime | None:
    return case.outbreak.closed_at if case.outbreak else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a commune traced: median hours from result to the last close contact reached, and
    the share of close contacts' cases finished within a day.  None where no case is finished."""

    commune: int
    cases: int
    finished: int
    median: timedelta | None
    in_time: int

    @property
    def share(self) -> int | None:
        """Percent of the cases whose last close contact was reached within a day."""
        return round(100 * self.in_time / self.cases) if self.cases else None


def pace_by_commune() -> list[Pace]:
    """Every commune with cases of the last days, the one with the most unfinished cases first."""
    since = now() - LOOKED_BACK
    cases = list(
        Case.objects.filter(opened_at__gte=since)
        .annotate(result_at=Coalesce("released_at", "opened_at"))
        .exclude(status=Case.Status.WITHDRAWN)
        .values("id", "commune", "result_at")
    )
    reached = reached_of([row["id"] for row in cases])
    by_commune: dict[int, list[timedelta | None]] = {}
    for row in cases:
        by_commune.setdefault(row["commune"], []).append(_taken_for(row, reached))
    found = [_pace(commune, times) for commune, times in by_commune.items()]
    return sorted(found, key=lambda pace: (pace.finished - pace.cases, -pace.cases))


def _taken_for(row: Mapping[str, Any], reached: Mapping[UUID, Reached]) -> timedelta | None:
    """From the result to the last close contact reached; None while it is not over."""
    known = reached.get(row["id"])
    if known is None or known.all_at is None:
        return None
    taken: timedelta = known.all_at - row["result_at"]
    return max(taken, timedelta(0))


def _median(times: Sequence[timedelta]) -> timedelta | None:
    if not times:
        return None
    return timedelta(seconds=median(taken.total_seconds() for taken in times))


def _pace(commune: int, times: Sequence[timedelta | None]) -> Pace:
    over = [taken for taken in times if taken is not None]
    return Pace(
        commune=commune,
        cases=len(times),
        finished=len(over),
        median=_median(over),
        in_time=sum(taken <= WITHIN for taken in over),
    )
