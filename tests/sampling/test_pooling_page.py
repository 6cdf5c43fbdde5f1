"""The pooling page says what the rule's pools save and miss where somebody works."""

import csv
import re
from html import unescape
from io import StringIO
from typing import Any

import pytest

from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.engine.pooling import Assay, CtShift, Design, figures
from lachan.rulebook.services import load_shipped_rules
from tests.factories import cast
from tests.sampling.people_at_the_table import browser
from tests.sampling.pools_answered import answered, people

#: The test of the shipped rule, in the engine's own words.
PCR = Assay(0.95, 0.995, CtShift(27.2, 7.6, 38.0))

ASKED = {"disease": "covid-19", "area": "low", "people": "1000", "positivity": "0.9"}


@pytest.fixture(autouse=True)
def _rules(database: str) -> None:
    with system_scope("test") as by:
        load_shipped_rules(by=by)


def page(principal: Principal, language: str = "en", **asked: Any) -> str:
    """The page's words, one space between them."""
    answer = browser(principal, language).get("/sampling/pooling/", asked)
    assert answer.status_code == 200, answer.content.decode()
    text = re.sub(r"<(svg|nav|form)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def station() -> Principal:
    """An officer of the commune HERE."""
    return cast.of_commune(Role.STATION_OFFICER)


def test_the_sentence_is_the_engines_arithmetic() -> None:
    text = page(station(), **ASKED)
    expected = figures(Design("dorfman", (10,)), 0.009, PCR)

    kits = round(1000 * expected.tests_per_person)
    assert f"Pools of 10: {kits} kits instead of 1,000" in text
    # 100 pools and the rest singly, 94 in a run of 1.5 hours; 1,000 single tests fill 11 runs.
    assert "instead of 16.5 h, at 0.90 % positivity." in text
    assert f"{expected.missed:.2f} infected are missed" in text


def test_it_says_when_another_size_is_cheaper_and_where_pooling_ends() -> None:
    text = page(station(), **ASKED | {"area": "high"})

    assert "Pools of 5:" in text
    assert re.search(r"Pools of (9|10) would need \d+\.", text)
    assert re.search(r"Above \d+\.\d % do not pool: less than 20 % of the kits are saved", text)


def test_above_the_boundary_it_says_do_not_pool() -> None:
    text = page(station(), **ASKED | {"positivity": "25"})

    assert "Do not pool: at 25 % positivity pooling is not worth it" in text
    assert "would need" not in text


def test_it_reads_the_positivity_of_the_own_commune() -> None:
    for _number in range(9):
        answered(people(2), "negative")
    answered(people(2), "positive")
    mine = page(station(), disease="covid-19", area="low")

    assert "from 20 people in 10 tubes" in mine
    assert "Pools of 2: 10, positive 1" in mine
    assert re.search(r"Pools of 10: \d+ kits instead of 1,000", mine)
    assert "With the interval of the positivity: between" in mine
    other = page(cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE), area="low")
    assert "No tube of these people was answered in these days. Type a positivity." in other
    assert "kits instead of" not in other


def test_without_an_area_there_is_no_advice() -> None:
    text = page(station(), **ASKED | {"area": ""})

    assert "Choose how risky the area is." in text
    assert "kits instead of" not in text


def test_a_zone_tests_by_household_with_antigen() -> None:
    text = page(station(), **ASKED | {"area": "zone"})

    assert "pools of up to 5 by rapid antigen test; sample everybody" in text
    assert "1,000 people, at most 15 in a pool" in text


def test_it_names_the_rule_and_its_document() -> None:
    text = page(station(), **ASKED)

    assert "version 1" in text
    assert "default of Lá Chắn after the practice of August and September 2021" in text
    assert "default of Lá Chắn, not a legal text" in text
    assert "Households of fewer than 5: 1; larger ones: 2" in text


def test_measles_is_never_pooled() -> None:
    text = page(station(), **ASKED | {"disease": "measles"})

    assert "Single samples by rule: 1,000 kits" in text
    assert "Measles: always single samples" in text


def test_it_speaks_vietnamese_with_vietnamese_numbers() -> None:
    text = page(station(), "vi", **ASKED | {"positivity": "0,9"})

    assert re.search(r"Gộp 10: \d+ bộ kit thay vì 1\.000", text)
    assert "0,90 %" in text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"people": "0"}, 422),
        ({"positivity": "101"}, 422),
        ({"positivity": "nan"}, 422),
        ({"area": "moon"}, 422),
        ({"disease": "unknown"}, 422),
        ({"run_hours": "0"}, 422),
    ],
)
def test_it_says_what_is_wrong_with_a_field(asked: dict[str, str], status: int) -> None:
    answer = browser(station()).get("/sampling/pooling/", ASKED | asked)

    assert answer.status_code == status
    assert "kits instead of" not in answer.content.decode()


def test_the_table_comes_as_a_file() -> None:
    answer = browser(station()).get("/sampling/pooling/", ASKED | {"as": "csv"})
    head, first, *others = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))

    assert head[:3] == ["Design", "Sizes", "Kits"]
    assert first[:2] == ["Two stages", "10"]
    assert "Single samples" in {row[0] for row in others}


@pytest.mark.parametrize(
    "principal",
    [
        lambda: cast.of_organisation(Role.SAMPLER),
        lambda: cast.of_province(Role.DIRECTOR),
        lambda: cast.of_province(Role.TRACER),
        lambda: cast.of_province(Role.TECHNOLOGY_TEAM),
    ],
)
def test_those_who_plan_see_it(principal: Any) -> None:
    assert "kits instead of" in page(principal(), **ASKED)


@pytest.mark.parametrize(
    "principal",
    [
        cast.citizen,
        cast.outsider,
        lambda: cast.of_organisation(Role.LABORATORY),
        lambda: cast.of_organisation(Role.GATE_CONTROLLER),
    ],
)
def test_others_do_not(principal: Any) -> None:
    assert browser(principal()).get("/sampling/pooling/").status_code == 403
