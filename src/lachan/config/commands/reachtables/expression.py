"""The question `reach` as one relational expression: who was reached, at which hop, when, how long.

`naive.trace` is the definition; this says the same of tables of any size.  Ibis turns it into the
SQL of DuckDB and of Spark, so one text runs on a laptop and on a cluster.  It lives above the
engine because the engine knows arrays and no SQL.

Tables that come in (times are whole seconds, ids texts):

    visits(person, venue, start, end)      end may be NULL
    encounters(a, b, start, end)
    cases(person, start, end)              infectious windows; end may be NULL

Joins on a venue also join on the part of the day, and stays are cut where parts meet, so that a
busy venue is compared with itself a few hours at a time.  Exposure adds up and the first meeting
is a minimum: where a stay is cut changes neither.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import ibis

from lachan.engine.naive import NEVER
from lachan.engine.rule import MINUTE, Rule

#: An Ibis table and an Ibis column of whole numbers; Ibis itself carries no usable types.
Table: TypeAlias = Any
Number: TypeAlias = Any

#: Called with a name and a table that is read more than once; gives it back, stored or as it is.
Keep: TypeAlias = Callable[[str, Table], Table]

#: Seconds of a part of a day.  Shorter parts compare less and cut more stays; six hours cut an
#: ordinary stay at most once.
PART = 6 * 3600


def as_it_is(_name: str, table: Table) -> Table:
    """Store nothing: all hops become one query."""
    return table


def reach(
    visits: Table, encounters: Table, cases: Table, rule: Rule, keep: Keep = as_it_is
) -> Table:
    """person, hop, first_at, seconds of everyone reached; in no order.

    Every hop reads what the hops before found.  Without `keep` the whole question is one query,
    which DuckDB answers well; Spark plans a table again wherever it is read, so it has to store.
    """
    begin = floored(cases.start).min().as_scalar()
    last = ibis.greatest(visits.start.max().as_scalar(), begin)
    united_stays = united_visits(visits, rule.open_minutes * MINUTE, begin)
    stays = keep("stays", parts_of(united_stays, begin, last))
    pairs = keep("pairs", both_sides(united_encounters(encounters, begin)))
    known = cases.select("person")
    infectious = united_windows(cases)
    found: list[Table] = []
    for hop in range(1, rule.hops + 1):
        places = keep(f"places_{hop}", infectious_stays(stays, infectious))
        meetings = ibis.union(met_at_venues(stays, places), met_closely(pairs, infectious))
        reached = added_up(meetings.anti_join(known, "person"), rule.min_seconds)
        reached = keep(f"reached_{hop}", reached)
        found.append(reached.mutate(hop=ibis.literal(hop, "int32").cast("int64")))
        known = ibis.union(known, reached.select("person"))
        infectious = windows_of_reached(reached, rule.latent_seconds)
    return ibis.union(*found).select("person", "hop", "first_at", "seconds")


def united_visits(visits: Table, open_seconds: int, begin: Number) -> Table:
    """person, venue, start, end of stays in whole minutes, missing ends filled in.

    `begin` is the first moment anybody is infectious.  What is over by then is left out before
    anything is sorted, but for starts that can still cut an open visit short.
    """
    rows = visits.select(
        "person", "venue", start=floored(visits.start), end=floored(visits.end)
    ).filter(lambda t: (t.end > begin) | (t.start + open_seconds >= begin))
    # Strictly later: two starts within one minute do not cut each other.
    later = rows.start.min().over(ibis.window(group_by="person", order_by="start", range=(1, None)))
    imputed = ibis.least(rows.start + open_seconds, later.fill_null(NEVER))
    return united(rows.mutate(end=rows.end.fill_null(imputed)), ["person", "venue"])


def united_encounters(encounters: Table, begin: Number) -> Table:
    """low, high, start, end: both phones' records count once."""
    rows = encounters.select(
        "start",
        "end",
        low=ibis.least(encounters.a, encounters.b),
        high=ibis.greatest(encounters.a, encounters.b),
    ).filter(lambda t: t.end > begin)
    return united(rows, ["low", "high"])


def united_windows(cases: Table) -> Table:
    """person, start, end of infectious intervals in whole minutes."""
    rows = cases.select(
        "person", start=floored(cases.start), end=ceiled(cases.end).fill_null(NEVER)
    )
    return united(rows, ["person"])


