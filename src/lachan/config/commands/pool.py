"""`lachan pool`: what pooled testing costs and misses at a prevalence, and which pools to take.

Formulas, columns and codes are in docs/platforms/pooling.md; the engine is `lachan.engine.pooling`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lachan.config.commands.pacefiles.answering import FailedError, above_zero, failed, positive

if TYPE_CHECKING:
    from lachan.engine.pooling import Assay, Design, Figures
    from lachan.engine.pooling_advice import Work
    from lachan.engine.pooling_prevalence import Estimate

#: What `--design` takes, and the kinds of designs it stands for.
ASKED: Mapping[str, tuple[str, ...]] = {
    "dorfman": ("dorfman",),
    "three": ("three",),
    "array": ("array", "array_master"),
    "all": ("dorfman", "three", "array", "array_master"),
}

HEADING = (
    *("design", "sizes", "tests/person", "tests/group", "stages", "sensitivity", "specificity"),
    *("PPV", "NPV", "missed/1000", "worth below"),
)


def run(argv: list[str]) -> int:
    """0 when answered, 2 when not."""
    options = parser().parse_args(argv)
    from lachan.engine.pooling import BadPoolingError

    try:
        return answer(options)
    except (FailedError, BadPoolingError) as error:
        return failed("pool", error.code, str(error))


def answer(options: argparse.Namespace) -> int:
    """Work out, print."""
    assay = assay_of(options)
    known = estimated(options, assay)
    prevalence = options.prevalence if known is None else known.prevalence
    rows = [*figures(options, prevalence, assay)]
    if not rows:
        raise FailedError("no_design", "No such design fits into the limit: raise --limit.")
    if options.json:
        told = summary(options, prevalence, known, rows, assay)
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return 0
    if known is not None:
        sys.stdout.write(
            f"prevalence {known.prevalence:.3%} (95 % interval {known.low:.3%} to {known.high:.3%},"
            f" {known.people} people in {known.pools} pools)\n\n"
        )
    sys.stdout.write(table(options, prevalence, rows, assay))
    return 0


def assay_of(options: argparse.Namespace) -> Assay:
    """The test of the options, with dilution where three numbers of Ct are given."""
    from lachan.engine.pooling import Assay, CtShift

    shift = (options.ct_mean, options.ct_sd, options.ct_limit)
    if any(number is not None for number in shift) and None in shift:
        raise FailedError("bad_options", "Give --ct-mean, --ct-sd and --ct-limit together.")
    dilution = None if options.ct_mean is None else CtShift(*shift)
    return Assay(options.sensitivity, options.specificity, dilution)


def estimated(options: argparse.Namespace, assay: Assay) -> Estimate | None:
    """The prevalence of the pools given with --tested, or None where --prevalence is given."""
    if (options.prevalence is None) is (options.tested is None):
        raise FailedError("bad_options", "Give --prevalence, or --tested once or more.")
    if options.tested is None:
        return None
    from lachan.engine.pooling_prevalence import Count, estimate

    return estimate([Count(*counted) for counted in options.tested], assay)


def figures(options: argparse.Namespace, prevalence: float, assay: Assay) -> Iterator[Figures]:
    """Single testing, then the chosen designs: of --size or the best of each kind."""
    from lachan.engine import pooling, pooling_advice

    yield pooling.figures(pooling.Design("single"), prevalence, assay)
    if options.size is not None:
        yield pooling.figures(design_of(options.design, options.size), prevalence, assay)
        return
    wanted = ASKED[options.design]
    for kind, choice in pooling_advice.choices(prevalence, assay, options.limit).items():
        if kind in wanted:
            yield choice.best
            if options.near:
                yield from choice.near


def design_of(asked: str, sizes: Sequence[int]) -> Design:
    """The one design of `--design` and `--size`: 10 is Dorfman's, 12,4 and 10,10 need a name."""
    from lachan.engine.pooling import Design

    if asked == "all":
        if len(sizes) != 1:
            raise FailedError("bad_options", "With two sizes give --design three or array.")
        return Design("dorfman", tuple(sizes))
    return Design(ASKED[asked][0], tuple(sizes))


def worked(options: argparse.Namespace, prevalence: float, row: Figures, assay: Assay) -> Work:
    """Tests and hours for --people."""
    from lachan.engine.pooling_advice import work

    return work(
        options.people,
        row,
        prevalence,
        assay,
        places=options.places,
        run_hours=options.run_hours,
    )


