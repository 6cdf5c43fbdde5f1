"""`lachan story` fills an empty database as a demo, once."""

import os
import subprocess
import sys

import psycopg
import pytest

from tests.database import ROOT

pytestmark = pytest.mark.usefixtures("database")

SMALL = ("--size", "600", "--seed", "3")


def tell(owner: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`lachan story` as `lachan up` calls it."""
    environment = os.environ | {
        "LACHAN_DSN_OWNER": owner,
        "LACHAN_DSN_APP": owner,
        "PYTHONPATH": str(ROOT / "src"),
    }
    return subprocess.run(
        [sys.executable, "-m", "lachan", "story", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def owner(database: str) -> str:
    """The owner's way into this module's database, with the territory loaded."""
    from django.db import connections

    from lachan.places.loading import load_territory

    load_territory(connections["owner"])
    parts = psycopg.conninfo.conninfo_to_dict(os.environ["LACHAN_DSN_OWNER"])
    return psycopg.conninfo.make_conninfo("", **(parts | {"dbname": database}))


@pytest.fixture(scope="module")
def told(owner: str) -> subprocess.CompletedProcess[str]:
    """The story, told once."""
    return tell(owner, *SMALL)


def one(owner: str, query: str) -> object:
    """A single value."""
    with psycopg.connect(owner) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return row[0]


def test_it_fills_the_tree_of_places(told: subprocess.CompletedProcess[str], owner: str) -> None:
    assert told.returncode == 0, told.stderr
    assert one(owner, "select count(*) from places_place where kind = 'line'") == 25
    campus = one(
        owner,
        "with recursive up as (select id, parent_id, kind from places_place"
        " where name = 'Chuyền 7' union all select p.id, p.parent_id, p.kind"
        " from places_place p join up on p.id = up.parent_id)"
        " select string_agg(kind, ' > ') from up",
    )
    assert campus == "line > workshop > building > campus"


def test_it_makes_a_demo_that_stands_at_0200_of_day_6(
    told: subprocess.CompletedProcess[str], owner: str
) -> None:
    assert told.returncode == 0, told.stderr
    assert one(owner, "select kind from core_installation") == "demo"
    stands = one(
        owner,
        "select to_char(core.now() at time zone 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24')",
    )
    assert stands == "2026-11-15 02"


def test_it_uses_the_bodies_that_are_there(
    told: subprocess.CompletedProcess[str], owner: str
) -> None:
    assert told.returncode == 0, told.stderr
    assert one(owner, "select count(*) from places_organisation where kind = 'cdc'") == 34


def test_it_refuses_a_database_that_is_not_empty(
    told: subprocess.CompletedProcess[str], owner: str
) -> None:
    before = one(owner, "select count(*) from places_place")
    again = tell(owner, *SMALL)
    assert again.returncode == 1
    assert "not_empty" in again.stderr
    assert one(owner, "select count(*) from places_place") == before
