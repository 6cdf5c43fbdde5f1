"""What comes in without an account: read the opening behind a code, hand in rows, see nothing.

No scope is opened here: the database's own functions answer for one code at a time, and a row that
was taken is sealed under a fresh key that its sender cannot read back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connections, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lachan.core.blindindex import index_of, indexes_of
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.scope import reference_reading
from lachan.credentials import envelope
from lachan.credentials.secrets import hash_secret, plain_slip_code

#: The name space of a submission's digest among the blind indexes.
_DIGEST = "submission"

#: Rows from one address before it has to wait, and seconds of that wait.  A whole factory may stand
#: behind one address, so this stops a flood and nobody else.
MOST_FROM_ONE_ADDRESS = 200
WAIT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Called:
    """A place of a public call, as it is published."""

    id: UUID
    name: str
    start: datetime
    end: datetime
    commune: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What the public may read behind a code: who asks, until when, and for a call where.

    `left` is how many rows an invitation still takes.  `disease` is "" unless the approver named
    it.  No person is in it.
    """

    unit: str
    phone: str
    until: datetime
    open: bool
    left: int = 0
    disease: str = ""
    places: Sequence[Called] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the public page hands it in.  `fields` are sealed; nothing else tells who."""

    id: UUID
    fields: Mapping[str, Any]
    place: UUID | None = None
    near: str = "unknown"


def invitation_of(code: str) -> Opening:
    """The invitation behind a code.  Refused: unknown_code."""
    found = _ask("select tracing_invitation_of(%s)", hash_secret(plain_slip_code(code)))
    return Opening(
        unit=found["unit"],
        phone=found["phone"],
        until=_moment(found["until"]),
        open=found["open"],
        left=found["left"],
    )


def call_of(code: str) -> Opening:
    """The approved public call behind a code.  Refused: unknown_code."""
    found = _ask("select tracing_call_of(%s)", plain_slip_code(code))
    places = [
        Called(
            id=UUID(place["id"]),
            name=place["name"],
            start=_moment(place["from"]),
            end=_moment(place["to"]),
            commune=place["commune"],
        )
        for place in found["places"] or ()
    ]
    return Opening(
        unit=found["unit"],
        phone=found["phone"],
        until=_moment(found["until"]),
        open=found["open"],
        disease=found["disease"],
        places=places,
    )


def _ask(statement: str, code: bytes | str) -> dict[str, Any]:
    # Not personal: the functions give what is printed on the notice, and nothing else.
    with reference_reading(), connections["default"].cursor() as cursor:
        cursor.execute(statement, [code])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise Refused(
            "unknown_code",
            _("There is no such page. Look at the code again."),
            status=404,
        )
    found: dict[str, Any] = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    return found


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found


def hand_in(
    rows: Sequence[Row], *, invitation: str = "", call: str = "", asked_from: str = ""
) -> int:
    """Take rows for an invitation or a call, all or none; give how many are new.

    A row sent again is met; the same id with other content is refused.  Refused: unknown_code,
    closed, full, different_content, too_long, too_many.
    """
    _count(asked_from, len(rows))
    with reference_reading(), transaction.atomic(using="default"):
        answers = [_hand_in(row, invitation, call) for row in rows]
        for answer in answers:
            _refuse(answer)
    return answers.count("taken")


def _hand_in(row: Row, invitation: str, call: str) -> str:
    text = json.dumps(row.fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    content = "\0".join((text, str(row.place or ""), row.near))
    ring = keyring()
    version = ring.sealing_version
    key = envelope.new_key()
    values = {
        "invitation": hash_secret(plain_slip_code(invitation)).hex() if invitation else None,
        "call": plain_slip_code(call) if call else None,
        "id": str(row.id),
        "place": str(row.place) if row.place else None,
        "near": row.near,
        "sealed": envelope.seal(key, text.encode(), row.id.bytes).hex(),
        "key": envelope.wrap_key(ring.key_encryption[version], version, key).hex(),
        "key_version": version,
        "digest": index_of(_DIGEST, content).hex(),
        "known": [each.hex() for each in indexes_of(_DIGEST, content)],
    }
    with connections["default"].cursor() as cursor:
        cursor.execute("select tracing_hand_in(%s)", [json.dumps(values)])
        answered = cursor.fetchone()
    return str(answered[0])


def _refuse(answer: str) -> None:
    if answer in {"taken", "again"}:
        return
    refusals = {
        "unknown_code": Refused(
            "unknown_code", _("There is no such page. Look at the code again."), status=404
        ),
        "closed": Refused(
            "closed",
            _("This page is closed. Call the number on it: your answer still counts."),
            status=409,
        ),
        "full": Refused(
            "full",
            _("This page takes no more rows. Call the number on it: your answer still counts."),
            status=409,
        ),
        "different_content": Refused(
            "different_content",
            _("This row came before with other words. Open the page again and write what is new."),
            status=409,
        ),
        "too_long": Refused(
            "too_long",
            _("This is too long. Write the most important, and tell the rest by phone."),
        ),
    }
    raise refusals[answer]


def _count(address: str, rows: int) -> None:
    """Stop a flood from one address; the address itself is kept nowhere but in memory."""
    if not address:
        return
    key = f"tracing-hand-in:{address}"
    cache.add(key, 0, WAIT_SECONDS)
    try:
        sent = cache.incr(key, rows)
    except ValueError:  # it ended between the two lines
        return
    if sent > MOST_FROM_ONE_ADDRESS:
        raise Refused(
            "too_many",
            _("Many answers came from here. Wait a quarter of an hour, or call the number."),
            status=429,
        )