def windows_of_reached(reached: Table, latent_seconds: int) -> Table:
    """person, start, end: infectious without end, some time after the first meeting."""
    return reached.select(
        "person",
        start=ceiled(reached.first_at + latent_seconds),
        end=ibis.literal(NEVER, "int64"),
    )


def united(rows: Table, key: list[str]) -> Table:
    """Overlapping or touching intervals of one key become one; empty ones vanish."""
    rows = rows.filter(rows.start < rows.end)
    before = ibis.window(group_by=key, order_by=["start", "end"], rows=(None, -1))
    rows = rows.mutate(latest=rows.end.max().over(before))
    rows = rows.mutate(opens=(rows.latest.isnull() | (rows.start > rows.latest)).cast("int64"))
    # Of rows that start together the one that opens an island comes first.
    so_far = ibis.window(group_by=key, order_by=["start", ibis.desc("opens")], rows=(None, 0))
    rows = rows.mutate(island=rows.opens.sum().over(so_far))
    return (
        rows.group_by([*key, "island"])
        .agg(start=rows.start.min(), end=rows.end.max())
        .drop("island")
    )


def parts_of(stays: Table, begin: Number, last: Number) -> Table:
    """person, venue, part, start, end: every stay cut where parts of days meet.

    Parts before `begin` are left out.  The part of `last`, the last arrival, has no end: a stay
    that lasts for years after it is not cut into thousands.
    """
    last = part_of(last)
    stays = stays.filter(stays.end > begin)
    first = part_of(ibis.greatest(stays.start, begin))
    stays = stays.mutate(part=ibis.range(first, ibis.least(part_of(stays.end - 1), last) + 1))
    stays = stays.unnest("part")
    begins = ibis.greatest(stays.start, stays.part * PART)
    ends = ibis.least(stays.end, ibis.ifelse(stays.part == last, NEVER, stays.part * PART + PART))
    return stays.select("person", "venue", "part", start=begins, end=ends)


def both_sides(pairs: Table) -> Table:
    """person, other, start, end: every encounter as each of the two saw it."""
    return ibis.union(
        pairs.select(person="low", other="high", start="start", end="end"),
        pairs.select(person="high", other="low", start="start", end="end"),
    )


def infectious_stays(stays: Table, infectious: Table) -> Table:
    """venue, part, start, end: where infectious people were while they were infectious."""
    together = overlapping(stays, infectious, ["person"])
    return together.select("venue", "part", "start", "end")


def met_at_venues(stays: Table, places: Table) -> Table:
    """person, start, end of overlaps with an infectious stay."""
    return overlapping(stays, places, ["venue", "part"]).select("person", "start", "end")


def met_closely(pairs: Table, infectious: Table) -> Table:
    """person, start, end of encounters with somebody infectious."""
    sources = infectious.rename(other="person")
    return overlapping(pairs, sources, ["other"]).select("person", "start", "end")


def overlapping(left: Table, right: Table, key: list[str]) -> Table:
    """The columns of `left` for every pair of rows with one key, clipped to the overlap."""
    # A view, because `right` may be made from `left` and a self-join must tell the two apart.
    right = right.view()
    pairs = left.join(
        right,
        [
            *(left[name] == right[name] for name in key),
            left.start < right.end,
            right.start < left.end,
        ],
        rname="{name}_right",
    )
    return pairs.mutate(
        start=ibis.greatest(pairs.start, pairs.start_right),
        end=ibis.least(pairs.end, pairs.end_right),
    ).select(*left.columns)


def added_up(meetings: Table, min_seconds: int) -> Table:
    """person, first_at, seconds of those whose meetings add up to `min_seconds`."""
    seconds = (meetings.end - meetings.start).sum()
    totals = meetings.group_by("person").agg(
        first_at=meetings.start.min(),
        # DuckDB widens a sum to 128 bits and Ibis does not know: two casts bring it back.
        seconds=seconds.cast("decimal(38, 0)").cast("int64"),
    )
    return totals.filter(totals.seconds >= min_seconds)


def floored(second: Number) -> Number:
    """The start of the minute that holds `second`, before 1970 too."""
    return second - remainder(second, MINUTE)


def ceiled(second: Number) -> Number:
    """The first start of a minute that is not before `second`."""
    return second + remainder(-second, MINUTE)


def part_of(second: Number) -> Number:
    """The number of the part of a day that holds `second`."""
    return ((second - remainder(second, PART)) / PART).cast("int64")


def remainder(number: Number, unit: int) -> Number:
    """From 0 to `unit` - 1; SQL's own remainder is negative before 1970."""
    return (number % unit + unit) % unit
