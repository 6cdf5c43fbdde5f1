"""What the commands of counts say at the end: the answer, the refusals, a summary."""

import argparse
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence

from lachan.config.commands.tracefiles.reading import Refusal
from lachan.config.commands.tracefiles.sources import is_parquet
from lachan.config.commands.tracefiles.writing import text_for, write_csv, write_refusals

DONE, REFUSED_ROWS, NOTHING_READ = 0, 1, 2


class FailedError(Exception):
    """Nothing can be answered; `code` is stable, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def failed(command: str, code: str, message: str) -> int:
    """Say why nothing was answered."""
    sys.stderr.write(f"lachan {command}: {code} {message}\n")
    return NOTHING_READ


def tell_refusals(options: argparse.Namespace, refusals: Sequence[Refusal]) -> None:
    """To the file asked for, else to standard error, one line a row."""
    if options.refused:
        try:
            write_refusals(options.refused, refusals)
        except OSError as error:
            raise FailedError("unwritable_file", f"{options.refused}: {error.strerror}") from error
        return
    for refusal in refusals:
        if options.json:
            line = json.dumps(refusal._asdict(), ensure_ascii=False)
        else:
            line = f"{refusal.file}:{refusal.row} {refusal.code} {refusal.reason}"
        sys.stderr.write(line + "\n")


def write_answer(path: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The answer as CSV; `-` is standard output."""
    try:
        with text_for(path) as file:
            write_csv(file, heading, rows)
    except OSError as error:
        raise FailedError("unwritable_file", f"{path}: {error.strerror}") from error


def tell_summary(summary: Mapping[str, object]) -> None:
    """One line of JSON on standard error."""
    sys.stderr.write(json.dumps(summary, ensure_ascii=False) + "\n")


def status(options: argparse.Namespace, refusals: Sequence[Refusal]) -> int:
    """0, or 1 when a row was refused and --strict was given."""
    return REFUSED_ROWS if options.strict and refusals else DONE


def check_files(inputs: Iterable[str | None], outputs: Iterable[str | None]) -> None:
    """Inputs are files, because they are looked at twice; outputs are CSV, one on the terminal."""
    if "-" in inputs:
        raise FailedError("bad_options", "Give files; standard input cannot be read twice.")
    written = [path for path in outputs if path is not None]
    if written.count("-") > 1:
        raise FailedError("bad_options", "Only one answer can go to standard output.")
    if any(map(is_parquet, written)):
        raise FailedError("bad_options", "The answer is CSV; choose another ending than .parquet.")


def add_answer_options(options: argparse.ArgumentParser) -> None:
    """The options that every command of counts has."""
    add = options.add_argument
    add("--refused", metavar="R", help="write refused rows to this CSV instead of standard error")
    add("--strict", action="store_true", help="exit with 1 when any row was refused")
    add("--json", action="store_true", help="refusals and a summary as lines of JSON")
    add("--out", metavar="OUT", required=True, help="the answer, CSV; '-' is standard output")


def digits(number: float, places: int = 10) -> str:
    """A number with so many significant digits; `inf` where there is none."""
    return f"{number:.{places}g}" if math.isfinite(number) else "inf"


def above_zero(text: str) -> float:
    """A number above 0."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def positive(text: str) -> int:
    """A whole number above 0."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
