"""Counting end to end: sums close in a right world, and a wrong one is named tube by tube."""

from collections import Counter
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.core import grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.notices.models import Notice
from lachan.people.models import Person
from lachan.sampling import counting, counting_reading, custody_losses
from lachan.sampling.counting import Bunch, Counted, Figures, Gap, Place
from lachan.sampling.counting_reading import Asked
from lachan.sampling.counting_sql import LINES
from lachan.sampling.custody_state import Stage, standings
from lachan.sampling.models import Loss, Tube
from lachan.sampling.services import withdraw_result
from tests.factories import cast
from tests.factories.people import person
from tests.sampling import counting_twin
from tests.sampling.answers import released
from tests.sampling.on_the_road import (
    accept,
    arrived_box,
    closed_tube,
    reject,
    sent_box,
    stage_of,
)
from tests.sampling.people_at_the_table import Team, browser, team
from tests.sampling.test_custody_state import ACTS, World


def seen_by(reader: Principal, *, laboratory: bool = False, **asked: Any) -> list[Counted]:
    """What somebody counts of today."""
    with scoped(reader, "sampling") as by:
        what = Asked(today(), today(), **asked)
        tubes = counting_reading.tubes_of(by, what, laboratory=laboratory)
        return counting_reading.counted(tubes, now())


def counted(tubes: list[Tube]) -> list[Counted]:
    """These tubes as the worker counts them."""
    with system_scope("test"):
        asked = Tube.objects.filter(pk__in=[tube.pk for tube in tubes])
        return counting_reading.counted(asked, now())


#: Stages in which a closed tube is on its way, whoever has it.
WAY = frozenset(
    {Stage.UNPACKED, Stage.PACKED, Stage.ROAD, Stage.ARRIVED, Stage.UNSCANNED, Stage.STRAY}
)


def as_counter(figures: Figures) -> Counter[str]:
    return Counter({one.name: getattr(figures, one.name) for one in fields(figures)})


@pytest.fixture(scope="module")
def teams(database: str) -> tuple[Team, Team]:
    return team(), team()


@pytest.fixture(scope="module")
def crowd(database: str) -> list[Person]:
    return [person(f"Người Đếm {number}") for number in range(4)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1)), max_size=22))
def test_it_counts_as_the_slow_twin_does(
    teams: tuple[Team, Team], crowd: list[Person], acts: list[tuple[str, int]]
) -> None:
    world = World(*teams)
    world.tubes = [closed_tube(teams[0], *crowd[:3]), closed_tube(teams[0], crowd[3])]
    moments = []
    for name, which in acts:
        world.act(name, which)
        moments.append(now())
    with system_scope("test"):
        asked = Tube.objects.filter(pk__in=[tube.pk for tube in world.tubes])
        for at in moments[-3:]:
            rows = counting_reading.counted(asked, at)
            tally = counting.tally(rows)
            in_tubes, in_people = counting_twin.figures(list(asked), at)
            assert as_counter(tally.tubes) == in_tubes
            assert as_counter(tally.people) == in_people
            assert tally.closes() == (not counting.gaps(rows))
            bunches = counting_reading.bunches(asked, at, "kind")
            assert counting.tally(bunches) == tally
            assert counting.broken(bunches) == len(counting.gaps(rows))
            hands = {row.tube for row in standings(asked, at, hands=True) if row.stage in WAY}
            assert hands == {row.tube for row in rows if Place.ON_THE_WAY in row.places}


def test_the_unit_and_its_laboratory_count_the_same(crowd: list[Person]) -> None:
    at = team()
    tubes = [closed_tube(at, *crowd[:2], limit=5), *(closed_tube(at, crowd[2]) for _ in range(4))]
    arrived_box(at, *tubes[:4])
    accept(at, tubes[0])
    accept(at, tubes[1])
    reject(at, tubes[2])
    released(at, tubes[0], "positive")
    with scoped(at.sampler, "sampling") as by:
        custody_losses.declare_missing(tube=tubes[4], by=by)
    unit, laboratory = seen_by(at.sampler), seen_by(at.lead, laboratory=True)
    assert sorted(unit, key=lambda row: row.barcode) == sorted(
        laboratory, key=lambda row: row.barcode
    )
    tally = counting.tally(unit)
    assert tally.closes()
    assert tally.tubes.row()[:7] == [5, 2, 1, 1, 1, 1, 1]
    assert tally.people.row()[:7] == [6, 3, 1, 1, 1, 2, 1]
    assert (tally.tubes.pool_positive, tally.people.positive) == (1, 0)


