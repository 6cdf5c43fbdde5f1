"""What calling back leaves in the town: a task with its events, a follow-up with a day and a
report, and a paper series with a sheet."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.core.sealing import seal
from lachan.declarations import tasks, triaging
from lachan.declarations.models import (
    DailyReport,
    FollowUp,
    FollowUpDay,
    PaperSeries,
    PaperSheet,
    TriageTask,
)
from lachan.declarations.questionnaire import in_force
from lachan.declarations.services import declare
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """Somebody declared a fever, was advised to watch his health, and reported once."""
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    source = next(iter(town.factory.people.values()))
    answers = dict.fromkeys((each.code for each in in_force(today()).always), False)
    with system_scope("test") as by:
        made = declare(key=uuid7(), person=source.id, answers=answers | {"fever": True}, by=by)
    tasks.triage_declarations()
    with scoped(station, "triage") as by:
        task = TriageTask.objects.get(declaration=made)
        triaging.finish(task, outcome="self_monitoring", note="Đã gọi", site="http://x", by=by)
        series = PaperSeries.objects.create(
            series=uuid7().hex[-4:].upper(),
            sheets=5,
            kind="population",
            questionnaire=1,
            holder="Trạm Y tế",
            issued_at=now(),
            issued_by=by.account,
            issued_by_name=by.name,
            commune=town.here.commune,
            province=town.here.province,
        )
        PaperSheet.objects.create(
            series=series,
            sheet=1,
            fate="void",
            void_for="lost",
            at=now(),
            by=by.account,
            by_name=by.name,
            commune=series.commune,
            province=series.province,
        )
    with system_scope("test"):
        _reported(FollowUp.objects.get(task=task))


def _reported(row: FollowUp) -> None:
    where = {"person": row.person, "commune": row.commune, "province": row.province}
    day = FollowUpDay.objects.create(
        follow_up=row,
        day=row.first_day,
        shown_as="N. 1990",
        unit="Trạm Y tế",
        asked_at=now(),
        due_at=now() + timedelta(hours=12),
        expires_at=now() + timedelta(hours=24),
        **where,
    )
    DailyReport.objects.create(
        id=uuid7(), day=day, at=now(), sealed=seal(row.person_id, {"cough": "yes"}), **where
    )
