"""A small version of `bench.story`: what the pages claim of twenty stories holds of two."""

import numpy as np
import pytest

from bench import calibration, story
from bench.storyworld import DAY, HOUR, Look, look, options_of
from lachan.config.commands.exposurefiles.profile import read_profile
from lachan.engine import backward, tracing
from lachan.engine.dtypes import Visits
from lachan.engine.naive_backward import Incubation

pytestmark = pytest.mark.slow

SEEDS = (31, 33)
SMALL = 600

#: In the story's plot onset comes eight days after infection; the rule of an officer is wider.
INCUBATION = Incubation(shortest=7 * DAY, longest=10 * DAY)


@pytest.fixture(scope="module")
def lines() -> list[story.Line]:
    figures = read_profile(str(calibration.PROFILE)).scoring
    return [story.line(seed, figures, SMALL) for seed in SEEDS]


def test_the_trace_finds_more_than_one_hop_and_than_closing_communes(
    lines: list[story.Line],
) -> None:
    total = story.summed(lines)

    assert total.infected > 40
    assert total.traced.infected > 1.3 * total.one_hop.infected
    assert total.traced.infected > 1.3 * total.communes.infected
    assert total.traced.infected > total.infected // 2


def test_a_higher_threshold_isolates_fewer_and_hits_more_often(lines: list[story.Line]) -> None:
    found = story.summed(lines).by_threshold
    people = [own.people for own in found]
    hits = [own.infected / own.people for own in found]

    assert people == sorted(people, reverse=True)
    assert hits == sorted(hits)
    assert hits[-1] > 3 * hits[0]


def test_narrow_zones_hold_fewer_people_than_communes_and_than_all_places(
    lines: list[story.Line],
) -> None:
    for line in lines:
        assert line.zones.narrow < 0.8 * line.zones.communes
        assert line.zones.narrow < 0.8 * line.zones.every_place


def test_nobody_infected_is_counted_twice(lines: list[story.Line]) -> None:
    for line in lines:
        for own in (*story.ways(line), *line.by_threshold):
            assert own.showable <= own.infected <= min(own.people, line.infected)
            assert own.showable <= line.showable


def test_a_small_search_beats_the_base_rate_on_a_story_it_never_saw() -> None:
    fitted = [calibration.frozen(41, SMALL)]
    figures = calibration.fit(fitted)
    before = calibration.judged(fitted, calibration.BEGIN)
    after = calibration.judged(fitted, figures)
    unseen = calibration.judged([calibration.frozen(43, SMALL)], figures)
    base = np.full(len(unseen.predicted), after.infected.mean())

    assert calibration.log_loss(*after[:2]) < calibration.log_loss(*before[:2])
    assert calibration.log_loss(*unseen[:2]) < calibration.log_loss(base, unseen.infected)
    tenths = calibration.bins(*unseen[:2])
    assert sum(part.infected for part in tenths[8:]) > sum(part.infected for part in tenths[:5])
    assert calibration.rescored(fitted[0], calibration.BEGIN) == pytest.approx(
        fitted[0].exposed.scores.risk / 1_000_000
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_backward_tracing_ranks_a_planted_source_high(seed: int) -> None:
    seen = look(options_of(seed, SMALL), (14, 20))
    known = {case.person: case for case in seen.world.cases if case.positive_at <= seen.clock}
    planted = known.keys() - {row.person for row in seen.world.transmissions}
    later = sorted(known.keys() - planted)
    likely, there = asked_backward(seen, later, [known[person].onset for person in later])
    ranks = [likely.person.tolist().index(p) for p in planted if p in likely.person]
    among_known = [person for person in likely.person.tolist() if person in known]

    # Line mates of a source met the same cases for as long: nobody can tell them apart.
    assert min(ranks) < len(likely.person) / 20
    assert planted & set(among_known[:3])
    infected_there = {
        (row.place, (row.start + 7 * HOUR) // DAY)
        for row in seen.world.transmissions
        if row.person in known and row.place is not None
    }
    top = set(zip(there.venue.tolist()[:10], there.day.tolist()[:10], strict=True))
    assert top & infected_there


def asked_backward(
    seen: Look, people: list[int], onsets: list[int]
) -> tuple[backward.LikelySources, backward.Gatherings]:
    visits = Visits(*(column.copy() for column in seen.visits))
    stays = tracing.index_stays(
        *tracing.unite_visits(visits, 60), people=seen.people, venues=len(seen.world.places)
    )
    pairs = tracing.index_pairs(seen.encounters, seen.people)
    infected = backward.windows(np.array(people), np.array(onsets), INCUBATION)
    return (
        backward.sources(stays, pairs, infected, seen.people),
        backward.gatherings(stays, infected, midnight=-7 * HOUR),
    )
