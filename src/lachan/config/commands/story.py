"""`lachan story`: make the demo story, as files or in an empty database."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, STANDS, Options, sized
from lachan.config.story.world import WATERMARK


def run(argv: list[str]) -> int:
    """Run the command; 2 when the options make no story."""
    arguments = _parser().parse_args(argv)
    if arguments.wind is not None:
        from lachan.config.story.winding import wind_by_hand  # needs the database only

        return wind_by_hand(arguments.wind, argv)
    try:
        options = _options(arguments)
    except ValueError as error:
        sys.stderr.write(f"lachan story: {error}\n")
        return 2
    if arguments.write_csv is None:
        from lachan.config.story.load import fill_database  # needs Django and the database

        return fill_database(options, arguments.at, argv)
    from lachan.config.story.files import write_files  # only this branch writes files

    try:
        counts = write_files(generate(options), arguments.write_csv)
    except OSError as error:
        sys.stderr.write(f"lachan story: cannot write {arguments.write_csv}: {error.strerror}.\n")
        return 2
    for name, rows in counts.items():
        sys.stdout.write(f"{rows:>9,}  {arguments.write_csv / name}\n")
    sys.stdout.write(f"{WATERMARK}. truth.csv is for tests: no part of the product reads it.\n")
    return 0


def _options(arguments: argparse.Namespace) -> Options:
    options = PRESETS[arguments.preset]
    if arguments.size is not None:
        options = sized(options, arguments.size)
    if arguments.seed is not None:
        options = replace(options, seed=arguments.seed)
    return replace(options, stand=arguments.stand)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lachan story",
        description="Make the demo story: in an empty database, or as files.",
    )
    parser.add_argument("--preset", choices=PRESETS, default="mac-dinh")
    parser.add_argument("--size", type=int, help="workers of the factory (the preset's number)")
    parser.add_argument("--seed", type=int, help="another story of the same kind")
    parser.add_argument("--stand", choices=STANDS, default="vn-2026", help="legal regime and date")
    parser.add_argument(
        "--at",
        type=_moment,
        default=(6, 2 * 60),
        metavar="DAY,HH:MM",
        help="where the demo's clock stands afterwards (6,02:00)",
    )
    parser.add_argument(
        "--wind",
        type=_moment,
        metavar="DAY,HH:MM",
        help="wind the clock of the demo that is there forward, and tell what happens until then",
    )
    parser.add_argument(
        "--write-csv", type=Path, metavar="DIR", help="write files instead of a database"
    )
    return parser


def _moment(text: str) -> tuple[int, int]:
    """Day and minute of the day, from `6,02:10`."""
    day, _, time = text.partition(",")
    hours, _, minutes = time.partition(":")
    if not (day.isdigit() and hours.isdigit() and minutes.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no moment; write it like 6,02:10")
    return int(day), int(hours) * 60 + int(minutes)
