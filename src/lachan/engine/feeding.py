"""The one writer of the index folder.

A commit writes new files, makes them safe on disk, then replaces the MANIFEST: what was fed and
how far the feeder has read change together, so nothing is fed twice and nothing is left out.
"""

import fcntl
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import numpy as np

from lachan.engine.days import DayVisit, pieces
from lachan.engine.dtypes import Ints
from lachan.engine.idmap import IdMap
from lachan.engine.kernels import uniting
from lachan.engine.manifest import NAME, Manifest, RunFile, read_manifest, write_manifest
from lachan.engine.records import PERSON_LIMIT, Meets, Rows
from lachan.engine.refusals import StoreRefused
from lachan.engine.runs import Run, build, merge, open_run, write
from lachan.engine.store import DAYS, PEOPLE, VENUES

#: Minutes in a day: the latest end of a stay.
DAY_MINUTES = 1440

#: A run is merged into a new one when it is not more than this many times as large: so a day
#: has few runs, and a record is copied only a few times.
MERGE_FACTOR = 2

Stay = tuple[int, int, int, bool]  # venue, start, end, imputed
Meet = tuple[int, int, int, int]  # a, b, start, end


def clear(folder: Path) -> None:
    """Forget the index, MANIFEST first, so that no reader takes a half-removed one for whole."""
    (folder / NAME).unlink(missing_ok=True)
    for name in (PEOPLE, VENUES):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / DAYS, ignore_errors=True)


