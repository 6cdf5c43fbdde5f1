"""The planted sets of practice.md section 7, counted by set arithmetic on the world."""

import pytest

from lachan.config.story.world import World


@pytest.fixture(params=["world", "park"])
def any_world(request: pytest.FixtureRequest) -> World:
    """Both sizes hold the same planted sets."""
    world: World = request.getfixturevalue(request.param)
    return world


def mates(world: World) -> tuple[set[int], set[int], set[int]]:
    """Line, room and bus mates of the planted F0."""
    planted = world.planted
    me = {planted.f0}
    return (
        set(world.people_on[planted.line, planted.shift]) - me,
        set(world.people_in[planted.room]) - me,
        set(world.people_riding[planted.bus, planted.shift]) - me,
    )


def test_f0_has_47_on_the_line_9_in_the_room_and_39_on_the_bus(any_world: World) -> None:
    line, room, bus = mates(any_world)
    assert (len(line), len(room), len(bus)) == (47, 9, 39)


def test_the_groups_overlap_as_in_scenario_2(any_world: World) -> None:
    line, room, bus = mates(any_world)
    assert len(room & line) == 6
    assert len(bus & line) == 20
    assert len(bus & room) == 5
    assert len(bus & room & line) == 4


def test_two_room_mates_work_on_another_shift(any_world: World) -> None:
    _, room, _ = mates(any_world)
    shifts = [any_world.people[person].work for person in room]
    assert sum(work is not None and work.shift != any_world.planted.shift for work in shifts) == 2


def test_sixty_eight_people_are_to_verify(any_world: World) -> None:
    line, room, bus = mates(any_world)
    assert len(line | room | bus) == 68
    assert any_world.contacts_of_f0() == line | room | bus


def test_5933_others_of_the_shift_are_only_related_at_20_000(park: World) -> None:
    work = park.people[park.planted.f0].work
    assert work is not None
    shift = set(park.people_of_shift(work.organisation, work.shift))
    assert len(shift) == 6_000
    assert len(shift - park.contacts_of_f0() - {park.planted.f0}) == 5_933


def test_three_rooms_of_ten_share_one_phone(any_world: World) -> None:
    rooms = [any_world.people_in[room] for room in any_world.planted.phone_rooms]
    assert [len(people) for people in rooms] == [10, 10, 10]
    phones = {any_world.people[person].phones for people in rooms for person in people}
    assert phones == {(any_world.planted.shared_phone,)}
    others = [
        person for person in any_world.people if any_world.planted.shared_phone in person.phones
    ]
    assert len(others) == 30
    assert len({person.documents for person in others if person.documents}) > 25


def test_the_68_live_in_14_communes_of_2_provinces(any_world: World) -> None:
    stays = [any_world.people[person].stay for person in any_world.contacts_of_f0()]
    assert len({stay.commune for stay in stays}) == 14
    assert {stay.province for stay in stays} == {"24", "31"}


def test_the_answers_to_the_hand_over_are_planned(any_world: World) -> None:
    handover = any_world.planted.handover
    assert set(handover) == any_world.contacts_of_f0()
    answers = list(handover.values())
    assert [answers.count(a) for a in ("accepted", "returned", "unanswered")] == [61, 5, 2]
