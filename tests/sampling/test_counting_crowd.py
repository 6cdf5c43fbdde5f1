"""Many tubes: the database sums them, in parts, and the page says what it does not name."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from lachan.core.clock import now, today
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.sampling import counting, counting_reading, counting_views
from lachan.sampling.counting import Tally
from lachan.sampling.counting_reading import Asked
from tests.database import copy
from tests.factories import cast
from tests.places.units import BAC_NINH
from tests.sampling import crowded
from tests.sampling.people_at_the_table import Team, browser, team

TUBES, DAYS = 1200, 5


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A province of its own."""
    with copy() as name:
        yield name


@pytest.fixture(scope="module")
def at(database: str) -> Team:
    """A team with its tubes of some days."""
    made = team()
    crowded.fill(made, TUBES, days=DAYS)
    return made


def whole_of(reader: Principal, *, laboratory: bool = False) -> Tally:
    """What somebody counts of these days."""
    with scoped(reader, "sampling") as by:
        asked = Asked(_first_day(), today())
        return counting.tally(
            counting_reading.summed(by, asked, now(), "day", laboratory=laboratory)
        )


def _first_day() -> date:
    return today() - timedelta(days=DAYS)


def test_everybody_counts_the_figures_that_are_known_beforehand(
    at: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_tubes, in_people = crowded.expected(TUBES)
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    wholes = [whole_of(at.sampler), whole_of(at.lead, laboratory=True), whole_of(director)]
    monkeypatch.setattr(counting_reading, "AT_ONCE", TUBES // 3)
    wholes.append(whole_of(at.sampler))
    for whole in wholes:
        assert whole.closes()
        assert {name: getattr(whole.tubes, name) for name in in_tubes} == in_tubes
        assert {name: getattr(whole.people, name) for name in in_people} == in_people


def test_more_than_is_asked_at_once_is_asked_in_parts(
    at: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting_reading, "AT_ONCE", TUBES // 3 + 1)
    with scoped(at.sampler, "sampling") as by:
        tubes = counting_reading.tubes_of(by, Asked(_first_day(), today()))
        parts = list(counting_reading.parts_of(tubes))
    assert [len(part) for part in parts] == [401, 401, 398]
    assert len({tube for part in parts for tube in part}) == TUBES


def test_the_page_says_how_many_it_does_not_name(at: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting_views, "NAMED", 5)
    days = f"?since={_first_day()}&until={today()}"
    page = browser(at.sampler).get(f"/sampling/counting/{days}").text
    assert "Every sum closes" in page
    assert page.count("7 more are not named here") == 2
