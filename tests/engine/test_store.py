"""The index gives what the definition gives, however it was fed."""

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.engine import naive
from lachan.engine.days import DayVisit, day_of
from lachan.engine.feeding import Writer, clear
from lachan.engine.naive import Contact
from lachan.engine.reaching import CaseWindow
from lachan.engine.rule import Rule
from lachan.engine.store import Store
from tests.engine.indexed import CLUSTER, cases_of, feed, uuid_of, with_uuids
from tests.engine.worlds import World, random_world

worlds = st.integers(0, 2**48).map(lambda seed: with_uuids(random_world(seed)))
F0, A, B, VENUE = map(uuid_of, ("F0", "a", "b", "venue"))
NOON = 1_627_102_800  # 2021-07-24 12:00 +07:00
TODAY = day_of(NOON)
RULE = Rule(hops=2, min_seconds=900)
CASES = [CaseWindow(F0, NOON - 86_400, None)]


def explained(store: Store, world: World) -> list[Contact]:
    """What reach and explain together say, in the shape of the definition."""
    reach = store.reach(cases_of(world), world.rule)
    reasons = store.explain(reach, [row.person for row in reach.people])
    assert [(r.person, r.hop, r.first_at, r.seconds) for r in reasons] == list(reach.people)
    for reason in reasons:
        assert len(reason.path) == reason.hop + 1
        assert reason.path[-2:] == (reason.via, reason.person)
        assert str(reason.path[0]) in {person for person, _, _ in world.cases}
    return [
        Contact(
            str(r.person),
            r.hop,
            str(r.via),
            r.first_at,
            r.seconds,
            len(r.venues),
            len(r.sources),
            r.imputed,
        )
        for r in reasons
    ]


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(worlds, st.randoms(use_true_random=False))
def test_it_agrees_with_the_definition(in_memory: Path, world: World, dice: random.Random) -> None:
    clear(in_memory)
    feed(in_memory, world, dice)

    assert explained(Store(in_memory, CLUSTER), world) == naive.trace(*world)


def visit(start: int, end: int) -> DayVisit:
    return DayVisit(VENUE, start, end, imputed=False)


def reached(store: Store) -> list[tuple[UUID, int]]:
    return [(row.person, row.seconds) for row in store.reach(CASES, RULE).people]


