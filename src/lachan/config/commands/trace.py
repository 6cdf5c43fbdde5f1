"""`lachan trace`: find contacts in files of visits and encounters, without a database.

The definition is `lachan.engine.naive`; columns and codes are in docs/platforms/engine.md.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from io import BufferedReader
from typing import TYPE_CHECKING, BinaryIO

from lachan.config.commands.tracefiles.progress import MANY, Progress
from lachan.config.commands.tracefiles.reading import Evidence
from lachan.config.commands.tracefiles.sources import Ahead, UnreadableFileError, is_larger
from lachan.config.commands.tracefiles.writing import (
    Answer,
    answer_of,
    write_answer,
    write_refusals,
)
from lachan.engine import naive
from lachan.engine.rule import OPEN_MINUTES, Rule

if TYPE_CHECKING:
    from lachan.config.commands.tracefiles.columnar import Columns

#: Up to so many rows the definition itself answers sooner than the kernels' code is loaded.
FEW_ROWS = 200

#: Up to so many bytes in all files are read row by row before the kernels' code is loaded.
FEW_BYTES = 200_000

DONE, REFUSED_ROWS, NOTHING_READ, INTERRUPTED = 0, 1, 2, 130


def run(argv: list[str]) -> int:
    """0 when traced, 1 when a row was refused and --strict was asked, 2 when nothing could be.

    130, as shells say it, when somebody interrupted; no half file is left then.
    """
    options = parser().parse_args(argv)
    complain = check(options)
    if complain:
        return failed("bad_options", complain)
    progress = Progress()
    try:
        return answer(options, gather(options, progress), progress)
    except UnreadableFileError as error:
        progress.say("")
        return failed(error.code, str(error))
    except KeyboardInterrupt:
        progress.say("")
        sys.stderr.write("lachan trace: interrupted; no answer was written.\n")
        return INTERRUPTED


def gather(options: argparse.Namespace, progress: Progress) -> "Evidence | Columns":
    """Read all files; in rows when they are small, else in columns."""
    paths = {kind: getattr(options, kind) for kind in ("visits", "encounters", "cases")}
    stdin, large = None, any(is_larger(path, FEW_BYTES) for path in paths.values() if path)
    if "-" in paths.values():
        head = sys.stdin.buffer.read(FEW_BYTES + 1)
        stdin = BufferedReader(Ahead(head, sys.stdin.buffer))
        large = large or len(head) > FEW_BYTES
    evidence = in_columns(stdin, progress) if large else Evidence(stdin=stdin)
    for kind, path in paths.items():
        try:
            if path is not None:
                evidence.read(kind, path)
        except UnreadableFileError as error:
            name = "stdin" if path == "-" else path
            raise UnreadableFileError(error.code, f"{name}: {error}") from error
    return evidence


def in_columns(stdin: BinaryIO | None, progress: Progress) -> "Columns":
    """Nothing read yet; numpy and numba are loaded."""
    from lachan.config.commands.tracefiles.columnar import Columns

    return Columns(stdin, progress)


def answer(options: argparse.Namespace, evidence: "Evidence | Columns", progress: Progress) -> int:
    """Trace what was read and write it."""
    counts = evidence.counts()
    refused = len(evidence.refusals)
    try:
        tell_refusals(options, evidence)
    except OSError as error:
        return failed("unwritable_file", f"{options.refused}: {error.strerror}")
    if refused and not (counts["cases"] and (counts["visits"] or counts["encounters"])):
        return failed("nothing_read", "No row could be read, so nothing was traced.")
    progress.say("tracing" if sum(counts.values()) >= MANY else "")
    contacts = trace(options, evidence)
    progress.say("")
    try:
        write_answer(options.out, contacts, iso=evidence.iso)
    except OSError as error:
        return failed("unwritable_file", f"{options.out}: {error.strerror}")
    if options.json:
        tell_summary({**counts, "refused": refused}, contacts)
    return REFUSED_ROWS if options.strict and refused else DONE


def trace(options: argparse.Namespace, evidence: "Evidence | Columns") -> Answer:
    """The contacts; numpy and numba are loaded only for files worth it."""
    rule = Rule(
        hops=options.hops,
        min_seconds=options.min_minutes,
        latent_seconds=options.latent_hours,
        open_minutes=options.open_minutes,
    )
    if not isinstance(evidence, Evidence):
        from lachan.config.commands.tracefiles.tracing import trace

        return trace(evidence, rule)
    visits, encounters, cases = evidence.visits, evidence.encounters, evidence.cases
    if len(visits) + len(encounters) + len(cases) <= FEW_ROWS:
        return answer_of(naive.trace(visits, encounters, cases, rule), iso=evidence.iso)
    from lachan.engine.tracing import trace_named

    return answer_of(trace_named(visits, encounters, cases, rule), iso=evidence.iso)


def tell_refusals(options: argparse.Namespace, evidence: "Evidence | Columns") -> None:
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


def tell_summary(counts: dict[str, int], contacts: Answer) -> None:
    """One line of JSON on standard error: what was read, refused and reached."""
    reached = {str(hop): contacts.by_hop[hop] for hop in sorted(contacts.by_hop)}
    sys.stderr.write(json.dumps({**counts, "reached": reached}) + "\n")


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
