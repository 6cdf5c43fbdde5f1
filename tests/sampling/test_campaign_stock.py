"""Kits: what came minus what was used, and a warning before they run out; teams and their kits."""

from datetime import timedelta

import pytest

from lachan.core.clock import now
from lachan.core.scope import scoped
from lachan.sampling import campaign_stock, campaign_tasks
from tests.sampling.people_at_the_table import browser
from tests.sampling.streets import begun, members, sample, street
from tests.sampling.test_requests import refused


def test_tubes_that_are_opened_are_used() -> None:
    at = street(1, 1)
    with scoped(at.officer, "sampling_stock") as by:
        for item in ("tube", "swab"):
            campaign_stock.add_entry(unit=at.station, item=item, kind="receipt", quantity=10, by=by)
    campaign = begun(at)
    campaign_tasks.open_to_units()
    for member in members(campaign):
        sample(at, member)
    with scoped(at.officer, "sampling_stock"):
        tubes, swabs = campaign_stock.levels_of(at.station.id, now())
    assert (tubes.received, tubes.used, tubes.left) == (10, 2, 8)
    assert (swabs.used, swabs.days_left) == (2, 4)
    assert not tubes.low


def test_it_warns_before_they_run_out() -> None:
    level = campaign_stock.Level(campaign_stock.Item.TUBE, received=100, used=80, a_day=8.0)
    assert (level.left, level.days_left, level.low) == (20, 2, True)
    assert not campaign_stock.Level(campaign_stock.Item.TUBE, 100, 0, 0.0).low


def test_what_was_given_away_is_less_and_a_receipt_is_more() -> None:
    at = street(1)
    with scoped(at.officer, "sampling_stock") as by:
        campaign_stock.add_entry(unit=at.station, item="rapid", kind="receipt", quantity=50, by=by)
        campaign_stock.add_entry(unit=at.station, item="rapid", kind="given", quantity=20, by=by)
        [level] = campaign_stock.levels_of(at.station.id, now())
        assert level.left == 30
        with refused("stock_quantity"):
            campaign_stock.add_entry(
                unit=at.station, item="rapid", kind="receipt", quantity=0, by=by
            )


def test_a_station_elsewhere_counts_nothing_of_it() -> None:
    at = street(1)
    with scoped(at.officer, "sampling_stock") as by:
        campaign_stock.add_entry(unit=at.station, item="tube", kind="receipt", quantity=5, by=by)
    campaign = begun(at)
    campaign_tasks.open_to_units()
    sample(at, members(campaign)[0])
    with scoped(at.elsewhere, "sampling_stock"):
        assert campaign_stock.levels_of(at.station.id, now()) == []
        used = campaign_stock._used(
            at.station.id, campaign_stock.Item.TUBE, now() - timedelta(1), now() - timedelta(1)
        )
    assert used == (0, 0)


@pytest.mark.parametrize(
    ("people", "pool", "tubes", "swabs"), [(10, 1, 11, 11), (100, 10, 11, 110), (1, 5, 1, 2)]
)
def test_so_many_kits_are_taken_along(people: int, pool: int, tubes: int, swabs: int) -> None:
    assert campaign_stock.kits_for(people, pool) == (tubes, swabs)


def test_a_team_expects_three_people_a_minute_at_most() -> None:
    at = street(1)
    campaign = begun(at)
    starts = now()
    with scoped(at.officer, "sampling_campaign") as by:
        shift = campaign_stock.plan_shift(
            campaign=campaign,
            team="Tổ 1",
            device="LC-07",
            where="Nhà văn hóa",
            starts_at=starts,
            ends_at=starts + timedelta(minutes=30),
            expected=500,
            by=by,
        )
    assert shift.expected == 90
    page = browser(at.officer).get(f"/campaigns/{campaign.id}/team/").content.decode()
    assert "LC-07" in page
    assert ">99<" in page
