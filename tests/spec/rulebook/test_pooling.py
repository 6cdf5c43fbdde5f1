"""Which pools by which area: the rule of a day, with its source."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from lachan.rulebook.checking import check_rule
from lachan.rulebook.pooling import PoolingRule, pooling_rule_of
from lachan.rulebook.shape import BadRule
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "How many share a tube (1: a tube each), and how often"
table = """
  on         | disease  | area | people in a tube | test  | who             | mixed      | days between rounds | source
  -----------+----------+------+------------------+-------+-----------------+------------+---------------------+--------------
  15/08/2020 | covid-19 | low  |        5         | pcr   | everybody       | neighbours | –                   | secondary
  15/08/2020 | covid-19 | high |        1         | pcr   | everybody       | neighbours | –                   | secondary
  15/05/2021 | covid-19 | low  |        5         | pcr   | everybody       | neighbours | –                   | secondary
  15/05/2021 | covid-19 | high |        15        | pcr   | everybody       | household  | –                   | secondary
  15/09/2021 | covid-19 | low  |        10        | pcr   | representatives | neighbours | 7                   | secondary
  15/09/2021 | covid-19 | high |        5         | pcr   | representatives | neighbours | 2                   | secondary
  15/09/2021 | covid-19 | zone |        5         | rapid | everybody       | household  | 2                   | secondary
  15/11/2026 | covid-19 | low  |        10        | pcr   | representatives | neighbours | 7                   | house_default
  15/11/2026 | covid-19 | zone |        5         | rapid | everybody       | household  | 2                   | house_default
  15/11/2026 | measles  | low  |        1         | pcr   | everybody       | neighbours | –                   | house_default
  15/11/2026 | demo-a   | high |        4         | pcr   | everybody       | neighbours | 3                   | invented
"""  # noqa: E501  # a table is read across


def _rule(day: str, disease: str) -> PoolingRule:
    return pooling_rule_of(shipped.rule("pooling", disease, shipped.noon(day)))


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_knows_how_an_area_is_pooled(case: dict[str, str]) -> None:
    rule = _rule(case["on"], case["disease"])
    area = rule.areas[case["area"]]

    assert area.size == int(case["people in a tube"])
    assert (area.method, area.who, area.mixed) == (case["test"], case["who"], case["mixed"])
    assert area.days == int(tables.known(case["days between rounds"]) or 0)
    assert rule.source.reading == case["source"]


@pytest.mark.parametrize(
    ("area", "household", "sampled"),
    [("low", 1, 1), ("low", 4, 1), ("low", 5, 2), ("high", 9, 2), ("zone", 4, 4), ("zone", 9, 9)],
)
def test_it_knows_how_many_of_a_household_are_sampled(
    area: str, household: int, sampled: int
) -> None:
    assert _rule("15/11/2026", "covid-19").sampled_of(area, household) == sampled


@pytest.mark.parametrize("area", ["low", "high", "zone"])
def test_somebody_with_symptoms_is_never_pooled(area: str) -> None:
    rule = _rule("15/11/2026", "covid-19")

    assert rule.size_for(area, "symptoms") == 1
    assert rule.size_for(area, "screening") == rule.areas[area].size


def _changed(change: Callable[[dict[str, Any]], object]) -> None:
    rule = shipped.rule("pooling", "covid-19", shipped.noon("15/11/2026"))
    body: dict[str, Any] = copy.deepcopy(dict(rule.body))
    change(body)
    check_rule("pooling", body, rule.sentences)


def test_the_shipped_rule_is_accepted_as_it_is() -> None:
    _changed(lambda body: None)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("zone"),
        lambda body: body["low"].pop("who"),
        lambda body: body["low"].update(size=11),
        lambda body: body["low"].update(size=1),
        lambda body: body["low"].update(design="single"),
        lambda body: body["low"].update(design="pyramid"),
        lambda body: body["low"].update(days=-1),
        lambda body: body["zone"].update(size=16),
        lambda body: body["zone"].update(mixed="neighbours", size=11),
        lambda body: body.update(largest=21),
        lambda body: body.update(largest=True),
        lambda body: body.update(household_below=0),
        lambda body: body.update(least_saving=101),
        lambda body: body.update(single="symptoms"),
        lambda body: body["tests"].pop("rapid"),
        lambda body: body["tests"]["pcr"].pop("ct_sd"),
        lambda body: body["tests"]["pcr"].update(ct_sd=0),
        lambda body: body["tests"]["pcr"].update(sensitivity=0.95),
    ],
)
def test_it_refuses_a_rule_by_which_nobody_could_sample(
    change: Callable[[dict[str, Any]], object],
) -> None:
    with pytest.raises(BadRule):
        _changed(change)
