"""Send a short message through the installation's gateway: an HTTP peer that telephones reach.

The gateway answers a repeated id with the first receipt, so a message may be sent again freely
after a broken connection and reaches the phone once.
"""

from urllib.parse import quote
from uuid import UUID

import httpx
from django.conf import settings

#: Seconds; a one-time code that takes longer is asked for again by the person.
PATIENCE = 5.0

#: HTTP: the gateway knows no such receipt.
NOT_FOUND = 404


class GatewayDown(Exception):
    """The gateway did not take the message; it may be sent again with the same id."""


def delivery_of(receipt: str) -> str:
    """What became of a message the gateway took: "delivered", "undeliverable", or "" while it is on
    its way or the gateway does not know it any more.

    Raises GatewayDown where the gateway cannot be asked.
    """
    try:
        answer = httpx.get(
            f"{settings.LACHAN_GATEWAY_URL}/receipts/{quote(receipt, safe='')}", timeout=PATIENCE
        )
        if answer.status_code == NOT_FOUND:
            return ""
        answer.raise_for_status()
        state = str(answer.json()["state"])
    except (httpx.HTTPError, KeyError, ValueError, TypeError) as problem:
        raise GatewayDown(str(problem)) from problem
    return state if state in {"delivered", "undeliverable"} else ""


def send(*, message: UUID, phone: str, text: str) -> str:
    """Hand one message over; give the gateway's receipt."""
    try:
        answer = httpx.post(
            f"{settings.LACHAN_GATEWAY_URL}/messages",
            json={"id": str(message), "to": phone, "text": text},
            timeout=PATIENCE,
        )
        answer.raise_for_status()
        return str(answer.json()["receipt"])
    except (httpx.HTTPError, KeyError, ValueError) as problem:
        raise GatewayDown(str(problem)) from problem
