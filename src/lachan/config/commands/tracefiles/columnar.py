"""Very many rows, read into arrays: ordinary rows by a kernel, all others by the definition.

`reading.Evidence` defines what a row means and why it is refused; what is read here equals what
it reads (tests/config/test_columnar.py).
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from lachan.config.commands.tracefiles.progress import Progress
from lachan.config.commands.tracefiles.reading import COLUMNS, Evidence, Maker, shown
from lachan.config.commands.tracefiles.refusing import RefusalFile
from lachan.config.commands.tracefiles.sources import (
    Cells,
    Form,
    Lines,
    Unusable,
    form_of,
    is_parquet,
    opened_bytes,
    parquet_as_csv,
    records,
    wanted_of,
)
from lachan.config.commands.tracefiles.windows import CHUNK, Window
from lachan.engine import naming
from lachan.engine.dtypes import OPEN
from lachan.engine.kernels import splitting
from lachan.engine.kernels.naming import Names
from lachan.engine.kernels.splitting import Layout, Rows

#: Rows in one block of arrays.
BLOCK = 1 << 18

#: Rows read one by one that wait until they become a block.
WAITING = 1 << 14


class Kind(NamedTuple):
    """A kind of file: its columns, what its second name is, and whether an end may lack."""

    columns: Sequence[str]
    second: int
    open_end: bool


KINDS = {
    "visits": Kind(COLUMNS["visits"], splitting.VENUE, True),
    "encounters": Kind(COLUMNS["encounters"], splitting.PERSON, False),
    "cases": Kind(COLUMNS["cases"], splitting.NONE, True),
}


class Columns:
    """Everything that was read, as blocks of arrays; names are numbered as they came."""

    def __init__(
        self, stdin: BinaryIO | None = None, progress: Progress | None = None, chunk: int = CHUNK
    ) -> None:
        self.blocks: dict[str, list[Rows]] = {kind: [] for kind in KINDS}
        self.people: Names = naming.no_names()
        self.venues: Names = naming.no_names()
        self.refusals = RefusalFile()
        self.iso = False
        self.stdin = stdin
        self.progress = progress or Progress()
        self.chunk = chunk

    def read(self, kind: str, path: str) -> None:
        """Add the rows of a file."""
        with bytes_of(path, KINDS[kind].columns, self.stdin) as (file, form):
            window = Window(file, self.chunk)
            row = 0
            if form is None:
                heading = window.line().decode("utf-8-sig", "surrogateescape")
                form, row = form_of(heading, KINDS[kind].columns), 1
            Reader(self, kind, shown(path), window, form, row).read()

    def add(self, kind: str, rows: Rows) -> None:
        """Keep one block."""
        if len(rows.start):
            self.blocks[kind].append(rows)

    def counts(self) -> dict[str, int]:
        """How many visits and encounters were read, and how many distinct cases."""
        rows = {kind: sum(len(b.start) for b in blocks) for kind, blocks in self.blocks.items()}
        cases = [block.first for block in self.blocks["cases"]]
        return {**rows, "cases": len(np.unique(np.concatenate(cases))) if cases else 0}


@contextmanager
def bytes_of(
    path: str, columns: Sequence[str], stdin: BinaryIO | None
) -> Iterator[tuple[BinaryIO, Form | None]]:
    """The bytes of a CSV file, or of a Parquet file written as one, whose form is then known."""
    if not is_parquet(path):
        with opened_bytes(path, stdin) as file:
            yield file, None
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.csv"
        parquet_as_csv(path, columns, rows)
        with rows.open("rb") as file:
            yield file, Form(",", len(columns), tuple(range(len(columns))))


class Reader:
    """One file on its way into columns; `at` is where it stands, see `splitting`."""

    def __init__(
        self, into: Columns, kind: str, name: str, window: Window, form: Form, row: int
    ) -> None:
        self.into = into
        self.kind = kind
        self.name = name
        self.window = window
        self.form = form
        self.layout = layout_of(form, KINDS[kind])
        self.evidence = Evidence(refusals=into.refusals)
        self.maker: Maker = self.evidence.maker(kind)
        self.lines = Lines(window)
        self.records = records(self.lines, form)
        self.rows = empty_rows()
        self.at = np.zeros(4, np.int64)
        self.at[splitting.ROW] = row

    def read(self) -> None:
        """All rows to the end of the file."""
        while True:
            why = self.scan()
            if why == splitting.FULL:
                self.make_room()
            elif why != splitting.MORE:
                self.read_one(why)
            elif self.window.final:
                break
            else:
                self.window.more()
        self.store()
        self.store_waiting()
        self.into.iso |= self.evidence.iso or bool(self.at[splitting.ISO_SEEN])
        self.into.progress.rows(self.name, 0)

    def scan(self) -> int:
        """Let the kernel read on; why it stopped."""
        window = self.window
        self.at[splitting.NEXT] = window.at
        why = splitting.read_rows(
            np.frombuffer(window.data, np.uint8),
            self.layout,
            self.into.people,
            self.into.venues,
            self.rows,
            self.at,
            window.final,
        )
        window.at = int(self.at[splitting.NEXT])
        return why

    def make_room(self) -> None:
        """More room for rows and for names, whichever was lacking."""
        longest = splitting.LONGEST
        self.into.people = naming.with_room(self.into.people, 2, longest)
        self.into.venues = naming.with_room(self.into.venues, 1, longest)
        if self.at[splitting.FILLED] == len(self.rows.start):
            self.store()
            self.into.progress.rows(self.name, int(self.at[splitting.ROW]))

    def read_one(self, why: int) -> None:
        """One row by the definition.  What stopped the kernel may be known to be unclosed."""
        cells: Cells = Unusable.UNCLOSED
        if why == splitting.UNCLOSED:
            self.window.line()
        else:
            cells = wanted_of(next(self.records), self.form)
            self.window.give_back(self.lines.waiting)
            self.lines.waiting.clear()
        self.at[splitting.ROW] += 1
        self.evidence.take(self.name, int(self.at[splitting.ROW]), cells, self.maker)
        if len(self.maker.rows) >= WAITING:
            self.store_waiting()

    def store(self) -> None:
        """Hand over what the kernel has filled in, and begin another block."""
        filled = int(self.at[splitting.FILLED])
        self.at[splitting.FILLED] = 0
        self.into.add(self.kind, Rows._make(column[:filled] for column in self.rows))
        self.rows = empty_rows()

    def store_waiting(self) -> None:
        """Hand over the rows read one by one."""
        rows, second = self.maker.rows, KINDS[self.kind].second
        block = empty_rows(len(rows))
        into = self.into
        into.people, block.first[:] = naming.numbered(into.people, [row[0] for row in rows])
        if second == splitting.VENUE:
            into.venues, block.second[:] = naming.numbered(into.venues, [row[1] for row in rows])
        elif second == splitting.PERSON:
            into.people, block.second[:] = naming.numbered(into.people, [row[1] for row in rows])
        block.start[:] = [row[-2] for row in rows]
        block.end[:] = [OPEN if row[-1] is None else row[-1] for row in rows]
        self.into.add(self.kind, block)
        rows.clear()


def layout_of(form: Form, kind: Kind) -> Layout:
    """The form of a file as the kernel wants it."""
    roles = [splitting.FIRST, splitting.SECOND, splitting.START, splitting.END]
    if kind.second == splitting.NONE:
        roles.remove(splitting.SECOND)
    role = np.full(form.width, -1, np.int64)
    role[list(form.wanted)] = roles
    return Layout(role, np.array([ord(form.separator), kind.second, kind.open_end], np.int64))


def empty_rows(size: int = BLOCK) -> Rows:
    """A block to be filled."""
    return Rows(
        first=np.empty(size, np.int32),
        second=np.empty(size, np.int32),
        start=np.empty(size, np.int64),
        end=np.empty(size, np.int64),
        up=np.zeros(size, np.uint8),
    )
