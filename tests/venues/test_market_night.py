"""A market: vehicles of the night found by plate, and shopping tickets that work once a day."""

from datetime import datetime, timedelta

import pytest
import zxingcpp

from lachan.core.clock import OFFSET, now, today
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.formats.plates import read_plate, shown_plate
from lachan.formats.ticketcode import read_ticket_code
from lachan.people.selectors import trace_ids_of
from lachan.venues import delivering, night_reading, roll_tasks, ticketing
from lachan.venues.models import Delivery, Member, Scan, TicketUse
from lachan.venues.night_reading import night_of
from lachan.venues.poster import code_svg
from lachan.venues.ticket_reading import ticket_sentence
from lachan.venues.ticket_sheet import ticket_sheet
from tests.factories import cast, units
from tests.factories.units import Unit
from tests.venues.test_roll_pages import browser, page


@pytest.fixture(scope="module")
def market(database: str) -> Unit:
    return units.market()


@pytest.fixture(scope="module")
def guard(market: Unit) -> Principal:
    return cast.of_organisation(Role.GATE_CONTROLLER, market.organisation)


def came(of: Unit, by: Principal, plate: str, **more: str) -> Delivery:
    told = {"driver": "Hoàng Văn Lái", **more}
    with scoped(by, "night"):
        return delivering.record_delivery(place=of.places["Dãy B"], plate=plate, by=by, **told)


@pytest.mark.parametrize(
    ("typed", "plate", "shown"),
    [
        ("99h - 123.45", "99H12345", "99H-123.45"),
        ("12C1234", "12C1234", "12C-1234"),
        ("29LD 123.45", "29LD12345", "29LD-123.45"),
        ("abc", "", ""),
    ],
)
def test_a_plate_has_one_spelling(typed: str, plate: str, shown: str) -> None:
    assert read_plate(typed) == plate
    assert shown_plate(plate) == shown


def test_an_evening_belongs_to_the_morning_that_follows() -> None:
    evening = datetime(2026, 11, 14, 22, 30, tzinfo=OFFSET)
    assert night_of(evening) == night_of(evening + timedelta(hours=5))


def test_a_guard_writes_a_vehicle_and_finds_it_by_a_part_of_its_plate(
    market: Unit, guard: Principal
) -> None:
    came(market, guard, "12C-345.67", phone="0900000401", coming_from="Lạng Sơn", goods="rau")

    shown = page(guard, "/roll/night/?plate=345")
    assert "12C-345.67" in shown
    assert "Hoàng Văn Lái" in shown
    assert "12C-345.67" not in page(guard, "/roll/night/?plate=999")
    with scoped(guard, "night"):
        with pytest.raises(Refused) as refused:
            delivering.record_delivery(
                place=market.places["Dãy A"], plate="12C 34567", driver="Ai", by=guard
            )
        assert refused.value.code == "delivery_inside"
        assert not Member.objects.exclude(kind="driver").exists(), "a guard sees drivers alone"


def test_the_next_night_the_plate_brings_its_driver_back(market: Unit, guard: Principal) -> None:
    first = came(market, guard, "14C-111.11", phone="0900000402", coming_from="Quảng Ninh")
    browser(guard).post(f"/roll/night/{first.id}/out/")

    again = page(guard, "/roll/night/in/?plate=14c11111")
    assert "Hoàng Văn Lái" in again
    second = came(market, guard, "14C11111")
    assert second.driver_id == first.driver_id
    with scoped(guard, "night"):
        assert night_reading.night(guard)[0].plate == "14C-111.11"


def test_a_driver_who_is_known_is_in_the_ledger_from_in_to_out(
    market: Unit, guard: Principal
) -> None:
    row = came(market, guard, "20C-222.22", driver="Lương Thị Xe", phone="0900000403")
    browser(guard).post(f"/roll/night/{row.id}/out/")
    roll_tasks.link_members()
    roll_tasks.record_deliveries()

    with system_scope("test"):
        person = Member.objects.get(id=row.driver_id).person
        assert person
        trace = trace_ids_of([person])[person]
        ways = list(
            Scan.objects.filter(trace_id=trace).order_by("at").values_list("direction", flat=True)
        )
        assert ways == ["in", "out"]


def test_nobody_puts_a_person_on_a_list_by_an_id_alone(market: Unit, guard: Principal) -> None:
    from django.db import DatabaseError, transaction

    row = came(market, guard, "20C-333.33", driver="Lương Thị Mượn", phone="0900000404")
    roll_tasks.link_members()
    with system_scope("test"):
        person = Member.objects.get(id=row.driver_id).person
    with scoped(market.manager, "attack"), pytest.raises(DatabaseError), transaction.atomic():
        Member.objects.exclude(person=person).update(person=person)


