"""The index folder as readers see it: always the latest whole state, never a half-written one."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from lachan.engine import explaining, reaching
from lachan.engine.explaining import Explanation
from lachan.engine.idmap import IdMap
from lachan.engine.manifest import NAME, Manifest, RunFile, read_manifest
from lachan.engine.reaching import CaseWindow, Reach
from lachan.engine.refusals import StoreRefused
from lachan.engine.rule import Rule
from lachan.engine.runs import Run, open_run
from lachan.engine.view import Counts, View

PEOPLE, VENUES, DAYS = "people.ids", "venues.ids", "days"

#: How often a reader starts anew when the writer has just replaced the files it was opening.
ATTEMPTS = 5


class Store:
    """Answers from the index of one database; safe to share between threads.

    Every question follows the MANIFEST.  Raises `StoreRefused` when the folder cannot be used.
    """

    def __init__(self, folder: Path, cluster: str) -> None:
        self.folder = folder
        self.cluster = cluster
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._manifest = Manifest(cluster)
        self._forget()

    def reach(self, cases: Iterable[CaseWindow], rule: Rule, counts: Counts | None = None) -> Reach:
        """Everyone reached from `cases`, by encounters and at those venues that `counts` keeps."""
        return reaching.reach(self.view(), cases, rule, counts)

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

    def _forget(self) -> None:
        self._people = IdMap(self.folder / PEOPLE)
        self._venues = IdMap(self.folder / VENUES)
        self._runs: dict[RunFile, Run] = {}
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
        wanted = [run for runs in self._manifest.days.values() for run in runs]
        self._runs = {run: self._runs.get(run) or self._open(run) for run in wanted}
        self._view = View(
            self._people,
            self._venues,
            {
                date.fromisoformat(day): [self._runs[run] for run in runs]
                for day, runs in self._manifest.days.items()
            },
        )
        self._seen = now
        return self._view

    def _open(self, run: RunFile) -> Run:
        return open_run(self.folder / DAYS / run.name, run.size, run.checksum)
