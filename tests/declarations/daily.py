"""Days of a follow-up: the clock goes on, the worker asks, somebody answers by the link."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from lachan.core.clock import OFFSET, now, today
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.declarations import daily, tasks, triaging
from lachan.declarations.models import FollowUp, FollowUpDay
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.models import Person
from tests.declarations.triage import Ward, triaged
from tests.factories.winding import later

SITE = "https://lachan.example"

#: A report of somebody who is well.
WELL: dict[str, Any] = {
    "temperature": "36.8",
    "breathing": "easy",
    "cough": "no",
    "sore_throat": "no",
    "chest_pain": "no",
    "drowsy": "no",
}


def advised(here: Ward, person: Person) -> FollowUp:
    """Somebody declared a fever, was called, and is to watch his health."""
    task = triaged(person.id, fever=True)
    with scoped(here.station, "triage") as by:
        triaging.finish(task, outcome="self_monitoring", site=SITE, by=by)
    with system_scope("test"):
        return FollowUp.objects.get(person=person, ended_at=None)


def morning(days: int = 1, hour: int = 8) -> None:
    """Go on to an hour of a day to come, and let the worker look."""
    then = datetime.combine(today() + timedelta(days=days), time(hour), OFFSET)
    later(then - now())
    tasks.ask_today()


def day_of(person: Person) -> FollowUpDay:
    """Today's row of somebody."""
    with system_scope("test"):
        return FollowUpDay.objects.get(person=person, day=today())


def link_of(person: Person) -> str:
    """The code in the newest message to somebody."""
    with system_scope("test"):
        row = Notice.objects.filter(person=person, kind="daily_report").latest("drafted_at")
        found = re.search(rf"{SITE}/h/([\w-]+)", text_of(row))
    assert found is not None
    return found[1]


def report(person: Person, **answers: Any) -> bool:
    """Somebody answers by the link of the day."""
    return daily.report(
        id=uuid7(), code=link_of(person), day=day_of(person).id, answers=WELL | answers
    )
