"""The one door to the engine: the ledgers go in, who met whom comes out; and what a zone must hold.

The index folder is a cache. What was read and how far change together, so that each scan is in it
exactly once; whatever the engine refuses is cleared and read again from the first row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.backends.utils import CursorWrapper

from lachan.core.clock import OFFSET
from lachan.engine import refining, warming, zoning
from lachan.engine.days import DayVisit
from lachan.engine.feeding import Writer, clear
from lachan.engine.manifest import read_manifest
from lachan.engine.reaching import CaseWindow
from lachan.engine.refusals import StoreRefused
from lachan.engine.rule import Rule
from lachan.engine.store import Store
from lachan.proximity.selectors import encounters_between
from lachan.tracing.meeting import Meeting, Met, MetAround
from lachan.venues.selectors import PersonDay, changed_person_days

#: Any overlap at all: whether it is long and close enough is the rulebook's to say.
_ANY_SECONDS = 1


def warm_up() -> None:
    """Compile the engine's kernels, so that the first case of the night does not wait for them."""
    warming.warm_up()


def folder() -> Path:
    """Where the index lies."""
    path: Path = settings.HOME.engine
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def identity(cursor: CursorWrapper) -> str:
    """Which database the index belongs to: another server's or another database's is refused."""
    cursor.execute(
        "select system_identifier::text || ':' || oid::text from pg_control_system(), pg_database"
        " where datname = current_database()"
    )
    row = cursor.fetchone()
    if row is None:
        raise RuntimeError("the server does not say who it is")
    return str(row[0])


def feed(cursor: CursorWrapper) -> int:
    """Bring the index up to the last finished transaction; give how many person-days changed.

    Called by the worker with the owner's cursor. A folder that is torn or another database's is
    cleared and read anew.
    """
    cluster = identity(cursor)
    try:
        return _feed(cursor, cluster)
    except StoreRefused as refused:
        if refused.code == "second_writer":
            raise
        clear(folder())
        return _feed(cursor, cluster)


def is_behind(cursor: CursorWrapper) -> bool:
    """Whether rows are committed that the index may not hold yet.

    It reads below the oldest transaction that still writes, anywhere on the server: while an import
    runs for minutes, what was scanned meanwhile waits with it.
    """
    below = Store(folder(), identity(cursor)).position.get("below_tx", 0)
    cursor.execute(
        "select exists (select 1 from venues_scan where tx >= %(below)s::text::xid8)"
        " or exists (select 1 from venues_withdrawal where tx >= %(below)s::text::xid8)"
        " or exists (select 1 from proximity_encounter where tx >= %(below)s::text::xid8)",
        {"below": str(below)},
    )
    row = cursor.fetchone()
    return bool(row and row[0])


def rebuild(cursor: CursorWrapper) -> int:
    """Make the index again from the database."""
    clear(folder())
    return feed(cursor)


@dataclass(frozen=True, slots=True)
class IndexState:
    """What the index holds, and how many rows of the ledgers it has not read."""

    people: int
    venues: int
    days: int
    waiting: int


def state(cursor: CursorWrapper) -> IndexState:
    """What the index holds now; `StoreRefused` when there is none that can be read."""
    manifest = read_manifest(folder(), identity(cursor))
    since = int(manifest.position.get("below_tx", 0))
    cursor.execute(
        "select (select count(*) from venues_scan where tx >= %(since)s::text::xid8)"
        " + (select count(*) from proximity_encounter where tx >= %(since)s::text::xid8)",
        {"since": since},
    )
    row = cursor.fetchone()
    waiting = int(row[0]) if row else 0
    return IndexState(manifest.people, manifest.venues, len(manifest.days), waiting)


def _feed(cursor: CursorWrapper, cluster: str) -> int:
    with Writer(folder(), cluster) as writer:
        since = int(writer.position.get("below_tx", 0))
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
        row = cursor.fetchone()
        below = int(row[0]) if row else since
        if below == since:
            return 0
        parents = _parents(cursor)
        count = 0
        for person_day in changed_person_days(cursor, since, below):
            writer.replace(person_day.trace_id, person_day.day, _stays(person_day, parents))
            count += 1
        for a, b, start, end in encounters_between(cursor, since, below):
            writer.meet(a, b, int(start.timestamp()), int(end.timestamp()))
        writer.commit({"below_tx": below})
        return count


def _parents(cursor: CursorWrapper) -> Mapping[UUID, UUID]:
    cursor.execute("select id, parent_id from places_place where parent_id is not null")
    return dict(cursor.fetchall())


