"""Calling the next number to a table: of all tables of a session, one at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.models import LineCall, LineTicket, Session
from lachan.vaccination.site_sending import MOST_TABLES

#: Stations that call a number.
CALLERS = ("screening", "injection")


@dataclass(frozen=True, slots=True)
class Called:
    """The last that was said of a number at a station."""

    ticket: UUID
    table: int
    missed: bool
    at: datetime


def last_calls(session: Session, station: str) -> dict[UUID, Called]:
    """The last call of every number at a station."""
    rows = LineCall.objects.filter(session=session, station=station).order_by("at", "id")
    named = rows.values_list("ticket", "table_no", "kind", "at")
    return {
        ticket: Called(ticket, table, kind == LineCall.Kind.MISSED, at)
        for ticket, table, kind, at in named
    }


def call_next(*, session: Session, station: str, table: int, by: Principal) -> LineTicket | None:
    """Call the next number to a table; None where nobody waits.

    Who does not wait for another table's family comes first; who did not answer stands behind.
    Refused: no_such_table.
    """
    _check(session, station, table)
    _alone(session)
    waiting = list(LineTicket.objects.filter(session=session, step=station))
    rows = LineTicket.objects.filter(session=session).exclude(kin="")
    chosen = next_of(
        waiting,
        last_calls(session, station),
        dict(rows.values_list("id", "kin")),
        table=table,
        since=now() - timedelta(minutes=line_rule().family_minutes),
    )
    return _say(session, station, table, chosen, LineCall.Kind.CALLED, by) if chosen else None


def call_number(
    *, session: Session, station: str, table: int, label: str, by: Principal
) -> LineTicket:
    """Call this number to this table, again or out of turn.

    Refused: no_such_table, no_such_number.
    """
    _check(session, station, table)
    _alone(session)
    return _say(session, station, table, _labelled(session, label), LineCall.Kind.CALLED, by)


def miss(*, session: Session, station: str, table: int, label: str, by: Principal) -> LineTicket:
    """The number did not answer: it goes behind the others, and may be called again.

    Refused: no_such_table, no_such_number.
    """
    _check(session, station, table)
    _alone(session)
    return _say(session, station, table, _labelled(session, label), LineCall.Kind.MISSED, by)


def next_of(
    waiting: Iterable[LineTicket],
    calls: dict[UUID, Called],
    kin: Mapping[UUID, str],
    *,
    table: int,
    since: datetime,
) -> LineTicket | None:
    """Whom a table calls next.  Pure.

    First the family of whoever was called here after `since`; then by how long somebody waits,
    without those whose family was called at another table, unless nobody else is left.  Who did not
    answer counts from that moment on.  `kin`: the household of every number that has one.
    """
    free = [row for row in waiting if row.id not in calls or calls[row.id].missed]
    free.sort(key=lambda row: (_turn(row, calls), row.letter, row.number))
    tables = _family_tables(calls, kin, since)
    own = [row for row in free if tables.get(row.kin) == table and row.id not in calls]
    others = [row for row in free if row.kin not in tables]
    return next(iter([*own, *others, *free]), None)


def _turn(row: LineTicket, calls: dict[UUID, Called]) -> datetime:
    return max(row.since, calls[row.id].at) if row.id in calls else row.since


def _family_tables(
    calls: dict[UUID, Called], kin: Mapping[UUID, str], since: datetime
) -> dict[str, int]:
    """Household -> the table at which one of it was called last."""
    heard = [one for one in calls.values() if one.ticket in kin and not one.missed]
    heard.sort(key=lambda one: one.at)
    return {kin[one.ticket]: one.table for one in heard if one.at > since}


def _labelled(session: Session, label: str) -> LineTicket:
    letter = label.rstrip("0123456789")
    number = label[len(letter) :]
    rows = LineTicket.objects.filter(session=session, letter=letter)
    found = rows.filter(number=int(number)).first() if number and len(number) < 6 else None
    if found is None or found.step == LineTicket.Step.VOID:
        raise Refused("no_such_number", _("This session's line has no such number."), status=404)
    return found


def _check(session: Session, station: str, table: int) -> None:
    if station not in CALLERS or not 1 <= table <= MOST_TABLES:
        raise Refused("no_such_table", _("Choose the station and the table first."))


def _alone(session: Session) -> None:
    """Two tables never call the same number."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 5))", [str(session.id)])


def _say(
    session: Session,
    station: str,
    table: int,
    ticket: LineTicket,
    kind: LineCall.Kind,
    by: Principal,
) -> LineTicket:
    LineCall.objects.create(
        session=session,
        organisation=session.organisation,
        ticket=ticket,
        station=station,
        table_no=table,
        kind=kind,
        at=now(),
        made_by=by.account,
    )
    return ticket
