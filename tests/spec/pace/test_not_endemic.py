"""Where a disease is not endemic, cases count that people have found to be linked."""

import pytest

from lachan.engine.thresholds import Finding, not_endemic
from tests.spec import tables

title = "Groups B and C, not endemic in the commune"
table = """
  linked cases this month | linked cases this week | answer   | article
  ------------------------+------------------------+----------+--------
             0            |            0           | none     | 16.1.c
             2            |            2           | none     | 16.1.c
             3            |            3           | warning  | 22.1.c
             4            |            2           | none     | 16.1.c
             4            |            4           | warning  | 22.1.c
             5            |            1           | epidemic | 16.1.c
             5            |            5           | epidemic | 16.1.c
"""


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_counts_linked_cases_where_the_disease_is_new(case: dict[str, str]) -> None:
    found = not_endemic(int(case["linked cases this month"]), int(case["linked cases this week"]))

    assert found == Finding(case["answer"], case["article"])
