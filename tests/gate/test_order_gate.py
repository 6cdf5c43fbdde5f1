"""A gate and an order: before anybody signed, while somebody is held, signed, and ended."""

from datetime import timedelta

import pytest

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.gate import passes, selectors
from lachan.gate.orders import order_facts
from lachan.isolation import tasks
from lachan.people.models import Person
from lachan.people.selectors import card_of, trace_ids_of
from tests.factories import cast, orders
from tests.factories.gates import somewhere


def at_the_gate(person: Person) -> str:
    """What the rulebook says to a guard at this minute."""
    guard = cast.of_organisation(Role.GATE_CONTROLLER)
    with system_scope("test"):
        trace_id = trace_ids_of([person.id])[person.id]
    with scoped(guard, "gate"):
        guest = selectors.shown(trace_id, [])
        assert guest is not None
        _colour, decision = selectors.colour_of(guest, now(), somewhere())
    return decision.outcome


@pytest.fixture
def person(database: str) -> Person:
    return orders.resident()


def test_who_is_held_for_the_signer_is_asked_to_wait(person: Person) -> None:
    with orders.at(orders.evening()):
        assert at_the_gate(person) == "not_declared"
        orders.proposed(person, now())

        assert at_the_gate(person) == "held"


def test_the_hour_a_holding_ends_the_gate_is_free_though_no_worker_came(person: Person) -> None:
    found = orders.evening()
    with orders.at(found):
        orders.proposed(person, found)
        assert at_the_gate(person) == "held"
    with orders.at(found + timedelta(hours=3)):
        assert at_the_gate(person) == "not_declared"
        tasks.end_holdings()
        assert at_the_gate(person) == "not_declared"


def test_a_signed_order_holds_at_the_gate_and_on_the_own_pass(person: Person) -> None:
    found = orders.evening()
    with orders.at(found):
        order = orders.proposed(person, found)
        station = cast.of_commune(Role.STATION_OFFICER, person.commune)
        chairman = cast.of_commune(Role.COMMUNE_CHAIRMAN, person.commune)
        orders.signed(orders.listed([order], station), chairman)
        outcome = at_the_gate(person)
        citizen = cast.citizen(person.id)
        with scoped(citizen, "pass"):
            card = card_of(person.id)
            assert card is not None
            facts = passes.facts_of(card, now())

    assert outcome in {"under_order", "under_order_open"}
    assert facts["duty"] in {"isolation", "isolation_open"}


def test_somebody_without_work_at_a_gate_learns_nothing_of_an_order(person: Person) -> None:
    with orders.at(orders.evening()):
        orders.proposed(person, now())
        with system_scope("test"):
            trace_id = trace_ids_of([person.id])[person.id]
        for stranger in (cast.outsider(), cast.citizen(), cast.of_organisation(Role.SAMPLER)):
            with scoped(stranger, "gate"):
                assert order_facts(trace_id, now()) == {}
