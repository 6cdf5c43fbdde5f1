"""A file of bytes seen through a window that moves: never the whole file in memory."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

#: Bytes read at a time: large against a row, small against the memory of any machine.
CHUNK = 1 << 24

LINE_END = re.compile(rb"\r\n|\r|\n")


class Window:
    """The bytes from `at` on that are not used yet; `final` when no more will come."""

    def __init__(self, file: BinaryIO, chunk: int = CHUNK) -> None:
        self.file = file
        self.chunk = chunk
        self.data = bytearray()
        self.at = 0
        self.final = False

    def more(self) -> None:
        """Drop what was used and read on.  A new array, so that views of the old one stay true."""
        data = self.data[self.at :]
        read = self.file.read(max(self.chunk, len(data)))
        data += read
        self.data, self.at, self.final = data, 0, not read

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line as text, as a file opened with `newline=""` gives it."""
        line = self.line()
        if not line:
            raise StopIteration
        return line.decode("utf-8", "surrogateescape")

    def line(self) -> bytes:
        """The next line with its end; nothing at the end of the file."""
        end = self.line_end()
        while end == 0 and not self.final:
            self.more()
            end = self.line_end()
        line = bytes(self.data[self.at : end or len(self.data)])
        self.at += len(line)
        return line

    def line_end(self) -> int:
        """Where the line at hand ends, 0 when that is not known yet."""
        found = LINE_END.search(self.data, self.at)
        if found is None or (found.end() == len(self.data) and not self.final):
            return 0  # a line feed may follow the carriage return
        return found.end()

    def give_back(self, lines: Iterable[str]) -> None:
        """Take back the lines that were read last, to be read again."""
        again = "".join(lines).encode("utf-8", "surrogateescape")
        if len(again) <= self.at:
            self.at -= len(again)
            return
        self.data, self.at = bytearray(again) + self.data[self.at :], 0
