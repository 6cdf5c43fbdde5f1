"""The one writer of the index folder.

A commit writes new files, makes them safe on disk, then replaces the MANIFEST: what was fed and
how far the feeder has read change together, so nothing is fed twice and nothing is left out.
"""

import fcntl
import os
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
from lachan.engine.merging import Merger, due
from lachan.engine.records import PERSON_LIMIT, DayColumns, Halves, Meets, Run
from lachan.engine.refusals import StoreRefused
from lachan.engine.runs import build, merge, open_run, write
from lachan.engine.store import DAYS, PEOPLE, VENUES

NOTHING: Ints = np.empty(0, np.int64)
NO_MEETS = Meets(NOTHING, NOTHING, NOTHING, NOTHING)

#: Minutes in a day: the latest end of a stay.
DAY_MINUTES = 1440

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
        self._parts: dict[date, list[Run]] = defaultdict(list)
        self._merger = Merger()

    def _claim(self, cluster: str) -> None:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreRefused(
                "second_writer", f"{self.folder} is being written already."
            ) from None
        self._people = IdMap(self.folder / PEOPLE)
        self._venues = IdMap(self.folder / VENUES)
        if (self.folder / NAME).exists():
            self._manifest = read_manifest(self.folder, cluster)
            self._people.read_up_to(self._manifest.people, self._manifest.people_checksum)
            self._venues.read_up_to(self._manifest.venues, self._manifest.venues_checksum)
        else:
            self._manifest = Manifest(cluster)
        self._sweep(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.settle()
        self.close()

    def close(self) -> None:
        """Let another writer in; what was not committed is forgotten."""
        self._merger.stop()
        self._handle.close()

    @property
    def position(self) -> dict[str, Any]:
        """What the last commit was given; empty in a new index."""
        return self._manifest.position

    def enrol(self, people: bytes, venues: bytes) -> None:
        """Give numbers to UUIDs, 16 bytes each, in their order; none of them may be known yet."""
        self._people.extend(people)
        self._venues.extend(venues)

    def replace(self, person: UUID, day: date, visits: Iterable[DayVisit]) -> None:
        """From the next commit on, `visits` are all that `person` did on `day`."""
        stays = [
            (self._venues.add(visit.venue), visit.start, visit.end, visit.imputed)
            for visit in visits
        ]
        if any(not 0 <= start < end <= DAY_MINUTES for _, start, end, _ in stays):
            raise ValueError("a stay must lie within its day and end after it starts")
        self._stays[day][self._number(person)] = stays

    def replace_many(self, day: date, columns: DayColumns) -> None:
        """`replace` for everybody in `columns`, whose numbers `enrol` or a feeding gave.

        Raises ValueError for a visit outside the day or with a number nobody has.
        """
        self._gather(day)
        rows = united(*(column.astype(np.int64) for column in columns))
        self._parts[day].append(self._build(rows, np.unique(columns.person)))

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
        """Make everything since the last commit, and `position`, the state readers see.

        Small runs are merged at once, large ones in a thread beside: a later commit takes the
        result over, so that no commit waits long.
        """
        days = self._merger.taken_over(self._manifest.days)
        for day in sorted(self._stays.keys() | self._meets.keys() | self._parts.keys()):
            self._gather(day)
            run = self._merged(self._parts[day], oldest=False)
            days[day.isoformat()] = self._absorbed(day, days.get(day.isoformat(), []), run)
        self._publish(days, position)
        self._stays.clear()
        self._meets.clear()
        self._parts.clear()
        self._merge_beside(days)

    def settle(self) -> None:
        """Wait for the merge beside, if there is one, and take it over."""
        if self._merger.wait():
            self._publish(self._merger.taken_over(self._manifest.days), self._manifest.position)

    def seal(self, day: date) -> None:
        """Make one sorted run of a day.  It may still be changed afterwards."""
        self.settle()
        files = self._manifest.days.get(day.isoformat(), [])
        if not files:
            return
        run = self._merged([self._open(file) for file in files], oldest=True)
        days = {**self._manifest.days, day.isoformat(): [self._write(day, run)]}
        self._publish(days, self._manifest.position)

    def drop_before(self, day: date) -> None:
        """Forget every day before `day`: its files are removed."""
        self.settle()
        kept = {name: runs for name, runs in self._manifest.days.items() if name >= str(day)}
        self._publish(kept, self._manifest.position)

    def _gather(self, day: date) -> None:
        """Make a part of what came for a day person by person."""
        stays, meets = self._stays.pop(day, {}), self._meets.pop(day, [])
        if not stays and not meets:
            return
        rows = [(person, *stay) for person, own in stays.items() for stay in own]
        columns = united(*np.array(rows, np.int64).reshape(-1, 5).T)
        dead = np.array(sorted(stays), np.uint32)
        a, b, begin, stop = np.array(meets, np.int64).reshape(-1, 4).T
        self._parts[day].append(self._build(columns, dead, Meets(a, b, begin, stop)))

    def _build(self, columns: DayColumns, dead: Halves, meets: Meets = NO_MEETS) -> Run:
        people, venues = len(self._people), len(self._venues)
        return build(columns, dead, meets, people=people, venues=venues)

    def _merged(self, parts: Sequence[Run], *, oldest: bool) -> Run:
        if len(parts) == 1 and not oldest:
            return parts[0]
        people, venues = len(self._people), len(self._venues)
        return merge(parts, oldest=oldest, people=people, venues=venues)

    def _absorbed(self, day: date, files: Sequence[RunFile], run: Run) -> list[RunFile]:
        """The files of a day once `run` has come to it, with small runs merged into it."""
        kept = list(files)
        while kept and due(kept[-1].records, run.records) and not self._merger.has(kept[-1]):
            older = self._open(kept.pop())
            run = self._merged([older, run], oldest=not kept)
        return [*kept, self._write(day, run)]

    def _merge_beside(self, days: dict[str, list[RunFile]]) -> None:
        people, venues = len(self._people), len(self._venues)

        def work(day: str, files: Sequence[RunFile], oldest: bool) -> RunFile:
            runs = [self._open(file) for file in files]
            merged = merge(runs, oldest=oldest, people=people, venues=venues)
            return self._written(merged, f"{files[-1].name.removesuffix('.run')}-merged.run")

        self._merger.begin(days, work)

    def _write(self, day: date, run: Run) -> RunFile:
        return self._written(run, f"{day.isoformat()}-{self._manifest.generation + 1:08}.run")

    def _written(self, run: Run, name: str) -> RunFile:
        size, checksum = write(run, self.folder / DAYS / name)
        return RunFile(name, size, checksum, run.records)

    def _open(self, file: RunFile) -> Run:
        return open_run(self.folder / DAYS / file.name, file.size, file.checksum)

    def _publish(self, days: dict[str, list[RunFile]], position: dict[str, Any]) -> None:
        self._people.save()
        self._venues.save()
        sync(self.folder / DAYS)
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
        self._sweep(self._merger)

    def _sweep(self, merger: Merger | None) -> None:
        """Remove files no MANIFEST names: replaced ones, and those of a broken-off commit."""
        if merger is not None and merger.is_busy():
            return
        named = {run.name for runs in self._manifest.days.values() for run in runs}
        for path in (self.folder / DAYS).iterdir():
            if path.name not in named:
                path.unlink()


def sync(folder: Path) -> None:
    """Make the names in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def united(person: Ints, venue: Ints, start: Ints, end: Ints, imputed: Ints) -> DayColumns:
    """Stays of one day with overlapping and touching ones united, in order of venue."""
    order = np.lexsort((start, person, venue))
    person, venue, start, end = (column[order] for column in (person, venue, start, end))
    mark = imputed[order].astype(np.uint8)
    left = uniting.unite(venue, person, start, end, mark)
    return DayColumns(
        person[:left].astype(np.uint32),
        venue[:left].astype(np.uint32),
        start[:left].astype(np.uint16),
        end[:left].astype(np.uint16),
        mark[:left],
    )
