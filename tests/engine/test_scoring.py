"""The exposure score: figures a doctor can check by hand, and the definition against the arrays."""

import math
import random

import numpy as np
import pytest

from lachan.engine import naive_scoring, scoring
from lachan.engine.dtypes import NEVER, Sources
from lachan.engine.meetings import ENCOUNTER, HOUSEHOLD, VISIT, Meetings
from lachan.engine.naive import Interval
from lachan.engine.naive_scoring import Chance, Meeting
from lachan.engine.risk import CERTAIN, MILLION, ONE, escape, exact_exp_minus
from lachan.engine.scoring_rule import BadScoringError, Scoring

HOUR, DAY = 3_600, 86_400
PLAIN = Scoring(rate=(100_000, 200_000, 300_000))
CASE, OTHER_CASE = 90, 91


def met(person: int = 1, source: int = CASE, hours: float = 1, **fields: int) -> Meeting:
    start = fields.pop("start", 0)
    end = start + int(hours * HOUR)
    row = Meeting(person, source, start, VISIT, 5, end, 1000, False, end - start, end - start)
    return row._replace(**fields)


def as_table(rows: list[Meeting]) -> Meetings:
    columns = {name: [getattr(row, name) for row in sorted(rows)] for name in Meetings._fields}
    kinds = {"kind": np.int8, "imputed": np.uint8}
    return Meetings(**{n: np.array(v, kinds.get(n, np.int64)) for n, v in columns.items()})


def scores(rows: list[Meeting], rule: Scoring = PLAIN, **known: dict[int, int]) -> dict[int, int]:
    sure = {source: Chance(MILLION, MILLION, MILLION, 0) for source in (CASE, OTHER_CASE)}
    found = naive_scoring.score(rows, sure, rule, known.get("doses", {}))
    return {row.person: row.risk for row in found}


@pytest.mark.parametrize("hazard", [0, 1, 999, 10_000, 693_147, 1_000_000, 5_000_001, CERTAIN - 1])
def test_a_chance_to_escape_is_the_exponential(hazard: int) -> None:
    assert abs(escape(hazard) / ONE - math.exp(-hazard / MILLION)) < 31 / ONE
    assert abs(exact_exp_minus(hazard) - math.exp(-hazard / MILLION) * ONE) < 1


def test_nobody_escapes_a_hazard_beyond_the_last_bit() -> None:
    assert escape(CERTAIN) == 0


def test_an_hour_at_a_tenth_an_hour_infects_nine_and_a_half_in_a_hundred() -> None:
    assert scores([met()])[1] == pytest.approx(MILLION * (1 - math.exp(-0.1)), abs=2)


def test_hours_with_one_source_add_up_and_sources_multiply() -> None:
    one_source = scores([met(hours=1), met(hours=2, start=5 * HOUR)])[1]
    two_sources = scores([met(hours=1), met(hours=2, source=OTHER_CASE)])[1]

    assert one_source == pytest.approx(MILLION * (1 - math.exp(-0.3)), abs=2)
    assert two_sources == pytest.approx(one_source, abs=2)


def test_a_source_infected_by_half_infects_by_half() -> None:
    sure = {CASE: Chance(500_000, 200_000, MILLION, 0)}
    row = naive_scoring.score([met()], sure, PLAIN, {})[0]
    whole = scores([met()])[1]

    assert row.risk == pytest.approx(whole / 2, abs=2)
    assert row.least == pytest.approx(whole / 5, abs=2)
    assert row.most == pytest.approx(whole, abs=2)


def test_kind_weight_and_day_of_illness_change_the_hazard() -> None:
    rule = Scoring(rate=(100_000, 200_000, 300_000), infectious=(0, 500, 1000), first_day=-1)
    found = scores(
        [
            met(1, start=-DAY),
            met(2),
            met(3, start=DAY),
            met(4, start=9 * DAY),
            met(5, start=DAY, kind=ENCOUNTER, weight=500),
            met(6, start=DAY, kind=HOUSEHOLD),
        ],
        rule,
    )
    hazards = {1: 0, 2: 0.05, 3: 0.1, 4: 0.1, 5: 0.1, 6: 0.3}

    for person, hazard in hazards.items():
        assert found[person] == pytest.approx(MILLION * (1 - math.exp(-hazard)), abs=2)


def test_an_imputed_meeting_lies_between_its_bounds() -> None:
    rule = Scoring(rate=(100_000, 0, 0), imputed=250)
    row = met(hours=1, imputed=1, least=0, most=8 * HOUR)
    sure = {CASE: Chance(MILLION, MILLION, MILLION, 0)}
    found = naive_scoring.score([row], sure, rule, {})[0]

    assert found.least == 0
    assert found.risk == pytest.approx(MILLION * (1 - math.exp(-0.2)), abs=2)
    assert found.most == pytest.approx(MILLION * (1 - math.exp(-0.8)), abs=2)


def test_everybody_exposed_bears_what_no_register_shows() -> None:
    rule = Scoring(rate=(100_000, 0, 0), unseen=50_000)
    found = scores([met(1), met(2), met(2, start=5 * HOUR), met(2, source=OTHER_CASE)], rule)

    assert found[1] == pytest.approx(MILLION * (1 - math.exp(-0.15)), abs=2)
    assert found[2] == pytest.approx(MILLION * (1 - math.exp(-0.35)), abs=2)


def test_doses_change_who_can_be_infected_at_all() -> None:
    rule = Scoring(rate=(MILLION * 99, 0, 0), susceptible=(800, 900, 100, 20))
    found = scores([met(p) for p in range(1, 6)], rule, doses={2: 0, 3: 1, 4: 2, 5: 7})

    assert [round(found[p] / 1000) for p in range(1, 6)] == [800, 900, 100, 20, 20]


