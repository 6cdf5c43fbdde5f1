"""Killed at any moment of feeding, the index goes on as if nothing had happened."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.people.selectors import trace_ids_of
from lachan.proximity.services import record_encounter
from lachan.tracing import arrays, tasks
from lachan.tracing.meeting import Met
from tests.factories import outbreak
from tests.factories.outbreak import Factory, Unit
from tests.factories.settled import watermark

#: A process that feeds, and is killed when it has called fsync so many times.
FEEDER = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from lachan.tracing import tasks
type(settings.HOME).engine = Path(sys.argv[1])
left, sync = int(sys.argv[2]), os.fsync
def fsync(handle):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    sync(handle)
os.fsync = fsync
tasks.feed_index()
"""

#: More moments than a commit has; the loop ends at the first feeding that lives.  Every third one:
#: each is a process of its own.
MOST, EVERY = 40, 3


@pytest.fixture(scope="module")
def place(database: str) -> Factory:
    return outbreak.factory(Unit.of(outbreak.HERE_CODE))


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the index in this test."""
    folder = tmp_path / "engine"
    monkeypatch.setattr(type(settings.HOME), "engine", folder)
    return folder


def _come(place: Factory, *names: str) -> None:
    for name in names:
        place.people[name] = outbreak.somebody(name, place.unit)
        start = now() - timedelta(hours=30)
        outbreak.stay(place.line, place.people[name], start, 26 * 60, place.manager)


def _met(place: Factory, name: str) -> list[Met]:
    person = place.people[name].id
    with system_scope("test"):
        trace_id = trace_ids_of([person])[person]
    with connections["owner"].cursor() as cursor:
        cluster = arrays.identity(cursor)
    found = arrays.met(trace_id, now() - timedelta(days=3), None, cluster=cluster)
    return sorted(found, key=lambda each: each.trace_id)


def _feed_killed(folder: Path, database: str, moment: int) -> int:
    server = Postgres(Home.default())
    roles = ("app", "gate", "door", "owner")
    named = {f"LACHAN_DSN_{role.upper()}": server.dsn(f"lachan_{role}", database) for role in roles}
    done = subprocess.run(
        [sys.executable, "-c", FEEDER, str(folder), str(moment)],
        env={**os.environ, **named, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, -9}, done.stderr[-2000:]
    return done.returncode


@pytest.mark.slow
def test_it_reads_each_row_once_however_feeding_was_killed(
    database: str, place: Factory, engine: Path
) -> None:
    _come(place, "F0", "Oanh")
    watermark()
    tasks.feed_index()
    before = engine.with_name("before")
    shutil.copytree(engine, before)
    _come(place, "Hùng", "Vội")
    _encounter(place)
    watermark()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        arrays.rebuild(cursor)
    whole = {name: _met(place, name) for name in place.people}
    assert [len(found) for found in whole.values()] == [3, 3, 3, 3]

    killed = 0
    for moment in range(0, MOST, EVERY):
        shutil.rmtree(engine)
        shutil.copytree(before, engine)
        if _feed_killed(engine, database, moment) == 0:
            break
        killed += 1
        tasks.feed_index()
        assert {name: _met(place, name) for name in place.people} == whole, moment

    assert 1 < killed < MOST // EVERY


def _encounter(place: Factory) -> None:
    ids = [place.people[name].id for name in ("F0", "Vội")]
    start = now() - timedelta(hours=2)
    with system_scope("test"):
        trace = trace_ids_of(ids)
        a, b = (trace[person] for person in ids)
        record_encounter(id=uuid7(), a=a, b=b, start=start, end=start + timedelta(minutes=5))
