"""What the acceptance preset plants, counted on the world itself, on both dates."""

from dataclasses import replace

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.config.story.scenes import Scenes
from lachan.config.story.world import MINUTE, PlannedSample, World


@pytest.fixture(scope="module", params=["vn-2026", "vn-2021"])
def told(request: pytest.FixtureRequest) -> World:
    """The preset on one of its dates."""
    return generate(replace(PRESETS["nghiem-thu"], stand=request.param))


@pytest.fixture
def scenes(told: World) -> Scenes:
    """What is planted there."""
    assert told.planted.scenes is not None
    return told.planted.scenes


def sample_of(world: World, person: int) -> PlannedSample:
    """The one sample of a planted patient."""
    [found] = [sample for sample in world.samples if sample.person == person]
    return found


def test_only_the_acceptance_preset_has_scenes() -> None:
    assert [name for name, options in PRESETS.items() if options.acceptance] == ["nghiem-thu"]
    assert generate(replace(PRESETS["mac-dinh"], days=0)).planted.scenes is None


def test_fourteen_people_eleven_phones_two_from_elsewhere(told: World, scenes: Scenes) -> None:
    scene, people = scenes.night_worker, told.people
    house = people[scene.f0].household
    assert house is not None
    assert set(told.households[house].members) == {scene.f0, *scene.household}
    named = [people[index] for index in scene.named()]
    here = people[scene.f0].stay.commune
    assert (len(named), sum(bool(person.phones) for person in named)) == (14, 11)
    assert sum(person.stay.commune != here for person in named) == 2


def test_the_night_worker_scanned_at_seven_places_and_tells_three(
    told: World, scenes: Scenes
) -> None:
    scene = scenes.night_worker
    scanned = {scan.place for scan in told.scans if scan.person == scene.f0}
    assert scanned == set(scene.scanned)
    assert all(told.places[place].registered for place in scanned)
    catalogue = [row.place for row in scene.told if row.place is not None]
    assert (len(scanned), len(scene.told), len(catalogue)) == (7, 3, 1)
    assert not any(told.places[place].registered for place in catalogue)


def test_whoever_he_names_has_the_phone_he_gives(told: World, scenes: Scenes) -> None:
    for row in scenes.night_worker.told:
        for one in row.with_whom:
            phones = told.people[one.person].phones
            assert one.phone == (phones[0] if phones else "")
            assert one.called


def test_1240_scan_at_the_market_before_seven_and_nobody_out(told: World, scenes: Scenes) -> None:
    market = scenes.market
    morning = [
        scan
        for scan in told.scans
        if scan.place == market.market and told.at(5) <= scan.entered < told.at(6)
    ]
    assert len(morning) == 1_240
    assert {scan.left for scan in morning} == {None}
    assert all(told.at(5, 2) <= scan.entered < told.at(5, 7) for scan in morning)


def test_the_seller_stands_in_row_b_once_among_23_others(told: World, scenes: Scenes) -> None:
    market = scenes.market
    mine = [row for row in told.rosters if row.person == market.f0]
    assert [(row.place, row.end - row.start) for row in mine] == [(market.row, 190 * MINUTE)]
    others = {
        row.person
        for row in told.rosters
        if row.place == market.row
        and row.person != market.f0
        and row.start < market.ends
        and row.end > market.begins
    }
    assert len(others) == 23
    assert told.people[market.f0].household is None


def test_who_will_call_was_there_and_left_no_trace(told: World, scenes: Scenes) -> None:
    caller = scenes.market.caller
    [visit] = [row for row in told.presence if row.person == caller]
    assert visit.place == scenes.market.row
    assert scenes.market.begins < visit.start < visit.end < scenes.market.ends
    assert caller not in {scan.person for scan in told.scans}
    assert told.people[caller].sex == "F"
    assert not told.people[caller].has_app


def test_18_f1_97_f2_and_the_days_of_number_7(scenes: Scenes) -> None:
    chain = scenes.chain
    assert (len(set(chain.f1)), len(chain.f2)) == (18, 97)
    assert chain.f1[6] == chain.number_7
    met = set(chain.met_by[chain.number_7])
    assert (len(met), len(met & set(chain.f1)), len(met & chain.f2)) == (11, 4, 7)
    assert set(chain.newcomers) == met & chain.f2
    later = [person for people in chain.newcomers.values() for person in people]
    assert len(later) == len(set(later)) == 12
    assert not set(later) & (chain.f2 | set(chain.f1) | {chain.f0})


def test_every_f2_is_met_by_one_f1(scenes: Scenes) -> None:
    chain = scenes.chain
    met = [person for people in chain.met_by.values() for person in people]
    assert sorted(set(met)) == sorted(person for person in met if met.count(person) == 1)
    assert set(chain.met_by) == set(chain.f1)


def test_the_group_a_contacts_have_a_guest_from_abroad(told: World, scenes: Scenes) -> None:
    patient = scenes.group_a
    assert patient.foreigner in patient.contacts
    assert patient.foreigner is not None
    assert told.people[patient.foreigner].nationality != "VN"
    groups = {disease.code: disease.group for disease in told.diseases}
    assert groups[patient.disease] == "A"
    assert scenes.group_b.disease != patient.disease


def test_positives_wait_at_the_laboratory_until_their_time(told: World, scenes: Scenes) -> None:
    clock = told.at(6, 2)
    waiting = [person for person in scenes.patients() if person != scenes.chain.f0]
    for person in waiting:
        sample = sample_of(told, person)
        assert sample.entered_at is not None
        assert sample.taken_at < sample.entered_at <= clock < sample.released_at
    assert sample_of(told, scenes.night_worker.f0).released_at == told.at(6, 2, 10)
    assert sample_of(told, scenes.chain.f0).released_at < clock


def test_nobody_of_the_scenes_is_met_twice_at_once(told: World) -> None:
    until: dict[int, int] = {}
    for row in told.presence:
        assert row.start >= until.get(row.person, 0)
        until[row.person] = row.end
