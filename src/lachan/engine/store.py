"""The index folder as readers see it: always the latest whole state, never a half-written one."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from lachan.engine import explaining, reaching
from lachan.engine.explaining import Explanation
from lachan.engine.hopping import Way
from lachan.engine.idmap import IdMap
from lachan.engine.manifest import NAME, Manifest, RunFile, read_manifest
from lachan.engine.reaching import CaseWindow, Reach
from lachan.engine.records import Run
from lachan.engine.refusals import StoreRefused
from lachan.engine.rule import Rule
from lachan.engine.runs import open_run
from lachan.engine.view import Counts, DayView, View
from lachan.engine.workspace import Workspace

PEOPLE, VENUES, DAYS = "people.ids", "venues.ids", "days"

#: How often a reader starts anew when the writer has just replaced the files it was opening.
ATTEMPTS = 5

#: Bytes of files from which they are checked by several threads.
LARGE = 1 << 26

#: A workspace has room for one person more in so many: people come while it is in use.
SPARE = 8


class Store:
    """Answers from the index of one database; safe to share between threads.

    Every question follows the MANIFEST.  Raises `StoreRefused` when the folder cannot be used.
    """

    def __init__(self, folder: Path, cluster: str) -> None:
        self.folder = folder
        self.cluster = cluster
        self._lock = Lock()
        self._free: list[Workspace] = []
        self._seen: tuple[int, int, int] | None = None
        self._manifest = Manifest(cluster)
        self._forget()

    def reach(
        self,
        cases: Iterable[CaseWindow],
        rule: Rule,
        counts: Counts | None = None,
        way: Way = Way.EITHER,
    ) -> Reach:
        """Everyone reached from `cases`, by encounters and at those venues that `counts` keeps."""
        view = self.view()
        with self._workspace(len(view.people)) as workspace:
            return reaching.reach(view, cases, rule, workspace, counts, way)

    def explain(
        self, reach: Reach, people: Iterable[UUID], counts: Counts | None = None
    ) -> list[Explanation]:
        """Reasons for those of `people` whom `reach` has, in the order asked.

        Give the `counts` that `reach` was given.
        """
        return explaining.explain(self.view(), reach, people, counts)

    def related(self, cases: Iterable[CaseWindow]) -> dict[UUID, frozenset[UUID]]:
        """venue -> who else was there with a case, however shortly: to be counted, not named."""
        return reaching.related(self.view(), cases)

    @property
    def position(self) -> dict[str, Any]:
        """How far the feeder had read when the state in use was written."""
        self.view()
        return self._manifest.position

    def view(self) -> View:
        """The latest state; the same object until the writer commits again."""
        with self._lock:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return self._follow()
                except StoreRefused as refused:
                    self._seen = None
                    self._forget()
                    if refused.code not in {"missing_file", "torn_file"} or attempt == ATTEMPTS:
                        raise
            raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def _workspace(self, people: int) -> Iterator[Workspace]:
        """Room for one question, kept for the next; after an error it is not empty and is lost."""
        with self._lock:
            workspace = self._free.pop() if self._free else None
        if workspace is None or workspace.people < people:
            workspace = Workspace(people + people // SPARE)
        yield workspace
        with self._lock:
            self._free.append(workspace)

    def _forget(self) -> None:
        self._people = IdMap(self.folder / PEOPLE)
        self._venues = IdMap(self.folder / VENUES)
        self._runs: dict[RunFile, Run] = {}
        self._days: dict[tuple[str, tuple[RunFile, ...]], DayView] = {}
        self._view = View(self._people, self._venues, {})

    def _follow(self) -> View:
        try:
            stat = os.stat(self.folder / NAME)
        except FileNotFoundError:
            raise StoreRefused("no_index", f"{self.folder} holds no index.") from None
        now = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if now == self._seen:
            return self._view
        self._manifest = read_manifest(self.folder, self.cluster)
        self._people.read_up_to(self._manifest.people, self._manifest.people_checksum)
        self._venues.read_up_to(self._manifest.venues, self._manifest.venues_checksum)
        self._runs = self._opened([run for runs in self._manifest.days.values() for run in runs])
        wanted = [(day, tuple(runs)) for day, runs in self._manifest.days.items()]
        self._days = {key: self._days.get(key) or self._day(*key) for key in wanted}
        days = {date.fromisoformat(day): view for (day, _), view in self._days.items()}
        self._view = View(self._people, self._venues, days)
        self._seen = now
        return self._view

    def _opened(self, wanted: list[RunFile]) -> dict[RunFile, Run]:
        """The runs by file; those not open yet are checked from end to end."""
        missing = [run for run in wanted if run not in self._runs]
        if sum(run.size for run in missing) < LARGE:
            opened = [self._open(run) for run in missing]
        else:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                opened = list(pool.map(self._open, missing))
        known = {**self._runs, **dict(zip(missing, opened, strict=True))}
        return {run: known[run] for run in wanted}

    def _day(self, day: str, files: tuple[RunFile, ...]) -> DayView:
        return DayView(date.fromisoformat(day), [self._runs[file] for file in files])

    def _open(self, run: RunFile) -> Run:
        return open_run(self.folder / DAYS / run.name, run.size, run.checksum)
