"""The arithmetic of epidemics and warnings beside its tables in tests/spec/pace."""

from dataclasses import replace
from fractions import Fraction

import pytest

from lachan.engine.thresholds import CIRCULAR_15_2026, Baseline, baseline, is_over, same_week

HISTORY = {2019: 3, 2020: 3, 2021: 3, 2022: 3, 2023: 5, 2024: 7, 2025: 7}


def test_a_border_is_not_moved_by_rounding() -> None:
    # Mean 11/3 and SD 2/3 are no floats; mean + 2 SD is 5 exactly.
    thirds = Baseline(Fraction(11, 3), Fraction(4, 9), years=(2024, 2025))

    assert [thirds.compare(count, 2) for count in (3, 4, 5, 6)] == [-1, -1, 0, 1]


def test_an_epidemic_is_over_once_a_month_is_below_the_threshold() -> None:
    month = baseline(HISTORY, 2026, set(), CIRCULAR_15_2026)

    assert month
    assert month.plus(2) == 9
    assert [is_over(count, month) for count in (8, 9, 10)] == [True, False, False]


@pytest.mark.parametrize(
    ("replaced", "years"),
    [(False, (2024, 2023, 2022, 2021)), (True, (2024, 2023, 2022, 2021, 2020))],
)
def test_an_epidemic_year_is_left_out_and_not_replaced(
    replaced: bool, years: tuple[int, ...]
) -> None:
    rule = replace(CIRCULAR_15_2026, replace_years=replaced)

    usual = baseline(HISTORY, 2026, {2025}, rule)

    assert usual
    assert usual.years == years


def test_years_to_come_are_no_history() -> None:
    usual = baseline({**HISTORY, 2026: 90, 2027: 90}, 2026, set(), CIRCULAR_15_2026)

    assert usual
    assert usual.years == (2025, 2024, 2023, 2022, 2021)


def test_the_other_standard_deviation_is_smaller() -> None:
    rule = replace(CIRCULAR_15_2026, sample_sd=False)

    usual = baseline(HISTORY, 2026, set(), rule)

    assert usual
    assert usual.plus(2) == pytest.approx(5 + 2 * (16 / 5) ** 0.5)


def test_the_fifty_third_week_is_compared_with_the_fifty_second() -> None:
    assert [same_week(year, 53) for year in (2020, 2021, 2026)] == [53, 52, 53]
    assert same_week(2021, 12) == 12
