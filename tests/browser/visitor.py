"""A member of the cast before a browser: goes where a person goes, and complains of what is wrong.

Every page is looked at by axe, and every violation of the policy and every error on the console
is a complaint; the journey ends with none.
"""

import os
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.pictures import keep_small

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "docs/guides/shots"
AXE = ROOT / "node_modules/axe-core/axe.min.js"

#: The rules of WCAG 2.2 AA; what is serious or critical fails.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = frozenset({"serious", "critical"})

#: Screens of DESIGN.md section 5.
SCREENS = {"phone": (390, 844), "desk": (1440, 900)}

#: milliseconds a busy machine may take for one step.
PATIENCE = 60_000

#: A refused form is answered with 422: the browser says so on its console, and that is no fault.
EXPECTED = re.compile(r"Failed to load resource.* 422 ")

#: Widths at which the page of the cast was looked at: it is the same for everybody.
_CAST_SEEN: set[int] = set()

#: What a page is built of, without its words and numbers: every element with its parent's, its
#: classes, its attributes and whether it says something.  What axe calls grave hangs on no more.
BUILT = r"""() => {
  const told = new Set();
  const name = (part) => part ? `${part.tagName}.${part.getAttribute("class") ?? ""}` : "";
  const value = (one) => /^(role|type|lang|aria-(hidden|live|current|expanded))$/.test(one.name)
    ? `${one.name}=${one.value}` : `${one.name}${one.value.trim() ? "" : "="}`;
  for (const part of document.querySelectorAll("*")) {
    const attributes = [...part.attributes].map(value).sort().join(" ");
    const silent = part.textContent.trim() ? "" : " silent";
    told.add(`${name(part.parentElement)} > ${name(part)} ${attributes}${silent}`);
  }
  return [...told].sort().join("\n");
}"""

#: Pages that axe found nothing grave in, by width and what they are built of: axe takes a second
#: of the processor, and a journey comes to the same page again and again.
_SOUND: set[tuple[int, str]] = set()


class Visitor:
    """One browser of one person."""

    def __init__(self, browser: Browser, url: str, screen: Literal["phone", "desk"]) -> None:
        width, height = SCREENS[screen]
        self.url = url
        self.width, self.height = width, height
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self._hear("error", str(error)))

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.context.close()

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not EXPECTED.search(text):
            self.complaints.append(f"{self.page.url}: {kind}: {text}")

    def open(self, path: str) -> Page:
        """Go to an address and look at it."""
        answer = self.page.goto(f"{self.url}{path}")
        assert answer is not None, path
        assert answer.ok, f"{path}: {answer.status}"
        self.look()
        return self.page

    def play(self, name: str) -> "Visitor":
        """Sign in as a member of the cast, by the page of the demo."""
        self.page.goto(f"{self.url}/sign-in/")
        if self.width not in _CAST_SEEN:
            _CAST_SEEN.add(self.width)
            self.look()
        self.page.locator(".cast button", has_text=name).click()
        expect(self.page.locator(".cast")).to_have_count(0)
        self.look()
        return self

    def shoot(self, name: str, *, whole: bool = False) -> None:
        """Take a picture for the guides, when LACHAN_SHOTS=1."""
        if os.environ.get("LACHAN_SHOTS") != "1":
            return
        SHOTS.mkdir(parents=True, exist_ok=True)
        png = self.page.screenshot(full_page=whole, animations="disabled")
        keep_small(self.context, png, SHOTS / f"{name}.png")

    def look(self) -> None:
        """Read the page with axe; it must fit its screen and speak Vietnamese."""
        self.page.wait_for_load_state()
        here = self.page.url.removeprefix(self.url)
        # Unrolled, so that the bar at the lower edge covers no row that a thumb would scroll free.
        tall = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": self.width, "height": max(tall, self.height)})
        grave = self._grave()
        self.page.set_viewport_size({"width": self.width, "height": self.height})
        for entry in grave:
            node = entry["nodes"][0]
            self.complaints.append(f"{here}: {entry['id']}: {node['html'][:200]}")
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.width:
            self.complaints.append(f"{here}: scrolls sideways, {wide} on {self.width}")
        if self.page.locator("html[lang=vi]").count() != 1:
            self.complaints.append(f"{here}: is not in Vietnamese")

    def _grave(self) -> list[dict[str, Any]]:
        """What axe holds against the page; nothing where it judged one built just so before."""
        built = (self.width, self.page.evaluate(BUILT))
        if built in _SOUND:
            return []
        found: dict[str, Any] = self.page.evaluate(
            f"(async () => {{ {AXE.read_text('utf-8')};"
            f" return await axe.run(document, {{runOnly: {RULES}}}) }})()"
        )
        grave = [entry for entry in found["violations"] if entry["impact"] in GRAVE]
        if not grave:
            _SOUND.add(built)
        return grave