def table(
    options: argparse.Namespace, prevalence: float, rows: Sequence[Figures], assay: Assay
) -> str:
    """The answer for a reader."""
    heading = [*HEADING, *(("tests", "hours") if options.people else ())]
    cells = [heading]
    for row in rows:
        line = words(row, assay)
        if options.people:
            done = worked(options, prevalence, row, assay)
            line += [f"{done.tests:.0f}", f"{done.hours:g}"]
        cells.append(line)
    widths = [max(len(line[column]) for line in cells) for column in range(len(heading))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in cells
    )


def words(row: Figures, assay: Assay) -> list[str]:
    """One design."""
    from lachan.engine.pooling_advice import worth_below

    pooled = row.design.kind != "single"
    return [
        row.design.kind,
        "x".join(map(str, row.design.sizes)) or "1",
        f"{row.tests_per_person:.4f}",
        f"{row.tests_per_group:.4g}",
        f"{row.rounds:.3f}",
        f"{row.sensitivity:.4f}",
        f"{row.specificity:.5f}",
        f"{row.ppv:.4f}",
        f"{row.npv:.5f}",
        f"{row.missed:.3f}",
        f"{worth_below(row.design, assay):.2%}" if pooled else "",
    ]


def summary(
    options: argparse.Namespace,
    prevalence: float,
    known: Estimate | None,
    rows: Sequence[Figures],
    assay: Assay,
) -> dict[str, object]:
    """The answer for a program."""
    told: dict[str, object] = {"prevalence": prevalence}
    if known is not None:
        told["estimate"] = known._asdict()
    told["designs"] = [told_of(options, prevalence, row, assay) for row in rows]
    return told


def told_of(
    options: argparse.Namespace, prevalence: float, row: Figures, assay: Assay
) -> dict[str, object]:
    """One design with all its figures, unrounded."""
    from lachan.engine.pooling_advice import worth_below

    told: dict[str, object] = {
        **row._asdict(),
        "design": row.design.kind,
        "sizes": row.design.sizes,
        "group": row.design.group,
        "tests_per_group": row.tests_per_group,
    }
    if row.design.kind != "single":
        told["worth_below"] = worth_below(row.design, assay)
    if options.people:
        told["work"] = worked(options, prevalence, row, assay)._asdict()
    return told


def chance(text: str) -> float:
    """A number from 0 to 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return number


def whole_numbers(text: str, parted_by: str) -> tuple[int, ...]:
    """Whole numbers parted by a sign."""
    return tuple(int(part) for part in text.split(parted_by))


def sizes(text: str) -> tuple[int, ...]:
    """10, or 12x4."""
    return whole_numbers(text, "x")


def counted(text: str) -> tuple[int, ...]:
    """SIZE:POOLS:POSITIVE."""
    numbers = whole_numbers(text, ":")
    if len(numbers) != 3:
        raise argparse.ArgumentTypeError("is written SIZE:POOLS:POSITIVE")
    return numbers


def parser() -> argparse.ArgumentParser:
    """The options of `lachan pool`."""
    options = argparse.ArgumentParser(
        prog="lachan pool",
        description="Say what pooled testing costs and misses: tests per person and group, stages, "
        "sensitivity, specificity, predictive values and people missed per 1,000, for the cheapest "
        "pools of each design or for pools of a given size.",
    )
    add = options.add_argument
    add("--prevalence", type=chance, help="the share of people infected, 0.01 for 1 %%")
    add(
        "--tested",
        type=counted,
        action="append",
        metavar="SIZE:POOLS:POSITIVE",
        help="or estimate it from pools tested; once for each size",
    )
    add("--sensitivity", type=chance, default=1.0, help="of one test (default 1)")
    add("--specificity", type=chance, default=1.0, help="of one test (default 1)")
    add("--ct-mean", type=above_zero, help="dilution: mean Ct of infected people")
    add("--ct-sd", type=above_zero, help="its standard deviation")
    add("--ct-limit", type=above_zero, help="the Ct that a test still finds")
    add("--design", choices=sorted(ASKED), default="all", help="default all")
    add("--size", type=sizes, metavar="N|NxM", help="these pools instead of the best ones")
    add("--limit", type=positive, default=20, help="largest pool looked at (default 20)")
    add("--near", action="store_true", help="also what costs at most 1 %% more than the best")
    add("--people", type=positive, help="also tests and hours for so many people")
    add("--places", type=positive, default=94, help="specimens in a run (default 94)")
    add("--run-hours", type=above_zero, default=1.5, help="hours of a run (default 1.5)")
    add("--json", action="store_true", help="one JSON object with unrounded figures")
    return options
