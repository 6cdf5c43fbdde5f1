"""What is keyed of the paper of a session, and which numbers are missing, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import connections

from lachan.core.sealing import open_loose
from lachan.vaccination.models import PaperBook, PaperKeying, PaperSheet, Session

State = PaperSheet.State


@dataclass(frozen=True, slots=True)
class Keyed:
    """A number of a book: how often it was keyed, by me or not, and its sheet."""

    number: int
    times: int
    mine: bool
    sheet: PaperSheet | None

    @property
    def step(self) -> str:
        """unkeyed, once, differs, ready, asked, entered or void."""
        if self.sheet is not None:
            return self.sheet.state
        return ("unkeyed", "once", "differs")[self.times]


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers in a row at the same step that are not entered."""

    about: UUID
    label: str
    step: str
    count: int


def label(book: PaperBook, number: int) -> str:
    """A number as it is printed: A-0041."""
    return f"{book.prefix}{number:04d}"


def sheet_id(book: UUID, number: int) -> UUID:
    """The number of a sheet, the same whoever enters it."""
    return uuid5(book, str(number))


def numbers_of(book: PaperBook) -> list[Keyed]:
    """Every number of a book in order."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select number, times, mine from core.paper_keyed(%s)", [book.id])
        keyed = {number: (times, mine) for number, times, mine in cursor.fetchall()}
    sheets = {one.number: one for one in PaperSheet.objects.filter(book=book)}
    return [
        Keyed(number, *keyed.get(number, (0, False)), sheets.get(number))
        for number in range(book.first, book.last + 1)
    ]


def for_me(book: PaperBook) -> list[int]:
    """Numbers that this account may still key: nobody's, or once by somebody else."""
    return [
        one.number
        for one in numbers_of(book)
        if one.sheet is None and one.times < 2 and not one.mine
    ]


def books_of(session: Session) -> list[PaperBook]:
    """The paper of a session."""
    return list(PaperBook.objects.filter(session=session).order_by("prefix", "first"))


def gaps(session: Session) -> list[Gap]:
    """Numbers that are not entered and not said to be spoilt, as ranges."""
    return [gap for book in books_of(session) for gap in gaps_of(book, numbers_of(book))]


def gaps_of(book: PaperBook, numbers: Iterable[Keyed]) -> list[Gap]:
    """The same of one book."""
    found: list[tuple[int, int, str]] = []
    for one in numbers:
        if one.step in (State.ENTERED, State.VOID):
            continue
        if found and found[-1][1] == one.number - 1 and found[-1][2] == one.step:
            found[-1] = (found[-1][0], one.number, one.step)
        else:
            found.append((one.number, one.number, one.step))
    return [
        Gap(
            about=uuid5(book.id, f"{first}-{last} {step}"),
            label=label(book, first) + (f"–{label(book, last)}" if last > first else ""),
            step=step,
            count=last - first + 1,
        )
        for first, last, step in found
    ]


def both(book: PaperBook, number: int) -> tuple[dict[str, str], dict[str, str]] | None:
    """What the two keyed, once both did; the database shows nothing before."""
    rows = PaperKeying.objects.filter(book=book, number=number).order_by("place")
    found = [open_loose(row.id, bytes(row.sealed)) for row in rows if row.sealed]
    return (found[0], found[1]) if len(found) == 2 else None
