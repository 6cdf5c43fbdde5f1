"""Every write of consequence leaves an event in its transaction.  Events have no foreign keys."""

from typing import Any
from uuid import UUID

from django.db import connections

from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.models import AuditEvent
from lachan.core.scope import Principal


def record(
    kind: str,
    *,
    target: tuple[str, UUID | str | int],
    by: Principal,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append that `by` did `kind` to `target`, with what changed in `detail` (no names in it)."""
    at = now()
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                id=uuid7(),
                day=day_of(at),
                at=at,
                kind=kind,
                target_kind=target[0],
                target_id=str(target[1]),
                by_account=by.account,
                by_name=by.name,
                purpose=_purpose(),
                detail=detail or {},
            )
        ]
    )


def _purpose() -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("select coalesce(current_setting('lachan.purpose', true), '')")
        row = cursor.fetchone()
    return str(row[0]) if row else ""
