"""Grants open single rows to somebody outside their territory.  Only the worker gives them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connections

from lachan.core.clock import now


def give(
    kind: str,
    keys: Iterable[UUID],
    *,
    to_account: UUID | None = None,
    to_organisation: UUID | None = None,
    to_commune: int | None = None,
    to_province: int | None = None,
    until: datetime | None = None,
) -> None:
    """Open the rows `keys` of `kind` to exactly one receiver until `until` (None: for good).

    The database refuses it outside a system scope.
    """
    given_at = now()
    rows = [
        (kind, key, to_account, to_organisation, to_commune, to_province, until, given_at)
        for key in keys
    ]
    with connections["default"].cursor() as cursor:
        cursor.executemany(
            "insert into core_grant (kind, key, to_account, to_organisation, to_commune,"
            " to_province, until, given_at) values (%s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


def end(
    kind: str,
    keys: Iterable[UUID],
    *,
    to_province: int | None = None,
    to_commune: int | None = None,
) -> None:
    """Close what was opened to a province or commune: its officers see these rows no longer."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "update core_grant set until = %(at)s where kind = %(kind)s and key = any(%(keys)s)"
            " and to_province is not distinct from %(province)s"
            " and to_commune is not distinct from %(commune)s"
            " and to_account is null and to_organisation is null"
            " and (until is null or until > %(at)s)",
            {
                "at": now(),
                "kind": kind,
                "keys": list(keys),
                "province": to_province,
                "commune": to_commune,
            },
        )


def end_of_organisation(
    kind: str, keys: Iterable[UUID], *, organisation: UUID, until: datetime
) -> None:
    """Close what was opened to an organisation with exactly this latest end; what it holds for
    another reason, with another end, stays open."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "update core_grant set until = %(at)s where kind = %(kind)s and key = any(%(keys)s)"
            " and to_organisation = %(organisation)s and until = %(until)s and until > %(at)s",
            {
                "at": now(),
                "kind": kind,
                "keys": list(keys),
                "organisation": organisation,
                "until": until,
            },
        )
