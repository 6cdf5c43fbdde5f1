"""The public portal: everybody reads it, and nobody finds anybody in it."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped, system_scope
from lachan.people.entering import NewPerson
from lachan.people.services import Stay, register_many
from lachan.places.selectors import communes_of
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination.models import Dose, Population, Source
from lachan.vaccination.public_counting import count_doses
from lachan.vaccination.public_reading import FEWEST, areas
from lachan.vaccination.services import Injection, enter, reverse
from tests.factories import cast
from tests.places.units import BAC_NINH

#: People of each commune of the test; the last two are too few to be shown.
PEOPLE = (30, 12, 7, 3, 2)


@pytest.fixture(scope="module", autouse=True)
def town(database: str) -> list[int]:
    """Communes with people, each with one dose, some with two."""
    communes = [hit.id for hit in communes_of(BAC_NINH)[: len(PEOPLE)]]
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        shots = []
        for commune, count in zip(communes, PEOPLE, strict=True):
            new = [
                NewPerson(full_name=f"Người {n}", stay=Stay(commune, BAC_NINH, "Xóm Đông"))
                for n in range(count)
            ]
            for number, each in enumerate(register_many(new, by=by)):
                shots += [shot(each.id, ago) for ago in (90, 20)[: 1 + number % 2]]
        assert {each.outcome for each in enter(shots, by=by)} == {"made"}
        assert count_doses() == len(PEOPLE)
    return communes


def shot(person: Any, ago: int) -> Injection:
    return Injection(
        id=uuid7(),
        person=person,
        disease="covid-19",
        product="vaxzevria",
        given_at=now() - timedelta(days=ago),
        source=Source.PAPER,
        lot_text="ABW0123",
    )


def shown(province: int | None = BAC_NINH) -> dict[int, Any]:
    with reference_reading():
        return {each.unit: each for each in areas("covid-19", province)}


def test_numbers_too_small_are_hidden_and_totals_are_whole(town: list[int]) -> None:
    given = [shown()[commune].given["vaxzevria"] for commune in town]
    assert given == [45, 18, 10, None, None]
    assert shown(None)[BAC_NINH].given["vaxzevria"] == 45 + 18 + 10 + 4 + 3
    assert shown(None)[BAC_NINH].people[1] == sum(PEOPLE)


def test_a_single_small_number_hides_the_next_so_that_nobody_subtracts(town: list[int]) -> None:
    people = [shown()[commune].people.get(2) for commune in town]
    # 15, 6, 3, 1 and 1 people have two doses: three are small and together five.
    assert people == [15, 6, None, None, None]


def test_a_dose_taken_back_is_counted_no_more(town: list[int]) -> None:
    with system_scope("test") as by:
        [one] = Dose.objects.filter(commune=town[0]).order_by("id")[:1]
        reverse(one, why="Nhập nhầm", by=by)
        assert count_doses() >= 1
    assert shown()[town[0]].given["vaxzevria"] == 44
    with system_scope("test") as by:
        enter([shot(one.person_id, 90)], by=by)
        count_doses()
    assert shown()[town[0]].given["vaxzevria"] == 45


def test_a_share_has_its_denominator_and_day(town: list[int]) -> None:
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    with scoped(director, "test"):
        Population.objects.create(
            province=BAC_NINH,
            commune=town[0],
            disease="covid-19",
            people=60,
            on=today(),
            document="Báo cáo dân số 2026",
            entered_at=now(),
        )
    area = shown()[town[0]]
    assert area.share(1) == 50
    assert area.on == today()
    assert shown()[town[1]].share(1) is None


def test_nobody_reads_the_counts_themselves() -> None:
    for who in (cast.of_province(Role.DIRECTOR, BAC_NINH), cast.of_nation(), cast.outsider()):
        with scoped(who, "test"), connections["default"].cursor() as cursor:
            cursor.execute("select count(*) from vaccination_dosecount")
            assert cursor.fetchone() == (0,)
            cursor.execute("select count(*) from core.doses_given('covid-19', 1)")
            assert cursor.fetchone() == (0,)


def test_hidden_numbers_cannot_be_worked_out() -> None:
    """Whatever the counts: none or several are hidden, and together they are no small number."""
    rng = random.Random(20211126)
    for _ in range(150):
        counts = [rng.choice([1, 2, 4, 5, 6, 40]) for _commune in range(rng.randint(1, 6))]
        with connections["owner"].cursor() as cursor:
            cursor.execute("truncate vaccination_dosecount")
            for commune, given in enumerate(counts):
                cursor.execute(
                    "insert into vaccination_dosecount (province, commune, disease, product, lot,"
                    " day, given) values (1, %s, 'd', 'p', '', current_date, %s)",
                    [commune, given],
                )
        with reference_reading(), connections["default"].cursor() as cursor:
            cursor.execute("select commune, given from core.doses_given('d', %s)", [FEWEST])
            rows = dict(cursor.fetchall())
        total = rows.pop(None)
        hidden = [given for commune, given in enumerate(counts) if rows[commune] is None]
        assert all(rows[n] in (None, given) for n, given in enumerate(counts))
        assert all(given >= FEWEST for given in rows.values() if given is not None)
        assert total == (sum(counts) if sum(counts) >= FEWEST else None)
        if hidden and total is not None:
            assert len(hidden) > 1, counts
            assert sum(hidden) >= FEWEST, counts
    with system_scope("test"):
        connections["owner"].cursor().execute("delete from vaccination_counted")
        count_doses()


def page(path: str, language: str = "vi") -> Any:
    return Client(headers={"accept-language": language, "host": "localhost"}).get(path)


def test_everybody_reads_the_pages_and_takes_the_figures_along(town: list[int]) -> None:
    said = page("/vaccination/figures/").content.decode()
    assert "Bắc Ninh" in said
    assert "Không công bố số dưới 5" in said
    communes = page(f"/vaccination/figures/?province={BAC_NINH}", "en").content.decode()
    assert "fewer than 5" in communes
    data = page(f"/vaccination/figures.json?province={BAC_NINH}").json()
    assert Counter(each["doses"].get("vaxzevria") for each in data["areas"])[None] == 2
    assert data["as_of"]
    assert page("/vaccination/figures.csv").content.decode().count("\n") >= 2
    assert page("/vaccination/figures.xlsx").status_code == 200
    assert page("/vaccination/figures/?disease=nothing").status_code == 404
    assert page("/vaccination/figures.exe").status_code == 404
