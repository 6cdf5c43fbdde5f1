"""What a gate may know: whose code was shown, in a short form, and what the rulebook says of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core.blindindex import indexes_of
from lachan.core.clock import today
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.signing import ring
from lachan.credentials import envelope
from lachan.credentials.tokens import TokenRefused, verify
from lachan.formats import qr
from lachan.formats.qr import Recognised
from lachan.gate.orders import order_facts
from lachan.gate.zones import zone_facts
from lachan.notices.selectors import duty_in
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.shape import Decision
from lachan.venues.models import Venue
from lachan.venues.selectors import venues_of

#: Kinds of the QR grammar that hold a document's number.
CARDS = ("cccd", "bhyt", "personal_2021")
TOKENS = ("person_token", "slip_token")


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever stands at the gate, as far as a guard may know: short name and year of birth."""

    person: UUID
    trace_id: UUID
    short_name: str
    birth_year: int | None
    province: int


def recognise(text: str) -> Recognised:
    """What was scanned.  Refused where it is nothing that a person shows at a gate."""
    found = qr.read(text, this_year=today().year)
    if found.kind in (*CARDS, *TOKENS):
        return found
    if found.kind in ("place", "place_2021"):
        raise Refused("place_code", _("This is the code of a place. Scan the person's code."))
    if "input_method_on" in found.problems:
        raise Refused(
            "input_method_on",
            _("The keyboard's Vietnamese typing changed the code. Switch it off and scan again."),
        )
    raise Refused(
        "unknown_code",
        _("This code is not known here. Scan the personal code, the identity or insurance card."),
    )


def guest_of(found: Recognised, at: datetime) -> Guest | None:
    """Whose code it is; None when a card belongs to nobody in the register yet.

    `at`: when it was read; a code that was valid then may be sent later.  Refused: bad_token.
    """
    if found.kind in TOKENS:
        try:
            token = verify(ring(), found.text, at=int(at.timestamp()))
        except TokenRefused as refused:
            raise Refused("bad_token", _token_sentence(refused.code), status=403) from None
        guest = shown(UUID(bytes=token.pseudonym), [])
        if guest is None:
            raise Refused("bad_token", _("Nobody is behind this code any more."), status=403)
        return guest
    number = found.fields.get("number", "")
    if not number:
        raise Refused("masked_card", _("The number on this code is hidden. Ask for another card."))
    return shown(None, indexes_of("document", number))


def colour_of(guest: Guest, at: datetime, place: UUID | None = None) -> tuple[str, Decision]:
    """The colour of the rulebook at the moment of the scan; it is stored nowhere."""
    return rulebook.colour_of(facts_of(guest, at, place), at=at, province=guest.province)


def facts_of(guest: Guest, at: datetime, place: UUID | None = None) -> dict[str, Any]:
    """What the rulebook may know of somebody at a gate of `place`.  The guard reads none of it."""
    declaring = rulebook.is_mandatory("declaration", at=at, province=guest.province)
    facts: dict[str, Any] = {"declaration_mandatory": declaring.outcome == "mandatory"}
    facts |= zone_facts(guest.trace_id, place, at)
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from gate_facts(%s, %s)", [guest.trace_id, at])
        row = cursor.fetchone()
    if row is None:
        return facts
    ordered = order_facts(guest.trace_id, at)
    declared_at, symptoms, contact, outcome, taken_at, told = row
    if declared_at is not None:
        hours = _hours(declared_at, at)
        facts |= {"declaration_age_hours": hours, "symptoms": symptoms, "contact": contact}
    if outcome is not None:
        facts |= {"test_outcome": outcome, "test_age_hours": _hours(taken_at, at)}
    return facts | (duty_in(json.loads(told), at) if told else {}) | ordered


def _hours(since: datetime, at: datetime) -> int:
    return int((at - since).total_seconds() // 3600)


def gate_of(by: Principal, code: str) -> Venue | None:
    """The gate somebody stands at: the one of `code`, else the first of the organisation."""
    own = venues_of(by)
    return own.filter(code=code).first() or own.first()


def short_name(name: str) -> str:
    """`Trần Thị Mai` is `Trần Thị M.` to a guard: enough to compare, too little to spread."""
    words = name.split()
    if len(words) < 2:
        return name
    return " ".join([*words[:-1], f"{words[-1][0]}."])


def shown(trace_id: UUID | None, documents: list[bytes]) -> Guest | None:
    """The guest behind a pseudonym or a document's blind index; None when there is none."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from gate_shown(%s, %s::bytea[])", [trace_id, documents])
        rows = cursor.fetchall()
    if not rows:
        return None
    if len(rows) > 1:
        raise Refused("two_persons", _("This card is on record for two people. Call the station."))
    person, found, sealed, wrapped, birth_year, excluded, _commune, province = rows[0]
    if excluded:
        return Guest(person, found, "", None, province)
    key = envelope.unwrap_key(keyring().key_encryption, bytes(wrapped))
    name = json.loads(envelope.open_sealed(key, bytes(sealed), person.bytes))["name"]
    return Guest(person, found, short_name(name), birth_year, province)


def _token_sentence(code: str) -> str:
    if code == "token_expired":
        return _("This code has expired. Ask the person to renew it, or scan a card.")
    return _("This code was not issued here. Ask for the identity or insurance card.")
