"""The stage clock of a case and the table of how fast communes trace."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.selectors import communes_of
from lachan.tracing import calling, handover, marking, services, stages, tasks
from lachan.tracing.calls import Outcome
from lachan.tracing.lockdown import StageMark
from lachan.tracing.models import Case, Contact, Handover
from lachan.tracing.stages import Stage
from tests.factories import cast, outbreak, telephones, winding
from tests.factories.outbreak import Unit


def signed_in(principal: Principal) -> Client:
    """A browser of somebody who signed in, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


@pytest.fixture(scope="module")
def communes(database: str) -> Iterator[Unit]:
    """Communes of one province, each given to one test."""
    province = Unit.of(outbreak.HERE_CODE).province
    return (Unit(hit.id, province) for hit in communes_of(province))


@pytest.fixture
def unit(communes: Iterator[Unit]) -> Unit:
    return next(communes)


@pytest.fixture
def tracer(unit: Unit) -> Principal:
    return cast.of_province(Role.TRACER, unit.province)


@pytest.fixture
def wound() -> Iterator[None]:
    """The clock may be wound in this test; afterwards it is as before."""
    with winding.unwound():
        yield


def stages_of(case: Case, by: Principal) -> dict[str, Stage]:
    with scoped(by, "tracing"):
        return {stage.code: stage for stage in stages.stages_of(Case.objects.get(pk=case.pk))}


def test_a_new_case_stands_after_its_result(unit: Unit, tracer: Principal) -> None:
    case = telephones.case_in(unit)

    found = stages_of(case, tracer)

    assert list(found) == list(stages.ORDER)
    assert [code for code, stage in found.items() if stage.state == "done"] == [
        "symptom",
        "sample",
        "result",
    ]
    assert found["taken"].state == "now"
    assert found["closed"].due_at is None
    assert found["interview"].due_at == stages.result_at(case) + timedelta(hours=2)


@pytest.mark.usefixtures("wound")
def test_each_step_is_read_from_what_people_did(unit: Unit, tracer: Principal) -> None:
    case = telephones.case_in(unit)
    persons = telephones.people(2, unit)
    with scoped(tracer, "tracing"):
        services.take(case, by=tracer)
    winding.later(timedelta(minutes=45))
    telephones.around(case, persons)
    assert stages_of(case, tracer)["interview"].took >= timedelta(minutes=45)
    assert stages_of(case, tracer)["list_approved"].state == "now"

    telephones.confirmed(case, tracer)
    found = stages_of(case, tracer)
    assert found["list_approved"].state == "done"
    assert (found["last_reached"].done, found["last_reached"].of) == (0, 2)
    with scoped(tracer, "calling"):
        calling.log_call(persons=[persons[0].id], outcome=Outcome.REACHED, by=tracer)
    assert stages_of(case, tracer)["last_reached"].done == 1
    winding.later(timedelta(minutes=10))
    with scoped(tracer, "tracing"):
        handover.send(
            case=case,
            contacts=Contact.objects.filter(case=case).values_list("id", flat=True),
            by=tracer,
        )
    station = cast.of_commune(Role.STATION_OFFICER, unit.commune)
    with scoped(station, "handover"):
        handover.accept_all(Handover.objects.values_list("id", flat=True), by=station)
    tasks.tell_senders()

    assert stages_of(case, tracer)["last_reached"].state == "done"


def test_who_did_not_answer_is_not_reached(unit: Unit, tracer: Principal) -> None:
    case = telephones.case_in(unit)
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])
    telephones.confirmed(case, tracer)
    with scoped(tracer, "calling"):
        calling.log_call(persons=[person.id], outcome=Outcome.NO_ANSWER, by=tracer)

    assert stages_of(case, tracer)["last_reached"].done == 0


def test_late_says_by_how_much_and_why(unit: Unit, tracer: Principal) -> None:
    case = telephones.case_in(unit, hours_ago=3)

    page = signed_in(tracer).get(f"/tracing/{case.id}/").content.decode()

    assert "late by 1 h 00, because nobody has taken the case" in page
    assert "no deadline set" in page
    with scoped(tracer, "tracing"):
        services.take(case, by=tracer)
    telephones.around(case, telephones.people(2, unit))
    with system_scope("test"):
        Case.objects.filter(pk=case.pk).update(released_at=now() - timedelta(hours=7))
    page = signed_in(tracer).get(f"/tracing/{case.id}/").content.decode()
    assert "because 2 people are to verify" in page


def test_a_stage_is_marked_once_and_taken_back_by_a_second_fact(
    unit: Unit, tracer: Principal
) -> None:
    case = telephones.case_in(unit)
    client = signed_in(tracer)
    mark = f"/tracing/{case.id}/mark/"
    assert client.post(mark, {"stage": "interview"}).status_code == 302
    assert stages_of(case, tracer)["interview"].state == "done"
    assert client.post(mark, {"stage": "interview"}).status_code == 422
    assert client.post(mark, {"stage": "interview", "undone": "1"}).status_code == 302

    assert stages_of(case, tracer)["interview"].state != "done"
    with scoped(tracer, "tracing"):
        assert StageMark.objects.filter(case=case).count() == 2
    assert client.post(mark, {"stage": "symptom"}).status_code == 422


def test_a_case_of_another_province_is_not_marked(unit: Unit) -> None:
    case = telephones.case_in(unit)
    stranger = cast.of_province(Role.TRACER, Unit.of(outbreak.ABROAD_CODE).province)

    answer = signed_in(stranger).post(f"/tracing/{case.id}/mark/", {"stage": "closed"})

    assert answer.status_code == 404
    with system_scope("test"):
        assert not StageMark.objects.filter(case=case).exists()


@pytest.mark.usefixtures("wound")
def test_the_director_sees_median_and_share_of_each_commune(unit: Unit) -> None:
    director = cast.of_province(Role.DIRECTOR, unit.province)
    for hours in (2, 30):
        case = telephones.case_in(unit, hours_ago=hours)
        [person] = telephones.people(1, unit)
        telephones.around(case, [person])
        telephones.confirmed(case, director)
        with scoped(director, "calling"):
            calling.log_call(persons=[person.id], outcome=Outcome.REACHED, by=director)
    telephones.case_in(unit)

    with scoped(director, "tracing_pace"):
        [row] = [one for one in stages.pace_by_commune() if one.commune == unit.commune]

    assert (row.cases, row.finished, row.in_time, row.share) == (3, 2, 1, 33)
    assert row.median is not None
    assert timedelta(hours=15, minutes=55) < row.median < timedelta(hours=16, minutes=5)
    page = signed_in(director).get("/tracing/pace/").content.decode()
    assert "1 of 3 (33%)" in page
    assert "16 h 0" in page


def test_taking_a_case_twice_is_one_mark(unit: Unit, tracer: Principal) -> None:
    case = telephones.case_in(unit)
    with scoped(tracer, "tracing"):
        marking.mark(case, StageMark.Stage.TAKEN, by=tracer)
        marking.mark(case, StageMark.Stage.TAKEN, by=tracer)

        assert case.stage_marks.count() == 1
