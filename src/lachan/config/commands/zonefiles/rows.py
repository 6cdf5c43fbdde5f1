"""One row of exposures or costs, read or refused; columns and codes are in zoning.md."""

import re
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import NamedTuple

EXPOSURE_COLUMNS = ("person", "place", "risk")
COST_COLUMNS = ("place", "people", "businesses")
COST_EXTRAS = ("kind", "commune")

#: Risks are counted in millionths; a smaller part is rounded up, so that no risk vanishes.
MILLIONTHS = 1_000_000

#: The largest risk of a row, and the largest number of people or businesses of a place.
MOST_RISK, MOST_CLOSED = 1_000_000, 1_000_000_000

#: A number as files write it: no NaN, no infinity, no separators of thousands.
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)

#: Every reason for which one row is refused; stable, see docs/platforms/zoning.md.
REASONS = {
    "unreadable_row": "the row is not readable text in UTF-8",
    "wrong_field_count": "the row has not as many cells as the heading",
    "empty_id": "{column} is empty",
    "unreadable_number": "{column}: {text} is not a number",
    "negative_number": "{column}: {text} is below 0",
    "number_too_large": "{column}: {text} is above {most}",
    "not_whole": "{column}: {text} is not a whole number",
    "repeated_place": "the place has a cost in an earlier row",
    "place_without_cost": "the place has no cost that could be read",
}


class RowRefusedError(Exception):
    """This row cannot be used."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(REASONS[code].format(**details))
        self.code = code


class Place(NamedTuple):
    """What closing one place costs; `kind` and `commune` may be empty."""

    name: str
    people: int
    businesses: int
    kind: str
    commune: str


def checked(cells: Sequence[str] | None, columns: int) -> Sequence[str]:
    """The cells of a row that is whole and readable."""
    if cells is None:
        raise RowRefusedError("unreadable_row")
    if len(cells) != columns:
        raise RowRefusedError("wrong_field_count")
    text = "".join(cells)
    if not text.isascii():
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


def number(column: str, text: str, most: int) -> Decimal:
    """A number from 0 to `most`."""
    shown = ascii(text[:40])
    text = text.strip()
    if not NUMBER.fullmatch(text):
        raise RowRefusedError("unreadable_number", column=column, text=shown)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise RowRefusedError("unreadable_number", column=column, text=shown) from None
    if value < 0:
        raise RowRefusedError("negative_number", column=column, text=shown)
    if value > most:
        raise RowRefusedError("number_too_large", column=column, text=shown, most=most)
    return value


def whole(column: str, text: str) -> int:
    """A whole number of people or businesses; 12.0 is 12."""
    value = number(column, text, MOST_CLOSED)
    if value != value.to_integral_value():
        raise RowRefusedError("not_whole", column=column, text=ascii(text[:40]))
    return int(value)


def risk_of(text: str) -> int:
    """A risk in millionths, rounded up."""
    value = number("risk", text, MOST_RISK)
    return int((value * MILLIONTHS).to_integral_value(ROUND_CEILING))


def exposure(cells: Sequence[str] | None) -> tuple[str, str, int]:
    """Person, place and risk of one row."""
    person, place, risk = checked(cells, len(EXPOSURE_COLUMNS))
    return named("person", person), named("place", place), risk_of(risk)


def place_of(cells: Sequence[str] | None, extras: Sequence[str]) -> Place:
    """The cost of one place; `extras` are the optional columns that are there."""
    name, people, businesses, *rest = checked(cells, len(COST_COLUMNS) + len(extras))
    more = dict(zip(extras, rest, strict=True))
    return Place(
        named("place", name),
        whole("people", people),
        whole("businesses", businesses),
        more.get("kind", "").strip(),
        more.get("commune", "").strip(),
    )
