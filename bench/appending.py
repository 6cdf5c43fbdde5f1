"""One day fed minute by minute, as the feeder of a running installation does it.

What a person did on a day is replaced as a whole: whoever comes in anywhere is fed again with
all visits of the day so far.
"""

import os
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from bench.asking import LAST_MINUTE, Question
from bench.kernel import FIRST_DAY, answer_of, rule_of, sealed, sources_of
from bench.timing import compare
from bench.visiting import Day, Ints
from bench.world import MINUTES_A_DAY, World, day_of, make_world
from lachan.engine import hopping
from lachan.engine.compiled import kernel
from lachan.engine.feeding import Writer
from lachan.engine.records import DayColumns, chosen
from lachan.engine.store import Store
from lachan.engine.view import DayView
from lachan.engine.workspace import Workspace

CLUSTER = "bench"

#: Cases whose contacts are looked for in the day as it was fed, and in the day as sealed.
CASES = 100


#: People of a small world fed first, so that nothing is compiled while it is timed; enough that
#: runs are merged beside the commits, too.
WARMING = 150_000


class Appended(NamedTuple):
    """Milliseconds of the commits of one day, one a minute in which anybody came in.

    A commit is all that a feeder waits for: the visits taken in, files made safe on the disk,
    MANIFEST replaced.  `rows` are visits fed, with those fed again.
    """

    people: int
    visits: int
    rows: int
    commits: int
    median_ms: float
    p99_ms: float
    worst_ms: float
    over_50_ms: int
    seconds: float
    runs: int
    disk_p99_ms: float


@kernel
def fill_repeats(order: Ints, person: Ints, start: Ints, row: Ints, minute: Ints) -> int:
    """Which row is fed in which minute: at its start, and when its person comes in anew.

    `order` sorts by (person, start).  How many there are, of which as many are filled in as fit.
    """
    count = 0
    begin = 0
    size = len(order)
    for i in range(size):
        if person[order[i]] != person[order[begin]]:
            begin = i
        last = i + 1 == size or person[order[i + 1]] != person[order[i]]
        if not last and start[order[i + 1]] == start[order[i]]:
            continue
        for j in range(begin, i + 1):
            if count < len(row):
                row[count] = order[j]
                minute[count] = start[order[i]]
            count += 1
    return count


def minutes_of(day: Day) -> tuple[DayColumns, Ints]:
    """The rows to feed, minute by minute; where each minute begins."""
    person, start = day.person.astype(np.int64), day.start.astype(np.int64)
    order = np.lexsort((start, person))
    nothing = np.empty(0, np.int64)
    room = fill_repeats(order, person, start, nothing, nothing)
    row, minute = np.empty(room, np.int64), np.empty(room, np.int64)
    fill_repeats(order, person, start, row, minute)
    by_minute = np.argsort(minute, kind="stable")
    at = np.searchsorted(minute[by_minute], np.arange(MINUTES_A_DAY + 1))
    return chosen(DayColumns(*day), row[by_minute]), at


def append_a_day(people: int, folder: Path) -> Appended:
    """Feed the first day of a world of `people`; Unequal when it answers otherwise than sealed."""
    fed_day(make_world(WARMING), folder)
    return fed_day(make_world(people), folder)


def fed_day(world: World, folder: Path) -> Appended:
    """The first day of a world, fed and compared."""
    day = day_of(world, 0)
    columns, at = minutes_of(day)
    with tempfile.TemporaryDirectory(prefix="fed-", dir=folder) as name:
        index = Path(name)
        disk = syncs(index)
        began = perf_counter()
        times = feed(world, columns, at, index)
        seconds = perf_counter() - began
        fed = list(Store(index, CLUSTER).view().days.values())
        check(world, fed, day)
        return Appended(
            world.people,
            len(day.person),
            len(columns.person),
            len(times),
            float(np.percentile(times, 50)),
            float(np.percentile(times, 99)),
            max(times),
            int((np.array(times) > 50).sum()),
            seconds,
            len(fed[0].runs),
            float(np.percentile(disk, 99)),
        )


def feed(world: World, columns: DayColumns, at: Ints, index: Path) -> list[float]:
    """Milliseconds of each commit.  Everybody has a number before the day begins."""
    numbers = np.random.default_rng(world.seed)
    times = []
    with Writer(index, CLUSTER) as writer:
        writer.enrol(numbers.bytes(16 * world.people), numbers.bytes(16 * world.venues))
        writer.commit({"minute": 0})
        for minute in range(MINUTES_A_DAY):
            if at[minute] == at[minute + 1]:
                continue
            rows = chosen(columns, slice(int(at[minute]), int(at[minute + 1])))
            began = perf_counter()
            writer.replace_many(FIRST_DAY, rows)
            writer.commit({"minute": minute + 1})
            times.append((perf_counter() - began) * 1e3)
    return times


def check(world: World, fed: list[DayView], day: Day) -> None:
    """The fed day must answer as the same day sealed at once."""
    cases = np.linspace(0, world.people - 1, CASES).astype(np.int64)
    since = np.zeros(CASES, np.int64)
    question = Question(cases, since, since + LAST_MINUTE, 1)
    room = Workspace(world.people, 1)
    whole = [DayView(FIRST_DAY, [sealed(day, world)])]
    answers = []
    for days in (fed, whole):
        found = hopping.hops(days, sources_of(question), cases, rule_of(question), room)
        answers.append([answer_of(hop) for hop in found])
    compare("the day fed minute by minute", answers[0], "the day sealed at once", answers[1])


def syncs(folder: Path) -> list[float]:
    """Milliseconds this disk takes to make a small file safe: no commit can be quicker."""
    times = []
    for _ in range(100):
        began = perf_counter()
        with (folder / "probe").open("wb") as file:
            file.write(b"\0" * 65_536)
            file.flush()
            os.fsync(file.fileno())
        times.append((perf_counter() - began) * 1e3)
    (folder / "probe").unlink()
    return times
