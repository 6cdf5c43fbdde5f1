"""Send a short message through the installation's gateway: an HTTP peer that telephones reach.

The gateway answers a repeated id with the first receipt, so a message may be sent again freely
after a broken connection and reaches the phone once.
"""

from uuid import UUID

import httpx
from django.conf import settings

#: Seconds; a one-time code that takes longer is asked for again by the person.
PATIENCE = 5.0


class GatewayDown(Exception):
    """The gateway did not take the message; it may be sent again with the same id."""


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
