"""However uploads of two devices come, late, twice, split, reordered: visits and doses are one."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from lachan.core.clock import now
from lachan.core.scope import system_scope
from lachan.people.services import NewPerson, Stay, register_many
from lachan.vaccination.models import SiteEvent, SiteVisit
from lachan.vaccination.selectors import doses_of
from lachan.vaccination.site_tasks import take_site_events
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import code_of
from tests.vaccination.sites import PRODUCT, Device, Wire, device_of, facility, session_of, wire_to

WORLDS = 8
PEOPLE = 4
SEED = 20261127
OTHER = "comirnaty"

Step = tuple[int, str, int]


def everybody(count: int) -> list[UUID]:
    new = [
        NewPerson(full_name=f"Người Thứ {n}", stay=Stay(NENH, BAC_NINH), birth="1970")
        for n in range(count)
    ]
    with system_scope("test") as by:
        return [person.id for person in register_many(new, by=by)]


def a_day(chance: random.Random) -> list[Step]:
    """(device, what, person or step) in order of time; what should not happen does now and then."""
    made: list[Step] = []
    kinds = (
        *("received", "screened", "injected", "injected", "other", "discharged", "left"),
        *("problem", "solved", "other"),
    )
    for _ in range(chance.randrange(10, 22)):
        if made and chance.random() < 0.2:
            made.append((chance.randrange(2), "undo", chance.randrange(len(made))))
        else:
            made.append((chance.randrange(2), chance.choice(kinds), chance.randrange(PEOPLE)))
    return made


def play(devices: list[Device], day: list[Step], codes: list[str]) -> None:
    """Each step as its device tells it; times differ by a minute, devices' clocks by hours."""
    start = now() - timedelta(hours=30)
    told: list[dict[str, Any]] = []
    for device in devices:
        device.events = []
    for count, (number, what, which) in enumerate(day):
        device, at = devices[number], start + timedelta(minutes=count)
        if what == "undo":
            told.append(device.undo(told[which], at=at))
        elif what == "received":
            identity = "mismatch" if count % 5 == 0 else "match"
            told.append(device.received(codes[which], identity=identity, number=count, at=at))
        elif what == "screened":
            outcome = ("eligible", "caution", "postpone")[count % 3]
            told.append(device.screened(codes[which], outcome, at=at))
        elif what == "problem":
            reason = ("identity", "elsewhere", "screening")[count % 3]
            told.append(device.tell("problem", codes[which], reason=reason, at=at))
        elif what == "solved":
            back = ("line", "screening")[count % 2]
            solved = {"how": "Đã xem giấy", "back": back, "at": at}
            told.append(device.tell("solved", codes[which], **solved))
        elif what in ("injected", "other"):
            product = PRODUCT if what == "injected" else OTHER
            told.append(device.injected(codes[which], product=product, at=at))
        else:
            told.append(device.tell(what, codes[which], at=at))


def in_order(wire: Wire, devices: list[Device]) -> None:
    told = [(event, device) for device in devices for event in device.events]
    for event, device in sorted(told, key=lambda one: one[0]["at"]):
        assert wire.post(device, event) == ["recorded"]
    take_site_events()


def mixed(wire: Wire, devices: list[Device], chance: random.Random) -> None:
    """Split, reordered, sent twice, the worker in between."""
    parcels: list[tuple[Device, list[dict[str, Any]]]] = []
    for device in devices:
        rest = list(device.events)
        while rest:
            size = chance.randrange(1, 5)
            parcels.append((device, rest[:size]))
            rest = rest[size:]
    parcels += [(t, chance.sample(e, len(e))) for t, e in parcels if chance.random() < 0.5]
    chance.shuffle(parcels)
    for device, events in parcels:
        assert set(wire.post(device, *events)) == {"recorded"}
        if chance.random() < 0.3:
            take_site_events()
    take_site_events()


def state_of(session: UUID, people: list[UUID], start: dict[str, int]) -> list[Any]:
    """Everything about the world's visits and true doses, with events by their place in the day."""
    found: list[Any] = []
    with system_scope("test"):
        for person in people:
            visit = SiteVisit.objects.filter(session=session, person=person).first()
            told = visit and (
                *(visit.step, visit.number, visit.identity, visit.screening.get("outcome")),
                *(sorted(visit.flags), visit.dose_id is None, visit.consent_at is None),
                *(visit.discharged_at is None, visit.left_at is None),
                *(visit.problem, visit.problem_at and start[visit.problem_at.isoformat()]),
            )
            doses = [(one.product, start[one.given_at.isoformat()]) for one in doses_of(person)]
            found.append((told, doses))
    return found


def moments(devices: list[Device]) -> dict[str, int]:
    """The minute of the day by its time."""
    times = sorted(event["at"] for device in devices for event in device.events)
    return {at: number for number, at in enumerate(times)}


def test_any_interleaving_gives_the_same_visits_and_doses(database: str) -> None:
    chance = random.Random(SEED)
    by = facility()
    people = everybody(2 * PEOPLE * WORLDS)
    flags: set[str] = set()
    counted = 0
    with wire_to(database) as wire:
        first = session_of(by, PRODUCT, OTHER)
        devices = [device_of(by, first, offset=offset) for offset in (0, 7 * 3600 * 1000)]
        for _ in range(WORLDS):
            straight, crooked = people[:PEOPLE], people[PEOPLE : 2 * PEOPLE]
            people = people[2 * PEOPLE :]
            day = a_day(chance)
            play(devices, day, [code_of(one) for one in straight])
            in_order(wire, devices)
            wanted = state_of(first.id, straight, moments(devices))
            play(devices, day, [code_of(one) for one in crooked])
            mixed(wire, devices, chance)
            assert state_of(first.id, crooked, moments(devices)) == wanted, day
            flags |= {flag for told, _doses in wanted if told for flag in told[4]}
            counted += sum(len(doses) for _told, doses in wanted)
    # What is compared is there, and went wrong in every way.
    assert {"twice", "two_products", "identity", "no_reception", "no_screening"} <= flags
    assert "problem_open" in flags
    assert counted > WORLDS
    with system_scope("test"):
        assert not SiteEvent.objects.filter(settled_at=None).exists()
