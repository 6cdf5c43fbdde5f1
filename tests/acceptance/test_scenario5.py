"""Scenario 5: the 68 of the factory go to fourteen communes of two provinces, and answers come."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import looks_at
from lachan.tracing import handover, inbox, services, tasks
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt
from tests.acceptance.told import Told, people_of
from tests.factories import cast

pytestmark = pytest.mark.slow

Return = Handover.Return


@pytest.fixture(scope="module")
def sent(told: Told) -> Case:
    """The tracer confirms the 68 and hands them over."""
    case = told.released(told.world.planted.f0)
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        rows = list(Contact.objects.filter(case=case).values_list("id", flat=True))
        services.decide(contacts=rows, state=Contact.State.CONFIRMED, by=tracer)
        assert handover.send(case=case, contacts=rows, by=tracer) == len(rows)
    return case


@pytest.fixture(scope="module")
def homes(told: Told, sent: Case) -> dict[int, set[UUID]]:
    """Which commune each of the 68 lives in, as the database numbers communes."""
    with system_scope("test"):
        of = dict(Person.objects.values_list("id", "commune"))
    found: defaultdict[int, set[UUID]] = defaultdict(set)
    for person in told.persons(told.world.contacts_of_f0()):
        found[of[person]].add(person)
    return dict(found)


def stations(communes: Iterable[int]) -> dict[int, Principal]:
    """An officer of the station of each commune."""
    return {commune: cast.of_commune(Role.STATION_OFFICER, commune) for commune in communes}


def test_each_commune_sees_exactly_its_people(
    told: Told, sent: Case, homes: dict[int, set[UUID]]
) -> None:
    seen: list[UUID] = []
    for commune, station in stations(homes).items():
        with scoped(station, "handover"):
            rows = inbox.rows_of(inbox.came(inbox.AskedInbox()))
            assert {row.handover.person_id for row in rows} == homes[commune]
            assert all(row.card is not None and row.card.name for row in rows)
            own = commune == sent.commune
            assert Case.objects.filter(pk=sent.pk).exists() == own
            assert Contact.objects.filter(case=sent).exists() == own
        seen += [row.handover.person_id for row in rows]

    assert len(homes) == 14
    assert len(seen) == len(set(seen)) == 68


def test_no_commune_but_the_patients_own_sees_the_patient(
    told: Told, sent: Case, homes: dict[int, set[UUID]]
) -> None:
    for commune, station in stations(homes).items():
        with scoped(station, "handover"):
            seen = set(inbox.came(inbox.AskedInbox()).values_list("person", flat=True))
            there = Person.objects.filter(pk=sent.person_id).exists()
        assert sent.person_id not in seen
        assert there == (commune == sent.commune)


def test_the_other_province_sees_only_those_who_live_there(told: Told, sent: Case) -> None:
    with system_scope("test"):
        abroad = set(Handover.objects.exclude(province=sent.province).values_list("id", flat=True))
    with scoped(told.cast["tracer2"], "handover"):
        there = set(Handover.objects.values_list("id", flat=True))
        rows = Contact.objects.count(), Case.objects.count()

    assert there == abroad
    assert 0 < len(abroad) < 68
    assert rows == (0, 0)


def test_nor_by_the_pages_nor_by_sql(told: Told, sent: Case) -> None:
    tracer = told.cast["tracer2"]
    browser = Client(SERVER_NAME="localhost")
    browser.cookies["lachan"] = tracer.secret
    with scoped(tracer, "handover"), connections["default"].cursor() as cursor:
        cursor.execute(
            "select count(*) from tracing_contact where case_id = %s"
            " union all select count(*) from tracing_case where id = %s",
            [sent.id, sent.id],
        )
        counts = [row[0] for row in cursor.fetchall()]

    assert browser.get(f"/tracing/{sent.id}/").status_code == 404
    assert browser.get(f"/tracing/{sent.id}/contacts.csv").status_code == 404
    assert sent.number not in browser.get("/tracing/").text
    assert counts == [0, 0]


@pytest.fixture(scope="module")
def answered(told: Told, sent: Case, homes: dict[int, set[UUID]]) -> Case:
    """The stations answer as the story plans it."""
    planned = told.world.planted.handover
    for commune, station in stations(homes).items():
        with scoped(station, "handover"):
            for row in list(Handover.objects.filter(commune=commune)):
                answer = planned[told.index_of[row.person_id]]
                if answer == "accepted":
                    handover.accept(row, by=station)
                elif answer == "returned":
                    handover.give_back(row, reason=Return.NOT_AT_ADDRESS, by=station)
    tasks.tell_senders()
    return sent


def test_61_are_accepted_5_returned_and_2_not_answered(told: Told, answered: Case) -> None:
    planned = list(told.world.planted.handover.values())
    with scoped(told.cast["tracer"], "handover"):
        states = list(
            HandoverReceipt.objects.filter(contact__case=answered).values_list("state", flat=True)
        )
        reasons = set(
            HandoverReceipt.objects.filter(
                contact__case=answered, state=Handover.State.RETURNED
            ).values_list("returned_for", flat=True)
        )

    told_us = [states.count(state) for state in ("accepted", "returned", "sent")]
    assert told_us == [planned.count(each) for each in ("accepted", "returned", "unanswered")]
    assert told_us == [61, 5, 2]
    assert reasons == {"not_at_address"}


def test_whoever_came_back_is_the_senders_again(told: Told, answered: Case) -> None:
    planned = told.world.planted.handover
    returned = {index for index, answer in planned.items() if answer == "returned"}

    assert people_of(answered, state=Contact.State.CONFIRMED) == told.persons(returned)
    assert len(people_of(answered, state=Contact.State.HANDED_OVER)) == 63


def test_after_two_hours_the_unanswered_stand_before_both_cdcs(told: Told, answered: Case) -> None:
    planned = told.world.planted.handover
    waiting = told.persons({n for n, answer in planned.items() if answer == "unanswered"})
    assert tasks.climb_overdue() == 0
    told.wind(timedelta(hours=2, minutes=1))
    assert tasks.climb_overdue() == 2

    with system_scope("test"):
        late = dict(Handover.objects.exclude(climbed_at=None).values_list("person", "province"))
    assert set(late) == waiting
    assert len(set(late.values())) == 2
    senders, receivers = told.cast["tracer"], told.cast["tracer2"]
    with scoped(senders, "handover"):
        assert sum(row.people for row in inbox.climbed(senders) if row.ours) == 2
    with scoped(receivers, "handover"):
        assert [row.people for row in inbox.climbed(receivers)] == [1]
        assert not any(row.ours for row in inbox.climbed(receivers))


def test_the_access_log_of_each_says_who_looked(
    told: Told, answered: Case, homes: dict[int, set[UUID]]
) -> None:
    commune, people = next(iter(homes.items()))
    station = cast.of_commune(Role.STATION_OFFICER, commune)
    browser = Client(SERVER_NAME="localhost")
    browser.cookies["lachan"] = station.secret
    assert browser.get("/handovers/").status_code == 200
    for person in people:
        with scoped(cast.citizen(person), "my looks"):
            looks = {(look.by_name, look.what) for look in looks_at([person])}
        assert (station.name, "handover") in looks
