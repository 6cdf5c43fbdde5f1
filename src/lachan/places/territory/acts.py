"""Acts that changed names after the reform: one CSV file each, under `places/changes/`.

Columns: ``in_force`` (ISO date), ``legal_act``, ``unit_level``, ``code``, ``name_before``,
``name_after``.  A file says what the act says; a row whose unit is not called ``name_before`` on
the eve is a mistake in the file and stops the reading.
"""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lachan.places.territory.units import Level

CHANGES = Path(__file__).resolve().parents[1] / "changes"


@dataclass(frozen=True, slots=True)
class Renaming:
    """One row of an act, and where it stands."""

    in_force: date
    act: str
    level: Level
    code: str
    before: str
    after: str
    where: str


class BadAct(Exception):
    """A row of a file of changes does not fit the territory it changes."""


def read_acts(folder: Path = CHANGES) -> list[Renaming]:
    """Every renaming of every file, in the order in which they came into force."""
    rows = [row for file in sorted(folder.glob("*.csv")) for row in _read(file)]
    return sorted(rows, key=lambda row: (row.in_force, row.where))


def _read(file: Path) -> list[Renaming]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        return [_renaming(row, f"{file.name}:{table.line_num:03d}") for row in table]


def _renaming(row: dict[str, str], where: str) -> Renaming:
    try:
        return Renaming(
            date.fromisoformat(row["in_force"]),
            row["legal_act"],
            Level[row["unit_level"].upper()],
            row["code"],
            row["name_before"],
            row["name_after"],
            where,
        )
    except (KeyError, ValueError) as wrong:
        raise BadAct(f"{where}: {wrong!r} cannot be read.") from wrong
