"""`lachan people matching`: how well records of one person are found, on invented people.

Needs no database: the same comparisons and weights as in use, on records with deliberate errors.
With `--story` they are those of the demo story, judged by who the story says they truly are.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace

from lachan.config.story.options import PRESETS, sized


def run(argv: list[str]) -> int:
    """Print precision and recall at each threshold; 0."""
    options = _parser().parse_args(argv)
    told = _story(options) if options.story else _invented(options)
    sys.stdout.write("\n".join(told) + "\n")
    return 0


def _invented(options: argparse.Namespace) -> list[str]:
    from lachan.config.commands.peoplefiles.invented import invent
    from lachan.config.commands.peoplefiles.judging import judge, lines

    seed = 1 if options.seed is None else options.seed
    records = invent(options.people, seed)
    return [
        f"{options.people} people, {len(records)} records, seed {seed}",
        *lines(judge(records)),
    ]


def _story(options: argparse.Namespace) -> Iterable[str]:
    from lachan.config.commands.peoplefiles.of_story import report
    from lachan.config.story.generate import generate

    chosen = PRESETS[options.preset]
    if options.size is not None:
        chosen = sized(chosen, options.size)
    if options.seed is not None:
        chosen = replace(chosen, seed=options.seed)
    told = f"story {options.preset}, {chosen.workers} workers, seed {chosen.seed}"
    return [told, *report(generate(chosen))]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lachan people", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    matching = verbs.add_parser("matching", help="precision and recall of joining records")
    matching.add_argument("--people", type=int, default=5_000, help="invented people (5000)")
    matching.add_argument("--seed", type=int, help="the same seed, the same people")
    matching.add_argument("--story", action="store_true", help="the demo story's people instead")
    matching.add_argument("--preset", choices=PRESETS, default="mac-dinh", help="which story")
    matching.add_argument("--size", type=int, help="workers of the story's factory")
    return parser
