"""However uploads of three devices come, late, twice, split, in files: the visits are the same."""

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.carrying import carrying_point
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.credentials.bundles import seal_bundle
from lachan.gate.carried import take_in
from lachan.gate.hot import HotPath
from lachan.people.selectors import trace_ids_of
from lachan.people.services import NewPerson, Stay, register_many
from lachan.places.models import Place
from lachan.venues.models import Conflict, Scan, Venue
from lachan.venues.selectors import Step, Visit, visits_of
from lachan.venues.services import open_venue
from tests.factories import cast
from tests.gate import served
from tests.places.units import BAC_NINH, NENH

WORLDS = 60
PEOPLE = 3  # of each world, once in order and once not
SEED = 20261126


@dataclass
class Device:
    """A gate's device: what it scanned, in its own order."""

    venue: Venue
    token: str
    scans: list[dict[str, Any]] = field(default_factory=list)

    def scan(self, trace_id: UUID, direction: str, at: datetime, offset: int, number: UUID) -> None:
        """A scan as the gate's page makes it: its own number, its clock, without a network."""
        self.scans.append(
            served.scan(
                trace_id,
                id=str(number),
                direction=direction,
                at=at.isoformat(),
                device_at=(at - timedelta(milliseconds=offset)).isoformat(),
                counter=len(self.scans) + 1,
                offset_ms=offset,
                offline=True,
                way="gate",
            )
        )


class Wire:
    """The real hot path on the real database, in one loop; and the page for files."""

    def __init__(self, database: str, runner: asyncio.Runner) -> None:
        dsn = Postgres(Home.default()).dsn("lachan_gate", database)
        self.hot = HotPath(lambda: dsn)
        self.runner = runner
        self.station = cast.of_commune(Role.STATION_OFFICER, NENH)
        transport = httpx.ASGITransport(self.hot)  # type: ignore[arg-type]
        self.client = httpx.AsyncClient(transport=transport, base_url="http://gate")

    def post(self, device: Device, scans: list[dict[str, Any]]) -> list[str]:
        """One request; a list where there is more than one scan."""
        body = json.dumps(scans[0] if len(scans) == 1 else {"scans": scans})
        headers = {"Authorization": f"Bearer {device.token}", "Content-Type": "application/json"}
        asked = self.client.post("/hot/scan", content=body, headers=headers)
        told = self.runner.run(asked).json()  # type: ignore[arg-type]
        return [one["code"] for one in told.get("answers", [told])]

    def carry(self, device: Device, scans: list[dict[str, Any]]) -> None:
        """A file, given in at a station."""
        part = {"gate": device.venue.code, "token": device.token, "scans": scans}
        text = seal_bundle(carrying_point(), json.dumps({"parts": [part]}).encode()).encode()
        with scoped(self.station, "carry_scans"):
            made = take_in(name="a.lachan", text=text, by=self.station)
        assert made.recorded + made.already == len(scans), made

    async def stop(self) -> None:
        await self.client.aclose()
        await self.hot.stop()


@contextmanager
def wire_to(database: str) -> Iterator[Wire]:
    with asyncio.Runner() as runner:
        wire = Wire(database, runner)
        yield wire
        runner.run(wire.stop())


def venues_of_town(manager: Principal) -> list[Venue]:
    """A factory with a gate of its own, and a market elsewhere: inside and apart both occur."""
    factory = served.venue_of(manager, name="Nhà máy Hải Âu", kind="campus")
    gate = Place.objects.using("owner").create(
        organisation_id=manager.organisation,
        kind="gate",
        name="Cổng số 2",
        parent_id=factory.place_id,
        commune=NENH,
        province=BAC_NINH,
    )
    with scoped(manager, "places"):
        second = open_venue(place=Place.objects.get(id=gate.id), by=manager)
    return [factory, second, served.venue_of(manager)]


def everybody(count: int) -> list[UUID]:
    """Pseudonyms of people of the register."""
    new = [
        NewPerson(full_name=f"Người Thứ {number}", stay=Stay(NENH, BAC_NINH), birth="1990")
        for number in range(count)
    ]
    with system_scope("test") as by:
        people = register_many(new, by=by)
        traces = trace_ids_of([person.id for person in people])
    return [traces[person.id] for person in people]


