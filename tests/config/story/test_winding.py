"""The demo's clock goes forward, and what happened until then is told once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connections, transaction

from lachan.config.story import tasks, winding
from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, sized
from lachan.config.story.world import MINUTE, PlannedSample, World
from lachan.core import clock, demo_clock
from lachan.core.installation import look_again
from lachan.core.models import ClockWish
from lachan.core.refusals import Refused
from lachan.core.scope import principal_of, reference_reading, scoped, system_scope
from lachan.people.signing_in import cast_of_demo, enter
from lachan.sampling.models import Release, Result
from lachan.sampling.services import release_result
from lachan.tracing import tasks as tracing
from lachan.tracing.models import Case
from tests.config.story.test_load import SMALL, one, owner, tell

__all__ = ["owner"]
pytestmark = pytest.mark.usefixtures("database")

SCANS = "select count(*) from venues_scan"
FACTS = (
    SCANS,
    "select count(*) from proximity_encounter",
    "select count(*) from sampling_sample",
    "select count(*) from sampling_result",
    "select count(*) from sampling_release",
)


@pytest.fixture(scope="module")
def story() -> World:
    """What `SMALL` tells."""
    return generate(replace(sized(PRESETS["mac-dinh"], 600), seed=3))


@pytest.fixture(scope="module", autouse=True)
def told(owner: str) -> Iterator[None]:
    """A demo that stands at 02:00 of day 6; the tests below wind it on, one after another."""
    done = tell(owner, *SMALL)
    assert done.returncode == 0, done.stderr
    look_again()
    yield
    clock.wind(timedelta(0))


def at(story: World, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of the story."""
    return datetime.fromtimestamp(story.at(day, hour, minute), UTC)


def principal(handle: str) -> object:
    """A member of the cast at work."""
    return enter(next(account for account, _ in cast_of_demo() if account.handle == handle))


def scans_until(story: World, until: datetime) -> int:
    """How many rows of the ledger had arrived by then."""
    moment = int(until.timestamp())
    arrived = sum(
        said is not None and said - story.clock_errors.get(scan.device, 0) <= moment
        for scan in story.scans
        for said in (scan.entered, scan.left)
    )
    return arrived + 2 * sum(row.end <= moment for row in story.rosters)


def facts(owner: str) -> list[object]:
    """How many facts of each kind there are."""
    return [one(owner, query) for query in FACTS]


def refusal(wanted: datetime) -> str:
    """The code with which the database refuses a wish."""
    with pytest.raises(Refused) as refused:
        demo_clock.ask(wanted)
    return refused.value.code


def test_it_offers_the_release_then_every_morning(story: World) -> None:
    told = demo_clock.story()
    assert told is not None
    offered = demo_clock.moments(told)
    assert offered[0] == at(story, 6, 2, 10)
    assert offered[1:] == [at(story, day, 8) for day in range(6, 15)]


def test_it_never_goes_back_nor_beyond_the_end(story: World) -> None:
    assert refusal(at(story, 6, 1)) == "clock_backwards"
    assert refusal(at(story, 16)) == "clock_beyond"
    with pytest.raises(Refused) as refused:
        winding.wind(at(story, 6, 1))
    assert refused.value.code == "clock_backwards"


def test_production_is_refused_by_the_database_itself(owner: str, story: World) -> None:
    def kind(word: str) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("update core_installation set kind = %s", [word])

    kind("production")
    try:
        assert refusal(at(story, 7)) == "not_demo"
        with pytest.raises(Refused) as refused:
            winding.wind(at(story, 7))
        assert refused.value.code == "not_demo"
    finally:
        kind("demo")
    assert one(owner, "select count(*) from core_clockwish") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "insert into core_clockwish (wanted, asked_at, stage, rows)"
        " values (now(), now(), 'waiting', 0)",
        "update core_story set ends = now()",
        "update core_installation set wound = interval '1 day'",
    ],
)
def test_the_app_role_has_no_other_way_to_the_clock(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError),
        reference_reading(),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_at_0210_the_release_has_happened_and_a_case_waits_for_somebody(
    owner: str, story: World
) -> None:
    before = principal("tracer")
    demo_clock.ask(at(story, 6, 2, 10))
    assert refusal(at(story, 7)) == "clock_busy"
    tasks.go_on()
    wish = demo_clock.last_wish()
    assert wish is not None
    assert (wish.wanted, wish.stage) == (at(story, 6, 2, 10), ClockWish.Stage.DONE)
    assert timedelta(0) <= clock.now() - at(story, 6, 2, 10) < timedelta(minutes=5)
    assert one(owner, SCANS) == scans_until(story, at(story, 6, 2, 10))
    tracing.new_positives()
    with scoped(before, "board"):  # type: ignore[arg-type]
        case = Case.objects.get(person=story.uuid("person", story.planted.f0))
    assert case.taken_by is None
    assert case.opened_at >= at(story, 6, 2, 10)
    assert case.opened_at <= clock.now()


def test_what_was_told_is_not_told_again(owner: str, story: World) -> None:
    before = facts(owner)
    assert winding.wind(at(story, 6, 2, 10), stands=True) == {}
    with connections["owner"].cursor() as cursor:
        cursor.execute("update core_story set told_until = starts")
    assert sum(winding.wind(at(story, 6, 2, 10), stands=True).values()) == 0
    assert facts(owner) == before


def test_it_follows_a_clock_that_runs_by_itself(owner: str, story: World) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update core_installation set wound = %s", [at(story, 6, 7) - machine()])
    look_again()
    assert tasks.go_on() > 0
    told = demo_clock.story()
    assert told is not None
    assert at(story, 6, 7) <= told.told_until <= clock.now()
    assert one(owner, SCANS) == scans_until(story, told.told_until)


def machine() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


def next_result(story: World) -> PlannedSample:
    """The first sample whose result comes after day 7."""
    later = [row for row in story.samples if row.released_at > story.at(7)]
    return min(later, key=lambda row: row.released_at)


def test_a_result_released_by_a_visitor_stays_theirs(owner: str, story: World) -> None:
    sample = next_result(story)
    lead = principal("lablead")
    winding.wind(datetime.fromtimestamp(sample.released_at - 10 * MINUTE, UTC))
    with scoped(lead, "release"):  # type: ignore[arg-type]
        waiting = Result.objects.get(tube__barcode=sample.tube)
        release_result(result=waiting, by=lead)  # type: ignore[arg-type]
    winding.wind(datetime.fromtimestamp(sample.released_at + 10 * MINUTE, UTC))
    with system_scope("test"):
        release = Release.objects.get(tube__barcode=sample.tube)
    assert release.at.timestamp() < sample.released_at


def test_whoever_is_signed_in_stays_so_over_days(story: World) -> None:
    tracer = principal("tracer")
    winding.wind(at(story, 9, 8))
    assert principal_of(tracer.secret) is not None  # type: ignore[attr-defined]


def test_at_the_end_everything_is_told_and_nothing_twice(owner: str, story: World) -> None:
    winding.wind(at(story, 15))
    assert one(owner, SCANS) == scans_until(story, at(story, 15))
    assert one(owner, "select count(distinct id) from venues_scan") == one(owner, SCANS)
    assert one(owner, "select count(*) from venues_scan_other") == 0
    released = sum(row.released_at <= story.at(15) for row in story.samples)
    assert one(owner, "select count(*) from sampling_release") == released
