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
from lachan.gate.revocations import refuse_void
from lachan.gate.zones import zone_facts
from lachan.notices.selectors import duty_in
from lachan.places.models import Place
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.shape import Decision
from lachan.sampling.selectors import validity_of
from lachan.venues.models import Venue
from lachan.venues.selectors import venues_of

#: Kinds of the QR grammar that hold a document's number.
CARDS = ("cccd", "bhyt", "personal_2021")
#: Gates of one organisation on a page; a larger one is run place by place.
MOST_GATES = 200
TOKENS = ("person_token", "slip_token", "declaration_token")


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever stands at the gate, as far as a guard may know: short name and year of birth.

    `initials` and `sex` (female, male, other or "") are for the look at the face.
    """

    person: UUID
    trace_id: UUID
    short_name: str
    birth_year: int | None
    province: int
    initials: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rulebook says of a guest, and since when this place lies in a zone."""

    colour: str
    decision: Decision
    zone_since: datetime | None


def recognise(text: str) -> Recognised:
    """What was scanned.  Refused where it is nothing that a person shows at a gate."""
    found = qr.read(text, this_year=today().year)
    if found.kind in (*CARDS, *TOKENS):
        return found
    if found.kind in ("place", "place_2021"):
        raise Refused("place_code", _("This is the code of a place. Scan the person's code."))
    if found.kind in qr.NOT_PERSONAL:
        raise Refused(
            "certificate_only",
            _(
                "This code is a vaccination paper or a box, no personal code. Scan the personal"
                " code, the identity or insurance card."
            ),
        )
    if "input_method_on" in found.problems:
        raise _typing_on()
    if not found.text.isascii() and "|" not in found.text:
        raise _typing_on()
    raise Refused(
        "unknown_code",
        _("This code is not known here. Scan the personal code, the identity or insurance card."),
    )


def _typing_on() -> Refused:
    return Refused(
        "input_method_on",
        _(
            "The keyboard's Vietnamese typing changed the code. Switch it off (V to E beside the"
            " clock) and scan again."
        ),
    )


def minutes_ended(found: Recognised, at: datetime) -> int | None:
    """How long a code that we signed had ended when it was read; None while it holds."""
    if found.kind not in TOKENS:
        return None
    try:
        token = verify(ring(), found.text, at=0)
    except TokenRefused:
        return None
    seconds = int(at.timestamp()) - token.expires_at
    return seconds // 60 if seconds >= 0 else None


def guest_of(found: Recognised, at: datetime, *, even_ended: bool = False) -> Guest | None:
    """Whose code it is; None when a card belongs to nobody in the register yet.

    `at`: when it was read; a code that was valid then may be sent later.  `even_ended`: a guard
    without a network has let the person through, whatever the code says.

    Refused: bad_token, code_revoked.
    """
    if found.kind in TOKENS:
        try:
            token = verify(ring(), found.text, at=0 if even_ended else int(at.timestamp()))
        except TokenRefused as refused:
            raise Refused("bad_token", _token_sentence(refused.code), status=403) from None
        refuse_void(token, at)
        guest = shown(UUID(bytes=token.pseudonym), [])
        if guest is None:
            raise Refused("bad_token", _("Nobody is behind this code any more."), status=403)
        return guest
    number = found.fields.get("number", "")
    if not number:
        raise Refused("masked_card", _("The number on this code is hidden. Ask for another card."))
    return shown(None, indexes_of("document", number))


def colour_of(guest: Guest, at: datetime, place: Place) -> tuple[str, Decision]:
    """The colour by the rule of the territory where the code is shown; it is stored nowhere."""
    return rulebook.colour_of(facts_of(guest, at, place), at=at, province=place.province)


def judged(guest: Guest, at: datetime, place: Place) -> Judged:
    """As `colour_of`, with what a guard must know of the place itself."""
    facts = facts_of(guest, at, place)
    colour, decision = rulebook.colour_of(facts, at=at, province=place.province)
    since = facts.get("zone_since") if facts.get("place_in_zone") else None
    return Judged(colour, decision, datetime.fromisoformat(since) if since else None)


