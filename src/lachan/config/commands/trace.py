"""`lachan trace`: find contacts in files of visits and encounters, without a database.

The definition is `lachan.engine.naive`; columns and codes are in docs/platforms/engine.md.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from lachan.config.commands.tracefiles.reading import Evidence
from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.config.commands.tracefiles.writing import write_contacts, write_refusals
from lachan.engine import naive
from lachan.engine.naive import Contact
from lachan.engine.rule import OPEN_MINUTES, Rule

#: Up to so many rows the definition itself answers sooner than the kernels' code is loaded.
FEW_ROWS = 200

DONE, REFUSED_ROWS, NOTHING_READ = 0, 1, 2


def run(argv: list[str]) -> int:
    """0 when traced, 1 when a row was refused and --strict was asked, 2 when nothing could be."""
    options = parser().parse_args(argv)
    complain = check(options)
    if complain:
        return failed("bad_options", complain)
    evidence = Evidence()
    for path, read in (
        (options.visits, evidence.read_visits),
        (options.encounters, evidence.read_encounters),
        (options.cases, evidence.read_cases),
    ):
        try:
            if path is not None:
                read(path)
        except UnreadableFileError as error:
            return failed(error.code, f"{'stdin' if path == '-' else path}: {error}")
    return answer(options, evidence)


def answer(options: argparse.Namespace, evidence: Evidence) -> int:
    """Trace what was read and write it."""
    readable = evidence.cases and (evidence.visits or evidence.encounters)
    try:
        tell_refusals(options, evidence)
    except OSError as error:
        return failed("unwritable_file", f"{options.refused}: {error.strerror}")
    if evidence.refusals and not readable:
        return failed("nothing_read", "No row could be read, so nothing was traced.")
    contacts = trace(options, evidence)
    try:
        write_contacts(options.out, contacts, iso=evidence.iso)
    except OSError as error:
        return failed("unwritable_file", f"{options.out}: {error.strerror}")
    if options.json:
        tell_summary(evidence, contacts)
    return REFUSED_ROWS if options.strict and evidence.refusals else DONE


def trace(options: argparse.Namespace, evidence: Evidence) -> list[Contact]:
    """The contacts; numpy and numba are loaded only for files worth it."""
    rule = Rule(
        hops=options.hops,
        min_seconds=options.min_minutes,
        latent_seconds=options.latent_hours,
        open_minutes=options.open_minutes,
    )
    visits, encounters, cases = evidence.visits, evidence.encounters, evidence.cases
    if len(visits) + len(encounters) + len(cases) <= FEW_ROWS:
        return naive.trace(visits, encounters, cases, rule)
    from lachan.engine.tracing import trace_named

    return trace_named(visits, encounters, cases, rule)


def tell_refusals(options: argparse.Namespace, evidence: Evidence) -> None:
    """To the file asked for, else to standard error, one line a row."""
    if options.refused:
        write_refusals(options.refused, evidence.refusals)
        return
    for refusal in evidence.refusals:
        if options.json:
            line = json.dumps(refusal._asdict(), ensure_ascii=False)
        else:
            line = f"{refusal.file}:{refusal.row} {refusal.code} {refusal.reason}"
        sys.stderr.write(line + "\n")


def tell_summary(evidence: Evidence, contacts: list[Contact]) -> None:
    """One line of JSON on standard error: what was read, refused and reached."""
    by_hop = Counter(contact.hop for contact in contacts)
    summary = {
        "visits": len(evidence.visits),
        "encounters": len(evidence.encounters),
        "cases": len({person for person, _, _ in evidence.cases}),
        "refused": len(evidence.refusals),
        "reached": {str(hop): by_hop[hop] for hop in sorted(by_hop)},
    }
    sys.stderr.write(json.dumps(summary) + "\n")


def failed(code: str, message: str) -> int:
    """Say why nothing was traced."""
    sys.stderr.write(f"lachan trace: {code} {message}\n")
    return NOTHING_READ


def check(options: argparse.Namespace) -> str:
    """What is wrong with the options together; empty when nothing is."""
    inputs = (options.visits, options.encounters, options.cases)
    if options.visits is None and options.encounters is None:
        return "Give --visits, --encounters or both."
    if inputs.count("-") > 1:
        return "Only one file can come from standard input."
    if options.out == "-" and options.refused == "-":
        return "Only one of --out and --refused can go to standard output."
    return ""


def parser() -> argparse.ArgumentParser:
    """The options of `lachan trace`."""
    options = argparse.ArgumentParser(
        prog="lachan trace",
        description="Find who met the cases, and whom those met, in files of visits and "
        "encounters.  Files are CSV, or Parquet by their ending; '-' is standard input or output. "
        "Times are ISO 8601 with an offset, or whole seconds since 1970.",
    )
    add = options.add_argument
    add("--visits", metavar="V", help="person,venue,start,end (end may be empty)")
    add("--encounters", metavar="E", help="a,b,start,end")
    add("--cases", metavar="C", required=True, help="person,infectious_from,infectious_to")
    add("--hops", type=positive, default=3, help="1 finds F1, 2 also F2 ... (default 3)")
    add(
        "--min-minutes",
        type=seconds_in(60),
        default=15 * 60,
        help="exposure from which a person is reached (default 15)",
    )
    add(
        "--latent-hours",
        type=seconds_in(3600),
        default=0,
        help="time until a reached person can pass it on (default 0)",
    )
    add(
        "--open-minutes",
        type=whole,
        default=OPEN_MINUTES,
        help=f"length of a visit without an end (default {OPEN_MINUTES})",
    )
    add("--refused", metavar="R", help="write refused rows to this CSV instead of standard error")
    add("--strict", action="store_true", help="exit with 1 when any row was refused")
    add("--json", action="store_true", help="refusals and a summary as JSON on standard error")
    add("--out", metavar="OUT", required=True, help="where the contacts go")
    return options


def whole(text: str) -> int:
    """A whole number, not negative."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def positive(text: str) -> int:
    """A whole number from 1."""
    number = whole(text)
    if number == 0:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return number


def seconds_in(unit: int) -> Callable[[str], int]:
    """Reads a number of units, perhaps with decimals, as whole seconds, rounded up."""

    def seconds(text: str) -> int:
        try:
            exact = Decimal(text) * unit
        except InvalidOperation:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not (exact.is_finite() and 0 <= exact < 10**10):
            raise argparse.ArgumentTypeError(f"{text!r} is out of range")
        return math.ceil(exact)

    return seconds