def a_day(chance: random.Random) -> list[tuple[int, int, str, datetime]]:
    """(device, person, direction, at) in order of time; sometimes two in the same minute."""
    at = (now() - timedelta(days=3)).replace(second=0, microsecond=0)
    made = []
    for _ in range(chance.randrange(4, 14)):
        at += timedelta(minutes=chance.choice([0, 1, 7, 30, 61, 90, 240, 500]))
        direction = chance.choice(["in", "in", "out"])
        made.append((chance.randrange(3), chance.randrange(PEOPLE), direction, at))
    return made


def play(
    devices: list[Device], day: list[tuple[int, int, str, datetime]], people: list[UUID]
) -> None:
    for device in devices:
        device.scans = []
    offsets = [0, 90_000, -4_000]  # milliseconds: one is right, one late, one a little ahead
    # Two scans of one minute are told apart by their numbers: these count up, in both runs.
    first = uuid7().int >> 16 << 16
    for count, (number, who, direction, at) in enumerate(day):
        scan = UUID(int=first + count)
        devices[number].scan(people[who], direction, at, offsets[number], scan)


def in_order(wire: Wire, devices: list[Device]) -> None:
    """Each device one by one, as if the network had always been there."""
    for device in devices:
        for scan in device.scans:
            assert wire.post(device, [scan]) == ["recorded"]


def mixed(wire: Wire, devices: list[Device], chance: random.Random) -> int:
    """Split, reordered, sent twice, by request and by file; other content under a known number.

    How many of the last there were: each is refused, and kept for review.
    """
    parcels: list[tuple[Device, list[dict[str, Any]]]] = []
    for device in devices:
        rest = list(device.scans)
        while rest:
            size = chance.randrange(1, 5)
            parcels.append((device, rest[:size]))
            rest = rest[size:]
    parcels += [
        (d, chance.sample(scans, len(scans))) for d, scans in parcels if chance.random() < 0.5
    ]
    chance.shuffle(parcels)
    others = 0
    for device, scans in parcels:
        if chance.random() < 0.4:
            wire.carry(device, scans)
            continue
        assert set(wire.post(device, scans)) == {"recorded"}
        if chance.random() < 0.2:
            changed = {"in": "out", "out": "in"}[scans[0]["direction"]]
            assert wire.post(device, [{**scans[0], "direction": changed}]) == ["different_content"]
            others += 1
    return others


def scans_of(people: list[UUID]) -> list[Scan]:
    with system_scope("test"):
        return list(Scan.objects.filter(trace_id__in=people))


def visits(scans: list[Scan], person: UUID) -> list[Visit]:
    with system_scope("test"):
        return visits_of(
            Step(scan.at, scan.place, scan.direction, scan.id, scan.source)
            for scan in scans
            if scan.trace_id == person
        )


def test_any_interleaving_gives_the_same_visits(database: str) -> None:
    chance = random.Random(SEED)
    manager = served.manager()
    devices = [Device(v, served.device_token(v, manager)) for v in venues_of_town(manager)]
    people = everybody(2 * PEOPLE * WORLDS)
    seen = others = 0
    with wire_to(database) as wire:
        for _world in range(WORLDS):
            straight, crooked = people[:PEOPLE], people[PEOPLE : 2 * PEOPLE]
            people = people[2 * PEOPLE :]
            day = a_day(chance)
            play(devices, day, straight)
            in_order(wire, devices)
            play(devices, day, crooked)
            refused = mixed(wire, devices, chance)

            told, wanted = scans_of(crooked), scans_of(straight)
            assert len(told) == len(wanted) == len(day)
            for one, other in zip(crooked, straight, strict=True):
                assert visits(told, one) == visits(wanted, other), day
            assert sorted(each.counter for each in told) == sorted(each.counter for each in wanted)
            assert all(each.offline for each in told)
            with system_scope("test"):
                kept = Conflict.objects.filter(scan__in=[each.id for each in told]).count()
            assert (kept > 0) == (refused > 0)
            seen += sum(len(visits(told, one)) for one in crooked)
            others += refused
    assert seen > WORLDS
    assert others > 10


def test_the_clock_of_a_device_is_set_right_and_its_own_word_kept(database: str) -> None:
    manager = served.manager()
    venue = served.venue_of(manager)
    device = Device(venue, served.device_token(venue, manager))
    [mai] = everybody(1)
    at = now() - timedelta(hours=2)
    device.scan(mai, "in", at, 90_000, uuid7())
    with wire_to(database) as wire:
        wire.post(device, device.scans)
    [scan] = scans_of([mai])
    assert (scan.at, scan.offset_ms, scan.counter) == (at, 90_000, 1)
    assert scan.device_at == at - timedelta(seconds=90)
