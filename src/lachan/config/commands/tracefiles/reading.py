"""Rows of evidence and cases, refused one by one where they cannot be traced."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple, Protocol

from lachan.config.commands.tracefiles.sources import Cells, Unusable, rows_of
from lachan.config.commands.tracefiles.times import Moment, UnreadableTimeError, read_time
from lachan.engine.naive import CaseRow, EncounterRow, VisitRow

#: Every reason for which one row is refused; stable, see docs/platforms/engine.md.
REASONS = {
    "unreadable_row": "the row is not readable text in UTF-8",
    "unclosed_quote": "a quotation mark is opened and not closed before the cell ends",
    "wrong_field_count": "the row has not as many cells as the heading",
    "empty_id": "{column} is empty",
    "unreadable_time": "{column}: {problem}",
    "end_before_start": "{end} is before {start}",
    "same_person": "a and b are the same person",
}


class Refusal(NamedTuple):
    """One row that was not used, and why."""

    file: str
    row: int
    code: str
    reason: str


class RowRefusedError(Exception):
    """This row cannot be traced."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(REASONS[code].format(**details))
        self.code = code


class Refusals(Protocol):
    """Where refused rows are kept until they are written: a list, or a file for very many."""

    def append(self, refusal: Refusal, /) -> None:
        """Keep one more."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Refusal]: ...


class Maker(NamedTuple):
    """What makes a row of one kind from its cells, and the list it is put into."""

    make: Callable[[Sequence[str]], Any]
    rows: list[Any]


#: The columns each kind of file needs, in the order in which its rows are made.
COLUMNS: dict[str, Sequence[str]] = {
    "visits": ("person", "venue", "start", "end"),
    "encounters": ("a", "b", "start", "end"),
    "cases": ("person", "infectious_from", "infectious_to"),
}


@dataclass
class Evidence:
    """All that was read, and all that was refused; `iso` when a time was not an integer."""

    visits: list[VisitRow] = field(default_factory=list)
    encounters: list[EncounterRow] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    refusals: Refusals = field(default_factory=list[Refusal])
    iso: bool = False
    stdin: BinaryIO | None = None

    def read(self, kind: str, path: str) -> None:
        """Append what every row of `path` gives; keep the refusals."""
        name, maker = shown(path), self.maker(kind)
        for number, cells in rows_of(path, COLUMNS[kind], self.stdin):
            self.take(name, number, cells, maker)

    def counts(self) -> dict[str, int]:
        """How many visits and encounters were read, and how many distinct cases."""
        cases = {person for person, _, _ in self.cases}
        return {
            "visits": len(self.visits),
            "encounters": len(self.encounters),
            "cases": len(cases),
        }

    def maker(self, kind: str) -> Maker:
        """How the rows of a kind of file are made, and where they go."""
        makers: dict[str, Maker] = {
            "visits": Maker(self.visit, self.visits),
            "encounters": Maker(self.encounter, self.encounters),
            "cases": Maker(self.case, self.cases),
        }
        return makers[kind]

    def take(self, name: str, number: int, cells: Cells, maker: Maker) -> None:
        """Append what one row of the file `name` gives, or keep its refusal."""
        try:
            maker.rows.append(maker.make(checked(cells)))
        except RowRefusedError as refused:
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


def checked(cells: Sequence[str] | Unusable) -> Sequence[str]:
    """The cells of a row that is whole and readable."""
    if isinstance(cells, Unusable):
        raise RowRefusedError(cells.value)
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


def shown(path: str) -> str:
    """A file as messages name it."""
    return "stdin" if path == "-" else path
