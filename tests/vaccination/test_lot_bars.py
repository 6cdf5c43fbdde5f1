"""Bars of lots: signed, appended, lifted by another fact, carried by devices, seen in public."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.vaccination import lot_barring, lot_live, lot_reading
from lachan.vaccination.models import Lot, LotBar
from lachan.vaccination.selectors import barred_lots, lot_barred
from tests.factories import cast
from tests.vaccination.aefi_cases import (
    a_lot,
    a_site,
    at_home_of,
    inject,
    recorded,
    somebody,
)

HERE, THERE = cast.PROVINCE, cast.OTHER_PROVINCE


@pytest.fixture
def lot() -> Lot:
    return a_lot(uuid7().hex[-8:].upper())


@pytest.fixture
def director() -> Principal:
    return cast.of_province(Role.DIRECTOR)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as said:
        yield
    assert said.value.code == code


def barred(by: Principal, lot: Lot, province: int | None = HERE) -> LotBar:
    with scoped(by, "vaccination"):
        return lot_barring.bar_lot(
            lot=lot, reason="Nghi ngờ chất lượng", document="12/QĐ-SYT", province=province, by=by
        )


def test_a_bar_holds_in_its_province_and_until_it_is_lifted(director: Principal, lot: Lot) -> None:
    before = now()
    bar = barred(director, lot)
    with scoped(director, "vaccination") as by:
        assert lot_barred(lot.id, now(), HERE) == bar
        assert lot_barred(lot.id, now(), THERE) is None
        assert lot_barred(lot.id, before - timedelta(seconds=1), HERE) is None
        lifting = lot_barring.lift(bar, reason="Kiểm nghiệm đạt", document="15/QĐ-SYT", by=by)
        assert lot_barred(lot.id, now(), HERE) is None
        assert lot_barred(lot.id, lifting.since - timedelta(microseconds=1), HERE) == bar
        with refused("lifted_already"):
            lot_barring.lift(bar, reason="Lại", document="16/QĐ-SYT", by=by)
        assert len(lot_reading.bars_of(lot.id)) == 1


def test_the_nation_is_barred_by_the_ministry(lot: Lot) -> None:
    barred(cast.of_nation(), lot, None)
    for province in (HERE, THERE, None):
        with scoped(cast.outsider(), "test"):
            assert lot_barred(lot.id, now(), province) is not None


def test_a_director_signs_for_his_province_only(director: Principal, lot: Lot) -> None:
    for province in (THERE, None):
        with refused("not_your_territory"):
            barred(director, lot, province)
    with refused("not_your_territory"):
        barred(cast.of_commune(Role.STATION_OFFICER), lot)
    with refused("bar_needs_reason"), scoped(director, "vaccination") as by:
        lot_barring.bar_lot(lot=lot, reason=" ", document="1", province=HERE, by=by)
    barred(director, lot)
    with refused("barred_already"):
        barred(director, lot)


def test_both_facts_are_signed_and_a_changed_row_is_seen(director: Principal, lot: Lot) -> None:
    bar = barred(director, lot)
    with scoped(director, "vaccination") as by:
        lifting = lot_barring.lift(bar, reason="Đạt", document="15/QĐ-SYT", by=by)
        for row in LotBar.objects.filter(lot=lot):
            assert lot_reading.is_genuine(row)
        lifting.document = "16/QĐ-SYT"
        assert not lot_reading.is_genuine(lifting)
        lifting.document, lifting.key_id = "15/QĐ-SYT", 99
        assert not lot_reading.is_genuine(lifting)


def test_nobody_changes_or_deletes_a_bar(director: Principal, lot: Lot) -> None:
    barred(director, lot)
    for sql in ("update vaccination_lotbar set reason = 'x'", "delete from vaccination_lotbar"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            scoped(director, "vaccination"),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_the_database_lets_a_site_bar_only_the_lot_of_its_event(lot: Lot) -> None:
    site = a_site()
    event = recorded(site.vaccinator, inject(site, lot, somebody(site)))
    for wrong in (
        {"lot": a_lot(uuid7().hex[-8:].upper()), "province": HERE},
        {"lot": lot, "province": THERE},
        {"lot": lot, "province": None},
        {"lot": lot, "province": HERE, "provisional": False, "reason": "x", "document": "y"},
    ):
        more = {"provisional": True, "reaction": event.id, "made_at": now(), "since": now()}
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            scoped(site.vaccinator, "vaccination"),
        ):
            LotBar.objects.create(**(more | wrong), capacity="rule", key_id=1, signature=b"x")


def test_a_device_carries_the_barred_lots_with_a_serial(director: Principal, lot: Lot) -> None:
    with scoped(director, "vaccination"):
        before = barred_lots(HERE)
    bar = barred(director, lot)
    with scoped(director, "vaccination") as by:
        carried = barred_lots(HERE)
        assert carried["serial"] == before["serial"] + 1
        assert lot.number in {each["number"] for each in carried["barred"]}
        assert barred_lots(THERE)["serial"] < carried["serial"]
        lot_barring.lift(bar, reason="Đạt", document="15/QĐ-SYT", by=by)
        after = barred_lots(HERE)
        assert after["serial"] == carried["serial"] + 1
        assert lot.number not in {each["number"] for each in after["barred"]}


def test_an_open_page_asks_without_a_cookie(director: Principal, lot: Lot) -> None:
    lot_live.forget()
    client = Client(SERVER_NAME="localhost")
    before = client.get(f"/vaccination/lots/barred/{HERE}/").json()
    barred(director, lot)
    lot_live.forget()
    after = client.get(f"/vaccination/lots/barred/{HERE}/").json()
    assert after["serial"] == before["serial"] + 1
    assert lot.number in client.get(f"/vaccination/lots/barred/{HERE}/part/").content.decode()
    lot_live.forget()


def test_many_pages_are_one_question_to_the_database(lot: Lot) -> None:
    lot_live.forget()
    first = lot_live.barred_now(HERE)
    assert all(lot_live.barred_now(HERE) is first for _page in range(1000))
    for province in range(3 * lot_live.MOST):
        lot_live.barred_now(10_000 + province)
    assert len(lot_live._known) <= lot_live.MOST
    lot_live.forget()


def test_the_list_says_who_is_reached_and_how(director: Principal, lot: Lot) -> None:
    site = a_site()
    own = somebody(site, "Lò Thị Pản", phones=["0900000771"])
    none = somebody(site, "Sùng Thị Dợ", stay=at_home_of(cast.NEXT_DOOR, HERE))
    for whom in (own, none):
        inject(site, lot, whom)
    barred(director, lot)
    late = somebody(site, "Vàng A Páo")
    dose = inject(site, lot, late, now() - timedelta(hours=2))
    with scoped(director, "vaccination") as by:
        bar = lot_barred(lot.id, now(), HERE)
        assert bar is not None
        had = {row.dose.person_id: row for row in lot_reading.had_lot(lot.id, since=bar.since)}
        assert had[own.id].reach is not None
        assert had[none.id].reach is None
        assert [had[one.id].late for one in (own, none, late)] == [False, False, True]
        assert not had[late.id].after
        lot_barring.log_call(dose=dose, result="well", note="", by=by)
        had_again = lot_reading.had_lot(lot.id, since=bar.since)
        assert lot_reading.counted(had_again) == {
            **{"people": 3, "by_phone": 1, "not": 2, "called": 1, "late": 1},
        }
        sums = {each.commune: each for each in lot_reading.by_commune(had_again)}
        assert (sums[cast.HERE].doses, sums[cast.NEXT_DOOR].doses) == (2, 1)
        stores = lot_reading.stores_of(had_again)
        assert [(each.organisation, each.doses) for each in stores] == [
            (site.vaccinator.organisation, 3)
        ]
    with scoped(cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR), "vaccination"):
        assert [row.dose.person_id for row in lot_reading.had_lot(lot.id)] == [none.id]
