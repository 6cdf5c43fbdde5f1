"""Shopping tickets: the market's rule with its document, sheets to print, one use a day."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.bulk import insert_many
from lachan.core.clock import day_of, now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.ticketcode import new_ticket_code
from lachan.places.models import Place
from lachan.venues.ticket_reading import TicketFacts as TicketFacts
from lachan.venues.ticket_reading import ticket_facts as ticket_facts
from lachan.venues.tickets import Ticket, TicketRule, TicketUse

#: Tickets of one print: 250 sheets of A4.
AT_ONCE = 2_000


def set_rule(
    *, market: Place, mode: str, document: str, by: Principal, a_week: int = 0
) -> TicketRule:
    """From today on tickets are read by this rule; the one before ends today.

    Refused: not_your_place, rule_unknown, days_a_week, document_missing.
    """
    _only_own(market, by)
    if mode not in TicketRule.Mode.values:
        raise Refused("rule_unknown", _("Choose even and odd days, or days a week."))
    if mode == TicketRule.Mode.WEEKLY and not 1 <= a_week <= 7:
        raise Refused("days_a_week", _("Say how many days a week: 1 to 7."))
    if not document.strip():
        raise Refused(
            "document_missing",
            _("Write number and date of the order: without one nobody may be turned away."),
        )
    end_rule(market=market, by=by)
    rule = TicketRule.objects.create(
        organisation=market.organisation_id,
        market=market,
        mode=mode,
        a_week=a_week if mode == TicketRule.Mode.WEEKLY else 0,
        document=document.strip()[:120],
        since=today(),
        made_at=now(),
        made_by=by.account,
    )
    audit.record("tickets.rule_set", target=("place", market.id), by=by, detail={"mode": mode})
    return rule


def end_rule(*, market: Place, by: Principal) -> None:
    """Tickets are no longer asked for."""
    ended = TicketRule.objects.filter(market=market, until=None).update(until=today())
    if ended:
        audit.record("tickets.rule_ended", target=("place", market.id), by=by)


def print_tickets(*, market: Place, count: int, by: Principal, hamlet: str = "") -> list[Ticket]:
    """New tickets with the next numbers.  Refused: not_your_place, tickets_count."""
    _only_own(market, by)
    if not 1 <= count <= AT_ONCE:
        raise Refused("tickets_count", _("Print between 1 and 2,000 tickets at once."))
    found = Ticket.objects.filter(market=market).aggregate(last=Max("number"))["last"]
    last: int = found or 0
    made = [
        Ticket(
            id=uuid7(),
            organisation=market.organisation_id,
            market=market,
            number=last + number,
            code=new_ticket_code(),
            hamlet=" ".join(hamlet.split())[:80],
            made_at=now(),
        )
        for number in range(1, count + 1)
    ]
    insert_many(Ticket, made)
    audit.record("tickets.printed", target=("place", market.id), by=by, detail={"count": count})
    return made


def close_ticket(*, ticket: Ticket, by: Principal) -> None:
    """Lost or given back: it opens no gate any more."""
    if ticket.closed_at is None:
        ticket.closed_at = now()
        ticket.save(update_fields=["closed_at"])
        audit.record("ticket.closed", target=("ticket", ticket.id), by=by)


def use_ticket(
    *, text: str, market: Place, by: Principal, at: datetime | None = None
) -> TicketFacts:
    """Check a ticket at the gate in one scan, and write down that it was used today."""
    moment = at or now()
    facts = ticket_facts(text, market=market, at=moment, typed=True)
    if not facts.may or facts.ticket is None:
        return facts
    try:
        with transaction.atomic():
            TicketUse.objects.create(
                ticket=facts.ticket,
                organisation=market.organisation_id,
                day=day_of(moment),
                at=moment,
                by=by.account,
            )
    except IntegrityError:  # two gates scanned it at once: one of them was first
        return ticket_facts(text, market=market, at=moment, typed=True)
    return facts


def _only_own(market: Place, by: Principal) -> None:
    if market.organisation_id != by.organisation:
        raise Refused(
            "not_your_place", _("This place belongs to another organisation."), status=403
        )
