"""A citizen's pass: what the rulebook says now, and a code that a gate reads."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import zxingcpp
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.signing import signing_key
from lachan.credentials.tokens import issue
from lachan.declarations import selectors as declarations
from lachan.gate.authority import checked
from lachan.gate.orders import order_facts
from lachan.gate.revocations import CODE_LASTS, good_end
from lachan.gate.revocations import SLIP_LASTS as SLIP_LASTS
from lachan.gate.services import ADMITTED, KINDS
from lachan.gate.zones import zone_facts
from lachan.notices.selectors import duty_of
from lachan.people.selectors import PersonCard, trace_ids_of
from lachan.rulebook import selectors as rulebook
from lachan.sampling import selectors as sampling
from lachan.ui import wording

#: The page asks for a new code before the old one ends.
RENEWED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pass:
    """The verdict with its reason, and the code; `kind` may, need or not."""

    kind: str
    why: str
    asof: str
    code: str
    until: datetime


def pass_of(card: PersonCard) -> Pass:
    """The pass of one person at this moment.  Nothing of it is stored."""
    at = now()
    colour, decision = rulebook.colour_of(facts_of(card, at), at=at, province=card.province)
    kind = "may" if decision.outcome in ADMITTED else KINDS.get(colour, "need")
    said = rulebook.render(decision, (get_language() or "vi")[:2])
    until = at + CODE_LASTS
    return Pass(
        kind,
        _("%(word)s, because: %(why)s") % {"word": _word(kind), "why": said},
        _("Rule version %(version)s · judged at %(at)s")
        % {"version": decision.version, "at": wording.clock(at)},
        image_of(token_of(card.person, "person", until)),
        until,
    )


def facts_of(card: PersonCard, at: datetime) -> dict[str, Any]:
    """What the rulebook may know of a person who reads the own pass."""
    declaring = declarations.duty_to_declare(at=at, province=card.province)
    trace_id = trace_ids_of([card.person])[card.person]
    return (
        {"declaration_mandatory": declaring.outcome == "mandatory"}
        | declarations.facts_of(card.person, at)
        | sampling.facts_of(card.person, at)
        | duty_of(card.person, at)
        | order_facts(trace_id, at)
        | zone_facts(trace_id, None, at)
    )


def token_of(person: UUID, kind: str, until: datetime) -> str:
    """The signed text of a code: a pseudonym and its end, no name and no number."""
    return token_for(trace_ids_of([person])[person], kind, until)


def token_for(trace_id: UUID, kind: str, until: datetime) -> str:
    """The same, of a pseudonym."""
    ends = good_end(trace_id, kind, int(until.timestamp()))
    code = issue(signing_key(), kind=kind, pseudonym=trace_id.bytes, expires_at=ends)
    # Now, while one person looks at his pass: at rush hour the gate has no time for it.
    checked(code)
    return code


def code_svg(text: str) -> str:
    """A QR code at level M: 140 signs still scan from a print of 5 cm."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(barcode.to_svg(add_quiet_zones=False))


def image_of(text: str) -> str:
    """The code as the address of a picture, which the security policy allows."""
    return "data:image/svg+xml;base64," + b64encode(code_svg(text).encode()).decode()


def _word(kind: str) -> str:
    return {"may": _("May enter"), "need": _("One more step"), "not": _("May not enter yet")}[kind]
