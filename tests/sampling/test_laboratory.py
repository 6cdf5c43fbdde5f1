"""The laboratory: scan a tube, enter what was found, another hand releases it."""

from typing import Any

from django.test import Client

from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.sampling.models import Release, Result, Tube
from tests.factories import cast
from tests.sampling.people_at_the_table import Team, browser, seated, somebody, take, team


def tube(at: Team, barcode: str, limit: str = "1") -> str:
    """A tube with one person, closed."""
    client = seated(at, limit)
    address, _page = take(client, barcode, somebody("Nông Thị Lành")[1])
    client.post(f"{address}close/")
    return barcode


def enter(client: Client, barcode: str, outcome: str = "positive", **more: Any) -> Any:
    """Scan, then enter."""
    address = client.get("/laboratory/", {"tube": barcode})["Location"]
    given = {"outcome": outcome, "method": "pcr"} | more
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


def test_it_enters_and_refuses_a_second_other_answer() -> None:
    at = team()
    barcode = tube(at, "LB-03")
    client = browser(at.technician)
    assert "Entered for tube LB-03." in enter(client, barcode, "negative").text
    page = enter(client, barcode, "positive")
    assert page.status_code == 422
    assert "already has another result" in page.text


def test_it_appends_a_correction() -> None:
    at = team()
    barcode = tube(at, "LB-04")
    client = browser(at.technician)
    enter(client, barcode, "negative")
    enter(client, barcode, "positive", correct="1")
    with system_scope("test"):
        assert Result.objects.filter(tube__barcode=barcode).count() == 2


def test_the_lead_releases_what_another_entered() -> None:
    at = team()
    barcode = tube(at, "LB-05")
    enter(browser(at.technician), barcode)
    lead = browser(at.lead)
    page = lead.post("/laboratory/release/", {"result": result_of(barcode)}, follow=True)
    assert "1 result released." in page.text
    with system_scope("test"):
        assert Release.objects.filter(tube__barcode=barcode).exists()


def test_the_lead_does_not_release_what_he_entered_himself() -> None:
    at = team()
    barcode = tube(at, "LB-06")
    lead = browser(at.lead)
    enter(lead, barcode)
    assert f'value="{result_of(barcode)}"' not in lead.get("/laboratory/").text
    page = lead.post("/laboratory/release/", {"result": result_of(barcode)}, follow=True)
    assert "Somebody else must release this result" in page.text
    with system_scope("test"):
        assert not Release.objects.filter(tube__barcode=barcode).exists()


def test_it_shows_the_tubes_of_a_state() -> None:
    at = team()
    done, waiting = tube(at, "LB-07"), tube(at, "LB-08")
    enter(browser(at.technician), done)
    page = browser(at.technician).get("/laboratory/", {"state": "waiting"}).text
    assert waiting in page
    assert done not in page


def test_only_the_lead_releases_and_only_in_the_own_laboratory() -> None:
    at, elsewhere = team(), team()
    barcode = tube(at, "LB-09")
    enter(browser(at.technician), barcode)
    given = {"result": result_of(barcode)}
    assert browser(at.technician).post("/laboratory/release/", given).status_code == 403
    assert browser(elsewhere.lead).post("/laboratory/release/", given).status_code == 422
    with system_scope("test"):
        found = Tube.objects.get(barcode=barcode).id
    assert browser(elsewhere.technician).get(f"/laboratory/{found}/").status_code == 404
    for nobody in (at.sampler, cast.outsider(), cast.of_province(Role.DIRECTOR)):
        assert browser(nobody).get("/laboratory/").status_code == 403
