"""From when a case could infect others."""

from datetime import datetime

import pytest

from lachan.core.clock import OFFSET
from lachan.rulebook import evaluate
from tests.spec import tables
from tests.spec.rulebook import shipped

title = "From when could a case infect others?"
table = """
  disease  | onset            | sample           | from             | until
  ---------+------------------+------------------+------------------+-----------------
  covid-19 | 15/08/2021 08:00 | 17/08/2021 09:00 | 12/08/2021 08:00 | –
  covid-19 | 15/02/2022 08:00 | 17/02/2022 09:00 | 13/02/2022 08:00 | –
  covid-19 | 15/11/2026 08:00 | 17/11/2026 09:00 | 13/11/2026 08:00 | –
  covid-19 | –                | 17/11/2026 09:00 | 15/11/2026 09:00 | –
  measles  | 15/11/2026 08:00 | –                | 11/11/2026 08:00 | 19/11/2026 08:00
  demo-a   | 15/11/2026 08:00 | –                | 14/11/2026 08:00 | –
"""


def _at(cell: str) -> datetime | None:
    words = tables.known(cell)
    return words and datetime.strptime(words, "%d/%m/%Y %H:%M").replace(tzinfo=OFFSET)  # type: ignore[return-value]


@pytest.mark.parametrize("case", tables.read(table), ids=lambda case: " ".join(case.values()))
def test_it_counts_back_from_onset_or_sample(case: dict[str, str]) -> None:
    onset, sampled = _at(case["onset"]), _at(case["sample"])
    rule = shipped.contact_rule(case["disease"], onset or sampled)  # type: ignore[arg-type]

    window = evaluate.infectious_window(rule, onset=onset, sampled=sampled)

    assert window == (_at(case["from"]), _at(case["until"]))


def test_it_asks_for_a_date() -> None:
    rule = shipped.contact_rule("measles", shipped.noon("15/11/2026"))

    with pytest.raises(ValueError, match="onset or of its sample"):
        evaluate.infectious_window(rule, onset=None, sampled=None)