def facts_of(guest: Guest, at: datetime, place: Place) -> dict[str, Any]:
    """What the rulebook may know of somebody at a gate of `place`.  The guard reads none of it."""
    declaring = rulebook.is_mandatory("declaration", at=at, province=place.province)
    facts: dict[str, Any] = {"declaration_mandatory": declaring.outcome == "mandatory"}
    facts |= zone_facts(guest.trace_id, place.id, at)
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from gate_facts(%s, %s)", [guest.trace_id, at])
        row = cursor.fetchone()
    if row is None:
        return facts
    ordered = order_facts(guest.trace_id, at)
    declared_at, symptoms, contact, *tested, told = row
    if declared_at is not None:
        hours = _hours(declared_at, at)
        facts |= {"declaration_age_hours": hours, "symptoms": symptoms, "contact": contact}
    return (
        facts | _test_facts(at, *tested) | (duty_in(json.loads(told), at) if told else {}) | ordered
    )


def _test_facts(
    at: datetime,
    outcome: str | None,
    taken_at: datetime | None,
    method: str,
    disease: str,
    province: int,
) -> dict[str, Any]:
    """What a rule may know of the newest test, as on the person's own pass."""
    if outcome is None or taken_at is None:
        return {}
    hours = _hours(taken_at, at)
    facts = {"test_outcome": outcome, "test_age_hours": hours, "test_method": method}
    return facts | validity_of(
        outcome, method, disease=disease, province=province, age_hours=hours, at=at
    )


def _hours(since: datetime, at: datetime) -> int:
    return int((at - since).total_seconds() // 3600)


def gates_of(by: Principal) -> list[Venue]:
    """The gates somebody may stand at: places of kind gate first, then by name."""
    own = venues_of(by)[:MOST_GATES]
    return sorted(own, key=lambda venue: (venue.place.kind != "gate", venue.place.folded))


def gate_of(by: Principal, code: str) -> Venue | None:
    """The gate of a code, where it is one of somebody's own; None where it is not."""
    return venues_of(by).filter(code=code).first()


def short_name(name: str) -> str:
    """`Trần Thị Mai` is `Trần Thị M.` to a guard: enough to compare, too little to spread."""
    words = name.split()
    if len(words) < 2:
        return name
    return " ".join([*words[:-1], f"{words[-1][0]}."])


def initials_of(name: str) -> str:
    """The first letters of a name's words: `T. T. M.`."""
    return " ".join(f"{word[0]}." for word in name.split())


def shown(trace_id: UUID | None, documents: list[bytes]) -> Guest | None:
    """The guest behind a pseudonym or a document's blind index; None when there is none."""
    row = _shown(trace_id, documents)
    if row is None:
        return None
    person, found, sealed, wrapped, birth_year, excluded, _commune, province, sex = row
    if excluded:
        return Guest(person, found, "", None, province)
    name = _name(person, sealed, wrapped)
    short, letters = short_name(name), initials_of(name)
    return Guest(person, found, short, birth_year, province, letters, sex)


def on_paper(trace_id: UUID) -> tuple[UUID, str, int | None]:
    """Person, name and year of birth, for the slip of somebody a guard has just entered."""
    row = _shown(trace_id, [])
    if row is None:
        raise Refused("not_seen", _("This person cannot be opened here."), status=404)
    return row[0], _name(row[0], row[2], row[3]), row[4]


def _shown(trace_id: UUID | None, documents: list[bytes]) -> tuple[Any, ...] | None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from gate_shown(%s, %s::bytea[])", [trace_id, documents])
        rows = cursor.fetchall()
    if not rows:
        return None
    if len(rows) > 1:
        raise Refused("two_persons", _("This card is on record for two people. Call the station."))
    return tuple(rows[0])


def _name(person: UUID, sealed: bytes, wrapped: bytes) -> str:
    key = envelope.unwrap_key(keyring().key_encryption, bytes(wrapped))
    return str(json.loads(envelope.open_sealed(key, bytes(sealed), person.bytes))["name"])


def _token_sentence(code: str) -> str:
    if code == "token_expired":
        return _("This code has expired. Ask the person to renew it, or scan a card.")
    return _("This code was not issued here. Ask for the identity or insurance card.")
