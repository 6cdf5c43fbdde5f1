"""A declaration in a citizen's hand, step by step."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.declarations.models import Declaration
from lachan.people.selectors import card_of
from lachan.people.services import Stay
from lachan.places.selectors import unit_label
from tests.declarations.households import NO, Household, browser, household
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH

ABOUT_ME = {"stays": "yes"}
ABOUT_CHILD = ABOUT_ME | {"consent": "guardian", "relation": "parent"}


def count(person: UUID) -> int:
    """How many declarations there are about a person."""
    with system_scope("test"):
        return Declaration.objects.filter(person_id=person).count()


def sent(client: Client, kind: str = "population", **given: Any) -> HttpResponse:
    """The last step with everything that travelled in the page."""
    form = dict.fromkeys(NO, "no") | {"key": str(uuid7()), "step": "9"} | given
    return client.post(f"/declare/{kind}/", form, follow=True)  # type: ignore[return-value]


def steps(home: Household, **given: Any) -> HttpResponse:
    """One step sent by the mother."""
    return browser(home.mother).post("/declare/population/", {"of": home.mai, "step": "0"} | given)  # type: ignore[return-value]


def test_the_start_offers_three_kinds_and_says_which_is_voluntary() -> None:
    page = browser(household().mother).get("/declare/").text
    assert "Declare for yourself" in page
    assert page.count("Voluntary: no document") == 2
    assert "Compulsory under" in page
    assert "165/2026/NĐ-CP" in page
    assert "In force since 1 July 2026." in page


def test_no_answer_is_chosen_on_any_step() -> None:
    home = household()
    client = browser(home.mother)
    assert "checked" not in client.get("/declare/population/").text
    page = client.post("/declare/population/", {"step": "0", **ABOUT_ME}).text
    assert "In the last 14 days, any of these signs?" in page
    assert "checked" not in page


def test_it_asks_nothing_of_identity_again() -> None:
    home = household()
    page = browser(home.mother, "vi").get("/declare/population/", {"of": home.an}).text
    assert "Khai báo cho Nguyễn Văn An" in page
    assert "Vẫn ở Ngõ 3, đường Chợ" in page
    assert 'name="full_name"' not in page
    assert 'name="phone"' not in page


def test_an_address_that_names_its_commune_is_not_doubled() -> None:
    home = household(stay=Stay(NENH, BAC_NINH, f"Phòng 101, {unit_label(NENH)}"))
    page = browser(home.mother, "vi").get("/declare/population/").text
    assert f"Vẫn ở Phòng 101, {unit_label(NENH)}?" in page


def test_a_step_is_left_only_when_it_is_answered() -> None:
    home = household()
    page = steps(home, step="1", **ABOUT_ME, fever="no", cough="no")
    assert page.status_code == 422
    assert "Shortness of breath: Choose Yes or No." in page.text
    assert 'href="#id_breathless_0"' in page.text
    assert 'value="no" id="id_fever_1"' in page.text or "checked" in page.text


def test_going_back_keeps_what_was_answered() -> None:
    home = household()
    page = steps(home, step="2", go="back", **ABOUT_ME, fever="yes").text
    assert "any of these signs?" in page
    assert page.count("checked") == 1
    assert 'type="hidden" name="stays" value="yes"' in page


def test_a_yes_asks_the_day_and_a_no_forgets_it() -> None:
    home = household()
    signs = dict.fromkeys(["fever", "cough", "breathless", "sore_throat", "rash", "tired"], "no")
    page = steps(home, step="1", **ABOUT_ME, **(signs | {"fever": "yes"}))
    assert "Since which day was the first sign? Answer this question." in page.text
    late = (today() + timedelta(days=1)).isoformat()
    page = steps(home, step="1", **ABOUT_ME, **(signs | {"fever": "yes", "onset": late}))
    assert "This day has not come yet." in page.text
    page = steps(home, step="1", **ABOUT_ME, **signs, onset=late)
    assert "near an ill person?" in page.text


def test_it_declares_for_a_child_once_with_how_the_child_agreed() -> None:
    home = household()
    client = browser(home.mother)
    given = {"of": home.an, "key": str(uuid7()), **ABOUT_CHILD}
    page = sent(client, **given)
    sent(client, **given)
    assert "Nothing more to do until" in page.text
    assert "I am the parent or guardian" in page.text
    assert "Father or mother" in page.text
    assert count(home.an) == 1


def test_what_travelled_in_the_page_is_judged_again() -> None:
    home = household()
    page = sent(browser(home.mother), of=home.an, stays="yes")
    assert "How did the person agree? Choose one of the answers." in page.text
    page = sent(browser(home.mother), of=home.an, **ABOUT_CHILD, fever="perhaps")
    assert page.status_code == 422
    assert count(home.an) == 0


def test_the_next_of_the_family_is_offered_without_any_answer() -> None:
    home = household()
    client = browser(home.mother)
    page = sent(client, **ABOUT_ME, fever="yes", onset=today().isoformat())
    assert "Next: declare for Nguyễn Văn An" in page.text
    assert f"/declare/population/?of={home.an}" in page.text
    assert "call the health station before going anywhere, <b>because</b>:" in page.text
    assert "checked" not in client.get("/declare/population/", {"of": home.an}).text


def test_it_is_amended_the_same_day_and_says_what_changed() -> None:
    home = household()
    client = browser(home.mother)
    sent(client, **ABOUT_ME)
    with system_scope("test"):
        first = Declaration.objects.get(person_id=home.mai)
    form = client.get(f"/declare/{first.id}/amend/").text
    assert form.count("checked") == 6
    given = dict.fromkeys(NO, "no") | {"fever": "yes", "onset": today().isoformat()}
    page = client.post(
        f"/declare/{first.id}/amend/", given | {"key": str(uuid7()), "step": "9"}, follow=True
    ).text
    assert "What was amended" in page
    assert "<s>No</s> → <b>Yes</b>" in page
    assert count(home.mai) == 2
    assert "amended later" in client.get("/declare/mine/").text
    assert "already" in client.get(f"/declare/{first.id}/amend/").text


def test_it_is_not_for_a_neighbour_nor_for_staff() -> None:
    home = household()
    answer = browser(home.mother).post("/declare/population/", {"of": home.neighbour})
    assert answer.status_code == 302
    assert count(home.neighbour) == 0
    for staff in (cast.outsider(), cast.of_commune(Role.STATION_OFFICER)):
        assert browser(staff).get("/declare/").status_code == 403
        assert browser(staff).get("/declare/population/").status_code == 403
    assert browser(home.mother).get("/declare/tourism/").status_code == 404


def test_somebody_who_moved_says_where_and_completes_the_birth_date() -> None:
    home = household(birth="1985")
    client = browser(home.mother)
    page = client.get("/declare/population/").text
    assert "Birth date (so far only 1985)" in page
    moved = {"stays": "no", "moved_to": str(NENH), "moved_address": "Ngõ 7"}
    assert "Nothing more" in sent(client, **moved, birth="1985-03-05").text
    with system_scope("test"):
        card = card_of(home.mai)
        made = Declaration.objects.get(person_id=home.mai)
    assert card
    assert (card.commune, card.address, card.birth) == (NENH, "Ngõ 7", "1985-03-05")
    assert made.commune == NENH
    assert "Birth date" not in client.get("/declare/population/").text


def test_another_year_is_no_completion() -> None:
    home = household(birth="1985")
    page = sent(browser(home.mother), **ABOUT_ME, birth="1986-03-05")
    assert page.status_code == 422
    assert "This is not the year on record." in page.text
    assert count(home.mai) == 0


def test_destinations_are_added_and_taken_away_without_a_script() -> None:
    home = household()
    client = browser(home.mother)
    given = {"of": home.mai, "step": "3", "destinations-n": "1", "destinations-0-place": str(NENH)}
    page = client.post("/declare/domestic/", given | {"go": "more:destinations"}).text
    assert "Destination 2" in page
    assert "Phường Nếnh" in page
    given |= {"destinations-n": "2", "destinations-1-address": "Chợ"}
    page = client.post("/declare/domestic/", given | {"go": "less:destinations:0"}).text
    assert "Destination 2" not in page
    assert 'name="destinations-0-address" value="Chợ"' in page
    assert "Phường Nếnh" not in page


def test_a_journey_goes_through_all_its_steps() -> None:
    home = household()
    client = browser(home.mother)
    at = (now() + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M")
    trip = {
        "vehicle": "train",
        "service": "SE1",
        "from": str(NENH),
        "departs": at,
        "destinations-n": "2",
        **{"destinations-0-place": str(NENH), "destinations-0-arrives": at},
        **{"destinations-1-place": str(NENH), "destinations-1-arrives": at},
    }
    missing = sent(client, "domestic", **ABOUT_ME, **(trip | {"destinations-1-arrives": ""}))
    assert missing.status_code == 422
    assert (
        "Destination 2: Day and hour of arrival (expected): Answer this question." in missing.text
    )
    page = sent(client, "domestic", **ABOUT_ME, **trip)
    assert "by the rule of Tỉnh Bắc Ninh" in page.text
    assert "SE1" in page.text
    assert count(home.mai) == 1


def test_too_early_before_entering_is_said_at_the_day() -> None:
    home = household()
    given = {
        "step": "1",
        "border_gate": "Nội Bài",
        "entry_on": (today() + timedelta(days=9)).isoformat(),
        "departs_on": today().isoformat(),
        "departs_from": "LA",
    }
    page = browser(home.mother).post("/declare/entry/", ABOUT_ME | given)
    assert page.status_code == 422
    assert "Day of entry: Declare within 7 days before entering: from" in page.text
