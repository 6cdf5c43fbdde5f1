"""Lockdown modes: a signed decision changes which tasks exist, and changes no row."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.places.selectors import communes_of
from lachan.tracing import call_queue, calling, modes
from lachan.tracing.call_queue import Asked
from lachan.tracing.calls import Outcome
from lachan.tracing.handovers import Kind
from lachan.tracing.lockdown import CommuneMode, Mode
from lachan.tracing.models import Case, Contact, ContactGroup, HandoverReceipt
from tests.factories import cast, outbreak, telephones
from tests.factories.outbreak import Unit
from tests.factories.telephones import Met


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
def director(unit: Unit) -> Principal:
    return cast.of_province(Role.DIRECTOR, unit.province)


@pytest.fixture
def station(unit: Unit) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, unit.commune)


def decide(unit: Unit, mode: Mode, by: Principal, **more: object) -> CommuneMode:
    with scoped(by, "modes"):
        told = {"since": now(), "document": "12/QĐ-UBND", "signer": "Chủ tịch", **more}
        return modes.set_mode(commune=unit.commune, mode=mode, by=by, **told)


def mode_now(unit: Unit, by: Principal) -> Mode:
    with scoped(by, "modes"):
        return modes.mode_of(unit.commune)


def people_around(case: Case, unit: Unit) -> dict[str, Person]:
    """One F1 of the household, one of the line, one met elsewhere, and an F2."""
    home, work, street, beyond = telephones.people(4, unit)
    telephones.around(case, [home], Met(source="household"))
    [mate] = telephones.around(case, [work])
    telephones.around(case, [street])
    telephones.around(case, [beyond], Met(via=work.id))
    with system_scope("test"):
        line = ContactGroup.objects.create(
            case=case,
            name="Chuyền 7",
            kind="line",
            made_at=now(),
            made_by=case.person_id,
            commune=case.commune,
            province=case.province,
        )
        Contact.objects.filter(pk=mate.pk).update(group=line)
    return {"home": home, "work": work, "street": street, "beyond": beyond}


def called(by: Principal, people: dict[str, Person]) -> set[str]:
    with scoped(by, "calling"):
        there = {line.person for line in call_queue.lines(Asked())[0:100]}
    return {name for name, person in people.items() if person.id in there}


@pytest.mark.parametrize(
    ("mode", "left"),
    [
        (Mode.FULL, {"home", "work", "street", "beyond"}),
        (Mode.HOUSEHOLD_WORK, {"home", "work"}),
        (Mode.HOUSEHOLD_ZONE, {"home"}),
        (Mode.SEVERE, set()),
    ],
)
def test_the_queue_has_only_the_tasks_of_the_mode(
    unit: Unit, director: Principal, station: Principal, mode: Mode, left: set[str]
) -> None:
    people = people_around(telephones.case_in(unit), unit)
    assert called(station, people) == set(people)

    if mode != Mode.FULL:
        decide(unit, mode, director)

    assert called(station, people) == left


def test_rows_stay_and_come_back_with_the_mode(
    unit: Unit, director: Principal, station: Principal
) -> None:
    case = telephones.case_in(unit)
    people = people_around(case, unit)
    decide(unit, Mode.SEVERE, director)
    assert called(station, people) == set()
    with system_scope("test"):
        assert Contact.objects.filter(case=case, state="to_verify").count() == 4

    decide(unit, Mode.FULL, director)

    assert called(station, people) == set(people)


def test_another_commune_goes_on_as_before(
    unit: Unit, director: Principal, communes: Iterator[Unit]
) -> None:
    other = next(communes)
    neighbour = cast.of_commune(Role.STATION_OFFICER, other.commune)
    people = people_around(telephones.case_in(other), other)
    decide(unit, Mode.SEVERE, director)

    assert called(neighbour, people) == set(people)


def test_a_mode_begins_at_its_minute(unit: Unit, director: Principal) -> None:
    decide(unit, Mode.SEVERE, director, since=now() + timedelta(hours=6))

    assert mode_now(unit, director) == Mode.FULL
    with scoped(director, "modes"):
        assert modes.mode_of(unit.commune, now() + timedelta(hours=7)) == Mode.SEVERE


def test_nobody_is_sent_to_a_house_where_the_mode_knows_no_visits(
    unit: Unit, director: Principal
) -> None:
    case = telephones.case_in(unit)
    [person] = telephones.people(1, unit)
    telephones.around(case, [person])
    decide(unit, Mode.SEVERE, director)
    with scoped(director, "calling"):
        calling.log_call(persons=[person.id], outcome=Outcome.WRONG_NUMBER, by=director)

    with scoped(director, "calling"):
        assert not HandoverReceipt.objects.filter(person=person, kind=Kind.VISIT).exists()


@pytest.mark.parametrize(
    "who",
    ["chairman_of_another", "director_of_another", "tracer", "station"],
)
def test_only_the_chairman_or_the_director_decides(unit: Unit, who: str) -> None:
    abroad = Unit.of(outbreak.ABROAD_CODE)
    stranger = {
        "chairman_of_another": cast.of_commune(Role.COMMUNE_CHAIRMAN, abroad.commune),
        "director_of_another": cast.of_province(Role.DIRECTOR, abroad.province),
        "tracer": cast.of_province(Role.TRACER, unit.province),
        "station": cast.of_commune(Role.STATION_OFFICER, unit.commune),
    }[who]

    with pytest.raises(Refused) as refusal:
        decide(unit, Mode.SEVERE, stranger)

    assert refusal.value.code == "mode_not_yours"


@pytest.mark.parametrize("missing", ["document", "signer"])
def test_a_decision_names_its_paper_and_who_signed(
    unit: Unit, director: Principal, missing: str
) -> None:
    with pytest.raises(Refused) as refusal:
        decide(unit, Mode.SEVERE, director, **{missing: " "})

    assert refusal.value.code == "mode_needs_document"


def test_the_same_mode_twice_is_refused(unit: Unit, director: Principal) -> None:
    with pytest.raises(Refused) as refusal:
        decide(unit, Mode.FULL, director)

    assert refusal.value.code == "mode_already"


def test_the_chairman_decides_by_a_form_and_everybody_sees_it(unit: Unit) -> None:
    chairman = signed_in(cast.of_commune(Role.COMMUNE_CHAIRMAN, unit.commune))
    begins = (now() - timedelta(minutes=1)).astimezone(OFFSET).strftime("%Y-%m-%dT%H:%M")
    form = {"mode": "household_zone", "begins": begins, "document": "3/QĐ-UBND", "signer": "Ông A"}
    assert chairman.post("/modes/set/", {**form, "document": ""}).status_code == 422

    assert chairman.post("/modes/set/", form).status_code == 302

    page = chairman.get("/modes/").content.decode()
    assert "Households and zones only" in page
    assert "3/QĐ-UBND" in page
    board = signed_in(cast.of_province(Role.TRACER, unit.province)).get("/tracing/")
    assert "Communes that do not follow everybody" in board.content.decode()
    case = telephones.case_in(unit)
    station = signed_in(cast.of_commune(Role.STATION_OFFICER, unit.commune))
    assert "3/QĐ-UBND" in station.get(f"/tracing/{case.id}/").content.decode()


def test_a_commune_does_not_see_anothers_decisions(
    unit: Unit, director: Principal, communes: Iterator[Unit]
) -> None:
    decide(unit, Mode.SEVERE, director)
    other = cast.of_commune(Role.STATION_OFFICER, next(communes).commune)

    with scoped(other, "modes"):
        assert not CommuneMode.objects.filter(commune=unit.commune).exists()
