"""What the hot path keeps in the town: a scan of a stranger's card, and a refused declaration."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import connections

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.declarations.services import SENT_COLUMNS, Sent
from lachan.declarations.tasks import take_declarations_sent
from lachan.gate.unmatched import UNMATCHED, Unmatched
from lachan.people.selectors import trace_ids_of
from tests.factories.cards import card

if TYPE_CHECKING:
    from tests.permissions.town import Town

#: A card of somebody who is in no register.
STRANGER = "024188000929"


def furnish(town: "Town") -> None:
    """The gate's writer keeps them; the station of the place's commune may open the card, and the
    source sees that a declaration was refused."""
    place = town.factory.campus.place_id
    kept = Unmatched(
        *(uuid7(), place, STRANGER, card(STRANGER), "in", now(), now(), "gate", "device:1"),
        commune=town.here.commune,
        province=town.here.province,
    )
    _append("gate_unmatched", UNMATCHED.columns, kept.row(now()))
    source = town.people[0]
    with system_scope("test"):
        trace_id = trace_ids_of([source])[source]
    sent = Sent(uuid7(), trace_id, "population", 1, {"fever": "nonsense"}, now(), "person")
    _append("declarations_sent", SENT_COLUMNS, sent.row(now()))
    take_declarations_sent()


def _append(table: str, columns: Iterable[str], row: Sequence[object]) -> None:
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(row))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"insert into {table} ({names}) values ({marks})", row)
