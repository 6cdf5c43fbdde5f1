"""Messages leave through a real gateway: once for a telephone, whoever shares it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
from django.test import override_settings

from lachan.config.commands.gateway import server
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.notices import services
from lachan.notices.models import Notice
from lachan.notices.services import draft
from lachan.rulebook.services import load_shipped_rules
from tests.factories.people import person

SHARED = "0900000777"


@contextmanager
def served() -> Iterator[str]:
    """The sandbox gateway, reached as in production."""
    peer = server(0)
    thread = Thread(target=peer.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{peer.server_port}"
    with override_settings(LACHAN_GATEWAY_URL=url):
        yield url
    peer.shutdown()
    peer.server_close()
    thread.join()


@pytest.fixture
def gateway() -> Iterator[str]:
    """The gateway of one test."""
    with served() as url:
        yield url


def messages(gateway: str) -> list[dict[str, str]]:
    """What reached telephones."""
    found: list[dict[str, str]] = httpx.get(f"{gateway}/messages").json()
    return found


def approved(count: int, phone: str, *, until: str = "2026-12-01") -> list[Notice]:
    """Messages a human approved, to people who share one telephone."""
    rows = []
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        for number in range(count):
            someone = person(f"Công nhân {number}", phones=[phone])
            values = {"reference": f"TX-{number:03}", "duty": "self_monitoring", "until": until}
            row = draft(person=someone, kind="contact_duty", values=values, reason=uuid7(), by=by)
            row.state, row.approved_at, row.approved_by = "approved", now(), uuid7()
            row.save()
            rows.append(row)
    return rows


def test_thirty_on_one_telephone_get_one_message(gateway: str) -> None:
    rows = approved(30, SHARED)
    with system_scope("test") as by:
        assert services.send_approved(by=by) == 30
    with system_scope("test"):
        sent = Notice.objects.filter(pk__in=[row.id for row in rows])

        assert {row.state for row in sent} == {"sent"}
        assert len({row.receipt for row in sent}) == 1
    [message] = messages(gateway)
    assert all(f"TX-{number:03}" in message["text"] for number in range(30))
    assert "Công nhân" not in message["text"]


def test_who_is_told_something_else_gets_a_message_of_his_own(gateway: str) -> None:
    approved(2, "0900000778")
    approved(1, "0900000778", until="2026-12-05")
    approved(1, "0900000779")
    with system_scope("test") as by:
        assert services.send_approved(by=by) == 4

    assert len(messages(gateway)) == 3


def test_a_gateway_that_is_away_leaves_all_of_them_waiting() -> None:
    rows = approved(3, "0900000780")
    with override_settings(LACHAN_GATEWAY_URL="http://127.0.0.1:9"), system_scope("test") as by:
        assert services.send_approved(by=by) == 0
        waiting = Notice.objects.filter(pk__in=[row.id for row in rows], state="approved")

        assert waiting.count() == 3
