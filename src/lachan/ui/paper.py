"""What an office writes and signs: a document as plain records, in the form of Decree 30/2020.

A document has no words of its own: a room gives them.  `documents` makes Word and PDF of it.
Source of the form (thể thức, kỹ thuật trình bày): Appendix I of Decree 30/2020/NĐ-CP.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Align = Literal["left", "centre", "right", "justify"]

#: Millimetres of an A4 page's edges: top, right, bottom, left.  Source: Decree 30/2020, Appendix I,
#: section I.2 (20-25, 15-20, 20-25, 30-35).
MARGINS_MM = (20, 18, 20, 30)

#: Points of the text, of a table and of the list of recipients.  Source: the same, section V.
TEXT_PT, TABLE_PT, RECIPIENTS_PT = 14.0, 11.5, 11.0

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
INVENTED = "DỮ LIỆU GIẢ LẬP"
RECIPIENTS = "Nơi nhận:"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A line in bold between parts; level 1 stands in the middle, 2 at the left."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; its first line is drawn in unless it stands in the middle or at the right."""

    runs: tuple[Run, ...]
    align: Align = "justify"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a head that comes again on every page.  `widths` are shares, not lengths."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        wide = len(self.headers)
        if any(len(row) != wide for row in self.rows) or len(self.shares) != wide:
            raise ValueError("every row of a table, and its widths, have as many cells as its head")

    @property
    def shares(self) -> tuple[float, ...]:
        """The widths, all alike where none were given."""
        return self.widths or tuple(1.0 for _header in self.headers)


@dataclass(frozen=True, slots=True)
class Signature:
    """Left who gets the paper, right in which capacity who signs; the place of the seal between."""

    capacity: tuple[str, ...]
    name: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page: an annex."""


Block = Heading | Paragraph | Table | Signature | PageBreak


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who issues it, under whom, number and mark, place and day; what is open is left to the pen.

    `number` is the whole line ("Số: …/QĐ-UBND"); an empty one is left out, as in a list.
    """

    issuer: str
    over: str = ""
    number: str = ""
    place: str = ""
    day: date | None = None

    @property
    def dated(self) -> str:
        """Place and day in words: days below ten and the months January and February get a zero."""
        if self.day is None:
            words = "ngày … tháng … năm …"
        else:
            month = f"{self.day.month:02}" if self.day.month < 3 else str(self.day.month)
            words = f"ngày {self.day.day:02} tháng {month} năm {self.day.year}"
        return f"{self.place}, {words}" if self.place else words


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.  `draft` says so on every page, as `invented` does of a demo's people."""

    letterhead: Letterhead
    kind: str
    about: str
    blocks: tuple[Block, ...]
    draft: bool = True
    invented: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """What every page says at its top."""
        return (DRAFT,) * self.draft + (INVENTED,) * self.invented


def said(text: str, align: Align = "justify", *, bold: bool = False, italic: bool = False) -> Block:
    """A paragraph of one look."""
    return Paragraph((Run(text, bold=bold, italic=italic),), align)


def clean(text: str) -> str:
    """The text without the characters that no paper can show (names come from forms and files)."""
    return "".join(
        each if unicodedata.category(each) not in {"Cc", "Cs", "Co"} else " " for each in text
    )


def cleaned(texts: Iterable[str]) -> list[str]:
    """The same for many."""
    return [clean(text) for text in texts]
