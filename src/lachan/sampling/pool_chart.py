"""The chart of the pooling page: tests per person by the size of the largest pool."""

from dataclasses import dataclass

from lachan.sampling import arrays
from lachan.sampling.arrays import Assay

#: Edges of the drawing: left, right, top, bottom; and the largest pool drawn, a tube's limit.
LEFT, RIGHT, TOP, BOTTOM = 46.0, 560.0, 16.0, 206.0
MOST = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One design: its kind, its path, where its name stands, and (people, tests a person)."""

    kind: str
    path: str
    dots: list[tuple[str, str]]
    points: list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Chart:
    """Positions are text, because a locale would put commas in.

    `rows`: (y, tests in per cent of single testing); `ticks`: (x, size); `ruled`: the rule's pool
    (x, y) or None; `limit`: x of the largest pool the rule allows.
    """

    lines: list[Line]
    rows: list[tuple[str, int]]
    ticks: list[tuple[str, int]]
    ruled: tuple[str, str] | None
    limit: str


def chart_of(prevalence: float, assay: Assay, limit: int, ruled: tuple[int, float] | None) -> Chart:
    """The chart at one prevalence; `ruled` is the rule's pool size with its tests per person."""
    series = arrays.by_size(prevalence, assay, MOST)
    most = max([1.0, *(tests for points in series.values() for _size, tests in points)])
    top = 1.5 if most > 1.0 else 1.0

    def at(size: int, tests: float) -> tuple[str, str]:
        x = LEFT + (size - 1) / (MOST - 1) * (RIGHT - LEFT)
        y = BOTTOM - min(tests, top) / top * (BOTTOM - TOP)
        return f"{x:.1f}", f"{y:.1f}"

    lines = []
    for kind, points in series.items():
        places = [at(size, tests) for size, tests in points]
        path = "M" + " L".join(f"{x} {y}" for x, y in places)
        lines.append(Line(kind, path, places, points))
    rows = [(at(1, share / 100)[1], share) for share in (0, 50, 100, 150) if share / 100 <= top]
    return Chart(
        lines=lines,
        rows=rows,
        ticks=[(at(size, 0)[0], size) for size in (2, 5, 10, 15, 20)],
        ruled=None if ruled is None else at(*ruled),
        limit=at(min(limit, MOST), 0)[0],
    )
