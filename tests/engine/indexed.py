"""Random worlds fed into an index as the live feeder does it: day by day, late, and again."""

import random
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from lachan.engine.days import RawVisit, days_of
from lachan.engine.feeding import Writer
from lachan.engine.reaching import CaseWindow
from tests.engine.worlds import World

CLUSTER = "a-cluster"
NAMESPACE = UUID(int=20)


def uuid_of(name: str) -> UUID:
    """The UUID that stands for a name of a world."""
    return uuid5(NAMESPACE, name)


def with_uuids(world: World) -> World:
    """The same world, people and venues named by the text of their UUIDs."""

    def text(name: str) -> str:
        return str(uuid_of(name))

    return World(
        [(text(p), text(v), start, end) for p, v, start, end in world.visits],
        [(text(a), text(b), start, end) for a, b, start, end in world.encounters],
        [(text(p), start, end) for p, start, end in world.cases],
        world.rule,
    )


def cases_of(world: World) -> list[CaseWindow]:
    """The cases as the index is asked about them."""
    return [CaseWindow(UUID(person), start, end) for person, start, end in world.cases]


def feed(folder: Path, world: World, dice: random.Random) -> None:
    """Everybody's days in random order, some first wrong; commits and sealing in between."""
    queues = [*person_queues(world, dice), [("meet", row) for row in world.encounters]]
    with Writer(folder, CLUSTER) as writer:
        while queues := [queue for queue in queues if queue]:
            step, what = dice.choice(queues).pop(0)
            if step == "meet":
                a, b, start, end = what
                writer.meet(UUID(a), UUID(b), start, end)
            else:
                writer.replace(*what)
            if dice.random() < 0.3:
                writer.commit({"step": step})
            if dice.random() < 0.1 and step == "replace":
                writer.seal(what[1])
        writer.commit({"step": "last"})


def person_queues(world: World, dice: random.Random) -> list[list[tuple[str, Any]]]:
    """For every person the days to be replaced, in order; the true ones come last."""
    visits: dict[str, list[RawVisit]] = defaultdict(list)
    for person, venue, start, end in world.visits:
        visits[person].append(RawVisit(UUID(venue), start, end))
    queues = []
    for person, own in visits.items():
        true = days_of(own, world.rule.open_minutes)
        wrong = days_of([dice.choice(own)], world.rule.open_minutes + 100)
        first = wrong if dice.random() < 0.5 else {}
        days = sorted(true.keys() | first.keys())
        queues.append(
            [("replace", (UUID(person), day, first[day])) for day in sorted(first)]
            + [("replace", (UUID(person), day, true.get(day, []))) for day in days]
        )
    return queues