def ticket(of: Unit, count: int = 2) -> list[str]:
    with scoped(of.manager, "tickets"):
        made = ticketing.print_tickets(market=of.places["Chợ Sen Hồ"], count=count, by=of.manager)
        return [row.code for row in made]


def rule(of: Unit, **more: object) -> None:
    told = {"mode": "parity", "document": "15/QĐ-UBND ngày 10/11/2026", **more}
    with scoped(of.manager, "tickets"):
        ticketing.set_rule(market=of.places["Chợ Sen Hồ"], by=of.manager, **told)  # type: ignore[arg-type]


def test_a_ticket_of_the_days_parity_works_once_and_says_why() -> None:
    of = units.market()
    guard = cast.of_organisation(Role.GATE_CONTROLLER, of.organisation)
    rule(of)
    odd, even = ticket(of)
    right, wrong = (even, odd) if today().day % 2 == 0 else (odd, even)

    def shown(code: str) -> str:
        return browser(guard).post("/roll/tickets/check/", {"text": code}).content.decode()

    assert "Được đi chợ" in shown(f"https://cho.example/t/{right}")
    assert "đã dùng lúc" in shown(right)
    refused = shown(wrong)
    assert "đi ngày khác" in refused
    assert "15/QĐ-UBND" in refused
    assert "Không phải phiếu" in shown("ABCDEFGH")
    with scoped(of.manager, "tickets"):
        assert TicketUse.objects.count() == 1


def test_after_the_31st_an_odd_ticket_shops_again_the_next_day(market: Unit) -> None:
    of = units.market()
    rule(of)
    odd, even = ticket(of)
    place = of.places["Chợ Sen Hồ"]
    with scoped(of.manager, "tickets"):
        last = datetime(today().year + 1, 7, 31, 8, tzinfo=OFFSET)
        first = last + timedelta(days=1)
        answers = [
            [
                ticketing.ticket_facts(code, market=place, at=at, typed=True).answer
                for at in (last, first)
            ]
            for code in (odd, even)
        ]
        assert answers == [["may", "may"], ["wrong_day", "wrong_day"]]
        facts = ticketing.ticket_facts(even, market=place, at=last, typed=True)
        assert "02/08" in ticket_sentence(facts, last)[2]


def test_days_a_week_are_counted_from_monday() -> None:
    of = units.market()
    rule(of, mode="weekly", a_week=1)
    [code] = ticket(of, 1)
    place = of.places["Chợ Sen Hồ"]
    with scoped(of.manager, "tickets"):
        assert ticketing.use_ticket(text=code, market=place, by=of.manager).may
        later = now() + timedelta(days=1)
        same_week = later.astimezone(OFFSET).weekday() != 0
        answer = ticketing.ticket_facts(code, market=place, at=later, typed=True).answer
        assert answer == ("week_full" if same_week else "may")


def test_a_rule_needs_its_document_and_without_a_rule_everybody_shops() -> None:
    of = units.market()
    [code] = ticket(of, 1)
    place = of.places["Chợ Sen Hồ"]
    with scoped(of.manager, "tickets"):
        facts = ticketing.ticket_facts(code, market=place, at=now(), typed=True)
        assert ticket_sentence(facts, now())[0] == "may"
        with pytest.raises(Refused) as refused:
            ticketing.set_rule(market=place, mode="parity", document=" ", by=of.manager)
        assert refused.value.code == "document_missing"


def test_a_printed_ticket_holds_a_code_and_no_name() -> None:
    of = units.market()
    with scoped(of.manager, "tickets"):
        made = ticketing.print_tickets(
            market=of.places["Chợ Sen Hồ"], count=9, hamlet="Tổ 3", by=of.manager
        )
    pdf = ticket_sheet(tickets=made, market="Chợ Sen Hồ", rule="", address="https://cho.example/t/")
    assert pdf.startswith(b"%PDF")
    assert "<svg" in code_svg(f"https://cho.example/t/{made[0].code}")
    assert read_ticket_code(f"https://cho.example/t/{made[0].code}") == made[0].code
    assert read_ticket_code(made[0].code) == "", "a bare code may be a place's"
    assert zxingcpp.BarcodeFormat.QRCode
    assert browser(cast.outsider()).get(f"/t/{made[0].code}").status_code == 200
