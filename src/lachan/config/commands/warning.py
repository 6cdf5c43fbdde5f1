"""`lachan warning`: which communes have an epidemic or must be warned, by the law's arithmetic.

Articles, columns and codes are in docs/platforms/pace.md; the rule is `lachan.engine.thresholds`.
"""

from __future__ import annotations

import argparse
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

from lachan.config.commands.pacefiles.answering import (
    FailedError,
    add_answer_options,
    check_files,
    failed,
    status,
    tell_refusals,
    tell_summary,
    write_answer,
)
from lachan.config.commands.pacefiles.reading import Cells, Once, Reader, day, place, whole
from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.engine.thresholds import (
    CIRCULAR_15_2026,
    Baseline,
    Finding,
    baseline,
    endemic,
    group_a,
    not_endemic,
    same_week,
)

COLUMNS = (
    *("place", "state", "article", "doubt", "month_cases", "month_limit"),
    *("week_cases", "week_limit", "years"),
)

RULE = CIRCULAR_15_2026


class Line(NamedTuple):
    """The answer for one commune; limits are for people to read."""

    finding: Finding
    month_cases: int
    month_limit: float
    week_cases: int
    week_limit: float
    years: tuple[int, ...] = ()


@dataclass
class Counts(Reader):
    """Cases by place, day and link (empty: not linked to another case)."""

    cases: dict[str, Counter[tuple[date, str]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    epidemic_years: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    sums: dict[str, tuple[list[date], list[int]]] = field(default_factory=dict)

    def read_counts(self, path: str) -> None:
        """`place,date,count[,link]`."""
        once = Once()

        def take(row: int, cells: Cells) -> None:
            name, on = place(cells), day("date", cells["date"])
            count, link = whole("count", cells["count"]), cells.get("link", "").strip()
            once.take((name, on, link), row, f"{name} {on} {link}".strip())
            self.cases[name][on, link] += count

        self.read(path, ["place", "date", "count"], take, optional=["link"])

    def read_epidemic_years(self, path: str) -> None:
        """`place,year`: years to leave out."""

        def take(row: int, cells: Cells) -> None:
            self.epidemic_years[place(cells)].add(whole("year", cells["year"]))

        self.read(path, ["place", "year"], take)

    def first_day(self) -> date:
        """The first day with a row."""
        return min(on for cases in self.cases.values() for on, _ in cases)

    def last_day(self) -> date:
        """The last day with a row."""
        return max(on for cases in self.cases.values() for on, _ in cases)

    def between(self, name: str, first: date, last: date) -> int:
        """Cases of a place from `first` to `last`, both counted in."""
        days, sums = self.running(name)
        return sums[bisect_right(days, last)] - sums[bisect_left(days, first)]

    def running(self, name: str) -> tuple[list[date], list[int]]:
        """The days of a place with a row, and the cases before each of them."""
        if name not in self.sums:
            by_day: Counter[date] = Counter()
            for (on, _), count in self.cases[name].items():
                by_day[on] += count
            days = sorted(by_day)
            self.sums[name] = days, [0, *accumulate(by_day[on] for on in days)]
        return self.sums[name]

    def linked(self, name: str, first: date, last: date) -> int:
        """The largest group of linked cases; a case without link is a group of one."""
        groups: Counter[str] = Counter()
        for (on, link), count in self.cases[name].items():
            if first <= on <= last and count:
                groups[link] = groups[link] + count if link else 1
        return max(groups.values(), default=0)


def run(argv: list[str]) -> int:
    """0 when answered, 1 when a row was refused and --strict was asked, 2 when nothing was."""
    options = parser().parse_args(argv)
    try:
        return judge_files(options)
    except (FailedError, UnreadableFileError) as error:
        return failed("warning", error.code, str(error))


def judge_files(options: argparse.Namespace) -> int:
    """Read, judge, answer."""
    check_files((options.counts, options.epidemic_years), (options.out, options.refused))
    counts = Counts()
    counts.read_counts(options.counts)
    if options.epidemic_years:
        counts.read_epidemic_years(options.epidemic_years)
    tell_refusals(options, counts.refusals)
    if not counts.cases:
        raise FailedError("nothing_read", "No row of counts was read.")
    today = options.on or counts.last_day()
    since = options.since or counts.first_day()
    lines = {name: line_of(options, counts, name, today, since) for name in sorted(counts.cases)}
    write_answer(options.out, COLUMNS, rows(lines))
    if options.json:
        states = Counter(line.finding.state for line in lines.values())
        tell_summary(
            {"on": str(today), "source": RULE.source, "refused": len(counts.refusals), **states}
        )
    return status(options, counts.refusals)


def line_of(
    options: argparse.Namespace, counts: Counts, name: str, today: date, since: date
) -> Line:
    """The law's answer for one commune today."""
    month, week = today.replace(day=1), today - timedelta(days=today.weekday())
    if options.situation == "endemic":
        return endemic_line(counts, name, today, since)
    if options.situation == "not-endemic":
        in_month, in_week = counts.linked(name, month, today), counts.linked(name, week, today)
        limits = RULE.linked_epidemic, RULE.linked_warning
        return Line(not_endemic(in_month, in_week), in_month, limits[0], in_week, limits[1])
    in_month, in_week = counts.between(name, month, today), counts.between(name, week, today)
    found = group_a(max(in_month, in_week))
    return Line(found, in_month, RULE.confirmed_warning, in_week, RULE.confirmed_warning)


def endemic_line(counts: Counts, name: str, today: date, since: date) -> Line:
    """This month and week against the same of the years on record since `since`."""
    months: dict[int, int] = {}
    weeks: dict[int, int] = {}
    iso = today.isocalendar()
    for year in range(since.year, today.year):
        first, last = month_of(year, today.month)
        if first >= since:
            months[year] = counts.between(name, first, last)
    for year in range(since.year, iso.year):
        monday = date.fromisocalendar(year, same_week(year, iso.week), 1)
        if monday >= since:
            weeks[year] = counts.between(name, monday, monday + timedelta(days=6))
    left_out = counts.epidemic_years[name]
    month = baseline(months, today.year, left_out, RULE)
    week = baseline(weeks, iso.year, left_out, RULE)
    in_month = counts.between(name, today.replace(day=1), today)
    in_week = counts.between(name, today - timedelta(days=today.weekday()), today)
    return Line(
        endemic(in_month, month, in_week, week, RULE),
        in_month,
        limit(month, RULE.epidemic_sd),
        in_week,
        limit(week, RULE.warning_sd),
        month.years if month else (),
    )


def limit(usual: Baseline | None, deviations: int) -> float:
    """The limit for people to read; not a number when there is none."""
    return usual.plus(deviations) if usual else float("nan")


def month_of(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)


def rows(lines: dict[str, Line]) -> Iterator[Sequence[object]]:
    """One row a commune, by code point."""
    for name, line in lines.items():
        yield (
            name,
            *line.finding,
            line.month_cases,
            shown(line.month_limit),
            line.week_cases,
            shown(line.week_limit),
            " ".join(map(str, sorted(line.years))),
        )


def shown(number: float) -> str:
    """Two decimals at most; empty where there is no limit."""
    return "" if number != number else f"{round(number, 2):g}"


def parser() -> argparse.ArgumentParser:
    """The options of `lachan warning`."""
    options = argparse.ArgumentParser(
        prog="lachan warning",
        description="Say for every commune whether there is an epidemic or a warning, by the "
        f"arithmetic of Circular {RULE.source}.  The file holds the cases of one disease since "
        "five years ago or longer.  Files are CSV, or Parquet by their ending.",
    )
    add = options.add_argument
    add("--counts", metavar="C", required=True, help="place,date,count, and link")
    add(
        "--situation",
        choices=("endemic", "not-endemic", "group-a"),
        required=True,
        help="of the disease in these communes",
    )
    add("--epidemic-years", metavar="E", help="place,year: years to leave out")
    add("--on", type=date.fromisoformat, help="'today' (default: the last date in the counts)")
    add("--since", type=date.fromisoformat, help="records are whole from here (default: first row)")
    add_answer_options(options)
    return options
