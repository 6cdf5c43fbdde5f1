"""Lists in pages, without counting what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import QueryDict

Row = TypeVar("Row")

#: Rows on one page of a desk; more would not be read.
ROWS = 50
#: Nobody pages further by hand, and an OFFSET beyond it is slow.
LAST_PAGE = 200


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows `first` to `last` (from 1) and the addresses of the neighbours, "" where none is."""

    rows: Sequence[Row]
    first: int
    last: int
    previous: str
    next: str

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(rows: "QuerySet[Any, Row] | Sequence[Row]", query: QueryDict) -> Page[Row]:
    """The page the query's `page` asks for; one row more is read to know of a next page."""
    asked = query.get("page", "1")
    number = min(max(int(asked), 1), LAST_PAGE) if asked.isdecimal() else 1
    start = (number - 1) * ROWS
    found = list(rows[start : start + ROWS + 1])
    return Page(
        rows=found[:ROWS],
        first=start + 1,
        last=start + min(len(found), ROWS),
        previous=_address(query, number - 1) if number > 1 else "",
        next=_address(query, number + 1) if len(found) > ROWS and number < LAST_PAGE else "",
    )


def _address(query: QueryDict, number: int) -> str:
    other = query.copy()
    other["page"] = str(number)
    return f"?{other.urlencode()}"
