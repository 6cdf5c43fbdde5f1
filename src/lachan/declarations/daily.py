"""What comes in by a daily link, without an account: whose day it is, in an initial and a year, and
the report, sealed with the person's own key before it is stored.

No scope is opened here: the database's own functions answer for one code at a time.
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

from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.scope import reference_reading
from lachan.credentials import envelope
from lachan.credentials.secrets import hash_secret
from lachan.rulebook.selectors import TriageRule

#: Pages and reports from one address before it has to wait, and seconds of that wait.  A factory's
#: dormitory stands behind one address, so this stops a flood and nobody else.
MOST_FROM_ONE_ADDRESS = 300
WAIT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's day behind a link: an initial and a year, and nothing else of the person."""

    id: UUID
    who: str
    number: int
    of: int
    reported: bool
    province: int


@dataclass(frozen=True, slots=True)
class Daily:
    """What the public may read behind a code of a day."""

    unit: str
    phone: str
    until: datetime
    open: bool
    people: Sequence[Asked]


def daily_of(code: str, *, asked_from: str = "") -> Daily:
    """The day behind a code.  Refused: unknown_code, too_many."""
    _count(asked_from)
    # Not personal: the function gives what the page says, and nothing else.
    with reference_reading(), connections["default"].cursor() as cursor:
        cursor.execute("select declarations_daily_of(%s)", [hash_secret(code)])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise Refused("unknown_code", _unknown(), status=404)
    found = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    until = parse_datetime(found["until"])
    assert until is not None
    people = [
        Asked(UUID(e["id"]), e["who"], e["number"], e["of"], e["reported"], e["province"])
        for e in found["people"]
    ]
    return Daily(found["unit"], found["phone"], until, found["open"], people)


def report(
    *, id: UUID, code: str, day: UUID, answers: Mapping[str, Any], asked_from: str = ""
) -> bool:
    """Keep one report; give whether it is new.  The same id again is met.

    Refused: unknown_code, closed, full, different_content, too_many.
    """
    _count(asked_from)
    digest = hash_secret(code)
    with reference_reading(), transaction.atomic(using="default"):
        with connections["default"].cursor() as cursor:
            cursor.execute("select * from declarations_daily_key(%s, %s)", [digest, day])
            found = cursor.fetchone()
        if found is None:
            _refuse(_why_not(digest))
            raise Refused("unknown_code", _unknown(), status=404)
        person, wrapped = found
        key = envelope.unwrap_key(keyring().key_encryption, bytes(wrapped))
        text = json.dumps(dict(answers), ensure_ascii=False, sort_keys=True).encode()
        sealed = envelope.seal(key, text, person.bytes)
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "select declarations_daily_report(%s, %s, %s, %s)", [digest, day, id, sealed]
            )
            [answer] = cursor.fetchone()
    _refuse(answer)
    return bool(answer == "taken")


def _why_not(digest: bytes) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("select declarations_daily_of(%s)", [digest])
        row = cursor.fetchone()
    return "unknown_code" if row is None or row[0] is None else "closed"


def is_danger(answers: Mapping[str, Any], rule: TriageRule) -> bool:
    """Whether a daily report has a danger sign of the rule, or its temperature."""
    signs = {code for code, answer in answers.items() if answer == "yes"}
    signs.add(f"breathing_{answers.get('breathing', '')}")
    hot = float(answers.get("temperature") or 0) >= rule.danger_temperature
    return hot or not signs.isdisjoint(rule.danger_signs)


def _unknown() -> str:
    return _("There is no such page. Open the link of today's message.")


def _refuse(answer: str) -> None:
    if answer in {"taken", "again"}:
        return
    refusals = {
        "unknown_code": Refused("unknown_code", _unknown(), status=404),
        "closed": Refused(
            "closed",
            _("This day's page is closed. Open the link of today's message, or call the station."),
            status=409,
        ),
        "full": Refused(
            "full",
            _("Enough reports came today. Call the health station and tell how you are."),
            status=409,
        ),
        "different_content": Refused(
            "different_content",
            _("This report came before. Open the page again and write what is new."),
            status=409,
        ),
    }
    raise refusals[answer]


def _count(address: str) -> None:
    """Stop a flood from one address; the address itself is kept nowhere but in memory."""
    if not address:
        return
    key = f"daily-report:{address}"
    cache.add(key, 0, WAIT_SECONDS)
    try:
        asked = cache.incr(key)
    except ValueError:  # it ended between the two lines
        return
    if asked > MOST_FROM_ONE_ADDRESS:
        raise Refused(
            "too_many",
            _("Many reports came from here. Wait a quarter of an hour, or call the station."),
            status=429,
        )