def test_what_a_laboratory_found_and_did_not_release_counts_nowhere(crowd: list[Person]) -> None:
    at = team()
    tube = closed_tube(at, crowd[0])
    accept(at, tube)
    result = released(at, tube, "negative")
    assert counting.tally(seen_by(at.sampler)).tubes.resulted == 1
    with scoped(at.lead, "laboratory") as by:
        withdraw_result(result=result, reason="Nhầm ống", by=by)
    for rows in (seen_by(at.sampler), seen_by(at.lead, laboratory=True)):
        assert counting.tally(rows).tubes.row()[5:7] == [0, 1]


def test_another_unit_counts_none_of_it(crowd: list[Person]) -> None:
    at, other = team(), team()
    closed_tube(at, crowd[0])
    assert seen_by(other.sampler) == []
    assert seen_by(other.lead, laboratory=True) == []
    with scoped(other.lead, "laboratory"):
        assert counting_reading.shares_of(list(_all_tubes()), now()) == {}


def _all_tubes() -> list[UUID]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from sampling_tube")
        return [row[0] for row in cursor.fetchall()]


def test_a_director_counts_the_people_of_his_province(crowd: list[Person]) -> None:
    at = team()
    tube = closed_tube(at, *crowd[:2], limit=5)
    rows = seen_by(cast.of_province(Role.DIRECTOR), organisation=tube.organisation)
    assert [row.people for row in rows] == [2]


def test_a_result_of_a_tube_that_nobody_received_is_named(crowd: list[Person]) -> None:
    at = team()
    tube = closed_tube(at, crowd[0])
    sent_box(at, tube)
    released(at, tube, "negative")
    rows = counted([tube])
    assert counting.gaps(rows) == [(rows[0], Gap.NOT_RECEIVED)]
    assert not counting.tally(rows).closes()
    page = browser(at.sampler).get("/sampling/counting/").text
    assert tube.barcode in page
    assert "stands in no reception" in page


def test_a_tube_at_two_places_is_named(crowd: list[Person]) -> None:
    at = team()
    tube = closed_tube(at, crowd[0])
    accept(at, tube)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into sampling_loss (id, tube_id, organisation, note, at, by)"
            " values (%s, %s, %s, '', %s, %s)",
            [uuid7(), tube.pk, tube.organisation, now() - timedelta(hours=1), uuid7()],
        )
    rows = counted([tube])
    assert rows[0].places == {Place.RECEIVED, Place.MISSING}
    assert counting.gaps(rows) == [(rows[0], Gap.TWO_PLACES)]


def test_a_closed_tube_with_nobody_in_it_is_named() -> None:
    at = team()
    tube = closed_tube(at)
    assert [gap for _row, gap in counting.gaps(counted([tube]))] == [Gap.NOBODY_IN_IT]


def test_a_sum_at_an_hour_is_the_same_later(crowd: list[Person]) -> None:
    at = team()
    tube = closed_tube(at, crowd[0])
    before = now()
    accept(at, tube)
    released(at, tube, "negative")
    with system_scope("test"):
        asked = Tube.objects.filter(pk=tube.pk)
        [then] = counting_reading.counted(asked, before)
        [later] = counting_reading.counted(asked, now())
    assert (then.places, then.outcome) == ({Place.ON_THE_WAY}, "")
    assert (later.places, later.outcome) == ({Place.RECEIVED}, "negative")


@pytest.mark.parametrize(
    ("state", "delivery", "expected"),
    [
        ("sent", "delivered", "delivered"),
        ("sent", "undeliverable", "undeliverable"),
        ("failed", "", "undeliverable"),
        ("sent", "", "untold"),
    ],
)
def test_a_person_is_told_when_the_message_arrived(
    crowd: list[Person], state: str, delivery: str, expected: str
) -> None:
    at = team()
    tube = closed_tube(at, *crowd[:2], limit=5)
    accept(at, tube)
    result = released(at, tube, "negative")
    with system_scope("test"):
        for whom in crowd[:2]:
            Notice.objects.create(
                person=whom,
                kind="result_ready",
                reason=result.id,
                commune=whom.commune,
                province=whom.province,
                state=state,
                drafted_at=now(),
                approved_at=now(),
                approved_by=uuid7(),
                sent_at=now() if state == "sent" else None,
                delivery=delivery,
                delivery_at=now() if delivery else None,
            )
    tally = counting.tally(counted([tube]))
    assert getattr(tally.people, expected) == 2
    assert getattr(tally.tubes, expected) == 1
    assert tally.closes()


