"""New scans, judged once: which of them a human should look at.

Read by the worker with the owner's connection, below the snapshot's xmin as the tracing index does,
so that no scan is missed or judged twice.  A finding's number is made of what was found: whatever
is judged again is asked once.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from lachan.core.clock import day_of, now, today
from lachan.rulebook.selectors import ScanRule
from lachan.venues.persondays import rules_of
from lachan.venues.suspicion import READ, Distance, Finding, Judge, Reading

#: Older days are not judged any more: a gate sends at most seven days without a network.
BACK = timedelta(days=8)
#: Persons whose scans are read in one statement.
_PERSONS = 2_000
#: Scans judged in one transaction; about ten seconds.
_BATCH = 20_000

#: No province may ask about fewer people a minute, or a clock less far off: what lies below is not
#: even counted.
FEWEST_PEOPLE, LEAST_SECONDS = 20, 30
#: No province may wait shorter for a device's missing numbers.
LEAST_HOURS = timedelta(hours=1)
#: Missing numbers that a flag names; more are counted.
NAMED = 20

_WINDOW = "tx >= %(since)s::text::xid8 and tx < %(below)s::text::xid8 and day >= %(first)s"

_ROWS = """
select s.trace_id, s.day, s.id, s.at, s.place, s.direction, s.source, s.authority, s.commune,
    s.province, s.device_at, s.received_at, s.offset_ms,
    s.tx >= %(since)s::text::xid8 and s.tx < %(below)s::text::xid8
from venues_scan s
where s.trace_id = any(%(people)s) and s.day between %(from)s and %(to)s
    and s.source = any(%(read)s)
"""

_TOUCHED = f"""
select day, array_agg(distinct place), date_trunc('minute', min(at)), max(at) from venues_scan
where {_WINDOW} and direction = 'in' and source = any(%(read)s) group by day
"""

#: Whole minutes of the places that were just scanned at: a machine is known by its people a minute.
_BUSY = """
select place, date_trunc('minute', at), authority, count(distinct trace_id), min(commune),
    min(province), (array_agg(id order by at desc))[1]
from venues_scan
where day = %(day)s and place = any(%(places)s) and at >= %(from)s
    and at < date_trunc('minute', %(to)s) + interval '1 minute'
    and direction = 'in' and source = any(%(read)s)
group by 1, 2, 3 having count(distinct trace_id) > %(fewest)s
"""

_CLOCKS = f"""
select authority, place, commune, province, max(received_at), count(*),
    max(greatest(abs(coalesce(offset_ms, 0)) / 1000.0, abs(extract(epoch from at - device_at)),
        extract(epoch from device_at - received_at)))
from venues_scan
where {_WINDOW} and authority <> 'person' and source = any(%(read)s)
    and greatest(abs(coalesce(offset_ms, 0)) / 1000.0, abs(extract(epoch from at - device_at)),
        extract(epoch from device_at - received_at)) > %(fewest)s
group by authority, place, commune, province
"""

#: A device counts its scans from 1.  What is missing waits in `young`, then in `old`, so that a
#: late upload fills it within the rule's hours and at most twice of them.
_COUNTED = """
with fresh as ({fresh})
insert into venues_counted as c (authority, place, commune, province, top, young, old, turned_at)
select authority, place, commune, province, top, int8multirange(int8range(1, top, '[]')) - seen,
    '{{}}', %(now)s from fresh
on conflict (authority) do update set
    young = c.young + case when excluded.top > c.top
        then int8multirange(int8range(c.top, excluded.top, '()')) else '{{}}' end
        - (select seen from fresh f where f.authority = c.authority),
    old = c.old - (select seen from fresh f where f.authority = c.authority),
    top = greatest(c.top, excluded.top), place = excluded.place, commune = excluded.commune,
    province = excluded.province
"""
_IN_THE_LEDGERS = f"""
    select authority, range_agg(int8range(counter, counter, '[]')) as seen, max(counter) as top,
        (array_agg(place order by counter desc))[1] as place, min(commune) as commune,
        min(province) as province
    from (select authority, counter, place, commune, province, tx, day from venues_scan
        union all
        select authority, counter, place, commune, province, tx, day from venues_conflict) both_
    where {_WINDOW} and counter is not null and authority like 'device:%%'
    group by authority
