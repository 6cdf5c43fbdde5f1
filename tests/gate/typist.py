"""A guard's hands at the keyboard: counts keys, and estimates seconds from them alone.

Estimate: Keystroke-Level Model (Card, Moran, Newell 1980).  Nothing reads the machine's clock.
"""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

#: seconds a key, for somebody who types 40 words a minute.  Source: KLM, "average non-secretary".
KEY = 0.28
#: seconds to look and decide before each new thing.  Source: KLM, operator M.
THINK = 1.35
#: seconds to take a card or slip and hold it under the reader, and hand it back.  Our own
#: measure of the movement, to be confirmed at a gate.
SHOW_CARD = 1.5
#: seconds the page may take to answer, as DESIGN.md section 3 allows at the 99th percentile.
ANSWER = 0.5

#: milliseconds within which a second Enter is the reader's own (see `wedge.js`); hands are slower.
BREATH = 120


def ready(page: Page) -> None:
    """Wait until a box of the page takes what is typed, as a person does.

    A page that has just come focuses its first box a moment later; on a busy machine the moment is
    long enough for a script to type the first letter into nothing.
    """
    expect(page.locator("input:focus")).to_have_count(1)


@dataclass
class Typist:
    """Counts what the hands do; `page` gets every key."""

    page: Page
    keys: int = 0
    thoughts: int = 0
    cards: int = 0
    answers: int = 0

    @property
    def seconds(self) -> float:
        """The estimate of what was done so far."""
        hands = self.keys * KEY + self.cards * SHOW_CARD
        return hands + self.thoughts * THINK + self.answers * ANSWER

    def think(self) -> None:
        """Look at the page and decide.  No hand follows a reader's own Enter in the same breath."""
        self.thoughts += 1
        self.page.wait_for_timeout(BREATH)

    def wait(self) -> None:
        """Wait for an answer of the page."""
        self.answers += 1

    def press(self, key: str) -> None:
        """One key."""
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str, *, keys: int | None = None) -> None:
        """Letters; `keys`: how many keys they take with Vietnamese typing switched on."""
        self.keys += len(text) if keys is None else keys
        self.page.keyboard.type(text)

    def show(self, text: str) -> None:
        """A card under the reader: the reader types, the hands only hold it."""
        self.cards += 1
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
