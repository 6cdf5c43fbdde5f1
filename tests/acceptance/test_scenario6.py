"""Scenario 6: the clocks of an order in a group A disease, and no order in a group B disease."""

from datetime import datetime
from uuid import UUID

import pytest
from django.utils import translation

from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.scope import SYSTEM_ACCOUNT, scoped, system_scope
from lachan.isolation import deciding, selectors, services
from lachan.isolation.models import Advice, Holding, Order
from lachan.isolation.tasks import end_holdings
from lachan.notices.models import Notice
from lachan.tracing import measures, tasks
from lachan.tracing import services as tracing
from lachan.tracing.models import Case, Contact
from tests.acceptance.told import Told, people_of
from tests.factories.orders import paper

pytestmark = pytest.mark.slow


def confirmed(told: Told, case: Case) -> list[UUID]:
    """The tracer confirms whoever the record names."""
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        rows = list(Contact.objects.filter(case=case).values_list("id", flat=True))
        tracing.decide(contacts=rows, state=Contact.State.CONFIRMED, by=tracer)
    return rows


@pytest.fixture(scope="module")
def case_a(told: Told) -> Case:
    """Contacts of the group A patient, found at 22:00 of day 6 and proposed in that minute."""
    told.wind_to(told.world.at(6, 21, 40))
    case = told.released(told.scenes.group_a.f0)
    told.wind_to(told.world.at(6, 22))
    rows = confirmed(told, case)
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        measures.propose(case=case, measure="isolate_home", contacts=rows, by=tracer)
    tasks.write_measures()
    return case


@pytest.fixture(scope="module")
def orders(told: Told, case_a: Case) -> dict[int, Order]:
    """The order of each contact, by person of the world."""
    with system_scope("test"):
        found = Order.objects.filter(person__in=told.persons(set(told.scenes.group_a.contacts)))
        return {told.index_of[order.person_id]: order for order in found}


@pytest.fixture(scope="module")
def signed(told: Told, orders: dict[int, Order]) -> dict[int, Order]:
    """The station lists all of them; the chairman signs at 00:50 for all but the guest."""
    told.wind_to(told.world.at(6, 23, 55))
    station, chairman = told.cast["station"], told.cast["chairman"]
    with scoped(station, "list"):
        [listing] = services.list_orders(orders=[row.id for row in orders.values()], by=station)
    told.wind_to(told.world.at(7, 0, 50))
    chairman = told.cast["chairman"]
    family = [row.id for person, row in orders.items() if person != told.scenes.group_a.foreigner]
    with scoped(chairman, "sign"):
        deciding.record(listing=listing, orders=family, paper=paper(), by=chairman)
    told.wind_to(told.world.at(7, 1, 3))
    end_holdings()
    with system_scope("test"):
        again = Order.objects.select_related("signed")
        return {person: again.get(pk=row.pk) for person, row in orders.items()}


@pytest.fixture(scope="module")
def case_b(told: Told, signed: dict[int, Order]) -> Case:
    """The group B patient's contacts, confirmed later in the night."""
    case = told.released(told.scenes.group_b.f0)
    confirmed(told, case)
    return case


def clock(moment: datetime | None) -> str:
    """Hour and minute, as an order's page shows them."""
    assert moment is not None
    return moment.astimezone(OFFSET).strftime("%H:%M")


def test_household_and_office_are_found(told: Told, case_a: Case, orders: dict[int, Order]) -> None:
    patient = told.scenes.group_a
    seen = told.twin_answers(case_a, patient.f0)

    assert seen.close == {patient.foreigner}
    assert people_of(case_a) == told.persons(set(patient.contacts))
    assert set(orders) == set(patient.contacts)


def test_found_at_ten_the_list_is_due_at_midnight_and_the_decision_at_one(
    orders: dict[int, Order],
) -> None:
    for order in orders.values():
        with system_scope("test"):
            lapses = Holding.objects.get(order=order).lapses_at
        assert clock(order.found_at) == "22:00"
        assert (clock(order.list_due), clock(order.decision_due)) == ("00:00", "01:00")
        assert clock(lapses) == "01:00"


