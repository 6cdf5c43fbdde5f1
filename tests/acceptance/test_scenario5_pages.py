"""Scenario 5 as the pages and the app role's SQL show it: who sees whom, and what climbs.

The people and where they live come from the story's world; the clock is wound to 03:00 and on.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from lachan.core import clock
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import looks_at
from lachan.tracing import handover, inbox, services, tasks
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt
from tests.acceptance.told import Told
from tests.factories import cast

pytestmark = pytest.mark.slow

#: The scenario's own figures.
SENT, ACCEPTED, RETURNED, UNANSWERED, COMMUNES = 68, 61, 5, 2, 14


@dataclass
class Night:
    """What was sent, and who answers for each commune."""

    case: Case
    tracer: Principal
    other_tracer: Principal
    stations: dict[int, Principal]
    homes: dict[UUID, int]
    silent: set[UUID] = field(default_factory=set)
    returned: set[UUID] = field(default_factory=set)

    def people_of(self, commune: int) -> set[UUID]:
        """Who lives there."""
        return {person for person, home in self.homes.items() if home == commune}


def browser(principal: Principal) -> Client:
    """Somebody's browser, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


def seen_by_sql(principal: Principal) -> Counter[tuple[UUID, int]]:
    """What the app role's own statement finds under somebody's scope."""
    with scoped(principal, "handover"), connections["default"].cursor() as cursor:
        cursor.execute("select person_id, commune from tracing_handover")
        return Counter((row[0], row[1]) for row in cursor.fetchall())


def seen_by_api(principal: Principal) -> set[UUID]:
    """Whom a program of somebody reads, page by page."""
    found: set[UUID] = set()
    query = ""
    while True:
        answer = browser(principal).get(f"/api/tracing/handovers/{query}").json()
        rows = [UUID(row["id"]) for row in answer["rows"]]
        with scoped(principal, "handover"):
            found |= set(Handover.objects.filter(pk__in=rows).values_list("person", flat=True))
        query = answer["next"]
        if not query:
            return found


@pytest.fixture(scope="module")
def night(told: Told) -> Iterator[Night]:
    """All 68 are confirmed and handed over at 03:00."""
    before = clock._wound
    factory_case = told.released(told.world.planted.f0)
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        rows = list(Contact.objects.filter(case=factory_case).values_list("id", flat=True))
        services.decide(contacts=rows, state=Contact.State.CONFIRMED, by=tracer)
        assert handover.send(case=factory_case, contacts=rows, by=tracer) == SENT
    with system_scope("test"):
        homes = dict(
            Person.objects.filter(pk__in=told.persons(told.world.contacts_of_f0())).values_list(
                "id", "commune"
            )
        )
    stations = {
        commune: cast.of_commune(Role.STATION_OFFICER, commune) for commune in set(homes.values())
    }
    yield Night(factory_case, tracer, told.cast["tracer2"], stations, homes)
    clock.wind(before)


def test_each_commune_sees_exactly_its_people_and_never_the_case(night: Night) -> None:
    assert len(night.stations) == COMMUNES
    with system_scope("test"):
        case_name = inbox.cards_of([night.case.person_id])[night.case.person_id].name
    seen: Counter[UUID] = Counter()
    for commune, station in night.stations.items():
        found = seen_by_sql(station)
        assert set(found) == {(person, commune) for person in night.people_of(commune)}
        seen.update(person for person, _commune in found)
        page = browser(station).get("/handovers/").content.decode()
        assert page.count("/accept/") - 1 == len(night.people_of(commune))
        assert night.case.number not in page
        assert seen_by_api(station) == night.people_of(commune)
        if commune != night.case.commune:
            assert case_name not in page
            with scoped(station, "handover"):
                assert not Case.objects.filter(pk=night.case.pk).exists()
                assert not Contact.objects.filter(case=night.case).exists()
    assert sum(seen.values()) == SENT
    assert set(seen.values()) == {1}


def test_a_tracer_of_the_other_province_sees_only_his_own(night: Night) -> None:
    with scoped(night.other_tracer, "handover"):
        province = night.other_tracer.province
        assert set(Handover.objects.values_list("province", flat=True)) == {province}
        assert not HandoverReceipt.objects.exists()
        assert not Contact.objects.filter(case=night.case).exists()
    own = {commune for _person, commune in seen_by_sql(night.other_tracer)}
    page = browser(night.other_tracer).get("/handovers/").content.decode()
    assert page.count("/return/") == sum(len(night.people_of(commune)) for commune in own)
    assert browser(night.other_tracer).get(f"/tracing/{night.case.id}/").status_code == 404
    assert browser(night.other_tracer).get("/handovers/sent/").content.decode().count("<tr>") == 0


def test_sixty_one_are_accepted_and_five_returned(night: Night) -> None:
    abroad = sorted(person for person, _home in seen_by_sql(night.other_tracer))
    night.silent = set(abroad[:UNANSWERED])
    for station in night.stations.values():
        with scoped(station, "handover"):
            rows = list(Handover.objects.order_by("id"))
        rows = [row for row in rows if row.person_id not in night.silent]
        back = rows[: RETURNED - len(night.returned)] if len(rows) > 1 else []
        for row in back:
            answer = browser(station).post(
                f"/handovers/{row.id}/return/", {"reason": "not_at_address"}
            )
            assert answer.status_code == 302
            night.returned.add(row.person_id)
        for row in rows[len(back) :]:
            assert browser(station).post(f"/handovers/{row.id}/accept/").status_code == 302
    tasks.tell_senders()

    with scoped(night.tracer, "handover"):
        states = Counter(
            HandoverReceipt.objects.filter(contact__case=night.case).values_list("state", flat=True)
        )
    assert states == {"accepted": ACCEPTED, "returned": RETURNED, "sent": UNANSWERED}
    page = browser(night.tracer).get("/handovers/sent/?state=returned").content.decode()
    assert page.count("Not at this address") == RETURNED
    assert page.count("/handovers/again/") == RETURNED


def test_two_unanswered_stand_before_both_cdcs_after_two_hours(night: Night) -> None:
    tasks.climb_overdue()
    with scoped(night.tracer, "handover"):
        assert inbox.climbed(night.tracer) == []
    clock.wind(clock._wound + timedelta(hours=2, minutes=1))

    assert tasks.climb_overdue() == UNANSWERED
    assert tasks.climb_overdue() == 0

    late = Counter(night.homes[person] for person in night.silent)
    for side, ours in ((night.tracer, True), (night.other_tracer, False)):
        with scoped(side, "handover"):
            found = inbox.climbed(side)
        assert {one.commune_id: one.people for one in found} == late
        assert {one.ours for one in found} == {ours}
        page = browser(side).get("/tracing/").content.decode()
        assert "Hand-overs nobody answered in time" in page
        assert all(one.commune in page for one in found)


def test_each_persons_log_shows_who_looked(night: Night) -> None:
    for person, home in night.homes.items():
        himself = cast.citizen(person)
        with scoped(himself, "looks"):
            looked = {look.by_account for look in looks_at([person])}
        assert night.stations[home].account in looked
        others = {station.account for station in night.stations.values()} - {
            night.stations[home].account
        }
        assert not looked & others
