"""Size, determinism, places, records, knowledge and capacities of the story."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from statistics import mean

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, Options, sized
from lachan.config.story.world import DAY, HOUR, World

SMALL = replace(sized(PRESETS["mac-dinh"], 600), days=3)


def test_the_same_seed_gives_the_same_story_in_another_process() -> None:
    code = (
        "from tests.config.story.test_world import SMALL\n"
        "from lachan.config.story.generate import generate\n"
        "print(generate(SMALL).fingerprint())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "77"},
    )
    assert told.stdout.strip() == generate(SMALL).fingerprint()


def test_another_seed_gives_another_story() -> None:
    assert generate(replace(SMALL, seed=1)).fingerprint() != generate(SMALL).fingerprint()


def test_identifiers_are_unique_and_of_their_version(world: World) -> None:
    ids = {world.uuid("place", index) for index in range(len(world.places))}
    assert len(ids) == len(world.places)
    assert {value.version for value in ids} == {7}
    assert world.uuid("place", 1) != world.uuid("person", 1)
    assert world.trace_id(3).version == 4


def test_a_factory_too_small_for_the_planted_line_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 600 workers"):
        Options(workers=599)


@pytest.mark.parametrize(("name", "workers"), [("world", 2_000), ("park", 20_000)])
def test_the_factory_has_its_workers(
    request: pytest.FixtureRequest, name: str, workers: int
) -> None:
    world: World = request.getfixturevalue(name)
    factory = world.people[world.planted.f0].work
    assert factory is not None
    roster = [p for p in world.people if p.work and p.work.organisation == factory.organisation]
    assert len(roster) == workers
    assert {p.work.shift for p in roster if p.work} == {"ca 1", "ca 2", "ca 3"}
    assert len({p.work.place for p in roster if p.work}) == world.options.lines


def test_the_default_factory_is_that_of_the_brief() -> None:
    options = PRESETS["mac-dinh"]
    assert (options.workers, options.workshops, options.lines) == (2_000, 4, 25)
    assert (options.buses, options.dormitories) == (40, 120)


def test_dormitory_rooms_hold_ten_to_twelve(world: World) -> None:
    assert {len(people) for people in world.people_in.values()} <= {10, 11, 12}
    kinds = Counter(place.kind for place in world.places)
    assert kinds["dormitory"] == 120
    halls = {index for index, place in enumerate(world.places) if place.kind == "hall"}
    assert sum(place.kind == "table" and place.parent in halls for place in world.places) == 40
    assert kinds["stall_row"] == 8


def test_a_line_lies_in_a_workshop_in_a_building_on_the_campus(world: World) -> None:
    kinds = [world.places[p].kind for p in world.ancestors(world.planted.line)]
    assert kinds == ["line", "workshop", "building", "campus"]


def test_nobody_is_in_two_places_at_once(world: World) -> None:
    until: dict[int, int] = {}
    for row in world.presence:
        assert row.start >= until.get(row.person, 0)
        until[row.person] = row.end


def test_eleven_in_a_hundred_registered_places_have_a_scan_in_a_day(world: World) -> None:
    registered = sum(place.registered for place in world.places)
    seen: defaultdict[int, set[int]] = defaultdict(set)
    for scan in world.scans:
        true = scan.entered - world.clock_errors.get(scan.device, 0)
        seen[(true - world.start) // DAY].add(scan.place)
    shares = [len(seen[day]) / registered for day in range(world.options.days)]
    assert all(share == pytest.approx(0.11, abs=0.01) for share in shares)


def test_six_in_ten_exits_are_missing(world: World) -> None:
    assert mean(scan.left is None for scan in world.scans) == pytest.approx(0.6, abs=0.01)


def test_clocks_are_wrong_by_minutes_and_one_by_seven_hours(world: World) -> None:
    errors = list(world.clock_errors.values())
    assert errors.count(-7 * HOUR) == 1
    assert all(60 <= abs(error) <= 360 for error in errors if error != -7 * HOUR)
    slow = next(d for d, error in world.clock_errors.items() if error == -7 * HOUR)
    assert any(scan.device == slow for scan in world.scans)


def test_a_third_of_the_market_is_unscanned(world: World) -> None:
    market = {"stall_row", "market"}
    rows = {index for index, place in enumerate(world.places) if place.kind in market}
    there = sum(row.place in rows for row in world.presence)
    scanned = sum(scan.spot in rows for scan in world.scans)
    assert 1 - scanned / there == pytest.approx(0.35, abs=0.03)
    by_day = Counter((s.entered - world.start) // DAY for s in world.scans if s.spot in rows)
    assert by_day[4] == pytest.approx(1_240, rel=0.1)


def test_people_are_infected_only_where_they_truly_were(world: World) -> None:
    where = {(row.person, row.place) for row in world.presence}
    assert len(world.transmissions) >= 20
    for row in world.transmissions:
        if row.place is None:
            house = world.people[row.source].household
            assert house is not None
            assert house == world.people[row.person].household
        else:
            assert {(row.source, row.place), (row.person, row.place)} <= where


def test_everybody_is_infected_at_most_once(world: World) -> None:
    people = [row.person for row in world.transmissions]
    assert len(set(people)) == len(people)


def test_f0_is_positive_at_0210_of_day_6(world: World) -> None:
    case = next(case for case in world.cases if case.person == world.planted.f0)
    assert case.positive_at == world.at(6, 2, 10)
    sample = next(s for s in world.samples if s.person == world.planted.f0)
    assert sample.released_at == world.at(6, 2, 10)


def test_day_6_is_the_date_to_stand_on() -> None:
    for stand, day in (("vn-2021", "2021-08-15"), ("vn-2026", "2026-11-15")):
        options = replace(SMALL, stand=stand)
        world = generate(options)
        assert (world.at(6) - world.start) == 6 * DAY
        assert str(options.day_zero)[:8] == day[:8]
        assert options.day_zero.day + 6 == int(day[-2:])


def test_the_interview_gives_60_to_80_per_cent_within_an_hour(world: World) -> None:
    honest = [row for row in world.interviews if row.honest]
    told = {(world.cases[row.case].person, row.place) for row in honest}
    assert world.planted.scenes is not None
    quiet = {world.intubated, *world.liars, *world.planted.scenes.patients()}
    shares = []
    for case in world.cases:
        rows = [r for r in world.presence if r.person == case.person and r.start < case.positive_at]
        places = {row.place for row in rows}
        if case.person not in quiet and len(places) >= 3:
            known = {place for person, place in told if person == case.person}
            shares.append(len(known & places) / len(places))
    assert all(0.5 < share < 0.9 for share in shares)
    assert mean(shares) == pytest.approx(0.7, abs=0.1)
    starts = {(r.person, r.place, r.start) for r in world.presence}
    for row in honest:
        person = world.cases[row.case].person
        near = range(row.start - HOUR, row.start + HOUR + 1, 900)
        assert any((person, row.place, at) in starts for at in near)


def test_two_people_lie_and_one_cannot_speak(world: World) -> None:
    assert len(world.liars) == 2
    false = {world.cases[row.case].person for row in world.interviews if not row.honest}
    assert false == set(world.liars)
    told = {world.cases[row.case].person for row in world.interviews}
    assert world.intubated is not None
    assert world.intubated not in told


def test_capacities_duties_and_incidents_are_those_of_the_brief(world: World) -> None:
    amounts = defaultdict(list)
    for row in world.capacities:
        amounts[row.kind].append(row.amount)
    assert amounts["isolation"] == [200, 120, 60]
    assert amounts["laboratory"] == [2_000, 600]
    assert (len(amounts["vaccination"]), len(amounts["store"])) == (9, 2)
    assert len({duty.organisation for duty in world.duties}) == 9
    days = {(i.code, (i.at - world.start) // DAY) for i in world.incidents}
    assert days == {("laboratory_machine_failed", 9), ("isolation_place_flooded", 10)}


def test_measles_has_five_years_of_every_commune(world: World) -> None:
    communes = {row.commune for row in world.measles}
    assert len(communes) == 99
    assert {row.year for row in world.measles} >= {2021, 2022, 2023, 2024, 2025}
    by_year = Counter[int]()
    for row in world.measles:
        by_year[row.year] += row.cases
    assert by_year[2024] > 2 * by_year[2023]


def test_the_invented_disease_says_so(world: World) -> None:
    invented = [disease for disease in world.diseases if disease.invented]
    assert [disease.group for disease in invented] == ["A"]
    assert "GIẢ ĐỊNH" in invented[0].name


def test_the_cast_holds_every_role(world: World) -> None:
    slugs = set(world.account_of)
    assert slugs >= {
        "mai", "guard", "manager", "station", "villageworker", "chairman", "police", "tracer",
        "tracer2", "director", "sampler", "lab", "lablead", "ministry", "tech", "outsider",
    }  # fmt: skip
    assert world.account_of["tracer"].province != world.account_of["tracer2"].province
    assert all(account.name and account.who for account in world.accounts)
