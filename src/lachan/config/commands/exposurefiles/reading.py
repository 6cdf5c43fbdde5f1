"""Everything a score is made of, read from files; rows are refused one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from lachan.config.commands.tracefiles.reading import Evidence, Refusal, RowRefusedError, named
from lachan.config.commands.tracefiles.sources import UnreadableFileError, rows_of
from lachan.engine.naive import CaseRow, VisitRow

Row = TypeVar("Row")

NearRow = tuple[str, str, int, int, int]  # a, b, start, end, permille that they were close
PlaceRow = tuple[str, str, str | None]  # venue, kind, the place around it
HouseholdRow = tuple[str, str]  # household, person

#: Doses anybody can have had, and permille in a whole.
MOST_DOSES, WHOLE = 99, 1_000

#: Reasons beyond those of `lachan trace`; stable, see docs/platforms/exposure.md.
REASONS = {
    "bad_number": "{column} is not a whole number from 0 to {most}",
    "place_twice": "{venue} is named before",
}


class FigureRefusedError(Exception):
    """This row cannot be used for one of the reasons of `REASONS`."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(REASONS[code].format(**details))
        self.code = code


@dataclass
class Known:
    """All that was read, and all that was refused."""

    evidence: Evidence = field(default_factory=Evidence)
    visits: list[VisitRow] = field(default_factory=list)
    encounters: list[NearRow] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    onsets: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    households: list[HouseholdRow] = field(default_factory=list)
    doses: dict[str, int] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def iso(self) -> bool:
        """Whether any time was written as ISO 8601."""
        return self.evidence.iso

    def read_visits(self, path: str) -> None:
        """Add the visits of a file."""
        self.visits += self.read(path, ("person", "venue", "start", "end"), self.evidence.visit)

    def read_encounters(self, path: str) -> None:
        """Add the encounters of a file."""
        self.encounters += self.read(path, ("a", "b", "start", "end"), self.near, ("permille",))

    def read_cases(self, path: str) -> None:
        """Add the cases of a file; of several onsets of a person the earliest counts."""
        columns = ("person", "infectious_from", "infectious_to")
        for row, onset in self.read(path, columns, self.case, ("onset",)):
            self.cases.append(row)
            if onset is not None:
                self.onsets[row[0]] = min(onset, self.onsets.get(row[0], onset))

    def read_places(self, path: str) -> None:
        """Add the places of a file."""
        self.read(path, ("venue", "kind", "lies_in"), self.place)

    def read_households(self, path: str) -> None:
        """Add the households of a file."""
        self.households += self.read(path, ("household", "person"), home)

    def read_doses(self, path: str) -> None:
        """Add the doses of a file; of several rows of a person the last counts."""
        self.doses |= dict(self.read(path, ("person", "doses"), doses_of))

    def read(
        self,
        path: str,
        columns: Sequence[str],
        make: Callable[[Sequence[str]], Row],
        optional: Sequence[str] = (),
    ) -> list[Row]:
        """What `make` gives for every row of `path`; refusals are kept.

        Optional columns come after the others, empty where the file has none of them; they are
        not looked for in standard input, which cannot be read twice.
        """
        wanted = [*columns, *optional] if optional and has_columns(path, optional) else columns
        empty = [""] * (len(columns) + len(optional) - len(wanted))
        made = []
        for number, cells in rows_of(path, wanted):
            try:
                made.append(make([*usable(cells, wanted), *empty]))
            except (RowRefusedError, FigureRefusedError) as refused:
                name = "stdin" if path == "-" else path
                self.refusals.append(Refusal(name, number, refused.code, str(refused)))
        return made

    def near(self, cells: Sequence[str]) -> NearRow:
        """An encounter; without a figure the two were close for certain."""
        a, b, start, end = self.evidence.encounter(cells[:4])
        close = number_in("permille", cells[4], WHOLE) if cells[4].strip() else WHOLE
        return a, b, start, end, close

    def case(self, cells: Sequence[str]) -> tuple[CaseRow, int | None]:
        """A case with its window and its onset, if it has one."""
        row = self.evidence.case(cells[:3])
        onset = self.evidence.time("onset", cells[3]).second if cells[3].strip() else None
        return row, onset

    def place(self, cells: Sequence[str]) -> None:
        """A place; the first row that names it counts."""
        venue, kind, around = named("venue", cells[0]), cells[1].strip(), cells[2]
        if venue in self.places:
            raise FigureRefusedError("place_twice", venue=venue)
        self.places[venue] = (kind, around if around.strip() else None)


def usable(cells: object, columns: Sequence[str]) -> Sequence[str]:
    """The cells of a row that is whole and readable."""
    if not isinstance(cells, list):
        raise RowRefusedError(str(getattr(cells, "value", "unreadable_row")))
    if len(cells) != len(columns):
        raise RowRefusedError("wrong_field_count")
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        raise RowRefusedError("unreadable_row") from None
    return cells


def has_columns(path: str, columns: Sequence[str]) -> bool:
    """Whether a file has these columns too."""
    if path == "-":
        return False
    try:
        next(iter(rows_of(path, columns)), None)
    except UnreadableFileError as error:
        if error.code == "missing_column":
            return False
        raise
    return True


def home(cells: Sequence[str]) -> HouseholdRow:
    """Who lives in which household."""
    return named("household", cells[0]), named("person", cells[1])


def doses_of(cells: Sequence[str]) -> tuple[str, int]:
    """How many doses a person has had."""
    return named("person", cells[0]), number_in("doses", cells[1], MOST_DOSES)


def number_in(column: str, text: str, most: int) -> int:
    """A whole number from 0 to `most`."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits) <= most):
        raise FigureRefusedError("bad_number", column=column, most=most)
    return int(digits)
