"""Zones at a gate: the facts for one scan, and the pack with which a gate answers without us."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from lachan.core.signing import signing_key
from lachan.credentials.packs import digest_of, sign_pack
from lachan.venues.models import Venue

#: How long a gate believes a pack; after that it knows of no zone, for one may have been lifted.
#: Source: our own choice, to be confirmed; the page asks for a new one every minute.
PACK_LASTS = timedelta(hours=24)

#: Bytes of a pack's salt: digests of two packs cannot be compared.
SALT = 16


def zone_facts(trace_id: UUID, place: UUID | None, at: datetime) -> dict[str, Any]:
    """What the rulebook may know of zones at that minute; nothing where one may not ask."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from gate_zone(%s, %s, %s)", [trace_id, place, at])
        row = cursor.fetchone()
    if row is None:
        return {}
    here, home, has_pass = row
    facts = {
        "place_in_zone": here is not None,
        "lives_in_zone": home is not None,
        "zone_pass": has_pass,
    }
    since = here or home
    # A pass is a fact only where there is a zone: elsewhere nobody needs one.
    if since is None:
        return {**facts, "zone_pass": False}
    return {**facts, "zone_since": since.isoformat()}


def zone_pack(venue: Venue, at: datetime) -> dict[str, Any]:
    """Zones that hold now or will, for one gate, signed.

    `here`: spans in which this place lies in a zone.  `homes`, `passes`: digest of a pseudonym ->
    spans.  A span is [from, to or null] in seconds since 1970.  `zones`: which zones, by id.
    """
    salt = secrets.token_bytes(SALT)
    here = _rows("gate_pack_places", venue, at)
    homes = _rows("gate_pack", venue, at)
    passes = _rows("gate_pack_passes", venue, at)
    content = {
        "gate": venue.code,
        "made": _seconds(at),
        "until": _seconds(at + PACK_LASTS),
        "salt": salt.hex(),
        "zones": sorted({str(row[0]) for row in (*here, *homes)}),
        "here": [_span(*row[-2:]) for row in here],
        "homes": _by_digest(salt, [row[1:] for row in homes]),
        "passes": _by_digest(salt, passes),
    }
    return sign_pack(signing_key(), content)


def _rows(function: str, venue: Venue, at: datetime) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select * from {function}(%s, %s)", [venue.place_id, at])
        return list(cursor.fetchall())


def _by_digest(salt: bytes, rows: list[tuple[Any, ...]]) -> dict[str, list[list[int | None]]]:
    found: dict[str, list[list[int | None]]] = {}
    for trace_id, from_at, to_at in rows:
        found.setdefault(digest_of(salt, trace_id.bytes), []).append(_span(from_at, to_at))
    return found


def _span(from_at: datetime, to_at: datetime | None) -> list[int | None]:
    return [_seconds(from_at), None if to_at is None else _seconds(to_at)]


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
