"""`lachan zone`: the smallest set of places that covers a share of the risk, from two files.

The definition is `lachan.engine.naive_zoning`; columns and codes are in docs/platforms/zoning.md.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lachan.config.commands.zonefiles.answering import Zone, Zoning
    from lachan.config.commands.zonefiles.reading import Evidence, Exposures

#: What a closed business weighs against a person closed in.  An assumption of the installation,
#: no figure of law or medicine; `--business-weight` changes it.
BUSINESS_WEIGHT = Decimal(5)

#: Seconds for the bound and the search for a better plan; both end sooner when nothing moves.
BOUND_SECONDS = 30.0

PLANNED, REFUSED_ROWS, NOTHING_PLANNED = 0, 1, 2


def run(argv: list[str]) -> int:
    """0 when planned, 1 when a row was refused and --strict was asked, 2 when nothing could be."""
    options = parser().parse_args(argv)
    complain = check(options)
    if complain:
        return failed("bad_options", complain)
    from lachan.config.commands.tracefiles.sources import UnreadableFileError
    from lachan.config.commands.zonefiles.reading import Evidence

    evidence = Evidence()
    try:
        evidence.read_costs(path := options.cost)
        exposures = evidence.read_exposures(path := options.exposures)
    except UnreadableFileError as error:
        return failed(error.code, f"{'stdin' if path == '-' else path}: {error}")
    return answer(options, evidence, exposures)


def answer(options: argparse.Namespace, evidence: "Evidence", exposures: "Exposures") -> int:
    """Plan what was read, write it and tell of it."""
    from lachan.config.commands.zonefiles.answering import Zoning
    from lachan.config.commands.zonefiles.telling import tell_refusals, tell_summary
    from lachan.engine.zoning import TooLargeError

    try:
        if options.refused:
            write(options.refused, ("file", "row", "code", "reason"), evidence.refusals)
        else:
            tell_refusals(evidence.refusals, as_json=options.json)
    except OSError as error:
        return failed("unwritable_file", f"{options.refused}: {error.strerror}")
    if evidence.refusals and not (exposures.people and evidence.places):
        return failed("nothing_read", "No exposure could be read, so nothing was planned.")
    try:
        zoning = Zoning(evidence.places, exposures, options.business_weight)
    except TooLargeError:
        return failed("too_large", "Risks or costs are too large to be added up.")
    zones = plan_all(options, zoning)
    try:
        write_plan(options.out, zoning, zones[0])
    except OSError as error:
        return failed("unwritable_file", f"{options.out}: {error.strerror}")
    tell_summary(summary(evidence, exposures, zoning, zones), as_json=options.json)
    return REFUSED_ROWS if options.strict and evidence.refusals else PLANNED


def plan_all(options: argparse.Namespace, zoning: "Zoning") -> "list[Zone]":
    """The plan asked for, then the alternatives, ascending; the time is shared equally."""
    others = sorted(set(options.alternatives) - {options.cover})
    seconds = options.bound_seconds / (1 + len(others))
    return [zoning.zone(share, seconds) for share in (options.cover, *others)]


def summary(
    evidence: "Evidence", exposures: "Exposures", zoning: "Zoning", zones: "list[Zone]"
) -> dict[str, object]:
    """What was read, refused, planned and proved."""
    from lachan.config.commands.zonefiles.answering import amount
    from lachan.config.commands.zonefiles.rows import MILLIONTHS

    plan, *others = [zoning.figures(zone) for zone in zones]
    return {
        "rows": len(exposures.person),
        "refused": len(evidence.refusals),
        "exposed": exposures.people,
        "places": len(evidence.places),
        "risk": amount(zoning.total, MILLIONTHS),
        "plan": plan,
        "alternatives": others,
        "communes": zoning.communes(zones[0]) if evidence.has_communes else [],
    }


def write_plan(path: str, zoning: "Zoning", zone: "Zone") -> None:
    """The plan as CSV, a row a place."""
    from lachan.config.commands.zonefiles.answering import PLAN_COLUMNS

    write(path, PLAN_COLUMNS, zoning.rows(zone))


def write(path: str, heading: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    """A CSV file, whole or not at all; `-` is standard output."""
    from lachan.config.commands.tracefiles.writing import text_for, write_csv

    with text_for(path) as file:
        write_csv(file, heading, rows)


def failed(code: str, message: str) -> int:
    """Say why nothing was planned."""
    sys.stderr.write(f"lachan zone: {code} {message}\n")
    return NOTHING_PLANNED


def check(options: argparse.Namespace) -> str:
    """What is wrong with the options together; empty when nothing is."""
    if options.exposures == options.cost == "-":
        return "Only one file can come from standard input."
    if options.out == "-" and options.refused == "-":
        return "Only one of --out and --refused can go to standard output."
    if options.out.lower().endswith((".parquet", ".pq")):
        return "The plan is written as CSV; give --out another ending."
    return ""


def parser() -> argparse.ArgumentParser:
    """The options of `lachan zone`."""
    options = argparse.ArgumentParser(
        prog="lachan zone",
        description="Find the places whose closing covers a share of the risk and shuts in as few "
        "people and businesses as possible, and prove how much better a plan could be.  Files are "
        "CSV, or Parquet by their ending; '-' is standard input or output.",
    )
    add = options.add_argument
    add("--exposures", metavar="E", required=True, help="person,place,risk")
    add("--cost", metavar="C", required=True, help="place,people,businesses[,kind][,commune]")
    add("--cover", type=share, required=True, help="share of the risk to cover, 0 to 1")
    add(
        "--alternatives",
        type=shares,
        default=[],
        metavar="A,B,...",
        help="other shares to plan for in the same run",
    )
    add(
        "--business-weight",
        type=weight,
        default=BUSINESS_WEIGHT,
        help=f"people that closing one business counts as (assumed, default {BUSINESS_WEIGHT})",
    )
    add(
        "--bound-seconds",
        type=seconds,
        default=BOUND_SECONDS,
        help="time to bound and improve the plans; 0 for a plan at once (default 30)",
    )
    add("--refused", metavar="R", help="write refused rows to this CSV instead of standard error")
    add("--strict", action="store_true", help="exit with 1 when any row was refused")
    add("--json", action="store_true", help="refusals and summary as JSON on standard error")
    add("--out", metavar="OUT", required=True, help="where the plan goes")
    return options


def decimal(text: str) -> Decimal:
    """A number as written."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not value.is_finite():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


def share(text: str) -> Decimal:
    """A share from 0 to 1."""
    value = decimal(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not from 0 to 1; write 0.9 for 90 %")
    return value


def shares(text: str) -> list[Decimal]:
    """Shares separated by commas."""
    return [share(part) for part in text.split(",")]


def weight(text: str) -> Decimal:
    """A weight of at most a million with at most three decimals."""
    value = decimal(text)
    if not 0 <= value <= 1_000_000 or value * 1_000 % 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no weight with at most three decimals")
    return value


def seconds(text: str) -> float:
    """A time of at most a day."""
    value = float(decimal(text))
    if not (0 <= value <= 86_400 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"{text!r} is no time of at most 86400 seconds")
    return value
