"""The hot path's memory of codes that were reported lost: all of them, read again each second."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lachan.core.clock import now
from lachan.credentials.tokens import Token
from lachan.gate.revocations import LONGEST, is_void
from lachan.gate.wire import Declined

#: seconds after which a report is surely known here.
FRESH = 1.0
#: A report of a transaction that is slow to end is younger than this when it is seen.
SLOW = timedelta(minutes=2)

_SINCE = "select trace_id, at from gate_revoked_since(%s)"

Ask = Callable[[str, object], Awaitable[list[Any]]]


class Revoked:
    """When each person last reported a loss, for as long as a code issued before could live."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[UUID, datetime] = {}
        self._since: datetime | None = None
        self._read = float("-inf")
        self._lock = asyncio.Lock()

    async def refuse(self, token: Token, at: datetime) -> None:
        """Raises Declined("code_revoked") for a code shown at `at` after its loss was reported."""
        await self._refresh()
        if is_void(token, self._known.get(UUID(bytes=token.pseudonym)), at):
            raise Declined("code_revoked")

    async def _refresh(self) -> None:
        if time.monotonic() - self._read < FRESH:
            return
        async with self._lock:
            if time.monotonic() - self._read < FRESH:
                return
            moment = now()
            rows = await self._ask(_SINCE, self._since or moment - LONGEST)
            for trace_id, reported in rows:
                self._known[trace_id] = max(reported, self._known.get(trace_id, reported))
            self._since = moment - SLOW
            self._read = time.monotonic()