"""
_ELSEWHERE = """
    select %(authority)s::text as authority, range_agg(int8range(n, n, '[]')) as seen,
        max(n) as top, %(place)s::uuid as place, %(commune)s::integer as commune,
        %(province)s::integer as province
    from unnest(%(counters)s::bigint[]) n
"""

_DUE = """
select authority, place, commune, province, old, turned_at from venues_counted
where turned_at <= %s and not (isempty(old) and isempty(young)) order by authority
"""

_TURN = """
update venues_counted set old = young, young = '{}', turned_at = %s where authority = %s
"""

_KEEP = """
insert into venues_flag (id, kind, finding, rule, detail, day, scan, trace_id, place, authority, at,
    found_at, commune, province)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing
"""

#: The rule of a province; None where the rulebook is silent, and then nobody is flagged.
RuleOf = Callable[[int], ScanRule | None]


def find(cursor: CursorWrapper, *, rule_of: RuleOf, least_km: Distance) -> tuple[int, bool]:
    """Judge what was scanned since the last time, as much as one transaction should; how many new
    flags there are, and whether more waits."""
    cursor.execute("select below_tx from venues_flagprogress for update skip locked")
    row = cursor.fetchone()
    if row is None:
        return 0, False
    below, more = _until(cursor, str(row[0]))
    window = {"since": str(row[0]), "below": str(below), "first": today() - BACK, "now": now()}
    found = 0
    for finding in _all(cursor, window, rule_of, least_km):
        found += keep(cursor, finding)
    cursor.execute("update venues_flagprogress set below_tx = %s", [below])
    return found, more


def _until(cursor: CursorWrapper, since: str) -> tuple[int, bool]:
    """Below which transaction to read: the snapshot's xmin, or the one that makes a batch full."""
    cursor.execute(
        "select pg_snapshot_xmin(pg_current_snapshot())::text, (select tx::text from venues_scan"
        " where tx >= %(since)s::text::xid8 and tx < pg_snapshot_xmin(pg_current_snapshot())"
        " order by tx offset %(batch)s limit 1)",
        {"since": since, "batch": _BATCH},
    )
    finished, full = cursor.fetchone()
    # A transaction is read whole, even an import larger than a batch.
    if full is None or full == since:
        return int(finished), False
    return int(full), True


def counted_elsewhere(cursor: CursorWrapper, told: Mapping[str, Any]) -> None:
    """Numbers of a device whose scans lie in another room's ledger: `authority`, `counters`,
    `place`, `commune`, `province`.  Said again, it changes nothing."""
    cursor.execute(_COUNTED.format(fresh=_ELSEWHERE), {**told, "now": now()})


def keep(cursor: CursorWrapper, finding: Finding) -> int:
    """Write a finding; 0 when it had been asked already."""
    cursor.execute(
        _KEEP,
        [
            *(finding.id, finding.kind, finding.finding, finding.rule.rule),
            *(json.dumps({"version": finding.rule.version, "values": finding.values}),),
            *(finding.day, finding.scan, finding.trace_id, finding.place, finding.authority),
            *(finding.at, now(), finding.commune, finding.province),
        ],
    )
    return int(cursor.rowcount)


def _all(
    cursor: CursorWrapper, window: dict[str, Any], rule_of: RuleOf, least_km: Distance
) -> list[Finding]:
    found: list[Finding] = []
    if window["since"] != window["below"]:
        found += _of_people(cursor, window, rule_of, least_km)
        found += _of_machines(cursor, window, rule_of)
        found += _of_clocks(cursor, window, rule_of)
        cursor.execute(_COUNTED.format(fresh=_IN_THE_LEDGERS), window)
    return found + list(_of_counters(cursor, rule_of))


