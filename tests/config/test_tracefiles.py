"""What `lachan trace` leans on: progress, refusals in any number, times of contacts."""

import io
import sys

import numpy as np
import pytest

from lachan.config.commands.tracefiles.progress import Progress
from lachan.config.commands.tracefiles.reading import Refusal
from lachan.config.commands.tracefiles.refusing import RefusalFile
from lachan.config.commands.tracefiles.times import FIRST_SECOND, LAST_SECOND, iso_time
from lachan.config.commands.tracefiles.tracing import iso_times


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (
            Terminal(),
            "\r\x1b[Kv.csv: 1 million rows read\r\x1b[Kv.csv: 3 million rows read\r\x1b[K",
        ),
        (io.StringIO(), ""),
    ],
)
def test_it_tells_every_million_rows_on_a_terminal(
    stream: io.StringIO, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()

    for rows in (0, 999_999, 1_000_000, 1_500_000, 3_000_000):
        progress.rows("v.csv", rows)
    progress.say("")
    progress.say("")

    assert stream.getvalue() == said


@pytest.mark.parametrize("in_memory", [10, 1_000_000])
def test_it_keeps_refusals_in_their_order(in_memory: int) -> None:
    refused = [
        Refusal("v \udce9.csv", row, "unreadable_time", f"end: '\"{row},' is\nno time")
        for row in range(500)
    ]
    kept = RefusalFile(in_memory)

    for refusal in refused:
        kept.append(refusal)

    assert len(kept) == 500
    assert list(kept) == refused
    assert list(kept) == refused


def test_it_writes_many_times_as_it_writes_one() -> None:
    seconds = [FIRST_SECOND, -1, 0, 1_627_095_600, LAST_SECOND]

    assert iso_times(np.array(seconds)) == [iso_time(second) for second in seconds]
