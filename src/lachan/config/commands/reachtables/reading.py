"""Visits, encounters and cases from CSV and Parquet into the tables of the question."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from lachan.config.commands.reachtables.inputs import (
    CASES,
    ENCOUNTERS,
    VISITS,
    WHY,
    Kind,
    Shape,
    bad_rows,
    check_kinds,
    count_by_code,
    good_rows,
    sorted_out,
)
from lachan.config.commands.tracefiles.reading import Evidence, Refusal
from lachan.config.commands.tracefiles.sources import UnreadableFileError, is_parquet


class Engine(Protocol):
    """What the question needs of a place where tables live."""

    errors: tuple[type[Exception], ...]

    def kinds(self, paths: Sequence[str]) -> dict[str, Kind]:
        """What the columns of Parquet files are, by name."""

    def view(self, shape: Shape, paths: Sequence[str], kinds: dict[str, Kind]) -> None:
        """Make `<name>_raw`: the columns of the shape, and where each row stands."""

    def load(self, shape: Shape, rows: Sequence[Sequence[object]]) -> Any:
        """A table of rows that were read and checked one by one."""

    def keep(self, name: str, table: Any) -> Any:
        """Store a table under a name of its own."""

    def rows(self, table: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a table."""

    def check_out(self, out: str) -> None:
        """Raise OSError when the answer cannot be written there."""

    def write(self, table: Any, out: str) -> None:
        """The answer as Parquet."""

    def close(self) -> None:
        """Remove what was stored."""


class Inputs:
    """The three tables, and which rows take no part."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.good: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._of_files: list[Refusal] = []
        self._of_tables: list[Any] = []

    def read(self, shape: Shape, paths: Sequence[str]) -> Any:
        """The good rows of some files of one kind."""
        if not any(is_table(path) for path in paths):
            return self._read_csv(shape, paths)
        if not all(is_table(path) for path in paths):
            raise UnreadableFileError("bad_options", "Give CSV files or Parquet, not both.")
        kinds = {name.lower(): kind for name, kind in self.engine.kinds(paths).items()}
        check_kinds(shape, kinds)
        self.engine.view(shape, paths, kinds)
        table = sorted_out(shape, kinds)
        for code, rows in self.engine.rows(count_by_code(table)):
            if code is None:
                self.good[shape.name] += rows
            else:
                self.refused[code] += rows
        self._of_tables.append(table)
        return good_rows(shape, table)

    def _read_csv(self, shape: Shape, paths: Sequence[str]) -> Any:
        evidence = Evidence()
        for path in paths:
            evidence.read(shape.name, path)
        rows = evidence.maker(shape.name).rows
        self.good[shape.name] += len(rows)
        self.refused.update(refusal.code for refusal in evidence.refusals)
        self._of_files += evidence.refusals
        return self.engine.load(shape, rows)

    def refusals(self) -> Iterator[Refusal]:
        """Every refused row, those of CSV files first."""
        yield from self._of_files
        if self.refused.total() == len(self._of_files):
            return
        for table in self._of_tables:
            for file, row, code in self.engine.rows(bad_rows(table)):
                yield Refusal(file, row, code, WHY[code])

    @property
    def readable(self) -> bool:
        """Whether there is a case, and evidence to trace it by, or nothing was refused."""
        evidence = self.good[VISITS.name] + self.good[ENCOUNTERS.name]
        return not self.refused or bool(self.good[CASES.name] and evidence)


def is_table(path: str) -> bool:
    """Whether it is Parquet: by its ending, a folder, a pattern or an address."""
    return is_parquet(path) or "://" in path or "*" in path or Path(path).is_dir()
