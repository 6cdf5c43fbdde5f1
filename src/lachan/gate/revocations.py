"""Codes that were lost or copied: which are void, and since when.

A token carries its end and not its beginning, but every kind lasts a known time: what was issued
at or before a report ends at the latest that time after it.  A code issued later ends later.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.credentials.tokens import Token

#: A page without a script shows one code this long.  Source: LOOK.md section 8, screen 01.
CODE_LASTS = timedelta(minutes=15)
#: A printed slip; our own default: a season, so that a lost one does not open for years.
SLIP_LASTS = timedelta(days=90)

#: kind of token -> the longest that one lasts.
LASTS: dict[str, timedelta] = {"person": CODE_LASTS, "slip": SLIP_LASTS}

#: A kind that is not listed is taken to last as long as the longest.
LONGEST = max(LASTS.values())


def is_void(token: Token, reported: datetime | None, at: datetime) -> bool:
    """Whether a code shown at `at` was issued before its person reported the loss at `reported`."""
    if reported is None or at < reported:
        return False
    if token.declared is not None:
        # A printed declaration says itself when it was made; a later one is another paper.
        return token.declared.at <= int(reported.timestamp())
    return token.expires_at <= last_end(token.kind, reported)


def last_end(kind: str, reported: datetime) -> int:
    """The latest second at which a code issued before the report could end."""
    return int((reported + LASTS.get(kind, LONGEST)).timestamp())


def good_end(trace_id: UUID, kind: str, ends: int) -> int:
    """The end of a new code: a second later where it would be that of a code just reported."""
    reported = reported_at(trace_id)
    return ends + 1 if reported and ends == last_end(kind, reported) else ends


def reported_at(trace_id: UUID) -> datetime | None:
    """When the person behind a pseudonym last reported a loss."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select gate_revoked(%s)", [trace_id])
        row = cursor.fetchone()
    return row[0] if row else None


def refuse_void(token: Token, at: datetime) -> None:
    """Refused: code_revoked, when the code was reported lost or copied before it was shown."""
    if is_void(token, reported_at(UUID(bytes=token.pseudonym)), at):
        raise Refused(
            "code_revoked",
            _("This code was reported lost. Ask for the new code, or scan a card."),
            status=403,
        )
