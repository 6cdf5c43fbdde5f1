"""The call queue: each person once, the most urgent first, one caller at a time."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.selectors import communes_of
from lachan.tracing import call_queue, calling, tasks
from lachan.tracing.call_queue import Asked
from lachan.tracing.call_reading import calls_of
from lachan.tracing.calls import Call, CallTurn, Outcome
from lachan.tracing.handovers import Kind
from lachan.tracing.models import Case, Contact, Handover
from lachan.tracing.scripts import languages, script
from tests.factories import cast, outbreak, telephones, winding
from tests.factories.outbreak import Unit
from tests.factories.telephones import Met


def signed_in(principal: Principal) -> Client:
    """A browser of somebody who signed in, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


@pytest.fixture(scope="module")
def provinces(database: str) -> Iterator[Unit]:
    """One commune of each province, so that a test has a queue of its own."""
    from lachan.places.models import Unit as Row

    rows = Row.objects.using("owner").filter(level="province", valid_to=None).order_by("id")
    ids = list(rows.values_list("id", flat=True))
    return (Unit(communes_of(province)[0].id, province) for province in ids)


@pytest.fixture
def unit(provinces: Iterator[Unit]) -> Unit:
    return next(provinces)


@pytest.fixture
def tracer(unit: Unit) -> Principal:
    return cast.of_province(Role.TRACER, unit.province)


@pytest.fixture
def case(unit: Unit) -> Case:
    return telephones.case_in(unit)


@pytest.fixture
def wound() -> Iterator[None]:
    """The clock may be wound in this test; afterwards it is as before."""
    with winding.unwound():
        yield


def queue(by: Principal, asked: Asked | None = None) -> list[call_queue.Line]:
    with scoped(by, "calling"):
        return call_queue.lines(asked or Asked())[0:100]


def log(by: Principal, person: UUID, outcome: Outcome, **more: object) -> Call:
    with scoped(by, "calling"):
        return calling.log_call(persons=[person], outcome=outcome, by=by, **more)[0]


def turn_of(person: UUID) -> CallTurn:
    with system_scope("test"):
        return CallTurn.objects.get(person=person)


def test_a_person_in_three_cases_is_one_call(unit: Unit, tracer: Principal) -> None:
    [person] = telephones.people(1, unit)
    cases = [telephones.case_in(unit, name=f"F0 {number}") for number in range(3)]
    rows = [telephones.around(case, [person])[0] for case in cases]

    [line] = queue(tracer)
    call = log(tracer, person.id, Outcome.REACHED, note="Không sốt")

    assert (line.person, line.cases) == (person.id, 3)
    assert set(call.contacts) == {row.id for row in rows}
    assert queue(tracer) == []
    assert "Không sốt".encode() not in bytes(call.note_sealed or b"")
    with scoped(tracer, "calling"):
        assert [one.note for one in calls_of(person.id)] == ["Không sốt"]


def test_the_queue_stands_in_the_order_it_says(unit: Unit, tracer: Principal, case: Case) -> None:
    late, near, far, long_ago, recent, old, young = telephones.people(7, unit)
    [via] = telephones.around(case, [near], Met(minutes=90))
    telephones.around(case, [far], Met(minutes=400, via=near.id))
    telephones.around(case, [long_ago], Met(minutes=30, hours_ago=70))
    telephones.around(case, [recent], Met(minutes=30, hours_ago=10))
    same = Met(minutes=10, hours_ago=20)
    telephones.around(case, [young], same)
    telephones.around(case, [old], same)
    overdue = telephones.around(case, [late], Met(minutes=5))
    telephones.found_at(overdue, now() - timedelta(hours=25))
    with system_scope("test"):
        moment = now() - timedelta(hours=20)
        Contact.objects.filter(person__in=[old, young]).update(last_at=moment)
        for person, year in ((old, 1940), (young, 1990)):
            person.birth_year = year
            person.save(update_fields=["birth_year"])

    found = [line.person for line in queue(tracer)]

    expected = [late, near, recent, long_ago, old, young, far]
    assert found == [person.id for person in expected]
    assert via.hop == 1
    page = signed_in(tracer).get("/calls/").content.decode()
    assert "overdue by 1 h 00" in page
    assert "F1 · 90 minutes" in page
    assert f"{now().year - 1940} years old" in page


