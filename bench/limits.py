"""What this machine's memory can do, measured in the same run as the times beside it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.visiting import mixed
from lachan.engine.compiled import kernel

Words = npt.NDArray[np.uint64]

#: 1 GiB of words, far more than any cache.
WORDS = 1 << 27

#: Random touches a measurement.
TOUCHES = 1 << 24

#: A dependent miss is a hundred times slower than a touch: fewer do.
CHASES = 1 << 20

#: Words of a cache line: the chain of dependent misses uses one of each.
LINE = 8

ROUNDS = 3


class Limits(NamedTuple):
    """Gigabytes (10^9) a second, and nanoseconds of one touch among 1 GiB."""

    read_gbs: float
    read_two_threads_gbs: float
    copy_gbs: float
    random_read_ns: float
    random_update_ns: float
    dependent_miss_ns: float


@kernel
def read_all(words: Words, begin: int, end: int) -> np.uint64:
    """Sum of a stretch."""
    total = np.uint64(0)
    for i in range(begin, end):
        total += words[i]
    return total


@kernel
def read_randomly(words: Words, touches: int) -> np.uint64:
    """Independent reads: the next place is known before this one has arrived."""
    total = np.uint64(0)
    mask = np.uint64(len(words) - 1)
    for i in range(touches):
        total += words[mixed(np.uint64(i)) & mask]
    return total


@kernel
def update_randomly(words: Words, touches: int) -> None:
    """Independent reads, each written back."""
    mask = np.uint64(len(words) - 1)
    for i in range(touches):
        words[mixed(np.uint64(i)) & mask] += np.uint64(1)


@kernel
def lay_chain(words: Words, lines: int) -> None:
    """One cycle through the first word of every line (Sattolo 1986)."""
    for line in range(lines):
        words[line * LINE] = np.uint64(line)
    for line in range(lines - 1, 0, -1):
        other = np.int64(mixed(np.uint64(line)) % np.uint64(line))
        kept = words[line * LINE]
        words[line * LINE] = words[other * LINE]
        words[other * LINE] = kept


@kernel
def chase(words: Words, steps: int) -> np.uint64:
    """Dependent reads: each says where the next one is."""
    at = np.uint64(0)
    for _ in range(steps):
        at = words[at * np.uint64(LINE)]
    return at


def measured() -> Limits:
    """The limits, medians of `ROUNDS`; takes 2 GiB and some seconds."""
    words: Words = np.ones(WORDS, np.uint64)
    other = np.ones(WORDS, np.uint64)
    half = WORDS // 2
    # Compiled before anything is timed.
    read_all(words, 0, 1)
    chase(words, 1)
    read_randomly(words, 1)
    update_randomly(words, 1)
    lay_chain(other, 2)
    with ThreadPoolExecutor(2) as threads:

        def read_halves() -> None:
            parts = ((0, half), (half, WORDS))
            list(threads.map(lambda part: read_all(words, *part), parts))

        read = seconds(lambda: read_all(words, 0, WORDS))
        read_two = seconds(read_halves)
    copy = seconds(lambda: np.copyto(other, words))
    random_read = seconds(lambda: read_randomly(words, TOUCHES))
    random_update = seconds(lambda: update_randomly(words, TOUCHES))
    lay_chain(other, WORDS // LINE)
    miss = seconds(lambda: chase(other, CHASES))
    return Limits(
        words.nbytes / read / 1e9,
        words.nbytes / read_two / 1e9,
        2 * words.nbytes / copy / 1e9,
        random_read / TOUCHES * 1e9,
        random_update / TOUCHES * 1e9,
        miss / CHASES * 1e9,
    )


def seconds(act: Callable[[], object]) -> float:
    """Median time of `ROUNDS` acts, after one that does not count."""
    times = []
    for _ in range(ROUNDS + 1):
        began = perf_counter()
        act()
        times.append(perf_counter() - began)
    return median(times[1:])
