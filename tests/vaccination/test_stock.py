"""The stock ledger: what comes, goes, is opened and wasted; who may see and write it."""

from datetime import timedelta
from threading import Thread
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.vaccination import cold_chain, stock_lots, stock_setting, stocking
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Lot, StockLine, StockMove, Store
from lachan.vaccination.stocking import Amount, Kind, Received
from tests.factories import cast
from tests.vaccination.stores import filled, give, lot, store


def there(where: Store, of: Lot, by: Principal) -> int:
    with scoped(by, "test"):
        return reading.in_hand(where, of.id)


def sent(where: Store, to: Store, of: Lot, doses: int, by: Principal, **more: object) -> StockMove:
    with scoped(by, "stock"):
        return stocking.send(  # type: ignore[arg-type]
            **{
                "id": uuid7(),
                "store": where,
                "to": to,
                "kind": Kind.ISSUE,
                "amounts": [Amount(of.id, doses)],
                "by": by,
                **more,
            }
        )


def refused(code: str, by: Principal, call: object, **options: object) -> None:
    with pytest.raises(Refused) as found, scoped(by, "stock"):
        call(**{"by": by, **options})  # type: ignore[operator]
    assert found.value.code == code


def test_what_is_sent_is_on_the_way_until_it_is_received() -> None:
    above, keeper = store("Kho tỉnh", kind="province", gives=False, commune=None)
    below, station = store("Kho trạm")
    of = lot()
    filled(above, keeper, of, 500)
    move = sent(above, below, of, 200, keeper)
    assert (there(above, of, keeper), there(below, of, station)) == (300, 0)
    with scoped(station, "stock"):
        assert [one.id for one in reading.on_the_way(below)] == [move.id]
        came = [Received(of.id, 200, 190, "1 lọ vỡ")]
        stocking.receive(id=uuid7(), store=below, came=came, answers=move, by=station)
        assert reading.on_the_way(below) == []
        lost = StockLine.objects.get(store=below, account="discrepancy")
        assert (lost.doses, lost.why, lost.vials) == (10, "1 lọ vỡ", 1)
    assert there(below, of, station) == 190


def test_a_difference_says_why_and_a_delivery_is_received_once() -> None:
    above, keeper = store("Kho tỉnh", kind="province", gives=False, commune=None)
    below, station = store()
    of = lot()
    filled(above, keeper, of, 100)
    move = sent(above, below, of, 100, keeper)
    silent, right = [Received(of.id, 100, 90)], [Received(of.id, 100, 100)]
    other = [Received(of.id, 50, 50)]

    def receive(came: list[Received], code: str) -> None:
        refused(code, station, stocking.receive, id=uuid7(), store=below, came=came, answers=move)

    receive(silent, "difference_unsaid")
    receive(other, "stock_not_this_issue")
    with scoped(station, "stock"):
        stocking.receive(id=uuid7(), store=below, came=right, answers=move, by=station)
    receive(right, "stock_received_already")
    refused(
        "stock_received_already", keeper, stocking.correct, id=uuid7(), move=move, why="Nhầm kho"
    )


def test_the_same_entry_sent_twice_is_one_and_other_content_is_refused() -> None:
    where, keeper = store()
    of, id = lot(), uuid7()
    for _time in range(2):
        with scoped(keeper, "stock"):
            came = [Received(of.id, 100, 100)]
            stocking.receive(id=id, store=where, came=came, by=keeper)
    assert there(where, of, keeper) == 100
    other = [Received(of.id, 90, 90)]
    refused("different_content", keeper, stocking.receive, id=id, store=where, came=other)


def test_no_more_goes_out_than_is_there_and_nothing_expired_or_held() -> None:
    where, keeper = store()
    to, _other = store("Kho khác")
    good, old = lot(), lot(expires_on=today() - timedelta(days=1))
    filled(where, keeper, good, 100)
    filled(where, keeper, old, 100)
    give(where, good, 30)
    rows = [
        ("stock_short", good, 71),
        ("lot_expired", old, 10),
        ("stock_quantity", good, 0),
    ]
    for code, of, doses in rows:
        with pytest.raises(Refused) as found:
            sent(where, to, of, doses, keeper)
        assert found.value.code == code
    sent(where, to, old, 100, keeper, kind=Kind.RETURN)
    sent(where, to, good, 70, keeper)


def test_a_barred_lot_is_not_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    where, keeper = store()
    to, _other = store("Kho khác")
    of = lot()
    filled(where, keeper, of, 100)
    monkeypatch.setattr(reading, "barred", lambda lot, at, store: lot.id == of.id)
    with pytest.raises(Refused) as found:
        sent(where, to, of, 10, keeper)
    assert found.value.code == "lot_barred"


