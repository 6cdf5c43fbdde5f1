"""Scenario 2 before the personnel office has sent its lists: a gate names nobody."""

from dataclasses import replace

import pytest
from django.db import connections
from django.test import Client

from lachan.tracing.models import Case
from tests.acceptance.told import Told, last_run, people_of
from tests.acceptance.twin import Answer, Twin

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def factory_case(told: Told) -> Case:
    """The worker of line 7, when only scans are known."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from venues_scan where source = 'import'")
    return told.released(told.world.planted.f0)


@pytest.fixture(scope="module")
def expected(told: Told, factory_case: Case) -> Answer:
    """What the naive twin reads in the scans alone."""
    told.twin = Twin(replace(told.world, rosters=[]), told.world.at(6, 2))
    return told.twin_answers(factory_case, told.world.planted.f0)


def test_the_shift_is_counted_and_nobody_of_it_named_for_a_shared_gate(
    told: Told, factory_case: Case, expected: Answer
) -> None:
    world = told.world
    work = world.people[world.planted.f0].work
    assert work is not None
    shift = set(world.people_of_shift(work.organisation, work.shift))
    at_the_gate = expected.linked & shift
    run = last_run(factory_case)

    assert len(at_the_gate) > 500
    assert people_of(factory_case) == told.persons(expected.close)
    assert not people_of(factory_case) & told.persons(at_the_gate)
    assert (run.to_verify, run.linked) == (len(expected.close), len(expected.linked))


def test_whoever_only_stood_at_the_line_is_missing_until_the_list_comes(
    told: Told, expected: Answer
) -> None:
    world, planted = told.world, told.world.planted
    line = set(world.people_on[planted.line, planted.shift]) - {planted.f0}
    riders = set(world.people_riding[planted.bus, planted.shift])
    by_phone = {each for row in world.encounters for each in (row.a, row.b)}

    assert (line - riders) - expected.close
    assert not (line - riders - by_phone) & expected.close


def test_the_page_of_the_case_says_what_is_missing_and_leads_there(
    told: Told, factory_case: Case
) -> None:
    browser = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    browser.cookies["lachan"] = told.cast["tracer"].secret
    page = browser.get(f"/tracing/{factory_case.id}/").text

    assert "only a list says who was near." in page
    assert f"/tracing/{factory_case.id}/groups/" in page
