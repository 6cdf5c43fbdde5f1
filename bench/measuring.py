"""Everything that is measured on one world."""

import gc
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from bench import timing
from bench.asking import Question, question_of
from bench.kernel import Kernel
from bench.peers.asked import Engine, Missing, Way
from bench.peers.duckdb import DuckDB
from bench.peers.polars import Polars
from bench.peers.postgresql import GIST_PEOPLE, PostgreSQL
from bench.timing import Timed
from bench.visiting import Day
from bench.world import DAYS, Sanity, World, day_of, make_world, people_of, sanity

PEERS: dict[str, Any] = {"duckdb": DuckDB, "postgresql": PostgreSQL, "polars": Polars}

#: Million visits up to which the peers are asked for three hops, and with how many cases.
CHAINED = {1.0: 20, 10.0: 10}

#: Questions of one case, and of a hundred, over which visits touched a contact are averaged: one
#: case may have met nobody, or a whole market.
SINGLE_CASES, HUNDREDS = 400, 5

#: Cases and hops that the kernel alone is asked for, where there are people enough.
QUESTIONS = ((1, 1), (100, 1), (10_000, 1), (100, 3))

#: Rounds of questions that take long.
FEW_ROUNDS = 2

#: Times the files are dropped from memory.
COLD_ROUNDS = 5


class Load(NamedTuple):
    """Seconds of loading and indexing, without making the visits; bytes of table and indexes."""

    name: str
    seconds: float
    bytes_a_visit: float


class Asked(NamedTuple):
    """A question to the kernel alone; contacts and visits looked at are those of all hops."""

    cases: int
    hops: int
    way: str
    median_ms: float
    contacts: int
    looked_at: int
    pages_read: float


class Growth(NamedTuple):
    """What is to stay alike when the country grows."""

    touched_a_contact: float
    touched_a_contact_of_100: float
    ns_a_touched: float


class Cold(NamedTuple):
    """F1 of 100 cases after the files were dropped from memory; the share that stayed."""

    median_ms: float
    worst_ms: float
    stayed: float


class Measured(NamedTuple):
    """One world."""

    million: float
    people: int
    venues: int
    visits: int
    weekday: Sanity
    weekend: Sanity
    seal_seconds: float
    write_seconds: float
    loads: list[Load]
    rows: list[Timed]
    one_case: list[Timed]
    sums: list[Timed]
    chain_cases: int
    chain: list[Timed]
    alone: list[Asked]
    stays: int
    growth: Growth
    cold: Cold