@pytest.mark.usefixtures("wound")
def test_who_did_not_answer_comes_back_after_the_rules_minutes(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    first, second = telephones.people(2, unit)
    telephones.around(case, [first], Met(minutes=10))
    telephones.around(case, [second], Met(minutes=60))
    log(tracer, first.id, Outcome.NO_ANSWER)

    now_part = Asked(part="now")
    assert [line.person for line in queue(tracer, now_part)] == [second.id]
    assert [line.person for line in queue(tracer)] == [second.id, first.id]
    winding.later(timedelta(minutes=31))

    assert [line.person for line in queue(tracer, now_part)] == [first.id, second.id]
    assert "due again since" in signed_in(tracer).get("/calls/").content.decode()


@pytest.mark.usefixtures("wound")
def test_after_the_rules_tries_somebody_of_the_commune_goes_there(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])
    for _try in range(3):
        log(tracer, person.id, Outcome.NO_ANSWER)
        winding.later(timedelta(minutes=31))

    assert queue(tracer) == []
    [line] = queue(tracer, Asked(part="unreachable"))
    assert line.tries == 3
    station = cast.of_commune(Role.STATION_OFFICER, unit.commune)
    with scoped(station, "handover"):
        [visit] = Handover.objects.filter(kind=Kind.VISIT)
        assert (visit.person_id, visit.duty) == (person.id, "visit")
    client = signed_in(cast.of_commune(Role.VILLAGE_HEALTH_WORKER, unit.commune))
    client.post(f"/handovers/{visit.id}/accept/")
    client.post(f"/handovers/{visit.id}/finish/")
    tasks.tell_senders()

    assert [line.person for line in queue(tracer, Asked(part="now"))] == [person.id]


def test_a_wrong_number_sends_somebody_at_once(unit: Unit, tracer: Principal, case: Case) -> None:
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])

    log(tracer, person.id, Outcome.WRONG_NUMBER)

    assert turn_of(person.id).unreachable_at is not None


def test_somebody_without_a_telephone_is_visited(unit: Unit, tracer: Principal, case: Case) -> None:
    person = outbreak.somebody("Trịnh Thị Bưởi", unit)
    telephones.around(case, [person])
    client = signed_in(tracer)
    assert "Send somebody to the house" in client.get(f"/calls/{person.id}/").content.decode()

    assert client.post(f"/calls/{person.id}/visit/").status_code == 302

    assert queue(tracer) == []
    with scoped(cast.of_commune(Role.VILLAGE_HEALTH_WORKER, unit.commune), "handover"):
        assert Handover.objects.filter(person=person, kind=Kind.VISIT).exists()


def test_who_was_spoken_to_is_called_again_when_found_in_another_case(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])
    log(tracer, person.id, Outcome.REACHED)
    assert queue(tracer) == []

    telephones.around(telephones.case_in(unit, name="F0 khác"), [person])

    assert [line.person for line in queue(tracer)] == [person.id]


def test_two_officers_never_get_the_same_person(unit: Unit, case: Case) -> None:
    telephones.around(case, telephones.people(6, unit))
    officers = [cast.of_province(Role.TRACER, unit.province) for _each in range(3)]
    got: list[UUID] = []
    together = threading.Barrier(len(officers))

    def take(officer: Principal) -> None:
        together.wait()
        for _each in range(2):
            with scoped(officer, "calling"):
                person = calling.next_person(by=officer)
            got.append(person)
            log(officer, person, Outcome.REACHED)
        connections.close_all()

    threads = [threading.Thread(target=take, args=[officer]) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 6
    assert max(Counter(got).values()) == 1


@pytest.mark.usefixtures("wound")
def test_a_held_person_is_free_again_after_the_rules_minutes(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])
    other = cast.of_province(Role.TRACER, unit.province)
    with scoped(tracer, "calling"):
        assert calling.next_person(by=tracer) == person.id
    with scoped(other, "calling"), pytest.raises(Refused) as refusal:
        calling.next_person(by=other)
    assert refusal.value.code == "nobody_left"
    page = signed_in(other).get(f"/calls/{person.id}/").content.decode()
    assert "is on the telephone with this person now" in page
    winding.later(timedelta(minutes=11))

    with scoped(other, "calling"):
        assert calling.next_person(by=other) == person.id


def test_people_are_shared_out_evenly_and_each_gets_his_own_first(unit: Unit, case: Case) -> None:
    telephones.around(case, telephones.people(10, unit))
    officers = [cast.of_province(Role.TRACER, unit.province) for _each in range(3)]
    for officer in officers:
        signed_in(officer).post("/calls/shift/")
    with scoped(officers[0], "calling"):
        assert calling.share_out(by=officers[0]) == 10
        loads = call_queue.loads()

    assert sorted(loads.values()) == [3, 3, 4]
    mine = [line.person for line in queue(officers[1], Asked(caller=officers[1].account))]
    with scoped(officers[1], "calling"):
        assert calling.next_person(by=officers[1]) == mine[0]
    signed_in(officers[0]).post("/calls/shift/", {"end": "1"})
    assert len(queue(officers[1], Asked(unassigned=True))) == loads[officers[0].account]


