"""Fits the exposure score to stories, checks it on other stories, and writes down how true it is.

`python -m bench.calibration` writes `bench/profiles/story.json`, the tables of
`docs/platforms/exposure.md` and the picture beside it.  About a quarter of an hour on two cores.
"""

import argparse
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.drawing import reliability_picture
from bench.inserting import ROOT, insert, table
from bench.storyworld import NIGHT, STAND, WEIGHTS, Look, expose, look, options_of
from lachan.config.commands.exposurefiles.profile import Profile, as_json, read_profile
from lachan.config.story.spread import COURSES
from lachan.engine import scoring
from lachan.engine.risk import MILLION
from lachan.engine.scoring_rule import Scoring

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

#: Stories that the figures are fitted to, and others that they are checked on; the twenty of
#: `bench.story` (seeds 1 to 20) are in neither.  Stories 200 to 211 and 300 to 307 were looked at
#: while the form of the score was chosen, so they may not check it: choose new seeds after a change
#: of form.
FIT_SEEDS = range(101, 113)
CHECK_SEEDS = range(401, 413)

PAGE = ROOT / "docs/platforms/exposure.md"
PICTURE = ROOT / "docs/platforms/exposure-reliability.svg"
PROFILE = ROOT / "bench/profiles/story.json"

#: Where the search begins: the order of what the story's plot says of measles.
BEGIN = Scoring(
    rate=(100_000, 1_000_000, 100_000),
    unseen=2_000,
    imputed=250,
    susceptible=(120,),
    onset_after=COURSES[STAND].onset_after,
)

#: The search multiplies and divides each figure by these, until nothing gets better.
STEPS = (2.0, 1.4, 1.15, 1.05)

#: No rate above ten an hour: beyond, an hour infects for certain and the data cannot tell.
RATE_LIMIT = 10 * MILLION

#: Predictions are kept this far from 0 and 1, so that one surprise costs no infinite score.
LEAST_CHANCE = 1e-6


class Frozen(NamedTuple):
    """One story with the meetings of its trace, to be scored again with other figures."""

    seen: Look
    exposed: scoring.Exposed
    truth: Truths


class Judged(NamedTuple):
    """Predictions of people beside what happened."""

    predicted: Floats
    infected: Truths
    hop: npt.NDArray[np.int64]