def test_a_correction_takes_a_move_back() -> None:
    where, keeper = store()
    of = lot()
    move = filled(where, keeper, of, 100)
    with scoped(keeper, "stock"):
        stocking.correct(id=uuid7(), move=move, why="Nhập nhầm lô", by=keeper)
    assert there(where, of, keeper) == 0
    refused("reversed_already", keeper, stocking.correct, id=uuid7(), move=move, why="Lần nữa")
    refused("why_missing", keeper, stocking.correct, id=uuid7(), move=move, why=" ")


def test_waste_has_a_cause_and_destruction_a_record() -> None:
    where, keeper = store()
    of = lot()
    filled(where, keeper, of, 100)
    with scoped(keeper, "stock"):
        amount = Amount(of.id, 20)
        stocking.remove(id=uuid7(), store=where, amount=amount, cause="broken", by=keeper)
        stocking.remove(id=uuid7(), store=where, amount=amount, note="BB 12/2026", by=keeper)
    assert there(where, of, keeper) == 60
    refused("destruction_unsaid", keeper, stocking.remove, id=uuid7(), store=where, amount=amount)


def test_thawed_doses_have_their_own_days() -> None:
    where, keeper = store()
    of = lot(product="comirnaty", doses=6)
    filled(where, keeper, of, 60)
    with scoped(keeper, "stock"):
        stocking.thaw(id=uuid7(), store=where, amount=Amount(of.id, 12), by=keeper)
        from lachan.rulebook.selectors import vaccine_products

        rows = reading.levels(where, now(), vaccine_products(now()))
        assert [(row.doses, row.use_until) for row in rows] == [
            (12, today() + timedelta(days=31)),
            (48, of.expires_on),
        ]


def test_a_decision_is_not_exceeded() -> None:
    above, keeper = store("Kho tỉnh", kind="province", gives=False, commune=None)
    below, _station = store()
    of = lot()
    filled(above, keeper, of, 500)
    decision = stock_setting.Decision("12/QĐ-SYT", "vaxzevria", today(), "Giám đốc Sở Y tế")
    with scoped(keeper, "stock"):
        made = stock_setting.allocate(
            id=uuid7(), store=above, decision=decision, shares={below.id: 200}, by=keeper
        )
        share = made.shares.get()
    sent(above, below, of, 150, keeper, share=share)
    with pytest.raises(Refused) as found:
        sent(above, below, of, 60, keeper, share=share)
    assert found.value.code == "share_exceeded"
    with scoped(keeper, "test"):
        assert [(one.pk, gone) for one, gone in reading.shares_of(below)] == [(share.pk, 150)]


def test_opened_vials_run_by_their_hours() -> None:
    where, keeper = store()
    of = lot()
    filled(where, keeper, of, 30)
    with scoped(keeper, "stock"):
        vial = stock_setting.open_vials(
            id=uuid7(), store=where, lot=of, vials=2, opened_at=now(), by=keeper
        )
        assert vial.use_until - vial.opened_at == timedelta(hours=6)
    refused(
        "vials_short",
        keeper,
        stock_setting.open_vials,
        id=uuid7(),
        store=where,
        lot=of,
        vials=2,
        opened_at=now(),
    )
    give(where, of, 17)
    with scoped(keeper, "stock"):
        stock_setting.discard_left(id=uuid7(), store=where, lot=of, by=keeper)
    assert there(where, of, keeper) == 27
    refused("nothing_left", keeper, stock_setting.discard_left, id=uuid7(), store=where, lot=of)


def test_a_box_is_read_and_an_unknown_lot_entered_in_one_step() -> None:
    where, keeper = store()
    code = "(01)08935217500004(17)271231(10)ab 12"
    with scoped(keeper, "stock"):
        box = stock_lots.read_box(code)
        assert (box.number, box.product, stock_lots.lots_of(box)) == ("AB12", "", [])
        made = stock_lots.enter_lot(
            box=box,
            product="vaxzevria",
            expires_on=box.expires_on or today(),
            organisation=where.organisation,
            by=keeper,
        )
        assert stock_lots.lots_of(stock_lots.read_box(code)) == [made]
        assert stock_lots.read_box("(01)08935217500004(10)Z9").product == "vaxzevria"
    refused(
        "lot_differs",
        keeper,
        stock_lots.enter_lot,
        box=box,
        product="vaxzevria",
        expires_on=today(),
        organisation=where.organisation,
    )


