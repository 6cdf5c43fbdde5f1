"""`lachan exposures`: how likely everybody exposed was infected, from files, without a database.

The definition is `lachan.engine.naive_scoring`; columns and codes are in
docs/platforms/exposure.md.
"""

import argparse
import json
import sys
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lachan.config.commands.exposurefiles.profile import Profile, read_profile
from lachan.config.commands.exposurefiles.reading import Known
from lachan.config.commands.exposurefiles.writing import write_people, write_places
from lachan.config.commands.trace import positive, seconds_in, whole
from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.config.commands.tracefiles.times import UnreadableTimeError, read_time
from lachan.config.commands.tracefiles.writing import write_refusals
from lachan.engine.rule import OPEN_MINUTES

if TYPE_CHECKING:
    from lachan.config.commands.exposurefiles.asking import Answer

DONE, REFUSED_ROWS, NOTHING_READ = 0, 1, 2

#: Bounds of a visit without an end, minutes; assumptions of the installation, like OPEN_MINUTES:
#: somebody looked in and left, or stayed for a working shift.
OPEN_LEAST, OPEN_MOST = 1, 480

FILES = ("visits", "encounters", "cases", "places", "households", "doses")


def run(argv: list[str]) -> int:
    """0 when scored, 1 when a row was refused and --strict was asked, 2 when nothing could be."""
    options = parser().parse_args(argv)
    complain = check(options)
    if complain:
        return failed("bad_options", complain)
    known = Known()
    path = options.profile
    try:
        profile = read_profile(path)
        for name in FILES:
            path = getattr(options, name)
            if path is not None:
                getattr(known, f"read_{name}")(path)
    except UnreadableFileError as error:
        return failed(error.code, f"{'stdin' if path == '-' else path}: {error}")
    return score(options, known, profile)


def score(options: argparse.Namespace, known: Known, profile: Profile) -> int:
    """Score what was read and write it."""
    try:
        tell_refusals(options, known)
    except OSError as error:
        return failed("unwritable_file", f"{options.refused}: {error.strerror}")
    readable = known.cases and (known.visits or known.encounters or known.households)
    if known.refusals and not readable:
        return failed("nothing_read", "No row could be read, so nobody was scored.")
    try:
        found = ask(options, known, profile)
    except ValueError as error:
        return failed("bad_places", f"{options.places}: {error}.")
    path = options.out
    try:
        write_people(path, found.risks, iso=known.iso)
        path = options.exposures
        if path is not None:
            write_places(path, found.places)
    except OSError as error:
        return failed("unwritable_file", f"{path}: {error.strerror}")
    if options.json:
        tell_summary(known, found)
    return REFUSED_ROWS if options.strict and known.refusals else DONE


def ask(options: argparse.Namespace, known: Known, profile: Profile) -> "Answer":
    """The answer; numpy and numba are loaded only here."""
    from lachan.config.commands.exposurefiles.asking import Answer, Asked, answer

    if not known.cases:
        return Answer([], [])
    asked = Asked(
        hops=options.hops,
        min_seconds=options.min_minutes,
        latent_seconds=options.latent_hours,
        open_minutes=options.open_minutes,
        open_least_minutes=options.open_least_minutes,
        open_most_minutes=options.open_most_minutes,
        source_from=options.follow_from,
        as_of=options.as_of,
    )
    return answer(known, profile, asked)


def tell_refusals(options: argparse.Namespace, known: Known) -> None:
    """To the file asked for, else to standard error, one line a row."""
    if options.refused:
        write_refusals(options.refused, known.refusals)
        return
    for refusal in known.refusals:
        if options.json:
            line = json.dumps(refusal._asdict(), ensure_ascii=False)
        else:
            line = f"{refusal.file}:{refusal.row} {refusal.code} {refusal.reason}"
        sys.stderr.write(line + "\n")


def tell_summary(known: Known, found: "Answer") -> None:
    """One line of JSON on standard error: what was read, refused and found."""
    by_hop = Counter(row.hop for row in found.risks)
    summary = {
        "visits": len(known.visits),
        "encounters": len(known.encounters),
        "cases": len({person for person, _, _ in known.cases}),
        "refused": len(known.refusals),
        "exposed": {str(hop): by_hop[hop] for hop in sorted(by_hop)},
        "expected_infections": round(sum(row.risk for row in found.risks) / 1_000_000, 3),
    }
    sys.stderr.write(json.dumps(summary) + "\n")


