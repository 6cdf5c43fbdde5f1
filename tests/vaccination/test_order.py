"""The order is public, reproducible and no race: the second of a registration moves nobody."""

import random
from collections import Counter
from datetime import timedelta
from hashlib import sha256

import pytest

from lachan.core.clock import now, today
from lachan.core.scope import scoped, system_scope
from lachan.rulebook.selectors import priority_rule, render
from lachan.vaccination import draws, registration_tasks
from lachan.vaccination.models import Draw, QueueCount, Registration
from lachan.vaccination.queue_counting import LEAST, Cell, published
from tests.factories import cast
from tests.vaccination.registered import DISEASE, crowd, fresh, here, lined_up, publish_now, rules

YESTERDAY = today() - timedelta(days=1)


@pytest.fixture(autouse=True)
def _alone(database: str) -> None:
    rules()
    with system_scope("test"):
        Registration.objects.filter(state="registered").update(state="vaccinated")


def in_line() -> list[Registration]:
    with system_scope("test"):
        rule = priority_rule(DISEASE, now())
        rows = Registration.objects.filter(state="registered", disease=DISEASE)
        return draws.in_order(list(rows), rule)


def test_the_order_of_a_day_does_not_hang_on_the_second() -> None:
    """The same receipts, registered in any order and at any second, stand in the same order."""
    rows = lined_up(crowd(30), day=YESTERDAY)
    registration_tasks.order_lines()
    first = [row.receipt for row in in_line()]
    dice = random.Random(7)
    for _time in range(5):
        shuffled = list(rows)
        dice.shuffle(shuffled)
        with system_scope("test"):
            for second, row in enumerate(shuffled):
                at = now() - timedelta(hours=20) + timedelta(seconds=second)
                Registration.objects.filter(pk=row.pk).update(made_at=at)
        assert [row.receipt for row in in_line()] == first


def test_everybody_with_a_receipt_can_compute_the_draw() -> None:
    rows = lined_up(crowd(3), day=YESTERDAY)
    registration_tasks.order_lines()
    with system_scope("test"):
        number = Draw.objects.get(commune=here().commune, day=YESTERDAY).number
    for row in rows:
        assert fresh(row).draw == sha256(f"{number}:{row.receipt}".encode()).hexdigest()


def test_the_number_is_drawn_only_when_the_day_is_over_and_once() -> None:
    [row] = lined_up(crowd(1))
    registration_tasks.order_lines()
    assert fresh(row).draw == ""
    [first] = lined_up(crowd(1), day=YESTERDAY)
    registration_tasks.order_lines()
    [late] = lined_up(crowd(1), day=YESTERDAY)
    registration_tasks.order_lines()
    with system_scope("test"):
        [number] = Draw.objects.filter(commune=here().commune, day=YESTERDAY).values_list(
            "number", flat=True
        )
    assert fresh(first).draw == draws.lot_of(number, first.receipt)
    assert fresh(late).draw == draws.lot_of(number, late.receipt)


def test_nobody_but_the_worker_draws() -> None:
    officer = cast.citizen()
    with pytest.raises(Exception, match="row-level security"), scoped(officer, "attack"):
        Draw.objects.create(commune=1, day=today(), number="1", drawn_at=now())


def test_groups_come_before_days_and_days_before_draws() -> None:
    [late_nurse] = lined_up(crowd(1), proven=["health"])
    [early] = lined_up(crowd(1), day=YESTERDAY)
    [old] = lined_up(crowd(1, born="1940"))
    [nurse_and_old] = lined_up(crowd(1, born="1940"), proven=["health"], day=YESTERDAY)
    registration_tasks.order_lines()
    assert [row.pk for row in in_line()] == [
        each.pk for each in (nurse_and_old, late_nurse, old, early)
    ]


def test_a_person_sees_his_own_position_in_the_words_of_the_rule() -> None:
    people = crowd(8)
    rows = lined_up(people, day=YESTERDAY)
    lined_up(crowd(2), proven=["health"], day=YESTERDAY)
    registration_tasks.order_lines()
    order = [row.pk for row in in_line()]
    for row, someone in zip(rows, people, strict=True):
        with scoped(cast.citizen(someone.id), "own"):
            rule = priority_rule(DISEASE, now())
            found = draws.standing_of(row.pk, rule)
            assert found is not None
            assert (found.before, found.undrawn) == (2, 0)
            assert order.index(row.pk) == found.before + found.number - 1
            said = render(draws.said_of(found, rule, "Phường Nếnh"), "vi")
    assert "còn 2 người ở các nhóm trước" in said


def test_before_the_draw_the_place_of_today_is_open() -> None:
    people = crowd(3)
    rows = lined_up(people)
    with scoped(cast.citizen(people[0].id), "own"):
        found = draws.standing_of(rows[0].pk, priority_rule(DISEASE, now()))
    assert found is not None
    assert (found.number, found.undrawn) == (1, 3)


def test_a_stranger_learns_no_position() -> None:
    [row] = lined_up(crowd(1))
    for stranger in (cast.citizen(), cast.outsider()):
        with scoped(stranger, "attack"):
            assert draws.standing_of(row.pk, priority_rule(DISEASE, now())) is None


def test_the_public_numbers_leave_out_small_cells() -> None:
    lined_up(crowd(LEAST + 2), day=YESTERDAY)
    lined_up(crowd(LEAST - 1), proven=["health"])
    publish_now()
    with scoped(cast.outsider(), "open"):
        rows = QueueCount.objects.filter(disease=DISEASE, commune=here().commune)
        numbers = {row.group: row.registered for row in rows}
    assert numbers["others"] == LEAST + 2
    assert numbers["health"] is None


def test_no_left_out_number_can_be_computed_from_the_sum() -> None:
    """Any sums over any communes: where the province's sum is shown, no or two cells are hidden."""
    dice = random.Random(11)
    for _time in range(300):
        cells: Counter[Cell] = Counter()
        for commune in range(1, dice.randint(2, 6)):
            number = dice.choice([0, 1, 3, 4, 5, 9, 40])
            cells[Cell(commune, "others", "registered")] += number
            cells[Cell(None, "others", "registered")] += number
        shown = published(cells)
        column = {c: n for c, n in shown.items() if c.state == "registered" and c.commune}
        assert not any(n is not None and 0 < n < LEAST for n in shown.values())
        hidden = [c for c, n in column.items() if n is None]
        if shown[Cell(None, "others", "registered")] is not None:
            assert len(hidden) != 1
