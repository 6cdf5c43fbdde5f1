"""The plan of houses as a drawing: metres become an SVG that needs no map server and no script.

North is up.  Houses without a position are not drawn; the list beside the drawing has them all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from lachan.places.models import Dwelling, Lane

#: Metres of a house front and depth on the drawing, and of the edge around everything drawn.
WIDE, DEEP, EDGE = 7.0, 9.0, 14.0

#: Metres around what matters that are drawn besides, so that one sees where it lies.
AROUND = 40.0

#: Houses drawn at most; a whole town would be a page nobody can open.
MOST_HOUSES = 2_500

#: Metres that a side of the drawing has at least.
LEAST = 120.0


@dataclass(frozen=True, slots=True)
class Box:
    """A house as drawn: left, top, and what it is: inside the zone, with cases, with contacts."""

    x: float
    y: float
    inside: bool
    cases: int
    contacts: int
    title: str

    @property
    def middle(self) -> tuple[float, float]:
        """Where a mark stands."""
        return round(self.x + WIDE / 2, 1), round(self.y + DEEP / 2, 1)


@dataclass(frozen=True, slots=True)
class Label:
    """A lane's name beside its first house."""

    x: float
    y: float
    text: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """One commune's drawing; `left_out`: houses without a position."""

    commune: int
    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    left_out: int = 0

    @property
    def number(self) -> str:
        """A name for its pattern that no other drawing on the page has."""
        return f"hatch-{self.commune}"

    @property
    def houses_with_cases(self) -> int:
        """Houses with a red square."""
        return sum(box.cases > 0 for box in self.boxes)

    @property
    def houses_with_contacts(self) -> int:
        """Houses with a blue dot and no red square."""
        return sum(box.contacts > 0 and not box.cases for box in self.boxes)


def draw(
    houses: Iterable[Dwelling],
    lanes: Mapping[UUID, Lane],
    inside: set[UUID],
    cases: Mapping[UUID, int],
    contacts: Mapping[UUID, int],
) -> list[Drawing]:
    """A drawing for every commune that has a house to draw."""
    of_commune: defaultdict[int, list[Dwelling]] = defaultdict(list)
    for house in houses:
        of_commune[house.commune].append(house)
    return [
        drawing
        for commune, rows in sorted(of_commune.items())
        if (drawing := _drawn(commune, rows, lanes, inside, cases, contacts)) is not None
    ]


def _drawn(
    commune: int,
    houses: list[Dwelling],
    lanes: Mapping[UUID, Lane],
    inside: set[UUID],
    cases: Mapping[UUID, int],
    contacts: Mapping[UUID, int],
) -> Drawing | None:
    placed = [house for house in houses if house.x is not None and house.y is not None]
    matters = [h for h in placed if h.id in inside or h.id in cases or h.id in contacts] or placed
    if not matters:
        return None
    left, right = _span([float(h.x or 0) for h in matters])
    low, high = _span([float(h.y or 0) for h in matters])
    seen = [
        house
        for house in placed
        if left <= float(house.x or 0) <= right and low <= float(house.y or 0) <= high
    ][:MOST_HOUSES]
    drawing = Drawing(
        commune=commune,
        width=round(right - left + WIDE + 2 * EDGE, 1),
        height=round(high - low + DEEP + 2 * EDGE, 1),
        left_out=len(houses) - len(placed),
    )
    named: set[UUID] = set()
    for house in sorted(seen, key=lambda each: (each.x or 0, each.ord)):
        x = round(float(house.x or 0) - left + EDGE, 1)
        y = round(high - float(house.y or 0) + EDGE, 1)
        lane = lanes.get(house.lane_id)
        title = f"{house.number}, {lane.name}" if lane else house.number
        drawing.boxes.append(
            Box(x, y, house.id in inside, cases.get(house.id, 0), contacts.get(house.id, 0), title)
        )
        if lane is not None and lane.id not in named:
            named.add(lane.id)
            closed = any(each.id in inside for each in seen if each.lane_id == lane.id)
            drawing.labels.append(Label(x, round(y - 4, 1), lane.name, closed))
    return drawing


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values) - AROUND, max(values) + AROUND
    short = max(0.0, LEAST - (high - low)) / 2
    return low - short, high + short


@dataclass(frozen=True, slots=True)
class Curve:
    """People shut in by share of the risk, as points of an SVG of 452 by 158."""

    points: list[tuple[float, float, int, int]]
    line: str
    at: tuple[float, float] | None
    people: int
    ticks: list[tuple[float, str]]
    rows: list[tuple[float, int]]


#: Edges of the curve's drawing: left, right, top, bottom.
LEFT, RIGHT, TOP, BOTTOM = 54.0, 438.0, 22.0, 122.0


def curve_of(points: list[tuple[int, int]], chosen: tuple[int, int] | None) -> Curve | None:
    """The curve over the shares that were computed; None without any."""
    if not points:
        return None
    most = max(1, *(people for _share, people in points))
    top = _round_up(max(most, chosen[1] if chosen else 0))
    first, last = points[0][0], points[-1][0]
    wide = max(1, last - first)

    def place(share: float, people: int) -> tuple[float, float]:
        x = LEFT + (share - first) / wide * (RIGHT - LEFT)
        return round(x, 1), round(BOTTOM - people / top * (BOTTOM - TOP), 1)

    drawn = [(*place(share, people), share, people) for share, people in points]
    line = "M" + " L".join(f"{x} {y}" for x, y, *_told in drawn)
    at = None if chosen is None else place(*chosen)
    ticks = [(place(share, 0)[0], f"{share}%") for share in range(first, last + 1, 10)]
    rows = [(place(first, value)[1], value) for value in (0, top // 2, top)]
    return Curve(drawn, line, at, chosen[1] if chosen else 0, ticks, rows)


def _round_up(value: int) -> int:
    """The next of 10, 20, 50, 100, 200, 500 ... above a number."""
    scale = 10
    while True:
        for step in (1, 2, 5):
            if value <= step * scale:
                return step * scale
        scale *= 10
