"""Every component in a real Chromium: axe, the security policy, narrow screens, weight."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from lachan.config import frontend
from tests.ui import kit

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/lachan/ui/static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
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
        twin = file.with_name(f"{file.name}.gz")  # as WhiteNoise does
        packed = twin.is_file()
        body = (twin if packed else file).read_bytes()
        self._send(body, TYPES[file.suffix], "gzip" if packed else "identity")

    def _send(self, body: bytes, kind: str, encoding: str) -> None:
        directives: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        policy = "; ".join(f"{name} {' '.join(value)}" for name, value in directives.items())
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
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


PHONES = ("phone", "form", "gate")
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
    page.wait_for_function("document.activeElement.className === 'errsum'")
    page.get_by_role("link", name="Sốt: Chọn Có hoặc Không.").click()
    page.wait_for_function("location.hash === '#id_fever_0'")
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
