"""What the security policy and the weight of a page demand of every template and script."""

import re
from pathlib import Path

import pytest

from lachan.config.frontend import icons_in_use, read_manifest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "lachan"
TEMPLATES = sorted(SRC.glob("*/templates/**/*.html"))
SCRIPTS = sorted(path for path in SRC.glob("*/static/**/*.js") if "vendor" not in path.parts)

#: A template or a module that is longer does more than one thing.
LONGEST = 120

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a script inside the page": re.compile(
        r"<script(?![^>]*\b(?:src|type=\"application/json\"))", re.I
    ),
    "a handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an htmx handler, which needs eval": re.compile(r"\shx-on[:\-]", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "an address outside": re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", re.I),
    "text marked safe": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}


def named(path: Path) -> str:
    return str(path.relative_to(SRC))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_it_holds_nothing_the_security_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS], ids=named)
def test_it_is_short(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= LONGEST


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_it_keeps_tabler_away_from_phones(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "tabler" not in text or path.name == "desk.html"


def test_it_serves_exactly_the_icons_in_use() -> None:
    manifest = read_manifest(ROOT)
    used = icons_in_use(SRC) | set(manifest["also"])
    assert sorted(manifest["icons"]) == sorted(used), "run: python -m lachan.config.frontend pin"


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<img src="https://example.test/x.png">',
        "{{ note|safe }}",
    ],
)
def test_it_sees_what_is_forbidden(bad: str) -> None:
    assert any(pattern.search(bad) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_what_scrolls_sideways_is_reached_by_the_keyboard(path: Path) -> None:
    boxes = re.findall(r'<[^>]*class="tab-wrap"[^>]*>', path.read_text(encoding="utf-8"))
    assert [box for box in boxes if 'tabindex="0"' not in box or "aria-label" not in box] == []
