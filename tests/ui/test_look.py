"""Every component in a real Chromium: axe, the security policy, narrow screens, weight."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from csp.utils import build_policy
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from lachan.config import frontend
from lachan.ui.policy import SCAN
from tests.gate.browsers import CHROMIUM
from tests.ui import kit

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/lachan/ui/static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: A citizen's or gate's first visit, as received.  Source: DESIGN.md section 5.
FIRST_VISIT = 150_000

pytestmark = pytest.mark.browser


class Answer(BaseHTTPRequestHandler):
    """Serves the kit and the static files under the policy of the settings."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/static/"):
            self._send_file(STATIC / path.removeprefix("/static/"))
            return
        name, _, language = path.strip("/").partition(".")
        self._send(kit.page(name, language).encode(), "text/html; charset=utf-8", "identity")

    def _send_file(self, file: Path) -> None:
        if file.parent.name == "test":
            file = kit.HERE / file.name
        twin = file.with_name(f"{file.name}.gz")  # as WhiteNoise does
        packed = twin.is_file()
        body = (twin if packed else file).read_bytes()
        self._send(body, TYPES[file.suffix], "gzip" if packed else "identity")

    def _send(self, body: bytes, kind: str, encoding: str) -> None:
        policy = build_policy(update=SCAN if self.path.startswith("/scan") else None)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """The test's output is for its findings."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    frontend.install(ROOT)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(play: Playwright) -> Iterator[Browser]:
    chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield chromium
    chromium.close()


PHONES = [name for name in kit.PAGES if name != "desk"]
SCREENS = [
    *[
        (name, language, 390, 844)
        for name in ("phone", "form", "gate")
        for language in ("vi", "en")
    ],
    *[(name, "vi", 320, 640) for name in ("phone", "form", "gate")],
    *[("desk", language, 1440, 900) for language in ("vi", "en")],
    *[("desk", "vi", width, 800) for width in (1000, 390)],
]


@pytest.mark.parametrize(("name", "language", "width", "height"), SCREENS)
def test_it_can_be_used_by_everybody(
    site: str, browser: Browser, name: str, language: str, width: int, height: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, bypass_csp=False)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site}/{name}.{language}")
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert [(entry["id"], entry["nodes"][0]["html"]) for entry in found["violations"]] == []
    assert complaints == []
    assert wide <= width, "the page scrolls sideways"


def test_it_puts_the_summary_first_and_gives_it_the_focus(site: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site}/form.vi")
    expect(page.locator(".errsum")).to_be_focused()
    page.get_by_role("link", name="Sốt: Chọn Có hoặc Không.").click()
    expect(page).to_have_url(re.compile("#id_fever_0$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") in {"fever", "since"}
    page.close()


def test_it_stays_light_on_a_phone(site: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(int(answer.headers["content-length"])))
    page.goto(f"{site}/phone.vi", wait_until="networkidle")
    page.close()
    assert len(sizes) >= 6
    assert sum(sizes) < FIRST_VISIT


def film(path: Path, text: str) -> None:
    """A film for Chromium's pretended camera: a code held still, 640 × 480, two pictures."""
    code = np.array(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=8))
    light = np.full((480, 640), 255, np.uint8)
    height, width = code.shape
    light[100 : 100 + height, 150 : 150 + width] = code
    picture = b"FRAME\n" + light.tobytes() + bytes([128]) * (2 * 320 * 240)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 2 * picture)


def test_it_reads_a_code_held_to_the_camera_once(
    site: str, play: Playwright, tmp_path: Path
) -> None:
    film(tmp_path / "code.y4m", "LP1:HELLO")
    pretended = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'code.y4m'}",
    ]
    chromium = play.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", *pretended]
    )
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{site}/scan.vi")
    expect(page.locator("#said")).to_have_text("[LP1:HELLO]")
    page.wait_for_timeout(800)  # six more looks at the same code
    said = page.locator("#said").text_content()
    chromium.close()
    assert said == "[LP1:HELLO]"
    assert complaints == []


def test_it_says_why_there_is_no_picture(site: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site}/scan.vi")
    expect(page.locator("#said")).to_have_text(re.compile("^(denied|missing)$"))
    page.close()
