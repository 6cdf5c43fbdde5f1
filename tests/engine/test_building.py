"""A day found from both sides, by sorting and by counting."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import naive_index, runs
from lachan.engine.kernels import building, layering, summing
from lachan.engine.records import DayColumns, Meets, Run, unpack_visits

PEOPLE, VENUES = 70, 9
NOTHING = np.empty(0, np.int64)
NO_MEETS = Meets(NOTHING, NOTHING, NOTHING, NOTHING)

Visit = tuple[int, int, int, int, int]  # person, venue, start, end, imputed


def some_visits(seed: int, size: int) -> list[Visit]:
    """Visits of a day, every stay after the same person's last one."""
    dice = random.Random(seed)
    rows = []
    for _ in range(size):
        start = dice.randrange(1440)
        end = dice.randrange(start + 1, 1441)
        rows.append((dice.randrange(PEOPLE), dice.randrange(VENUES), start, end, dice.randrange(2)))
    return rows


def columns_of(rows: list[Visit]) -> DayColumns:
    table = np.array(rows, np.int64).reshape(-1, 5)
    kinds = (np.uint32, np.uint32, np.uint16, np.uint16, np.uint8)
    person, venue, start, end, imputed = (table[:, i].astype(kind) for i, kind in enumerate(kinds))
    return DayColumns(person, venue, start, end, imputed)


def built(rows: list[Visit], *, dense: bool) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "FEW", -1 if dense else 1 << 40)
        patch.setattr(runs, "_tables", lambda people, venues: 0)
        return runs.build(columns_of(rows), runs.NO_HALVES, NO_MEETS, people=PEOPLE, venues=VENUES)


visits = st.builds(some_visits, st.integers(0, 2**32), st.sampled_from((0, 1, 5, 300)))


@settings(max_examples=60, deadline=None, database=None)
@given(visits, st.booleans())
def test_a_venue_is_ordered_by_class_and_start(rows: list[Visit], dense: bool) -> None:
    run = built(rows, dense=dense)

    person, start, end, _ = (column.tolist() for column in unpack_visits(run.visit))
    venue = layering.venues_of(run, np.arange(len(run.visit))).tolist()
    dwell = [naive_index.dwell_class(b - a) for a, b in zip(start, end, strict=True)]
    keys = list(zip(venue, dwell, start, strict=True))
    assert keys == sorted(keys)
    found = sorted(zip(venue, dwell, start, end, person, strict=True))
    assert found == naive_index.by_venue(row[:4] for row in rows)
    assert (len(run.venue) == 0) == (dense or not rows)
    sizes = [venue.count(v) ** 2 for v in range(VENUES)]
    assert int(run.crowding[0]) == sum(sizes)


@settings(max_examples=60, deadline=None, database=None)
@given(visits, st.booleans(), st.sets(st.integers(0, PEOPLE + 40)), st.booleans())
def test_a_persons_stays_are_found_but_for_the_gone(
    rows: list[Visit], dense: bool, wanted: set[int], some_gone: bool
) -> None:
    run = built(rows, dense=dense)
    gone = np.zeros(4, np.uint8)
    if some_gone:
        layering.mark(gone, np.array([3, 20], np.uint32))

    found = runs.stays_of_people(run, gone, np.array(sorted(wanted), np.int64))

    left = wanted - {3, 20} if some_gone else wanted
    expected = sorted(row for row in rows if row[0] in left)
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == expected


@settings(max_examples=40, deadline=None, database=None)
@given(visits, st.sets(st.integers(0, VENUES + 3)), st.booleans())
def test_a_venues_stays_are_found(rows: list[Visit], wanted: set[int], dense: bool) -> None:
    run = built(rows, dense=dense)

    found = runs.stays_at_venues(run, runs.NO_MARKS, np.array(sorted(wanted), np.int64))

    expected = sorted(row for row in rows if row[1] in wanted)
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == expected


def test_it_refuses_what_is_no_visit_of_the_day() -> None:
    for person, venue, start, end in (
        (0, 0, 5, 5),
        (0, 0, 5, 1441),
        (PEOPLE, 0, 5, 6),
        (0, VENUES, 5, 6),
    ):
        with pytest.raises(ValueError, match="numbered"):
            built([(person, venue, start, end, 0)], dense=False)


def test_rows_are_put_in_order_of_start() -> None:
    columns = columns_of([(1, 1, 9, 10, 0), (2, 1, 3, 10, 0), (3, 1, 9, 11, 0)])

    ordered = runs.room_for(3)
    building.put_in_order(columns, ordered)

    assert not building.is_in_order(columns)
    assert ordered.person.tolist() == [2, 1, 3]
    assert ordered.end.tolist() == [10, 10, 11]


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
@settings(deadline=None, database=None)
def test_a_union_is_that_of_sets(one: set[int], other: set[int]) -> None:
    lists = (np.array(sorted(numbers), np.uint32) for numbers in (one, other))

    assert layering.union(*lists).tolist() == sorted(one | other)


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40))
@settings(deadline=None, database=None)
def test_the_checksum_is_the_definitions(words: list[int]) -> None:
    array = np.array(words, np.uint64)

    assert int(summing.checksum(array)) == naive_index.checksum(words)


def test_the_checksum_sees_every_bit_and_every_exchange() -> None:
    words = np.arange(9, dtype=np.uint64)
    sums = {int(summing.checksum(words))}
    for at in range(9):
        for bit in range(64):
            changed = words.copy()
            changed[at] ^= np.uint64(1 << bit)
            sums.add(int(summing.checksum(changed)))
        sums.add(int(summing.checksum(words[:at])))
    for at in range(8):
        changed = words.copy()
        changed[[at, at + 1]] = changed[[at + 1, at]]
        sums.add(int(summing.checksum(changed)))

    assert len(sums) == 1 + 9 * 64 + 9 + 8