def failed(code: str, message: str) -> int:
    """Say why nobody was scored."""
    sys.stderr.write(f"lachan exposures: {code} {message}\n")
    return NOTHING_READ


def check(options: argparse.Namespace) -> str:
    """What is wrong with the options together; empty when nothing is."""
    if all(getattr(options, name) is None for name in ("visits", "encounters", "households")):
        return "Give --visits, --encounters, --households or several of them."
    if options.visits is None and options.encounters is None and options.as_of is None:
        return "Households alone do not say until when; give --as-of."
    if [getattr(options, name) for name in FILES].count("-") > 1:
        return "Only one file can come from standard input."
    if [options.out, options.refused, options.exposures].count("-") > 1:
        return "Only one of --out, --exposures and --refused can go to standard output."
    if not options.open_least_minutes <= options.open_minutes <= options.open_most_minutes:
        return "--open-minutes lies between --open-least-minutes and --open-most-minutes."
    return ""


def parser() -> argparse.ArgumentParser:
    """The options of `lachan exposures`."""
    options = argparse.ArgumentParser(
        prog="lachan exposures",
        description="Give everybody the cases may have infected a risk with a reason, and every "
        "place where they were exposed, for `lachan zone`.  Files are CSV, or Parquet by their "
        "ending; '-' is standard input or output.",
    )
    add_files(options)
    add = options.add_argument
    add("--hops", type=positive, default=2, help="1 scores F1, 2 also F2 ... (default 2)")
    add(
        "--min-minutes",
        type=seconds_in(60),
        default=15 * 60,
        help="time together, as long as it can have been, from which somebody is scored "
        "(default 15)",
    )
    add(
        "--latent-hours",
        type=seconds_in(3600),
        default=0,
        help="time until an infected person can pass it on (default 0)",
    )
    for name, default, what in (
        ("--open-minutes", OPEN_MINUTES, "is taken to last"),
        ("--open-least-minutes", OPEN_LEAST, "lasts at least"),
        ("--open-most-minutes", OPEN_MOST, "lasts at most"),
    ):
        text = f"minutes a visit without an end {what} (default {default})"
        add(name, type=whole, default=default, help=text)
    add(
        "--follow-from",
        type=millionths,
        default=2_000,
        metavar="PERCENT",
        help="risk from which a contact's own contacts are scored (default 0.2)",
    )
    add("--as-of", type=moment, metavar="TIME", help="nobody was at home later than this moment")
    add("--refused", metavar="R", help="write refused rows to this CSV instead of standard error")
    add("--strict", action="store_true", help="exit with 1 when any row was refused")
    add("--json", action="store_true", help="refusals and a summary as JSON on standard error")
    return options


def add_files(options: argparse.ArgumentParser) -> None:
    """What is read and written."""
    add = options.add_argument
    add("--visits", metavar="V", help="person,venue,start,end (end may be empty)")
    add("--encounters", metavar="E", help="a,b,start,end[,permille] (that they were close)")
    add(
        "--cases",
        metavar="C",
        required=True,
        help="person,infectious_from,infectious_to[,onset]",
    )
    add("--places", metavar="P", help="venue,kind,lies_in")
    add("--households", metavar="H", help="household,person")
    add("--doses", metavar="D", help="person,doses")
    add("--profile", metavar="J", required=True, help="figures of the disease, a file of JSON")
    add("--out", metavar="OUT", required=True, help="where the table of people goes")
    add("--exposures", metavar="X", help="where person,place,risk go, for `lachan zone`")


def millionths(text: str) -> int:
    """A percentage from 0 to 100, perhaps with decimals, as whole millionths."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not (exact.is_finite() and 0 <= exact <= 100):
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 100")
    return int(exact * 10_000)


def moment(text: str) -> int:
    """A time as files have it."""
    try:
        return read_time(text).second
    except UnreadableTimeError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
