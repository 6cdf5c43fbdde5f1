"""Tracing asks the stations to sample: confirmed contacts where they stay, a zone's households."""

from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core.clock import now, today
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.services import register_organisation
from lachan.rulebook.services import load_shipped_rules
from lachan.sampling.models import SampleRequest
from lachan.tracing.models import Case, Contact, Zone, ZoneDecision, ZonePart, ZoneRound
from tests.factories import cast, houses, outbreak, telephones
from tests.factories.outbreak import Unit
from tests.sampling.people_at_the_table import browser


@pytest.fixture(scope="module")
def here(database: str) -> Unit:
    return Unit.of(outbreak.HERE_CODE)


@pytest.fixture(scope="module")
def station(here: Unit) -> UUID:
    """The health station to which people of the commune go."""
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        made = register_organisation(kind="station", name="Trạm Y tế", commune=here.commune, by=by)
    return made.id


@pytest.fixture
def case(here: Unit, station: UUID) -> Case:
    return telephones.case_in(here)


def contact(case: Case, here: Unit, state: str) -> Contact:
    """Somebody who met the case."""
    [person] = telephones.people(1, here)
    [row] = telephones.around(case, [person])
    with system_scope("test"):
        Contact.objects.filter(pk=row.pk).update(state=state)
    return row


def ask(case: Case, *rows: Contact) -> int:
    """The tracer presses the button on the case's page."""
    tracer = browser(cast.of_province(Role.TRACER, case.province))
    answer = tracer.post(
        f"/tracing/{case.id}/decide/",
        {"act": "request_samples", "contacts": [str(row.id) for row in rows]},
    )
    return answer.status_code


def requests(source_id: UUID) -> list[SampleRequest]:
    """What was asked for one cause."""
    with system_scope("test"):
        return list(SampleRequest.objects.filter(source_id=source_id))


def test_the_station_of_present_stay_is_asked_to_sample_a_confirmed_contact(
    case: Case, here: Unit, station: UUID
) -> None:
    row = contact(case, here, "confirmed")
    assert ask(case, row) == 302
    [request] = requests(row.id)
    assert (request.source, request.reason, request.commune) == ("contact", "contact", here.commune)
    assert request.organisation == station
    assert request.due_at is not None
    assert request.due_at > now()


def test_asked_twice_there_is_one_request(case: Case, here: Unit) -> None:
    row = contact(case, here, "confirmed")
    ask(case, row)
    ask(case, row)
    assert len(requests(row.id)) == 1


def test_nobody_is_sampled_whom_no_human_confirmed(case: Case, here: Unit) -> None:
    row = contact(case, here, "to_verify")
    assert ask(case, row) == 422
    assert requests(row.id) == []


def zone_round(here: Unit) -> tuple[ZoneRound, Principal, list[UUID]]:
    """A round of a decided zone of one house with a family of three."""
    chairman = cast.of_commune(Role.STATION_OFFICER, here.commune)
    _lane, [house, other] = houses.lane(f"Ngõ {now():%f}", here, 2)
    family = houses.family(house, here, 3)
    houses.family(other, here, 2)
    where = {"commune": here.commune, "province": here.province}
    with scoped(chairman, "zone"):
        zone = Zone.objects.create(
            name="Ngõ",
            cases=[],
            disease="covid-19",
            share=90,
            kind="houses",
            made_at=now(),
            made_by=chairman.account,
            made_by_name=chairman.name,
            **where,
        )
        decision = ZoneDecision.objects.create(
            zone=zone, area="số 1", people=3, households=1, businesses=0, residents=9, **where
        )
        ZonePart.objects.create(
            decision=decision, dwelling=house, from_at=now() - timedelta(hours=1), **where
        )
        made = ZoneRound.objects.create(
            decision=decision,
            number=1,
            planned_on=today(),
            made_at=now(),
            made_by=chairman.account,
            **where,
        )
    return made, chairman, [person.id for person in family]


def test_the_households_of_a_zone_are_sampled_round_by_round(here: Unit, station: UUID) -> None:
    made, officer, family = zone_round(here)
    address = f"/zones/decisions/{made.decision_id}/rounds/{made.id}/ask/"
    assert browser(officer).post(address).status_code == 302
    asked = requests(made.id)
    assert {row.person_id for row in asked} == set(family)
    assert {(row.source, row.reason, row.organisation) for row in asked} == {
        ("zone", "zone", station)
    }
    browser(officer).post(address)
    assert len(requests(made.id)) == 3
    page = browser(officer).get(f"/zones/decisions/{made.decision_id}/rounds/").content.decode()
    assert "round 1" in page


def test_a_station_elsewhere_asks_nobody(here: Unit, station: UUID) -> None:
    made, _officer, _family = zone_round(here)
    elsewhere = cast.of_commune(Role.STATION_OFFICER, Unit.of(outbreak.NEXT_CODE).commune)
    address = f"/zones/decisions/{made.decision_id}/rounds/{made.id}/ask/"
    assert browser(elsewhere).post(address).status_code == 404
    assert requests(made.id) == []
