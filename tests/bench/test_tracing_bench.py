"""The bench of tracing: every engine must give the answer that plain Python gives."""

import io
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from bench import appending, limits, timing, world
from bench.asking import LAST_MINUTE, LATENT, LEAST_MINUTES, Answer, Question, question_of, tally_of
from bench.kernel import Kernel
from bench.peers.asked import Engine, Missing
from bench.peers.duckdb import DuckDB
from bench.peers.polars import Polars
from bench.peers.postgresql import PostgreSQL
from bench.tracing import main
from bench.visiting import Day
from bench.world import DAYS, MINUTES_A_DAY, World, day_of, make_world

pytestmark = pytest.mark.slow

#: 200,000 visits; and few enough that plain Python can follow three hops.
PEOPLE, VILLAGERS = 18_600, 700

#: Polars is asked where it is installed: it is no part of the lock.
PEERS = [DuckDB, PostgreSQL, *([Polars] if find_spec("polars") else [])]

Visit = tuple[int, int, int, int]  # person, venue, start, end: minutes of the world


@pytest.fixture(scope="module")
def town() -> World:
    return make_world(PEOPLE)


@pytest.fixture(scope="module")
def days(town: World) -> list[Day]:
    return [day_of(town, number) for number in range(DAYS)]


@pytest.fixture(scope="module")
def kernel(
    town: World, days: list[Day], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kernel]:
    engine = Kernel(tmp_path_factory.mktemp("index"))
    engine.load(town, days)
    yield engine
    engine.close()


def visits_of(days: Sequence[Day]) -> list[Visit]:
    rows: list[Visit] = []
    for number, day in enumerate(days):
        midnight = number * MINUTES_A_DAY
        columns = (day.person, day.venue, day.start, day.end)
        for person, venue, start, end in zip(*(c.tolist() for c in columns), strict=True):
            rows.append((person, venue, midnight + start, midnight + end))
    return rows


