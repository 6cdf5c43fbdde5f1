"""Scenario 10: a thousand people at two tables, six hours without a network, 111 tubes, and a count
that closes: one pool lost, one leaking, one positive."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lachan.core.clock import day_of, now
from lachan.core.scope import scoped, system_scope
from lachan.core.signing import signing_key
from lachan.credentials.tokens import issue
from lachan.people.selectors import trace_ids_of
from lachan.people.services import NewPerson, Stay, register_many
from lachan.sampling import (
    counting,
    counting_reading,
    custody,
    custody_losses,
    custody_receiving,
    custody_tasks,
    pool_tasks,
    services,
)
from lachan.sampling import custody_reading as reading
from lachan.sampling.answer_state import AnswerState
from lachan.sampling.counting import Counted, Place, Tally
from lachan.sampling.counting_reading import Asked
from lachan.sampling.custody_receiving import Rejected
from lachan.sampling.models import Sample, SampleRequest, TableReview, Tube
from lachan.sampling.selectors import answers_about
from lachan.sampling.table_tasks import take_table_events
from lachan.tracing import tasks as tracing_tasks
from lachan.tracing.models import Case
from tests.database import copy
from tests.places.units import BAC_NINH, NENH
from tests.sampling import at_the_bench as bench
from tests.sampling.on_the_road import COURIER, seen
from tests.sampling.people_at_the_table import Team, browser, team
from tests.sampling.tables import Table, table_of, wire_to

pytestmark = pytest.mark.slow

PEOPLE, SINGLES, POOLS = 1000, 12, 99
OFFLINE = timedelta(hours=6)
#: Events of one upload.
PARCEL = 50
#: Tubes of a box.
BOX = 40

LOST, LEAKING, POSITIVE_POOL, POSITIVE_SINGLE = "P-003", "P-017", "P-042", "S-05"


@dataclass
class Day:
    """The team, its people by tube, and what was doubled."""

    at: Team
    inside: dict[str, list[UUID]] = field(default_factory=dict)
    codes: dict[UUID, str] = field(default_factory=dict)
    doubled: int = 0


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A town of its own: nothing of the story is counted."""
    with copy() as name:
        yield name


@pytest.fixture(scope="module")
def day(database: str) -> Day:
    """Everybody was sampled and sent, sorted out, tested and released."""
    made = Day(team())
    _people(made)
    _at_the_tables(made, database)
    take_table_events()
    _on_the_road(made)
    _at_the_laboratory(made)
    _worked()
    return made


def _people(made: Day) -> None:
    new = [
        NewPerson(full_name=f"Người Số {number}", stay=Stay(NENH, BAC_NINH), birth="1990")
        for number in range(PEOPLE)
    ]
    with system_scope("test") as by:
        persons = [one.id for one in register_many(new, by=by)]
        traces = trace_ids_of(persons)
    until = int((now() + timedelta(minutes=30)).timestamp())
    for one in persons:
        trace = traces[one].bytes
        made.codes[one] = issue(signing_key(), kind="person", pseudonym=trace, expires_at=until)
    rest = iter(persons)
    for number in range(SINGLES):
        made.inside[f"S-{number:02}"] = [next(rest)]
    for number in range(POOLS):
        size = 8 if number == POOLS - 1 else 10
        made.inside[f"P-{number:03}"] = [next(rest) for _one in range(size)]
    assert next(rest, None) is None


def _at_the_tables(made: Day, database: str) -> None:
    """Two devices without a network; later each sends parcels, the newest first, one twice."""
    tables = [table_of(made.at.sampler, made.at.laboratory) for _number in range(2)]
    moment = now() - OFFLINE
    for number, barcode in enumerate(made.inside):
        moment = _fill(made, tables[number % 2], barcode, moment)
    with wire_to(database) as wire:
        for table in tables:
            parcels = [
                table.events[start : start + PARCEL]
                for start in range(0, len(table.events), PARCEL)
            ]
            for parcel in [*reversed(parcels), parcels[0]]:
                assert set(wire.post(table, *parcel)) == {"recorded"}


def _fill(made: Day, table: Table, barcode: str, moment: datetime) -> datetime:
    single = barcode.startswith("S")
    table.limit, table.reason = (1, "symptoms") if single else (10, "screening")
    for person in made.inside[barcode]:
        moment += timedelta(seconds=10)
        onset = {"onset": day_of(moment).isoformat()} if single else {}
        table.sample(barcode, made.codes[person], at=moment, **onset)
    if barcode in {"P-001", "P-050", "P-090"}:
        moment += timedelta(seconds=1)
        table.sample(barcode, made.codes[made.inside[barcode][0]], at=moment)
        made.doubled += 1
    moment += timedelta(seconds=5)
    table.close(barcode, at=moment)
    return moment


def _on_the_road(made: Day) -> None:
    """Three boxes; in the laboratory one pool is not in its box, and one leaks."""
    barcodes = list(made.inside)
    for start in range(0, len(barcodes), BOX):
        _box(made, barcodes[start : start + BOX])
    with scoped(made.at.sampler, "sampling") as by:
        lost = Tube.objects.get(barcode=LOST)
        custody_losses.declare_missing(tube=lost, by=by)


