"""Counting in a real browser: sums, times, what waits, on a phone and at a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from lachan.core.clock import today
from lachan.core.scope import scoped, system_scope
from lachan.sampling import counting_rerouting
from lachan.sampling.models import Rerouting
from tests.factories.people import person
from tests.factories.visits import Come, visits
from tests.sampling import crowded
from tests.sampling.answers import released
from tests.sampling.on_the_road import closed_tube, packed_box, sent_box
from tests.sampling.people_at_the_table import Team, team

pytestmark = pytest.mark.browser

TUBES = 300
DAYS = f"?since={today().replace(day=1)}&until={today()}"


@pytest.fixture(scope="module")
def at(database: str) -> Team:
    """A team with the tubes of some days, a sum that does not close, and a box that waits."""
    made, other = team(), team()
    crowded.fill(made, TUBES, days=5)
    people = [person(f"Người Đếm {number}") for number in range(3)]
    skipped = closed_tube(made, *people, limit=5, barcode="OM-BO-QUA")
    sent_box(made, skipped)
    released(made, skipped, "negative")
    packed_box(made, *(closed_tube(made, people[0]) for _number in range(2)))
    for bench, tests in ((made, 40), (other, 400)):
        with scoped(bench.lead, "laboratory") as by:
            counting_rerouting.say_capacity(tests_a_day=tests, machines=2, machines_down=0, by=by)
    return made


@pytest.fixture(scope="module")
def come(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Come]:
    with visits(database, tmp_path_factory.mktemp("counting")) as arrive:
        yield arrive


def test_a_sum_that_does_not_close_names_its_tube(at: Team, come: Come) -> None:
    unit = come(at.sampler, "desk")
    page = unit.open("/sampling/counting/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 ống")
    expect(page.get_by_text("OM-BO-QUA").first).to_be_visible()
    unit.open(f"/sampling/counting/{DAYS}&by=kind")
    phone = come(at.sampler, "phone")
    phone.open(f"/sampling/counting/{DAYS}")
    page.get_by_role("link", name="Người trong ống").first.click()
    unit.look()


def test_stages_are_drawn_for_a_unit_and_for_its_laboratory(at: Team, come: Come) -> None:
    for who, place in ((at.sampler, "sampling"), (at.lead, "laboratory")):
        for screen in ("desk", "phone"):
            visitor = come(who, screen)  # type: ignore[arg-type]
            page = visitor.open(f"/{place}/counting/pace/{DAYS}")
            expect(page.locator("svg.ct-plot rect").first).to_be_attached()
    come(at.lead, "phone").open(f"/laboratory/counting/{DAYS}")


def test_a_waiting_box_goes_to_the_laboratory_that_is_free_by_a_press(at: Team, come: Come) -> None:
    come(at.lead, "phone").open("/laboratory/capacity/")
    come(at.lead, "desk").open("/laboratory/capacity/")
    come(at.sampler, "phone").open("/sampling/counting/backlog/")
    unit = come(at.sampler, "desk")
    page = unit.open("/sampling/counting/backlog/")
    page.get_by_role("button", name="Gửi đến đó").click()
    unit.look()
    with system_scope("test"):
        assert Rerouting.objects.count() == 1
