"""`lachan story` fills an empty database as a demo, once."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, sized
from lachan.config.story.population import SAME_NAME, SAME_YEAR
from lachan.config.story.world import World
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import card_of, duty_unit_of, on_duty_in
from lachan.people.signing_in import cast_of_demo, enter
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


@pytest.fixture(scope="module")
def story() -> World:
    """The same story, told to this process."""
    return generate(replace(sized(PRESETS["mac-dinh"], 600), seed=3))


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


def test_thirty_persons_are_found_by_one_phone(
    told: subprocess.CompletedProcess[str], owner: str
) -> None:
    assert told.returncode == 0, told.stderr
    crowd = "select count(*) n from people_blindindex where kind = 'phone' group by hmac"
    assert one(owner, f"select max(n) from ({crowd}) counted") == 30
    # Beside it only those whom the factory's list entered a second time, by a row with errors.
    assert one(owner, f"select count(*) from ({crowd}) counted where n > 2") == 1


def test_what_identifies_somebody_is_sealed_and_opens(
    told: subprocess.CompletedProcess[str], story: World
) -> None:
    assert told.returncode == 0, told.stderr
    index = story.planted.same_name[0]
    with system_scope("test"):
        card = card_of(story.uuid("person", index))
    assert card.name == SAME_NAME
    assert card.birth_year == SAME_YEAR


def test_the_database_knows_only_what_had_arrived_by_its_clock(
    told: subprocess.CompletedProcess[str], owner: str, story: World
) -> None:
    assert told.returncode == 0, told.stderr
    clock = story.at(6, 2)
    arrived = [
        said
        for scan in story.scans
        for said in (scan.entered, scan.left)
        if said is not None and said - story.clock_errors.get(scan.device, 0) <= clock
    ]
    listed = sum(row.end <= clock for row in story.rosters)
    assert one(owner, "select count(*) from venues_scan") == len(arrived) + 2 * listed
    assert one(owner, "select max(received_at) <= core.now() from venues_scan")
    assert one(owner, "select count(*) from venues_scan_other") == 0


def test_the_result_of_f0_waits_for_its_release(
    told: subprocess.CompletedProcess[str], owner: str, story: World
) -> None:
    assert told.returncode == 0, told.stderr
    person = story.uuid("person", story.planted.f0)
    waiting = (
        "select count(*) from sampling_sample s join sampling_result r using (tube_id)"
        f" where s.person_id = '{person}' and r.outcome = 'positive'"
        " and not exists (select 1 from sampling_release x where x.result_id = r.id)"
    )
    assert one(owner, waiting) == 1
    released = sum(
        sample.outcome == "positive" and sample.released_at <= story.at(6, 2)
        for sample in story.samples
    )
    assert released > 0
    assert one(owner, "select count(*) from sampling_release") == released


def test_phones_have_sent_their_encounters(
    told: subprocess.CompletedProcess[str], owner: str, story: World
) -> None:
    assert told.returncode == 0, told.stderr
    sent = sum(row.end + 600 <= story.at(6, 2) for row in story.encounters)
    assert one(owner, "select count(*) from proximity_encounter") == sent


def test_the_cast_can_be_played(told: subprocess.CompletedProcess[str], story: World) -> None:
    assert told.returncode == 0, told.stderr
    cast = [account for account, _role in cast_of_demo()]
    assert [account.name for account in cast] == [account.name for account in story.accounts]
    drawn = json.loads((ROOT / "src/lachan/ui/frontend.json").read_text("utf-8"))["icons"]
    assert {one.cast_icon for one in cast} | {one.cast_device for one in cast} <= set(drawn)
    tracer = next(account for account in cast if account.handle == "tracer")
    principal = enter(tracer)
    assert principal.has(Role.TRACER)
    with scoped(principal, "test"):
        assert Person.objects.exists()
        assert not Person.objects.exclude(province=principal.province).exists()


def test_the_cast_is_on_duty_when_the_first_result_comes(
    told: subprocess.CompletedProcess[str], story: World
) -> None:
    assert told.returncode == 0, told.stderr
    accounts = {account.handle: account for account, _role in cast_of_demo()}
    night = datetime.fromtimestamp(story.at(6, 2, 10), UTC)
    tracer = enter(accounts["tracer"])
    assert tracer.province is not None
    with scoped(tracer, "duty"):
        answering = on_duty_in(tracer.province, [], night)[None]
    station = enter(accounts["station"])
    with scoped(station, "duty"):
        unit = duty_unit_of(station)
        assert unit is not None
        here = on_duty_in(unit.province, [unit.commune or 0], night)[unit.commune]
    for rows, name in ((answering, "tracer"), (here, "station")):
        assert [row.name for row in rows if row.kind == "officer"] == [accounts[name].name]
        assert [row.kind for row in rows] == ["officer", "deputy_signer"]
    assert len(story.duties) == 9 * story.options.days


def test_it_refuses_a_database_that_is_not_empty(
    told: subprocess.CompletedProcess[str], owner: str
) -> None:
    before = one(owner, "select count(*) from places_place")
    again = tell(owner, *SMALL)
    assert again.returncode == 1
    assert "not_empty" in again.stderr
    assert one(owner, "select count(*) from places_place") == before


def test_every_household_lives_in_a_house_of_its_commune(
    told: subprocess.CompletedProcess[str], owner: str, story: World
) -> None:
    assert told.returncode == 0, told.stderr
    assert one(owner, "select count(*) from people_householddwelling") == len(story.households)
    strays = (
        "select count(*) from people_householddwelling h"
        " join places_dwelling d on d.id = h.dwelling_id"
        " join people_householdmember m on m.household = h.household"
        " where m.commune <> d.commune"
    )
    assert one(owner, strays) == 0
    assert int(str(one(owner, "select count(*) from places_place where lane_id is not null"))) > 0


def test_the_factory_and_the_market_find_their_lists(
    told: subprocess.CompletedProcess[str],
) -> None:
    """Both accounts have people, and the factory its absences up to the clock."""
    from lachan.venues.models import Attendance
    from lachan.venues.roll_reading import filled_of, roll_of, today_of

    assert told.returncode == 0, told.stderr
    accounts = {account.handle: account for account, _role in cast_of_demo()}
    for handle, kind in (("manager", "line"), ("market", "stall_row")):
        by = enter(accounts[handle])
        with scoped(by, "roll"):
            rows = filled_of(by, today_of(by))
            assert {row.place.kind for row in rows} == {kind}
            assert sum(row.on_roll for row in rows) > 100
            assert roll_of(by, place=rows[0].place.id)[0].written.name
            if handle == "manager":
                days = Attendance.objects.values_list("day", flat=True).distinct()
                assert len(set(days)) == 6, "days 0 to 5 are over at 02:00 of day 6"
                assert Attendance.objects.filter(reason="symptoms").exists()
