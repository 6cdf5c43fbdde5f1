"""Reading of plates and wells; a position counts down the columns, as pipettes go."""

import re
from collections.abc import Container
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.sampling.models import Accession, Plate, Tube, Well

#: Rows and columns by size.
SHAPES = {96: (8, 12), 384: (16, 24)}

_WELL = re.compile(r"([A-Pa-p])0?([1-9]\d?)")
_NUMBER = re.compile(r"(\d{2})(\d{2})(\d{2})-(\d{4,6})")


@dataclass(frozen=True, slots=True)
class Seat:
    """One well of a drawn plate; `well` is None where nothing stands."""

    position: int
    name: str
    well: Well | None


def name_of(position: int, size: int) -> str:
    """0 is A1, 1 is B1 and so on."""
    rows, _columns = SHAPES[size]
    return f"{chr(65 + position % rows)}{position // rows + 1}"


def position_of(name: str, size: int) -> int:
    """The position of "B1".  Refused: no_such_well."""
    rows, columns = SHAPES[size]
    found = _WELL.fullmatch(name.strip())
    if found:
        row, column = ord(found[1].upper()) - 65, int(found[2]) - 1
        if row < rows and column < columns:
            return column * rows + row
    raise Refused("no_such_well", _("This plate has no well %(well)s.") % {"well": name})


def standing(plate: Plate) -> list[Well]:
    """What stands on a plate, by position, each with its tube."""
    wells = Well.objects.filter(plate=plate, emptied_at=None).select_related("tube")
    return list(wells.order_by("position"))


def next_free(plate: Plate, taken: Container[int]) -> int | None:
    """The first position down the columns that is free, None on a full plate."""
    return next((position for position in range(plate.size) if position not in taken), None)


def seats(plate: Plate, wells: list[Well]) -> list[list[Seat]]:
    """The plate as it is drawn: row by row."""
    rows, columns = SHAPES[plate.size]
    by_position = {well.position: well for well in wells}
    return [
        [
            Seat(position, name_of(position, plate.size), by_position.get(position))
            for position in range(row, rows * columns, rows)
        ]
        for row in range(rows)
    ]


def plate_at(laboratory: UUID | None, plate: UUID) -> Plate | None:
    """A plate of this laboratory, None where it is another's."""
    return Plate.objects.filter(pk=plate, laboratory=laboratory).first() if laboratory else None


def tube_of_accession(laboratory: UUID, code: str) -> Tube | None:
    """The tube of an accession number such as 261126-0042."""
    found = _NUMBER.fullmatch(code.strip())
    if found is None:
        return None
    row = (
        Accession.objects.filter(
            laboratory=laboratory, number=int(found[4]), day__day=int(found[1])
        )
        .filter(day__month=int(found[2]), day__year=2000 + int(found[3]))
        .select_related("tube")
        .first()
    )
    return row.tube if row else None


def plate_of_text(laboratory: UUID | None, text: str) -> Plate | None:
    """A plate of this laboratory by an id as it came in an address."""
    try:
        return plate_at(laboratory, UUID(text))
    except ValueError:
        return None
