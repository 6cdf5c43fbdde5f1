"""The stage of tests in a real browser: people who are signed in or not, and every page judged."""

import os
from pathlib import Path

from playwright.sync_api import Browser, Page

from lachan.core.scope import Principal
from tests.gate import served

ROOT = Path(__file__).parents[2]
PHONE, DESK = (390, 844), (1440, 900)
PATIENCE = 60_000  # milliseconds
GRAVE = {"serious", "critical"}


class Stage:
    """The running web and a browser; every page opened on it is judged as it is left."""

    def __init__(self, browser: Browser, web: served.Web) -> None:
        self.browser, self.web = browser, web
        self.complaints: list[str] = []

    def enter(self, who: Principal, size: tuple[int, int] = PHONE) -> Page:
        """Somebody who is signed in."""
        page = self.visit(size)
        page.context.add_cookies([{"name": "lachan", "value": who.secret, "url": self.web.url}])
        return page

    def visit(self, size: tuple[int, int] = PHONE, language: str = "vi-VN") -> Page:
        """Somebody who is not."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self.complaints.append(said.text))
        return page

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.web.url}{path}")

    def judge(self, page: Page, name: str) -> None:
        """No grave fault for somebody who does not see, nothing wider than the screen."""
        # What axe measures is there; a page that sends by itself is never idle for long.
        page.wait_for_load_state()
        page.evaluate("() => document.fonts.ready.then(() => null)")
        self.shoot(page, name)
        page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
        found = page.evaluate("() => axe.run(document)")["violations"]
        assert [fault["id"] for fault in found if fault["impact"] in GRAVE] == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert [said for said in self.complaints if "Content Security Policy" in said] == [], name

    def shoot(self, page: Page, name: str) -> None:
        """A picture into the folder LACHAN_SHOTS, where somebody wants to look at it."""
        folder = os.environ.get("LACHAN_SHOTS")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
