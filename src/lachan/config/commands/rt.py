"""`lachan rt`: how many people one case infects, from cases a day (Cori's method).

Method, columns and codes are in docs/platforms/pace.md; the definition is
`lachan.engine.naive_pace`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

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
from lachan.config.commands.pacefiles.map import ONE_DAY
from lachan.config.commands.pacefiles.reading import (
    Cells,
    CountRefusedError,
    Once,
    Reader,
    day,
    place,
    real,
    whole,
)
from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.engine.naive_pace import LEVELS, Estimate, PaceRule

COLUMNS = (
    *("place", "from", "to", "cases", "infectivity", "mean", "sd"),
    *(f"q{level:g}" for level in LEVELS),
    "few",
)

#: How far the chances of a serial interval may be from 1 together: EpiEstim's tolerance.
SUM_TOLERANCE = 0.01

#: An estimate is marked `few` when its sd is more than 0.3 of its mean, as with fewer than about
#: 11 cases in the window.  Source: Cori and others 2013, web appendix 1.
FEW_ABOVE = 0.3

#: Days into which a parametric serial interval is cut at least; none known is as long.
SERIAL_DAYS = 200


@dataclass
class Incidence(Reader):
    """Local and imported cases by place and day; the place is empty when there is one series."""

    series: dict[str, dict[date, tuple[int, int]]] = field(default_factory=dict)
    rows: dict[tuple[str, date], int] = field(default_factory=dict)
    serial: list[float] = field(default_factory=list)

    def read_incidence(self, path: str, *, missing_is_zero: bool) -> None:
        """`date,local[,imported][,place]`; then look for days without a row."""
        once = Once()

        def take(row: int, cells: Cells) -> None:
            name = place(cells) if "place" in cells else ""
            on = day("date", cells["date"])
            local = whole("local", cells["local"])
            imported = whole("imported", cells["imported"]) if "imported" in cells else 0
            once.take((name, on), row, f"{name} {on}".strip())
            self.series.setdefault(name, {})[on] = (local, imported)
            self.rows[name, on] = row

        self.read(path, ["date", "local"], take, optional=["imported", "place"])
        if not missing_is_zero:
            for name in sorted(self.series):
                self.refuse_gaps(path, name)

    def refuse_gaps(self, path: str, name: str) -> None:
        """A day without a row is not a day without cases: leave the whole series out."""
        days = sorted(self.series[name])
        for before, after in pairwise(days):
            if after - before == ONE_DAY:
                continue
            refused = CountRefusedError(
                "missing_days", first=str(before + ONE_DAY), last=str(after - ONE_DAY)
            )
            self.refuse(path, self.rows[name, after], refused)
            self.series.pop(name, None)

    def read_serial(self, path: str) -> None:
        """`day,probability`; refused as a whole, because one row less is another interval."""
        chances: dict[int, float] = {}
        once = Once()

        def take(row: int, cells: Cells) -> None:
            number = whole("day", cells["day"])
            once.take(number, row, f"day {number}")
            chances[number] = real("probability", cells["probability"], 0, 1)

        reader = Reader()
        reader.read(path, ["day", "probability"], take)
        if reader.refusals:
            first = reader.refusals[0]
            raise FailedError("bad_serial_interval", f"{path}:{first.row}: {first.reason}.")
        if not chances or chances.get(0, 0.0) != 0:
            raise FailedError("bad_serial_interval", f"{path}: day 0 must have probability 0.")
        if abs(sum(chances.values()) - 1) > SUM_TOLERANCE:
            raise FailedError("bad_serial_interval", f"{path}: the probabilities must add up to 1.")
        self.serial = [chances.get(n, 0.0) for n in range(max(chances) + 1)]


def run(argv: list[str]) -> int:
    """0 when estimated, 1 when a row was refused and --strict was asked, 2 when nothing was."""
    options = parser().parse_args(argv)
    try:
        return estimate_files(options)
    except (FailedError, UnreadableFileError) as error:
        return failed("rt", error.code, str(error))


def estimate_files(options: argparse.Namespace) -> int:
    """Read, estimate, answer."""
    check(options)
    incidence = Incidence()
    if options.serial:
        incidence.read_serial(options.serial)
    incidence.read_incidence(options.incidence, missing_is_zero=options.missing_is_zero)
    tell_refusals(options, incidence.refusals)
    if not incidence.series:
        raise FailedError("nothing_read", "No series without a missing day was read.")
    found = dict(estimated(options, incidence))
    write_answer(options.out, COLUMNS, rows(incidence, found))
    if options.json:
        tell_summary(
            {
                "series": len(found),
                "days": sum(map(len, incidence.series.values())),
                "estimates": sum(map(len, found.values())),
                "refused": len(incidence.refusals),
            }
        )
    return status(options, incidence.refusals)


def estimated(
    options: argparse.Namespace, incidence: Incidence
) -> Iterator[tuple[str, list[Estimate]]]:
    """The estimates of every series; numpy and numba are loaded here."""
    import numpy as np

    from lachan.engine import pace

    mean, sd = options.prior_mean, options.prior_sd
    rule = PaceRule(options.window, (mean / sd) ** 2, sd**2 / mean)
    longest = max(span(days) for days in incidence.series.values())
    if options.serial:
        serial = np.array(incidence.serial)
    else:
        serial = pace.serial_interval(options.si_mean, options.si_sd, max(longest, SERIAL_DAYS))
    for name in sorted(incidence.series):
        days = incidence.series[name]
        first = min(days)
        counts = np.zeros((2, span(days)), np.int64)
        for on, pair in days.items():
            counts[:, (on - first).days] = pair
        yield name, pace.estimates(counts[0], counts[1], serial, rule)


def span(days: dict[date, tuple[int, int]]) -> int:
    """Days from the first to the last, both counted in."""
    return (max(days) - min(days)).days + 1


def rows(incidence: Incidence, found: dict[str, list[Estimate]]) -> Iterator[Sequence[object]]:
    """One row a window, series by series, earliest first."""
    for name, estimates in found.items():
        first = min(incidence.series[name])
        for e in estimates:
            yield (
                name,
                first + e.start * ONE_DAY,
                first + e.end * ONE_DAY,
                e.cases,
                digits(e.infectivity),
                digits(e.mean),
                digits(e.sd),
                *map(digits, e.quantiles),
                int(e.sd > FEW_ABOVE * e.mean),
            )


def check(options: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    check_files((options.incidence, options.serial), (options.out, options.refused))
    parametric = options.si_mean is not None and options.si_sd is not None
    some = options.si_mean is not None or options.si_sd is not None
    if bool(options.serial) == some or (some and not parametric):
        raise FailedError("bad_options", "Give --serial, or --si-mean and --si-sd.")
    if parametric and options.si_mean <= 1:
        raise FailedError("bad_options", "--si-mean must be above 1 day: nobody infects on day 0.")


def parser() -> argparse.ArgumentParser:
    """The options of `lachan rt`."""
    options = argparse.ArgumentParser(
        prog="lachan rt",
        description="Estimate how many people one case infects, in sliding windows (Cori and "
        "others 2013), from cases by day of onset.  Files are CSV, or Parquet by their ending; "
        "dates are written 2026-11-15.",
    )
    add = options.add_argument
    add("--incidence", metavar="I", required=True, help="date,local, and imported and place")
    add("--serial", metavar="SI", help="day,probability: the serial interval, day 0 has 0")
    add("--si-mean", type=above_zero, help="days; or a gamma distribution shifted by one day")
    add("--si-sd", type=above_zero, help="days")
    add("--window", type=positive, default=7, help="days of one estimate (default 7)")
    add("--prior-mean", type=above_zero, default=5.0, help="of R before any case (default 5)")
    add("--prior-sd", type=above_zero, default=5.0, help="default 5")
    add("--missing-is-zero", action="store_true", help="a day without a row had no case")
    add_answer_options(options)
    return options
