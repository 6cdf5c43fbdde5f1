"""How long each stage takes, from the swab to the message: percentiles against the rule's hours.

A tube that still waits in a stage says that it took longer than it waits by now: percentiles are
those of Kaplan and Meier (`answer_expected`), else a laboratory that is behind would look fast.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections
from django.db.models import QuerySet

from lachan.sampling.counting_reading import parts_of
from lachan.sampling.counting_sql import LINES
from lachan.sampling.models import Tube

#: The moments of a tube, in order.
MOMENTS = (
    *("taken", "closed", "packed", "handed", "received"),
    *("resulted", "approved", "released", "delivered"),
)

#: Where a stage begins, where it ends, and the custody rule's stages whose hours it may take.
Way = tuple[str, str, tuple[str, ...]]

#: What lies between two moments; a message has no hours in the rule.  A laboratory's two inner
#: stages are seen by it alone.
STAGES: dict[str, Way] = {
    "filling": ("taken", "closed", ("open",)),
    "packing": ("closed", "packed", ("unpacked",)),
    "handing": ("packed", "handed", ("packed",)),
    "travelling": ("handed", "received", ("road", "arrived", "unscanned")),
    "testing": ("received", "resulted", ("accepted",)),
    "checking": ("resulted", "approved", ("entered",)),
    "releasing": ("approved", "released", ("approved",)),
    "telling": ("released", "delivered", ()),
}
#: What others than the laboratory see of its work: one stage.
OUTSIDE: dict[str, Way] = {
    **{name: STAGES[name] for name in ("filling", "packing", "handing", "travelling")},
    "answering": ("received", "released", ("accepted", "entered", "approved")),
    "telling": STAGES["telling"],
}

PERCENTS = (50, 80, 95)

#: Shares are compared up to the rounding of many multiplications.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Took:
    """Tubes of one line that took as long for a stage, or wait as long by now (not `over`)."""

    line: str
    stage: str
    minutes: int
    over: bool
    tubes: int = 1

    @property
    def hours(self) -> float:
        return self.minutes / 60


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of some tubes.  `hours`: percent -> hours within which so many were through, None
    where too many still wait; `late`: tubes beyond the rule's `limit`, None where it has none."""

    name: str
    tubes: int
    waiting: int
    hours: dict[int, float | None]
    limit: int | None
    late: int | None


def took(tubes: QuerySet[Tube], at: datetime, by: str, *, inside: bool) -> list[Took]:
    """How long every stage of these tubes took, or takes by now, to the minute.

    Nothing more is to come of a rejected or a missing tube, nor of one that went another way; a
    stage that ends before it began was told by a wrong clock.  These are left out.
    """
    sql = _took_sql(by, STAGES if inside else OUTSIDE)
    found = []
    with connections["default"].cursor() as cursor:
        for part in parts_of(tubes):
            cursor.execute(sql, [part, at])
            found += [Took(*row) for row in cursor.fetchall()]
    return found


def _took_sql(by: str, ways: Mapping[str, Way]) -> str:
    """Line, stage, minutes, whether it is over, tubes.  Parameters: ids of tubes, the instant.

    The names of stages and moments are this module's own.
    """
    steps = ", ".join(
        f"('{name}', c.{begins}, c.{ends}, {_first_of(MOMENTS[MOMENTS.index(ends) + 1 :])})"
        for name, (begins, ends, _ruled) in ways.items()
    )
    return f"""
with wanted(tubes, at) as materialized (select %s::uuid[], %s::timestamptz),
c as (
    select {LINES[by]} as line, c.rejected or c.missing as over, c.closed_at as closed,
        m.taken, m.packed, m.handed, m.received, m.resulted, m.approved, m.released, m.delivered,
        w.at
    from wanted w cross join lateral core.counted_tubes(w.tubes, w.at) c
    join core.moments_of_tubes((select tubes from wanted), (select at from wanted)) m
        on m.tube = c.tube)
select c.line, s.stage, floor(extract(epoch from coalesce(s.stop, c.at) - s.start) / 60)::integer,
    s.stop is not null, count(*)
from c cross join lateral (values {steps}) s(stage, start, stop, later)
where s.start is not null
and (s.stop >= s.start or s.stop is null and s.later is null and not c.over)
group by 1, 2, 3, 4"""