def _stays(person_day: PersonDay, parents: Mapping[UUID, UUID]) -> list[DayVisit]:
    """The day's visits in minutes, united per place.

    Whoever is at a line is in its workshop and on its campus too: an overlap higher up is how the
    people of a shift are counted without being named.
    """
    midnight = datetime.combine(person_day.day, time(), OFFSET)
    spans: dict[UUID, list[tuple[int, int, bool]]] = defaultdict(list)
    for visit in person_day.visits:
        start = int((visit.start - midnight).total_seconds()) // 60
        end = int((visit.end - midnight).total_seconds()) // 60
        if end <= start:
            continue
        place: UUID | None = visit.place
        while place is not None:
            spans[place].append((start, end, visit.imputed))
            place = parents.get(place)
    return [
        DayVisit(place, start, end, imputed)
        for place, rows in spans.items()
        for start, end, imputed in _united(rows)
    ]


def _united(rows: Iterable[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Overlapping or touching stays as one; imputed when what gives its end is."""
    united: list[tuple[int, int, bool]] = []
    for start, end, imputed in sorted(rows):
        if not united or start > united[-1][1]:
            united.append((start, end, imputed))
            continue
        begun, stop, guessed = united[-1]
        guess = imputed if end > stop else guessed and (imputed or end < stop)
        united[-1] = (begun, max(stop, end), guess)
    return united


def met(trace_id: UUID, start: datetime, end: datetime | None, *, cluster: str) -> list[Met]:
    """Everybody whose visit or encounter overlapped the case's between `start` and `end`."""
    store = Store(folder(), cluster)
    window = CaseWindow(
        trace_id, int(start.timestamp()), None if end is None else int(end.timestamp())
    )
    reach = store.reach([window], Rule(hops=1, min_seconds=_ANY_SECONDS))
    reasons = store.explain(reach, [row.person for row in reach.people])
    return [
        Met(
            reason.person,
            tuple(
                Meeting(_moment(each.start), _moment(each.end), each.venue, each.imputed)
                for each in reason.meetings
            ),
        )
        for reason in reasons
    ]


def met_around(windows: Mapping[UUID, datetime], *, cluster: str) -> list[MetAround]:
    """Everybody who overlapped with one of these people since the moment given for each of them.

    Those people themselves are not among the answer.
    """
    store = Store(folder(), cluster)
    sources = [
        CaseWindow(trace_id, int(since.timestamp()), None) for trace_id, since in windows.items()
    ]
    reach = store.reach(sources, Rule(hops=1, min_seconds=_ANY_SECONDS))
    found = []
    for reason in store.explain(reach, [row.person for row in reach.people]):
        met_by: dict[UUID, list[Meeting]] = defaultdict(list)
        for each in reason.meetings:
            meeting = Meeting(_moment(each.start), _moment(each.end), each.venue, each.imputed)
            met_by[each.source].append(meeting)
        by_source = {source: tuple(rows) for source, rows in met_by.items()}
        found.append(MetAround(reason.person, by_source))
    return found


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class Touch(NamedTuple):
    """Somebody exposed and one unit that would cover him; a unit of -1 is none on the plan."""

    person: int
    unit: int
    risk: int


@dataclass(frozen=True, slots=True)
class Covering:
    """Units that cover a share of the risk, in the order of closing, and how good that is.

    Per unit `newly`: people covered by it and by none before it; `alone`: people whom nothing else
    covers.  `bound`: no choice that covers the share costs less; None when it was not asked for.
    `best`: nothing cheaper exists.  `reached` is false when people without a unit stand in the way.
    """

    units: tuple[int, ...]
    newly: tuple[int, ...]
    alone: tuple[int, ...]
    cost: int
    risk: int
    total: int
    reached: bool
    bound: int | None
    best: bool


def cover(
    touches: Sequence[Touch], costs: Sequence[int], share: Fraction, *, seconds: float
) -> Covering:
    """Choose units so that `share` of the risk is covered and the cost is least.

    People and units are numbered from 0 without a gap; costs are whole.  `seconds`: time to bound
    and better the choice, 0 for a choice at once.  Definition: docs/platforms/zoning.md.
    """
    person, unit, risk = (np.array(column, np.int64) for column in zip(*touches, strict=True))
    people = int(person.max()) + 1
    world = zoning.index(person, unit, risk, np.array(costs, np.int64), people)
    plan = zoning.plan(world, zoning.needed(world, share))
    refined = refining.refine(world, plan, seconds) if seconds else None
    plan = plan if refined is None else refined.plan
    return Covering(
        units=tuple(plan.place.tolist()),
        newly=tuple(plan.people.tolist()),
        alone=tuple(plan.sole_people.tolist()),
        cost=plan.cost,
        risk=plan.covered,
        total=int(world.risk.sum()),
        reached=plan.reached,
        bound=None if refined is None else refined.bound.cost,
        best=refined is not None and refined.settled,
    )
