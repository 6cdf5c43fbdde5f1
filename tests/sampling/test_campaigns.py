"""A campaign from its plan to its end: who is on the list, who is asked, nothing left open."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from lachan.core.clock import today
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.people.models import Person
from lachan.sampling import campaign_ending, campaign_reading, campaign_tasks, campaigning
from lachan.sampling.models import Campaign, CampaignMember, SampleRequest
from tests.sampling.streets import begun, members, new_campaign, planned, sample, street
from tests.sampling.test_requests import refused

pytestmark = pytest.mark.usefixtures("database")


def test_of_small_families_one_is_chosen_and_of_large_ones_two() -> None:
    at = street(2, 4, 5)
    rows = members(planned(at))
    assert len(rows) == 11
    assert sorted(row.house for row in rows if row.chosen) == ["1", "2", "3", "3"]


def test_inside_a_zone_everybody_is_chosen() -> None:
    rows = members(planned(street(3, 5), area="zone", reason="zone"))
    assert {row.why for row in rows} == {"everybody"}
    assert all(row.chosen for row in rows)


def test_nobody_is_asked_before_it_begins() -> None:
    campaign = planned(street(3))
    with system_scope("test"):
        assert not SampleRequest.objects.filter(campaign=campaign).exists()


def test_begun_it_asks_whoever_is_chosen_and_begun_again_nobody() -> None:
    at = street(2, 6)
    campaign = begun(at)
    with scoped(at.officer, "sampling_campaign") as by:
        assert campaigning.begin(campaign=campaign, by=by) == 0
    asked = [row for row in members(campaign) if row.request]
    assert len(asked) == 3
    assert {row.request.organisation for row in asked if row.request} == {at.station.id}


def test_a_station_plans_for_its_own_commune_only() -> None:
    at = street(1)
    with scoped(at.elsewhere, "sampling_campaign") as by, refused("campaign_outside"):
        campaigning.plan_campaign(new_campaign(at), by=by)


def test_a_station_elsewhere_sees_neither_campaign_nor_list() -> None:
    at = street(2)
    campaign = begun(at)
    with scoped(at.elsewhere, "sampling_campaign"):
        assert not Campaign.objects.filter(pk=campaign.pk).exists()
        assert not CampaignMember.objects.filter(campaign=campaign).exists()


def test_the_team_sees_whom_it_samples_once_the_worker_has_opened_them_and_nobody_else() -> None:
    at = street(3)
    campaign = begun(at)
    asked = {row.person_id for row in members(campaign, chosen=True)}
    everybody = [person.id for person in at.people]
    with scoped(at.sampler, "sampling"):
        assert not Person.objects.filter(id__in=everybody).exists()
    campaign_tasks.open_to_units()
    with scoped(at.sampler, "sampling"):
        seen = Person.objects.filter(id__in=everybody).values_list("id", flat=True)
        assert set(seen) == asked
    assert campaign_tasks.open_to_units() == 0


def test_a_human_exchanges_who_stands_for_a_household() -> None:
    at = street(3)
    campaign = begun(at)
    [first] = members(campaign, chosen=True)
    other = members(campaign, chosen=False)[0]
    with scoped(at.officer, "sampling_campaign") as by:
        campaigning.choose(member=first, chosen=False, by=by)
        campaigning.choose(member=other, chosen=True, by=by)
    assert {row.id: row.why for row in members(campaign, chosen=True)} == {other.id: "by_hand"}
    with system_scope("test"):
        states = dict(
            SampleRequest.objects.filter(campaign=campaign).values_list("person", "state")
        )
    assert states == {first.person_id: "dropped", other.person_id: "open"}


def test_left_out_and_chosen_again_the_first_request_is_open_again() -> None:
    at = street(1)
    campaign = begun(at)
    [member] = members(campaign)
    with scoped(at.officer, "sampling_campaign") as by:
        left_out = campaigning.choose(member=member, chosen=False, by=by)
        campaigning.choose(member=left_out, chosen=True, by=by)
    [again] = members(campaign)
    assert again.request is not None
    assert again.request.state == "open"


def test_whoever_has_symptoms_gets_a_tube_of_his_own() -> None:
    at = street(4)
    campaign = begun(at)
    ill = members(campaign, chosen=False)[0]
    with scoped(at.officer, "sampling_campaign") as by:
        campaigning.note_symptoms(member=ill, ill=True, by=by)
    [row] = members(campaign, person=ill.person_id)
    assert (row.chosen, row.why) == (True, "symptoms")
    assert row.request is not None
    assert (row.request.reason, row.request.single) == ("symptoms", True)


def test_somebody_sampled_is_not_exchanged_any_more() -> None:
    at = street(1)
    campaign = begun(at)
    campaign_tasks.open_to_units()
    [member] = members(campaign)
    sample(at, member)
    [done] = members(campaign)
    with scoped(at.officer, "sampling_campaign") as by, refused("already_sampled"):
        campaigning.choose(member=done, chosen=False, by=by)


def test_progress_counts_each_door_once_and_adds_up() -> None:
    at = street(1, 1, 1, 1)
    campaign = begun(at)
    campaign_tasks.open_to_units()
    one, two, three, _four = members(campaign)
    sample(at, one)
    with scoped(at.sampler, "sampling") as by:
        campaign_ending.record_visit(member=two, outcome="not_home", by=by)
        campaign_ending.record_visit(member=three, outcome="not_home", by=by)
        campaign_ending.record_visit(member=three, outcome="refused", reason="Bận", by=by)
    with scoped(at.officer, "sampling_campaign"):
        tally = campaign_reading.tallies([campaign])[campaign.id]
        [place] = campaign_reading.places_of(campaign)
        [(reason, sums)] = campaign_reading.by_reason(campaign)
        left = [row.person_id for row in campaign_reading.missing(campaign)]
    assert (tally.asked, tally.sampled, tally.not_home, tally.refused, tally.left) == (
        4,
        1,
        1,
        1,
        1,
    )
    assert (place.households, place.tally) == (4, tally)
    assert (reason, sums) == ("screening", tally)
    assert one.person_id not in left
    assert len(left) == 3


def test_a_refusal_says_why_and_a_repeat_from_the_phone_changes_nothing() -> None:
    at = street(1)
    [member] = members(begun(at))
    campaign_tasks.open_to_units()
    key = uuid7()
    with scoped(at.sampler, "sampling") as by:
        with refused("reason_needed"):
            campaign_ending.record_visit(member=member, outcome="refused", by=by)
        first = campaign_ending.record_visit(member=member, outcome="not_home", id=key, by=by)
        again = campaign_ending.record_visit(member=member, outcome="not_home", id=key, by=by)
        with refused("different_content"):
            campaign_ending.record_visit(
                member=member, outcome="refused", reason="Bận", id=key, by=by
            )
    assert first.id == again.id


def test_it_does_not_end_while_somebody_is_left() -> None:
    at = street(1)
    campaign = begun(at)
    with scoped(at.officer, "sampling_campaign") as by, refused("requests_open"):
        campaign_ending.end(campaign=campaign, by=by)


def test_dropped_with_a_reason_nothing_of_it_is_open() -> None:
    at = street(1, 1)
    campaign = begun(at)
    with scoped(at.officer, "sampling_campaign") as by:
        assert campaign_ending.end(campaign=campaign, reason="Hết đợt", by=by) == 2
    with system_scope("test"):
        rows = SampleRequest.objects.filter(campaign=campaign)
        assert {(row.state, row.why_dropped) for row in rows} == {("dropped", "Hết đợt")}
        assert Campaign.objects.get(pk=campaign.pk).state == "ended"


def test_the_next_round_comes_by_the_rule_and_takes_along_who_is_left() -> None:
    at = street(1, 1)
    campaign = begun(at)
    campaign_tasks.open_to_units()
    done, waiting = members(campaign)
    sample(at, done)
    with scoped(at.officer, "sampling_campaign") as by:
        on = campaign_ending.next_day_of(campaign.plan)
        assert on is not None
        assert on == today() + timedelta(days=campaign.plan.days)
        later = campaign_ending.plan_next(campaign=campaign, on=on, by=by)
        campaign_ending.end(campaign=campaign, carry_into=later, by=by)
        assert campaigning.begin(campaign=later, by=by) == 1
    assert later.plan.round == 2
    carried = {row.person_id: row.request for row in members(later)}
    assert carried[waiting.person_id] is not None
    assert carried[waiting.person_id].source_id == campaign.id  # type: ignore[union-attr]
    with scoped(at.officer, "sampling_campaign"):
        tally = campaign_reading.tallies([campaign])[campaign.id]
        assert (tally.sampled, tally.carried, tally.open) == (1, 1, 0)


def test_people_asked_for_by_others_are_taken_along_with_their_request() -> None:
    from lachan.sampling.services import Wanted, request_samples

    at = street(2)
    wanted = Wanted(at.people[0].id, DISEASE_OF_HIS, "contact", "contact", uuid7())
    with system_scope("test") as by:
        [request] = request_samples([wanted], by=by)
    with scoped(at.officer, "sampling_campaign") as by:
        new = new_campaign(at, whom="asked", disease=DISEASE_OF_HIS)
        campaign = campaigning.plan_campaign(new, by=by)
        assert campaigning.gather(campaign=campaign, by=by) == 1
    [member] = members(campaign)
    assert member.request_id == request.id
    assert member.why == "asked"


#: A disease of which nobody else of this file is asked to be sampled.
DISEASE_OF_HIS = "measles"


def test_nobody_stands_twice_on_a_list() -> None:
    campaign = planned(street(1))
    [member] = members(campaign)
    member.pk = uuid7()
    with pytest.raises(IntegrityError), system_scope("test"):
        member.save(force_insert=True)
