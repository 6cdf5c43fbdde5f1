"""Which tracing work exists in a commune in each mode."""

import pytest

from lachan.tracing.lockdown import Mode
from lachan.tracing.modes import WORK, Task
from tests.spec import tables

title = "Which work a commune does"
table = """
  task           | what it is                        | full tracing | household and workplace | households and zones | severe only
  ---------------+-----------------------------------+--------------+-------------------------+----------------------+------------
  call_household | call F1 of the household, room    |     yes      |           yes           |         yes          |     no
  call_workplace | call F1 of the line, shift, row   |     yes      |           yes           |         no           |     no
  call_other     | call F1 met elsewhere             |     yes      |           no            |         no           |     no
  call_beyond    | call F2 and further               |     yes      |           no            |         no           |     no
  interview      | interview every case              |     yes      |           yes           |         no           |     no
  hand_over      | take over people handed over      |     yes      |           yes           |         no           |     no
  visit          | go to who cannot be reached       |     yes      |           yes           |         yes          |     no
  sampling       | sample contacts                   |     yes      |           yes           |         no           |     no
  zone           | close zones, manage households    |     yes      |           yes           |         yes          |     no
  severe         | watch severe cases                |     yes      |           yes           |         yes          |     yes
"""  # noqa: E501  # a table is read across

COLUMNS = {
    "full tracing": Mode.FULL,
    "household and workplace": Mode.HOUSEHOLD_WORK,
    "households and zones": Mode.HOUSEHOLD_ZONE,
    "severe only": Mode.SEVERE,
}

CASES = tables.read(table)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["task"])
def test_a_mode_has_the_tasks_of_the_table(case: dict[str, str]) -> None:
    there = {column: Task(case["task"]) in WORK[mode] for column, mode in COLUMNS.items()}

    assert there == {column: case[column] == "yes" for column in COLUMNS}


def test_the_table_speaks_of_every_task_and_every_mode() -> None:
    assert {case["task"] for case in CASES} == set(Task)
    assert set(COLUMNS.values()) == set(Mode)


def test_each_mode_does_less_than_the_one_before() -> None:
    for before, after in zip(list(Mode), list(Mode)[1:], strict=False):
        assert WORK[after] < WORK[before]
