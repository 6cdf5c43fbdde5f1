"""One scan answers everything: who, whether they may come in and why, and the row in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.core import looks
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.qr import Recognised
from lachan.gate import selectors
from lachan.gate.selectors import Guest
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.people.services import register_person
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.shape import Decision
from lachan.venues.models import Venue
from lachan.venues.services import record_scan

#: Colours of the rulebook -> kinds of the verdict sheet.  The kind is shape and word; a colour
#: that the rulebook invents later asks for a human, it never lets in.
KINDS = {"green": "may", "neutral": "may", "yellow": "need", "red": "not"}

#: Yellow, and yet admitted: who watches his own health is reminded, not kept out.
ADMITTED = frozenset({"monitoring"})


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a device sends: its own number for the scan, the text it read, which way, and when.

    `passed`: without a network the guard let the person through already; that is a fact.
    """

    id: UUID
    text: str
    direction: str
    at: datetime
    device_at: datetime
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard learns.  `kind`: may, need or not; `recorded`: the visit is in the ledger."""

    kind: str
    word: str
    why: str
    recorded: bool
    name: str = ""
    year: int | None = None
    rule: str = ""
    code: str = "recorded"
    unknown_card: bool = False


def scan(*, scanned: Scanned, venue: Venue, source: str, by: Principal) -> Verdict:
    """Answer a scan at `venue` and record it, unless the person may not come in now.

    Whoever is turned away was not inside: no visit is made of it.  A way out is always recorded.
    Refused: the codes of `selectors.recognise` and `venues.services.record_scan`.
    """
    found = selectors.recognise(scanned.text)
    guest = selectors.guest_of(found, scanned.at)
    if guest is None:
        return _nobody_yet(found)
    looks.record(person=guest.person, what="gate_scan", by=by)
    return pass_through(scanned=scanned, guest=guest, venue=venue, source=source, by=by)


def pass_through(
    *, scanned: Scanned, guest: Guest, venue: Venue, source: str, by: Principal
) -> Verdict:
    """The verdict on a known guest, and the row."""
    if scanned.direction == "out":
        verdict = Verdict(
            "may", _("Goodbye"), _("The way out is recorded."), True, guest.short_name
        )
    else:
        verdict = _judged(guest, *selectors.colour_of(guest, scanned.at, venue.place_id))
    if verdict.recorded or scanned.passed:
        record_scan(
            id=scanned.id,
            venue=venue,
            trace_id=guest.trace_id,
            direction=scanned.direction,
            at=scanned.at,
            device_at=scanned.device_at,
            source=source,
            by=by,
        )
    return verdict


def enter_person(*, given: Mapping[str, Any], by: Principal) -> Person:
    """Enter somebody without a code from the gate's form.  Refused: the codes of the register."""
    documents = {given["kind"]: given["document"]} if given.get("document") else {}
    return register_person(
        full_name=given["full_name"],
        birth=str(given["birth_year"]),
        phones=[given["phone"]] if given.get("phone") else [],
        documents=documents,
        stay=given["stay"],
        by=by,
    )


def guest_entered(person: Person) -> Guest:
    """Somebody a guard has just entered, as a guest."""
    trace_id = trace_ids_of([person.id]).get(person.id)
    if trace_id is None:
        raise Refused("not_seen", _("This person cannot be opened here."), status=404)
    guest = selectors.shown(trace_id, [])
    if guest is None:
        raise Refused("not_seen", _("This person cannot be opened here."), status=404)
    return guest


def _judged(guest: Guest, colour: str, decision: Decision) -> Verdict:
    admitted = decision.outcome in ADMITTED
    kind = "may" if admitted else KINDS.get(colour, "need")
    language = (get_language() or "vi")[:2]
    said = rulebook.render(decision, language, audience="guard")
    return Verdict(
        kind=kind,
        word=_word(kind),
        why=said,
        recorded=kind == "may",
        name=guest.short_name,
        year=guest.birth_year,
        rule=str(decision.version),
        code="recorded" if kind == "may" else f"verdict_{kind}",
    )


def _word(kind: str) -> str:
    return {"may": _("May enter"), "need": _("One more step"), "not": _("May not enter yet")}[kind]


def _nobody_yet(found: Recognised) -> Verdict:
    return Verdict(
        kind="need",
        word=_word("need"),
        why=_("Because this card is not in the register yet. Enter the person, it takes a minute."),
        recorded=False,
        name=selectors.short_name(found.fields.get("name", "")),
        year=_year(found.fields.get("birth", "")),
        code="not_registered",
        unknown_card=True,
    )


def _year(birth: str) -> int | None:
    return int(birth[:4]) if birth[:4].isdecimal() else None
