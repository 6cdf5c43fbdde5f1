"""The signed pack with which a gate judges for seven days without a network.

It holds what the rulebook of the gate's province says and will say in those days, zones, passes,
duties and revoked codes.  People are in it as salted digests: only who shows a code is found.
"""

import json
import re
import secrets
import time
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _

from lachan.core.signing import public_points, signing_key
from lachan.credentials.packs import digest_of, sign_pack
from lachan.gate.revocations import LASTS, LONGEST
from lachan.gate.services import ADMITTED, KINDS
from lachan.notices.selectors import duty_in
from lachan.rulebook import selectors as rulebook
from lachan.venues.models import Venue

#: How long a gate judges by a pack; after that it keeps scans and judges nobody.
#: Source: issue 5, "works with no network for seven days".
PACK_LASTS = timedelta(days=7)

#: A pack older than this says so at every verdict: a zone or an order of today is not in it.
#: Source: our own choice, to be confirmed by a health officer; a zone is decided within a day.
PACK_WARNS = timedelta(hours=24)

#: The colour where the fact that decides is one a device cannot know (a declaration, a result).
#: Neutral lets in and says so: nobody is kept out because a cable is broken.
#: Source: our own choice, to be confirmed by a health officer.
UNKNOWN_IS = "neutral"

#: A gate that has a pack of the same content is told "unchanged" until it is this old.
RENEWED = timedelta(minutes=15)

#: So long a province's part of the state is believed without reading it again.
BELIEVED = timedelta(seconds=20)

#: Bytes of a pack's salt: digests of two packs cannot be compared.
SALT = 16

_TERM = re.compile(r"\{\w+:(\w+)\}")


def gate_pack(venue: Venue, at: datetime) -> dict[str, Any]:
    """The pack of one gate at a moment, signed.

    Times are seconds since 1970, a span is [from, to or null].  `serial`: counts up with time, so
    that nobody plays an older pack to a device; `rules`: the card colour's versions with clauses
    and guard's sentences; `mandatory`: spans in which declaring binds; `here`: spans in which this
    place lies in a zone; `homes`, `passes`: digest -> spans; `duties`: digest -> [from, to, duty,
    until] in order of weight; `revoked`: digest -> second of the report; `zones`: ids.
    """
    salt = secrets.token_bytes(SALT)
    here, known = _rows("gate_pack_places", venue, at), _of_province(venue, at)
    content = {
        "gate": venue.code,
        "serial": int(at.timestamp() * 1000),
        "made": _seconds(at),
        "until": _seconds(at + PACK_LASTS),
        "warn_after": int(PACK_WARNS.total_seconds()),
        "state": _state(here, _digest(known)),
        "salt": salt.hex(),
        "zones": sorted({str(row[0]) for row in (*here, *known["homes"])}),
        "here": [_span(*row[-2:]) for row in here],
        "homes": _by_digest(salt, [(row[1], _span(*row[2:])) for row in known["homes"]]),
        "passes": _by_digest(salt, [(row[0], _span(*row[1:])) for row in known["passes"]]),
        "duties": _by_digest(salt, _duties(known["duties"], at)),
        "revoked": {
            digest_of(salt, trace_id.bytes): _seconds(reported)
            for trace_id, reported in known["revoked"]
        },
        **_judging(venue, at),
    }
    return sign_pack(signing_key(), content)


def state_of(venue: Venue, at: datetime) -> str:
    """A short digest of everything in the pack that may change from one minute to the next.

    What is the same for a whole province is believed for `BELIEVED`: its gates ask all at once.
    """
    key = (connections["default"].settings_dict["NAME"], venue.place.province)
    until, whole = _believed.get(key, (0.0, ""))
    if time.monotonic() >= until:
        whole = _digest(_of_province(venue, at))
        _believed[key] = time.monotonic() + BELIEVED.total_seconds(), whole
    return _state(_rows("gate_pack_places", venue, at), whole)


#: database and province -> (until when believed, digest of what its gates share).
_believed: dict[tuple[object, int], tuple[float, str]] = {}


def forget() -> None:
    """Read every province anew at the next question."""
    _believed.clear()


