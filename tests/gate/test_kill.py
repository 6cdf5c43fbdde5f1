"""Nothing acknowledged is ever lost, and nothing is written twice."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import in_force
from lachan.declarations.tasks import take_declarations_sent
from lachan.gate.tasks import settle_unmatched
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.tracing import arrays, tasks
from lachan.venues.models import Scan
from tests.factories.cards import card
from tests.factories.people import person
from tests.factories.settled import watermark
from tests.gate import served

CHECK_INS = 2_000
#: Cards of people nobody entered yet, and declarations of people who are.
CARDS, DECLARATIONS = 60, 60
PHONES = 64

#: What a device or phone may hear about something that is kept.
KEPT = {"/hot/scan": {200: "recorded", 202: "kept_unregistered"}, "/hot/declare": {200: "recorded"}}


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


class Sending(NamedTuple):
    """Something to send until it is acknowledged."""

    path: str
    bearer: str
    body: dict[str, object]


class Phones:
    """Devices that send everything again, under its own id, until it is acknowledged."""

    def __init__(self, web: served.Web, worker: Worker, sendings: list[Sending]) -> None:
        self.web, self.worker = web, worker
        self.waiting = sendings
        self.acknowledged: list[str] = []
        self.failures = 0

    async def play(self) -> None:
        """Everything is sent; the web is killed in the middle and started again."""
        async with httpx.AsyncClient(timeout=served.PATIENCE) as client:
            await asyncio.gather(
                self._kill_in_the_middle(), *(self._send_all(client) for _phone in range(PHONES))
            )

    async def _send_all(self, client: httpx.AsyncClient) -> None:
        while self.waiting:
            one = self.waiting.pop()
            while not await self._acknowledged(client, one):
                self.failures += 1
                await asyncio.sleep(0.1)
            self.acknowledged.append(str(one.body["id"]))

    async def _acknowledged(self, client: httpx.AsyncClient, one: Sending) -> bool:
        headers = {"Authorization": f"Bearer {one.bearer}"}
        try:
            answer = await client.post(f"{self.web.url}{one.path}", json=one.body, headers=headers)
        except httpx.TransportError:
            return False
        return KEPT[one.path].get(answer.status_code) == answer.json()["code"]

    async def _kill_in_the_middle(self) -> None:
        while len(self.acknowledged) < (CHECK_INS + CARDS + DECLARATIONS) // 3:
            await asyncio.sleep(0.001)
        await asyncio.to_thread(self.web.kill)
        await asyncio.to_thread(self.worker.kill)
        self.before_kill = list(self.acknowledged)
        self.stored_at_kill = await asyncio.to_thread(stored_ids, self.web.database)
        await asyncio.to_thread(self.worker.start)
        await asyncio.to_thread(self.web.start)


def stored_ids(database: str) -> list[str]:
    """Everything in the ledgers of the hot path; a card's scan once, settled or not."""
    dsn = Postgres(Home.default()).dsn("lachan_owner", database)
    with psycopg.connect(dsn) as owner:
        rows = owner.execute(
            "select id::text from venues_scan"
            " union all select id::text from gate_unmatched where settled_at is null"
            " union all select id::text from declarations_sent"
        )
        return [row[0] for row in rows]


def numbers() -> list[str]:
    """Documents of as many people as there are cards."""
    return [f"024188{number:06}" for number in range(CARDS)]


def cards(token: str) -> list[Sending]:
    """Scans of cards of people nobody has entered."""
    bodies = (served.scan(text=card(number), way="desk") for number in numbers())
    return [Sending("/hot/scan", token, body) for body in bodies]


def declarations(whose: Person) -> list[Sending]:
    """What somebody declares again and again."""
    with system_scope("test"):
        bearer = served.code_of(trace_ids_of([whose.id])[whose.id])
    asked = in_force(today())
    answers = {question.code: False for question in asked.always}
    shape = {"kind": "population", "questionnaire": asked.number, "answers": answers}
    bodies = ({"id": str(uuid7()), "at": now().isoformat(), **shape} for _ in range(DECLARATIONS))
    return [Sending("/hot/declare", bearer, body) for body in bodies]


def traced(case: UUID) -> dict[UUID, set[UUID | None]]:
    """Whom the index finds at the case's places, and where; after everything was fed."""
    watermark()
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
def test_it_keeps_everything_acknowledged_once_when_web_and_worker_are_killed(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(settings.HOME), "engine", tmp_path / "engine")
    manager, case, mai = served.manager(), uuid7(), person("Trần Thị Mai")
    venue = served.venue_of(manager)
    token = served.device_token(venue, manager)
    web = served.Web(database, tmp_path / "web.log")
    worker = Worker(database, tmp_path)
    others = [uuid7() for _ in range(CHECK_INS - 1)]
    scans = [Sending("/hot/scan", token, served.scan(one)) for one in (case, *others)]
    declared, carded = declarations(mai), cards(token)
    phones = Phones(web, worker, _mixed(scans, carded, declared))
    web.start()
    worker.start()
    try:
        asyncio.run(phones.play())
    finally:
        web.kill()
        worker.kill()

    assert worker.deaths == 2
    assert phones.failures > 0, "the kill was noticed by nobody: it came too late"
    assert set(phones.before_kill) <= set(phones.stored_at_kill)
    stored = stored_ids(database)
    assert len(stored) == len(set(stored)) == CHECK_INS + CARDS + DECLARATIONS
    assert set(stored) == set(phones.acknowledged)
    assert traced(case) == {each: {venue.place_id} for each in others}
    take_declarations_sent()
    made = Declaration.objects.using("owner").filter(person=mai.id).values_list("id", flat=True)
    assert {str(each) for each in made} == {str(one.body["id"]) for one in declared}
    for number in numbers():
        person(documents={"cccd": number})
    settle_unmatched()
    settled = Scan.objects.using("owner").filter(id__in=[one.body["id"] for one in carded])
    assert settled.count() == len(set(settled.values_list("trace_id", flat=True))) == CARDS


def _mixed(*kinds: list[Sending]) -> list[Sending]:
    """All of them in an order in which each kind is sent before, at and after the kill."""
    return sorted((one for kind in kinds for one in kind), key=lambda one: str(one.body["id"])[-8:])
