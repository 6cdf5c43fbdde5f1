"""The evening of a session: sheets, consents, injections and vials by table, every gap by name."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction

from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import NewPerson, Stay, register_many
from lachan.vaccination import evening_closing, stock_book, stock_setting
from lachan.vaccination.evening_closing import Counted, balance, count_tables, explain
from lachan.vaccination.evening_counting import Evening, evening_of
from lachan.vaccination.models import Dose, Lot, Session, SiteVisit, Store
from lachan.vaccination.stock_book import Count
from tests.factories import cast
from tests.factories.people import person
from tests.places.units import BAC_NINH, NENH
from tests.vaccination.sites import session_of
from tests.vaccination.stores import filled, lot, store, take_back

Hall = tuple[Session, Principal, Store, Lot]


@pytest.fixture
def hall(database: str) -> Hall:
    """A session of a facility with a store: 120 vials of 10."""
    where, by = store("Nhà thi đấu")
    of = lot()
    filled(where, by, of, 1200)
    return session_of(by), by, where, of


def seen(by: Principal, session: Session) -> Evening:
    with scoped(by, "vaccination"):
        return evening_of(Session.objects.get(pk=session.pk))


def codes(evening: Evening) -> set[str]:
    return {one.code for one in evening.unexplained}


def came(
    session: Session, people: list[Person], outcome: str, *, consent: bool = True, **more: Any
) -> list[SiteVisit]:
    """They were received and screened, as the site's worker writes it."""
    at = session.starts_at + timedelta(minutes=20)
    rows = [
        SiteVisit(
            session=session,
            person=one,
            organisation=session.organisation,
            commune=one.commune,
            province=one.province,
            step="injection",
            received_at=at,
            screening={"outcome": outcome} if outcome else {},
            screened_at=at if outcome else None,
            consent_at=at if consent and outcome else None,
            changed_at=at,
            **more,
        )
        for one in people
    ]
    return SiteVisit.objects.using("owner").bulk_create(rows)


def injected(session: Session, of: Lot | None, people: list[Person], tables: int = 2) -> list[UUID]:
    """They were injected, at the tables in turn."""
    rows = [
        Dose(
            person_id=one.id,
            disease="covid-19",
            product="vaxzevria",
            lot_id=of.id if of else None,
            lot_text="" if of else "LẠ 1",
            given_at=session.starts_at + timedelta(minutes=40),
            received_at=now(),
            source="site",
            organisation=session.organisation,
            session_id=session.id,
            table=number % tables + 1,
            entered_by=uuid7(),
            content_sha256=b"",
            commune=one.commune,
            province=one.province,
        )
        for number, one in enumerate(people)
    ]
    Dose.objects.using("owner").bulk_create(rows)
    return [one.id for one in rows]


def crowd(count: int) -> list[Person]:
    new = [NewPerson(f"Nguyễn Văn {n}", Stay(NENH, BAC_NINH), birth="1980") for n in range(count)]
    with system_scope("test") as by:
        return register_many(new, by=by)