class Clocked:
    """The days of a world; knows how long making them took."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seconds = 0.0
        self.sanity: dict[int, Sanity] = {}

    def __iter__(self) -> Iterator[Day]:
        for number in range(DAYS):
            began = perf_counter()
            day = day_of(self.world, number)
            if number in (0, 5):
                self.sanity[number] = sanity(self.world, day)
            self.seconds += perf_counter() - began
            yield day
            del day


def measure(million: float, peers: Sequence[str], rounds: int, folder: Path) -> Measured:
    """Make a world of so many visits, load the kernel and `peers`, ask them all."""
    world = make_world(people_of(million))
    kernel = Kernel(folder)
    engines: list[Engine] = []
    try:
        days = Clocked(world)
        kernel.load(world, days)
        loads = [Load(kernel.name, kernel.seal_seconds, kernel.size() / kernel.visits)]
        for peer in peers:
            load_peer(peer, world, folder, kernel.visits, engines, loads)
        return asked(million, world, days, kernel, engines, loads, rounds)
    finally:
        for engine in (kernel, *engines):
            engine.close()
        gc.collect()


def load_peer(
    peer: str, world: World, folder: Path, visits: int, engines: list[Engine], loads: list[Load]
) -> None:
    """Add a loaded peer; a missing library is one sentence."""
    try:
        engine: Engine = PEERS[peer](folder)
    except Missing as missing:
        say(str(missing))
        return
    engines.append(engine)
    days = Clocked(world)
    began = perf_counter()
    engine.load(world, days)
    seconds = perf_counter() - began - days.seconds
    loads.append(Load(engine.name, seconds, engine.size() / visits))
    say(f"  {engine.name} loaded in {seconds:.1f} s")
    if isinstance(engine, PostgreSQL) and world.people <= GIST_PEOPLE:
        began = perf_counter()
        engine.add_ranges()
        seconds = perf_counter() - began
        loads.append(Load(f"{engine.name}, GiST", seconds, engine.ranges_size() / visits))


def asked(
    million: float,
    world: World,
    days: Clocked,
    kernel: Kernel,
    engines: Sequence[Engine],
    loads: list[Load],
    rounds: int,
) -> Measured:
    """Ask all engines what is to be asked of a world of this size."""
    ways = [way for engine in (kernel, *engines) for way in engine.ways()]
    best = [*kernel.ways(), *(engine.ways()[0] for engine in engines)]
    hundred = question_of(world, 100)
    chain_cases = CHAINED.get(million, 0) if engines else 0
    say("  asking")
    rows = timing.in_turn(ways, hundred, rounds)
    one_case = timing.in_turn(ways, typical_case(world, kernel), rounds)
    sums = timing.counting_in_turn(best, hundred, rounds) if engines else []
    chain = []
    if chain_cases:
        chained = [way for way in ways if way.chains]
        question = question_of(world, chain_cases, hops=3)
        chain = timing.in_turn(chained, question, FEW_ROUNDS)
    alone = [
        ask
        for cases, hops in QUESTIONS
        if 2 * cases <= world.people
        for ask in ask_alone(kernel, world, cases, hops, rounds)
    ]
    return Measured(
        million,
        world.people,
        world.venues,
        kernel.visits,
        days.sanity[0],
        days.sanity[5],
        kernel.seal_seconds,
        kernel.write_seconds,
        loads,
        rows,
        one_case,
        sums,
        chain_cases,
        chain,
        alone,
        kernel.stays_of(hundred),
        growth_of(world, kernel, rounds),
        cold(world, kernel),
    )


def typical_case(world: World, kernel: Kernel) -> Question:
    """Of 15 single cases the one with the median number of contacts."""
    questions = [question_of(world, 1, number=number) for number in range(15)]
    way = kernel.way(1)
    questions.sort(key=lambda question: len(timing.answers(way, question)[0].person))
    return questions[len(questions) // 2]


def ask_alone(kernel: Kernel, world: World, cases: int, hops: int, rounds: int) -> list[Asked]:
    """Ask the kernel with nobody between: the index stays where the last question left it."""
    question = question_of(world, cases, hops=hops) if cases > 1 else typical_case(world, kernel)
    few = FEW_ROUNDS if cases * hops > 200 else rounds
    found = []
    for way in kernel.ways():
        [time] = timing.in_turn([way], question, few)
        contacts = sum(len(hop.person) for hop in timing.answers(way, question))
        looked_at = sum(kernel.looked_at)
        figures = (time.median_ms, contacts, looked_at, time.pages_read)
        found.append(Asked(cases, hops, way.name, *figures))
    return found


def growth_of(world: World, kernel: Kernel, rounds: int) -> Growth:
    """Over many questions: single cases share no contacts, however small the country."""
    way = kernel.way(1)
    singles = [touched(kernel, way, question_of(world, 1, number=n)) for n in range(SINGLE_CASES)]
    many, times = [], []
    for number in range(HUNDREDS):
        question = question_of(world, 100, number=number)
        many.append(touched(kernel, way, question))
        times.append(timing.in_turn([way], question, rounds)[0].median_ms)
    per_contact = [
        sum(looked for looked, _ in pairs) / max(sum(contacts for _, contacts in pairs), 1)
        for pairs in (singles, many)
    ]
    nanoseconds = sum(times) * 1e6 / max(sum(looked for looked, _ in many), 1)
    return Growth(per_contact[0], per_contact[1], nanoseconds)


def touched(kernel: Kernel, way: Way, question: Question) -> tuple[int, int]:
    """Visits looked at and people reached, F1."""
    [answer] = timing.answers(way, question)
    return sum(kernel.looked_at), len(answer.person)


def cold(world: World, kernel: Kernel) -> Cold:
    """Another hundred cases each time: the disk has not just been asked for them."""
    way = kernel.ways()[-1]
    times, stayed = [], 0.0
    for number in range(COLD_ROUNDS):
        question = question_of(world, 100, number=100 + number)
        stayed = max(stayed, kernel.forget_pages())
        way.prepared(question)
        began = perf_counter()
        way.ask()
        times.append((perf_counter() - began) * 1e3)
    return Cold(median(times), max(times), stayed)


def say(line: str) -> None:
    """Progress, on standard error: the report goes to standard output."""
    print(line, file=sys.stderr, flush=True)
