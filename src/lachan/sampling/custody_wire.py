"""Scans that a page kept until the network was there: each with its own number and time."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.utils.translation import gettext as _

from lachan.core.guard import SignedInRequest
from lachan.core.refusals import Refused
from lachan.core.scope import scoped

#: Scans of one upload; a page sends the rest afterwards.
MOST_SCANS = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """One scan.  `yes`: the answer to what the scan before had asked."""

    id: UUID
    code: str
    at: datetime | None
    yes: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What became of it: may, need or not; words; `ask`: what a yes would do."""

    kind: str
    text: str
    ask: str = ""


def read_scans(body: bytes) -> list[Sent]:
    """The scans of an upload.  Refused: scans_malformed."""
    try:
        rows = json.loads(body)["scans"]
        if not isinstance(rows, list) or len(rows) > MOST_SCANS:
            raise ValueError("too many")
        return [_sent(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(
            "scans_malformed", _("These scans cannot be read. Reload the page.")
        ) from None


def _sent(row: dict[str, Any]) -> Sent:
    code = str(row["code"]).strip()
    if not 1 <= len(code) <= 40:
        raise ValueError("no code of a tube")
    at = datetime.fromisoformat(str(row["at"]))
    if at.tzinfo is None:
        raise ValueError("no offset")
    return Sent(UUID(str(row["id"])), code, at, row.get("yes") is True)


def answer_scans(
    request: SignedInRequest,
    purpose: str,
    one: Callable[[Sent], Said],
    asks: dict[str, str],
    inside: Callable[[], int],
) -> JsonResponse:
    """Do each scan by itself and say what became of it; a refused one undoes no other.

    `asks`: refusals that a yes overcomes, with the words of the yes.
    """
    answers = []
    for sent in read_scans(request.body):
        try:
            with scoped(request.principal, purpose):
                said = one(sent)
        except Refused as refused:
            ask = asks.get(refused.code, "")
            said = Said("need" if ask else "not", refused.message, ask)
        answers.append(
            {
                "id": str(sent.id),
                "code": sent.code,
                "kind": said.kind,
                "text": said.text,
                "ask": said.ask,
            }
        )
    return JsonResponse({"scans": answers, "inside": inside()})