def test_the_chief_meeting_is_the_one_that_counts_most() -> None:
    sure = {CASE: Chance(MILLION, MILLION, MILLION, 0)}
    long = met(hours=3, start=9 * HOUR)
    row = naive_scoring.score([met(), long], sure, PLAIN, {})[0]

    assert row.chief == long
    assert (row.share, row.meetings, row.sources, row.seconds) == (750, 2, 1, 4 * HOUR)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": (1, 2)},
        {"rate": (-1, 0, 0)},
        {"rate": (0, 0, 0), "infectious": ()},
        {"rate": (0, 0, 0), "susceptible": (1001,)},
        {"rate": (0, 0, 0), "imputed": -1},
    ],
)
def test_it_refuses_figures_that_make_no_score(wrong: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(BadScoringError):
        Scoring(**wrong)  # type: ignore[arg-type]


def random_rule(dice: random.Random) -> Scoring:
    def shares(most: int) -> tuple[int, ...]:
        return tuple(dice.randrange(1001) for _ in range(dice.randrange(1, most)))

    rates = [dice.choice((0, 35_000, 900_000, 100_000_000)) for _ in range(3)]
    return Scoring(
        rate=(rates[0], rates[1], rates[2]),
        infectious=shares(9),
        first_day=dice.randrange(-5, 3),
        unseen=dice.choice((0, 3_000)),
        imputed=dice.randrange(1001),
        susceptible=shares(4),
        onset_after=dice.choice((0, 2 * DAY)),
    )


def random_meetings(dice: random.Random, sources: list[int]) -> list[Meeting]:
    rows = []
    for number in range(dice.choice((0, 1, 6, 60)) if sources else 0):
        source = dice.choice(sources)
        person = dice.choice([p for p in range(12) if p != source])
        start = dice.randrange(20 * DAY)
        length = dice.choice((0, 1, 600, dice.randrange(1, 40 * DAY)))
        least, most = dice.randrange(length + 1), length + dice.randrange(90_000)
        imputed = length == 0 or dice.random() < 0.4
        if not imputed:
            least = most = length
        kind = dice.choice((VISIT, ENCOUNTER, HOUSEHOLD))
        venue = number if kind == VISIT else -1 - number  # no two rows alike
        weight = dice.randrange(1, 1001)
        end = start + length
        rows.append(Meeting(person, source, start, kind, venue, end, weight, imputed, least, most))
    return rows


@pytest.mark.parametrize("seed", range(300))
def test_the_arrays_give_the_definition(seed: int) -> None:
    dice = random.Random(seed)
    rule = random_rule(dice)
    rows = random_meetings(dice, list(range(12)))
    chance = {}
    for source in range(12):
        least, likely, most = sorted(dice.randrange(MILLION + 1) for _ in range(3))
        chance[source] = Chance(likely, least, most, dice.randrange(10 * DAY))
    doses = {person: dice.randrange(4) for person in range(12) if dice.random() < 0.5}

    expected = naive_scoring.score(rows, chance, rule, doses)
    dice.shuffle(rows)
    table = scoring.united([as_table(rows)])
    columns = zip(*(chance[source] for source in range(12)), strict=True)
    dense = np.array([doses.get(p, scoring.UNKNOWN_DOSES) for p in range(12)])
    found = scoring.score(table, scoring.Chances(*map(np.array, columns)), rule, dense)

    assert rows_of(found, table) == expected


def rows_of(found: scoring.Scores, table: Meetings) -> list[naive_scoring.Score]:
    meetings = [
        Meeting(*(getattr(table, name)[i].item() for name in Meeting._fields))
        for i in range(len(table.person))
    ]
    return [
        naive_scoring.Score(*row[:4], meetings[row[4]], *row[5:])
        for row in zip(*(column.tolist() for column in found), strict=True)
    ]


@pytest.mark.parametrize("seed", range(200))
def test_hops_give_the_definition(seed: int) -> None:
    dice = random.Random(seed)
    rule = random_rule(dice)
    world = random_meetings(dice, list(range(12)))
    cases = {p: [Interval(0, 9 * DAY)] for p in dice.sample(range(12), 2)}
    onset = {p: dice.randrange(5 * DAY) for p in cases}
    rest = {
        "hops": dice.randrange(1, 4),
        "min_seconds": dice.choice((1, 900)),
        "latent_seconds": dice.choice((0, DAY)),
        "source_from": dice.choice((0, 50_000)),
    }

    def by_sources(sources: set[int], since: dict[int, int]) -> list[Meeting]:
        return [m for m in world if m.source in sources and m.start >= since[m.source]]

    expected = naive_scoring.expose(
        lambda infectious: by_sources(
            set(infectious), {p: own[0].start for p, own in infectious.items()}
        ),
        cases, onset=onset, doses={}, scoring=rule, **rest,
    )  # fmt: skip
    people = np.array(sorted(cases))
    found = scoring.expose(
        lambda sources: as_table(
            by_sources(
                set(sources.person.tolist()),
                dict(zip(sources.person.tolist(), sources.start.tolist(), strict=True)),
            )
        ),
        Sources(people, np.zeros(2, np.int64), np.full(2, 9 * DAY), np.arange(3)),
        onset=np.array([onset.get(p, NEVER) for p in range(12)]),
        doses=np.full(12, -1), scoring=rule, **rest,
    )  # fmt: skip

    named = list(
        zip(
            rows_of(found.scores, found.meetings),
            found.hop[found.scores.person].tolist(),
            strict=True,
        )
    )
    assert named == expected
