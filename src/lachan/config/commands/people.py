"""`lachan people matching`: how well records of one person are found, on invented people.

Needs no database: the same comparisons and weights as in use, on records with deliberate errors.
"""

import argparse
import sys


def run(argv: list[str]) -> int:
    """Print precision and recall at each threshold; 0."""
    options = _parser().parse_args(argv)
    from lachan.config.commands.peoplefiles.invented import invent
    from lachan.config.commands.peoplefiles.judging import judge, lines

    records = invent(options.people, options.seed)
    told = [f"{options.people} people, {len(records)} records, seed {options.seed}"]
    told += lines(judge(records))
    sys.stdout.write("\n".join(told) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lachan people", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    matching = verbs.add_parser("matching", help="precision and recall of joining records")
    matching.add_argument("--people", type=int, default=5_000, help="invented people (5000)")
    matching.add_argument("--seed", type=int, default=1, help="the same seed, the same people")
    return parser
