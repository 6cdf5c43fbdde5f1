"""The devices of a vaccination site, what they send, and the real hot path before them."""

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
from lachan.core.scope import Principal, scoped, system_scope
from lachan.gate.hot import HotPath
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination.models import Session
from lachan.vaccination.site_devices import enrol_device
from lachan.vaccination.site_sessions import open_session, plan_session
from tests.factories import cast
from tests.places.units import NENH

PRODUCT = "vaxzevria"


@dataclass
class Device:
    """A device of a site: what it told, in its own order."""

    vaccinator: Principal
    device: UUID
    token: str
    session: UUID
    offset: int = 0  # milliseconds that our clock is ahead of the device's
    table: int = 1
    events: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, kind: str, whom: Any, *, at: datetime | None = None, **told: Any) -> Any:
        """`whom`: a code, or what is said of somebody who is made here."""
        moment = at or now()
        undoes = told.pop("undoes", None)
        event = {
            "id": str(uuid7()),
            "kind": kind,
            "counter": len(self.events) + 1,
            "at": moment.isoformat(),
            "device_at": (moment - timedelta(milliseconds=self.offset)).isoformat(),
            "offset_ms": self.offset,
            "offline": True,
            "session": str(self.session),
            "table": self.table,
            **({"code": whom} if isinstance(whom, str) else {"new": whom}),
            **({"undoes": undoes} if undoes else {}),
            "told": told,
        }
        self.events.append(event)
        return event

    def received(self, whom: Any, **more: Any) -> Any:
        """At the reception."""
        return self.tell("reception", whom, **({"identity": "match", "listed": True} | more))

    def screened(self, whom: Any, outcome: str = "eligible", **more: Any) -> Any:
        """At the doctor's table."""
        told = {"outcome": outcome, "version": 1, "consent": True, "vaccine": PRODUCT}
        return self.tell("screened", whom, **(told | more))

    def injected(self, whom: Any, **more: Any) -> Any:
        """At the injection table."""
        told = {"product": PRODUCT, "lot": "FX2207", "arm": "left", "by": "Lò Thị Mai"}
        return self.tell("injected", whom, **({"elsewhere": ""} | told | more))

    def undo(self, event: dict[str, Any], **more: Any) -> Any:
        """That never happened."""
        whom = event.get("code") or event["new"]
        return self.tell("undo", whom, undoes=event["id"], **more)


class Wire:
    """The real hot path on the real database, in one loop."""

    def __init__(self, database: str, runner: asyncio.Runner) -> None:
        dsn = Postgres(Home.default()).dsn("lachan_gate", database)
        self.hot = HotPath(lambda: dsn)
        self.runner = runner
        transport = httpx.ASGITransport(self.hot)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://site")

    def post(self, device: Device, *events: dict[str, Any]) -> list[str]:
        """The codes of the answers to one request."""
        return [one["code"] for one in self.answer(device, *events)[1]]

    def answer(self, device: Device, *events: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
        """Status and answers of one request."""
        body = json.dumps({"events": events})
        headers = {"Authorization": f"Bearer {device.token}", "Content-Type": "application/json"}
        while True:
            asked = self.client.post("/hot/vaccinate", content=body, headers=headers)
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


def facility() -> Principal:
    """A vaccinator of a facility of its own."""
    return cast.of_organisation(Role.VACCINATOR)


def session_of(by: Principal, *products: str, days_ago: int = 0) -> Session:
    """An open session of the facility."""
    with system_scope("test") as system:
        load_shipped_rules(by=system)
    start = now() - timedelta(days=days_ago, hours=2)
    with scoped(by, "vaccination"):
        made = plan_session(
            name="Nhà văn hóa Sen Hồ",
            products=products or (PRODUCT,),
            starts_at=start,
            ends_at=start + timedelta(hours=10),
            tables=2,
            commune=NENH,
            by=by,
        )
        return open_session(session=made.id, by=by)


def device_of(by: Principal, session: Session, **more: Any) -> Device:
    """A device that the vaccinator enrolled."""
    with scoped(by, "vaccination"):
        device, token = enrol_device(label="Máy 1", by=by)
    return Device(by, device.id, token, session.id, **more)


def somebody_new(name: str, **more: str) -> dict[str, str]:
    """Without a document: who is made at the site, and who vouches for him."""
    made = {"id": str(uuid7()), "name": name, "year": "1961", "sex": "female"}
    return made | {"vouched_by": "Trưởng bản Sùng A Páo"} | more
