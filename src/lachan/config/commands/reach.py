"""`lachan reach`: who was reached, in tables of any size, by DuckDB here or by Spark on a cluster.

The definition is that of `lachan trace`, without via, venues and sources.  When and how to use it
is in docs/how-to/scale-out.md.  Needs the extra `cluster`.
"""

import argparse
import importlib.util
import json
import shutil
import sys
import uuid
from contextlib import closing
from typing import TYPE_CHECKING

from lachan.config.commands.trace import (
    DONE,
    NOTHING_READ,
    REFUSED_ROWS,
    positive,
    seconds_in,
    whole,
)
from lachan.config.commands.tracefiles.sources import UnreadableFileError, is_parquet
from lachan.config.commands.tracefiles.writing import write_refusals
from lachan.engine.rule import OPEN_MINUTES, Rule

if TYPE_CHECKING:
    from lachan.config.commands.reachtables.reading import Engine, Inputs

#: Where Spark runs unless told: in this machine, with all its cores.
MASTER = "local[*]"

#: What each engine imports of the extra `cluster`.
NEEDED = {"duckdb": ("ibis",), "spark": ("ibis", "pyspark")}


def run(argv: list[str]) -> int:
    """0 when traced, 1 when a row was refused and --strict was asked, 2 when nothing could be."""
    options = parser().parse_args(argv)
    problem = check(options) or lacking(options.engine)
    if problem:
        return failed(*problem)
    try:
        engine = started(options)
    except Exception as error:  # each engine has its own, and none is loaded before this
        return failed("engine_failed", first_line(error))
    with closing(engine):
        try:
            return answer(options, engine)
        except UnreadableFileError as error:
            return failed(error.code, str(error))
        except OSError as error:
            return failed("unwritable_file", f"{error.filename or options.out}: {error.strerror}")
        except engine.errors as error:
            return failed("engine_failed", first_line(error))


def started(options: argparse.Namespace) -> "Engine":
    """The engine asked for, with a folder of its own to store what is read more than once."""
    if options.engine == "duckdb":
        from lachan.config.commands.reachtables.on_duckdb import OnDuckDB

        return OnDuckDB(options.work)
    from lachan.config.commands.reachtables.on_spark import OnSpark

    base = f"{options.work}/reach" if options.work else options.out
    settings = dict(pair.split("=", 1) for pair in options.conf)
    return OnSpark(options.master, f"{base}.{uuid.uuid4().hex}.work", settings)


def answer(options: argparse.Namespace, engine: "Engine") -> int:
    """Read, refuse, trace, write."""
    from lachan.config.commands.reachtables.expression import reach
    from lachan.config.commands.reachtables.inputs import CASES, ENCOUNTERS, VISITS
    from lachan.config.commands.reachtables.reading import Inputs

    engine.check_out(options.out)
    inputs = Inputs(engine)
    visits, encounters, cases = (
        inputs.read(shape, paths)
        for shape, paths in (
            (VISITS, options.visits),
            (ENCOUNTERS, options.encounters),
            (CASES, options.cases),
        )
    )
    tell_refusals(options, inputs)
    if not inputs.readable:
        return failed("nothing_read", "No row could be read, so nothing was traced.")
    rule = Rule(
        hops=options.hops,
        min_seconds=options.min_minutes,
        latent_seconds=options.latent_hours,
        open_minutes=options.open_minutes,
    )
    reached = reach(visits, encounters, cases, rule, engine.keep)
    engine.write(reached, options.out)
    if options.json:
        by_hop = reached.group_by("hop").agg(people=reached.count()).order_by("hop")
        tell_summary(inputs, dict(engine.rows(by_hop)))
    return REFUSED_ROWS if options.strict and inputs.refused else DONE


