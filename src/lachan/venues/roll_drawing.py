"""The unit drawn: tiles of lines, and the small chart of absences.  No name is in a drawing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lachan.venues.roll_reading import Filled

#: Units of the drawing; the page scales it.
WIDTH, HEIGHT, GROUND, BAR, STEP = 560, 130, 104, 26, 40

#: From the ground up: what matters most stands on the ground, where lengths compare best.
STACK = ("symptoms", "unknown", "leave")


@dataclass(frozen=True, slots=True)
class Tile:
    """A line on the map: `kind` colours it, `came` is the share of the bar in per cent."""

    row: Filled
    kind: str
    came: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a bar."""

    reason: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the chart."""

    day: date
    x: int
    middle: int
    pieces: Sequence[Piece]
    counts: Counter[str]
    total: int
    top: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Fourteen days of absences, to scale."""

    bars: Sequence[Bar]
    total: int
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = GROUND
    bar: int = BAR


def tiles_of(rows: Sequence[Filled]) -> list[Tile]:
    """One tile for each line: red frame with symptoms, yellow while somebody is not known."""
    return [
        Tile(
            row,
            "not" if row.symptoms else "need" if row.unknown else "",
            round(100 * row.present / row.on_roll) if row.on_roll else 0,
        )
        for row in rows
    ]


def trend_drawing(days: Sequence[tuple[date, Counter[str]]]) -> Trend:
    """The chart; the highest day fills it."""
    most = max((sum(counts.values()) for _day, counts in days), default=0)
    scale = (GROUND - 18) / most if most else 0.0
    bars = []
    for number, (day, counts) in enumerate(days):
        x, y, pieces = number * STEP + 2, float(GROUND), []
        for reason in STACK:
            height = counts[reason] * scale
            if counts[reason]:
                pieces.append(Piece(reason, round(y - height), max(1, round(height))))
            y -= height
        total = sum(counts.values())
        bars.append(Bar(day, x, x + BAR // 2, pieces, counts, total, round(y) - 4))
    return Trend(bars, sum(bar.total for bar in bars))
