"""`lachan clusters`: which places have more cases than chance, and since when.

Method, columns and codes are in docs/platforms/pace.md; the definition is
`lachan.engine.naive_clusters`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from lachan.config.commands.pacefiles.answering import (
    FailedError,
    above_zero,
    add_answer_options,
    check_files,
    digits,
    failed,
    positive,
    status,
    tell_refusals,
    tell_summary,
    write_answer,
)
from lachan.config.commands.pacefiles.map import ONE_DAY, Map, days_between
from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.engine.alarms import Budget
from lachan.engine.naive_clusters import apart, radius_on_earth, radius_on_plane
from lachan.engine.scanrule import MAX_SHARE, REPLICATES, Cluster, ScanRule

if TYPE_CHECKING:
    from lachan.engine.clusters import Scan

COLUMNS = (
    *("rank", "centre", "places", "radius", "from", "to", "cases", "expected", "ratio"),
    *("relative_risk", "population", "llr", "p", "p_gumbel", "recurrence_days"),
    *("alarm_llr", "alarm"),
)

MEMBER_COLUMNS = ("rank", "place", "cases", "expected")

#: Days of the longest study, ten years: a first case in the year 0206 is a slip of the pen.
MOST_DAYS = 3_660


class Period(NamedTuple):
    """The days of the study; `days` holds one None when the cases have no dates.

    `max_days` is the longest window that ends with the last day, 0 when only space is scanned.
    """

    days: list[date | None]
    max_days: int


def run(argv: list[str]) -> int:
    """0 when scanned, 1 when a row was refused and --strict was asked, 2 when nothing could be."""
    options = parser().parse_args(argv)
    try:
        return scan_files(options)
    except (FailedError, UnreadableFileError) as error:
        return failed("clusters", error.code, str(error))


def scan_files(options: argparse.Namespace) -> int:
    """Read, scan, answer."""
    inputs = (options.coordinates, options.population, options.cases)
    check_files(inputs, (options.out, options.refused, options.members))
    world = Map()
    world.read_coordinates(options.coordinates, options.distance)
    world.read_population(options.population)
    world.read_cases(options.cases)
    tell_refusals(options, world.refusals)
    if not world.people or (world.refusals and not world.cases):
        raise FailedError("nothing_read", "No place with people, or no row of cases, was read.")
    period = period_of(options, world)
    cases, people = world.tables(period.days)
    if not any(map(any, people)):
        raise FailedError("nothing_read", "Nobody is at risk in any place.")
    scan = scanned(options, world, period, cases, people)
    answer = Answer(world, period, cases, people, scan)
    write_answer(options.out, COLUMNS, answer.rows())
    if options.members:
        write_answer(options.members, MEMBER_COLUMNS, answer.members())
    if options.json:
        tell_summary(answer.summary(options))
    else:
        sys.stderr.write(budget_in_words(options, scan) + "\n")
    return status(options, world.refusals)


def period_of(options: argparse.Namespace, world: Map) -> Period:
    """The days of the study and the longest window."""
    if not world.dated:
        asked = options.prospective or options.until or options.days or options.max_days
        if asked and world.cases:
            raise FailedError("bad_options", "Days are asked for, but the cases have no date.")
        return Period([None], 0)
    first, last = world.first_day(), options.until or world.last_day()
    assert first
    assert last
    if options.days:
        first = last - (options.days - 1) * ONE_DAY
    if first > last:
        raise FailedError("bad_options", "--until lies before the first day of the cases.")
    if (last - first).days >= MOST_DAYS:
        raise FailedError("bad_options", f"The cases begin on {first}; give --days.")
    days = days_between(first, last)
    if not options.prospective:
        if options.max_days:
            raise FailedError("bad_options", "--max-days belongs to --prospective.")
        return Period(days, 0)
    max_days = options.max_days or max(1, len(days) // 2)
    if max_days > len(days):
        raise FailedError("bad_options", "--max-days is longer than the days of the study.")
    return Period(days, max_days)


def scanned(
    options: argparse.Namespace,
    world: Map,
    period: Period,
    cases: list[list[int]],
    people: list[list[int]],
) -> Scan:
    """The scan; numpy and numba are loaded here."""
    import numpy as np

    from lachan.engine.clusters import Study

    counts, at_risk = np.array(cases, np.int64), np.array(people, np.int64)
    if not period.max_days:
        # In space alone only what happened during the whole study counts: one long day.
        counts, at_risk = counts.sum(axis=1)[:, None], at_risk.sum(axis=1)[:, None]
    rule = ScanRule(max(1, period.max_days), options.max_share, options.max_places)
    study = Study([world.spots[name] for name in world.names], at_risk, rule)
    budget = Budget(options.false_alarms_per_year, options.replicates)
    return study.scan(
        counts, budget, seed=options.seed, at_most=options.at_most, threads=options.threads
    )


class Answer:
    """The rows of the answer."""

    def __init__(
        self,
        world: Map,
        period: Period,
        cases: list[list[int]],
        people: list[list[int]],
        scan: Scan,
    ) -> None:
        self.world, self.period, self.scan = world, period, scan
        self.cases, self.people, self.names = cases, people, world.names
        self.everyone = sum(map(sum, people))

    def window(self, cluster: Cluster) -> list[date | None]:
        """The days of a cluster; all of the study when it is in space alone."""
        return self.period.days[-self.length(cluster) :]

    def length(self, cluster: Cluster) -> int:
        """How many days a cluster has lasted."""
        return cluster.days if self.period.max_days else len(self.period.days)

    def rows(self) -> Iterator[Sequence[object]]:
        """One row a cluster, most likely first."""
        for rank, judged in enumerate(self.scan.clusters, 1):
            cluster, days = judged.cluster, self.window(judged.cluster)
            outside = self.scan.all_cases - cluster.cases
            beyond = self.scan.all_cases - cluster.expected
            ratio = cluster.cases / cluster.expected
            yield (
                rank,
                self.names[cluster.centre],
                len(cluster.places),
                digits(self.radius(cluster), 6),
                days[0] or "",
                days[-1] or "",
                cluster.cases,
                digits(cluster.expected, 6),
                digits(ratio, 6),
                digits(ratio * beyond / outside, 6) if outside else "inf",
                round(cluster.person_days / self.length(cluster)),
                f"{cluster.ratio:.6f}",
                digits(judged.p, 6),
                digits(judged.p_gumbel, 6),
                digits(judged.recurrence_days, 6),
                digits(self.scan.verdict.alarm_above, 10),
                int(judged.alarm),
            )

    def radius(self, cluster: Cluster) -> float:
        """From the centre to the farthest place: kilometres, or units of a plane."""
        centre, farthest = (
            self.world.spots[self.names[place]] for place in (cluster.centre, cluster.places[-1])
        )
        square = apart(centre, farthest)
        return radius_on_earth(square) if self.world.on_earth else radius_on_plane(square)

    def members(self) -> Iterator[Sequence[object]]:
        """One row for every place of every cluster, the centre first."""
        for rank, judged in enumerate(self.scan.clusters, 1):
            length = self.length(judged.cluster)
            for place in judged.cluster.places:
                people = sum(self.people[place][-length:])
                expected = self.scan.all_cases * people / self.everyone
                cases = sum(self.cases[place][-length:])
                yield rank, self.names[place], cases, digits(expected, 6)

    def summary(self, options: argparse.Namespace) -> dict[str, object]:
        """What was read and how the alarm was judged."""
        said, days = self.scan.verdict, self.period.days
        return {
            "places": len(self.names),
            "cases": self.scan.all_cases,
            "outside_the_study": sum(self.world.cases.values()) - self.scan.all_cases,
            "refused": len(self.world.refusals),
            "from": str(days[0] or ""),
            "to": str(days[-1] or ""),
            "windows": self.scan.windows,
            "replicates": len(said.maxima),
            "gumbel_location": said.gumbel.location,
            "gumbel_scale": said.gumbel.scale,
            "false_alarms_per_year": options.false_alarms_per_year,
            "alarm_llr": said.alarm_above,
            "alarm_from": "rank" if said.by_rank else "gumbel",
            "clusters": len(self.scan.clusters),
            "alarms": sum(judged.alarm for judged in self.scan.clusters),
        }


def budget_in_words(options: argparse.Namespace, scan: Scan) -> str:
    """The false-alarm budget as a sentence."""
    how = "counted among" if scan.verdict.by_rank else "from the Gumbel tail of"
    return (
        f"alarm above {scan.verdict.alarm_above:.4f} ({how} {len(scan.verdict.maxima)} replicates):"
        f" false alarms at most {options.false_alarms_per_year:g} a year when this area is scanned"
        " once a day"
    )


def parser() -> argparse.ArgumentParser:
    """The options of `lachan clusters`."""
    options = argparse.ArgumentParser(
        prog="lachan clusters",
        description="Find circles of places with more cases than chance explains (Kulldorff's "
        "scan statistic, Poisson), in space, or with --prospective in the last days.  Files are "
        "CSV, or Parquet by their ending; dates are written 2026-11-15.",
    )
    add = options.add_argument
    add("--cases", metavar="F", required=True, help="place,count and date (not needed in space)")
    add("--population", metavar="P", required=True, help="place,population, and date if it changes")
    add("--coordinates", metavar="G", required=True, help="place,lat,lon or place,x,y")
    add("--distance", choices=("earth", "plane"), help="default: earth when there are lat and lon")
    add("--max-share", type=share, default=MAX_SHARE, help="of the population in a circle (0.5)")
    add("--max-places", type=positive, help="most places in a circle (default: no limit)")
    add("--prospective", action="store_true", help="windows of the last days instead of all days")
    add("--until", type=a_day, help="last day of the study, 'today' (default: last in the cases)")
    add("--days", type=positive, help="length of the study (default: from the first case's row)")
    add("--max-days", type=positive, help="longest window (default: half of the study)")
    add("--replicates", type=positive, default=REPLICATES, help=f"default {REPLICATES}")
    add("--seed", type=seed, default=1, help="of the replicates; the same seed, the same answer")
    add("--false-alarms-per-year", type=above_zero, default=1.0, help="the budget (default 1)")
    add("--at-most", type=positive, default=10, help="clusters in the answer (default 10)")
    add("--threads", type=positive, default=len(os.sched_getaffinity(0)), help="default: all cores")
    add("--members", metavar="M", help="write the places of every cluster to this CSV")
    add_answer_options(options)
    return options


def share(text: str) -> float:
    """A share of the population."""
    number = float(text)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError("must be above 0 and not above 1")
    return number


def a_day(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)


def seed(text: str) -> int:
    """A whole number that fits a signed word."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise argparse.ArgumentTypeError("must be from 0 to 2^63 - 1")
    return number
