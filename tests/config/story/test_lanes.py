"""Every household of the story has one house, and the same story the same plan."""

from collections import Counter
from dataclasses import replace

from lachan.config.story.generate import generate
from lachan.config.story.lanes import HOUSES, lay_out, shops_on
from lachan.config.story.options import PRESETS, sized

SMALL = replace(sized(PRESETS["mac-dinh"], 600), seed=3)


def test_every_household_has_one_house() -> None:
    world = generate(SMALL)
    lanes = lay_out(world)
    housed = Counter(household for lane in lanes for household in lane.households)

    assert housed == Counter(range(len(world.households)))
    assert max(len(lane.households) for lane in lanes) <= HOUSES
    assert all(
        world.households[h].commune == lane.commune for lane in lanes for h in lane.households
    )


def test_no_two_houses_of_a_commune_stand_at_one_spot_or_bear_one_number() -> None:
    lanes = lay_out(generate(SMALL))
    spots = Counter(
        (lane.commune, *lane.position(at)) for lane in lanes for at in range(len(lane.households))
    )
    names = Counter((lane.commune, lane.name) for lane in lanes)

    assert [spot for spot, times in spots.items() if times > 1] == []
    assert [name for name, times in names.items() if times > 1] == []


def test_a_large_hamlet_is_several_lanes_so_that_one_can_be_closed_alone() -> None:
    lanes = lay_out(generate(PRESETS["mac-dinh"]))

    assert {"Ngõ 1, Tổ dân phố Đông", "Ngõ 2, Tổ dân phố Đông"} <= {lane.name for lane in lanes}


def test_the_same_story_has_the_same_plan_and_shops_lie_in_their_commune() -> None:
    first, second = generate(SMALL), generate(SMALL)
    lanes = lay_out(first)

    assert lanes == lay_out(second)
    shops = shops_on(first, lanes)
    assert shops == shops_on(second, lanes)
    assert shops
    assert all(first.places[place].commune == lanes[at].commune for place, at in shops.items())
