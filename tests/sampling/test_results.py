"""A citizen reads the own results, in words that frighten nobody without need."""

import re
from typing import Any
from uuid import UUID

from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.sampling.models import Result
from tests.factories import cast
from tests.sampling.people_at_the_table import Team, browser, seated, somebody, take, team


def sampled(barcode: str, limit: str = "1") -> tuple[Team, UUID]:
    """Somebody whose sample is at the laboratory."""
    at = team()
    person, code = somebody("Trần Thị Mai")
    client = seated(at, limit)
    address, _page = take(client, barcode, code)
    client.post(f"{address}close/")
    return at, person


def found(at: Team, barcode: str, outcome: str, *, release: bool = True) -> None:
    """The laboratory enters, and its head releases."""
    technician = browser(at.technician)
    address = technician.get("/laboratory/", {"tube": barcode})["Location"]
    for hand in (technician, browser(at.lead)):
        hand.post(address, {"id": uuid7(), "outcome": outcome, "method": "pcr"})
    if release:
        with system_scope("test"):
            result = Result.objects.get(tube__barcode=barcode).id
        technician.post("/laboratory/approve/", {"result": result})
        browser(at.lead).post(f"/laboratory/release/{result}/")


def page_of(person: UUID, **query: Any) -> str:
    """The citizen's page."""
    return str(browser(cast.citizen(person)).get("/results/", query).text)


def test_it_says_when_the_result_is_expected() -> None:
    _at, person = sampled("RS-01")
    page = page_of(person)
    assert "The result is expected" in page
    assert "Too few comparable tubes are known yet to say how sure this is." in page


def test_it_tells_nothing_before_the_release() -> None:
    at, person = sampled("RS-02")
    found(at, "RS-02", "positive", release=False)
    page = page_of(person)
    assert "Positive" not in page
    assert "The result is expected" in page


def test_it_tells_the_released_result() -> None:
    at, person = sampled("RS-03")
    found(at, "RS-03", "negative")
    assert "Negative" in page_of(person)


def test_a_shared_tube_makes_nobody_positive() -> None:
    at, person = sampled("RS-04", "10")
    found(at, "RS-04", "positive")
    page = page_of(person)
    assert "Your shared tube needs a check. You will be sampled alone." in page
    assert "Positive" not in page


def test_it_shows_nobody_elses_result() -> None:
    at, person = sampled("RS-05")
    found(at, "RS-05", "positive")
    stranger, _code = somebody("Lý Văn Sơn")
    assert "Positive" not in page_of(stranger, of=person)
    assert browser(cast.of_commune(Role.STATION_OFFICER)).get("/results/").status_code == 403


def test_no_page_of_a_citizen_has_an_f_label() -> None:
    at, person = sampled("RS-06")
    found(at, "RS-06", "positive")
    page = page_of(person)
    assert not re.search(r"\bF[0-4]\b", page)
