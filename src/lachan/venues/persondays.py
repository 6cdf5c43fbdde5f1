"""Scans for the tracing index: which person-days changed, and what each of them is now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from lachan.core.clock import OFFSET
from lachan.venues.pairing import Rules, Step, Visit, pair, within

#: Persons whose scans are read in one statement.
_PERSONS = 2_000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PersonDay:
    """The whole of a person's day, to replace whatever the index had of it.

    A visit over midnight appears in both days, cut there; a person-day may have become empty.
    """

    trace_id: UUID
    day: date
    visits: tuple[Visit, ...]


def feed(cursor: CursorWrapper, since_tx: int, below_tx: int) -> Iterator[PersonDay]:
    """Every person-day that a scan, or the taking back of one, with `since_tx` <= transaction <
    `below_tx` can change.

    The caller takes `below_tx` from its snapshot's xmin, so that nothing is missed or read twice.
    A scan reaches the day before (it may close a visit), its own and the next (a stay over
    midnight); a day's visits are those that scans from the day before to the day after make.
    """
    cursor.execute(
        "select trace_id, array_agg(distinct day) from (select trace_id, day, tx from venues_scan"
        " union all select trace_id, day, tx from venues_withdrawal) changed"
        " where tx >= %s::text::xid8 and tx < %s::text::xid8 group by trace_id order by trace_id",
        [since_tx, below_tx],
    )
    changed = {trace_id: _with_neighbours(days) for trace_id, days in cursor.fetchall()}
    for trace_ids in _batches(list(changed), _PERSONS):
        yield from _person_days(cursor, {one: changed[one] for one in trace_ids})


def _person_days(cursor: CursorWrapper, changed: dict[UUID, list[date]]) -> Iterator[PersonDay]:
    first = min(days[0] for days in changed.values()) - _DAY
    last = max(days[-1] for days in changed.values()) + _DAY
    cursor.execute(
        "select trace_id, day, at, place, direction, id, source from venues_scan s"
        " where trace_id = any(%s) and day between %s and %s and not exists"
        " (select 1 from venues_withdrawal w where w.day = s.day and w.id = s.id)",
        [list(changed), first, last],
    )
    steps: dict[UUID, list[tuple[date, Step]]] = defaultdict(list)
    for trace_id, day, *step in cursor.fetchall():
        steps[trace_id].append((day, Step(*step)))
    rules = rules_of(cursor, {step.place for rows in steps.values() for _day, step in rows})
    for trace_id, days in changed.items():
        for day in days:
            near = [step for on, step in steps[trace_id] if abs(on - day) <= _DAY]
            start = datetime.combine(day, time(), OFFSET)
            visits = within(pair(near, rules), start, start + _DAY)
            yield PersonDay(trace_id, day, tuple(visits))


def visits_of(cursor: CursorWrapper, steps: Iterable[Step]) -> list[Visit]:
    """The visits that some scans of one person make."""
    rows = list(steps)
    return pair(rows, rules_of(cursor, {step.place for step in rows}))


def rules_of(cursor: CursorWrapper, places: Iterable[UUID]) -> Rules:
    """What pairing must know of some places: minutes until an unseen exit, what lies in what."""
    cursor.execute(
        "with recursive up as (select id, parent_id, kind from places_place where id = any(%s)"
        " union select p.id, p.parent_id, p.kind"
        " from places_place p join up on p.id = up.parent_id)"
        " select up.id, up.parent_id, up.kind = 'gate', v.imputed_minutes, v.closes_at"
        " from up left join venues_venue v on v.place_id = up.id",
        [list(places)],
    )
    rows = cursor.fetchall()
    return Rules(
        minutes={place: minutes for place, *_rest, minutes, _closes in rows if minutes},
        parents={place: whole for place, whole, *_rest in rows if whole is not None},
        closes={place: closes for place, *_rest, closes in rows if closes is not None},
        gates=frozenset(place for place, _whole, is_gate, *_rest in rows if is_gate),
    )


def _with_neighbours(days: Iterable[date]) -> list[date]:
    return sorted({day + offset * _DAY for day in days for offset in (-1, 0, 1)})


def _batches(persons: list[UUID], size: int) -> Iterator[list[UUID]]:
    for start in range(0, len(persons), size):
        yield persons[start : start + size]
