"""What is read of triage and follow-up; row security decides what is there to read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.core.sealing import open_many, open_sealed
from lachan.declarations.models import (
    DailyReport,
    Declaration,
    FollowUp,
    FollowUpDay,
    TriageEvent,
    TriageTask,
)
from lachan.declarations.selectors import answers_of, asked_in
from lachan.declarations.telling import sections
from lachan.people.selectors import PersonCard, cards_of
from lachan.places.selectors import unit_name
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.shape import Decision
from lachan.ui.wording import language

#: Declarations the worker has not looked at; one that amends another counts even with every No.
#: The partial index `declaration_to_triage` holds exactly these.
TO_TRIAGE = Q(triaged_at=None) & (Q(symptoms=True) | Q(contact=True) | Q(follows__isnull=False))

#: States in which somebody still has to call.
OPEN = (TriageTask.State.OPEN, TriageTask.State.TAKEN)

#: How long ago a count of done tasks reaches.
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address filters the list by; empty values filter nothing, `state` "" is open."""

    state: str = ""
    reason: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the list."""

    task: TriageTask
    card: PersonCard | None
    why: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One answer as it is read: the question, the words of the answer, whether it is a Yes."""

    question: str
    answer: str
    yes: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a follow-up with what was reported."""

    day: FollowUpDay
    reports: Sequence[tuple[DailyReport, dict[str, Any]]]


def strayed_tasks() -> QuerySet[TriageTask]:
    """Open tasks of people who stay in another commune now."""
    rows = TriageTask.objects.select_related("person").select_for_update(
        skip_locked=True, of=("self",)
    )
    return rows.filter(state__in=OPEN).exclude(person__commune=F("commune"))


def listed(asked: Asked) -> QuerySet[TriageTask]:
    """Tasks of the area: danger signs, then the earliest hour; of closed ones the newest first."""
    rows = TriageTask.objects.all()
    rows = rows.filter(state=asked.state) if asked.state else rows.filter(state__in=OPEN)
    if asked.reason:
        rows = rows.filter(reason=asked.reason)
    if asked.overdue:
        rows = rows.filter(due_at__lt=now())
    if asked.state in (TriageTask.State.DONE, TriageTask.State.HANDED):
        return rows.order_by("-opened_at", "id")
    return rows.order_by("-urgent", "due_at", "id")


def counts() -> dict[str, int]:
    """How many are open for each reason, open at all, and overdue."""
    rows = TriageTask.objects.filter(state__in=OPEN)
    found: dict[str, int] = dict.fromkeys(TriageTask.Reason.values, 0)
    found |= dict(rows.order_by().values_list("reason").annotate(n=Count("id")))
    found["open"] = sum(found[reason] for reason in TriageTask.Reason.values)
    found["overdue"] = rows.filter(due_at__lt=now()).count()
    return found


def rows_of(tasks: Iterable[TriageTask]) -> list[TaskRow]:
    """Tasks with their persons' cards and the sentence of their rule, in the order given."""
    found = list(tasks)
    cards = cards_of([task.person_id for task in found])
    said: dict[tuple[str, str], str] = {}
    at = now()
    for task in found:
        key = (task.rule, task.reason)
        said[key] = said.get(key) or sentence(task)
    return [
        TaskRow(
            task=task,
            card=cards.get(task.person_id),
            why=said[task.rule, task.reason],
            overdue=task.state in OPEN and task.due_at < at,
        )
        for task in found
    ]


def sentence(task: TriageTask) -> str:
    """Why this person is to be called, in the words of the rule that set the hour."""
    decision = Decision(task.rule, task.rule_version, task.reason, task.values)
    return rulebook.render(decision, language())


def events_of(task: TriageTask) -> list[tuple[TriageEvent, str]]:
    """What happened to a task, oldest first, each with the officer's words."""
    rows = list(task.events.order_by("at", "id"))
    noted = [row for row in rows if row.note is not None]
    opened = open_many([(row.person_id, bytes(row.note or b"")) for row in noted])
    notes = {row.id: str(each["note"]) for row, each in zip(noted, opened, strict=True)}
    return [(row, notes.get(row.id, "")) for row in rows]


def said_in(declaration: Declaration) -> list[Said]:
    """What was declared, in the order of the questionnaire; what was not answered is left out."""
    asked, answers = asked_in(declaration), answers_of(declaration)
    return [
        Said(row.question, row.answer, answers.get(row.code) == "yes")
        for section in sections(asked, answers)
        for row in section.rows
    ]


@dataclass(frozen=True, slots=True)
class CommuneLoad:
    """How much one commune has to do."""

    commune: int
    name: str
    open: int
    urgent: int
    overdue: int
    taken: int
    done: int
    oldest: datetime | None


def workload() -> list[CommuneLoad]:
    """The communes of the reader's area with tasks open or done in a day, the latest first."""
    is_open = Q(state__in=OPEN)
    rows = (
        TriageTask.objects.filter(is_open | Q(closed_at__gt=now() - A_DAY))
        .values("commune")
        .annotate(
            open=Count("id", filter=is_open),
            urgent=Count("id", filter=is_open & Q(urgent=True)),
            overdue=Count("id", filter=is_open & Q(due_at__lt=now())),
            taken=Count("id", filter=Q(state=TriageTask.State.TAKEN)),
            done=Count("id", filter=Q(state=TriageTask.State.DONE)),
            oldest=Min("due_at", filter=is_open),
        )
        .order_by("-overdue", "-urgent", "-open", "commune")
    )
    return [CommuneLoad(name=unit_name(row["commune"]), **row) for row in rows]


def following(person: UUID) -> FollowUp | None:
    """The newest follow-up of a person."""
    return FollowUp.objects.filter(person=person).order_by("-decided_at").first()


def days_of(follow_up: FollowUp) -> list[DayRow]:
    """The days asked so far with what was reported, newest first."""
    days = list(follow_up.days.order_by("-day"))
    reports = list(DailyReport.objects.filter(day__in=days).order_by("at"))
    opened = open_many([(row.person_id, bytes(row.sealed)) for row in reports])
    pairs = list(zip(reports, opened, strict=True))
    return [DayRow(day, [pair for pair in pairs if pair[0].day_id == day.id]) for day in days]


def report_answers(report: DailyReport) -> dict[str, Any]:
    """What a daily report says, by code."""
    return open_sealed(report.person_id, bytes(report.sealed))


def next_task(by: Principal) -> TriageTask | None:
    """The first task of the reader's commune that nobody has; what he has himself comes before.

    It is locked: two who ask at once get two people.
    """
    if by.commune is None:
        return None
    own = TriageTask.objects.filter(
        commune=by.commune or 0, state=TriageTask.State.TAKEN, taken_by=by.account
    )
    free = TriageTask.objects.filter(commune=by.commune or 0, state=TriageTask.State.OPEN)
    for rows in (own, free):
        found = (
            rows.select_for_update(skip_locked=True, of=("self",))
            .order_by("-urgent", "due_at", "id")
            .first()
        )
        if found is not None:
            return found
    return None
