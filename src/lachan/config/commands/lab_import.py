"""`lachan lab import FILE...`: results of files become results of tubes.

Says what would change, row by row what would not, and then does it, unless `--dry-run`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lachan.config.commands.labwire.laboratory import NoLaboratory, open_for, set_up
from lachan.formats.labfiles import KINDS

if TYPE_CHECKING:
    from lachan.core.scope import Principal
    from lachan.sampling.import_files import Report

#: Exit codes: everything was taken or known; rows were refused; a file was refused whole.
DONE, REFUSED_ROWS, NOTHING_READ = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """The words of `lachan lab import`."""
    made = argparse.ArgumentParser(
        prog="lachan lab import",
        description="Enters the results of files.  Prints what changes and each row that is"
        " refused, with its number and reason.  Exit code: 0 all taken or known before, 1 some rows"
        " refused, 2 a file refused whole or not found.",
    )
    made.add_argument("files", nargs="+", metavar="FILE")
    made.add_argument("--laboratory", default="", metavar="NAME|ID", help="whose tubes these are")
    made.add_argument("--kind", choices=("auto", *KINDS), default="auto", help="what it is (auto)")
    made.add_argument("--assay", default="", metavar="DISEASE/NAME", help="reads the Ct values")
    made.add_argument("--dry-run", action="store_true", help="say it, and change nothing")
    made.add_argument("--copy", metavar="OUT", help="write the refused rows with reasons to OUT")
    return made


def run(argv: list[str]) -> int:
    """Take every file in, each in a transaction of its own; the worst exit code counts."""
    options = parser().parse_args(argv)
    if options.copy and len(options.files) > 1:
        return _failed("--copy takes one file at a time.")
    set_up()
    try:
        by = open_for(options.laboratory)
    except NoLaboratory as unknown:
        return _failed(str(unknown))
    return max(_file(name, options, by) for name in options.files)


def _file(name: str, options: argparse.Namespace, by: Principal) -> int:
    from lachan.core.refusals import Refused
    from lachan.core.scope import scoped
    from lachan.sampling import import_files

    try:
        data = Path(name).read_bytes()
    except OSError as error:
        return _failed(f"{name} cannot be read: {error.strerror}.")
    try:
        with scoped(by, "laboratory"):
            report = import_files.import_results(
                data,
                name=Path(name).name,
                kind=options.kind,
                dry_run=options.dry_run,
                by=by,
                assay=options.assay,
            )
            _tell(name, report, dry_run=options.dry_run)
    except Refused as refused:
        return _failed(f"{name}: {refused.code}: {refused.message}  Nothing was entered.")
    if options.copy and report.refusals:
        kind = report.delivery.kind
        copy, _name = import_files.marked(data, Path(name).name, kind, report.refusals)
        Path(options.copy).write_bytes(copy)
    return REFUSED_ROWS if report.refusals and not report.again else DONE


def _tell(name: str, report: Report, *, dry_run: bool) -> None:
    """One line for the file, one for each refused row."""
    from lachan.sampling.import_delivering import sums
    from lachan.sampling.import_words import row_reason

    counts = sums(report.delivery)
    said = ", ".join(f"{counts[word]:,} {word}" for word in counts)
    note = ""
    if report.again:
        note = "  This file was taken in before: nothing changed."
    elif dry_run:
        note = "  Dry run: nothing was entered."
    lines = [f"{name}: {said}.{note}"]
    for each in report.refusals:
        why = row_reason(each.code, each.detail)
        lines.append(f"{name}:{each.row}: {each.code} {each.tube} {why}".replace("  ", " "))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _failed(sentence: str) -> int:
    sys.stderr.write(f"lachan lab import: {sentence}\n")
    return NOTHING_READ
