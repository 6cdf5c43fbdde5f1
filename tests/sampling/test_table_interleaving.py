"""However uploads of three devices come, late, twice, split, reordered: the tubes are the same."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.people.services import NewPerson, Stay, register_many
from lachan.sampling.models import Sample, TableEvent, TableReview, Tube
from lachan.sampling.table_tasks import take_table_events
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import code_of
from tests.sampling.tables import Table, Wire, table_of, unit, wire_to

WORLDS = 12
PEOPLE = 6
LIMIT = 3
SEED = 20261126

#: A world's tube by its letter: who stands in it, all rows, its times, and the kinds of reviews.
State = dict[str, Any]


def everybody(count: int) -> list[UUID]:
    new = [
        NewPerson(full_name=f"Người Thứ {number}", stay=Stay(NENH, BAC_NINH), birth="1990")
        for number in range(count)
    ]
    with system_scope("test") as by:
        return [person.id for person in register_many(new, by=by)]


def a_day(chance: random.Random) -> list[tuple[Any, ...]]:
    """(table, what, tube, person or sample) in order of time; limits are broken now and then."""
    made: list[tuple[Any, ...]] = []
    for _ in range(chance.randrange(8, 20)):
        table, tube = chance.randrange(3), chance.choice("AB")
        done = [step for step in made if step[1] == "sample"]
        if done and chance.random() < 0.2:
            made.append((table, "undo", "", chance.randrange(len(done))))
        elif chance.random() < 0.1:
            made.append((table, "close", tube, 0))
        else:
            made.append((table, "sample", tube, chance.randrange(PEOPLE)))
    return made


def play(tables: list[Table], day: list[tuple[Any, ...]], codes: list[str], world: str) -> None:
    """Each step as its device tells it; times differ by a minute, devices' clocks by more."""
    start = now() - timedelta(days=3)
    samples: list[dict[str, Any]] = []
    for table in tables:
        table.events = []
    for count, (number, what, tube, which) in enumerate(day):
        at = start + timedelta(minutes=count)
        if what == "sample":
            samples.append(tables[number].sample(f"{world}{tube}", codes[which], at=at))
        elif what == "undo":
            tables[number].undo(samples[which], at=at)
        else:
            tables[number].close(f"{world}{tube}", at=at)


def in_order(wire: Wire, tables: list[Table]) -> None:
    told = [(event, table) for table in tables for event in table.events]
    for event, table in sorted(told, key=lambda one: one[0]["at"]):
        assert wire.post(table, event) == ["recorded"]
    take_table_events()


def mixed(wire: Wire, tables: list[Table], chance: random.Random) -> int:
    """Split, reordered, sent twice, the worker in between; how many were sent with other content:
    each is refused and kept."""
    parcels: list[tuple[Table, list[dict[str, Any]]]] = []
    for table in tables:
        rest = list(table.events)
        while rest:
            size = chance.randrange(1, 5)
            parcels.append((table, rest[:size]))
            rest = rest[size:]
    parcels += [(t, chance.sample(e, len(e))) for t, e in parcels if chance.random() < 0.5]
    chance.shuffle(parcels)
    others = 0
    for table, events in parcels:
        assert set(wire.post(table, *events)) == {"recorded"}
        if chance.random() < 0.3:
            take_table_events()
        if chance.random() < 0.1:
            changed = {**events[0], "offset_ms": 77}
            assert wire.post(table, changed) == ["different_content"]
            others += 1
    take_table_events()
    return others


def state_of(world: str, people: list[UUID]) -> State:
    """Everything about the world's tubes, with people and samples by their place in it."""
    with system_scope("test"):
        found: State = {}
        for letter in "AB":
            barcode = f"{world}{letter}"
            tube = Tube.objects.filter(barcode=barcode).first()
            rows = Sample.written.filter(tube__barcode=barcode).order_by("taken_at", "id")
            reviews = TableReview.objects.filter(barcode=barcode, ended_at=None)
            found[letter] = (
                tube and (tube.limit, tube.organisation, tube.closed_at is not None),
                [
                    (people.index(row.person_id), row.round, row.taken_back_at is None)
                    for row in rows
                ],
                sorted(
                    (review.kind, people.index(review.person) if review.person else -1)
                    for review in reviews
                    if review.kind != "different_content"
                ),
            )
        return found


def test_any_interleaving_gives_the_same_tubes_and_samples(database: str) -> None:
    chance = random.Random(SEED)
    sampler, laboratory = unit(), uuid7()
    tables = [
        table_of(sampler, laboratory, limit=LIMIT, offset=offset) for offset in (0, 90_000, -4_000)
    ]
    people = everybody(2 * PEOPLE * WORLDS)
    kinds: set[str] = set()
    others = counted = 0
    with wire_to(database) as wire:
        for number in range(WORLDS):
            straight, crooked = people[:PEOPLE], people[PEOPLE : 2 * PEOPLE]
            people = people[2 * PEOPLE :]
            day = a_day(chance)
            play(tables, day, [code_of(one) for one in straight], f"S{number}")
            in_order(wire, tables)
            wanted = state_of(f"S{number}", straight)
            play(tables, day, [code_of(one) for one in crooked], f"C{number}")
            others += mixed(wire, tables, chance)

            assert state_of(f"C{number}", crooked) == wanted, day
            kinds |= {kind for _tube, _rows, reviews in wanted.values() for kind, _who in reviews}
            counted += sum(len(rows) for _tube, rows, _reviews in wanted.values())
            for table in tables:
                told = [event["counter"] for event in table.events]
                assert counters(table, f"C{number}") == told
    # What is compared is there, and limits were broken in every way.
    assert {"over_limit", "in_tube", "two_tubes", "two_devices", "after_close"} <= kinds
    assert others > 0
    assert counted > WORLDS


def counters(table: Table, world: str) -> list[int]:
    """The device's numbers in the ledger: none is missing, none is there twice."""
    with system_scope("test"):
        rows = TableEvent.objects.filter(
            device=table.device, barcode__startswith=world, instead_of=None
        )
        return sorted(rows.values_list("counter", flat=True))
