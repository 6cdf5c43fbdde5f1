"""The world put into an empty database by the owner role: one function per room, all or nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from lachan.config.story.filing import Files, Row
from lachan.config.story.generate import generate
from lachan.config.story.options import Options
from lachan.config.story.world import DAY, World
from lachan.core.refusals import Refused
from lachan.formats.vietnamese import fold


def load_places(files: Files) -> dict[str, int]:
    """Organisations that are not there yet, and the tree of places."""
    world = files.world
    made_at = files.at(world.start - 30 * DAY)

    def organisations() -> list[Row]:
        return [
            (
                files.organisation(index),
                row.kind,
                row.name,
                fold(row.name),
                files.commune(row.commune),
                files.province(row.province),
                None if row.parent is None else files.organisation(row.parent),
            )
            for index, row in enumerate(world.organisations)
            if not files.is_loaded(index)
        ]

    def places() -> list[Row]:
        return [
            (
                files.place(index),
                None if row.parent is None else files.place(row.parent),
                files.organisation(row.organisation),
                files.place_kind(index),
                row.name,
                fold(row.name),
                row.detail,
                files.commune_then(row.commune),
                files.commune(row.commune),
                files.province(row.province),
                made_at,
            )
            for index, row in enumerate(world.places)
        ]

    return {
        "places_organisation": files.copy(
            "places_organisation",
            ("id", "kind", "name", "folded", "commune", "province", "parent_id"),
            organisations(),
        ),
        "places_place": files.copy(
            "places_place",
            (
                *("id", "parent_id", "organisation_id", "kind", "name", "folded", "address"),
                *("unit_id", "commune", "province", "made_at"),
            ),
            places(),
        ),
    }


def rooms() -> tuple[Callable[[Files], dict[str, int]], ...]:
    """What fills each room, in the order of the floors; imported once Django is set up."""
    from lachan.config.story.load_duty import load_duty
    from lachan.config.story.load_lanes import load_lanes
    from lachan.config.story.load_people import load_people
    from lachan.config.story.load_proximity import load_proximity
    from lachan.config.story.load_rolls import load_rolls
    from lachan.config.story.load_sampling import load_sampling
    from lachan.config.story.load_vaccination import load_vaccination
    from lachan.config.story.load_venues import load_venues

    return (
        *(load_places, load_people, load_lanes, load_duty),
        *(load_venues, load_rolls, load_proximity, load_sampling, load_vaccination),
    )


def happenings() -> tuple[Callable[[Files], dict[str, int]], ...]:
    """What tells on from room to room when the clock goes forward."""
    from lachan.config.story.load_proximity import load_proximity
    from lachan.config.story.load_rolls import load_absences
    from lachan.config.story.load_sampling import load_sampling
    from lachan.config.story.load_venues import load_scans

    return (load_scans, load_absences, load_proximity, load_sampling)


def load(world: World, clock: int) -> dict[str, int]:
    """Fill the database of the `default` connection, which must be the owner's; rows by table.

    `clock` is the moment (seconds) at which the demo stands.  Raises Refused `not_empty`.
    """
    from django.db import connection, transaction

    from lachan.core.clock import day_of
    from lachan.core.installation import set_kind
    from lachan.core.ledgers import make_partitions
    from lachan.core.scope import reference_reading

    files = Files(world, connection, clock)
    counts: dict[str, int] = {}
    with reference_reading(), transaction.atomic():
        _refuse_if_not_empty(files)
        first = day_of(files.at(world.start - DAY))
        with connection.cursor() as cursor:
            last = first + timedelta(days=world.options.days + 2)
            make_partitions(cursor, first=first, last=last)
        for room in rooms():
            counts |= room(files)
        _remember(files)
        set_kind("demo", wound=files.at(clock) - datetime.now(UTC))
    return counts


def _remember(files: Files) -> None:
    """What the clock's winding needs to tell the same story further."""
    world = files.world
    ends = files.at(world.at(world.options.days))
    with files.connection.cursor() as cursor:
        cursor.execute(
            "insert into core_story (id, options, starts, ends, told_until)"
            " values (1, %s, %s, %s, %s)",
            [
                json.dumps(asdict(world.options)),
                files.at(world.start),
                max(ends, files.at(files.clock)),
                files.at(files.clock),
            ],
        )


def _refuse_if_not_empty(files: Files) -> None:
    kind = files.rows("select kind from core_installation where id = 1 for update")[0][0]
    if kind != "empty" or files.rows("select 1 from places_place limit 1"):
        raise Refused(
            "not_empty",
            "This database is not empty, so the story was not told:"
            " choose an empty folder with LACHAN_HOME.",
        )


def fill_database(options: Options, at: tuple[int, int], argv: list[str]) -> int:
    """Tell the story to the installation's database; its clock then stands `at` day and minute."""

    def work() -> dict[str, int]:
        world = generate(options)
        return load(world, world.at(at[0], 0, at[1]))

    return run_as_owner(work, argv)


def run_as_owner(work: Callable[[], dict[str, int]], argv: list[str]) -> int:
    """Do `work` in a process of the owner's and print its rows by table; the exit status.

    Without the owner's connection, `lachan story` is called again with the same words and with it.
    """
    if "LACHAN_DSN_OWNER" not in os.environ:
        return _as_owner(argv)
    # The whole process works as the owner: it is no server and ends with the story.
    os.environ["LACHAN_DSN_APP"] = os.environ["LACHAN_DSN_OWNER"]
    # The cast signs in by the door while vaccination is told.
    os.environ["LACHAN_DSN_DOOR"] = os.environ["LACHAN_DSN_OWNER"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    import django

    django.setup()
    try:
        counts = work()
    except Refused as refused:
        sys.stderr.write(f"lachan story: {refused.code}: {refused.message}\n")
        return 1
    for table, rows in counts.items():
        sys.stdout.write(f"{rows:>9,}  {table}\n")
    return 0


def _as_owner(argv: list[str]) -> int:
    """Make the server and its tables ready, then tell the story in a process of the owner's."""
    from lachan.config.database import owner_environment, prepare
    from lachan.config.dsn import conninfo_of
    from lachan.config.home import Home, HomeRefused
    from lachan.config.postgres import Postgres
    from lachan.config.supervisor.exits import exit_status

    home = Home.default()
    try:
        server = Postgres(home.create())
        started = server.start()
        prepare(server.dsn("postgres", "postgres"), home.secrets())
        owner = conninfo_of("owner")
        environment = owner_environment(owner) | {"LACHAN_DSN_APP": owner}
        status = 0
        for command in (["lachan.config.supervisor.furnish"], ["lachan", "story", *argv]):
            output = None if command[0] == "lachan" else subprocess.DEVNULL
            run = [sys.executable, "-m", *command]
            status = (
                status
                or subprocess.run(run, env=environment, stdout=output, check=False).returncode
            )
        if started:
            server.stop()
    except HomeRefused as refused:
        sys.stderr.write(f"lachan story: {refused.message}\n")
        return exit_status(refused.code)
    return status
