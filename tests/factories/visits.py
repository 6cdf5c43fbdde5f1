"""Officers before a real browser, on a test's database: nobody may leave with a complaint."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from lachan.core.scope import Principal
from tests.browser.visitor import Visitor
from tests.gate import served
from tests.gate.browsers import chromium

Screen = Literal["phone", "desk"]
Come = Callable[[Principal, Screen], Visitor]


@contextmanager
def visits(database: str, folder: Path) -> Iterator[Come]:
    """A web process on the database; `arrive(who, screen)` gives that officer's browser."""
    web = served.Web(database, folder / "web.log")
    visitors: list[Visitor] = []
    with chromium() as browser:
        web.start()

        def arrive(who: Principal, screen: Screen) -> Visitor:
            visitor = Visitor(browser, web.url, screen)
            visitor.context.add_cookies([{"name": "lachan", "value": who.secret, "url": web.url}])
            visitors.append(visitor)
            return visitor

        try:
            yield arrive
        finally:
            web.kill()
    complaints = [said for each in visitors for said in each.complaints]
    assert complaints == [], "\n".join(complaints)
