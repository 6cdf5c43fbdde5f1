"""The slip of a complaint: number and code with which its state is read without an account.

What it opens has no role and is closed again with the answer, so that no other page lets it in.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connections, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lachan.core import audit, looks
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import close_session, open_session, reference_reading, scoped
from lachan.core.sealing import open_sealed
from lachan.corrections.ticket_models import Ticket
from lachan.credentials.secrets import hash_secret, plain_slip_code
from lachan.people.selectors import PersonCard, card_of
from lachan.rulebook.selectors import results_rule
from lachan.ui.wording import clock

#: Wrong codes from one address, and seconds of the wait.  Source: as for slips of results.
WRONG_FROM_AN_ADDRESS = 20
WAIT_SECONDS = 900

#: The session that reads the state lasts as long as one answer; nobody keeps it.
LASTS = timedelta(minutes=1)

#: Whose name stands on the look: nobody signs in with a slip.
BY = "slip"


@dataclass(frozen=True, slots=True)
class Status:
    """What a slip shows: the complaint, and of its person initials and year only."""

    ticket: Ticket
    who: str


def code_of(ticket: Ticket) -> str:
    """The code as it is printed, in two groups of five; "" for a complaint from before slips."""
    if ticket.slip is None:
        return ""
    code = str(open_sealed(ticket.person_id, bytes(ticket.slip))["code"])
    return f"{code[:5]}-{code[5:]}"


def masked(card: PersonCard | None) -> str:
    """Initials and year of birth: enough to compare with a paper, too little to find anybody."""
    if card is None:
        return ""
    letters = " ".join(f"{word[0]}." for word in card.name.split())
    return f"{letters} {card.birth_year or ''}".strip()


def status_of(*, number: str, code: str, asked_from: str) -> Status:
    """The complaint of a number and its code; the person sees that it was read.

    Refused: ticket_slip_wrong, ticket_slip_shut (after too many wrong codes), ticket_guessed.
    """
    _refuse_guessers(asked_from)
    # Not personal: only the right code gives whose complaint it is.
    with reference_reading(), transaction.atomic(using="default"):
        rule = results_rule(now())
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "select core.open_ticket_slip(%s, %s, %s, %s)",
                [
                    number.strip().upper(),
                    hash_secret(plain_slip_code(code)),
                    rule.slip_tries,
                    rule.slip_lock_minutes,
                ],
            )
            [row] = cursor.fetchone()
    answer = _answer(row)
    if answer["answer"] == "shut":
        until: datetime | None = parse_datetime(answer["until"])
        text = _("Too many wrong codes. This slip opens again at %(at)s.") % {"at": clock(until)}
        raise Refused("ticket_slip_shut", text, status=429)
    if answer["answer"] != "opened":
        _count_wrong(asked_from)
        text = _("No complaint has this number and code. Read both again.")
        raise Refused("ticket_slip_wrong", text)
    return _read(UUID(answer["ticket"]), UUID(answer["person"]))


def _answer(row: object) -> dict[str, str]:
    if row is None:
        return {"answer": "wrong"}
    found: dict[str, str] = row if isinstance(row, dict) else json.loads(str(row))
    return found


def _read(ticket: UUID, person: UUID) -> Status:
    by = open_session(account=ticket, name=BY, roles=frozenset(), person=person, lasts=LASTS)
    try:
        with scoped(by, "own_data"):
            # Whoever holds the slip may be somebody else: the person sees that it was read.
            looks.record(person=person, what="ticket", by=replace(by, person=None))
            audit.record("ticket.read_by_slip", target=("ticket", ticket), by=by)
            return Status(Ticket.objects.get(pk=ticket), masked(card_of(person)))
    finally:
        close_session(by.secret)


def _refuse_guessers(address: str) -> None:
    if address and cache.get(f"ticket-slip:{address}", 0) >= WRONG_FROM_AN_ADDRESS:
        text = _("Many wrong codes came from here. Wait a quarter of an hour, or ask the station.")
        raise Refused("ticket_guessed", text, status=429)


def _count_wrong(address: str) -> None:
    """The address itself is kept nowhere but in memory."""
    if not address:
        return
    key = f"ticket-slip:{address}"
    cache.add(key, 0, WAIT_SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # it ended between the two lines
        return
