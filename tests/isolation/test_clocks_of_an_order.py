"""Scenario 6 of practice.md section 7: the clocks of an order, to the minute."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from lachan.core.clock import OFFSET
from lachan.core.models import AuditEvent
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import SYSTEM_ACCOUNT, Principal, scoped, system_scope
from lachan.isolation import ending, selectors, services, tasks
from lachan.isolation.models import Advice, Holding, Order, OrderStep
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.models import Person
from tests.factories import cast
from tests.factories.orders import again, asked, at, evening, listed, proposed, resident, signed
from tests.factories.outbreak import HERE_CODE, Unit

FOUND = evening()


def hour(text: str) -> datetime:
    """An hour of the night after FOUND: from 22:00 on the same day, before that the next."""
    hours, minutes = map(int, text.split(":"))
    day = FOUND.date() + timedelta(days=0 if hours >= 22 else 1)
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=OFFSET)


@pytest.fixture
def order(database: str) -> Iterator[Order]:
    """A contact found at 22:00, proposed in the same minute."""
    with at(FOUND):
        yield proposed(resident(), FOUND)


@pytest.fixture
def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, Unit.of(HERE_CODE).commune)


@pytest.fixture
def chairman() -> Principal:
    return cast.of_commune(Role.COMMUNE_CHAIRMAN, Unit.of(HERE_CODE).commune)


def steps(order: Order) -> list[tuple[str, str, bool]]:
    with system_scope("test"):
        rows = OrderStep.objects.filter(order=order).order_by("at", "id")
        return [(row.step, row.at.astimezone(OFFSET).strftime("%H:%M"), row.late) for row in rows]


def holding_of(order: Order) -> Holding:
    with system_scope("test"):
        return Holding.objects.get(order=order)


def messages_to(person: Person) -> list[Notice]:
    with system_scope("test"):
        return list(Notice.objects.filter(person=person).order_by("drafted_at"))


def test_found_at_ten_the_list_is_due_at_midnight_and_the_decision_at_one(order: Order) -> None:
    assert order.state == Order.State.HOLDING
    assert order.list_due == hour("00:00")
    assert order.decision_due == hour("01:00")
    assert holding_of(order).lapses_at == hour("01:00")


def test_it_has_form_signer_and_article_of_the_rule(order: Order) -> None:
    with system_scope("test"):
        answer = selectors.answers_of([order])[order.id]

    assert answer.form == "Mẫu số 02 Phụ lục IV"
    assert answer.signer == order.signer == "commune_chairman"
    assert "Điều 15 Nghị định 165/2026/NĐ-CP" in answer.article


def test_signed_at_ten_to_one_the_notices_are_due_at_ten_to_four(
    order: Order, station: Principal, chairman: Principal
) -> None:
    with at(hour("00:00") - timedelta(minutes=30)):
        listing = listed([order], station)
    with at(hour("00:50")):
        paper = signed(listing, chairman)
    with at(hour("01:05")):
        tasks.end_holdings()
    decided = again(order)

    assert decided.state == Order.State.DECIDED
    assert decided.signed == paper
    assert decided.notice_due is not None
    assert decided.notice_due.astimezone(OFFSET).strftime("%H:%M") == "03:50"
    assert holding_of(order).ended_by == Holding.End.DECIDED
    # The list came half an hour early, so the decision's hour had begun: it was late, and lawful.
    assert steps(order) == [
        ("proposed", "22:00", False),
        ("list", "23:30", False),
        ("decision", "00:50", True),
    ]


def test_listed_at_midnight_a_decision_at_ten_to_one_is_in_time(
    order: Order, station: Principal, chairman: Principal
) -> None:
    with at(hour("00:00") - timedelta(seconds=20)):
        listing = listed([order], station)
    with at(hour("00:50")):
        signed(listing, chairman)

    assert steps(order)[-1] == ("decision", "00:50", False)


def test_nobody_signs_and_at_one_the_holding_is_over_by_itself(
    order: Order, station: Principal
) -> None:
    with at(hour("23:40")):
        listed([order], station)
    with at(hour("00:59")):
        tasks.end_holdings()
        assert again(order).state == Order.State.LISTED
    with at(hour("01:04")):
        # By the clock it is over, before the worker has looked.
        with system_scope("test"):
            assert selectors.held_until(Holding.objects.get(order=order)) is None
        assert tasks.end_holdings() >= 1
        assert tasks.end_holdings() == 0

    holding = holding_of(order)
    assert again(order).state == Order.State.LAPSED
    assert holding.ended_at == hour("01:00")
    assert (holding.ended_by, holding.missed) == ("lapsed", "decision")
    assert steps(order)[-1][:2] == ("lapsed", "01:00")


def test_the_person_is_told_at_once_and_the_event_says_by_whom(order: Order) -> None:
    with at(hour("01:01")):
        tasks.end_holdings()
    (message,) = messages_to(order.person)

    assert message.kind == "holding_ended"
    assert message.state == Notice.State.APPROVED
    assert message.approved_by == SYSTEM_ACCOUNT
    assert "01:00" in text_of(message)
    assert order.reference in text_of(message)
    assert "Mây Trắng" not in text_of(message)
    with system_scope("test"):
        told = AuditEvent.objects.filter(kind="notice.approved_by_law")
        assert told.get(target_id=str(message.id)).by_account == SYSTEM_ACCOUNT


def test_the_morning_board_names_whose_step_was_missed(
    order: Order, station: Principal, chairman: Principal
) -> None:
    other = proposed(resident("Vũ Văn Hùng", number=2), FOUND)
    with at(hour("23:40")):
        listed([order], station)
    with at(hour("01:01")):
        tasks.end_holdings()
    with at(hour("07:00")):
        for reader in (station, chairman):
            with scoped(reader, "test"):
                lapsed = {
                    row.order_id: row.missed
                    for row in selectors.lapsed_since(hour("07:00") - selectors.MORNING)
                }
            assert lapsed[order.id] == "decision"
            assert lapsed[other.id] == "list"


def test_after_the_lapse_a_late_signature_still_decides_but_holds_nobody(
    order: Order, station: Principal, chairman: Principal
) -> None:
    with at(hour("23:40")):
        listing = listed([order], station)
    with at(hour("01:10")):
        tasks.end_holdings()
        signed(listing, chairman)

    assert again(order).state == Order.State.DECIDED
    assert steps(order)[-1] == ("decision", "01:10", True)
    assert holding_of(order).ended_by == Holding.End.LAPSED


def test_a_foreigner_adds_the_notice_to_the_consular_department(database: str) -> None:
    with at(FOUND):
        ours = proposed(resident("Nguyễn Thị Mai", number=3), FOUND)
        guest = proposed(resident("Kim Min-ji", number=4, nationality="KR"), FOUND)

    assert "consular" in selectors.whom_of(guest)
    assert "consular" not in selectors.whom_of(ours)


def test_an_overload_prolongs_a_holding_once_with_a_reason(
    order: Order, station: Principal
) -> None:
    with at(hour("00:30")), scoped(station, "test"):
        with pytest.raises(Refused) as silent:
            ending.prolong(orders=[order.id], why=" ", by=station)
        ending.prolong(orders=[order.id], why="312 người trong một đêm", by=station)
        with pytest.raises(Refused) as twice:
            ending.prolong(orders=[order.id], why="vẫn quá tải", by=station)
    with at(hour("01:01")):
        tasks.end_holdings()
    assert again(order).state == Order.State.HOLDING
    with at(hour("04:00")):
        tasks.end_holdings()

    assert silent.value.code == "reason_needed"
    assert twice.value.code == "no_prolonging"
    assert holding_of(order).ended_at == hour("04:00")
    assert holding_of(order).prolonged_by_name == station.name


def test_a_holding_that_is_over_is_not_prolonged(order: Order, station: Principal) -> None:
    with at(hour("01:00")), scoped(station, "test"), pytest.raises(Refused) as late:
        ending.prolong(orders=[order.id], why="quá tải", by=station)

    assert late.value.code == "no_prolonging"


def test_a_contact_of_group_b_gets_no_order_but_advice_and_the_article(database: str) -> None:
    day = datetime(2026, 11, 15, 22, tzinfo=OFFSET)
    person = resident("Lương Thị Nga", number=5)
    ask = asked(person.id, day, disease="covid-19")

    with system_scope("test") as by:
        with pytest.raises(Refused) as refused:
            services.propose(ask, by=by, at=day)
        advice = services.advise(ask, by=by, at=day)
        again_ = services.advise(ask, by=by, at=day)
        assert not Order.objects.filter(person=person).exists()

    assert refused.value.code == "measure_refused"
    assert "165/2026" in refused.value.message
    assert advice.measure == "self_monitoring"
    assert advice.outcome == "refused"
    assert again_ == advice
    (message,) = messages_to(person)
    assert (message.kind, message.state) == ("contact_duty", "drafted")
    assert message.values["duty"] == "self_monitoring"


@pytest.mark.parametrize(
    ("day", "measure", "outcome", "article"),
    [
        (datetime(2021, 8, 15, tzinfo=OFFSET), "isolate_other_place", "allowed", "101/2010"),
        (datetime(2026, 11, 15, tzinfo=OFFSET), "isolate_other_place", "refused", "165/2026"),
        (datetime(2021, 8, 15, tzinfo=OFFSET), "isolate_home", "allowed", "101/2010"),
        (datetime(2026, 11, 15, tzinfo=OFFSET), "isolate_home", "refused", "165/2026"),
    ],
)
def test_the_same_case_on_both_dates_has_other_duties_each_with_its_article(
    database: str, day: datetime, measure: str, outcome: str, article: str
) -> None:
    with system_scope("test"):
        answer = selectors.answer_for(
            measure,
            disease="covid-19",
            role="contact",
            at=day,
            province=Unit.of(HERE_CODE).province,
        )

    assert answer.outcome == outcome
    assert article in answer.article


def test_in_2021_the_days_come_from_the_rule_and_no_clock_is_made_up(
    database: str, station: Principal
) -> None:
    day = datetime(2021, 8, 15, 22, tzinfo=OFFSET)
    ask = asked(
        resident("Lương Thị Lan", number=6).id,
        FOUND,
        disease="covid-19",
        measure="isolate_other_place",
    )
    with at(FOUND):
        with system_scope("test") as by:
            order = services.propose(ask, by=by, at=day)
        assert (order.state, order.list_due, order.decision_due) == ("proposed", None, None)
        with system_scope("test"):
            assert not Holding.objects.filter(order=order).exists()
        paper = signed(listed([order], station), station)

    assert again(order).until == paper.day + timedelta(days=14)


def test_without_days_in_the_rule_no_last_day_is_made_up(
    order: Order, station: Principal, chairman: Principal
) -> None:
    signed(listed([order], station), chairman)

    assert again(order).until is None


def test_where_a_lawyer_must_speak_no_order_and_no_message_is_written(database: str) -> None:
    day = datetime(2026, 11, 15, 22, tzinfo=OFFSET)
    person = resident("Lương Thị Hoa", number=7)
    ask = asked(person.id, day, disease="measles", role="patient")

    with system_scope("test") as by, pytest.raises(Refused) as refused:
        services.propose(ask, by=by, at=day)

    assert refused.value.code == "needs_legal_officer"
    assert messages_to(person) == []


def test_police_and_army_are_left_to_their_own_chain(database: str) -> None:
    person = resident("Hoàng Văn Sĩ", number=8, excluded=True)
    with at(FOUND), system_scope("test") as by:
        with pytest.raises(Refused) as refused:
            services.propose(asked(person.id, FOUND), by=by)
        advice = services.advise(asked(person.id, FOUND), by=by)

    assert refused.value.code == "measure_refused"
    assert (advice.role, advice.measure) == ("own_chain", "tell_own_chain")
    assert messages_to(person) == []


def test_a_proposal_is_written_once_for_a_finding(order: Order) -> None:
    with system_scope("test") as by:
        same = services.propose(asked(order.person_id, order.found_at), by=by)
        later = services.propose(asked(order.person_id, order.found_at + timedelta(hours=1)), by=by)
        count = Order.objects.filter(person=order.person).count()

    assert (same, later, count) == (order, order, 1)


def test_a_proposal_that_comes_after_the_hours_holds_nobody(database: str) -> None:
    with at(hour("02:00")):
        order = proposed(resident("Lương Thị Xuân", number=9), FOUND)

    assert order.state == Order.State.PROPOSED
    with system_scope("test"):
        assert not Holding.objects.filter(order=order).exists()
        assert not Advice.objects.filter(reference=order.reference).exists()


def test_only_the_worker_writes_an_order(database: str, station: Principal) -> None:
    from django.db import DatabaseError

    person = resident("Lương Thị Yến", number=10)
    with (
        at(FOUND),
        pytest.raises(DatabaseError, match="row-level security"),
        scoped(station, "test"),
    ):
        services.propose(asked(person.id, FOUND), by=station)