class Writer:
    """Feeds the index of one database; a second one at the same time is refused.

    A folder without an index begins an empty one.  `StoreRefused` when the folder holds
    something else: `clear` it and feed from the start.
    """

    def __init__(self, folder: Path, cluster: str) -> None:
        self.folder = folder
        (folder / DAYS).mkdir(parents=True, exist_ok=True)
        self._handle = (folder / "LOCK").open("a")
        try:
            self._claim(cluster)
        except StoreRefused:
            self._handle.close()
            raise
        self._stays: dict[date, dict[int, list[Stay]]] = defaultdict(dict)
        self._meets: dict[date, list[Meet]] = defaultdict(list)

    def _claim(self, cluster: str) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreRefused(
                "second_writer", f"{self.folder} is being written by another process."
            ) from None
        self._people, self._venues = IdMap(self.folder / PEOPLE), IdMap(self.folder / VENUES)
        if (self.folder / NAME).exists():
            self._manifest = read_manifest(self.folder, cluster)
            self._people.read_up_to(self._manifest.people, self._manifest.people_checksum)
            self._venues.read_up_to(self._manifest.venues, self._manifest.venues_checksum)
        else:
            self._manifest = Manifest(cluster)
        self._sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let another writer in; what was not committed is forgotten."""
        self._handle.close()

    @property
    def position(self) -> dict[str, Any]:
        """What the last commit was given; empty in a new index."""
        return self._manifest.position

    def replace(self, person: UUID, day: date, visits: Iterable[DayVisit]) -> None:
        """From the next commit on, `visits` are all that `person` did on `day`."""
        stays = [
            (self._venues.add(visit.venue), visit.start, visit.end, visit.imputed)
            for visit in visits
        ]
        if any(not 0 <= start < end <= DAY_MINUTES for _, start, end, _ in stays):
            raise ValueError("a stay must lie within its day and end after it starts")
        self._stays[day][self._number(person)] = stays

    def meet(self, a: UUID, b: UUID, start: int, end: int) -> None:
        """Add an encounter, in seconds since 1970; a repeat or the other phone's side is fine."""
        if a == b:
            raise ValueError("an encounter needs two people")
        for day, begin, stop in pieces(start, end):
            self._meets[day].append((self._number(a), self._number(b), begin, stop))

    def _number(self, person: UUID) -> int:
        number = self._people.add(person)
        if number >= PERSON_LIMIT:
            raise StoreRefused("too_many_people", "A record has room for a billion people.")
        return number

    def commit(self, position: dict[str, Any]) -> None:
        """Make everything since the last commit, and `position`, the state readers see."""
        days = dict(self._manifest.days)
        for day in sorted(self._stays.keys() | self._meets.keys()):
            run = new_run(self._stays.get(day, {}), self._meets.get(day, []))
            days[day.isoformat()] = self._absorbed(day, days.get(day.isoformat(), []), run)
        self._publish(days, position)
        self._stays.clear()
        self._meets.clear()

    def seal(self, day: date) -> None:
        """Make one sorted run of a day.  It may still be changed afterwards."""
        files = self._manifest.days.get(day.isoformat(), [])
        if not files:
            return
        run = merge([self._open(file) for file in files], oldest=True)
        days = {**self._manifest.days, day.isoformat(): [self._write(day, run)]}
        self._publish(days, self._manifest.position)

    def drop_before(self, day: date) -> None:
        """Forget every day before `day`: its files are removed."""
        kept = {name: runs for name, runs in self._manifest.days.items() if name >= str(day)}
        self._publish(kept, self._manifest.position)

    def _absorbed(self, day: date, files: Sequence[RunFile], run: Run) -> list[RunFile]:
        """The files of a day once `run` has come to it, with small runs merged into it."""
        kept = list(files)
        while kept and kept[-1].records <= MERGE_FACTOR * records_of(run):
            older = self._open(kept.pop())
            run = merge([older, run], oldest=not kept)
        return [*kept, self._write(day, run)]

    def _write(self, day: date, run: Run) -> RunFile:
        name = f"{day.isoformat()}-{self._manifest.generation + 1:08}.run"
        size, checksum = write(run, self.folder / DAYS / name)
        return RunFile(name, size, checksum, records_of(run))

    def _open(self, file: RunFile) -> Run:
        return open_run(self.folder / DAYS / file.name, file.size, file.checksum)

    def _publish(self, days: dict[str, list[RunFile]], position: dict[str, Any]) -> None:
        self._people.save()
        self._venues.save()
        self._manifest = Manifest(
            cluster=self._manifest.cluster,
            position=position,
            generation=self._manifest.generation + 1,
            people=len(self._people),
            people_checksum=self._people.checksum,
            venues=len(self._venues),
            venues_checksum=self._venues.checksum,
            days=days,
        )
        write_manifest(self.folder, self._manifest)
        self._sweep()

    def _sweep(self) -> None:
        """Remove files no MANIFEST names: replaced ones, and those of a broken-off commit."""
        named = {run.name for runs in self._manifest.days.values() for run in runs}
        for path in (self.folder / DAYS).iterdir():
            if path.name not in named:
                path.unlink()


def records_of(run: Run) -> int:
    """How much there is in a run."""
    return len(run.visit) + len(run.encounter) + len(run.dead)


def new_run(stays: dict[int, list[Stay]], meets: Sequence[Meet]) -> Run:
    """A run of what was fed for one day."""
    rows = [(person, *stay) for person, own in stays.items() for stay in own]
    person, venue, start, end, imputed = np.array(rows, np.int64).reshape(-1, 5).T
    a, b, begin, stop = np.array(meets, np.int64).reshape(-1, 4).T
    dead: Ints = np.array(sorted(stays), np.int64)
    return build(united(person, venue, start, end, imputed), dead, Meets(a, b, begin, stop))


def united(person: Ints, venue: Ints, start: Ints, end: Ints, imputed: Ints) -> Rows:
    """Stays of one day with overlapping and touching ones united."""
    order = np.lexsort((start, person, venue))
    person, venue, start, end = (column[order] for column in (person, venue, start, end))
    mark = imputed[order].astype(np.uint8)
    left = uniting.unite(venue, person, start, end, mark)
    return Rows(person[:left], venue[:left], start[:left], end[:left], mark[:left])