def _judging(venue: Venue, at: datetime) -> dict[str, Any]:
    """The part of a pack that is the same for every person."""
    return {
        "rules": _rules(venue.place.province, at),
        "mandatory": [
            _span(since, until)
            for since, until, row in rulebook.versions_between(
                "mandatory",
                start=at,
                end=at + PACK_LASTS,
                province=venue.place.province,
                name="declaration",
            )
            if row.body["document"]
        ],
        "kinds": KINDS,
        "admitted": sorted(ADMITTED),
        "unknown_is": UNKNOWN_IS,
        "unseen": _in_both_languages(_unseen),
        "lasts": {kind: int(span.total_seconds()) for kind, span in LASTS.items()},
        "longest": int(LONGEST.total_seconds()),
        "keys": _points(),
    }


def _of_province(venue: Venue, at: datetime) -> dict[str, list[tuple[Any, ...]]]:
    """What every gate of the province has in its pack."""
    return {
        "homes": _rows("gate_pack", venue, at),
        "passes": _rows("gate_pack_passes", venue, at),
        "duties": _rows("gate_pack_duties", venue, at),
        "revoked": _rows("gate_pack_revoked", venue, at - LONGEST),
        "rules": [
            (since, until, row.id)
            for since, until, row in _colours(venue.place.province, at)
            if until > at
        ],
    }


def _digest(shared: Mapping[str, list[tuple[Any, ...]]]) -> str:
    # The edges of the week move with the clock; which versions it holds does not.
    rules = [str(row[2]) for row in shared["rules"]]
    rest = {name: sorted(map(str, rows)) for name, rows in shared.items() if name != "rules"}
    return sha256(json.dumps([rules, rest], sort_keys=True).encode()).hexdigest()


def _state(here: list[tuple[Any, ...]], shared: str) -> str:
    return sha256(json.dumps([sorted(map(str, here)), shared]).encode()).hexdigest()[:24]


def _colours(province: int, at: datetime) -> list[tuple[datetime, datetime, Any]]:
    return rulebook.versions_between(
        "card_colour", start=at, end=at + PACK_LASTS, province=province
    )


def _rules(province: int, at: datetime) -> list[dict[str, Any]]:
    terms = rulebook.terms()
    found = []
    for since, until, row in _colours(province, at):
        texts = rulebook.guard_texts(row)
        used = {
            name
            for text in texts.values()
            for said in text.values()
            for name in _TERM.findall(said)
        }
        found.append(
            {
                "from": _seconds(since),
                "to": _seconds(until),
                "id": str(row.id),
                "version": row.version,
                "clauses": row.body["clauses"],
                "sentences": texts,
                "terms": {name: terms[name] for name in used & terms.keys()},
            }
        )
    return found


def _duties(rows: Iterable[tuple[Any, ...]], at: datetime) -> list[tuple[Any, list[Any]]]:
    """(pseudonym, [from, to, duty, until]) in order of weight: an order before what was told."""
    found: list[tuple[Any, list[Any]]] = []
    for trace_id, _rank, duty, from_at, to_at, told in rows:
        if told is not None:
            values = duty_in(told if isinstance(told, dict) else json.loads(told), at)
            if not values:
                continue
            duty, to_at = values["duty"], datetime.fromisoformat(values["duty_until"])
        span = _span(from_at or at, to_at)
        found.append((trace_id, [0 if from_at is None else span[0], span[1], duty]))
    return found


def _unseen() -> str:
    return _("No network: the declaration could not be seen. Let in by the house rules.")


def _in_both_languages(say: Any) -> dict[str, str]:
    said = {}
    for language in ("vi", "en"):
        with translation.override(language):
            said[language] = str(say())
    return said


def _points() -> dict[str, str]:
    return {str(key): b64encode(point).decode() for key, point in public_points().items()}


def _rows(function: str, venue: Venue, at: datetime) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select * from {function}(%s, %s)", [venue.place_id, at])
        return list(cursor.fetchall())


def _by_digest(salt: bytes, rows: Iterable[tuple[Any, list[Any]]]) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    for trace_id, span in rows:
        found.setdefault(digest_of(salt, trace_id.bytes), []).append(span)
    return found


def _span(from_at: datetime, to_at: datetime | None) -> list[int | None]:
    return [_seconds(from_at), None if to_at is None else _seconds(to_at)]


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
