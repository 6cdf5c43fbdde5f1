"""Refused rows in any number: what does not fit into a little memory waits in a file."""

import csv
import tempfile
import weakref
from collections.abc import Iterator

from lachan.config.commands.tracefiles.reading import Refusal

#: Characters kept in memory.
IN_MEMORY = 8_000_000


class RefusalFile:
    """Refusals in the order in which they came."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self.file = tempfile.SpooledTemporaryFile(  # noqa: SIM115  # lives as long as this object
            in_memory, "w+", encoding="utf-8", errors="surrogateescape", newline=""
        )
        weakref.finalize(self, self.file.close)
        self.writer = csv.writer(self.file)
        self.count = 0

    def append(self, refusal: Refusal, /) -> None:
        """Keep one more."""
        self.writer.writerow(refusal)
        self.count += 1

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Refusal]:
        self.file.seek(0)
        for file, row, code, reason in csv.reader(self.file):
            yield Refusal(file, int(row), code, reason)
