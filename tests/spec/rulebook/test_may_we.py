"""The same case on two days: different duties, each with its article."""

import pytest

from tests.spec import tables
from tests.spec.rulebook import shipped

title = "May we? The same question on different days"
table = """
  on         | disease  | measure             | towards  | answer              | article             | signed by        | if not
  -----------+----------+---------------------+----------+---------------------+---------------------+------------------+------------------
  15/08/2021 | covid-19 | isolate_other_place | contact  | allowed             | Điều 1              | –                | –
  15/11/2026 | covid-19 | isolate_other_place | contact  | refused             | Điều 14 khoản 3     | –                | self_monitoring
  15/08/2021 | covid-19 | isolate_home        | contact  | allowed             | Điều 1 khoản 1      | –                | –
  15/11/2026 | covid-19 | isolate_home        | contact  | refused             | Điều 14 khoản 3     | –                | self_monitoring
  15/11/2026 | measles  | isolate_home        | contact  | refused             | Điều 14 khoản 3     | –                | self_monitoring
  15/11/2026 | measles  | isolate_home        | patient  | needs_legal_officer | Phụ lục II          | commune_chairman | health_advice
  15/11/2026 | measles  | self_monitoring     | contact  | advice_only         | Điều 19 khoản 3     | –                | –
  15/11/2026 | demo-a   | isolate_home        | contact  | allowed             | Điều 15             | commune_chairman | –
  15/11/2026 | demo-a   | isolate_home        | patient  | refused             | Điều 14 khoản 3     | –                | isolate_facility
  15/11/2026 | demo-a   | isolate_facility    | patient  | allowed             | Điều 16             | facility_head    | –
  15/11/2026 | demo-a   | isolate_border      | suspect  | allowed             | Điều 17             | border_head      | –
  15/11/2026 | demo-a   | isolate_other_place | contact  | allowed             | Điều 18             | commune_chairman | –
  15/11/2026 | demo-a   | temporary_holding   | contact  | allowed             | Điều 19             | station_head     | –
  15/11/2026 | demo-a   | enforce_isolation   | contact  | allowed             | Điều 20             | who_decides      | –
  15/11/2026 | demo-a   | zone                | area     | allowed             | Điều 13             | commune_chairman | –
  15/11/2026 | covid-19 | zone                | area     | needs_legal_officer | Điều 13             | commune_chairman | health_advice
  15/11/2026 | covid-19 | temporary_holding   | contact  | refused             | Điều 19             | –                | self_monitoring
  15/11/2026 | demo-a   | isolate_home        | own_chain | refused            | Điều 14 khoản 4     | –                | tell_own_chain
  15/11/2023 | covid-19 | isolate_home        | contact  | needs_legal_officer | Điều 1 khoản 1      | –                | self_monitoring
  15/11/2026 | covid-19 | curfew              | contact  | needs_legal_officer | –                   | –                | –
"""  # noqa: E501  # a table is read across


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_answers_under_the_law_of_the_day(case: dict[str, str]) -> None:
    answer = shipped.may_we(
        case["measure"], case["towards"], case["disease"], shipped.noon(case["on"])
    )

    assert answer.outcome == case["answer"]
    assert (tables.known(case["article"]) or "") in answer.article
    assert bool(answer.article) == (case["article"] != tables.NOTHING)
    assert answer.signer == tables.known(case["signed by"])
    assert answer.alternative == tables.known(case["if not"])
