"""The context processor of every page: who is here, where they can go, in which language."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from lachan.core import installation
from lachan.ui import navigation
from lachan.ui.roles import duty_of


@dataclass(frozen=True)
class Language:
    """A language a page can be turned into; `short` stands in the bar."""

    code: str
    name: str
    short: str


#: The languages of the country pack, by code.
LANGUAGES = {
    "vi": Language("vi", "Tiếng Việt", "VI"),
    "en": Language("en", "English", "EN"),
}


@dataclass(frozen=True)
class Shell:
    """What the frame of a page says."""

    name: str = ""
    duty: str = ""
    here: str = "/"
    home: str = "/"
    sign_in: str = ""
    sign_out: str = ""
    account: str = ""
    other: Language = LANGUAGES["en"]
    tabs: list[navigation.Link] = field(default_factory=list)
    more: list[navigation.Link] = field(default_factory=list)
    bar: list[navigation.Link] = field(default_factory=list)
    rest: list[navigation.Link] = field(default_factory=list)


def other_language() -> Language:
    """The language the reader is not reading now."""
    return LANGUAGES["vi" if (get_language() or "vi").startswith("en") else "en"]


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` and `installation` for every template."""
    principal = getattr(request, "principal", None)
    roles: Collection[str] = principal.roles if principal else ()
    tabs, more = navigation.parted(
        navigation.links("desk", roles, request.path) if principal else []
    )
    bar = navigation.links("phone", roles, request.path) if principal else []
    page = Shell(
        name=principal.name if principal else "",
        duty=duty_of(roles),
        here=request.get_full_path(),
        home=navigation.door("home") or "/",
        sign_in=navigation.door("sign_in"),
        sign_out=navigation.door("sign_out") if principal else "",
        account=navigation.door("account") if principal and _proved(request) else "",
        other=other_language(),
        tabs=tabs,
        more=more,
        bar=bar[: navigation.PHONE_TABS],
        rest=bar[navigation.PHONE_TABS :],
    )
    return {"shell": page, "installation": {"demo": installation.is_demo()}}


def _proved(request: HttpRequest) -> bool:
    """Whether somebody signed in by password: who plays the cast of a demo did not."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
