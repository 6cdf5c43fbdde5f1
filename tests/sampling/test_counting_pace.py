"""How long each stage takes: a tube that waits makes it longer, one that strayed does not."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.core.clock import now, today
from lachan.core.scope import scoped, system_scope
from lachan.sampling import answer_expected, counting_pace, counting_reading, custody_losses
from lachan.sampling.answer_expected import Wait
from lachan.sampling.counting_pace import OUTSIDE, STAGES, Took, Way, drawing_of, stages, took
from lachan.sampling.counting_reading import Asked
from lachan.sampling.custody_reading import rule_of
from lachan.sampling.models import Tube
from tests.factories.people import person
from tests.sampling import counting_twin
from tests.sampling.answers import released
from tests.sampling.on_the_road import accept, arrived_box, closed_tube, enter, reject
from tests.sampling.people_at_the_table import Team, browser, team

RULE = dict.fromkeys(
    (
        *("open", "unpacked", "packed", "road", "arrived", "unscanned"),
        *("accepted", "entered", "approved"),
    ),
    4,
)


def packing(hours: float, *, over: bool = True, tubes: int = 1) -> Took:
    """Tubes that took so long to be packed."""
    return Took("", "packing", round(hours * 60), over, tubes)


def test_percentiles_count_those_who_wait_and_the_rule_names_the_late() -> None:
    took = [packing(1), packing(2), packing(3), packing(9), packing(20, over=False)]
    found = stages(took, RULE, inside=False)[1]
    assert (found.name, found.tubes, found.waiting) == ("packing", 5, 1)
    assert found.hours == {50: 3.0, 80: 9.0, 95: None}
    assert (found.limit, found.late) == (4, 2)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    waits=st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(1, 4))),
    share=st.sampled_from([0.5, 0.8, 0.95, 1.0]),
)
def test_tubes_counted_together_give_the_hours_of_one_after_another(
    waits: list[tuple[int, bool, int]], share: float
) -> None:
    together = [Took("", "packing", hours * 60, over, tubes) for hours, over, tubes in waits]
    alone = [Wait(hours, over) for hours, over, tubes in waits for _one in range(tubes)]
    assert counting_pace.hours_within(together, share) == answer_expected.hours_within(alone, share)


def test_the_drawing_is_as_wide_as_the_longest() -> None:
    drawing = drawing_of(stages([packing(48)], RULE, inside=False))
    assert drawing.most == 48
    assert drawing.bars[1].ends[50] == f"{counting_pace.RIGHT - counting_pace.LEFT:.1f}"


def at_a_time(tube: Tube, at: datetime, *, inside: bool) -> set[tuple[str, int, bool]]:
    """What each stage of one tube took, as the database says it."""
    with system_scope("test"):
        found = took(Tube.objects.filter(pk=tube.pk), at, "day", inside=inside)
    return {(one.stage, one.minutes, one.over) for one in found}


def by_hand(tube: Tube, ways: Mapping[str, Way], at: datetime, *, over: bool = False) -> set[Any]:
    """The same, row after row."""
    with system_scope("test"):
        times = counting_twin.moments(tube, at)
    found = {
        name: counting_twin.took(times, begins, ends, at, over=over)
        for name, (begins, ends, _ruled) in ways.items()
    }
    return {(name, *one) for name, one in found.items() if one is not None}


@pytest.mark.parametrize("way", ["closed", "boxed", "loose", "rejected", "lost", "answered"])
def test_the_database_says_how_long_as_the_slow_twin_does(database: str, way: str) -> None:
    at = team()
    tube = closed_tube(at, person("Người Chờ"))
    gone(at, tube, way)
    moment = now()
    for inside, ways in ((True, STAGES), (False, OUTSIDE)):
        expected = by_hand(tube, ways, moment, over=way in {"rejected", "lost"})
        assert at_a_time(tube, moment, inside=inside) == expected


def gone(at: Team, tube: Tube, way: str) -> None:
    """As far as the tube went."""
    if way in {"boxed", "answered"}:
        arrived_box(at, tube)
    if way in {"loose", "answered"}:
        accept(at, tube)
    if way == "answered":
        released(at, tube, "negative")
    if way == "rejected":
        reject(at, tube)
    if way == "lost":
        with scoped(at.sampler, "sampling") as by:
            custody_losses.declare_missing(tube=tube, by=by)


def test_a_clock_that_ran_back_is_left_out(database: str) -> None:
    at = team()
    tube = closed_tube(at, person("Người Lệch Giờ"))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update sampling_sample set taken_at = taken_at + interval '1 second'"
            " where tube_id = %s",
            [tube.pk],
        )
    time.sleep(1.1)
    assert "filling" not in {stage for stage, *_rest in at_a_time(tube, now(), inside=False)}


def been(at: Team) -> None:
    tube = closed_tube(at, person("Người Nhanh"))
    arrived_box(at, tube)
    accept(at, tube)
    released(at, tube, "negative")


def test_a_tube_passes_every_stage_and_the_laboratory_sees_its_own(database: str) -> None:
    at = team()
    been(at)
    for reader, inside, names in (
        (at.lead, True, {"testing", "checking", "releasing"}),
        (at.sampler, False, {"answering"}),
    ):
        with scoped(reader, "sampling") as by:
            day = today()
            tubes = counting_reading.tubes_of(by, Asked(day, day), laboratory=inside)
            rule = rule_of(at.sampler.organisation or at.laboratory).hours
            told = took(tubes, now(), "laboratory", inside=inside)
        found = {one.name: one for one in stages(told, rule, inside=inside)}
        assert names <= set(found)
        assert all(found[name].tubes == 1 and not found[name].waiting for name in names)
        assert (found["travelling"].tubes, found["telling"].waiting) == (1, 1)


def test_a_unit_is_not_told_when_the_laboratory_read_it(database: str) -> None:
    at = team()
    tube = closed_tube(at, person("Người Đợi"))
    accept(at, tube)
    enter(at, tube)
    sql = "select resulted, approved from core.moments_of_tubes(array[%s::uuid], %s)"
    for reader, known in ((at.lead, True), (at.sampler, False)):
        with scoped(reader, "sampling"), connections["default"].cursor() as cursor:
            cursor.execute(sql, [tube.pk, now()])
            assert [row[0] is not None for row in cursor.fetchall()] == [known]


def test_the_pages_have_a_drawing_and_a_file(database: str) -> None:
    at = team()
    been(at)
    page = browser(at.lead).get("/laboratory/counting/pace/").text
    assert "<svg" in page
    assert "Result to checked" in page
    assert "Result to checked" not in browser(at.sampler).get("/sampling/counting/pace/").text
    text = browser(at.sampler).get("/sampling/counting/pace.csv?by=reason").content.decode()
    assert len(text.strip().splitlines()) == 1 + 2 * 6
