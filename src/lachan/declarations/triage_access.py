"""The list of people to call, one of them, and what they declared: obtained here, with the look."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.declarations import triage_reading
from lachan.declarations.models import Declaration, TriageTask


def rows_for(by: Principal, tasks: Iterable[TriageTask]) -> list[triage_reading.TaskRow]:
    """Lines of the list; whoever is named may see that he was looked at."""
    rows = triage_reading.rows_of(tasks)
    looks.record_many(persons=[row.task.person_id for row in rows], what="contact_list", by=by)
    return rows


def task_for(by: Principal, task: UUID) -> TriageTask:
    """A task of the reader's commune, or 404; the province reads counts and opens nobody."""
    found = TriageTask.objects.select_related("person").filter(pk=task).first()
    if found is None or found.commune != by.commune:
        raise Http404
    return found


def declared_in(by: Principal, task: TriageTask) -> Declaration | None:
    """What the task rests on, with the look on record before it is shown."""
    looks.record(person=task.person_id, what="declaration", by=by)
    if task.declaration_id is None:
        return None
    return Declaration.objects.filter(pk=task.declaration_id).first()
