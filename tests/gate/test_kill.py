"""Nothing acknowledged is ever lost, and nothing is written twice."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.tracing import arrays, tasks
from tests.gate import served

CHECK_INS = 2_000
PHONES = 64


class Worker:
    """The real worker beside the web, feeding the index of a home of its own."""

    def __init__(self, database: str, home: Path) -> None:
        self.home, self.log = home, home / "worker.log"
        server, tests_home = Postgres(Home.default()), Home.default()
        self.environment = {
            **os.environ,
            "PYTHONPATH": "src",
            "LACHAN_HOME": str(home),
            "LACHAN_KEYS": str(tests_home.path),
            **{
                f"LACHAN_DSN_{role.upper()}": server.dsn(f"lachan_{role}", database)
                for role in ("app", "door", "gate", "owner")
            },
        }
        self.deaths = 0

    def start(self) -> None:
        """Begin; it loads, looks round once, then hears each bell."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lachan.config.worker"],
                env=self.environment,
                stdout=out,
                stderr=out,
            )

    def kill(self) -> None:
        """SIGKILL, which it must have been alive for."""
        assert self.process.poll() is None, self.log.read_text()
        self.process.kill()
        self.process.wait()
        self.deaths += 1


class Phones:
    """Devices that send every check-in again, under its own id, until it is acknowledged."""

    def __init__(self, web: served.Web, worker: Worker, token: str) -> None:
        self.web, self.worker = web, worker
        self.headers = {"Authorization": f"Bearer {token}"}
        self.person_of: dict[str, UUID] = {}
        self.waiting = [self._check_in(uuid7()) for _ in range(CHECK_INS)]
        self.acknowledged: list[str] = []
        self.failures = 0

    def _check_in(self, person: UUID) -> dict[str, object]:
        whole = served.scan(person)
        self.person_of[str(whole["id"])] = person
        return whole

    async def play(self) -> None:
        """Everything is sent; the web is killed in the middle and started again."""
        async with httpx.AsyncClient(timeout=served.PATIENCE, headers=self.headers) as client:
            await asyncio.gather(
                self._kill_in_the_middle(), *(self._send_all(client) for _phone in range(PHONES))
            )

    async def _send_all(self, client: httpx.AsyncClient) -> None:
        while self.waiting:
            one = self.waiting.pop()
            while not await self._acknowledged(client, one):
                self.failures += 1
                await asyncio.sleep(0.1)
            self.acknowledged.append(str(one["id"]))

    async def _acknowledged(self, client: httpx.AsyncClient, one: dict[str, object]) -> bool:
        try:
            answer = await client.post(f"{self.web.url}/hot/scan", json=one)
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and answer.json()["code"] == "recorded"

    async def _kill_in_the_middle(self) -> None:
        while len(self.acknowledged) < CHECK_INS // 3:
            await asyncio.sleep(0.001)
        await asyncio.to_thread(self.web.kill)
        await asyncio.to_thread(self.worker.kill)
        self.before_kill = list(self.acknowledged)
        self.stored_at_kill = await asyncio.to_thread(stored_ids, self.web.database)
        await asyncio.to_thread(self.worker.start)
        await asyncio.to_thread(self.web.start)


def stored_ids(database: str) -> list[str]:
    dsn = Postgres(Home.default()).dsn("lachan_owner", database)
    with psycopg.connect(dsn) as owner:
        return [row[0] for row in owner.execute("select id::text from venues_scan")]


def traced(case: UUID) -> dict[UUID, set[UUID | None]]:
    """Whom the index finds at the case's places, and where; after everything was fed."""
    for _try in range(240):
        tasks.feed_index()
        with connections["owner"].cursor() as cursor:
            cluster = arrays.identity(cursor)
            # The import of a test beside this one may hold fresh rows back on the shared server.
            if not arrays.is_behind(cursor):
                break
        time.sleep(0.5)
    found = arrays.met(case, now() - timedelta(days=1), None, cluster=cluster)
    return {each.trace_id: {meeting.place for meeting in each.meetings} for each in found}


@pytest.mark.slow
def test_it_keeps_every_acknowledged_scan_once_when_web_and_worker_are_killed(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(settings.HOME), "engine", tmp_path / "engine")
    manager, case = served.manager(), uuid7()
    venue = served.venue_of(manager)
    token = served.device_token(venue, manager)
    web = served.Web(database, tmp_path / "web.log")
    worker = Worker(database, tmp_path)
    web.start()
    worker.start()
    try:
        phones = Phones(web, worker, token)
        present = served.scan(case)
        phones.waiting.append(present)
        phones.person_of[str(present["id"])] = case
        asyncio.run(phones.play())
    finally:
        web.kill()
        worker.kill()

    assert worker.deaths == 2
    assert phones.failures > 0, "the kill was noticed by nobody: it came too late"
    assert set(phones.before_kill) <= set(phones.stored_at_kill)
    stored = stored_ids(database)
    assert len(stored) == len(set(stored)) == CHECK_INS + 1
    assert set(stored) == set(phones.acknowledged)
    others = {phones.person_of[one] for one in phones.acknowledged} - {case}
    assert traced(case) == {person: {venue.place_id} for person in others}
