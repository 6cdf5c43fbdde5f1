"""The expected hour comes from this laboratory's own tubes, those still waiting counted."""

from datetime import datetime, timedelta

from lachan.core.clock import now
from lachan.core.scope import system_scope
from lachan.rulebook.selectors import results_rule
from lachan.sampling import answer_pace, selectors
from lachan.sampling.models import LaboratoryPace
from tests.factories import cast
from tests.sampling.answers import people, released, tube_of
from tests.sampling.people_at_the_table import Team, browser, team


def had(at: Team, hours: list[float], waiting: list[float]) -> None:
    """Single tubes that took so many hours, and others that wait so long by now."""
    [whom] = people(at, ["Hà Thị Mơ"])
    moment = now()
    for number in hours:
        tube = tube_of(at, [whom], taken_at=moment - timedelta(hours=30))
        result = released(at, tube, "negative")
        _released_at(result.id, moment - timedelta(hours=30 - number))
    for number in waiting:
        tube_of(at, [whom], taken_at=moment - timedelta(hours=number))


def _released_at(result: object, at: datetime) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("update sampling_release set at = %s where result_id = %s", [at, result])


def test_enough_tubes_give_the_hour_and_how_sure_it_is() -> None:
    at = team()
    had(at, [5.0] * 15 + [7.0] * 5, [])
    with system_scope("test"):
        assert answer_pace.count() >= 1
        assert answer_pace.count() == 0
        pace = LaboratoryPace.objects.get(laboratory=at.laboratory)
        assert pace.hours is not None
        assert round(pace.hours, 3) == 7.0
    [whom] = people(at, ["Hà Văn Mận"])
    taken_at = now() - timedelta(hours=1)
    tube_of(at, [whom], taken_at=taken_at)
    with system_scope("test"):
        [row] = selectors.outcomes_of(whom)
    assert abs(row.expected_at - taken_at - timedelta(hours=7)) < timedelta(seconds=1)
    assert (row.percent, row.tubes) == (80, 20)
    page = browser(cast.citizen(whom)).get("/results/").text
    assert "80 %" in page
    assert "comparable tubes" in page


def test_tubes_that_wait_make_the_promise_later() -> None:
    at = team()
    had(at, [5.0] * 18 + [20.0] * 4, [12.0] * 10)
    with system_scope("test"):
        answer_pace.count()
        pace = LaboratoryPace.objects.get(laboratory=at.laboratory)
    assert pace.hours is not None
    assert round(pace.hours, 3) == 20.0
    assert pace.tubes == 32


def test_too_few_tubes_leave_the_hour_to_the_rule_and_say_so() -> None:
    at = team()
    had(at, [5.0] * 3, [])
    [whom] = people(at, ["Hà Văn Đào"])
    tube_of(at, [whom])
    with system_scope("test"):
        answer_pace.count()
        assert LaboratoryPace.objects.get(laboratory=at.laboratory).hours is None
        [row] = selectors.outcomes_of(whom)
        hours = results_rule(now()).expected_hours
    assert row.percent is None
    assert row.expected_at == row.sample.taken_at + timedelta(hours=hours)
    assert "Too few comparable tubes" in browser(cast.citizen(whom)).get("/results/").text


def test_late_is_called_late() -> None:
    at = team()
    [whom] = people(at, ["Hà Văn Lê"])
    tube_of(at, [whom], taken_at=now() - timedelta(hours=25))
    page = browser(cast.citizen(whom)).get("/results/").text
    assert "It is late" in page
    assert "You need not be sampled again" in page