def _box(made: Day, barcodes: list[str]) -> None:
    at = made.at
    with scoped(at.sampler, "sampling") as by:
        box = custody.open_box(barcode=f"B-{barcodes[0]}", laboratory=at.laboratory, by=by)
        for barcode in barcodes:
            custody.pack(box=box, barcode=barcode, by=by)
        count = seen(len(barcodes))
        custody.seal(box=box, seen=count, by=by)
        custody.hand_to_courier(box=box, given=count, taken=count, courier=COURIER, by=by)
    there = [one for one in barcodes if one != LOST]
    with scoped(at.technician, "laboratory") as by:
        custody.arrive(box=box, seen=seen(len(there)), by=by)
        for barcode in there:
            why = Rejected("leaking") if barcode == LEAKING else None
            custody_receiving.scan_in(barcode=barcode, box=box, rejected=why, by=by)
        left = custody_receiving.close_box(box=box, by=by)
    assert [tube.barcode for tube in left] == [one for one in barcodes if one == LOST]


def _at_the_laboratory(made: Day) -> None:
    """Two people key each tube, one releases."""
    with system_scope("test"):
        tubes = list(Tube.objects.exclude(barcode__in=[LOST, LEAKING]))
    results = []
    for tube in tubes:
        positive = tube.barcode in {POSITIVE_POOL, POSITIVE_SINGLE}
        results.append(bench.found(made.at, tube, "positive" if positive else "negative"))
    bench.approved(made.at, results)
    with scoped(made.at.lead, "laboratory") as by:
        for result in results:
            services.release_result(result=result, by=by)


def _worked() -> None:
    """What the worker does when the bells ring."""
    custody_tasks.ask_after_reception()
    custody_tasks.ask_after_loss()
    pool_tasks.ask_positive_pools_again()
    tracing_tasks.new_positives()


def _rows(made: Day) -> list[Counted]:
    with scoped(made.at.sampler, "sampling") as by:
        today = day_of(now())
        asked = Asked(today - timedelta(days=1), today)
        return counting_reading.counted(counting_reading.tubes_of(by, asked), now())


@pytest.fixture(scope="module")
def rows(day: Day) -> list[Counted]:
    return _rows(day)


@pytest.fixture(scope="module")
def whole(rows: list[Counted]) -> Tally:
    return counting.tally(rows)


def test_three_double_scans_put_nobody_in_twice(day: Day) -> None:
    assert day.doubled == 3
    with system_scope("test"):
        assert Sample.objects.count() == PEOPLE
        assert TableReview.objects.filter(kind=TableReview.Kind.IN_TUBE).count() == 3


def test_collected_is_accepted_and_rejected_and_missing(whole: Tally) -> None:
    tubes = whole.tubes
    assert (tubes.collected, tubes.received, tubes.rejected, tubes.missing) == (111, 109, 1, 1)
    assert tubes.on_the_way == 0
    assert whole.people.collected == PEOPLE
    assert whole.closes()


def test_the_missing_pool_is_named_with_its_ten_people(day: Day, rows: list[Counted]) -> None:
    [missing] = [row for row in rows if Place.MISSING in row.places]
    assert (missing.barcode, missing.people) == (LOST, 10)
    client = browser(day.at.sampler)
    today = day_of(now())
    since = today - timedelta(days=1)
    page = client.get(f"/sampling/counting/?since={since}&until={today}").text
    assert LOST in page
    assert "1 tube, 10 people" in page
    with system_scope("test"):
        samples = Sample.objects.filter(tube__barcode=LOST)
        assert {row.person_id for row in samples} == set(day.inside[LOST])


def test_every_tube_of_the_laboratory_has_its_result(whole: Tally) -> None:
    tubes = whole.tubes
    assert (tubes.resulted, tubes.pending) == (109, 0)
    assert (tubes.negative, tubes.pool_positive, tubes.positive) == (107, 1, 1)


def test_969_people_are_negative_and_one_is_positive(day: Day, whole: Tally) -> None:
    people = whole.people
    assert (people.negative, people.positive, people.pool_positive) == (969, 1, 10)
    with system_scope("test"):
        cases = set(Case.objects.values_list("person", flat=True))
    assert cases == set(day.inside[POSITIVE_SINGLE])


def test_nobody_of_the_positive_pool_is_positive(day: Day) -> None:
    with system_scope("test"):
        answers = answers_about(day.inside[POSITIVE_POOL])
    assert len(answers) == 10
    for found in answers.values():
        assert [one.state for one in found] == [AnswerState.POOL_POSITIVE]


def test_thirty_people_are_asked_to_be_sampled_again(day: Day) -> None:
    with system_scope("test"):
        requests = SampleRequest.objects.filter(state="open")
        asked = {
            source: set(requests.filter(source=source).values_list("person", flat=True))
            for source in ("positive_pool", "rejected", "missing")
        }
    assert requests_of(asked) == [10, 10, 10]
    assert asked["missing"] == set(day.inside[LOST])
    assert asked["rejected"] == set(day.inside[LEAKING])
    assert asked["positive_pool"] == set(day.inside[POSITIVE_POOL])


def requests_of(asked: dict[str, set[UUID]]) -> list[int]:
    return [len(persons) for persons in asked.values()]


def test_the_laboratory_counts_the_same(day: Day, whole: Tally) -> None:
    with scoped(day.at.lead, "laboratory") as by:
        today = day_of(now())
        asked = Asked(today - timedelta(days=1), today)
        tubes = counting_reading.tubes_of(by, asked, laboratory=True)
        assert counting.tally(counting_reading.counted(tubes, now())) == whole


def test_nothing_stands_still(day: Day) -> None:
    with scoped(day.at.sampler, "sampling") as by:
        assert reading.still(by) == []
