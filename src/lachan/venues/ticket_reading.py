"""What a shopping ticket means at a market at a moment, and the sentence the gate says."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from lachan.core.clock import OFFSET, day_of
from lachan.formats.ticketcode import read_ticket_code
from lachan.places.models import Place
from lachan.venues.roll_reading import holding
from lachan.venues.tickets import Ticket, TicketRule, TicketUse


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What is known of a ticket at a moment.  `answer`: may, wrong_day, used_today, week_full,
    closed, unknown, other_market or no_rule; the gate says it in a sentence (`ticket_sentence`)."""

    answer: str
    number: int | None = None
    rule: TicketRule | None = None
    used_at: datetime | None = None
    used_this_week: int = 0
    ticket: Ticket | None = None

    @property
    def may(self) -> bool:
        """Whether the household may shop now."""
        return self.answer == "may"


def ticket_facts(text: str, *, market: Place, at: datetime, typed: bool = False) -> TicketFacts:
    """What a scanned ticket means at a market at a moment; nothing is written."""
    code = read_ticket_code(text, typed=typed)
    ticket = Ticket.objects.filter(code=code).first() if code else None
    if ticket is None:
        return TicketFacts("unknown")
    if ticket.market_id != market.id:
        return TicketFacts("other_market")
    day = day_of(at)
    rule = TicketRule.objects.filter(holding(day), market=market).order_by("-since", "-id").first()
    if ticket.closed_at is not None:
        return TicketFacts("closed", ticket.number, rule)
    if rule is None:
        return TicketFacts("no_rule", ticket.number)
    monday = day - timedelta(days=day.weekday())
    uses = list(
        TicketUse.objects.filter(ticket=ticket, day__gte=monday, day__lte=day).order_by("day")
    )
    used = next((use.at for use in uses if use.day == day), None)
    answer = _answer(rule, ticket.number, day, used is not None, len(uses))
    return TicketFacts(answer, ticket.number, rule, used, len(uses), ticket)


def _answer(rule: TicketRule, number: int, day: date, used: bool, this_week: int) -> str:
    if used:
        return "used_today"
    if rule.mode == TicketRule.Mode.PARITY:
        return "may" if number % 2 == day.day % 2 else "wrong_day"
    return "may" if this_week < rule.a_week else "week_full"


def ticket_sentence(facts: TicketFacts, at: datetime) -> tuple[str, str, str]:
    """(kind of verdict, word, the sentence with its reason) for the gate."""
    document = facts.rule.document if facts.rule else ""
    day, number = day_of(at).day, facts.number
    said = {"n": number, "day": day, "document": document}
    kinds = {"may": "may", "no_rule": "may", "used_today": "not"}
    words = {"may": _("May shop"), "no_rule": _("May shop")}
    sentences = {
        "may": _("May shop today, because ticket %(n)s is for day %(day)s. %(document)s"),
        "no_rule": _("May shop, because no order asks for tickets today."),
        "wrong_day": _(
            "Not today, because ticket %(n)s is for other days, next on %(next)s. %(document)s"
        ),
        "used_today": _("Not again today, because ticket %(n)s was used at %(time)s. %(document)s"),
        "week_full": _(
            "Not this week again, because ticket %(n)s was used on %(used)s days. %(document)s"
        ),
        "closed": _("Not with this ticket, because it was reported lost."),
        "unknown": _("Not a ticket of ours. Ask for the printed ticket."),
        "other_market": _("Not here, because this ticket is for another market."),
    }
    said["time"] = _clock(facts.used_at)
    said["used"] = facts.used_this_week
    said["next"] = _next_day(day_of(at), number or 0).strftime("%d/%m")
    word = words.get(facts.answer, _("May not shop"))
    return kinds.get(facts.answer, "need"), word, (sentences[facts.answer] % said).strip()


def _next_day(day: date, number: int) -> date:
    """The next day of the same parity as the ticket: after the 31st comes another odd day."""
    following = (day + timedelta(days=ahead) for ahead in (1, 2, 3))
    return next(each for each in following if each.day % 2 == number % 2)


def _clock(at: datetime | None) -> str:
    return at.astimezone(OFFSET).strftime("%H:%M") if at else ""
