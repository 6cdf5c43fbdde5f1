"""A place with a device, and the hot path before it, asked without a server."""

import asyncio
import json
from typing import Any

import httpx

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.scope import scoped
from lachan.gate.hot import HotPath
from lachan.venues.selectors import count_of
from tests.gate import served


class Gate:
    """A place with a device, and the hot path before it."""

    def __init__(self, database: str) -> None:
        self.dsn = Postgres(Home.default()).dsn("lachan_gate", database)
        self.database = database
        self.manager = served.manager()
        self.venue = served.venue_of(self.manager)
        self.token = served.device_token(self.venue, self.manager)

    def send(
        self, *bodies: Any, bearer: str | None = None, path: str = "/hot/scan", **headers: str
    ) -> list[httpx.Response]:
        """The answers to bodies that are sent at one time."""
        return asyncio.run(self._send(bodies, bearer or self.token, path, headers))

    async def _send(
        self, bodies: tuple[Any, ...], bearer: str, path: str, headers: dict[str, str]
    ) -> list[httpx.Response]:
        hot = HotPath(lambda: self.dsn)
        given = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json", **headers}
        transport = httpx.ASGITransport(hot)  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=transport, base_url="http://gate", headers=given
        ) as client:
            contents = [b if isinstance(b, str) else json.dumps(b) for b in bodies]
            answers = await asyncio.gather(
                *(client.post(path, content=content) for content in contents)
            )
        await hot.stop()
        return answers

    def count(self) -> int:
        with scoped(self.manager, "places"):
            return count_of(self.venue.place_id).scans


def code(answer: httpx.Response) -> tuple[int, str]:
    """What was answered, and how."""
    return answer.status_code, answer.json()["code"]
