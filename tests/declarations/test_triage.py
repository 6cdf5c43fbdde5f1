"""Who declared symptoms is on the list of the station of present stay, once, by an hour."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connections

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations import tasks, triaging
from lachan.declarations.models import Declaration, TriageEvent, TriageTask
from lachan.people.models import Person
from lachan.people.services import Stay, move_stay
from tests.declarations.triage import Ward, declared, open_tasks, resident, triaged, ward
from tests.factories import cast, outbreak


@pytest.fixture
def here(database: str) -> Ward:
    return ward()


def events(task: TriageTask) -> list[str]:
    with system_scope("test"):
        rows = TriageEvent.objects.filter(task=task).order_by("at", "id")
        return [row.kind for row in rows]


def hours(task: TriageTask, since: Declaration) -> float:
    return (task.due_at - since.at).total_seconds() / 3600


def test_symptoms_become_a_task_with_the_hours_of_the_rule(here: Ward) -> None:
    made = declared(here.mai.id, fever=True)
    tasks.triage_declarations()
    [task] = open_tasks(here.station, here.mai)
    assert (task.person_id, task.reason, task.urgent, hours(task, made)) == (
        here.mai.id,
        "symptoms",
        False,
        12,
    )


def test_a_declaration_with_nothing_is_nobodys_work(here: Ward) -> None:
    declared(here.mai.id)
    tasks.triage_declarations()
    assert open_tasks(here.station, here.mai) == []


def test_worked_twice_it_is_one_task(here: Ward) -> None:
    declared(here.mai.id, fever=True)
    assert tasks.triage_declarations() > 0
    assert tasks.triage_declarations() == 0
    [task] = open_tasks(here.station, here.mai)
    assert events(task) == ["opened"]


def test_hard_to_breathe_stands_before_everybody_who_waits_longer(here: Ward) -> None:
    first = resident(here.unit, "Lê Văn Trước", phone="0900000712")
    declared(first.id, near_patient=True)
    declared(first.id, fever=True)
    tasks.triage_declarations()
    made = declared(here.mai.id, breathless=True)
    tasks.triage_declarations()
    urgent, other = open_tasks(here.station, here.mai, first)
    assert (urgent.person_id, urgent.reason, hours(urgent, made)) == (here.mai.id, "danger", 1)
    assert other.person_id == first.id


def test_a_second_declaration_comes_to_the_same_task_and_can_only_hasten_it(here: Ward) -> None:
    task = triaged(here.mai.id, near_patient=True)
    again = triaged(here.mai.id, breathless=True)
    assert again.id == task.id
    assert again.urgent
    assert again.due_at < task.due_at
    calmer = triaged(here.mai.id, near_patient=True)
    assert (calmer.reason, calmer.due_at) == ("danger", again.due_at)
    assert events(task) == ["opened", "declared", "declared"]


def test_after_an_outcome_a_new_declaration_is_a_new_task(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    with scoped(here.station, "triage") as by:
        triaging.finish(task, outcome="no_need", by=by)
    assert triaged(here.mai.id, cough=True).id != task.id
    assert events(task) == ["opened", "done"]


def test_paper_that_was_keyed_late_has_its_hours_from_then(here: Ward) -> None:
    declared(here.mai.id, at=now() - timedelta(hours=30), fever=True)
    tasks.triage_declarations()
    [task] = open_tasks(here.station, here.mai)
    assert task.due_at > now() + timedelta(hours=11)


def test_taken_by_one_it_is_finished_by_nobody_else_until_taken_over(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    colleague = cast.of_commune(Role.VILLAGE_HEALTH_WORKER, here.unit.commune)
    with scoped(here.station, "triage") as by:
        triaging.take(task, by=by)
    with scoped(colleague, "triage") as by:
        with pytest.raises(Refused) as refused:
            triaging.finish(task, outcome="no_need", by=by)
        triaging.take(task, by=by)
        done = triaging.finish(task, outcome="sampling", by=by)
    assert refused.value.code == "taken_by_another"
    assert (done.state, done.outcome, done.taken_by) == ("done", "sampling", colleague.account)
    assert events(task) == ["opened", "taken", "taken", "done"]


@pytest.mark.parametrize(
    ("outcome", "code"), [("", "outcome_missing"), ("cured", "outcome_missing")]
)
def test_a_task_ends_with_one_of_its_outcomes(here: Ward, outcome: str, code: str) -> None:
    task = triaged(here.mai.id, fever=True)
    with scoped(here.station, "triage") as by, pytest.raises(Refused) as refused:
        triaging.finish(task, outcome=outcome, by=by)
    assert refused.value.code == code


def test_done_is_done(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    with scoped(here.station, "triage") as by:
        triaging.finish(task, outcome="unreached", by=by)
        with pytest.raises(Refused) as refused:
            triaging.take(task, by=by)
    assert refused.value.code == "task_closed"


def test_the_machine_says_no_outcome(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    with system_scope("test") as by, pytest.raises(Refused) as refused:
        triaging.finish(task, outcome="no_need", by=by)
    assert refused.value.code == "human_only"


def test_who_stays_elsewhere_now_is_that_communes_work_with_what_was_declared(
    here: Ward,
) -> None:
    there = ward(outbreak.ABROAD_CODE, "Bùi Văn Kia")
    task = triaged(here.mai.id, fever=True)
    with scoped(here.station, "triage") as by:
        triaging.hand_over(task, commune=there.unit.commune, address="Số 9", by=by)
    assert open_tasks(there.station, here.mai) == []
    tasks.follow_moves()
    [came] = open_tasks(there.station, here.mai)
    assert (came.person_id, came.reason) == (here.mai.id, "symptoms")
    assert open_tasks(here.station, here.mai) == []
    assert events(task) == ["opened", "handed"]
    with scoped(there.station, "triage"):
        assert Declaration.objects.filter(pk=came.declaration_id).exists()
    assert tasks.follow_moves() == 0


def test_who_moved_by_himself_is_followed_by_the_worker(here: Ward) -> None:
    there = ward(outbreak.NEXT_CODE, "Bùi Văn Kia")
    task = triaged(here.mai.id, fever=True)
    with system_scope("test") as by:
        person = Person.objects.get(pk=here.mai.id)
        stay = Stay(there.unit.commune, there.unit.province, "Số 9")
        move_stay(person=person, stay=stay, by=by)
    tasks.follow_moves()
    assert [row.reason for row in open_tasks(there.station, here.mai)] == ["symptoms"]
    assert events(task)[-1] == "handed"


def test_it_is_not_handed_to_the_commune_it_is_in(here: Ward) -> None:
    task = triaged(here.mai.id, fever=True)
    with scoped(here.station, "triage") as by, pytest.raises(Refused) as refused:
        triaging.hand_over(task, commune=here.unit.commune, address="", by=by)
    assert refused.value.code == "same_commune"


def neighbour(role: Role) -> Principal:
    return cast.of_commune(role, outbreak.Unit.of(outbreak.NEXT_CODE).commune)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (lambda here: here.station, True),
        (lambda here: cast.of_province(Role.DIRECTOR, here.unit.province), True),
        (lambda here: neighbour(Role.STATION_OFFICER), False),
        (lambda here: cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE), False),
        (lambda here: cast.of_organisation(Role.GATE_CONTROLLER), False),
        (lambda here: cast.citizen(here.mai.id), False),
        (lambda here: cast.outsider(), False),
    ],
)
def test_only_the_unit_of_present_stay_sees_it(here: Ward, who: object, sees: bool) -> None:
    task = triaged(here.mai.id, fever=True)
    assert callable(who)
    with scoped(who(here), "look"):
        assert TriageTask.objects.filter(pk=task.id).exists() is sees
        assert TriageEvent.objects.filter(task=task.id).exists() is sees


@pytest.mark.parametrize(
    "statement",
    [
        "update declarations_triagetask set commune = 1, province = 1",
        "update declarations_declaration set triaged_at = now()",
        "update declarations_triageevent set kind = 'done'",
        "delete from declarations_triagetask",
        "insert into declarations_triageevent (id, task_id, person_id, kind, at, by, by_name,"
        " outcome, commune, province) select gen_random_uuid(), id, person_id, 'done', now(),"
        " gen_random_uuid(), 'x', '', 1, 1 from declarations_triagetask",
    ],
)
def test_a_station_cannot_move_or_forge_what_is_on_record(here: Ward, statement: str) -> None:
    task = triaged(here.mai.id, fever=True)
    try:
        with scoped(here.station, "attack"), connections["default"].cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        pass
    with system_scope("test"):
        again = TriageTask.objects.get(pk=task.id)
        declaration = Declaration.objects.get(pk=task.declaration_id)
        assert TriageTask.objects.filter(person=here.mai.id).count() == 1
    assert (again.commune, again.opened_at) == (here.unit.commune, task.opened_at)
    assert declaration.triaged_at is not None
    assert declaration.triaged_at < now()
    assert events(task) == ["opened"]