def by_hand(visits: Sequence[Visit], question: Question) -> list[Answer]:
    """The question, answered visit by visit without arrays."""
    of: dict[int, list[Visit]] = defaultdict(list)
    at: dict[tuple[int, int], list[Visit]] = defaultdict(list)
    for visit in visits:
        of[visit[0]].append(visit)
        at[visit[1], visit[2] // MINUTES_A_DAY].append(visit)
    columns = zip(*(column.tolist() for column in question[:3]), strict=True)
    sources = {person: (since, until) for person, since, until in columns}
    known = set(sources)
    hops = []
    for _ in range(question.hops):
        first: dict[int, int] = {}
        minutes: dict[int, int] = defaultdict(int)
        for source, (since, until) in sources.items():
            for _, venue, start, end in of[source]:
                begin, stop = max(start, since), min(end, until)
                # Visits are cut at midnight: only those of one day overlap.
                for other, _, their_start, their_end in at[venue, start // MINUTES_A_DAY]:
                    shared = min(stop, their_end) - max(begin, their_start)
                    if shared > 0 and other not in known:
                        minutes[other] += shared
                        moment = max(begin, their_start)
                        first[other] = min(first.get(other, moment), moment)
        reached = sorted(p for p, total in minutes.items() if total >= LEAST_MINUTES)
        rows = [(p, first[p], minutes[p]) for p in reached]
        hops.append(Answer(*np.array(rows, np.int32).reshape(-1, 3).T))
        known |= set(reached)
        sources = {p: (first[p] + LATENT, LAST_MINUTE) for p in reached}
    return hops


def test_it_makes_the_same_day_with_any_number_of_threads(
    town: World, days: list[Day], monkeypatch: pytest.MonkeyPatch
) -> None:
    for threads in (1, 3):
        monkeypatch.setattr(world, "THREADS", threads)

        again = day_of(town, 3)

        assert all(map(np.array_equal, again, days[3]))


def test_its_visits_are_united_and_in_order(days: list[Day]) -> None:
    for day in days:
        assert (np.diff(day.start.astype(int)) >= 0).all()
        assert (day.start < day.end).all()
        assert int(day.end.max()) <= MINUTES_A_DAY
        order = np.lexsort((day.start, day.venue, day.person))
        person, venue, start, end = (c[order].astype(int) for c in day[:4])
        again = (person[1:] == person[:-1]) & (venue[1:] == venue[:-1])
        assert not (again & (start[1:] <= end[:-1])).any()


def test_its_people_do_as_people_do(town: World, days: list[Day]) -> None:
    monday, saturday = world.sanity(town, days[0]), world.sanity(town, days[5])

    assert 0.7 < monday.a_person < 0.85
    assert 0.28 < monday.imputed < 0.33
    assert monday.median_minutes > 60 > saturday.median_minutes


def test_the_kernel_agrees_with_plain_python(days: list[Day], kernel: Kernel, town: World) -> None:
    question = question_of(town, 30)
    expected = by_hand(visits_of(days), question)

    assert len(expected[0].person) > 1000
    for way in kernel.ways():
        timing.compare("by hand", expected, way.name, timing.answers(way, question))


def test_the_kernel_agrees_with_plain_python_hop_by_hop(tmp_path: Path) -> None:
    village = make_world(VILLAGERS)
    days = [day_of(village, number) for number in range(DAYS)]
    engine = Kernel(tmp_path)
    engine.load(village, days)
    question = question_of(village, 2, hops=3)

    expected = by_hand(visits_of(days), question)

    assert all(len(hop.person) > 0 for hop in expected)
    for way in engine.ways():
        timing.compare("by hand", expected, way.name, timing.answers(way, question))
    engine.close()


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_agrees_with_the_kernel(
    peer: type[Any], town: World, days: list[Day], kernel: Kernel, tmp_path: Path
) -> None:
    engine = cast(Engine, peer(tmp_path))
    try:
        engine.load(town, days)
        if isinstance(engine, PostgreSQL):
            engine.add_ranges()
        ours = kernel.way(1)
        for question in (question_of(town, 100), question_of(town, 1)):
            expected = timing.assert_equal([ours, *engine.ways()], question)
            for way in engine.ways():
                way.prepared(question)
                assert way.tally is None or way.tally() == tally_of(expected[0])
        chained = [way for way in engine.ways() if way.chains]
        timing.assert_equal([ours, *chained], question_of(town, 3, hops=3))
    finally:
        engine.close()


def test_a_missing_library_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)

    with pytest.raises(Missing, match="Polars is not asked: "):
        Polars(tmp_path)


def test_it_does_not_time_engines_that_disagree(kernel: Kernel, town: World) -> None:
    ours = kernel.way(1)
    wrong = ours._replace(
        name="wrong", read=lambda hops: [hops[0]._replace(minutes=hops[0].minutes + 1)]
    )

    with pytest.raises(timing.Unequal, match="wrong disagree"):
        timing.in_turn([ours, wrong], question_of(town, 20), rounds=1)


def test_the_kernel_looks_at_few_visits_for_each_contact(kernel: Kernel, town: World) -> None:
    question = question_of(town, 10)
    [answer] = timing.answers(kernel.way(1), question)

    [looked_at] = kernel.looked_at

    # A venue-day read whole would be a hundred visits a contact; people met are looked at.
    assert len(answer.person) <= looked_at <= 4 * len(answer.person)


def test_dropped_pages_are_gone_and_the_answer_stays(kernel: Kernel, town: World) -> None:
    question = question_of(town, 10)
    before = timing.answers(kernel.way(1), question)

    kernel.forget_pages()

    timing.compare("before", before, "after", timing.answers(kernel.way(1), question))


def test_who_comes_in_anew_is_fed_with_the_day_so_far() -> None:
    day = day_of(make_world(300), 5)
    visits = list(zip(*(column.tolist() for column in day), strict=True))

    columns, at = appending.minutes_of(day)

    fed = list(zip(*(column.tolist() for column in columns), strict=True))
    for minute in range(MINUTES_A_DAY):
        people = {visit[0] for visit in visits if visit[2] == minute}
        expected = [visit for visit in visits if visit[0] in people and visit[2] <= minute]
        assert sorted(fed[at[minute] : at[minute + 1]]) == sorted(expected)


def test_a_day_fed_minute_by_minute_answers_as_if_sealed(tmp_path: Path) -> None:
    appended = appending.fed_day(make_world(400), tmp_path)

    assert appended.rows > appended.visits
    assert appended.commits <= min(appended.visits, MINUTES_A_DAY)


def test_it_prints_a_report_without_peers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WORDS", 1 << 16)
    monkeypatch.setattr(limits, "TOUCHES", 1 << 10)
    figures = tmp_path / "figures.json"
    words = ["--sizes", "0.1,0.2", "--rounds", "1", "--peers", "", "--append-people", "0"]
    said = io.StringIO()

    with redirect_stdout(said):
        status = main([*words, "--data", str(tmp_path), "--json", str(figures)])

    assert status == 0
    assert "bytes a visit, both orders" in said.getvalue()
    assert "visits looked at" in said.getvalue()
    assert str(tmp_path) not in said.getvalue()
    assert figures.stat().st_size > 1000
