"""The picture beside the rows of a chain: time runs to the right, every row is a lane.

Pure geometry in whole CSS pixels; the template writes it as SVG with classes and no style.  It is
cut into parts of `PART` rows, so that a part fits on a printed page and is never torn.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from lachan.core.clock import OFFSET
from lachan.tracing.chain_tree import Kind, Row

#: Height of a row and of the line of dates, and width of the picture at zoom 1.
ROW, HEAD, WIDTH = 32, 26, 640

#: Free pixels left and right of the first and the last moment.
MARGIN = 14

#: Rows of one part: 20 x 32 px and its dates stand on a landscape A4 page.
PART = 20

#: Days after which dates are written every week.
MANY_DAYS = 16

#: Dots of a cluster closer than this stand as one with a number.
DOT_STEP = 18

_DAY = 86_400


class Tick(NamedTuple):
    """A date over the picture."""

    x: int
    day: datetime


class Bar(NamedTuple):
    """From when to when a case could infect."""

    x: int
    y: int
    width: int


class Dot(NamedTuple):
    """A contact met for the first time, or so many `people` at once."""

    x: int
    y: int
    people: int
    name: str

    @property
    def left(self) -> int:
        """The left edge of the box around a number."""
        return self.x - 11

    @property
    def top(self) -> int:
        """Its upper edge."""
        return self.y - 9

    @property
    def base(self) -> int:
        """Where the number stands."""
        return self.y + 4


class Line(NamedTuple):
    """Who hangs on whom."""

    x: int
    top: int
    bottom: int
    name: str


@dataclass(slots=True)
class Part:
    """One cut of the picture with its rows; `first` is the number of its first row."""

    first: int
    rows: list[Row]
    height: int
    bars: list[Bar] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds since 1970 to pixels."""

    start: int
    end: int
    width: int

    def x(self, at: int) -> int:
        """Where a moment lies; what is before or after stands at the edge."""
        inside = min(max(at, self.start), self.end)
        span = max(self.end - self.start, 1)
        return MARGIN + round((inside - self.start) * (self.width - 2 * MARGIN) / span)

    def ticks(self) -> list[Tick]:
        """Midnights of the installation, every day or every week."""
        step = 1 if (self.end - self.start) <= MANY_DAYS * _DAY else 7
        first = datetime.fromtimestamp(self.start, UTC).astimezone(OFFSET)
        day = datetime.combine(first.date() + timedelta(days=1), time(), OFFSET)
        found = []
        while day.timestamp() <= self.end:
            found.append(Tick(self.x(int(day.timestamp())), day))
            day += timedelta(days=step)
        room = max(1, -(-len(found) * 64 // max(self.width, 1)))
        return found[::room]


def scale_of(rows: Iterable[Row], now: int, zoom: int) -> Scale:
    """From the first moment of any row until now."""
    moments = [at for row in rows for at in _moments(row)]
    start = min(moments, default=now - _DAY)
    return Scale(start, max([now, *moments]), WIDTH * zoom)


def _moments(row: Row) -> list[int]:
    node = row.node
    found = [] if node.window is None else [node.window.start]
    return [*found, *(at for at in node.met if at is not None)]


def parts_of(
    rows: Sequence[Row], first: int, last: int, scale: Scale, path: Sequence[UUID], now: int
) -> list[Part]:
    """Rows `first` to `last` as parts; `path`: whose lines and dots are black."""
    chosen = set(path)
    found = []
    for start in range(first, last, PART):
        cut = list(rows[start : min(start + PART, last)])
        part = Part(start, cut, HEAD + len(cut) * ROW)
        for number, row in enumerate(cut):
            _draw(part, row, _middle(number), scale, chosen, now)
        part.lines = _lines(rows, start, start + len(cut), scale, chosen)
        found.append(part)
    return found


def _middle(number: int) -> int:
    return HEAD + number * ROW + ROW // 2


def _draw(part: Part, row: Row, y: int, scale: Scale, chosen: set[UUID], now: int) -> None:
    node = row.node
    if node.kind is Kind.CASE and node.window is not None:
        start = scale.x(node.window.start)
        end = scale.x(now if node.window.end is None else node.window.end)
        part.bars.append(Bar(start, y - 5, max(4, end - start)))
        return
    if node.kind is Kind.CLUSTER:
        steps = Counter(scale.x(at) // DOT_STEP for at in node.members if at)
        unknown = sum(not at for at in node.members)
        for step, count in sorted(steps.items()):
            part.dots.append(Dot(step * DOT_STEP + DOT_STEP // 2, y, count, "is-many"))
        if unknown:
            part.dots.append(Dot(MARGIN, y, unknown, "is-unknown"))
        return
    name = "is-path" if node.person in chosen else f"is-f{min(node.level, 3)}"
    if node.met.first is None:
        part.dots.append(Dot(MARGIN, y, 1, f"{name} is-unknown"))
    else:
        part.dots.append(Dot(scale.x(node.met.first), y, 1, name))


def _lines(
    rows: Sequence[Row], first: int, last: int, scale: Scale, chosen: set[UUID]
) -> list[Line]:
    """The lines that cross rows `first` to `last`: from the row somebody hangs on, down to his."""
    found = []
    for number, row in enumerate(rows):
        if row.parent is None or number < first or row.parent >= last:
            continue
        at = row.node.met.first
        if at is None and row.node.window is not None:
            at = row.node.window.start
        top = _middle(row.parent - first) if row.parent >= first else HEAD
        bottom = _middle(number - first) if number < last else HEAD + (last - first) * ROW
        name = "is-path" if _on_path(rows, row, chosen) else ""
        found.append(Line(MARGIN if at is None else scale.x(at), top, bottom, name))
    return sorted(found, key=lambda line: line.name)


def _on_path(rows: Sequence[Row], row: Row, chosen: set[UUID]) -> bool:
    """The row and what it hangs on are on the chosen path; a cluster for who is in it."""
    if row.parent is None or not _holds(row, chosen):
        return False
    above = rows[row.parent]
    if above.node.kind is Kind.CLUSTER and above.parent is not None:
        above = rows[above.parent]
    return _holds(above, chosen)


def _holds(row: Row, chosen: set[UUID]) -> bool:
    if row.node.kind is Kind.CLUSTER:
        return any(child.person in chosen for child in row.node.children)
    return row.node.person in chosen
