"""What the worker does: what came by the hot path, tasks of what was declared, daily questions.

Facts whose rows come with the hour (a question at seven, a report that is late) are looked for once
a minute, as every fact is.
"""

from lachan.core.clock import now
from lachan.core.facts import on
from lachan.core.scope import Principal, system_scope
from lachan.declarations import following, triaging
from lachan.declarations.models import TriageTask
from lachan.declarations.taking import take_sent
from lachan.people.models import Person
from lachan.rulebook.selectors import triage_rule


@on("declarations.declared")
def triage_declarations() -> int:
    """Put on a station's list who declared symptoms or a contact."""
    with system_scope("fact:declarations.declared") as system:
        return triaging.work_declarations(by=system)


@on("declarations.handed")
def follow_moves() -> int:
    """Tasks of people who stay elsewhere now go to that commune."""
    with system_scope("fact:declarations.handed") as system:
        return triaging.follow_moves(by=system)


@on("declarations.follow_up")
def ask_today() -> int:
    """Send today's question, and end the follow-ups that are over."""
    with system_scope("fact:declarations.follow_up") as system:
        return following.ask_today(by=system) + following.end_over(by=system)


@on("declarations.daily")
def work_reports() -> int:
    """A danger sign puts the person to the top of the list."""
    with system_scope("fact:declarations.daily") as system:
        found = following.reports_with_danger(by=system)
        for report in found:
            _raise(report.person, TriageTask.Reason.DANGER, system)
        return len(found)


@on("declarations.follow_up")
def note_missed() -> int:
    """Who did not report in time is put on the list."""
    with system_scope("fact:declarations.follow_up") as system:
        found = following.missed_today(by=system)
        for day in found:
            _raise(day.person, TriageTask.Reason.MISSED, system)
        return len(found)


def _raise(person: Person, reason: TriageTask.Reason, system: Principal) -> None:
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.erased_at is None:
        rule = triage_rule(now(), province=locked.province)
        triaging.raise_task(locked, reason, rule, known_at=now(), by=system)


@on("declarations.sent")
def take_declarations_sent() -> int:
    """Make declarations of what came by the hot path."""
    taken = 0
    while count := take_sent():
        taken += count
    return taken
