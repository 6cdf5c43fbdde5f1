"""Every write of consequence leaves an event in its transaction.  Events have no foreign keys."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connections

from lachan.core.bulk import BATCH
from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, current

#: A hundred thousand events differ in their number and target only.
_APPEND = (
    "insert into core_audit_event"
    " (id, day, at, kind, by_account, by_name, purpose, detail, target_kind, target_id)"
    " select made.id, %s, %s, %s, %s, %s, %s, %s::jsonb, made.target_kind, made.target_id"
    " from unnest(%s::uuid[], %s::text[], %s::text[]) as made (id, target_kind, target_id)"
)


def record(
    kind: str,
    *,
    target: tuple[str, UUID | str | int],
    by: Principal,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append that `by` did `kind` to `target`, with what changed in `detail` (no names in it)."""
    record_many(kind, targets=[target], by=by, detail=detail)


def record_many(
    kind: str,
    *,
    targets: Iterable[tuple[str, UUID | str | int]],
    by: Principal,
    detail: dict[str, Any] | None = None,
) -> None:
    """As `record`, an event for each target, in few statements.

    Where the worker writes what somebody decided, the event is the worker's, as the database asks,
    and `for` in its detail is the account that decided.
    """
    at, purpose, writer = now(), _purpose(), current()
    whole = dict(detail or {})
    if by.account != writer.account:
        whole["for"] = str(by.account)
    named = list(targets)
    columns: list[list[Any]] = [
        [uuid7() for _target in named],
        [kind for kind, _id in named],
        [str(id) for _kind, id in named],
    ]
    same = (day_of(at), at, kind, writer.account, writer.name, purpose, json.dumps(whole))
    with connections["default"].cursor() as cursor:
        for start in range(0, len(named), BATCH):
            some = [column[start : start + BATCH] for column in columns]
            cursor.execute(_APPEND, [*same, *some])


def _purpose() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("select coalesce(current_setting('lachan.purpose', true), '')")
        row = cursor.fetchone()
    return str(row[0]) if row else ""
