"""Lá Chắn's engine behind the same door as the peers: days sealed, written and mapped."""

import ctypes
import mmap
import os
import tempfile
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.asking import LATENT, LEAST_MINUTES, Answer, Question
from bench.peers.asked import Way
from bench.visiting import Day
from bench.world import MINUTES_A_DAY, World, day_of, make_world
from lachan.engine import hopping, runs, tracing
from lachan.engine.days import begin_of
from lachan.engine.dtypes import Cases, Sources
from lachan.engine.feeding import NO_MEETS, NOTHING
from lachan.engine.records import DayColumns, Run
from lachan.engine.rule import MINUTE, Rule
from lachan.engine.view import DayView
from lachan.engine.workspace import Workspace

#: Day 0 of a world, a Monday.
FIRST_DAY = date(2021, 7, 5)

#: People of a world in which kernels are compiled; its days hold more visits than `runs.FEW`.
WARMING = 120_000


class Kernel:
    """An index in a folder of its own, below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.name = "Lá Chắn"
        self._folder = tempfile.TemporaryDirectory(prefix="index-", dir=folder)
        self._rooms: dict[int, Workspace] = {}
        self.files: list[Path] = []
        self.days: list[DayView] = []
        self.visits = 0
        self.people = 0
        self.seal_seconds = 0.0
        self.write_seconds = 0.0
        self.looked_at: list[int] = []

    def load(self, world: World, days: Iterable[Day]) -> None:
        """Seal, write and map one day after the other; only one is in memory at a time."""
        compile_kernels()
        self.people = world.people
        for number, day in enumerate(days):
            began = perf_counter()
            run = sealed(day, world)
            self.seal_seconds += perf_counter() - began
            began = perf_counter()
            path = Path(self._folder.name) / f"{number}.run"
            size, checksum = runs.write(run, path)
            self.write_seconds += perf_counter() - began
            self.visits += len(run.visit)
            self.files.append(path)
            mapped = runs.open_run(path, size, checksum)
            self.days.append(DayView(FIRST_DAY + timedelta(days=number), [mapped]))

    def ways(self) -> list[Way]:
        """With one thread; with one a core, when there are several."""
        cores = os.cpu_count() or 1
        return [self.way(threads) for threads in sorted({1, cores})]

    def way(self, threads: int) -> Way:
        """Asked with so many threads."""
        name = f"{self.name}, {threads} thread{'s' if threads > 1 else ''}"
        asked: list[tuple[Question, Sources, Rule]] = []

        def prepared(question: Question) -> None:
            if threads not in self._rooms:
                self._rooms[threads] = Workspace(self.people, threads)
            asked[:] = [(question, sources_of(question), rule_of(question))]

        def ask() -> list[Answer]:
            question, sources, rule = asked[0]
            room = self._rooms[threads]
            found = hopping.hops(self.days, sources, question.person, rule, room)
            self.looked_at = [hop.looked_at for hop in found]
            hops = [answer_of(hop) for hop in found]
            return hops + [answer_of(None)] * (question.hops - len(hops))

        return Way(name, prepared, ask, list)

    def stays_of(self, question: Question) -> int:
        """Visits of the cases within their windows: each is a place to look around."""
        sources = sources_of(question)
        return sum(len(hopping.presence(day, sources)) for day in self.days)

    def size(self) -> int:
        """The files."""
        return sum(path.stat().st_size for path in self.files)

    def forget_pages(self) -> float:
        """Have the system drop the files from memory; the share that stayed nevertheless."""
        for day, path in zip(self.days, self.files, strict=True):
            mapping = mapping_of(day.runs[0])
            mapping.madvise(mmap.MADV_DONTNEED)
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return float(np.mean([resident(day.runs[0]) for day in self.days]))

    def close(self) -> None:
        """Remove the files."""
        self.days.clear()
        self._folder.cleanup()


def sealed(day: Day, world: World) -> Run:
    """A day's run, sorted both ways."""
    columns = DayColumns(*day)
    return runs.build(columns, NOTHING, NO_MEETS, people=world.people, venues=world.venues)


def sources_of(question: Question) -> Sources:
    """The cases in seconds since 1970."""
    midnight = begin_of(FIRST_DAY)
    since, until = (midnight + minutes * MINUTE for minutes in (question.since, question.until))
    return tracing.sources_of_cases(Cases(question.person, since, until))


def rule_of(question: Question) -> Rule:
    """What the peers are asked for, too."""
    least, latent = LEAST_MINUTES * MINUTE, LATENT * MINUTE
    return Rule(hops=question.hops, min_seconds=least, latent_seconds=latent)


def answer_of(found: hopping.Found | None) -> Answer:
    """Minutes of the world; of nothing found an empty answer."""
    if found is None:
        return Answer(*(np.empty(0, np.int32) for _ in Answer._fields))
    first = (found.first - begin_of(FIRST_DAY)) // MINUTE
    return Answer(
        found.person.view(np.int32), first.astype(np.int32), (found.seconds // MINUTE).astype("i4")
    )


def compile_kernels() -> None:
    """Compile what a bench calls, or load it: no time may hold that."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Kernel(Path(folder))
        # One day of so many that it lies with a place for every number, and one of few.
        for number, people in enumerate((WARMING, WARMING // 10)):
            world = make_world(people)
            run = sealed(day_of(world, 0), world)
            path = Path(folder) / f"{number}.run"
            mapped = runs.open_run(path, *runs.write(run, path))
            engine.days.append(DayView(FIRST_DAY + timedelta(days=number), [mapped]))
        engine.people = WARMING
        asked = np.arange(0, WARMING, 7)
        since = np.zeros(len(asked), np.int64)
        for way in engine.ways():
            for hops in (1, 3):
                way.prepared(Question(asked, since, since + MINUTES_A_DAY, hops))
                way.ask()
        engine.close()


def mapping_of(run: Run) -> mmap.mmap:
    """The file under a run's arrays."""
    base: object = run.visit
    while not isinstance(base, mmap.mmap):
        base = base.obj if isinstance(base, memoryview) else getattr(base, "base", None)
        assert base is not None, "the run is not mapped from a file"
    return base


def resident(run: Run) -> float:
    """The share of a mapped run that lies in memory (mincore(2))."""
    page = mmap.PAGESIZE
    begin = run.visit.ctypes.data // page * page
    length = run.visit.nbytes
    pages = -(-length // page)
    marks = np.empty(pages, np.uint8)
    libc = ctypes.CDLL(None, use_errno=True)
    if (
        libc.mincore(
            ctypes.c_void_p(begin), ctypes.c_size_t(length), ctypes.c_void_p(marks.ctypes.data)
        )
        != 0
    ):
        return 1.0
    return float((marks & 1).mean())
