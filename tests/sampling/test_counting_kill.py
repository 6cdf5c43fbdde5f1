"""Any process may die during a campaign day: in the end the counts are right, and until then what
is not counted yet is named."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.clock import now, today
from lachan.core.scope import scoped
from lachan.sampling import counting, counting_reading
from lachan.sampling.counting import Counted
from lachan.sampling.counting_reading import Asked
from lachan.sampling.models import Tube
from tests.gate import served
from tests.gate.test_kill import Worker
from tests.sampling.people_at_the_table import Team, code_of, team
from tests.sampling.tables import Table, table_of
from tests.sampling.test_table_interleaving import everybody

pytestmark = pytest.mark.slow

SEED = 10
TUBES, IN_A_TUBE, PARCEL = 12, 4, 6
PATIENCE = 300  # seconds


@dataclass
class Campaign:
    """A day at one table, and the processes behind it."""

    at: Team
    web: served.Web
    worker: Worker
    database: str
    acknowledged: set[str] = field(default_factory=set)
    failures: int = 0
    deaths: list[str] = field(default_factory=list)

    def send(self, client: httpx.Client, table: Table, parcel: list[dict[str, Any]]) -> None:
        """Send until it is acknowledged, as a device does."""
        headers = {"Authorization": f"Bearer {table.token}"}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                url = f"{self.web.url}/hot/sample"
                answer = client.post(url, json={"events": parcel}, headers=headers)
                told = answer.json().get("answers", [])
            except (httpx.TransportError, ValueError):
                told = []
            if len(told) == len(parcel) and {one["code"] for one in told} == {"recorded"}:
                self.acknowledged |= {event["tube"]["barcode"] for event in parcel}
                return
            self.failures += 1
            time.sleep(0.1)
        raise AssertionError(self.web.log.read_text()[-2000:])

    def kill(self, what: str) -> None:
        """SIGKILL to the web or the worker; the database's processes of this day end in the middle
        of what they do."""
        self.deaths.append(what)
        if what == "web":
            self.web.kill()
            self.web.start()
        elif what == "worker":
            self.worker.kill()
            self.worker.start()
        else:
            self._end_backends()

    def _end_backends(self) -> None:
        ours = [own_backend(alias) for alias in ("default", "door", "owner")]
        server = Postgres(Home.default())
        with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as admin:
            admin.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = %s and pid <> all(%s) and usename like 'lachan%%'",
                [self.database, ours],
            )

    def counted(self) -> tuple[list[Counted], set[str]]:
        """What the unit's page counts, and the barcodes that it names as not counted yet."""
        with scoped(self.at.sampler, "sampling") as by:
            unread = {barcode for barcode, _why, _scans in counting_reading.unread(by)}
            tubes = counting_reading.tubes_of(by, Asked(today(), today()))
            return counting_reading.counted(tubes, now()), unread


def own_backend(alias: str) -> int:
    connections[alias].ensure_connection()
    return int(connections[alias].connection.info.backend_pid)


def day_of_events(table: Table, people: list[UUID]) -> list[dict[str, Any]]:
    rest = iter(people)
    for number in range(TUBES):
        barcode = f"KILL-{number:02}"
        for _one in range(IN_A_TUBE):
            table.sample(barcode, code_of(next(rest)))
        table.close(barcode)
    return table.events


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "the worker never came to it"
        time.sleep(0.2)


def test_counts_reconcile_whatever_is_killed_and_the_board_names_the_rest(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(settings.HOME), "engine", tmp_path / "engine")
    chance = random.Random(SEED)
    at = team()
    table = table_of(at.sampler, at.laboratory, limit=IN_A_TUBE)
    events = day_of_events(table, everybody(TUBES * IN_A_TUBE))
    parcels = [events[start : start + PARCEL] for start in range(0, len(events), PARCEL)]
    parcels += chance.sample(parcels, 3)
    chance.shuffle(parcels)
    kills = ["web", "worker", "database", chance.choice(["web", "worker", "database"])]
    chance.shuffle(kills)
    moments = dict(zip(sorted(chance.sample(range(len(parcels)), len(kills))), kills, strict=True))
    web = served.Web(database, tmp_path / "web.log")
    day = Campaign(at, web, Worker(database, tmp_path), database)
    web.start()
    day.worker.start()
    try:
        with httpx.Client(timeout=served.PATIENCE) as client:
            for number, parcel in enumerate(parcels):
                if number in moments:
                    day.kill(moments[number])
                day.send(client, table, parcel)
                rows, unread = day.counted()
                # What was worked through before the first question has its tube at the second.
                assert day.acknowledged <= unread | tubes_of(day)
                assert counting.gaps(rows) == []
            until(lambda: not day.counted()[1])
    finally:
        web.kill()
        day.worker.kill()
    assert sorted(day.deaths) == sorted(kills)
    rows, unread = day.counted()
    whole = counting.tally(rows)
    assert unread == set()
    assert counting.gaps(rows) == []
    assert whole.closes()
    assert (whole.tubes.collected, whole.people.collected) == (TUBES, TUBES * IN_A_TUBE)


def tubes_of(day: Campaign) -> set[str]:
    """Barcodes of the unit's tubes, closed or still being filled."""
    with scoped(day.at.sampler, "sampling") as by:
        rows = Tube.objects.filter(organisation=by.organisation)
        return set(rows.values_list("barcode", flat=True))
