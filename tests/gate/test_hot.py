"""The hot path's answers, asked of the application itself on the real database."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.gate.hot import HotPath, Receive, Scope, Send, mounted
from lachan.gate.pulse import BEAT, LATE, Pulse
from lachan.places.selectors import today_of
from lachan.venues.models import Conflict, Venue
from lachan.venues.selectors import devices_of
from lachan.venues.services import close_device, suspend
from tests.factories import cast
from tests.gate import served
from tests.gate.hot_gate import Gate, code
from tests.places.units import NENH


@pytest.fixture
def gate(database: str) -> Gate:
    return Gate(database)


def test_it_records_a_scan(gate: Gate) -> None:
    (answer,) = gate.send(served.scan(uuid7()))

    assert code(answer) == (200, "recorded")
    assert gate.count() == 1


def test_it_gives_one_answer_to_a_scan_sent_many_times(gate: Gate) -> None:
    one = served.scan(uuid7())

    answers = gate.send(*[one] * 20) + gate.send(one)

    assert {code(answer) for answer in answers} == {(200, "recorded")}
    assert gate.count() == 1


def test_it_refuses_the_same_number_with_other_content(gate: Gate) -> None:
    one = served.scan(uuid7())
    gate.send(one)

    (answer,) = gate.send({**one, "direction": "out"})

    (again,) = gate.send({**one, "direction": "out"})
    assert code(answer) == code(again) == (409, "different_content")
    assert gate.count() == 1
    with scoped(cast.of_province(Role.DIRECTOR, today_of(NENH).province), "review"):
        kept = Conflict.objects.get(scan=one["id"])
    assert (kept.direction, kept.place) == ("out", gate.venue.place_id)


def test_it_decides_between_two_contents_that_come_together(gate: Gate) -> None:
    one = served.scan(uuid7())

    answers = gate.send(one, {**one, "direction": "out"})

    assert sorted(code(answer)[0] for answer in answers) == [200, 409]


def test_it_answers_a_list_row_by_row(gate: Gate) -> None:
    good, late = served.scan(uuid7()), served.scan(uuid7())
    late["at"] = (now() - timedelta(days=61)).isoformat()
    forged = served.scan(None, person="LP1:" + "A" * 136)
    odd = {"id": 7}

    (answer,) = gate.send({"scans": [good, late, forged, odd]})

    assert answer.status_code == 200
    codes = [row["code"] for row in answer.json()["answers"]]
    assert codes == ["recorded", "clock_wrong", "bad_token", "unreadable"]
    assert answer.json()["answers"][0]["id"] == good["id"]
    assert gate.count() == 1


def test_it_takes_a_device_own_compact_form(gate: Gate) -> None:
    milliseconds = int(now().timestamp() * 1000)
    person = served.code_of(uuid7())
    lines = [f"{uuid7()}||{way}|{milliseconds}|{milliseconds}|{person}" for way in ("in", "out")]

    (answer,) = gate.send("\n".join(lines), **{"Content-Type": "application/x-lachan-scans"})

    assert [row["code"] for row in answer.json()["answers"]] == ["recorded", "recorded"]
    assert gate.count() == 2


def test_a_person_checks_in_with_the_poster(gate: Gate) -> None:
    person = served.code_of(uuid7())

    (answer,) = gate.send(served.scan(place=gate.venue.code), bearer=person)
    (lost,) = gate.send(served.scan(place="K7M2QXTH"), bearer=person)

    assert code(answer) == (200, "recorded")
    assert code(lost) == (404, "unknown_place")


def test_a_code_that_was_valid_at_the_scan_may_be_sent_later(gate: Gate) -> None:
    expired = served.code_of(uuid7(), days=-1)
    early = (now() - timedelta(days=2)).isoformat()

    (offline,) = gate.send(served.scan(None, person=expired, at=early))
    (stale,) = gate.send(served.scan(None, person=expired))

    assert code(offline) == (200, "recorded")
    assert code(stale) == (403, "bad_token")


@pytest.mark.parametrize("bearer", ["LD1_invented", "LP1:" + "A" * 136, " "])
def test_it_takes_nothing_from_strangers(gate: Gate, bearer: str) -> None:
    (answer,) = gate.send(served.scan(uuid7()), bearer=bearer)

    assert answer.status_code in (401, 403)
    assert gate.count() == 0


def test_it_takes_nothing_from_a_device_that_was_closed(gate: Gate) -> None:
    with scoped(gate.manager, "places"):
        close_device(device=devices_of(gate.venue)[0], by=gate.manager)

    (answer,) = gate.send(served.scan(uuid7()))

    assert code(answer) == (401, "not_allowed")


@pytest.mark.parametrize("body", ["", "nonsense", "[]", '{"scans": 3}', "[[1]]", '"text"'])
def test_it_says_when_it_cannot_read(gate: Gate, body: str) -> None:
    (answer,) = gate.send(body)

    assert code(answer) == (400, "unreadable")


def test_it_takes_five_hundred_at_once_and_no_more(gate: Gate) -> None:
    person = served.code_of(uuid7())
    many = [served.scan(None, person=person) for _ in range(501)]

    (too_many,) = gate.send(many)
    (enough,) = gate.send(many[1:])

    assert code(too_many) == (413, "too_many")
    assert {row["code"] for row in enough.json()["answers"]} == {"recorded"}
    assert gate.count() == 500


def test_it_asks_to_come_again_when_the_database_is_away(gate: Gate) -> None:
    gate.dsn = "host=/nowhere user=lachan_gate dbname=none"

    (answer,) = gate.send(served.scan(uuid7()))

    assert code(answer) == (503, "busy")
    assert answer.headers["retry-after"] == "2"


def test_it_asks_to_come_again_while_it_is_late(gate: Gate) -> None:
    async def play() -> list[httpx.Response]:
        hot = HotPath(lambda: gate.dsn)
        headers = {"Authorization": f"Bearer {gate.token}"}
        transport = httpx.ASGITransport(hot)  # type: ignore[arg-type]
        scan = served.scan(uuid7())
        async with httpx.AsyncClient(
            transport=transport, base_url="http://gate", headers=headers
        ) as client:
            hot._running.pulse.stop()  # what follows is said by hand
            hot._running.pulse.late = 2 * LATE
            late = [await client.post(path, json=scan) for path in ("/hot/scan", "/hot/declare")]
            hot._running.pulse.late = 0.0
            answers = [*late, await client.post("/hot/scan", json=scan)]
        await hot.stop()
        return answers

    *late, soon = asyncio.run(play())

    assert [code(answer) for answer in late] == [(503, "busy")] * 2
    assert {answer.headers["retry-after"] for answer in late} == {"2"}
    assert code(soon) == (200, "recorded")


def test_a_process_that_was_held_up_knows_it_is_late() -> None:
    async def play() -> bool:
        pulse = Pulse()
        pulse.start()
        await asyncio.sleep(0)
        time.sleep(LATE + 2 * BEAT)
        late = False
        for _ in range(100):
            await asyncio.sleep(0)
            late = late or pulse.too_late
        pulse.stop()
        return late

    assert asyncio.run(play())


@pytest.mark.parametrize(
    ("accept", "sentence"), [("vi", "Đã ghi."), ("en-GB,en;q=0.9", "Recorded."), ("", "Đã ghi.")]
)
def test_it_speaks_the_reader_language(gate: Gate, accept: str, sentence: str) -> None:
    (answer,) = gate.send(served.scan(uuid7()), **{"Accept-Language": accept})

    assert answer.json()["message"] == sentence


@pytest.mark.parametrize(
    "statement",
    [
        "select * from venues_scan",
        "select * from venues_device",
        "update venues_scan set direction = 'in'",
        "delete from venues_scan",
        "select * from core_session",
        "select venues_count(gen_random_uuid(), now(), now())",
    ],
)
def test_its_role_reads_nothing(gate: Gate, statement: str) -> None:
    with (
        psycopg.connect(gate.dsn) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_it_stands_beside_the_pages_and_ends_in_order(gate: Gate) -> None:
    asked: list[str] = []

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def play() -> tuple[list[int], list[str]]:
        hot = HotPath(lambda: gate.dsn)
        application = mounted(hot, pages)
        heard: list[str] = []
        messages = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> dict[str, str]:
            return {"type": next(messages)}

        async def send(message: Any) -> None:
            heard.append(message["type"])

        transport = httpx.ASGITransport(application)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://gate") as client:
            headers = {"Authorization": f"Bearer {gate.token}"}
            scan = served.scan(uuid7())
            answers = [
                await client.get("/gate/"),
                await client.get("/hot/scan"),
                await client.post("/hot/scan", json=scan, headers=headers),
            ]
        await application({"type": "lifespan"}, receive, send)
        return [answer.status_code for answer in answers], heard

    assert asyncio.run(play()) == (
        [204, 404, 200],
        ["lifespan.startup.complete", "lifespan.shutdown.complete"],
    )
    assert asked == ["/gate/"]


def test_a_suspended_place_takes_ways_out_and_what_happened_before(gate: Gate) -> None:
    guest = uuid7()
    gate.send(served.scan(guest))
    station = cast.of_commune(Role.STATION_OFFICER, NENH)
    with scoped(station, "places"):
        suspend(venue=Venue.objects.get(id=gate.venue.id), reason="Quá số người", by=station)
    earlier = (now() - timedelta(minutes=5)).isoformat()

    answers = [
        *gate.send(served.scan(uuid7())),
        *gate.send(served.scan(guest, direction="out")),
        *gate.send(served.scan(uuid7(), at=earlier, device_at=earlier)),
        *gate.send(served.scan(uuid7(), offline=True)),
    ]

    assert [code(answer) for answer in answers] == [
        (422, "place_suspended"),
        (200, "recorded"),
        (200, "recorded"),
        (200, "recorded"),
    ]
