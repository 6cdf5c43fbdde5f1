"""The order within a group: by day of registration, within a day by a draw that anybody can repeat.

No race on a clock: whoever registers at one minute past midnight stands where whoever registers
before midnight of that day stands.  When a day is over the worker draws a random number for each
commune and publishes it; the order of that day is that of SHA-256("number:receipt").  Receipt
numbers are random and given before the draw, so that nobody can choose his place, and everybody
who has a receipt can compute his own.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import F

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.rulebook.selectors import Decision, PriorityRule, priority_rule
from lachan.vaccination.models import Draw, Registration

#: Rows of one round of work.
BATCH = 2_000


def lot_of(number: str, receipt: str) -> str:
    """What decides the order within a day: the smaller comes first."""
    return sha256(f"{number}:{receipt}".encode()).hexdigest()


def draw_days() -> int:
    """Draw for every day that is over; only in a system scope.  Give how many got their place."""
    rows = list(
        Registration.objects.select_for_update(skip_locked=True)
        .filter(draw="", day__lt=today())
        .order_by("day", "commune")[:BATCH]
    )
    days: dict[tuple[int, date], list[Registration]] = defaultdict(list)
    for row in rows:
        days[row.commune, row.day].append(row)
    for (commune, day), some in days.items():
        number = _number_of(commune, day)
        for row in some:
            row.draw = lot_of(number, row.receipt)
    Registration.objects.bulk_update(rows, ["draw"], batch_size=500)
    return len(rows)


def _number_of(commune: int, day: date) -> str:
    """The published number; drawn now when nobody needed it before."""
    drawn, _new = Draw.objects.get_or_create(
        commune=commune,
        day=day,
        defaults={"id": uuid7(), "number": secrets.token_hex(16), "drawn_at": now()},
    )
    return drawn.number


def follow_moves() -> int:
    """Registrations lie where their persons stay: who moved is in the line of the new commune, in
    the place of his day.  Only in a system scope."""
    moved = Registration.objects.exclude(
        commune=F("person__commune"), province=F("person__province")
    ).select_related("person")
    rows = list(moved.order_by("id")[:BATCH])
    for row in rows:
        row.commune, row.province = row.person.commune, row.person.province
        # Other areas, other groups, perhaps another province's order.
        row.areas_at, row.proved_at = None, None
    fields = ["commune", "province", "areas_at", "proved_at"]
    Registration.objects.bulk_update(rows, fields, batch_size=500)
    return len(rows)


class RuleOf:
    """The orders in force by disease and province, each read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], PriorityRule] = {}

    def __call__(self, disease: str, province: int) -> PriorityRule:
        where = (disease, province)
        if where not in self._known:
            self._known[where] = priority_rule(disease, now(), province=province)
        return self._known[where]


def group_index(proven: Iterable[str], rule: PriorityRule) -> int:
    """Where somebody's groups stand, from 0; nothing proven is the last group."""
    at = rule.place(set(proven))
    return len(rule.groups) - 1 if at is None else at


def in_order(rows: Sequence[Registration], rule: PriorityRule) -> list[Registration]:
    """Registrations as they are invited: group, day, draw.  Who is not drawn yet stands at the
    end of his day; among those by receipt, which tells nothing of when they came."""
    return sorted(
        rows,
        key=lambda row: (
            group_index(row.groups, rule),
            row.day,
            row.draw or "~",
            row.receipt,
        ),
    )


class Standing(NamedTuple):
    """Where somebody stands.  `group`: its code; `before`: people of earlier groups; `number`
    within the group; `undrawn`: how many of the day, himself too, have no place within it yet."""

    group: str
    before: int
    number: int
    undrawn: int


def standing_of(registration: UUID, rule: PriorityRule) -> Standing | None:
    """Where a registration stands among those who wait in its commune; None when it does not."""
    codes = [each.code for each in rule.groups]
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select * from core.vaccination_standing(%s, %s::text[])", [registration, codes]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return Standing(codes[row[0] - 1], row[1], row[2], row[3])


def said_of(standing: Standing, rule: PriorityRule, unit: str) -> Decision:
    """The rulebook's sentence: whose turn it is, or how many come first."""
    told: dict[str, object] = {"group": standing.group, "unit": unit}
    if standing.before:
        return Decision(rule.rule, rule.version, "wait", {**told, "before": standing.before})
    return Decision(rule.rule, rule.version, "turn", {**told, "position": standing.number})