class refused:
    """The block is refused with this code."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, found: object, trace: object) -> bool:
        assert isinstance(found, Refused)
        assert found.code == self.code
        return True


def test_the_hall_of_scenario_13_balances_to_the_last_dose(hall: Hall) -> None:
    """1,193 = 1,102 + 51 + 38 + 2; 1,145 injections; 1,200 = 1,145 + 5 + 50."""
    session, by, where, of = hall
    people = crowd(1193)
    eligible, careful = people[:1102], people[1102:1153]
    came(session, eligible[3:], "eligible")
    came(session, eligible[:3], "eligible", left_at=now(), why_left="về nhà")
    sent_away = came(session, careful[46:], "caution")
    came(session, careful[:46], "caution")
    came(session, people[1153:1191], "postpone", consent=False)
    came(session, people[1191:], "contraindicated", consent=False)
    with scoped(by, "stock"):
        stock_setting.open_vials(id=uuid7(), store=where, lot=of, vials=115, opened_at=now(), by=by)
    injected(session, of, eligible[3:] + careful[:46])
    found = seen(by, session)
    assert codes(found) == {"not_injected", "uncounted", "book_open"}
    with scoped(by, "vaccination"), refused("not_balanced"):
        balance(session, by=by)
    at_tables = {table: found.given[table, of.id] for table in (1, 2)}
    assert at_tables == {1: 573, 2: 572}
    with scoped(by, "vaccination"):
        counted = [Counted(1, of.id, 58, 0, 7), Counted(2, of.id, 57, 0, 0)]
        assert count_tables(session, counted, by=by) == 2
    # Table 2: 570 doses of its vials and 572 injections; two came from table 1's vial.
    assert {(one.code, one.table, one.amount) for one in seen(by, session).unexplained} >= {
        ("doses_over", 2, 2)
    }
    with scoped(by, "vaccination"):
        count_tables(session, [Counted(1, of.id, 57, 0, 0), Counted(2, of.id, 58, 5, 0)], by=by)
    differ = [one for one in seen(by, session).unexplained if one.code.startswith("doses")]
    assert [(one.code, one.table, one.amount) for one in differ] == [
        ("doses_over", 1, 3),
        ("doses_missing", 2, 3),
    ]
    with scoped(by, "vaccination"):
        explain(session, [one.key for one in differ], why="Bàn 1 lấy 3 liều của bàn 2", by=by)
        keys = [("not_injected", one.id, 0, 1) for one in sent_away]
        explain(session, keys, why="Chuyển khám tại bệnh viện", outcome="referred", by=by)
        stock_setting.discard_left(id=uuid7(), store=where, lot=of, by=by)
        counts = {of.id: Count(50)}
        stock_book.close_book(
            id=uuid7(), store=where, day=day_of(session.starts_at), counts=counts, by=by
        )
    evening = seen(by, session)
    total = evening.total
    assert codes(evening) == set()
    assert (total.received, total.sheets, total.injected) == (1193, 1193, 1145)
    assert (total.postponed, total.contraindicated) == (38, 2)
    assert (total.referred, total.left, total.unclear) == (5, 3, 0)
    assert (total.consents, total.unasked) == (1153, 40)
    assert total.sheets == total.injected + 38 + 2 + 5 + 3
    assert (total.vials, total.out) == (115, 1150)
    assert evening.stock is not None
    (out,) = evening.stock.lots
    assert (out.came, out.given, out.wasted, out.left) == (1200, 1145, 5, 50)
    assert (out.unaccounted, out.came) == (0, out.given + out.wasted + out.left)
    with scoped(by, "vaccination"):
        made = balance(Session.objects.get(pk=session.pk), by=by)
        assert made.figures["total"]["injected"] == 1145
        assert Session.objects.get(pk=session.pk).state == Session.State.CLOSED
        assert balance(Session.objects.get(pk=session.pk), by=by) == made


def test_every_gap_of_a_person_is_named(hall: Hall) -> None:
    session, by, _where, of = hall
    names = ("sound", "bare", "unasked", "against", "waits", "twice", "strange")
    who = {name: person(f"Nguyễn Thị {name}") for name in names}
    came(session, [who["sound"], who["twice"]], "eligible")
    came(session, [who["unasked"]], "eligible", consent=False)
    came(session, [who["against"]], "postpone")
    came(session, [who["waits"]], "")
    injected(session, of, [who[one] for one in ("sound", "bare", "unasked", "against", "twice")])
    injected(session, of, [who["twice"]])
    injected(session, None, [who["strange"]])
    found = {(one.code, one.person) for one in seen(by, session).unexplained if one.person}
    assert found == {
        ("no_screening", who["bare"].id),
        ("no_screening", who["strange"].id),
        ("no_consent", who["unasked"].id),
        ("against_screening", who["against"].id),
        ("not_screened", who["waits"].id),
        ("twice", who["twice"].id),
        ("no_lot", who["strange"].id),
    }


def test_a_reason_holds_for_exactly_its_difference(hall: Hall) -> None:
    session, by, _where, of = hall
    people = crowd(12)
    came(session, people, "eligible")
    doses = injected(session, of, people, tables=1)
    with scoped(by, "vaccination"):
        count_tables(session, [Counted(1, of.id, 2, 5, 0)], by=by)
    (gap,) = [one for one in seen(by, session).unexplained if one.code == "doses_missing"]
    assert gap.amount == 3
    with scoped(by, "vaccination"):
        with refused("why_missing"):
            explain(session, [gap.key], why=" ", by=by)
        assert explain(session, [gap.key], why="Đổ 3 liều", by=by) == 1
        assert explain(session, [gap.key], why="Đổ 3 liều", by=by) == 0
    assert "doses_missing" not in codes(seen(by, session))
    take_back(doses[0])
    (again,) = [one for one in seen(by, session).unexplained if one.code == "doses_missing"]
    assert again.amount == 4
    with scoped(by, "vaccination"), refused("difference_gone"):
        explain(session, [gap.key], why="Đổ 3 liều", by=by)


def test_what_became_of_somebody_cleared_is_said(hall: Hall) -> None:
    session, by, _where, _of = hall
    (visit,) = came(session, crowd(1), "caution")
    key = ("not_injected", visit.id, 0, 1)
    with scoped(by, "vaccination"):
        with refused("outcome_unsaid"):
            explain(session, [key], why="Chuyển viện", by=by)
        explain(session, [key], why="Chuyển viện", outcome="referred", by=by)
    found = seen(by, session)
    assert (found.total.referred, found.total.unclear) == (1, 0)


def test_a_dose_after_the_book_is_closed_is_named(hall: Hall) -> None:
    session, by, where, of = hall
    early, late = person("Nguyễn Thị Sớm"), person("Nguyễn Thị Muộn")
    came(session, [early, late], "eligible")
    with scoped(by, "stock"):
        stock_setting.open_vials(id=uuid7(), store=where, lot=of, vials=1, opened_at=now(), by=by)
    injected(session, of, [early], tables=1)
    with scoped(by, "stock"):
        stock_setting.discard_left(id=uuid7(), store=where, lot=of, by=by)
        counts = {of.id: Count(1190)}
        stock_book.close_book(
            id=uuid7(), store=where, day=day_of(session.starts_at), counts=counts, by=by
        )
        count_tables(session, [Counted(1, of.id, 1, 9, 0)], by=by)
    injected(session, of, [late], tables=1)
    found = {(one.code, one.person) for one in seen(by, session).unexplained}
    assert found == {("after_book", late.id), ("doses_over", None)}


def test_a_facility_without_a_store_says_so(database: str) -> None:
    by = cast.of_organisation(Role.VACCINATOR)
    assert codes(seen(by, session_of(by))) == {"no_store"}


@pytest.mark.parametrize("wrong", [(0, 1, 0, 0), (3, 1, 0, 0), (1, -1, 0, 0), (1, 1, 6, 5)])
def test_a_count_that_cannot_be_is_refused(hall: Hall, wrong: tuple[int, ...]) -> None:
    session, by, _where, of = hall
    table, *numbers = wrong
    with scoped(by, "vaccination"), refused("count_wrong"):
        count_tables(session, [Counted(table, of.id, *numbers)], by=by)


@pytest.mark.parametrize("what", ["update vaccination_eveningreason set why = 'khác'", "delete"])
def test_a_reason_and_a_balance_stay(hall: Hall, what: str) -> None:
    session, by, _where, _of = hall
    with scoped(by, "vaccination"):
        keys = [one.key for one in evening_closing.evening_of(session).differences]
        explain(session, keys, why="Kho chốt sổ sáng mai", by=by)
        balance(session, by=by)
    statement = what if what != "delete" else "delete from vaccination_eveningbalance"
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement)
