"""The visitor that every journey leans on complains where it must."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.gate.browsers import chromium

pytestmark = pytest.mark.browser

PAGE = '<!doctype html><html lang="vi"><head><title>Bảng</title></head><body>{}</body></html>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def complaints(browser: Browser, body: str, lang: str = "vi") -> list[str]:
    with Visitor(browser, "about:", "phone") as visitor:
        visitor.page.set_content(PAGE.replace('"vi"', f'"{lang}"').format(body))
        visitor.look()
        return visitor.complaints


def test_a_sound_page_gives_no_complaint_however_often_it_is_looked_at(browser: Browser) -> None:
    for number in ("1", "2"):
        assert complaints(browser, f"<main><h1>Ca</h1><p>{number} ca mới</p></main>") == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<main><h1>Ca</h1><p><button></button></p></main>", "button-name"),
        ('<main><h1>Ca</h1><img src="data:,"></main>', "image-alt"),
        ("<main><h1>Ca</h1><pre>" + "rất dài " * 90 + "</pre></main>", "sideways"),
    ],
)
def test_a_fault_is_told_after_its_sound_sister_was_seen(
    browser: Browser, body: str, word: str
) -> None:
    sound = "<main><h1>Ca</h1><p><button>Lưu</button></p></main>"
    assert complaints(browser, sound) == []
    assert any(word in said for said in complaints(browser, body))


def test_another_language_is_told(browser: Browser) -> None:
    said = complaints(browser, "<main><h1>Cases</h1></main>", lang="en")
    assert any("not in Vietnamese" in one for one in said)
