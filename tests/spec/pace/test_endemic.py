"""An endemic disease is compared with the same month and week of five earlier years."""

import pytest

from lachan.engine.thresholds import CIRCULAR_15_2026, Baseline, Finding, baseline, endemic
from tests.spec import tables

title = "Groups B and C, endemic in the commune (2026; * an epidemic year, – no record)"
table = """
  this month | month, 2021–2025 | this week | week, 2021–2025 | answer   | article | doubt
  -----------+------------------+-----------+-----------------+----------+---------+------------
  9          | 3 3 5 7 7        | 1         | 1 1 2 2 1       | none     | 16.1.b  |
  10         | 3 3 5 7 7        | 2         | 1 1 2 2 1       | epidemic | 16.1.b  |
  4          | 3 3 5 7 7        | 1         | 0 0 1 2 2       | none     | 16.1.b  |
  4          | 3 3 5 7 7        | 2         | 0 0 1 2 2       | warning  | 22.1.b  |
  4          | 3 3 5 7 7        | 3         | 0 0 1 2 2       | warning  | 22.1.b  |
  4          | 3 3 5 7 7        | 4         | 0 0 1 2 2       | warning  | 22.1.b  | above_range
  10         | 3 3 5 7 40       | 2         | 1 1 2 2 9       | none     | 16.1.b  |
  10         | 3 3 5 7 40*      | 2         | 1 1 2 2 9*      | epidemic | 16.1.b  | few_years
  8          | 3 3 – 7 –        | 1         | 1 1 – 2 –       | none     | 16.1.b  | few_years
  10         | 3* 3* 5* 7 40*   | 0         | 1* 1* 2* 2 9*   | unknown  | 16.1.b  | few_years
  1          | 0 0 0 0 0        | 1         | 0 0 0 0 0       | epidemic | 16.1.b  | never_seen
  0          | 0 0 0 0 0        | 0         | 0 0 0 0 0       | none     | 16.1.b  |
  2          | 2 2 2 2 2        | 0         | 0 0 0 0 0       | none     | 16.1.b  |
  3          | 2 2 2 2 2        | 0         | 0 0 0 0 0       | epidemic | 16.1.b  |
"""

YEAR = 2026


def usual(cell: str) -> Baseline | None:
    """The baseline of five counts, some of them of epidemic years or missing."""
    counts = dict(zip(range(2021, 2026), cell.split(), strict=True))
    history = {year: int(text.rstrip("*")) for year, text in counts.items() if text != "–"}
    epidemic = {year for year, text in counts.items() if text.endswith("*")}
    return baseline(history, YEAR, epidemic, CIRCULAR_15_2026)


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_compares_with_the_same_time_of_earlier_years(case: dict[str, str]) -> None:
    found = endemic(
        int(case["this month"]),
        usual(case["month, 2021–2025"]),
        int(case["this week"]),
        usual(case["week, 2021–2025"]),
    )

    assert found == Finding(case["answer"], case["article"], case["doubt"])