class Bin(NamedTuple):
    """A tenth of the people, by predicted risk."""

    predicted: float
    infected: int
    people: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share infected."""
        z, n = 1.959964, self.people
        share = self.infected / n
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), middle + half


def frozen(seed: int, workers: int | None = None) -> Frozen:
    """A story traced once; which people are reached does not depend on the figures to be found."""
    seen = look(options_of(seed, workers))
    exposed = expose(seen, BEGIN)
    truth = np.isin(exposed.scores.person, list(seen.hidden))
    return Frozen(seen, exposed, truth)


def rescored(story: Frozen, figures: Scoring) -> Floats:
    """The predicted risks of one story under other figures."""
    exposed, hop = story.exposed, story.exposed.hop
    doses = np.full(len(hop), scoring.UNKNOWN_DOSES)
    sure = np.where(hop == 0, MILLION, 0)
    chances = scoring.Chances(sure, sure.copy(), sure.copy(), exposed.chances.onset)
    rows = exposed.meetings
    near = scoring.taken(rows, np.flatnonzero(hop[rows.source] == 0))
    first = scoring.score(near, chances, figures, doses)
    for whole, own in zip(chances, (first.risk, first.least, first.most), strict=False):
        whole[first.person] = own
    return scoring.score(rows, chances, figures, doses).risk / MILLION


def judged(stories: Sequence[Frozen], figures: Scoring) -> Judged:
    """All people of all stories."""
    return Judged(
        np.concatenate([rescored(story, figures) for story in stories]),
        np.concatenate([story.truth for story in stories]),
        np.concatenate([s.exposed.hop[s.exposed.scores.person] for s in stories]),
    )


def log_loss(predicted: Floats, infected: Truths) -> float:
    """Mean negative log likelihood, natural units."""
    sure = np.clip(predicted, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return float(-np.log(np.where(infected, sure, 1 - sure)).mean())


def brier(predicted: Floats, infected: Truths) -> float:
    """Mean squared distance between prediction and what happened."""
    return float(((predicted - infected) ** 2).mean())


def neighbours(figures: Scoring, step: float) -> Iterator[Scoring]:
    """The figures with one of them a step larger or smaller."""
    for factor in (step, 1 / step):
        for kind in range(len(figures.rate)):
            rates = list(figures.rate)
            rates[kind] = min(RATE_LIMIT, max(1, round(rates[kind] * factor)))
            yield replace(figures, rate=(rates[0], rates[1], rates[2]))
        yield replace(figures, unseen=max(1, round(figures.unseen * factor)))
        yield replace(figures, imputed=min(1_000, max(1, round(figures.imputed * factor))))
        share = min(1_000, max(1, round(figures.susceptible[0] * factor)))
        yield replace(figures, susceptible=(share,))


def fit(stories: Sequence[Frozen], begin: Scoring = BEGIN) -> Scoring:
    """The figures with the least log loss that steps from `begin` lead to."""
    best = begin

    def loss(figures: Scoring) -> float:
        found = judged(stories, figures)
        return log_loss(found.predicted, found.infected)

    least = loss(best)
    for step in STEPS:
        better = True
        while better:
            better = False
            for figures in neighbours(best, step):
                own = loss(figures)
                if own < least - 1e-9:
                    best, least, better = figures, own, True
    return best


def bins(predicted: Floats, infected: Truths, count: int = 10) -> list[Bin]:
    """The people in `count` equal parts, lowest risk first."""
    parts = np.array_split(np.argsort(predicted, kind="stable"), count)
    return [Bin(float(predicted[p].mean()), int(infected[p].sum()), len(p)) for p in parts]


def figures_table(figures: Scoring) -> str:
    """What was fitted."""
    visit, encounter, household = figures.rate
    rows = [
        ("hazard of an hour at one place", f"{visit / MILLION:.3f}"),
        ("hazard of an hour of phones close to each other", f"{encounter / MILLION:.3f}"),
        ("hazard of an hour in one household or rented room", f"{household / MILLION:.3f}"),
        ("hazard of everybody, by ways no register shows", f"{figures.unseen / MILLION:.4f}"),
        ("where an imputed meeting lies, least 0 to most 1", f"{figures.imputed / 1000:.3f}"),
        ("share who can be infected at all", f"{figures.susceptible[0] / 1000:.3f}"),
    ]  # fmt: skip
    return table(("figure", "fitted"), rows)


def reliability_table(parts: Iterable[Bin]) -> str:
    """Predicted against observed, a row a tenth."""
    rows = [
        (
            number,
            f"{part.people:,}",
            f"{100 * part.predicted:.2f} %",
            f"{part.infected:,}",
            f"{100 * part.infected / part.people:.2f} %",
            "{:.2f} to {:.2f} %".format(*(100 * end for end in part.interval)),
        )
        for number, part in enumerate(parts, start=1)
    ]
    heading = ("tenth", "people", "predicted", "infected", "observed", "95 % interval")
    return table(heading, rows)


def scores_table(fitted: Judged, checked: Judged) -> str:
    """Brier and log score against the base rate, which is that of the fitted stories."""
    base = float(fitted.infected.mean())
    rows = []
    for name, found in (("fitted stories", fitted), ("other stories", checked)):
        flat = np.full(len(found.predicted), base)
        own = brier(found.predicted, found.infected), log_loss(found.predicted, found.infected)
        plain = brier(flat, found.infected), log_loss(flat, found.infected)
        rows.append(
            (
                name,
                f"{len(found.infected):,}",
                f"{int(found.infected.sum()):,}",
                f"{found.predicted.sum():.0f}",
                f"{own[0]:.5f} ({plain[0]:.5f})",
                f"{own[1]:.5f} ({plain[1]:.5f})",
                f"{100 * (1 - own[1] / plain[1]):.1f} %",
            )
        )
    scores = ("Brier (base rate)", "log loss (base rate)", "log loss better by")
    return table(("", "exposed", "infected", "predicted", *scores), rows)


def hops_table(found: Judged) -> str:
    """Whether the sum is right for contacts of cases and for contacts of contacts."""
    rows = [
        (
            name,
            f"{int((found.hop == hop).sum()):,}",
            int(found.infected[found.hop == hop].sum()),
            f"{found.predicted[found.hop == hop].sum():.0f}",
        )
        for hop, name in ((1, "contacts of cases"), (2, "contacts of contacts"))
    ]
    return table(("other stories", "exposed", "infected", "predicted"), rows)


def profile_of_story(figures: Scoring) -> Profile:
    """The figures with the kinds of places and the nights at home they were fitted under."""
    return Profile(
        scoring=figures,
        places=WEIGHTS,
        home_permille=NIGHT.weight,
        home_from_minute=NIGHT.from_minute,
        home_minutes=NIGHT.minutes,
    )


def main(argv: Sequence[str]) -> int:
    """Fit (unless told not to), check, and write everything down."""
    options = argparse.ArgumentParser(prog="python -m bench.calibration")
    options.add_argument("--keep-profile", action="store_true", help="check only")
    arguments = options.parse_args(argv)
    fitted = [frozen(seed) for seed in FIT_SEEDS]
    kept = arguments.keep_profile
    figures = read_profile(str(PROFILE)).scoring if kept else fit(fitted)
    PROFILE.write_text(
        as_json(
            profile_of_story(figures),
            name="the story's invented measles",
            source=f"fitted by bench.calibration to stories {FIT_SEEDS[0]} to {FIT_SEEDS[-1]};"
            " SIMULATED, not for use on people",
        ),
        "utf-8",
    )
    checked = [frozen(seed) for seed in CHECK_SEEDS]
    own, other = judged(fitted, figures), judged(checked, figures)
    parts = bins(other.predicted, other.infected)
    insert(PAGE, "fitted", figures_table(figures))
    insert(PAGE, "reliability", reliability_table(parts))
    insert(PAGE, "scores", scores_table(own, other) + "\n\n" + hops_table(other))
    PICTURE.write_text(reliability_picture(parts), "utf-8")
    sys.stdout.write(scores_table(own, other) + "\n" + reliability_table(parts) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