def bunch(line: str, **more: Any) -> Bunch:
    """Three tubes of ten people each, without a database."""
    values: dict[str, Any] = {
        "line": line,
        "places": frozenset({Place.RECEIVED}),
        "outcome": "",
        "pooled": True,
        "told": "untold",
        "nobody": False,
        "tube": None,
        "tubes": 3,
        "people": 30,
        "delivered": 0,
        "undeliverable": 0,
    }
    return Bunch(**{**values, **more})


def test_a_positive_pool_is_nobodys_positive() -> None:
    found = counting.tally(
        [
            bunch("", outcome="positive"),
            bunch("", outcome="positive", pooled=False, people=3),
            bunch("", outcome="invalid"),
        ]
    )
    assert (found.tubes.positive, found.tubes.pool_positive, found.tubes.unclear) == (3, 3, 3)
    assert (found.people.positive, found.people.pool_positive) == (3, 30)
    assert found.closes()


@pytest.mark.parametrize("by", list(LINES))
def test_lines_add_up_to_the_whole(crowd: list[Person], by: str) -> None:
    at = team()
    tubes = [closed_tube(at, *crowd[:2], limit=5), *(closed_tube(at, crowd[2]) for _ in range(3))]
    arrived_box(at, *tubes[:2])
    accept(at, tubes[0])
    accept(at, tubes[1])
    released(at, tubes[0], "positive")
    with scoped(at.sampler, "sampling") as who:
        custody_losses.declare_missing(tube=tubes[2], by=who)
        found = counting_reading.summed(who, Asked(today(), today()), now(), by, laboratory=False)
    whole = counting.tally(found)
    assert whole == counting.tally(counted(tubes))
    lines = counting.split(found).values()
    for side in ("tubes", "people"):
        columns = zip(*(getattr(one, side).row() for one in lines), strict=True)
        assert [sum(column) for column in columns] == getattr(whole, side).row()
    page = browser(at.sampler).get(f"/sampling/counting/?by={by}")
    assert page.status_code == 200


def test_a_lost_tube_that_another_laboratory_finds_is_lost_no_more(crowd: list[Person]) -> None:
    at, other = team(), team()
    tube = closed_tube(at, crowd[0])
    for _time in range(2):
        with scoped(at.sampler, "sampling") as by:
            custody_losses.declare_missing(tube=tube, by=by)
        assert counting.tally(counted([tube])).tubes.missing == 1
        accept(other, tube)
        [row] = counted([tube])
        assert row.places == {Place.ON_THE_WAY}
        assert stage_of(tube) == Stage.STRAY
    with system_scope("test"):
        assert not Loss.objects.filter(tube=tube, found_at=None).exists()


def test_losses_and_rejections_are_named_with_their_people(crowd: list[Person]) -> None:
    at = team()
    lost, leaking = closed_tube(at, *crowd[:3], limit=10), closed_tube(at, crowd[3])
    reject(at, leaking)
    with scoped(at.sampler, "sampling") as by:
        custody_losses.declare_missing(tube=lost, by=by)
    with system_scope("test"):
        grants.give(
            "person",
            [one.pk for one in crowd],
            to_organisation=at.sampler.organisation,
            until=now() + timedelta(days=1),
        )
        assert Loss.objects.filter(tube=lost).exists()
    client = browser(at.sampler)
    page = client.get("/sampling/counting/").text
    assert "Every sum closes" in page
    assert lost.barcode in page
    assert "1 tube, 3 people" in page
    inside = client.get(f"/sampling/board/{lost.pk}/").text
    assert "Người Đếm 0" in inside
    assert "Người Đếm 0" not in page


def test_files_say_as_of_when_and_add_up(crowd: list[Person]) -> None:
    at = team()
    accept(at, closed_tube(at, *crowd[:2], limit=5))
    client = browser(at.lead)
    told = client.get("/laboratory/counting.json?by=reason").json()
    assert told["total"]["closes"] is True
    assert told["total"]["people"]["received"] == 2
    assert [line["people"]["received"] for line in told["lines"]] == [2]
    text = client.get("/laboratory/counting.csv").content.decode()
    assert len(text.strip().splitlines()) == 3
    assert client.get("/laboratory/counting.xlsx").status_code == 200
    assert client.get("/laboratory/counting.pdf").status_code == 404


@pytest.mark.parametrize(
    "address", ["?since=x&until=y&by=z&at=w", "?until=2999-01-01", "?box=1&campaign=2&unit=3"]
)
def test_a_wrong_word_in_the_address_counts_as_none(teams: tuple[Team, Team], address: str) -> None:
    at, _other = teams
    assert browser(at.sampler).get(f"/sampling/counting/{address}").status_code == 200