def _of_people(
    cursor: CursorWrapper, window: dict[str, Any], rule_of: RuleOf, least_km: Distance
) -> Iterator[Finding]:
    cursor.execute(
        f"select trace_id, min(day), max(day) from venues_scan where {_WINDOW}"
        " and source = any(%(read)s) group by trace_id order by trace_id",
        window | {"read": list(READ)},
    )
    changed = cursor.fetchall()
    for start in range(0, len(changed), _PERSONS):
        part = changed[start : start + _PERSONS]
        span = {
            "people": [trace_id for trace_id, _first, _last in part],
            "from": min(first for _trace_id, first, _last in part) - timedelta(days=1),
            "to": max(last for _trace_id, _first, last in part) + timedelta(days=1),
            "read": list(READ),
        }
        cursor.execute(_ROWS, window | span)
        readings: dict[UUID, list[Reading]] = defaultdict(list)
        for trace_id, *row in cursor.fetchall():
            readings[trace_id].append(Reading(*row))
        places = rules_of(cursor, {one.place for rows in readings.values() for one in rows})
        for trace_id, rows in readings.items():
            rule = rule_of(max(rows, key=lambda one: one.at).province)
            if rule is not None:
                yield from Judge(rule, places, least_km).findings(trace_id, rows)


def _of_machines(
    cursor: CursorWrapper, window: dict[str, Any], rule_of: RuleOf
) -> Iterator[Finding]:
    """More people in a minute than a hand, or a queue before a poster, can do."""
    cursor.execute(_TOUCHED, window | {"read": list(READ)})
    busy = []
    for day, places, start, end in cursor.fetchall():
        span = {"day": day, "places": places, "from": start, "to": end}
        cursor.execute(_BUSY, span | {"read": list(READ), "fewest": FEWEST_PEOPLE})
        busy += cursor.fetchall()
    for place, minute, authority, people, commune, province, scan in busy:
        rule = rule_of(province)
        finding = "bulk_place" if authority == "person" else "bulk_device"
        name = f"{'place' if authority == 'person' else 'device'}_people_a_minute"
        if rule is None or people <= rule.limits[name]:
            continue
        yield Finding(
            finding=finding,
            key=f"{place}|{authority}|{day_of(minute)}",
            at=minute,
            commune=commune,
            province=province,
            rule=rule,
            values={"people": people},
            place=place,
            authority=authority,
            day=day_of(minute),
            scan=scan,
        )


def _of_clocks(cursor: CursorWrapper, window: dict[str, Any], rule_of: RuleOf) -> Iterator[Finding]:
    cursor.execute(_CLOCKS, window | {"read": list(READ), "fewest": LEAST_SECONDS})
    for authority, place, commune, province, received, scans, worst in cursor.fetchall():
        rule = rule_of(province)
        if rule is None or worst <= rule.limits["clock_seconds"]:
            continue
        yield Finding(
            finding="clock_skew",
            key=f"{authority}|{day_of(received)}",
            at=received,
            commune=commune,
            province=province,
            rule=rule,
            values={"minutes": round(worst / 60), "scans": scans},
            place=place,
            authority=authority,
        )


def _of_counters(cursor: CursorWrapper, rule_of: RuleOf) -> Iterator[Finding]:
    """Numbers of a device that did not come within the hours of the rule."""
    cursor.execute(_DUE, [now() - LEAST_HOURS])
    for authority, place, commune, province, missing, turned_at in cursor.fetchall():
        rule = rule_of(province)
        if rule is None or now() - turned_at < timedelta(hours=rule.limits["counter_hours"]):
            continue
        cursor.execute(_TURN, [now(), authority])
        if not missing:
            continue
        yield Finding(
            finding="counter_gap",
            key=f"{authority}|{missing}",
            at=now(),
            commune=commune,
            province=province,
            rule=rule,
            values=_named(missing),
            place=place,
            authority=authority,
        )


def _named(missing: Iterable[object]) -> dict[str, Any]:
    """How many numbers are missing, and the first of them by name."""
    spans = [(span.lower, span.upper - 1) for span in missing]  # type: ignore[attr-defined]
    words = [str(low) if low == high else f"{low}–{high}" for low, high in spans]
    more = ["…"] if len(words) > NAMED else []
    total = sum(high - low + 1 for low, high in spans)
    return {"missing": total, "numbers": ", ".join([*words[:NAMED], *more])}
