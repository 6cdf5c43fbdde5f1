"""Where the story's households live, house by house: lanes, numbers, and a plan to draw them on.

The hamlet stands in the household's address already; here it becomes lanes short enough to be
closed without closing the hamlet.  The same world gives the same plan.
"""

from collections import defaultdict
from dataclasses import dataclass

from lachan.config.story.world import World

#: Houses of one lane at most: a hamlet with more has several.
HOUSES = 16

#: Metres along the lane between two house fronts, and from the middle of the lane to a house.
FRONT, ASIDE = 9.0, 7.0

#: Metres between two lanes, and between two hamlets.
BETWEEN, BLOCK = 34.0, 60.0

#: Hamlets side by side on the plan.
COLUMNS = 3

#: Places of the story that a zone would count as businesses.
SHOPS = frozenset({"shop"})


@dataclass(frozen=True, slots=True)
class StoryLane:
    """A lane with its households in the order in which they live along it."""

    name: str
    kind: str
    commune: str
    households: tuple[int, ...]
    x: float
    y: float

    def number(self, at: int) -> str:
        """What stands at the door of the house at `at`: odd on one side, even on the other."""
        return str(at + 1)

    def position(self, at: int) -> tuple[float, float]:
        """Metres east and north of the commune's point."""
        side = ASIDE if at % 2 else -ASIDE
        return self.x + (at // 2) * FRONT, self.y + side


def lay_out(world: World) -> list[StoryLane]:
    """Every household of the story on a lane, commune by commune."""
    hamlets: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, house in enumerate(world.households):
        hamlets[house.commune][house.address.split(",")[0]].append(index)
    return [
        lane
        for commune, found in sorted(hamlets.items())
        for place, (hamlet, households) in enumerate(sorted(found.items()))
        for lane in _hamlet(commune, hamlet, households, place)
    ]


def _hamlet(commune: str, hamlet: str, households: list[int], place: int) -> list[StoryLane]:
    """The lanes of one hamlet, below one another."""
    town = hamlet.startswith("Tổ dân phố")
    part = "Ngõ" if town else "Xóm"
    x = (place % COLUMNS) * (HOUSES // 2 * FRONT + BLOCK)
    y = -(place // COLUMNS) * (3 * BETWEEN + BLOCK)
    chunks = [households[at : at + HOUSES] for at in range(0, len(households), HOUSES)]
    lanes = []
    for number, chunk in enumerate(chunks):
        whole = len(chunks) == 1
        name = hamlet if whole else f"{part} {number + 1}, {hamlet}"
        kind = ("quarter" if town else "hamlet") if whole else "lane"
        lanes.append(StoryLane(name, kind, commune, tuple(chunk), x, y - number * BETWEEN))
    return lanes


def shops_on(world: World, lanes: list[StoryLane]) -> dict[int, int]:
    """place of the story -> the lane it lies on: a commune's shops one after the other."""
    of_commune: defaultdict[str, list[int]] = defaultdict(list)
    for index, lane in enumerate(lanes):
        of_commune[lane.commune].append(index)
    found: dict[int, int] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    for index, place in enumerate(world.places):
        here = of_commune.get(place.commune)
        if place.kind not in SHOPS or not here:
            continue
        found[index] = here[counts[place.commune] % len(here)]
        counts[place.commune] += 1
    return found