def test_it_follows_the_writer(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        writer.replace(F0, TODAY, [visit(720, 780)])
        writer.commit({"read": 1})
        store = Store(tmp_path, CLUSTER)
        assert reached(store) == []

        writer.replace(A, TODAY, [visit(760, 800)])
        assert reached(store) == []
        writer.commit({"read": 2})

        assert reached(store) == [(A, 1200)]
        assert store.position == {"read": 2}


def test_it_replaces_what_a_person_did_on_a_day_even_after_sealing(tmp_path: Path) -> None:
    store = Store(tmp_path, CLUSTER)
    with Writer(tmp_path, CLUSTER) as writer:
        writer.replace(F0, TODAY, [visit(720, 780)])
        writer.replace(A, TODAY, [visit(720, 780)])
        writer.commit({})
        writer.seal(TODAY)
        assert reached(store) == [(A, 3600)]

        writer.replace(A, TODAY, [visit(740, 760)])
        writer.commit({})
        assert reached(store) == [(A, 1200)]

        writer.replace(A, TODAY, [])
        writer.commit({})
        assert reached(store) == []


def test_it_keeps_the_other_days_of_a_person(tmp_path: Path) -> None:
    yesterday = TODAY - timedelta(days=1)
    with Writer(tmp_path, CLUSTER) as writer:
        for day in (yesterday, TODAY):
            writer.replace(F0, day, [visit(720, 780)])
            writer.replace(A, day, [visit(720, 780)])
        writer.commit({})
        writer.replace(A, TODAY, [])
        writer.commit({})

    assert reached(Store(tmp_path, CLUSTER)) == [(A, 3600)]


def test_it_counts_a_repeated_encounter_once(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        for _ in range(3):
            writer.meet(F0, A, NOON, NOON + 1000)
            writer.meet(A, F0, NOON + 500, NOON + 1100)
            writer.commit({})

    assert reached(Store(tmp_path, CLUSTER)) == [(A, 1100)]


def test_it_forgets_old_days(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        writer.meet(F0, A, NOON, NOON + 1000)
        writer.meet(F0, B, NOON + 86_400, NOON + 87_400)
        writer.commit({})
        writer.drop_before(TODAY + timedelta(days=1))

    assert reached(Store(tmp_path, CLUSTER)) == [(B, 1000)]
    assert len(list((tmp_path / "days").iterdir())) == 1


def test_it_keeps_few_runs_of_a_day(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        for number in range(200):
            writer.replace(uuid_of(str(number)), TODAY, [visit(number, number + 1)])
            writer.commit({})

    assert len(list((tmp_path / "days").iterdir())) <= 8


def test_it_takes_up_where_the_last_writer_stopped(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        writer.replace(F0, TODAY, [visit(720, 780)])
        writer.commit({"read": 7})
        writer.replace(A, TODAY, [visit(720, 780)])

    with Writer(tmp_path, CLUSTER) as writer:
        assert writer.position == {"read": 7}
        writer.replace(B, TODAY, [visit(720, 780)])
        writer.commit({"read": 8})

    assert reached(Store(tmp_path, CLUSTER)) == [(B, 3600)]


def test_it_explains_with_meetings(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        writer.replace(F0, TODAY, [DayVisit(VENUE, 720, 780, imputed=True)])
        writer.replace(A, TODAY, [visit(720, 750)])
        writer.meet(A, F0, NOON + 7200, NOON + 7260)
        writer.meet(A, B, NOON + 7200, NOON + 9000)
        writer.commit({})
    store = Store(tmp_path, CLUSTER)

    reason, chained = store.explain(store.reach(CASES, RULE), [A, F0, B])

    assert [tuple(met) for met in reason.meetings] == [
        (F0, VENUE, NOON, NOON + 1800, True),
        (F0, None, NOON + 7200, NOON + 7260, False),
    ]
    assert (reason.person, reason.seconds, reason.imputed) == (A, 1860, True)
    assert chained.path == (F0, A, B)


def test_it_leaves_out_whom_nothing_explains_any_more(tmp_path: Path) -> None:
    store = Store(tmp_path, CLUSTER)
    with Writer(tmp_path, CLUSTER) as writer:
        writer.replace(F0, TODAY, [visit(720, 780)])
        writer.replace(A, TODAY, [visit(720, 780)])
        writer.commit({})
        reach = store.reach(CASES, RULE)
        writer.replace(A, TODAY, [])
        writer.commit({})

    assert store.explain(reach, [A]) == []


LINE, CAMPUS = uuid_of("line 7"), uuid_of("campus")


def lines_only(venues: Sequence[UUID]) -> list[UUID]:
    """The rule of a factory: its lines count, its gates do not."""
    return [venue for venue in venues if venue == LINE]


def test_it_names_only_who_was_at_a_venue_that_counts(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        for person, venues in ((F0, (LINE, CAMPUS)), (A, (LINE, CAMPUS)), (B, (CAMPUS,))):
            stays = [DayVisit(venue, 720, 780, imputed=False) for venue in venues]
            writer.replace(person, TODAY, stays)
        writer.commit({})
    store = Store(tmp_path, CLUSTER)

    reach = store.reach(CASES, RULE, lines_only)
    [reason] = store.explain(reach, [A, B], lines_only)

    assert [(row.person, row.seconds) for row in reach.people] == [(A, 3600)]
    assert (reason.seconds, reason.venues) == (3600, (LINE,))
    assert store.related(CASES) == {LINE: {A}, CAMPUS: {A, B}}


def test_it_relates_only_people_present_while_a_case_was_infectious(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        writer.replace(F0, TODAY, [visit(720, 780)])
        writer.replace(A, TODAY, [visit(720, 730)])
        writer.replace(B, TODAY, [visit(779, 800)])
        writer.commit({})
    store = Store(tmp_path, CLUSTER)

    assert store.related([CaseWindow(F0, NOON + 600, None)]) == {VENUE: {B}}
    assert store.related([CaseWindow(F0, NOON + 3600, None)]) == {}
    assert store.related([CaseWindow(uuid_of("unknown"), NOON, None)]) == {}


def test_it_keeps_tombstones_when_only_the_youngest_runs_are_merged(tmp_path: Path) -> None:
    with Writer(tmp_path, CLUSTER) as writer:
        for person in (F0, A, B, *(uuid_of(str(number)) for number in range(50))):
            venue = VENUE if person in (F0, A, B) else uuid_of("elsewhere")
            writer.replace(person, TODAY, [DayVisit(venue, 720, 780, imputed=False)])
        writer.commit({})
        writer.replace(A, TODAY, [])
        writer.commit({})
        writer.replace(B, TODAY, [visit(720, 740)])
        writer.commit({})

    assert len(list((tmp_path / "days").iterdir())) == 2
    assert reached(Store(tmp_path, CLUSTER)) == [(B, 1200)]
