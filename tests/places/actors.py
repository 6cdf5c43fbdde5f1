"""Who works with places in these tests, and a browser for each."""

from uuid import uuid4

from django.test import Client

from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.places import services
from lachan.places.models import Place
from tests.factories import cast
from tests.places.units import NENH


def station_officer() -> Principal:
    """An officer of Nếnh's health station."""
    return cast.of_commune(Role.STATION_OFFICER, NENH)


def manager() -> Principal:
    """The manager of a new company in Nếnh."""
    officer = station_officer()
    with scoped(officer, "places"):
        body = services.register_organisation(
            kind="company", name=f"Điện tử Minh Hà {uuid4()}", commune=NENH, by=officer
        )
    return cast.of_organisation(Role.PLACE_MANAGER, body.pk)


def factory_of(by: Principal, name: str = "Nhà máy Minh Hà") -> Place:
    """A factory of the manager's company."""
    assert by.organisation is not None
    with scoped(by, "places"):
        return services.register_place(
            kind="campus", name=name, commune=NENH, organisation=by.organisation, by=by
        )


def part_of(whole: Place, kind: str, name: str, by: Principal) -> Place:
    """A part of a place."""
    with scoped(by, "places"):
        return services.add_part(parent=whole, kind=kind, name=name, by=by)


def browser_of(principal: Principal, language: str = "en") -> Client:
    """A browser that holds the principal's session."""
    client = Client(headers={"accept": "text/html", "host": "localhost"})
    client.cookies[COOKIE] = principal.secret
    client.cookies["lachan_language"] = language
    return client
