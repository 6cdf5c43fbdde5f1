"""Rows of counts, populations and coordinates, refused one by one where they cannot be used."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lachan.config.commands.tracefiles.reading import Refusal, RowRefusedError, checked, named
from lachan.config.commands.tracefiles.sources import UnreadableFileError, rows_of

Cells = Mapping[str, str]

#: Reasons for which one row is refused, beside those of every file (`tracefiles.reading`);
#: stable, see docs/platforms/pace.md.
REASONS = {
    "unreadable_date": "{column}: {text} is no date; write it as 2026-11-15",
    "not_a_number": "{column}: {text} is not a {kind}",
    "negative_number": "{column}: {text} is below 0",
    "bad_coordinate": "{column}: {text} is not between {low} and {high}",
    "duplicate": "{what} stands in row {row} already",
    "unknown_place": "{place} has no coordinates",
    "no_population": "{place} has nobody at risk on that day",
    "missing_days": "no row for {first} to {last}: give each day one, with 0 where nobody fell ill",
}

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

#: Data frames write whole numbers as 3.0 once a cell is empty.  More digits than ten are no count
#: of people, and sums of ten stay exact.
WHOLE = re.compile(r"[+-]?\d{1,10}(\.0+)?", re.ASCII)


class CountRefusedError(RowRefusedError):
    """This row of counts cannot be used."""

    def __init__(self, code: str, **details: str) -> None:
        Exception.__init__(self, REASONS[code].format(**details))
        self.code = code


@dataclass
class Reader:
    """Reads files row by row and keeps what was refused."""

    refusals: list[Refusal] = field(default_factory=list)

    def read(
        self,
        path: str,
        needed: Sequence[str],
        take: Callable[[int, Cells], None],
        optional: Sequence[str] = (),
    ) -> None:
        """Hand every readable row to `take`; optional columns are there or not for all rows."""
        columns = [*needed, *(name for name in optional if has_column(path, name))]
        for number, cells in rows_of(path, columns):
            try:
                take(number, dict(zip(columns, checked(cells), strict=True)))
            except RowRefusedError as refused:
                self.refuse(path, number, refused)

    def refuse(self, path: str, row: int, refused: RowRefusedError) -> None:
        """Keep the reason why a row is not used."""
        self.refusals.append(Refusal(path, row, refused.code, str(refused)))


def has_column(path: str, name: str) -> bool:
    """Whether a file has a column."""
    try:
        next(rows_of(path, [name]), None)
    except UnreadableFileError as error:
        if error.code == "missing_column":
            return False
        raise
    return True


def place(cells: Cells) -> str:
    """The name of the place, as written."""
    return named("place", cells["place"])


def day(column: str, text: str) -> date:
    """A date as 2026-11-15."""
    shown = repr(text[:40])
    if not ISO_DATE.fullmatch(text.strip()):
        raise CountRefusedError("unreadable_date", column=column, text=shown)
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise CountRefusedError("unreadable_date", column=column, text=shown) from None


def whole(column: str, text: str) -> int:
    """A whole number, 0 or more."""
    if not WHOLE.fullmatch(text.strip()):
        raise CountRefusedError(
            "not_a_number", column=column, text=repr(text[:40]), kind="whole number"
        )
    number = int(text.strip().partition(".")[0])
    if number < 0:
        raise CountRefusedError("negative_number", column=column, text=text.strip())
    return number


def real(column: str, text: str, low: float = -math.inf, high: float = math.inf) -> float:
    """A number between two others, both allowed."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CountRefusedError("not_a_number", column=column, text=repr(text[:40]), kind="number")
    if not low <= number <= high:
        raise CountRefusedError(
            "bad_coordinate", column=column, text=text.strip(), low=f"{low:g}", high=f"{high:g}"
        )
    return number


class Once:
    """Keys that may stand in one row only."""

    def __init__(self) -> None:
        self.rows: dict[object, int] = {}

    def take(self, key: object, row: int, what: str) -> None:
        """Refuse a key that has a row already."""
        if key in self.rows:
            raise CountRefusedError("duplicate", what=what, row=str(self.rows[key]))
        self.rows[key] = row
