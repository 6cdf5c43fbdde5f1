"""Whom to call, in which order: one line for each person, however many cases he is in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connections
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    QuerySet,
    Value,
    When,
)

from lachan.core.clock import now
from lachan.rulebook.selectors import calling_rule
from lachan.tracing import modes
from lachan.tracing.models import Case as TracedCase
from lachan.tracing.models import Contact

#: Contact rows that somebody has to call: a hand-over is the receiver's to call.
TO_CALL = (Contact.State.TO_VERIFY, Contact.State.CONFIRMED)

#: The parts of the queue: to call now, at a later hour, not to be reached by telephone.
Part = Literal["", "now", "later", "unreachable"]

#: Nobody has spoken to the person since he was found last, or it was agreed to call again.
OPEN = "(t.spoken_at is null or t.spoken_at < w.last_found or t.next_at is not null)"

PARTS: dict[str, str] = {
    "": "t.unreachable_at is null",
    "now": "t.unreachable_at is null and (t.next_at is null or t.next_at <= %(now)s)",
    "later": "t.unreachable_at is null and t.next_at > %(now)s",
    "unreachable": "t.unreachable_at is not null",
}

#: Overdue and due again first, then who was never called, then who is to be called later.
URGENCY = (
    "case when t.next_at > %(now)s then 2"
    " when w.due_at <= %(now)s or t.next_at <= %(now)s then 0 else 1 end"
)

#: The order in which people are called; `lines` says it in words.
ORDER = (
    "urgency, w.level, w.most_seconds desc, w.last_met desc nulls last,"
    " p.birth_year nulls last, w.person_id"
)

TABLES = (
    " from wanted w join people_person p on p.id = w.person_id and p.erased_at is null"
    " left join tracing_callturn t on t.person_id = w.person_id and t.province = w.province"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer asked of the queue; empty values ask for nothing."""

    case: UUID | None = None
    caller: UUID | None = None
    unassigned: bool = False
    part: Part = ""
    persons: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One person to call.  `urgency`: 0 overdue or due again, 1 not called yet, 2 later."""

    person: UUID
    province: int
    contacts: Sequence[UUID]
    cases: int
    level: int
    most_seconds: int
    last_met: datetime | None
    due_at: datetime
    birth_year: int | None
    urgency: int
    tries: int
    last_outcome: str
    last_call: datetime | None
    next_at: datetime | None
    unreachable_at: datetime | None
    caller: UUID | None
    caller_name: str
    held_by: UUID | None
    held_by_name: str

    @property
    def minutes(self) -> int:
        """Whole minutes of exposure, of the case in which it was longest."""
        return self.most_seconds // 60


class Lines:
    """The queue, read only as far as somebody looks: `lines[0:51]` is one statement."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def __getitem__(self, part: slice) -> list[Line]:
        start = part.start or 0
        limit = {"limit": part.stop - start, "offset": start}
        statement, params = _statement(self.asked)
        return [
            Line(**row)
            for row in _rows(f"{statement} limit %(limit)s offset %(offset)s", params | limit)
        ]


def lines(asked: Asked) -> Sequence[Line]:
    """The people to call, the most urgent first; nothing is read until a slice is asked for."""
    return cast("Sequence[Line]", Lines(asked))


def line_of(person: UUID) -> Line | None:
    """Where calling one person stands; None when nobody has to call."""
    parts: tuple[Part, ...] = ("", "unreachable")
    for part in parts:
        found = Lines(Asked(persons=(person,), part=part))[0:1]
        if found:
            return found[0]
    return None


def waiting_among(persons: Sequence[UUID]) -> list[UUID]:
    """Those of some persons whom somebody has still to call, the most urgent first."""
    if not persons:
        return []
    return [line.person for line in Lines(Asked(persons=tuple(persons)))[0 : len(persons)]]


