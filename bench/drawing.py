"""The picture of a calibration: predicted risk against the share truly infected."""

import math
from collections.abc import Sequence
from typing import Protocol


class Part(Protocol):
    """Some people of about the same predicted risk."""

    @property
    def predicted(self) -> float: ...
    @property
    def infected(self) -> int: ...
    @property
    def people(self) -> int: ...
    @property
    def interval(self) -> tuple[float, float]: ...


#: Both axes are logarithmic; what lies below stands on the axis.
LOWEST, HIGHEST = 1e-4, 0.5
TICKS = (0.0001, 0.001, 0.01, 0.1)
SIDE, LEFT, TOP = 320, 72, 44


def reliability_picture(parts: Sequence[Part]) -> str:
    """An SVG; the diagonal is where prediction and truth agree."""
    drawn = [frame(), *(mark(part) for part in parts)]
    words = (
        "Predicted risk against the share infected, by tenths of the exposed people of twelve"
        " simulated stories, with 95 % intervals"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 424" role="img"'
        f' font-family="sans-serif" font-size="12">\n<title>{words}</title>\n'
        '<rect width="420" height="424" fill="#fff"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


def at(share: float) -> float:
    """How far along an axis a share lies, 0 to SIDE."""
    clipped = min(max(share, LOWEST), HIGHEST)
    return SIDE * math.log(clipped / LOWEST) / math.log(HIGHEST / LOWEST)


def frame() -> str:
    """Axes, the diagonal, and what they mean."""
    bottom, right = TOP + SIDE, LEFT + SIDE
    lines = [
        f'<text x="{LEFT}" y="24" font-weight="bold">Simulated stories, not people</text>',
        f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#222"/>',
        f'<path d="M{LEFT} {bottom}L{right} {TOP}" stroke="#888" stroke-dasharray="5 4"/>',
        f'<text x="{LEFT + SIDE / 2:.0f}" y="{bottom + 44}" text-anchor="middle">'
        "predicted risk</text>",
        f'<text transform="translate(20 {TOP + SIDE / 2:.0f}) rotate(-90)"'
        ' text-anchor="middle">share infected</text>',
    ]  # fmt: skip
    for tick in TICKS:
        along = at(tick)
        label = f"{100 * tick:g} %"
        x, y = LEFT + along, bottom - along
        lines.append(f'<path d="M{x:.1f} {bottom}v5M{LEFT} {y:.1f}h-5" stroke="#222"/>')
        lines.append(f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{label}</text>')
        lines.append(f'<text x="{LEFT - 9}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    return "\n".join(lines)


def mark(part: Part) -> str:
    """One tenth: a square with its interval and counts."""
    bottom = TOP + SIDE
    x, y = LEFT + at(part.predicted), bottom - at(part.infected / part.people)
    low, high = (bottom - at(end) for end in part.interval)
    return (
        f"<g><title>{part.infected} of {part.people} infected,"
        f" {100 * part.predicted:.2f} % predicted</title>"
        f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="#8a1c1c"/>'
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="#8a1c1c"/></g>'
    )
