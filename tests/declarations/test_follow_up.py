"""Self-monitoring: asked once a day by a link, reported in two minutes, missed by nobody unseen."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped, system_scope
from lachan.declarations import daily, following, tasks, triaging
from lachan.declarations.models import DailyReport, FollowUp, FollowUpDay, TriageTask
from lachan.declarations.triage_reading import report_answers
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.services import Stay, move_stay
from tests.declarations.daily import WELL, advised, day_of, link_of, morning, report
from tests.declarations.triage import Ward, open_tasks, resident, triaged, ward
from tests.factories import cast, outbreak
from tests.factories.winding import later, unwound


@pytest.fixture
def here(database: str) -> Iterator[Ward]:
    with unwound():
        yield ward()


def test_it_asks_from_tomorrow_for_the_days_of_the_rule(here: Ward) -> None:
    follow_up = advised(here, here.mai)
    assert (follow_up.last_day - follow_up.first_day).days == 6
    tasks.ask_today()
    with system_scope("test"):
        assert not FollowUpDay.objects.filter(person=here.mai).exists()
    morning(hour=6)
    with system_scope("test"):
        assert not FollowUpDay.objects.filter(person=here.mai).exists()
    morning(days=0, hour=7)
    tasks.ask_today()
    assert day_of(here.mai).day == follow_up.first_day


def test_the_message_names_nobody_and_no_disease_and_was_decided_by_the_officer(
    here: Ward,
) -> None:
    follow_up = advised(here, here.mai)
    morning()
    with system_scope("test"):
        notice = Notice.objects.get(person=here.mai, kind="daily_report")
        text = text_of(notice)
    assert notice.approved_by == follow_up.decided_by == here.station.account
    assert "M. 1990" in text
    for hidden in ("Trần", "Mai", "0900000711", "sốt", "COVID", "F1"):
        assert hidden not in text


def test_people_of_one_telephone_share_a_link_and_are_told_apart(here: Ward) -> None:
    shared = "0900000733"
    people = [
        resident(here.unit, name, phone=shared, birth=year)
        for name, year in (("Lê Văn Tám", "1962"), ("Lê Thị Tình", "1962"), ("Lê An", "2019"))
    ]
    for person in people:
        advised(here, person)
    morning()
    assert len({link_of(person) for person in people}) == 1
    found = daily.daily_of(link_of(people[0]))
    assert [each.who for each in found.people] == ["A. 2019", "T. 1962", "T. 1962 (2)"]
    with system_scope("test"):
        rows = Notice.objects.filter(person__in=people, kind="daily_report")
        alike = {tuple(sorted({**row.values, "reference": ""}.items())) for row in rows}
    assert len(alike) == 1
    report(people[1])
    assert [each.reported for each in daily.daily_of(link_of(people[0])).people].count(True) == 1


def test_a_report_is_sealed_with_the_persons_key_and_kept_once(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    key, code, day = uuid7(), link_of(here.mai), day_of(here.mai).id
    first = daily.report(id=key, code=code, day=day, answers=WELL | {"cough": "yes"})
    again = daily.report(id=key, code=code, day=day, answers=WELL)
    assert (first, again) == (True, False)
    with system_scope("test"):
        row = DailyReport.objects.get(day=day)
        assert report_answers(row) == WELL | {"cough": "yes"}
    assert b"36.8" not in bytes(row.sealed)


@pytest.mark.parametrize(
    "answers",
    [
        {"breathing": "hard"},
        {"chest_pain": "yes"},
        {"drowsy": "yes"},
        {"temperature": "39.2"},
    ],
)
def test_a_danger_sign_puts_the_person_to_the_top_at_once(
    here: Ward, answers: dict[str, str]
) -> None:
    advised(here, here.mai)
    waiting = resident(here.unit, "Lê Văn Chờ", phone="0900000734")
    triaged(waiting.id, fever=True)
    morning()
    report(here.mai, **answers)
    tasks.work_reports()
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    first, *_others = open_tasks(station, here.mai, waiting)
    assert (first.person_id, first.reason) == (here.mai.id, "danger")
    assert first.due_at < now() + timedelta(hours=1)


def test_somebody_well_is_nobodys_work(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    report(here.mai)
    tasks.work_reports()
    later(timedelta(hours=14))
    tasks.note_missed()
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    assert open_tasks(station, here.mai) == []


def test_a_report_that_does_not_come_rises_to_the_list(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    tasks.note_missed()
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    assert open_tasks(station, here.mai) == []
    later(timedelta(hours=13))
    tasks.note_missed()
    tasks.note_missed()
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    [task] = open_tasks(station, here.mai)
    assert task.reason == "missed"
    assert day_of(here.mai).missed_at is not None


def test_who_has_no_telephone_is_on_the_list_in_the_evening(here: Ward) -> None:
    old = resident(here.unit, "Lò Thị Già", phone="")
    advised(here, old)
    morning()
    with system_scope("test"):
        assert not Notice.objects.filter(person=old).exists()
    later(timedelta(hours=13))
    tasks.note_missed()
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    assert [task.reason for task in open_tasks(station, old)] == ["missed"]


def test_yesterdays_link_is_closed_and_an_unknown_one_says_nothing(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    code, day = link_of(here.mai), day_of(here.mai).id
    morning()
    with pytest.raises(Refused) as closed:
        daily.report(id=uuid7(), code=code, day=day, answers=WELL)
    with pytest.raises(Refused) as unknown:
        daily.report(id=uuid7(), code="no-such-code", day=day, answers=WELL)
    with pytest.raises(Refused) as other:
        daily.daily_of("no-such-code")
    assert (closed.value.code, unknown.value.code, other.value.code) == (
        "closed",
        "unknown_code",
        "unknown_code",
    )


def test_it_ends_by_itself_and_asks_no_more(here: Ward) -> None:
    follow_up = advised(here, here.mai)
    for _day in range(7):
        morning()
    assert day_of(here.mai).day == follow_up.last_day
    morning()
    with system_scope("test"):
        row = FollowUp.objects.get(pk=follow_up.id)
        assert row.days.count() == 7
    assert row.ended_for == "over"


def test_sent_to_a_facility_ends_it_and_the_link_with_it(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    code = link_of(here.mai)
    report(here.mai, breathing="hard")
    tasks.work_reports()
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    [task] = open_tasks(station, here.mai)
    with scoped(station, "triage") as by:
        triaging.finish(task, outcome="facility", by=by)
    found = daily.daily_of(code)
    assert (found.open, list(found.people)) == (False, [])


def test_advised_again_it_goes_on_longer_and_is_still_one(here: Ward) -> None:
    first = advised(here, here.mai)
    morning(days=3)
    fresh = Ward(here.unit, cast.of_commune(Role.STATION_OFFICER, here.unit.commune), here.mai)
    again = advised(fresh, here.mai)
    assert again.id == first.id
    assert again.last_day == today() + timedelta(days=7)


def test_who_moved_is_followed_by_the_station_of_the_new_stay(here: Ward) -> None:
    advised(here, here.mai)
    there = outbreak.Unit.of(outbreak.NEXT_CODE)
    with system_scope("test") as by:
        move_stay(person=here.mai, stay=Stay(there.commune, there.province, "Số 9"), by=by)
    morning()
    assert day_of(here.mai).commune == there.commune


def test_the_public_functions_show_nothing_of_a_person(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    code = link_of(here.mai)
    with (
        reference_reading(),
        transaction.atomic(using="default"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("select declarations_daily_of(%s)::text", [following.hash_secret(code)])
        [text] = cursor.fetchone()
        for table in ("followupday", "dailyreport", "followup", "triagetask"):
            cursor.execute(f"select count(*) from declarations_{table}")
            assert cursor.fetchone() == (0,)
    assert str(here.mai.id) not in text
    assert "Mai" not in text


def test_a_flood_of_reports_of_one_day_is_stopped(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    for _report in range(8):
        report(here.mai)
    with pytest.raises(Refused) as refused:
        report(here.mai)
    assert refused.value.code == "full"


@pytest.mark.parametrize("table", ["followupday", "dailyreport"])
def test_a_station_writes_no_report(here: Ward, table: str) -> None:
    advised(here, here.mai)
    morning()
    report(here.mai)
    station = cast.of_commune(Role.STATION_OFFICER, here.unit.commune)
    statement = f"update declarations_{table} set commune = commune"
    with pytest.raises(DatabaseError), scoped(station, "attack"):
        connections["default"].cursor().execute(statement)


def test_the_person_reads_the_own_history_and_the_neighbour_nothing(here: Ward) -> None:
    advised(here, here.mai)
    morning()
    report(here.mai)
    neighbour = cast.of_commune(Role.STATION_OFFICER, outbreak.Unit.of(outbreak.NEXT_CODE).commune)
    for who, sees in ((cast.citizen(here.mai.id), 1), (cast.citizen(), 0), (neighbour, 0)):
        with scoped(who, "look"):
            assert FollowUp.objects.filter(person=here.mai).count() == sees
            assert DailyReport.objects.filter(person=here.mai).count() == sees
            assert TriageTask.objects.filter(person=here.mai).count() == 0
