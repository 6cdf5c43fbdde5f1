"""The demo's clock goes forward: what happened until then is told, each fact once."""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from lachan.config.story.filing import Files
from lachan.config.story.generate import generate
from lachan.config.story.options import Options
from lachan.config.story.world import World
from lachan.core.refusals import Refused

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

#: Days of partitions beyond the new clock: a device may be ahead of us by as much.
DAYS_BEYOND = timedelta(days=3)

#: What upper rooms wait for, by table.
BELLS = {
    "venues_scan": "venues.scan",
    "proximity_encounter": "proximity.encounter",
    "sampling_release": "sampling.result",
}


@lru_cache(maxsize=1)
def recall(options: Options) -> World:
    """The world of these options; kept, since a clock is seldom wound only once."""
    return generate(options)


def wind(until: datetime, *, stands: bool = False) -> dict[str, int]:
    """Tell everything that happened until `until`, and set the clock there; rows by table.

    `stands`: the clock is there already by itself, and only what it passed is told.
    One transaction of the owner's: told whole or not at all, and never twice.
    Refused: not_demo, clock_backwards, clock_beyond.
    """
    from django.db import connections, transaction

    from lachan.core.installation import look_again

    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        options, told_until, ends = _story(cursor)
        _refuse(cursor, until, ends, stands=stands)
        world = recall(options)
        files = Files(world, owner, clock=int(until.timestamp()), since=int(told_until.timestamp()))
        counts = _tell(files, cursor) if until > told_until else {}
        if not stands:
            _set_clock(cursor, until)
        cursor.execute("update core_story set told_until = greatest(told_until, %s)", [until])
        for table, bell in BELLS.items():
            if counts.get(table):
                cursor.execute("select pg_notify('lachan_facts', %s)", [bell])
    look_again()
    return counts


def _story(cursor: "CursorWrapper") -> tuple[Options, datetime, datetime]:
    """What is told and how far; locked, so that two windings take turns."""
    cursor.execute(
        "select options, told_until, ends from core_story where id = 1"
        " and (select kind from core_installation where id = 1) = 'demo' for update"
    )
    row = cursor.fetchone()
    if row is None:
        raise Refused("not_demo", "Only a demo's clock can be wound: there is no story here.")
    options = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    return Options(**options), row[1], row[2]


def _refuse(cursor: "CursorWrapper", until: datetime, ends: datetime, *, stands: bool) -> None:
    cursor.execute("select core.now()")
    here = cursor.fetchone()[0]
    if until <= here and not stands:
        raise Refused(
            "clock_backwards",
            f"The demo's clock only goes forward; it stands at {here:%Y-%m-%d %H:%M} UTC.",
        )
    if until > ends:
        raise Refused("clock_beyond", f"The story ends at {ends:%Y-%m-%d %H:%M} UTC.")


def _tell(files: Files, cursor: "CursorWrapper") -> dict[str, int]:
    from lachan.config.story.load import happenings
    from lachan.core.clock import day_of
    from lachan.core.ledgers import make_partitions

    first = day_of(files.at(files.since or files.clock))
    make_partitions(cursor, first=first, last=day_of(files.at(files.clock)) + DAYS_BEYOND)
    counts: dict[str, int] = {}
    for room in happenings():
        counts |= room(files)
    return counts


def _set_clock(cursor: "CursorWrapper", until: datetime) -> None:
    """The clock jumps, and open sessions jump with it: nobody is signed out by a tale."""
    cursor.execute(
        "update core_session set expires_at = expires_at + (%s - core.now())"
        " where closed_at is null and expires_at > core.now() and not system",
        [until],
    )
    # By the clock on the wall: the transaction began before the telling.
    cursor.execute(
        "update core_installation set wound = %s - clock_timestamp() where id = 1", [until]
    )


def follow() -> int:
    """Tell what a clock that runs by itself has passed since; how many facts there were."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "select least(core.now(), ends) from core_story"
            " where told_until < least(core.now(), ends)"
            " and (select kind from core_installation where id = 1) = 'demo'"
        )
        row = cursor.fetchone()
    return sum(wind(row[0], stands=True).values()) if row else 0


def fulfil() -> int:
    """Fulfil the wish that waits, saying how far it is; how many facts were told."""
    wish = _next_wish()
    if wish is None:
        return 0
    number, wanted, options = wish
    _stage(number, "recalling")
    recall(options)
    _stage(number, "telling")
    try:
        rows = sum(wind(wanted).values())
    except Refused:
        # The clock ran past the wish while it waited: what was wanted holds.
        rows = follow()
    _stage(number, "done", rows)
    return rows


def _next_wish() -> tuple[int, datetime, Options] | None:
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "select id, wanted from core_clockwish where stage <> 'done' order by id limit 1"
        )
        row = cursor.fetchone()
        return (int(row[0]), row[1], _story(cursor)[0]) if row else None


def _stage(number: int, stage: str, rows: int = 0) -> None:
    """Committed at once: pages show it while the telling goes on."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "update core_clockwish set stage = %s, rows = %s where id = %s", [stage, rows, number]
        )


def wind_by_hand(at: tuple[int, int], argv: list[str]) -> int:
    """`lachan story --wind DAY,HH:MM`: the same as the demo's page, from a command line."""
    from lachan.config.story.load import run_as_owner

    def work() -> dict[str, int]:
        from lachan.core.demo_clock import moment_of, story

        told = story()
        if told is None:
            raise Refused("not_demo", "Only a demo's clock can be wound: there is no story here.")
        return wind(moment_of(told, *at))

    return run_as_owner(work, argv)