def tell_refusals(options: argparse.Namespace, inputs: "Inputs") -> None:
    """To the file asked for, else to standard error, one line a row."""
    if options.refused:
        write_refusals(options.refused, inputs.refusals())
        return
    for refusal in inputs.refusals():
        if options.json:
            line = json.dumps(refusal._asdict(), ensure_ascii=False)
        else:
            line = f"{refusal.file}:{refusal.row} {refusal.code} {refusal.reason}"
        sys.stderr.write(line + "\n")


def tell_summary(inputs: "Inputs", by_hop: dict[int, int]) -> None:
    """One line of JSON on standard error: good rows of each table, refused rows, people reached."""
    summary = {
        **{name: inputs.good[name] for name in ("visits", "encounters", "cases")},
        "refused": inputs.refused.total(),
        "reached": {str(hop): people for hop, people in by_hop.items()},
    }
    sys.stderr.write(json.dumps(summary) + "\n")


def failed(code: str, message: str) -> int:
    """Say why nothing was traced."""
    sys.stderr.write(f"lachan reach: {code} {message}\n")
    return NOTHING_READ


def first_line(error: Exception) -> str:
    """What an engine says, without the pages that follow."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def check(options: argparse.Namespace) -> tuple[str, str] | None:
    """Code and sentence when the options do not go together."""
    inputs = [*options.visits, *options.encounters, *options.cases]
    problem = ""
    if not options.visits and not options.encounters:
        problem = "Give --visits, --encounters or both."
    elif inputs.count("-") > 1:
        problem = "Only one file can come from standard input."
    elif not is_parquet(options.out):
        problem = "The answer is Parquet: let the name of --out end in .parquet."
    elif not all("=" in pair for pair in options.conf):
        problem = "A setting is written KEY=VALUE."
    return ("bad_options", problem) if problem else None


def lacking(engine: str) -> tuple[str, str] | None:
    """Code and sentence when something the engine needs is not installed."""
    if not all(importlib.util.find_spec(module) for module in NEEDED[engine]):
        return "extra_missing", "Install the extra first: ./lachan.sh cluster"
    if engine == "spark" and not shutil.which("java"):
        return (
            "java_missing",
            "Spark needs Java 17 (Debian: `apt install openjdk-17-jre-headless`).",
        )
    return None


def parser() -> argparse.ArgumentParser:
    """The options of `lachan reach`."""
    options = argparse.ArgumentParser(
        prog="lachan reach",
        description="Find whom the cases reached in tables of any size, with DuckDB on this "
        "machine or with Spark on a cluster.  V, E and C are CSV files ('-' is standard input), "
        "or Parquet: files, folders, patterns with *, and for Spark addresses.  The answer is "
        "Parquet: person, hop, first_at, seconds.",
    )
    add = options.add_argument
    add("--visits", metavar="V", nargs="+", default=[], help="person,venue,start,end")
    add("--encounters", metavar="E", nargs="+", default=[], help="a,b,start,end")
    add(
        "--cases",
        metavar="C",
        nargs="+",
        required=True,
        help="person,infectious_from,infectious_to",
    )
    add("--hops", type=positive, default=3, help="1 finds F1, 2 also F2 ... (default 3)")
    minutes, hours = seconds_in(60), seconds_in(3600)
    add("--min-minutes", type=minutes, default=15 * 60, help="needed exposure (default 15)")
    add("--latent-hours", type=hours, default=0, help="time until a reached person infects")
    add("--open-minutes", type=whole, default=OPEN_MINUTES, help="length of a visit without an end")
    add("--engine", choices=sorted(NEEDED), default="duckdb", help="default duckdb")
    add("--master", default=MASTER, metavar="URL", help=f"where Spark runs (default {MASTER})")
    add("--conf", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark")
    add("--work", metavar="FOLDER", help="where to store what lies between; beside OUT otherwise")
    add("--refused", metavar="R", help="write refused rows to this CSV instead of standard error")
    add("--strict", action="store_true", help="exit with 1 when any row was refused")
    add("--json", action="store_true", help="refusals and a summary as JSON on standard error")
    add("--out", metavar="OUT", required=True, help="a Parquet file; a new folder with Spark")
    return options
