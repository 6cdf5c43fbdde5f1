"""The devices of a sampling table, what they send, and the real hot path before them."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.gate.hot import HotPath
from lachan.sampling.table_devices import enrol_device
from tests.factories import cast
from tests.places.units import NENH

DISEASE = "covid-19"


@dataclass
class Table:
    """A device of a table: what it told, in its own order."""

    sampler: Principal
    device: UUID
    token: str
    laboratory: UUID
    limit: int = 10
    reason: str = "screening"
    offset: int = 0  # milliseconds
    events: list[dict[str, Any]] = field(default_factory=list)

    def sample(self, barcode: str, code: str = "", **more: Any) -> dict[str, Any]:
        """Somebody's code, scanned into a tube."""
        given = {"reason": self.reason} | ({"code": code} if code else {}) | more
        return self._tell("sample", barcode, **given)

    def undo(self, sample: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The last one was scanned again: he is out of the tube."""
        return self._tell("undo", sample["tube"]["barcode"], undoes=sample["id"], **more)

    def close(self, barcode: str, **more: Any) -> dict[str, Any]:
        """The tube was closed."""
        return self._tell("close", barcode, **more)

    def _tell(
        self, kind: str, barcode: str, *, at: datetime | None = None, **more: Any
    ) -> dict[str, Any]:
        moment = at or now()
        event = {
            "id": str(uuid7()),
            "kind": kind,
            "counter": len(self.events) + 1,
            "at": moment.isoformat(),
            "device_at": (moment - timedelta(milliseconds=self.offset)).isoformat(),
            "offset_ms": self.offset,
            "offline": True,
            "tube": {
                "barcode": barcode,
                "limit": self.limit,
                "disease": DISEASE,
                "laboratory": str(self.laboratory),
                "method": "pcr",
            },
            **more,
        }
        self.events.append(event)
        return event


class Wire:
    """The real hot path on the real database, in one loop."""

    def __init__(self, database: str, runner: asyncio.Runner) -> None:
        dsn = Postgres(Home.default()).dsn("lachan_gate", database)
        self.hot = HotPath(lambda: dsn)
        self.runner = runner
        transport = httpx.ASGITransport(self.hot)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://table")

    def post(self, table: Table, *events: dict[str, Any]) -> list[str]:
        """The codes of the answers to one request."""
        return [one["code"] for one in self.answer(table, *events)[1]]

    def answer(self, table: Table, *events: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
        """Status and answers of one request; a list where there is more than one event."""
        body = json.dumps(events[0] if len(events) == 1 else {"events": events})
        headers = {"Authorization": f"Bearer {table.token}", "Content-Type": "application/json"}
        while True:
            asked = self.client.post("/hot/sample", content=body, headers=headers)
            answer = self.runner.run(asked)
            # The loop stood still while the test did something else: a device comes again.
            if answer.status_code != 503:
                break
        told = answer.json()
        return answer.status_code, told.get("answers", [told])

    async def stop(self) -> None:
        """Write what waits."""
        await self.client.aclose()
        await self.hot.stop()


@contextmanager
def wire_to(database: str) -> Iterator[Wire]:
    """The hot path for a while."""
    with asyncio.Runner() as runner:
        wire = Wire(database, runner)
        yield wire
        runner.run(wire.stop())


def unit() -> Principal:
    """A sampler of a unit of its own."""
    return cast.of_organisation(Role.SAMPLER)


def table_of(sampler: Principal, laboratory: UUID, **more: Any) -> Table:
    """A device that the sampler enrolled."""
    with scoped(sampler, "sampling") as by:
        device, token = enrol_device(label="Bàn 1", commune=NENH, by=by)
    return Table(sampler, device.id, token, laboratory, **more)
