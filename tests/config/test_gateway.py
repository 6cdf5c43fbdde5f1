"""The sandbox gateway is a real HTTP peer; our client speaks to it."""

from collections.abc import Iterator
from threading import Thread

import httpx
import pytest
from django.test import override_settings

from lachan.config.commands.gateway import server
from lachan.core import gateway
from lachan.core.ids import uuid7


@pytest.fixture
def peer() -> Iterator[str]:
    sandbox = server(0)
    thread = Thread(target=sandbox.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{sandbox.server_port}"
    with override_settings(LACHAN_GATEWAY_URL=url):
        yield url
    sandbox.shutdown()
    sandbox.server_close()
    thread.join()


def test_a_message_sent_twice_arrives_once(peer: str) -> None:
    message = uuid7()

    first = gateway.send(message=message, phone="0900000613", text="Mã: 123456")
    again = gateway.send(message=message, phone="0900000613", text="Mã: 123456")

    assert first == again
    kept = httpx.get(f"{peer}/messages", params={"to": "0900000613"}).json()
    assert [row["text"] for row in kept] == ["Mã: 123456"]
    assert httpx.get(f"{peer}/messages", params={"to": "0900000614"}).json() == []


def test_a_malformed_message_is_refused(peer: str) -> None:
    assert httpx.post(f"{peer}/messages", json={"to": "1"}).status_code == 400
    assert httpx.get(f"{peer}/elsewhere").status_code == 404


def test_a_gateway_that_is_away_is_said_to_be_down() -> None:
    with (
        override_settings(LACHAN_GATEWAY_URL="http://127.0.0.1:9"),
        pytest.raises(gateway.GatewayDown),
    ):
        gateway.send(message=uuid7(), phone="0900000613", text="x")
