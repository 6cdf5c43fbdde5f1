"""Text stands out from its ground: 7:1 for words, 3:1 for edges and signs (LOOK.md section 2)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "src/lachan/ui/static/ui"
TOKENS = dict(
    re.findall(r"--lc-([\w-]+):\s*(#[0-9a-f]{6})", (CSS / "tokens.css").read_text("utf-8"))
)

#: (text or sign, ground, least ratio).  Source: WCAG 2.2, 1.4.6 for words and 1.4.11 for edges.
PAIRS = [
    *[
        (ink, ground, 7.0)
        for ink in ("than-900", "than-700", "than-600")
        for ground in ("diep-0", "diep-50")
    ],
    ("than-900", "diep-100", 7.0),
    ("than-700", "diep-100", 7.0),
    *[("than-900", ground, 7.0) for ground in ("tram-100", "hoe-100", "son-100", "cham-100")],
    ("than-900", "hoe-400", 7.0),
    ("than-400", "diep-0", 3.0),
    ("cham-700", "diep-0", 7.0),
    ("cham-700", "diep-50", 7.0),
    ("cham-700", "cham-100", 7.0),
    ("tram-700", "tram-100", 7.0),
    ("hoe-800", "hoe-100", 7.0),
    ("son-700", "son-100", 7.0),
    ("son-700", "diep-50", 7.0),
    ("son-700", "cham-100", 7.0),
    *[("diep-0", ground, 7.0) for ground in ("cham-700", "tram-700", "son-700", "than-900")],
    *[(sign, "diep-0", 3.0) for sign in ("cham-500", "tram-500", "son-500")],
    ("cham-500", "diep-50", 3.0),
]


def light(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "ground", "bar"), PAIRS)
def test_it_can_be_read(text: str, ground: str, bar: float) -> None:
    high, low = sorted((light(TOKENS[text]), light(TOKENS[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= bar


@pytest.mark.parametrize("sheet", ["base.css", "phone.css", "desk.css", "poster.css"])
def test_it_builds_with_tokens_and_not_with_colours(sheet: str) -> None:
    colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", (CSS / sheet).read_text("utf-8")))
    assert colours <= {"#fff"}


def test_it_has_enough_room_above_vietnamese_capitals() -> None:
    for sheet in CSS.glob("*.css"):
        for height in re.findall(r"h[1-4][^{}]*\{[^}]*line-height:\s*([\d.]+)", sheet.read_text()):
            assert float(height) >= 1.2, f"{sheet.name}: Ế and Ỗ touch the line above"
