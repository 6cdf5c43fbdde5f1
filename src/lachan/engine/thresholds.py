"""When a commune has an epidemic ("có dịch"), and when it must be warned: the law's arithmetic.

Source: Circular 15/2026/TT-BYT, articles 16.1, 16.3 and 22.1.  The figures are data; what the text
leaves open is a field of `Thresholds` or is said in docs/platforms/pace.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import sqrt
from statistics import pvariance, variance
from typing import NamedTuple

EPIDEMIC, WARNING, NONE, UNKNOWN = "epidemic", "warning", "none", "unknown"

#: Doubts that stand beside an answer.
FEW_YEARS, NEVER_SEEN, ABOVE_RANGE, BY_GUIDANCE = (
    "few_years",
    "never_seen",
    "above_range",
    "by_guidance",
)


@dataclass(frozen=True)
class Thresholds:
    """The figures of one legal text, each with its article.

    `sample_sd`: the text says only "standard deviation".  The years are a sample of how the
    commune is without an epidemic, so the sample one (divided by n - 1; STDEV in a spreadsheet)
    is taken.  With five years it is 12 % larger than the other, so it warns later.
    `replace_years`: whether an epidemic year is replaced by an earlier one; read as no.
    `least_years` is no figure of the text: one year has no standard deviation.
    """

    source: str
    years: int = 5  # art. 16.1.b, 22.1.b
    epidemic_sd: int = 2  # art. 16.1.b: more than the mean + 2 SD, month to date
    warning_sd: int = 1  # art. 22.1.b: from the mean + 1 SD, week to date
    linked_epidemic: int = 5  # art. 16.1.c: linked cases, month to date
    linked_warning: int = 3  # art. 22.1.c: linked cases, week to date
    confirmed_warning: int = 1  # art. 22.1.a: confirmed cases, group A
    sample_sd: bool = True
    replace_years: bool = False
    least_years: int = 2


CIRCULAR_15_2026 = Thresholds(source="15/2026/TT-BYT")


class Baseline(NamedTuple):
    """The same month or week of earlier years; exact, so that no rounding decides a border."""

    mean: Fraction
    variance: Fraction
    years: tuple[int, ...]

    def plus(self, deviations: int) -> float:
        """Mean + so many standard deviations, for people to read."""
        return float(self.mean) + deviations * sqrt(self.variance)

    def compare(self, count: int, deviations: int) -> int:
        """-1, 0 or 1: `count` is below, at or above mean + `deviations` standard deviations."""
        more = count - self.mean
        if more < 0:
            return -1
        square, limit = more**2, deviations**2 * self.variance
        return (square > limit) - (square < limit)


class Finding(NamedTuple):
    """The answer of the law: `state`, the article it rests on, and a doubt or an empty text."""

    state: str
    article: str
    doubt: str = ""


def baseline(
    history: Mapping[int, int], year: int, epidemic_years: Collection[int], rule: Thresholds
) -> Baseline | None:
    """What is usual: `history` holds the same month or week of every year on record.

    None when fewer than `least_years` remain.
    """
    recent = [y for y in sorted(history, reverse=True) if y < year]
    if not rule.replace_years:
        recent = [y for y in recent if y >= year - rule.years]
    kept = [y for y in recent if y not in epidemic_years][: rule.years]
    if len(kept) < rule.least_years:
        return None
    counts = [Fraction(history[y]) for y in kept]
    spread = variance(counts) if rule.sample_sd else pvariance(counts)
    return Baseline(sum(counts, Fraction(0)) / len(counts), spread, tuple(kept))


def endemic(
    month_to_date: int,
    month: Baseline | None,
    week_to_date: int,
    week: Baseline | None,
    rule: Thresholds = CIRCULAR_15_2026,
) -> Finding:
    """Groups B and C where the disease is endemic: art. 16.1.b, then 22.1.b."""
    if month and month.compare(month_to_date, rule.epidemic_sd) > 0:
        return Finding(EPIDEMIC, "16.1.b", doubt_of(month, rule))
    if week and week_to_date and week.compare(week_to_date, rule.warning_sd) >= 0:
        # The text ends the range at + 2 SD.  More cases than that cannot be a smaller reason.
        above = week.compare(week_to_date, rule.epidemic_sd) > 0
        return Finding(WARNING, "22.1.b", doubt_of(week, rule) or (ABOVE_RANGE if above else ""))
    if month is None or week is None:
        return Finding(UNKNOWN, "16.1.b" if month is None else "22.1.b", FEW_YEARS)
    return Finding(NONE, "16.1.b", FEW_YEARS if len(month.years) < rule.years else "")


def doubt_of(usual: Baseline, rule: Thresholds) -> str:
    """Why a person should look again: nothing was ever seen, or few years are left."""
    if usual.mean == 0:
        return NEVER_SEEN
    return FEW_YEARS if len(usual.years) < rule.years else ""


def not_endemic(
    linked_in_month: int, linked_in_week: int, rule: Thresholds = CIRCULAR_15_2026
) -> Finding:
    """Groups B and C where it is not: art. 16.1.c, then 22.1.c.

    The counts are the largest groups of cases that people have found to be linked.
    """
    if linked_in_month >= rule.linked_epidemic:
        return Finding(EPIDEMIC, "16.1.c")
    if linked_in_week >= rule.linked_warning:
        return Finding(WARNING, "22.1.c")
    return Finding(NONE, "16.1.c")


def group_a(confirmed: int, rule: Thresholds = CIRCULAR_15_2026) -> Finding:
    """Group A: one confirmed case is a warning (art. 22.1.a).

    When it is an epidemic is left to the guidance for each disease (art. 16.1.a).
    """
    if confirmed >= rule.confirmed_warning:
        return Finding(WARNING, "22.1.a", BY_GUIDANCE)
    return Finding(NONE, "22.1.a")


def is_over(month_count: int, month: Baseline, rule: Thresholds = CIRCULAR_15_2026) -> bool:
    """Art. 16.3.b, endemic: the count of a calendar month is back below the threshold.

    At the threshold itself the text says neither; read as not over.
    """
    return month.compare(month_count, rule.epidemic_sd) < 0


def same_week(year: int, week: int) -> int:
    """The week of `year` that stands for ISO week `week`; the 53rd is the 52nd where none is."""
    last = date(year, 12, 28).isocalendar().week
    return min(week, last)
