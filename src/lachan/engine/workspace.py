"""Room in which a question is computed: made once, emptied by those who fill it, used again."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from lachan.engine.dtypes import Crowd, Marks, Minutes
from lachan.engine.kernels.sweeping import NEAR_BITS, NOT_INFECTIOUS
from lachan.engine.records import Halves, Words

Part = TypeVar("Part")
Answer = TypeVar("Answer")

#: Minutes of a day, and one to end at.
CROWD = 1_441

#: Threads a question takes at most; memory is the limit soon after.
MOST_THREADS = 8

#: Threads that wait for a disk at the same time.
READERS = 32

#: Sources from which a second thread is worth waking to look where they were.
MANY_SOURCES = 2_000


class Lane:
    """What one thread writes: everybody's sums (zero between hops), and who has one."""

    def __init__(self, number: int, people: int) -> None:
        self.number = number
        self.sums: Words = np.zeros(people, np.uint64)
        self.touched: Halves = np.empty(people, np.uint32)
        self.count = 0
        self.crowd = Crowd(*(np.zeros(CROWD, np.int32) for _ in range(3)))


class Workspace:
    """For `people` numbers and one question at a time.  Memory is taken as it is touched.

    After an exception it is not empty: throw it away.
    """

    def __init__(self, people: int, threads: int | None = None) -> None:
        self.people = people
        count = threads or min(os.cpu_count() or 1, MOST_THREADS)
        self.lanes = [Lane(number, people) for number in range(count)]
        self.closed: Marks = np.zeros(people, np.uint8)
        self.near: Marks = np.zeros((people >> NEAR_BITS) + 1, np.uint8)
        self._since: Minutes | None = None
        self._pool = ThreadPoolExecutor(count, "lachan-engine") if count > 1 else None

    @property
    def since(self) -> Minutes:
        """From which minute on each person is infectious: nobody ever, between hops."""
        if self._since is None:
            self._since = np.full(self.people, NOT_INFECTIOUS, np.int32)
        return self._since

    def on(self, lanes: Sequence[Lane], work: Callable[[Lane], Answer]) -> list[Answer]:
        """What `work` gives on each lane, at the same time."""
        if self._pool is None or len(lanes) == 1:
            return [work(lane) for lane in lanes]
        return list(self._pool.map(work, lanes))

    def fetch(self, work: Callable[[Part], None], parts: Iterable[Part]) -> None:
        """Do `work`, which only reads, on all parts in so many threads that a disk is kept busy."""
        with ThreadPoolExecutor(READERS, "lachan-read") as readers:
            list(readers.map(work, parts))

    def map(self, work: Callable[[Part], Answer], parts: Iterable[Part], size: int) -> list[Answer]:
        """What `work`, which writes nothing here, gives for each part; `size` is a part's."""
        if self._pool is None or size < MANY_SOURCES:
            return [work(part) for part in parts]
        return list(self._pool.map(work, parts))
