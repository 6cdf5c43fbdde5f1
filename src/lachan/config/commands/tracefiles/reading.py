"""Rows of evidence and cases, refused one by one where they cannot be traced."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from lachan.config.commands.tracefiles.sources import rows_of
from lachan.config.commands.tracefiles.times import Moment, UnreadableTimeError, read_time
from lachan.engine.naive import CaseRow, EncounterRow, VisitRow

Row = TypeVar("Row")

#: Every reason for which one row is refused; stable, see docs/platforms/engine.md.
REASONS = {
    "unreadable_row": "the row is not readable text in UTF-8",
    "wrong_field_count": "the row has not as many cells as the heading",
    "empty_id": "{column} is empty",
    "unreadable_time": "{column}: {problem}",
    "end_before_start": "{end} is before {start}",
    "same_person": "a and b are the same person",
}


class Refusal(NamedTuple):
    """One row that was not traced, and why."""

    file: str
    row: int
    code: str
    reason: str


class RowRefusedError(Exception):
    """This row cannot be traced."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(REASONS[code].format(**details))
        self.code = code


@dataclass
class Evidence:
    """All that was read, and all that was refused; `iso` when a time was not an integer."""

    visits: list[VisitRow] = field(default_factory=list)
    encounters: list[EncounterRow] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    iso: bool = False

    def read_visits(self, path: str) -> None:
        """Add the visits of a file."""
        self.read(path, ("person", "venue", "start", "end"), self.visit, self.visits)

    def read_encounters(self, path: str) -> None:
        """Add the encounters of a file."""
        self.read(path, ("a", "b", "start", "end"), self.encounter, self.encounters)

    def read_cases(self, path: str) -> None:
        """Add the cases of a file."""
        columns = ("person", "infectious_from", "infectious_to")
        self.read(path, columns, self.case, self.cases)

    def read(
        self,
        path: str,
        columns: Sequence[str],
        make: Callable[[Sequence[str]], Row],
        rows: list[Row],
    ) -> None:
        """Append what `make` gives for every row of `path`; keep the refusals."""
        for number, cells in rows_of(path, columns):
            try:
                rows.append(make(checked(cells, columns)))
            except RowRefusedError as refused:
                name = "stdin" if path == "-" else path
                self.refusals.append(Refusal(name, number, refused.code, str(refused)))

    def visit(self, cells: Sequence[str]) -> VisitRow:
        """A visit; its end may be empty."""
        person, venue, start, end = cells
        first = self.time("start", start).second
        last = self.time("end", end).second if end.strip() else None
        if last is not None and last < first:
            raise RowRefusedError("end_before_start", end="end", start="start")
        return named("person", person), named("venue", venue), first, last

    def encounter(self, cells: Sequence[str]) -> EncounterRow:
        """An encounter of two people; nobody can guess how long one without an end was."""
        a, b, start, end = cells
        first, last = self.time("start", start).second, self.time("end", end).second
        if last < first:
            raise RowRefusedError("end_before_start", end="end", start="start")
        if a == b:
            raise RowRefusedError("same_person")
        return named("a", a), named("b", b), first, last

    def case(self, cells: Sequence[str]) -> CaseRow:
        """A case and one infectious window, perhaps without end."""
        person, start, end = cells
        first = self.time("infectious_from", start)
        last = self.time("infectious_to", end) if end.strip() else None
        if last is not None and last.not_before < first.second:
            raise RowRefusedError("end_before_start", end="infectious_to", start="infectious_from")
        return named("person", person), first.second, None if last is None else last.not_before

    def time(self, column: str, text: str) -> Moment:
        """The time of one cell."""
        try:
            moment = read_time(text.strip())
        except UnreadableTimeError as error:
            raise RowRefusedError("unreadable_time", column=column, problem=str(error)) from None
        self.iso = self.iso or moment.iso
        return moment


def checked(cells: Sequence[str] | None, columns: Sequence[str]) -> Sequence[str]:
    """The cells of a row that is whole and readable."""
    if cells is None:
        raise RowRefusedError("unreadable_row")
    if len(cells) != len(columns):
        raise RowRefusedError("wrong_field_count")
    text = "".join(cells)
    if text.isascii():
        return cells
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RowRefusedError("unreadable_row") from None
    return cells


def named(column: str, text: str) -> str:
    """An identifier as written; only an empty one is refused."""
    if not text.strip():
        raise RowRefusedError("empty_id", column=column)
    return text
