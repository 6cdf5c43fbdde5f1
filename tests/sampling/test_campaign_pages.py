"""The pages of a campaign as its head and its team use them."""

from datetime import timedelta

from lachan.core.clock import today
from lachan.core.models import Look
from lachan.core.scope import system_scope
from lachan.people.models import Person
from lachan.sampling import campaign_tasks
from lachan.sampling.models import Campaign, SampleRequest
from tests.sampling.people_at_the_table import browser
from tests.sampling.streets import DISEASE, begun, members, street


def test_the_head_plans_makes_the_list_and_begins() -> None:
    at = street(2, 5)
    head = browser(at.officer)
    answer = head.post(
        "/campaigns/new/",
        {
            "name": "Ngõ 1, lần một",
            "whom": "lanes",
            "area": "low",
            "reason": "screening",
            "disease": DISEASE,
            "method": "pcr",
            "pool_size": "5",
            "starts_on": today().isoformat(),
            "ends_on": (today() + timedelta(days=1)).isoformat(),
            "organisation": str(at.station.id),
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    where = answer["Location"]
    assert at.lane.name in head.get(where).content.decode()
    page = head.post(where, {"lanes": [str(at.lane.id)]}, follow=True).content.decode()
    assert "3 of 7 people in 2 households are chosen" in page
    address = where.removesuffix("whom/")
    page = head.post(f"{address}begin/", follow=True).content.decode()
    assert "0 % of those asked are sampled" in page
    assert head.get("/campaigns/").content.decode().count("Ngõ 1, lần một") == 1


def test_nothing_is_chosen_beforehand() -> None:
    page = browser(street(1).officer).get("/campaigns/new/").content.decode()
    assert "checked" not in page


def test_the_page_says_why_somebody_is_sampled_and_each_sees_that_it_was_read() -> None:
    at = street(5)
    campaign = begun(at)
    page = browser(at.officer).get(f"/campaigns/{campaign.id}/people/", {"place": at.lane.name})
    text = page.content.decode()
    assert text.count("meets most people") == 2
    assert text.count("the household is represented by others") == 3
    looked = Look.objects.using("owner").filter(what="sampling_list")
    assert {look.person for look in looked} >= {person.id for person in at.people}


def test_a_team_works_through_a_lane_on_a_phone() -> None:
    at = street(1, 1)
    campaign = begun(at)
    campaign_tasks.open_to_units()
    team = browser(at.sampler)
    assert "2 of 2 left" in team.get("/campaigns/doors/").content.decode()
    walk = f"/campaigns/{campaign.id}/doors/"
    assert at.lane.name in team.get(walk).content.decode()
    first = members(campaign)[0]
    with system_scope("test"):
        assert Person.objects.filter(pk=first.person_id).exists()
    answer = team.post(f"{walk}{first.id}/", {"outcome": "not_home", "show": "open"}, follow=True)
    assert "Not at home" in answer.content.decode()
    refusal = team.post(f"{walk}{first.id}/", {"outcome": "refused", "reason": ""})
    assert refusal.status_code == 422


def test_a_team_of_another_unit_finds_nothing() -> None:
    at, other = street(1), street(1)
    campaign = begun(at)
    team = browser(other.sampler)
    assert team.get(f"/campaigns/{campaign.id}/doors/").status_code == 404


def test_the_open_requests_of_a_unit_are_filtered_and_written_as_files() -> None:
    at = street(1, 1)
    begun(at)
    head = browser(at.officer)
    with system_scope("test"):
        one = SampleRequest.objects.filter(person=at.people[0].id)
        one.update(due_at=one.get().asked_at, reason="symptoms")
    late = head.get("/sampling/requests/", {"overdue": "1", "reason": "symptoms"}).content.decode()
    assert "Overdue" in late
    assert late.count("/sampling/people/") >= 1
    text = head.get("/sampling/requests.csv", {"reason": "symptoms"}).content.decode()
    assert text.count("\n") >= 2
    assert head.get("/sampling/requests.xlsx").status_code == 200
    assert head.get("/sampling/requests.doc").status_code == 404


def test_one_persons_requests_stand_on_one_page_and_are_dropped_for_a_reason() -> None:
    at = street(1)
    begun(at)
    head = browser(at.officer)
    person = at.people[0].id
    assert "Ngõ lấy mẫu" in head.get(f"/sampling/people/{person}/").content.decode()
    with system_scope("test"):
        [request] = SampleRequest.objects.filter(person=person)
    drop = f"/sampling/people/{person}/requests/{request.id}/drop/"
    assert head.post(drop, {"reason": ""}).status_code == 422
    assert head.post(drop, {"reason": "Đã chuyển đi"}).status_code == 302
    assert "Đã chuyển đi" in head.get(f"/sampling/people/{person}/").content.decode()
    assert browser(at.elsewhere).get(f"/sampling/people/{person}/").status_code == 404


def test_ended_with_a_reason_the_page_shows_nothing_to_do() -> None:
    at = street(1)
    campaign = begun(at)
    head = browser(at.officer)
    assert head.post(f"/campaigns/{campaign.id}/end/", {"act": "drop"}).status_code == 422
    answer = head.post(f"/campaigns/{campaign.id}/end/", {"act": "drop", "reason": "Hết đợt"})
    assert answer.status_code == 302
    with system_scope("test"):
        assert Campaign.objects.get(pk=campaign.pk).state == "ended"
