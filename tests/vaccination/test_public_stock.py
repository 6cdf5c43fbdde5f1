"""The stock in public, populations by file, and two records of one person counted once."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped, system_scope
from lachan.people.joining import join, part
from lachan.people.models import Person
from lachan.places.selectors import communes_of
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination import populating, stock_book, stocking
from lachan.vaccination.allocating import Decision, Line, decide
from lachan.vaccination.models import Population, Source
from lachan.vaccination.populating import Told
from lachan.vaccination.public_counting import count_doses
from lachan.vaccination.public_reading import FEWEST, areas
from lachan.vaccination.public_stock_reading import stock_areas, stock_lots
from lachan.vaccination.services import Injection, enter
from lachan.vaccination.stock_book import Count
from lachan.vaccination.stock_counting import count_stock
from lachan.vaccination.stocking import Amount, Kind, Received
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import browser
from tests.vaccination.stores import filled, give, lot, store


@pytest.fixture(autouse=True)
def _rules(database: str) -> None:
    with system_scope("test") as by:
        load_shipped_rules(by=by)


def shown(province: int | None) -> dict[int | None, tuple[Any, ...]]:
    with reference_reading():
        rows = stock_areas("covid-19", province, "trên")
    return {
        one.unit: (one.allocated, one.received, one.given, one.wasted, one.left) for one in rows
    }


def test_a_dose_is_counted_once_whichever_stores_it_passed() -> None:
    above, cdc = store("Kho CDC", kind="province", gives=False, commune=None, province=BAC_NINH)
    below, station = store("Kho Trạm", kind="station", commune=NENH, province=BAC_NINH)
    of = lot("CK0001")
    filled(above, cdc, of, 500)
    with scoped(cdc, "stock"):
        made = decide(
            id=uuid7(),
            store=above,
            decision=Decision("8/QĐ", "vaxzevria", today(), "Giám đốc"),
            lines=[Line(below.id, 300)],
            by=cdc,
        )
        move = stocking.send(
            id=uuid7(),
            store=above,
            to=below,
            kind=Kind.ISSUE,
            amounts=[Amount(of.id, 200)],
            share=made.shares.get(),
            by=cdc,
        )
    with scoped(station, "stock"):
        came = [Received(of.id, 200, 200)]
        stocking.receive(id=uuid7(), store=below, came=came, answers=move, by=station)
        stocking.remove(
            id=uuid7(), store=below, amount=Amount(of.id, 10), cause="broken", by=station
        )
    give(below, of, 40)
    with scoped(station, "stock"):
        counts = {of.id: Count(150)}
        stock_book.close_book(id=uuid7(), store=below, day=today(), counts=counts, by=station)
    with system_scope("test"):
        assert count_stock() >= 2
        assert count_stock() >= 0
    assert shown(BAC_NINH) == {NENH: (300, 200, 40, 10, 150), None: (0, 500, 0, 0, 300)}
    assert shown(None)[BAC_NINH] == (0, 500, 40, 10, 450)
    with reference_reading():
        [row] = [one for one in stock_lots("covid-19", "trên") if one.lot == "CK0001"]
        assert (row.received, row.given, row.wasted, row.left) == (500, 40, 10, 450)
    client = Client(headers={"host": "localhost", "accept-language": "vi"})
    said = client.get(f"/vaccination/figures/?province={BAC_NINH}").content.decode()
    assert "8/QĐ" not in said
    assert "8/QĐ" in client.get("/vaccination/figures/").content.decode()
    data = client.get(f"/vaccination/stock.json?province={BAC_NINH}").json()
    there = {each["unit"]: each for each in data["areas"]}
    assert (there[NENH]["left"], there[NENH]["other"]) == (150, 0)
    assert there[None]["other"] == 200
    for path in ("stock.csv", "stock.xlsx", "sites.csv", "sites.json"):
        assert client.get(f"/vaccination/{path}").status_code == 200


def test_nobody_reads_the_counts_of_stores_themselves() -> None:
    for who in (cast.of_province(Role.DIRECTOR, BAC_NINH), cast.of_nation(), cast.outsider()):
        with scoped(who, "test"), connections["default"].cursor() as cursor:
            cursor.execute("select count(*) from vaccination_stockcount")
            assert cursor.fetchone() == (0,)
            for name in ("stock_by_area", "stock_by_lot"):
                cursor.execute(f"select count(*) from core.{name}('covid-19', 1)")
                assert cursor.fetchone() == (0,)


def _counted(counts: list[int], column: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from vaccination_store limit 1")
        row = cursor.fetchone() or (store()[0].id,)
        cursor.execute("truncate vaccination_stockcount")
        for at, given in enumerate(counts):
            of = {"commune": 0, "lot": "A", column: at if column == "commune" else f"L{at}"}
            cursor.execute(
                "insert into vaccination_stockcount (store_id, province, commune, disease, product,"
                " lot, allocated, received, allocated_province, received_province, given, wasted,"
                " \"left\") values (%s, 1, %s, 'd', %s, %s, 9, 99, 9, 99, %s, 1, %s)",
                [row[0], of["commune"], "p", f"{of['lot']}-{at}", given, 98 - given],
            )


@pytest.mark.parametrize("column", ["commune", "lot"])
def test_doses_given_that_are_hidden_cannot_be_worked_out(column: str) -> None:
    """Neither from the sum, nor from what is left of what was received."""
    store()
    rng = random.Random(20211127)
    name = "stock_by_area" if column == "commune" else "stock_by_lot"
    for _ in range(60):
        counts = [rng.choice([0, 1, 2, 4, 5, 6, 40]) for _each in range(rng.randint(1, 6))]
        _counted(counts, column)
        with reference_reading(), connections["default"].cursor() as cursor:
            cursor.execute(f"select * from core.{name}('d', %s)", [FEWEST])
            rows = [dict(zip([c[0] for c in cursor.description], r, strict=True)) for r in cursor]
        parts = [row for row in rows if not row.get("whole")]
        assert len(parts) == len(counts)
        for row in parts:
            assert (row["given"] is None) == (row["left"] is None)
            assert row["given"] is None or row["given"] == 0 or row["given"] >= FEWEST
        seen = sum(row["given"] or 0 for row in parts)
        hidden = [row for row in parts if row["given"] is None]
        if hidden and sum(counts) >= FEWEST:
            assert len(hidden) > 1, counts
            assert sum(counts) - seen >= FEWEST, counts
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate vaccination_stockcount")


def dosed(whom: Person, ago: int) -> None:
    with system_scope("test") as by:
        one = Injection(
            id=uuid7(),
            person=whom.id,
            disease="covid-19",
            product="vaxzevria",
            given_at=now() - timedelta(days=ago),
            source=Source.PAPER,
            lot_text="ABW0123",
        )
        assert [each.outcome for each in enter([one], by=by)] == ["made"]


def people_by_doses() -> dict[tuple[int, int], int]:
    with system_scope("test"):
        count_doses()
    with connections["owner"].cursor() as cursor:
        cursor.execute("select commune, doses, people from vaccination_covered")
        return {(commune, doses): people for commune, doses, people in cursor.fetchall()}


def test_records_that_are_joined_are_one_person_with_all_doses() -> None:
    from lachan.people.services import Stay, register_person

    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate vaccination_dosecount, vaccination_covered")
        cursor.execute("delete from vaccination_counted")
    one, two = (hit.id for hit in communes_of(BAC_NINH)[20:22])
    with system_scope("test") as by:
        first, second, third = (
            register_person(full_name=f"Lò Thị Ban {n}", stay=Stay(where, BAC_NINH), by=by)
            for n, where in enumerate((one, one, two))
        )
    for whom, ago in ((first, 90), (second, 60), (third, 10), (third, 40)):
        dosed(whom, ago)

    def mine() -> dict[tuple[int, int], int]:
        return {key: n for key, n in people_by_doses().items() if key[0] in (one, two)}

    assert mine() == {(one, 1): 2, (two, 1): 1, (two, 2): 1}
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    with scoped(director, "test") as by:
        links = [
            join(kept=first.id, other=second.id, why="Đã xem giấy tờ", by=by),
            join(kept=second.id, other=third.id, why="Đã xem giấy tờ", by=by),
        ]
    assert mine() == {(two, n): 1 for n in (1, 2, 3, 4)}
    with scoped(director, "test") as by:
        part(links[1], why="Hai người", by=by)
    assert mine() == {(one, 1): 1, (one, 2): 1, (two, 1): 1, (two, 2): 1}


def entered(text: str, on: str = "", **more: str) -> Any:
    client = browser(cast.of_province(Role.DIRECTOR, BAC_NINH), "vi")
    told = {"f-disease": "covid-19", "f-on": on or str(today()), "f-document": "BC 12", **more}
    file = SimpleUploadedFile("dan-so.csv", text.encode())
    return client.post("/vaccination/populations/", {**told, "f-file": file})


def test_a_file_of_populations_names_its_bad_lines_and_takes_the_others() -> None:
    names = [hit.name for hit in communes_of(BAC_NINH)[:4]]
    lines = [
        *("Dân số tiêm chủng", "STT;Xã, phường;Dân số"),
        *(f"1;{names[0]};12.345", f"2;{names[1]};8100", f"3;{names[0]};5"),
        *("4;Xã Không Có;100", f"5;{names[2]};nhiều", "Tổng cộng;;20445"),
    ]
    answer = entered("\n".join(lines))
    said = answer.content.decode()
    assert answer.status_code == 422
    for number in (5, 6, 7):
        assert f"Dòng {number}" in said
    with reference_reading():
        there = {row.people for row in Population.objects.filter(document="BC 12")}
        assert there == {12_345, 8100}
        area = {each.name: each for each in areas("covid-19", BAC_NINH)}[names[0]]
        assert (area.population, area.document) == (12_345, "BC 12")
    good = "\n".join(lines[:4])
    assert entered(good).status_code == 302
    other = entered(good.replace("8100", "8200"))
    assert other.status_code == 422
    assert "số liệu khác" in other.content.decode()


def test_a_population_is_the_provinces_to_enter() -> None:
    commune = communes_of(BAC_NINH)[30].id
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    told = Told("covid-19", today(), "BC 13")
    rows = [
        ("population_not_yours", cast.of_commune(Role.STATION_OFFICER, NENH), told, {commune: 9}),
        ("document_missing", director, Told("covid-19", today(), " "), {commune: 9}),
        ("clock_wrong", director, Told("covid-19", today() + timedelta(days=2), "B"), {commune: 9}),
        ("disease_unknown", director, Told("nothing", today(), "B"), {commune: 9}),
        ("population_unreadable", director, told, {commune: 0}),
        ("commune_unknown", cast.of_province(Role.DIRECTOR, 2), told, {commune: 9}),
    ]
    for code, by, what, people in rows:
        with pytest.raises(Refused) as found, scoped(by, "test"):
            populating.enter_populations(told=what, people=people, by=by)
        assert found.value.code == code
    client = browser(director)
    told_once = {"disease": "covid-19", "commune": str(commune), "people": "900"}
    told_once |= {"on": str(today()), "document": "BC 14"}
    assert client.post("/vaccination/populations/", told_once).status_code == 302
    assert b"BC 14" in client.get("/vaccination/populations/").content
