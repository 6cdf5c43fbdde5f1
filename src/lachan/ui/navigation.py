"""The register of tabs: each room's `navigation.py` names its own, config collects them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Bar = Literal["desk", "phone"]

#: A phone has room for four words at its lower edge (LOOK.md section 4, page shell).
PHONE_TABS = 4

#: Pixels for tabs in the bar of a desk 1440 wide, beside the mark, "More", name and sign-out; of a
#: letter of a tab, and around a tab.  Measured in the browser.
DESK_ROOM, LETTER, AROUND = 780, 7.6, 26


@dataclass(frozen=True)
class Tab:
    """A page reachable from everywhere, shown to those who hold one of the roles.

    `roles` empty: everybody who is signed in.  `bar` "desk" is a register tab at the top,
    "phone" a place in the bottom bar, which needs an `icon`.  Smaller `order` stands first.
    """

    name: str
    url_name: str
    roles: frozenset[str]
    label: str | Promise
    icon: str = ""
    bar: Bar = "desk"
    order: int = 50


@dataclass(frozen=True)
class Doors:
    """URL names of the pages every shell links to; empty until a room has said which."""

    home: str = ""
    sign_in: str = ""
    sign_out: str = ""
    account: str = ""


@dataclass(frozen=True)
class Link:
    """A tab as the page shows it."""

    href: str
    label: str
    icon: str
    current: bool


_tabs: dict[str, Tab] = {}
_doors = Doors()


def register(*tabs: Tab) -> None:
    """Enter tabs; a second one of the same name takes the first one's place."""
    _tabs.update({tab.name: tab for tab in tabs})


def set_doors(doors: Doors) -> None:
    """Say which pages are home, sign-in, sign-out and one's own account."""
    global _doors
    _doors = doors


def door(name: Literal["home", "sign_in", "sign_out", "account"]) -> str:
    """The address of a door, "" when no room has opened it."""
    return address(getattr(_doors, name))


def address(url_name: str) -> str:
    """The address of a URL name, "" when the installation does not have it."""
    if not url_name:
        return ""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def registered() -> Iterable[Tab]:
    """Every tab, as the bar orders them."""
    return sorted(_tabs.values(), key=lambda tab: (tab.order, tab.name))


def links(bar: Bar, roles: Collection[str], path: str) -> list[Link]:
    """The tabs a holder of `roles` sees; the one whose address begins `path` best is current."""
    shown = [
        (tab, href)
        for tab in registered()
        if tab.bar == bar and (not tab.roles or tab.roles & set(roles))
        if (href := address(tab.url_name))
    ]
    here = max((href for _, href in shown if path.startswith(href)), key=len, default="")
    return [Link(href, str(tab.label), tab.icon, href == here) for tab, href in shown]


def parted(tabs: list[Link]) -> tuple[list[Link], list[Link]]:
    """The tabs that have room in the bar of a desk, the current one always among them, and the
    rest, which stands behind "More"."""
    room = DESK_ROOM - sum(_width(each) for each in tabs if each.current)
    shown: list[Link] = []
    full = False
    for each in tabs:
        if each.current:
            shown.append(each)
            continue
        full = full or _width(each) > room
        if not full:
            room -= _width(each)
            shown.append(each)
    return shown, [each for each in tabs if each not in shown]


def _width(tab: Link) -> float:
    return LETTER * len(tab.label) + AROUND