def test_the_database_holds_the_sum_and_the_floor() -> None:
    where, keeper = store()
    of = lot()
    move = filled(where, keeper, of, 10)
    written = [(("in_hand", 5), "sum to zero"), (("in_hand", -20), "below zero")]
    for (account, doses), match in written:
        rows = [(account, doses)] if doses > 0 else [(account, doses), ("supplier", -doses)]
        with pytest.raises(DatabaseError, match=match), scoped(keeper, "x"):
            _write(where, keeper, of, rows)
    late = StockLine(move=move, store=where, account="in_hand", lot=of, doses=1)
    with pytest.raises(DatabaseError, match="takes no more lines"), scoped(keeper, "x"):
        late.save()
    for sql in ("update vaccination_stockline set doses = 1", "delete from vaccination_stockmove"):
        with pytest.raises(DatabaseError), scoped(keeper, "x"), connection.cursor() as cursor:
            cursor.execute(sql)
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(sql)


def _write(where: Store, by: Principal, of: Lot, rows: list[tuple[str, int]]) -> None:
    """A move past the services."""
    made = StockMove.objects.create(
        store=where,
        kind="receipt",
        number=99,
        day=today(),
        at=now(),
        by=by.account,
        by_name="?",
        content_sha256=b"",
    )
    StockLine.objects.bulk_create(
        StockLine(move=made, store=where, account=account, lot=of, doses=doses)
        for account, doses in rows
    )


def test_two_at_once_do_not_send_the_same_doses() -> None:
    where, keeper = store()
    to, _other = store("Kho khác")
    of = lot()
    filled(where, keeper, of, 100)
    said: list[str] = []

    def one() -> None:
        try:
            sent(where, to, of, 60, keeper)
            said.append("sent")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["sent", *["stock_short"] * 3]
    assert there(where, of, keeper) == 40


def test_who_sees_and_who_writes_a_store() -> None:
    where, keeper = store()
    of = lot()
    filled(where, keeper, of, 10)
    see = [
        keeper,
        cast.of_commune(Role.STATION_OFFICER),
        cast.of_province(Role.DIRECTOR),
        cast.of_nation(),
    ]
    not_see = [
        cast.citizen(),
        cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR),
        cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE),
        cast.of_organisation(Role.VACCINATOR),
        cast.outsider(),
    ]
    for who, count in [*((one, 2) for one in see), *((one, 0) for one in not_see)]:
        with scoped(who, "test"):
            assert StockLine.objects.filter(store=where).count() == count, who
            assert len(reading.given_until(where, now())) == 0
    for who in [*see[2:], *not_see]:
        came = [Received(of.id, 5, 5)]
        with pytest.raises((DatabaseError, Refused)), scoped(who, "test"):
            stocking.receive(id=uuid7(), store=where, came=came, by=who)
    assert there(where, of, keeper) == 10


def _log(where: Store, by: Principal, degrees: list[object], ago: int) -> UUID:
    start = now() - timedelta(minutes=ago)
    rows = ["Thời gian;°C"]
    rows += [
        f"{start + timedelta(minutes=10 * at):%Y-%m-%dT%H:%M:%S+00:00};{one}"
        for at, one in enumerate(degrees)
    ]
    with scoped(by, "stock"):
        data = "\n".join(rows).encode()
        return cold_chain.attach(store=where, device="Tủ 1", data=data, name="tu-1.csv", by=by).id


def test_a_log_names_lots_doses_and_people(monkeypatch: pytest.MonkeyPatch) -> None:
    from lachan.core import clock

    where, keeper = store()
    of = lot()
    before = clock._wound
    clock.wind(before - timedelta(hours=5))
    filled(where, keeper, of, 100)
    clock.wind(before)
    give(where, of, 4, at=now() - timedelta(hours=4))
    give(where, of, 3, at=now() - timedelta(minutes=5))
    log = _log(where, keeper, ["4,5", "9,1", "?", "11", "6", "5"], 120)
    with scoped(keeper, "stock"):
        (one,) = cold_chain.concerned(where)
        assert one.excursion.log_id == log
        assert one.excursion.log.refused == [[4, "log_no_degrees"]]
        assert (one.excursion.doses, one.people) == (96, 1)
        assert (one.excursion.warmest, one.excursion.decision["outcome"]) == (11, "too_warm")
        assert reading.held(where) == {of.id}
    to, _other = store("Kho khác")
    with pytest.raises(Refused) as found:
        sent(where, to, of, 10, keeper)
    assert found.value.code == "lot_held"
    with scoped(keeper, "stock"):
        for verdict in ("ask", "use"):
            cold_chain.decide(
                excursion=one.excursion, verdict=verdict, why="Hãng trả lời", by=keeper
            )
        assert reading.held(where) == set()
    refused(
        "why_missing", keeper, cold_chain.decide, excursion=one.excursion, verdict="use", why=""
    )
