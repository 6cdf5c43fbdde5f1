"""Costs and exposures out of files, as arrays; bad rows are refused one by one."""

import shutil
import sys
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lachan.config.commands.tracefiles.reading import Refusal
from lachan.config.commands.tracefiles.sources import UnreadableFileError, rows_of
from lachan.config.commands.zonefiles import columns
from lachan.config.commands.zonefiles.rows import (
    COST_COLUMNS,
    COST_EXTRAS,
    EXPOSURE_COLUMNS,
    Place,
    RowRefusedError,
    exposure,
    place_of,
)
from lachan.engine.dtypes import Ints


class Exposures(NamedTuple):
    """One entry a row that can be used; people are numbered as their texts by code point."""

    person: Ints
    place: Ints
    risk: Ints
    people: int


@dataclass
class Evidence:
    """Places by text, exposures by number, and every refusal; `has_communes` as the costs had."""

    places: list[Place] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    has_communes: bool = False

    def read_costs(self, path: str) -> None:
        """Add the places of a file, sorted by code point."""
        with as_file(path) as (file, name):
            extras = [column for column in COST_EXTRAS if has_column(file, column)]
            known: dict[str, Place] = {}
            for row, cells in rows_of(file, (*COST_COLUMNS, *extras)):
                try:
                    place = place_of(cells, extras)
                    if place.name in known:
                        raise RowRefusedError("repeated_place")
                    known[place.name] = place
                except RowRefusedError as refused:
                    self.refusals.append(Refusal(name, row, refused.code, str(refused)))
        self.places = sorted(known.values())
        self.has_communes = "commune" in extras

    def read_exposures(self, path: str) -> Exposures:
        """The exposures of a file; read by columns when it is large or Parquet."""
        numbers = {place.name: number for number, place in enumerate(self.places)}
        with as_file(path) as (file, name):
            if columns.worth_it(file):
                found = columns.read(file, [place.name for place in self.places])
                if found is not None:
                    for row, cells in found.doubtful:
                        self.refuse(name, row, cells, numbers)
                    return Exposures(found.person, found.place, found.risk, found.people)
            return self.read_rows(file, name, numbers)

    def read_rows(self, file: str, name: str, numbers: dict[str, int]) -> Exposures:
        """The exposures of a file, row by row."""
        people: dict[str, int] = {}
        who, where, risks = array("q"), array("q"), array("q")
        for row, cells in rows_of(file, EXPOSURE_COLUMNS):
            try:
                person, place, risk = exposure(cells)
                if place not in numbers:
                    raise RowRefusedError("place_without_cost")
            except RowRefusedError as refused:
                self.refusals.append(Refusal(name, row, refused.code, str(refused)))
                continue
            who.append(people.setdefault(person, len(people)))
            where.append(numbers[place])
            risks.append(risk)
        rank = np.empty(len(people), np.int64)
        rank[[people[person] for person in sorted(people)]] = np.arange(len(people))
        arrays = [np.array(column, np.int64) for column in (who, where, risks)]
        return Exposures(rank[arrays[0]], arrays[1], arrays[2], len(people))

    def refuse(self, name: str, row: int, cells: Sequence[str], numbers: dict[str, int]) -> None:
        """Say of a row known to be bad what is wrong with it."""
        try:
            if exposure(cells)[1] not in numbers:
                raise RowRefusedError("place_without_cost")
        except RowRefusedError as refused:
            self.refusals.append(Refusal(name, row, refused.code, str(refused)))


@contextmanager
def as_file(path: str) -> Iterator[tuple[str, str]]:
    """A file that can be read twice, and the name by which refusals call it."""
    if path != "-":
        yield path, path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "stdin.csv"
        with copy.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield str(copy), "stdin"


def has_column(path: str, column: str) -> bool:
    """Whether the heading has this column; a file that cannot be read at all raises."""
    try:
        next(rows_of(path, (column,)), None)
    except UnreadableFileError as error:
        if error.code == "missing_column":
            return False
        raise
    return True
