"""The plan of houses put into the database: lanes, houses, who lives where, shops on lanes."""

from collections.abc import Iterator

from lachan.config.story.filing import Files, Row
from lachan.config.story.lanes import StoryLane, lay_out, shops_on
from lachan.config.story.world import DAY
from lachan.formats.vietnamese import fold

WHERE = ("commune", "province")


def load_lanes(files: Files) -> dict[str, int]:
    """Lanes and houses of every commune of the story, and every household in its house."""
    world = files.world
    lanes = lay_out(world)
    counts = {
        "places_lane": files.copy(
            "places_lane",
            ("id", "kind", "name", "folded", "ord", "made_at", *WHERE),
            _lanes(files, lanes),
        ),
        "places_dwelling": files.copy(
            "places_dwelling",
            ("id", "lane_id", "number", "ord", "x", "y", "made_at", *WHERE),
            _houses(files, lanes),
        ),
        "people_householddwelling": files.copy(
            "people_householddwelling",
            ("id", "household", "dwelling_id", "since", *WHERE),
            _homes(files, lanes),
        ),
    }
    rows = [
        (world.uuid("lane", lane), files.place(place))
        for place, lane in shops_on(world, lanes).items()
    ]
    with files.connection.cursor() as cursor:
        cursor.executemany("update places_place set lane_id = %s where id = %s", rows)
    return counts


def _where(files: Files, lane: StoryLane) -> tuple[int, int]:
    return files.commune(lane.commune), files.province(files.world.unit_of[lane.commune].province)


def _lanes(files: Files, lanes: list[StoryLane]) -> Iterator[Row]:
    made_at = files.at(files.world.start - 30 * DAY)
    for index, lane in enumerate(lanes):
        me = files.world.uuid("lane", index)
        yield (me, lane.kind, lane.name, fold(lane.name), index, made_at, *_where(files, lane))


def _houses(files: Files, lanes: list[StoryLane]) -> Iterator[Row]:
    world, made_at = files.world, files.at(files.world.start - 30 * DAY)
    for index, lane in enumerate(lanes):
        own, where = world.uuid("lane", index), _where(files, lane)
        for at, household in enumerate(lane.households):
            me = world.uuid("dwelling", household)
            x, y = lane.position(at)
            yield (me, own, lane.number(at), at + 1, x, y, made_at, *where)


def _homes(files: Files, lanes: list[StoryLane]) -> Iterator[Row]:
    world, since = files.world, files.at(files.world.start - 20 * DAY).date()
    for lane in lanes:
        where = _where(files, lane)
        for household in lane.households:
            home = world.uuid("household", household)
            house = world.uuid("dwelling", household)
            yield (world.uuid("householddwelling", household), home, house, since, *where)
