"""One scan answers everything: who, whether they may come in and why, and the row in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.core import audit, looks
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.qr import Recognised
from lachan.gate import selectors
from lachan.gate.selectors import Guest, Judged
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.people.services import register_person
from lachan.rulebook import selectors as rulebook
from lachan.venues.models import Venue
from lachan.venues.selectors import at_the_door
from lachan.venues.services import flag, record_scan

#: Colours of the rulebook -> kinds of the verdict sheet.  The kind is shape and word; a colour
#: that the rulebook invents later asks for a human, it never lets in.
KINDS = {"green": "may", "neutral": "may", "yellow": "need", "red": "not"}

#: A card that does not fit its bearer left the moment it came: the visit has to end somewhere.
AT_ONCE = timedelta(seconds=1)

#: Yellow, and yet admitted: who watches his own health is reminded, not kept out.
ADMITTED = frozenset({"monitoring"})


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a device sends: its own number for the scan, the text it read, which way, and when.

    `passed`: without a network the guard let the person through already; that is a fact.
    `offset_ms`: milliseconds the device believes our clock to be ahead of its own.
    """

    id: UUID
    text: str
    direction: str
    at: datetime
    device_at: datetime
    passed: bool = False
    offset_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard learns.  `kind`: may, need or not; `recorded`: the visit is in the ledger.

    `initials` and `sex` are for the look at the face; `zone_since`: this place lies in a zone.
    """

    kind: str
    word: str
    why: str
    recorded: bool
    name: str = ""
    year: int | None = None
    rule: str = ""
    code: str = "recorded"
    unknown_card: bool = False
    initials: str = ""
    sex: str = ""
    zone_since: datetime | None = None


def scan(*, scanned: Scanned, venue: Venue, source: str, by: Principal) -> Verdict:
    """Answer a scan at `venue` and record it, unless the person may not come in now.

    Whoever is turned away was not inside: no visit is made of it.  A way out is always recorded.
    Refused: the codes of `selectors.recognise` and `venues.services.record_scan`.
    """
    found = selectors.recognise(scanned.text)
    # An ended code is refused; where somebody was let through with it, that is a fact and a flag.
    ended = selectors.minutes_ended(found, scanned.at) if scanned.passed else None
    guest = selectors.guest_of(found, scanned.at, even_ended=ended is not None)
    if guest is None:
        return _nobody_yet(found)
    looks.record(person=guest.person, what="gate_scan", by=by)
    verdict = pass_through(scanned=scanned, guest=guest, venue=venue, source=source, by=by)
    if ended is not None:
        _flag_ended(scanned, guest, venue, ended, by)
    return verdict


def pass_through(
    *, scanned: Scanned, guest: Guest, venue: Venue, source: str, by: Principal
) -> Verdict:
    """The verdict on a known guest, and the row."""
    if scanned.direction == "out":
        verdict = Verdict(
            "may", _("Goodbye"), _("The way out is recorded."), True, guest.short_name
        )
    else:
        verdict = _judged(guest, selectors.judged(guest, scanned.at, venue.place))
        if verdict.recorded and not scanned.passed:
            verdict = _at_the_door(verdict, venue)
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
            offset_ms=scanned.offset_ms,
            offline=scanned.passed,
        )
    return verdict


def does_not_fit(*, scanned: Scanned, venue: Venue, source: str, by: Principal) -> Verdict:
    """The guard says that the code is not that of the person before him: nobody came in.

    The ledger keeps what it holds; a way out right after the way in ends the visit.
    Refused: the codes of `selectors.guest_of`, and `not_registered`.
    """
    guest = selectors.guest_of(selectors.recognise(scanned.text), scanned.at)
    if guest is None:
        raise Refused("not_registered", _("Nobody is entered under this card yet."), status=404)
    record_scan(
        id=uuid5(scanned.id, "does_not_fit"),
        venue=venue,
        trace_id=guest.trace_id,
        direction="out",
        at=scanned.at + AT_ONCE,
        device_at=scanned.device_at + AT_ONCE,
        source=source,
        by=by,
    )
    audit.record(
        "gate.does_not_fit",
        target=("person", guest.person),
        by=by,
        detail={"scan": str(scanned.id), "place": str(venue.place_id)},
    )
    _ask_about(scanned, guest, venue, by)
    return Verdict(
        kind="not",
        word=_word("not"),
        why=_(
            "Because the code belongs to somebody else. Ask the person for the own card,"
            " or enter the person without a code."
        ),
        recorded=False,
        code="does_not_fit",
    )


def _ask_about(scanned: Scanned, guest: Guest, venue: Venue, by: Principal) -> None:
    """Ask the health unit about a borrowed code; where no rule asks, the event above is enough."""
    try:
        flag(
            finding="borrowed",
            venue=venue,
            trace_id=guest.trace_id,
            at=scanned.at,
            by=by,
            scan=scanned.id,
        )
    except Refused as refused:
        if refused.code != "no_rule_in_force":
            raise


def _flag_ended(scanned: Scanned, guest: Guest, venue: Venue, ended: int, by: Principal) -> None:
    flag(
        finding="replay_ended",
        venue=venue,
        trace_id=guest.trace_id,
        at=scanned.at,
        scan=scanned.id,
        values={"minutes": ended},
        by=by,
    )


def enter_person(*, given: Mapping[str, Any], by: Principal) -> Person:
    """Enter somebody without a code from the gate's form.  Refused: the codes of the register."""
    documents = {given["kind"]: given["document"]} if given.get("document") else {}
    return register_person(
        full_name=given["full_name"],
        birth=given["birth"],
        sex=given["sex"],
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


def _judged(guest: Guest, judged: Judged) -> Verdict:
    decision = judged.decision
    kind = "may" if decision.outcome in ADMITTED else KINDS.get(judged.colour, "need")
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
        initials=guest.initials,
        sex=guest.sex,
        zone_since=judged.zone_since,
    )


def _at_the_door(verdict: Verdict, venue: Venue) -> Verdict:
    """The same verdict, unless the place itself takes nobody in now: full, suspended, not open."""
    decision = at_the_door(venue.place)
    if decision is None:
        return verdict
    full = decision.outcome == "full"
    return replace(
        verdict,
        kind="need" if full else "not",
        word=_("Full: wait at the door") if full else _word("not"),
        why=rulebook.render(decision, (get_language() or "vi")[:2]),
        recorded=False,
        code=f"place_{decision.outcome}",
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
        initials=selectors.initials_of(found.fields.get("name", "")),
        sex=found.fields.get("sex", ""),
        code="not_registered",
        unknown_card=True,
    )


def _year(birth: str) -> int | None:
    return int(birth[:4]) if birth[:4].isdecimal() else None
