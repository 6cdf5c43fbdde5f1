"""One thumb on a phone: counts what it does, and how long a person takes for it."""

from playwright.sync_api import Locator, Page

from tests.browser.visitor import Visitor

#: Seconds for reading a page that has just come, for a tap, and for each typed character.
#: Reading and tapping are assumed; typing is 36 words a minute, what 37,000 people reached on
#: phones in Palin et al., "How do people type on mobile devices?", MobileHCI 2019.
READ, TAP, CHARACTER = 6.0, 1.5, 1 / 3


class Thumb:
    """Works a visitor's phone.  A filled field counts as one tap: it is touched once."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.taps = 0
        self.seconds = 0.0

    @property
    def page(self) -> Page:
        """What is on the screen."""
        return self.visitor.page

    def tap(self, target: Locator) -> None:
        """Touch something that stays on this page."""
        self.taps += 1
        self.seconds += TAP
        target.click()

    def goes(self, target: Locator) -> None:
        """Touch something that leads to a page, and read that."""
        with self.page.expect_navigation():
            self.tap(target)
        self.visitor.look()
        self.seconds += READ

    def types(self, field: Locator, text: str) -> None:
        """Fill a field."""
        self.taps += 1
        self.seconds += TAP + CHARACTER * len(text)
        field.fill(text)

    def picks(self, field: Locator, value: str) -> None:
        """Choose from a list: one touch opens it, one chooses."""
        self.taps += 2
        self.seconds += 2 * TAP
        field.select_option(value)

    def listens(self, seconds: float) -> None:
        """The patient speaks."""
        self.seconds += seconds

    @property
    def minutes(self) -> float:
        """How long all of it takes a person."""
        return self.seconds / 60