def totals(asked: Asked) -> dict[str, int]:
    """How many people stand in each part of the queue."""
    wanted, params = _wanted(asked)
    counts = ", ".join(
        f"count(*) filter (where {condition}) as {part or 'all_parts'}"
        for part, condition in PARTS.items()
    )
    where = " and ".join([OPEN, *_whose(replace(asked, part=""))])
    [row] = _rows(
        f"with wanted as ({wanted}) select {counts}{TABLES} where {where}",
        params | _named(asked),
    )
    return {"": row.pop("all_parts"), **row}


def loads() -> dict[UUID, int]:
    """How many people each caller has still to call."""
    wanted, params = _wanted(Asked())
    rows = _rows(
        f"with wanted as ({wanted}) select t.caller, count(*) as people{TABLES}"
        f" where t.caller is not null and t.unreachable_at is null and {OPEN} group by t.caller",
        params,
    )
    return {row["caller"]: row["people"] for row in rows}


def _statement(asked: Asked) -> tuple[str, dict[str, Any]]:
    wanted, params = _wanted(asked)
    conditions = [OPEN, PARTS[asked.part], *_whose(asked)]
    return (
        f"with wanted as ({wanted}) select w.person_id as person, w.province, w.contacts, w.cases,"
        " w.level, w.most_seconds, w.last_met, w.due_at, p.birth_year,"
        f" {URGENCY} as urgency, coalesce(t.tries, 0) as tries,"
        " coalesce(t.last_outcome, '') as last_outcome, t.last_at as last_call, t.next_at,"
        " t.unreachable_at, t.caller, coalesce(t.caller_name, '') as caller_name,"
        " case when t.held_until > %(now)s then t.held_by end as held_by,"
        " case when t.held_until > %(now)s then t.held_by_name else '' end as held_by_name"
        f"{TABLES} where {' and '.join(conditions)} order by {ORDER}",
        params | _named(asked),
    )


def _whose(asked: Asked) -> list[str]:
    conditions = []
    if asked.caller is not None:
        conditions.append("t.caller = %(caller)s")
    if asked.unassigned:
        conditions.append("t.caller is null")
    return conditions


def _named(asked: Asked) -> dict[str, Any]:
    return {"now": now(), "caller": asked.caller}


def _wanted(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The statement that makes one row of each person, with its values by name."""
    statement, values = _people(asked).query.sql_with_params()
    params = {f"v{number}": value for number, value in enumerate(values)}
    return statement % tuple(f"%({name})s" for name in params), params


def _people(asked: Asked) -> QuerySet[Any, Any]:
    rows = Contact.objects.filter(modes.called(), state__in=TO_CALL).exclude(
        case__status=TracedCase.Status.WITHDRAWN
    )
    if asked.case is not None:
        rows = rows.filter(case=asked.case)
    if asked.persons:
        rows = rows.filter(person__in=asked.persons)
    return (
        rows.order_by()
        .values("person_id", "province")
        .annotate(
            contacts=ArrayAgg("id"),
            cases=Count("id"),
            level=Min("hop"),
            most_seconds=Max("seconds"),
            last_met=Max("last_at"),
            last_found=Max("found_at"),
            due_at=Min(_due()),
        )
    )


def _due() -> Case:
    """When the rule of the disease wants a contact reached."""
    at = now()
    pairs = list(TracedCase.objects.order_by().values_list("disease", "province").distinct())
    hours = {
        (disease, province): calling_rule(disease, at, province=province).reach_hours
        for disease, province in pairs
    }
    usual = max(hours.values(), default=0)
    return Case(
        *(
            When(case__disease=disease, case__province=province, then=_after(number))
            for (disease, province), number in hours.items()
            if number != usual
        ),
        default=_after(usual),
        output_field=DateTimeField(),
    )


def _after(hours: int) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(
        F("found_at") + Value(timedelta(hours=hours)), output_field=DateTimeField()
    )


def _rows(statement: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
