"""Cards that wait, on the pages of the station and of the place's manager."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lachan.core.models import AuditEvent
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.gate.models import UnmatchedScan
from lachan.gate.tasks import settle_unmatched
from lachan.people.models import Person
from tests.factories import cast
from tests.factories.cards import card
from tests.gate import served
from tests.gate.hot_gate import Gate
from tests.places.units import NENH

NUMBER = "024188000811"


@pytest.fixture(scope="module")
def gate(database: str) -> Gate:
    gate = Gate(database)
    gate.send([served.scan(text=card(NUMBER)), served.scan(text=card(NUMBER), direction="out")])
    return gate


@pytest.fixture
def station(gate: Gate) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, NENH)


def client_of(principal: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"Accept-Language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


def page(client: Client, name: str = "gate:unmatched", *of: Any) -> Any:
    return client.get(reverse(name, args=of))


def first() -> UnmatchedScan:
    return UnmatchedScan.objects.using("owner").filter(settled_at=None).order_by("at")[0]


def test_a_manager_learns_how_many_wait_and_opens_none(gate: Gate) -> None:
    client = client_of(gate.manager)
    row = first()

    shown = page(client).content.decode()

    assert "Chợ Sen Hồ" in shown
    assert "Hoa" not in shown
    assert page(client, "gate:unmatched_one", row.day, row.id).status_code == 403


def test_a_station_elsewhere_sees_nothing(gate: Gate) -> None:
    client = client_of(cast.of_commune(Role.STATION_OFFICER, NENH + 1))
    row = first()

    assert "Chợ Sen Hồ" not in page(client).content.decode()
    assert page(client, "gate:unmatched_one", row.day, row.id).status_code == 404


def test_a_station_enters_the_person_from_the_card_and_the_scans_count(
    gate: Gate, station: Principal
) -> None:
    client, row = client_of(station), first()
    assert "Chợ Sen Hồ" in page(client).content.decode()

    form = page(client, "gate:unmatched_one", row.day, row.id)

    assert 'value="Lê Thị Hoa"' in form.content.decode()
    assert NUMBER not in reverse("gate:unmatched_one", args=[row.day, row.id])
    opened = AuditEvent.objects.using("owner").get(kind="unmatched.opened")
    assert (opened.target_id, opened.by_account) == (str(row.id), station.account)
    assert f'value="{NUMBER}"' in form.content.decode()
    who = {"full_name": "Lê Thị Hoa", "birth": "05/03/1988", "document": NUMBER, "kind": "cccd"}
    given = {**who, "where": "Nếnh", "unit": str(NENH)}
    sent = client.post(reverse("gate:unmatched_one", args=[row.day, row.id]), given)
    assert sent.status_code == 302, sent.content.decode()
    assert settle_unmatched() == 2
    assert gate.count() == 2
    assert "No card waits." in page(client).content.decode()
    assert Person.objects.using("owner").filter(commune=NENH).count() == 1
    assert page(client, "gate:unmatched_one", row.day, row.id).status_code == 404
