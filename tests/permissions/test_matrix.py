"""Every view, every role: the answer agrees with the view's mark, and no made-up id is an error."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from lachan.core.roles import Role
from lachan.core.scope import Principal, system_principal
from tests.factories import cast
from tests.factories.outbreak import HERE_CODE, Unit

pytestmark = pytest.mark.slow

#: A made-up value for every converter of a path; a new converter must be added here.
MADE_UP = {
    "uuid": lambda: str(uuid4()),
    "str": lambda: "NOSUCHCODE",
    "slug": lambda: "no-such",
    "int": lambda: "999999999",
}

PART = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")

IN_A_COMMUNE = (
    Role.STATION_OFFICER,
    Role.VILLAGE_HEALTH_WORKER,
    Role.COMMUNE_CHAIRMAN,
    Role.COMMUNE_POLICE,
    Role.TECHNOLOGY_TEAM,
)
IN_A_PROVINCE = (Role.TRACER, Role.DIRECTOR)

REFUSED, NOT_FOUND, WRONG_METHOD, SERVER_ERROR = 403, 404, 405, 500
SIGN_IN_FIRST = 302


@dataclass(frozen=True)
class Page:
    """A view as the resolver has it."""

    route: str
    kind: str
    roles: tuple[Role, ...]
    callback: Any

    @property
    def path(self) -> str:
        """The path with made-up values."""
        return "/" + PART.sub(lambda part: MADE_UP[part["converter"] or "str"](), self.route)

    @property
    def names_something(self) -> bool:
        """Whether the path holds an id, which is made up here."""
        return "<uuid:" in self.route


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[Page]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            kind, roles, _why = entry.callback.lachan_guard  # type: ignore[attr-defined]
            yield Page(route, kind, roles, entry.callback)
        else:
            yield from _walk(entry, route)


PAGES = list(_walk(get_resolver()))
GUARDED = [page for page in PAGES if page.kind == "guarded"]


def browser(principal: Principal | None = None) -> Client:
    """A browser, signed in as somebody or nobody; a server error is an answer here."""
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if principal is not None:
        client.cookies["lachan"] = principal.secret
    return client


def _as(role: Role) -> Principal:
    unit = Unit.of(HERE_CODE)
    if role in IN_A_COMMUNE:
        return cast.of_commune(role, unit.commune)
    if role in IN_A_PROVINCE:
        return cast.of_province(role, unit.province)
    if role is Role.MINISTRY:
        return cast.of_nation(role)
    if role is Role.CITIZEN:
        return cast.citizen()
    if role is Role.OUTSIDER:
        return cast.outsider()
    if role is Role.SYSTEM:
        return system_principal()
    return cast.of_organisation(role)


@pytest.fixture(scope="module")
def clients(database: str) -> dict[Role, Client]:
    """A browser for every role there is."""
    return {role: browser(_as(role)) for role in Role}


def _answers(client: Client, page: Page, **headers: str) -> set[int]:
    """The statuses of GET and POST, without the one that says the method is not known."""
    found = set()
    for method in ("get", "post"):
        answer = getattr(client, method)(page.path, headers=headers)
        found.add(answer.status_code)
    return found - {WRONG_METHOD}


def _ids(pages: list[Page]) -> list[str]:
    return [page.route or "home" for page in pages]


def test_it_knows_a_value_for_every_converter() -> None:
    used = {part["converter"] or "str" for page in PAGES for part in PART.finditer(page.route)}

    assert used <= set(MADE_UP)
    assert used <= set(get_converters())


@pytest.mark.parametrize("page", GUARDED, ids=_ids(GUARDED))
def test_it_refuses_every_role_the_view_does_not_name(
    page: Page, clients: dict[Role, Client]
) -> None:
    for role in Role:
        if page.roles and role not in page.roles:
            assert _answers(clients[role], page) == {REFUSED}, role


@pytest.mark.parametrize("page", GUARDED, ids=_ids(GUARDED))
def test_a_program_is_refused_as_a_browser_is(page: Page, clients: dict[Role, Client]) -> None:
    refused = next((role for role in Role if page.roles and role not in page.roles), None)
    if refused is not None:
        assert _answers(clients[refused], page, Accept="application/json") == {REFUSED}


@pytest.mark.parametrize("page", GUARDED, ids=_ids(GUARDED))
def test_it_lets_in_every_role_the_view_names_and_stays_upright(
    page: Page, clients: dict[Role, Client]
) -> None:
    for role in page.roles or tuple(Role):
        answers = _answers(clients[role], page)
        assert answers, role
        assert REFUSED not in answers or not page.roles, role
        assert max(answers) < SERVER_ERROR, role


NAMING = [page for page in GUARDED if page.names_something]


@pytest.mark.parametrize("page", NAMING, ids=_ids(NAMING))
def test_an_id_nobody_gave_is_not_found(page: Page, clients: dict[Role, Client]) -> None:
    for role in page.roles or tuple(Role):
        assert _answers(clients[role], page) == {NOT_FOUND}, role


@pytest.mark.parametrize("page", GUARDED, ids=_ids(GUARDED))
def test_nobody_is_asked_to_sign_in(page: Page, database: str) -> None:
    nobody = browser()

    assert _answers(nobody, page) == {SIGN_IN_FIRST}
    first = nobody.get(page.path)
    if first.status_code != WRONG_METHOD:
        assert first.headers["Location"].startswith("/sign-in/")
    assert _answers(nobody, page, Accept="application/json") == {401}


OPEN = [page for page in PAGES if page.kind == "public"]


@pytest.mark.parametrize("page", OPEN, ids=_ids(OPEN))
def test_an_open_page_answers_nobody_without_falling_over(page: Page, database: str) -> None:
    assert max(_answers(browser(), page)) < SERVER_ERROR
