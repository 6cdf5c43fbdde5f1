"""The laboratory's desk: scan a tube, key what was found, another hand releases it."""

from typing import Any

from django.test import Client

from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.sampling.models import Release, Result, Tube
from tests.factories import cast
from tests.sampling.at_the_bench import colleague
from tests.sampling.people_at_the_table import Team, browser, seated, somebody, take, team


def tube(at: Team, barcode: str, limit: str = "1") -> str:
    """A tube with one person, closed."""
    client = seated(at, limit)
    address, _page = take(client, barcode, somebody("Nông Thị Lành")[1])
    client.post(f"{address}close/")
    return barcode


def enter(client: Client, barcode: str, outcome: str = "positive", **more: Any) -> Any:
    """Scan, then key."""
    address = client.get("/laboratory/", {"tube": barcode})["Location"]
    given = {"id": uuid7(), "outcome": outcome, "method": "pcr"} | more
    return client.post(address, given, follow=True)


def result_of(barcode: str) -> str:
    """The id of the newest result."""
    with system_scope("test"):
        return str(Result.objects.filter(tube__barcode=barcode).latest("entered_at").id)


def test_it_opens_the_scanned_tube_with_no_answer_chosen() -> None:
    at = team()
    barcode = tube(at, "LB-01")
    page = browser(at.technician).get("/laboratory/", {"tube": barcode}, follow=True)
    assert "What was found?" in page.text
    assert "checked" not in page.text
    assert "Nông Thị Lành" not in page.text


def test_it_says_that_a_tube_was_not_sent_here() -> None:
    at = team()
    barcode = tube(team(), "LB-02")
    page = browser(at.technician).get("/laboratory/", {"tube": barcode})
    assert "No tube LB-02 was sent to this laboratory." in page.text


def test_two_key_one_checks_and_the_lead_releases() -> None:
    at = team()
    barcode = tube(at, "LB-05")
    enter(browser(at.technician), barcode)
    assert "Entered for tube LB-05." in enter(browser(colleague(at)), barcode).text
    given = {"result": result_of(barcode)}
    page = browser(at.technician).post("/laboratory/approve/", given, follow=True)
    assert "1 result checked." in page.text
    lead = browser(at.lead)
    assert f"/laboratory/release/{result_of(barcode)}/" in lead.get("/laboratory/").text
    page = lead.post(f"/laboratory/release/{result_of(barcode)}/", follow=True)
    assert "Tube LB-05 is released." in page.text
    with system_scope("test"):
        assert Release.objects.filter(tube__barcode=barcode).exists()


def test_two_people_at_night_suffice() -> None:
    at = team()
    barcode = tube(at, "LB-11")
    enter(browser(at.technician), barcode)
    enter(browser(at.lead), barcode)
    browser(at.technician).post("/laboratory/approve/", {"result": result_of(barcode)})
    browser(at.lead).post(f"/laboratory/release/{result_of(barcode)}/")
    with system_scope("test"):
        assert Release.objects.filter(tube__barcode=barcode).exists()


def test_it_shows_the_tubes_of_a_state() -> None:
    at = team()
    done, waiting = tube(at, "LB-07"), tube(at, "LB-08")
    for hand in (at.technician, at.lead):
        enter(browser(hand), done, "negative")
    page = browser(at.technician).get("/laboratory/", {"state": "waiting"}).text
    assert waiting in page
    assert done not in page


def test_only_the_lead_releases_and_only_in_the_own_laboratory() -> None:
    at, elsewhere = team(), team()
    barcode = tube(at, "LB-09")
    for hand in (at.technician, at.lead):
        enter(browser(hand), barcode)
    given = {"result": result_of(barcode)}
    assert browser(at.technician).post("/laboratory/release/", given).status_code == 403
    assert browser(elsewhere.lead).post("/laboratory/release/", given).status_code == 422
    with system_scope("test"):
        found = Tube.objects.get(barcode=barcode).id
    assert browser(elsewhere.technician).get(f"/laboratory/{found}/").status_code == 404
    for nobody in (at.sampler, cast.outsider(), cast.of_province(Role.DIRECTOR)):
        assert browser(nobody).get("/laboratory/").status_code == 403
