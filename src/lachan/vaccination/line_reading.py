"""What the tables and the screen outside read of a session's line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from lachan.core.clock import now
from lachan.credentials.packs import digest_of
from lachan.vaccination.line_calling import CALLERS, Called, last_calls
from lachan.vaccination.line_pace import Pace, wait_of
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.models import LineSheet, LineTicket, Session

#: Steps of which a table is told: who went home waits nowhere.
TOLD = ("screening", "injection", "problem", "not_today", "observed")


@dataclass(frozen=True, slots=True)
class AtTable:
    """The number that a table serves now."""

    table: int
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Station:
    """A step as people outside see it.  `wait`: minutes from and to, None while not known."""

    code: str
    tables: list[AtTable]
    waiting: int
    wait: tuple[int, int] | None


def line_of(session: Session) -> dict[str, Any]:
    """What an open device of the site is told every few seconds: numbers, never names."""
    rows = LineTicket.objects.filter(session=session, step__in=TOLD)
    calls = {code: last_calls(session, code) for code in CALLERS}
    sheet = LineSheet.objects.filter(session=session).order_by("-number").first()
    return {
        "made": now().isoformat(),
        "printed": sheet.made_at.isoformat() if sheet else "",
        "paper_minutes": line_rule().paper_minutes,
        "tickets": [
            _told(row, calls.get(row.step, {}).get(row.id), session.id)
            for row in rows.order_by("since", "letter", "number")
        ],
    }


def _told(row: LineTicket, call: Called | None, session: UUID) -> dict[str, Any]:
    told: dict[str, Any] = {
        "label": row.label,
        "step": row.step,
        "since": row.since.isoformat(),
        "who": digest_of(session.bytes, row.person_id.bytes) if row.person_id else "",
    }
    extra = {"kin": row.kin, "problem": row.problem, "settled": row.settled}
    told |= {name: value for name, value in extra.items() if value}
    if call is not None:
        told |= {"table": call.table, "missed": call.missed, "called": call.at.isoformat()}
    return told


def outside(session: UUID) -> tuple[list[Station], datetime | None]:
    """The steps as people outside see them, and when something was heard of the line last.

    Read through functions that give numbers and counts: whoever looks needs no account.
    """
    rule, at = line_rule(), now()
    since = at - timedelta(minutes=rule.pace_minutes)
    serving = _serving(session)
    found, heard = [], None
    for code, waiting, done, first, last in _counted(session, since):
        heard = max((one for one in (heard, last) if one), default=None)
        tables = [
            AtTable(table, label, when) for name, table, label, when in serving if name == code
        ]
        minutes = (at - max(since, first)).total_seconds() / 60 if first else 0.0
        found.append(Station(code, tables, waiting, wait_of(waiting, Pace(done, minutes), rule)))
    return found, heard


def _counted(session: UUID, since: datetime) -> Iterable[tuple[str, int, int, Any, Any]]:
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from core.line_counted(%s, %s)", [session, since])
        rows: list[tuple[str, int, int, Any, Any]] = cursor.fetchall()
    return rows


def _serving(session: UUID) -> list[tuple[str, int, str, datetime]]:
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from core.line_serving(%s)", [session])
        rows: list[tuple[str, int, str, datetime]] = cursor.fetchall()
    return rows