def test_nobody_is_shared_out_without_anybody_at_the_telephone(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    telephones.around(case, telephones.people(1, unit))

    answer = signed_in(tracer).post("/calls/share/")

    assert answer.status_code == 422
    assert "Nobody is at the telephone." in answer.content.decode()


def test_a_shared_telephone_is_one_call_about_all_of_them(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    three = telephones.people(3, unit, shared="0900000999")
    telephones.around(case, three)
    client = signed_in(tracer)
    assert "Shared phone, 3 people" in client.get("/calls/").content.decode()
    page = client.get(f"/calls/{three[0].id}/").content.decode()
    assert "The same call was also about" in page
    assert str(three[1].id) in page

    form = {"outcome": "reached", "also": [str(three[1].id), str(three[2].id)], "back": "1"}
    assert client.post(f"/calls/{three[0].id}/", form).status_code == 302

    assert queue(tracer) == []
    with scoped(tracer, "calling"):
        assert Call.objects.filter(person__in=three).count() == 3


def test_a_call_may_conclude_what_it_found(unit: Unit, tracer: Principal, case: Case) -> None:
    first, second = telephones.people(2, unit)
    rows = telephones.around(case, [first, second])
    client = signed_in(tracer)
    client.post(f"/calls/{first.id}/", {"outcome": "reached", "conclusion": "confirm"})
    client.post(f"/calls/{second.id}/", {"outcome": "reached", "conclusion": "rule_out:apart"})

    with system_scope("test"):
        states = [Contact.objects.get(pk=row.pk).state for row in rows]
    assert states == ["confirmed", "ruled_out"]


def test_a_call_without_an_outcome_is_asked_for_it(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])

    answer = signed_in(tracer).post(f"/calls/{person.id}/", {"note": "?"})

    assert answer.status_code == 422
    with system_scope("test"):
        assert not Call.objects.filter(person=person).exists()


def test_after_writing_down_the_next_person_comes(
    unit: Unit, tracer: Principal, case: Case
) -> None:
    first, second = telephones.people(2, unit)
    telephones.around(case, [first], Met(minutes=90))
    telephones.around(case, [second], Met(minutes=10))
    client = signed_in(tracer)
    begun = client.post("/calls/next/")
    assert begun.url == f"/calls/{first.id}/"

    on = client.post(begun.url, {"outcome": "busy", "next": "1"})
    end = client.post(on.url, {"outcome": "reached", "next": "1"})

    assert on.url == f"/calls/{second.id}/"
    assert end.url == "/calls/"


@pytest.mark.parametrize("language", sorted(languages()))
def test_the_script_names_neither_case_nor_place(
    unit: Unit, tracer: Principal, case: Case, language: str
) -> None:
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])
    page = signed_in(tracer).get(f"/calls/{person.id}/?lang={language}").content.decode()
    said = page.split('class="script"')[1].split("</ol>")[0]

    assert case.number not in said
    assert "F0" not in said
    assert "Nhà máy" not in said
    assert tracer.name in said


def test_every_step_is_there_in_every_language() -> None:
    places = dict.fromkeys(("officer", "unit", "person", "date", "station"), "x")

    steps = {code: script(code, "vi", places) for code in languages()}

    assert {"vi", "en"} <= steps.keys()
    assert {len(found) for found in steps.values()} == {len(steps["vi"])}
    assert all(step.words.strip() for found in steps.values() for step in found)


def test_a_station_calls_the_contacts_of_its_own_commune(unit: Unit, tracer: Principal) -> None:
    other = Unit(communes_of(unit.province)[1].id, unit.province)
    own_case, far_case = telephones.case_in(unit), telephones.case_in(other)
    mine, far = telephones.people(2, unit)
    telephones.around(own_case, [mine])
    telephones.around(far_case, [far])
    station = cast.of_commune(Role.STATION_OFFICER, unit.commune)

    assert [line.person for line in queue(station)] == [mine.id]
    log(station, mine.id, Outcome.BUSY)
    assert {line.last_outcome for line in queue(tracer) if line.person == mine.id} == {"busy"}
    with scoped(station, "calling"):
        assert not Call.objects.filter(person=far).exists()
        with pytest.raises(Refused):
            calling.log_call(persons=[far.id], outcome=Outcome.BUSY, by=station)


def test_another_province_sees_no_call(unit: Unit, tracer: Principal, case: Case) -> None:
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])
    log(tracer, person.id, Outcome.BUSY)
    stranger = cast.of_province(Role.TRACER, Unit.of(outbreak.ABROAD_CODE).province)

    with scoped(stranger, "calling"):
        assert not Call.objects.filter(person=person).exists()
        assert not CallTurn.objects.filter(person=person).exists()
    assert signed_in(stranger).get(f"/calls/{person.id}/").status_code == 404
