"""One confirmed case of group A is a warning; when it is an epidemic, guidance says."""

import pytest

from lachan.engine.thresholds import Finding, group_a
from tests.spec import tables

title = "Group A"
table = """
  confirmed cases | answer  | article | doubt
  ----------------+---------+---------+------------
         0        | none    | 22.1.a  |
         1        | warning | 22.1.a  | by_guidance
        20        | warning | 22.1.a  | by_guidance
"""


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_one_confirmed_case_of_group_a_is_a_warning(case: dict[str, str]) -> None:
    found = group_a(int(case["confirmed cases"]))

    assert found == Finding(case["answer"], case["article"], case["doubt"])
