"""When runs of a day are merged, and the thread in which large ones are.

A day then has few runs, and a record is copied only a few times.  What the thread makes is named
by no MANIFEST until a commit takes it over; killed in between, it is swept away as a stray file.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from lachan.engine.manifest import RunFile

#: A run is merged into a newer one when it is not more than this many times as large.
MERGE_FACTOR = 2

#: Records up to which a merge is quicker than anybody notices, in a commit itself.
AT_ONCE = 20_000

#: Neighbouring runs of similar size from which a merge beside is begun.
MANY_RUNS = 4

#: Merge of a day's files (day, files, whether they are its oldest) into one.
Work = Callable[[str, Sequence[RunFile], bool], RunFile]


class Task(NamedTuple):
    """A merge under way: some neighbouring files of a day, and what will stand for them."""

    day: str
    files: tuple[RunFile, ...]
    result: Future[RunFile]


def due(older: int, newer: int) -> bool:
    """Whether a commit merges a run of so many records into a newer one at once."""
    return older <= MERGE_FACTOR * newer and older + newer <= AT_ONCE


def neighbours(files: Sequence[RunFile]) -> tuple[int, int] | None:
    """From where to where the files of a day should be merged; None when they may stay.

    The youngest that together are at least half of the one before them, when they are many.
    """
    total = 0
    for begin in range(len(files) - 1, -1, -1):
        if len(files) - begin > MANY_RUNS and files[begin].records > MERGE_FACTOR * total:
            return begin + 1, len(files)
        total += files[begin].records
    return (0, len(files)) if len(files) > MANY_RUNS else None


class Merger:
    """At most one merge at a time, beside the writer."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._task: Task | None = None

    def begin(self, days: Mapping[str, Sequence[RunFile]], work: Work) -> None:
        """Start the first merge that is due, if none is under way."""
        if self._task is not None:
            return
        for day, files in sorted(days.items()):
            span = neighbours(files)
            if span is None:
                continue
            chosen = tuple(files[slice(*span)])
            self._pool = self._pool or ThreadPoolExecutor(1, "lachan-merge")
            self._task = Task(day, chosen, self._pool.submit(work, day, chosen, span[0] == 0))
            return

    def has(self, file: RunFile) -> bool:
        """Whether a file is being merged."""
        return self._task is not None and file in self._task.files

    def is_busy(self) -> bool:
        """Whether a merge is under way."""
        return self._task is not None

    def wait(self) -> bool:
        """Wait for a merge under way; whether there was one.  Its error, if any, is raised."""
        if self._task is None:
            return False
        self._task.result.result()
        return True

    def taken_over(self, days: Mapping[str, list[RunFile]]) -> dict[str, list[RunFile]]:
        """`days` with a finished merge in place of the files it was made from."""
        changed = dict(days)
        task = self._task
        if task is None or not task.result.done():
            return changed
        self._task = None
        made = task.result.result()
        files = changed.get(task.day, [])
        at = files.index(task.files[0])
        changed[task.day] = [*files[:at], made, *files[at + len(task.files) :]]
        return changed

    def stop(self) -> None:
        """End the thread; a merge under way is finished for nobody."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