def test_a_guest_from_abroad_adds_the_consular_notice(told: Told, orders: dict[int, Order]) -> None:
    with system_scope("test"):
        consular = {person for person, row in orders.items() if "consular" in told_whom(row)}

    assert consular == {told.scenes.group_a.foreigner}


def told_whom(order: Order) -> tuple[str, ...]:
    """Who must be told of a decision."""
    return selectors.whom_of(order)


def test_signed_at_ten_to_one_the_notices_are_due_at_ten_to_four(
    told: Told, signed: dict[int, Order]
) -> None:
    family = [row for person, row in signed.items() if person != told.scenes.group_a.foreigner]
    with system_scope("test"):
        answers = selectors.answers_of(family)

    assert len(family) == 2
    for order in family:
        answer = answers[order.id]
        assert order.state == Order.State.DECIDED
        assert order.signed is not None
        assert order.signed.number
        assert clock(order.notice_due) == "03:50"
        assert answer.form == "Mẫu số 02 Phụ lục IV"
        assert "Điều 15 Nghị định 165/2026/NĐ-CP" in answer.article
        assert answer.signer == "commune_chairman"


def test_where_nobody_signed_the_holding_ended_at_one_and_the_person_was_told(
    told: Told, signed: dict[int, Order]
) -> None:
    guest = told.scenes.group_a.foreigner
    assert guest is not None
    order = signed[guest]
    with system_scope("test"):
        holding = Holding.objects.get(order=order)
        message = Notice.objects.get(person=told.person(guest), kind="holding_ended")

    assert order.state == Order.State.LAPSED
    assert (clock(holding.ended_at), holding.ended_by) == ("01:00", Holding.End.LAPSED)
    assert (message.state, message.approved_by) == (Notice.State.APPROVED, SYSTEM_ACCOUNT)


def test_the_failure_stands_on_the_morning_board(told: Told, signed: dict[int, Order]) -> None:
    for slug in ("station", "chairman"):
        with scoped(told.cast[slug], "board"):
            lapsed = selectors.lapsed_since(now() - selectors.MORNING)
            assert {row.order.person_id for row in lapsed} == {
                told.person(person)
                for person, order in signed.items()
                if order.state == Order.State.LAPSED
            }


def test_of_a_group_b_patient_nobody_gets_an_order_but_the_article_and_advice(
    told: Told, case_b: Case
) -> None:
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        rows = [row.id for row in measures.confirmed_of(case_b, "contact")]
        ruling = next(
            each
            for each in measures.rulings(case_b, now(), ["contact"])
            if each.measure == "isolate_home"
        )
    with (
        translation.override("vi"),
        pytest.raises(Refused) as refused,
        scoped(tracer, "tracing"),
    ):
        measures.propose(case=case_b, measure="isolate_home", contacts=rows, by=tracer)
    with scoped(tracer, "tracing"):
        measures.advise(case=case_b, measure="isolate_home", contacts=rows, by=tracer)
    tasks.write_measures()
    persons = told.persons(set(told.scenes.group_b.contacts))
    with system_scope("test"):
        assert not Order.objects.filter(person__in=persons).exists()
        advised = set(Advice.objects.filter(person__in=persons).values_list("person", flat=True))

    assert not ruling.answer.allowed
    assert ruling.answer.article
    assert ruling.answer.article in refused.value.message
    assert advised == persons


def test_the_same_case_in_2021_gives_another_duty_with_its_own_article(
    told: Told, case_b: Case
) -> None:
    then = datetime(2021, 8, 15, 2, 10, tzinfo=OFFSET)
    with scoped(told.cast["tracer"], "tracing"):
        answers = [
            {(row.measure): row.answer for row in measures.rulings(case_b, at, ["contact"])}
            for at in (then, now())
        ]

    outcomes = [{measure: each.outcome for measure, each in found.items()} for found in answers]
    articles = [{each.article for each in found.values()} for found in answers]
    assert case_b.disease == "covid-19"
    assert outcomes[0] != outcomes[1]
    assert all(articles)
    assert not articles[0] & articles[1]