def _first_of(moments: Sequence[str]) -> str:
    names = [f"c.{name}" for name in moments]
    return f"coalesce({', '.join([*names, 'null::timestamptz'])})"


def stages(found: Iterable[Took], hours: Mapping[str, int], *, inside: bool) -> list[Stage]:
    """Every stage of these tubes.  `hours`: the custody rule's; `inside`: the laboratory's own."""
    ways = STAGES if inside else OUTSIDE
    waits: dict[str, list[Took]] = {name: [] for name in ways}
    for one in found:
        waits[one.stage].append(one)
    return [
        _stage(name, waits[name], sum(hours[one] for one in ruled) or None)
        for name, (_begins, _ends, ruled) in ways.items()
    ]


def _stage(name: str, waits: Sequence[Took], limit: int | None) -> Stage:
    late = sum(wait.tubes for wait in waits if limit is not None and wait.hours > limit)
    return Stage(
        name=name,
        tubes=sum(wait.tubes for wait in waits),
        waiting=sum(wait.tubes for wait in waits if not wait.over),
        hours={percent: hours_within(waits, percent / 100) for percent in PERCENTS},
        limit=limit,
        late=None if limit is None else late,
    )


def hours_within(waits: Iterable[Took], share: float) -> float | None:
    """As `answer_expected.hours_within`, of tubes that are counted together."""
    # At equal hours those that are over come first: who waits still was not over by then.
    ordered = sorted(waits, key=lambda wait: (wait.minutes, not wait.over))
    left, waiting = sum(wait.tubes for wait in ordered), 1.0
    for wait in ordered:
        if wait.over:
            waiting *= 1 - wait.tubes / left
            if 1 - waiting >= share - ROUNDING:
                return wait.hours
        left -= wait.tubes
    return None


def by_line(found: Iterable[Took]) -> dict[str, list[Took]]:
    """What tubes took, by line, in order."""
    lines: dict[str, list[Took]] = defaultdict(list)
    for one in found:
        lines[one.line].append(one)
    return dict(sorted(lines.items()))


#: Edges of the drawing: where bars begin and end, and the height of a line.
LEFT, RIGHT, LINE = 220.0, 660.0, 30.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage as drawn; positions are text, because a locale would put commas in."""

    stage: Stage
    y: str
    middle: str
    #: Right ends of the bars of 50, 80 and 95 of a hundred, "" where it is not known.
    ends: dict[int, str]
    limit: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All stages on one scale: `most` hours at the right edge."""

    bars: list[Bar]
    most: float
    height: str
    ticks: list[tuple[str, float]]
    axis: str

    @property
    def digits(self) -> int:
        """Of the hours below the bars."""
        return 0 if self.most >= 8 else 1


def drawing_of(found: Sequence[Stage]) -> Drawing:
    """The bars of a page."""
    known = [hours for stage in found for hours in stage.hours.values() if hours is not None]
    most = max([1.0, *known, *(float(stage.limit or 0) for stage in found)])

    def at(hours: float) -> str:
        return f"{LEFT + hours / most * (RIGHT - LEFT):.1f}"

    bars = [
        Bar(
            stage=stage,
            y=f"{number * LINE + 6:.1f}",
            middle=f"{number * LINE + 20:.1f}",
            ends={
                percent: f"{hours / most * (RIGHT - LEFT):.1f}"
                for percent, hours in stage.hours.items()
                if hours is not None
            },
            limit=at(stage.limit) if stage.limit else "",
        )
        for number, stage in enumerate(found)
    ]
    ticks = [(at(most * part / 4), most * part / 4) for part in range(5)]
    axis = f"{len(found) * LINE + 22:.0f}"
    return Drawing(bars, most, f"{len(found) * LINE + 30:.0f}", ticks, axis)
