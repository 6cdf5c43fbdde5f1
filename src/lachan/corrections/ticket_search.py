"""A dose that was entered under somebody else: looked for with a reason, shown masked.

Only what the reader sees anyway is searched: the station its commune, the CDC its province.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lachan.core import audit, looks
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.corrections.ticket_models import Ticket
from lachan.corrections.ticket_slips import masked
from lachan.formats.vietnamese import fold
from lachan.people.selectors import PersonCard, card_of, cards_of, indexed_by, same_persons
from lachan.rulebook.selectors import complaints_rule
from lachan.vaccination.models import Dose
from lachan.vaccination.selectors import standing

#: Doses compared, and shown: more has not yet said which is meant.
COMPARED, SHOWN = 200, 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dose that may belong here; of its person initials and year, and what fits: `name`,
    `phone`, `birth`, `lot`, `day`."""

    dose: Dose
    who: str
    fits: tuple[str, ...]


def look_for(*, ticket: Ticket, why: str, by: Principal) -> list[Candidate]:
    """Doses of that vaccine about that day under other people, the likeliest first.

    Every person shown sees the look, and the search stands in the audit log with its reason.
    Refused: search_not_yours, search_needs_reason, claim_needed.
    """
    if not by.has(Role.STATION_OFFICER, Role.DIRECTOR):
        text = _("The station or the CDC looks in other people's books.")
        raise Refused("search_not_yours", text, status=403)
    if not why.strip():
        raise Refused("search_needs_reason", _("Say why you look in other people's books."))
    if not ticket.claimed.get("day") or not ticket.claimed.get("product"):
        raise Refused("claim_needed", _("Say on which day and with which vaccine."))
    mine = card_of(ticket.person_id)
    rows = _doses(ticket, mine)
    cards = cards_of({row.person_id for row in rows})
    found = [
        Candidate(row, masked(cards[row.person_id]), _fits(ticket, row, mine, cards[row.person_id]))
        for row in rows
        if row.person_id in cards and not cards[row.person_id].erased
    ]
    found.sort(key=lambda each: (-len(each.fits), each.dose.given_at))
    shown = found[:SHOWN]
    looks.record_many(persons={each.dose.person_id for each in shown}, what="ticket_search", by=by)
    detail = {"why": why.strip()[:200], "shown": len(shown)}
    audit.record("ticket.searched", target=("ticket", ticket.id), by=by, detail=detail)
    return shown


def _doses(ticket: Ticket, mine: PersonCard | None) -> list[Dose]:
    """Of people who are called the same or share the telephone, and of the lot or the facility on
    that very day: two short lists, never a province's whole day."""
    said = datetime.combine(datetime.fromisoformat(ticket.claimed["day"]).date(), time(0), OFFSET)
    days = timedelta(days=complaints_rule(now(), province=ticket.province).near_days)
    doses = (
        standing()
        .filter(product=ticket.claimed["product"], disease=ticket.disease)
        .exclude(person__in=same_persons(ticket.person_id))
        .select_related("lot")
        .order_by("given_at")
    )
    near = doses.filter(given_at__gte=said - days, given_at__lt=said + days + timedelta(days=1))
    found = {row.id: row for row in near.filter(person__in=_alike(mine))[:COMPARED]}
    that_day = doses.filter(given_at__gte=said, given_at__lt=said + timedelta(days=1))
    found |= {row.id: row for row in that_day.filter(_same_paper(ticket))[:COMPARED]}
    return list(found.values())


def _alike(mine: PersonCard | None) -> list[UUID]:
    if mine is None:
        return []
    asked = [text for text in (mine.name, mine.phone) if text]
    return list({person for text in asked for person in indexed_by(text)[:COMPARED]})


def _same_paper(ticket: Ticket) -> Q:
    found = Q(pk__in=[])
    if lot := ticket.claimed.get("lot"):
        found |= Q(lot__number__iexact=lot) | Q(lot_text__iexact=lot)
    if ticket.organisation:
        found |= Q(organisation=ticket.organisation)
    return found


def _fits(ticket: Ticket, row: Dose, mine: PersonCard | None, other: PersonCard) -> tuple[str, ...]:
    lot = str(ticket.claimed.get("lot", "")).casefold()
    stood = (row.lot.number if row.lot else row.lot_text).casefold()
    facts = {
        "name": mine is not None and fold(mine.name) == fold(other.name),
        "phone": mine is not None and bool(mine.phone) and mine.phone == other.phone,
        "birth": mine is not None and bool(mine.birth) and mine.birth == other.birth,
        "lot": bool(lot) and lot == stood,
        "day": day_of(row.given_at).isoformat() == ticket.claimed["day"],
    }
    return tuple(name for name, holds in facts.items() if holds)
