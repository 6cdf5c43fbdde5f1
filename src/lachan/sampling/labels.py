"""Numbers of tubes for a unit, and the sheets of labels that carry them."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import typst
import zxingcpp
from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.secrets import new_slip_code
from lachan.sampling.models import LabelSeries

#: Labels of one series: a day of a large unit; the PDF has at most 150 pages.
MOST = 2_000
#: Digits of a number.
WIDTH = 6
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,7}-?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A usual A4 sheet of labels; lengths in millimetres, from the makers' tables."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float


#: name -> sheet; names as shops sell them.
SHEETS = {
    "65": Sheet(5, 13, 38.1, 21.2, 4.75, 10.7, 2.5),
    "189": Sheet(7, 27, 25.4, 10.0, 8.5, 13.5, 2.5),
    "24": Sheet(3, 8, 70.0, 37.0, 0.0, 0.5, 0.0),
}
#: Millimetres of a label below which its bars would be finer than 0.17 mm, which many readers and
#: most office printers cannot do: a narrower one has the square alone.
BARRED_FROM = 35.0
#: Millimetres of a sheet's height.
A4 = 297.0
#: A slip is kept in a pocket: the largest labels.
SLIP_SHEET = "24"


def make_series(*, prefix: str, count: int, copies: int, by: Principal) -> LabelSeries:
    """The next `count` numbers under a prefix, which from now on are this unit's.

    Refused: no_unit, label_prefix, label_count, label_copies, prefix_elsewhere.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    plain = prefix.strip().upper()
    if not _PREFIX.fullmatch(plain):
        raise Refused(
            "label_prefix", _("A series begins with 2 to 8 letters or digits, a letter first.")
        )
    if not 1 <= count <= MOST:
        raise Refused("label_count", _("Print 1 to 2,000 tubes at a time."))
    if copies not in (1, 2):
        raise Refused("label_copies", _("A tube has one label or two."))
    first = _next(plain)
    series = LabelSeries(
        organisation=by.organisation,
        prefix=plain,
        first=first,
        last=first + count - 1,
        width=WIDTH,
        copies=copies,
        made_at=now(),
        made_by=by.account,
    )
    series.save(force_insert=True)
    audit.record("labels.numbered", target=("label_series", series.id), by=by)
    return series


def _next(prefix: str) -> int:
    """The first free number; a prefix belongs to the unit that used it first."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select core.next_label(%s)", [prefix])
        row = cursor.fetchone()
    found = row[0] if row else None
    if found is None:
        raise Refused(
            "prefix_elsewhere", _("Another unit prints labels under these letters. Choose others.")
        )
    if found + MOST > 10**WIDTH:
        raise Refused("label_count", _("The numbers under these letters are used up."))
    return int(found)


def numbers_of(series: LabelSeries) -> list[str]:
    """The codes of a series, each as often as it has labels."""
    return [
        f"{series.prefix}{number:0{series.width}d}"
        for number in range(series.first, series.last + 1)
        for _copy in range(series.copies)
    ]


def blank_slips() -> list[str]:
    """Codes for people who have none: whoever is made at a table with one is known by it.

    Nothing is stored of them before.
    """
    sheet = SHEETS[SLIP_SHEET]
    return [f"PS-{new_slip_code()}" for _slip in range(sheet.columns * sheet.rows)]


_PAGE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: "Lá Chắn")
#set page(width: 210mm, height: told.tall * 1mm, margin: 0mm)
#set text(font: "Libertinus Serif", size: 8pt, fill: rgb("#000000"))
#let label(one) = box(width: told.width * 1mm, height: told.height * 1mm, inset: 1.2mm, clip: true)[
  #grid(columns: (1fr, auto), column-gutter: 1mm, align: horizon,
    stack(spacing: 0.6mm,
      ..if told.barred {
        (image(bytes(one.bars), format: "svg", width: 100%, height: told.bars * 1mm,
          fit: "stretch"),)
      },
      align(center, text(told.size * 1pt, weight: "bold", one.code))),
    image(bytes(one.square), format: "svg", height: told.square * 1mm))
]
#for (at, page) in told.pages.enumerate() {
  if at > 0 { pagebreak() }
  place(top + left, dx: told.left * 1mm, dy: told.top * 1mm,
    grid(columns: (told.width * 1mm,) * told.columns, column-gutter: told.gap * 1mm,
      ..page.map(label)))
}
"""


def labels_pdf(codes: Iterable[str], sheet: Sheet) -> bytes:
    """Labels on A4 sheets: bars for readers at the table, a small square for narrow tubes, and the
    number for eyes."""
    return drawn(codes, sheet, kind="pdf")


def drawn(codes: Iterable[str], sheet: Sheet, *, kind: Literal["pdf", "png"]) -> bytes:
    """The same as `kind`: pdf; or png, cut below the last row, where they fill no more than a
    sheet."""
    known: dict[str, dict[str, str]] = {}
    labels = []
    for code in codes:
        if code not in known:
            known[code] = {"code": code, "bars": _svg(code, bars=True), "square": _svg(code)}
        labels.append(known[code])
    each = sheet.columns * sheet.rows
    room = sheet.height - 2.4
    cut = sheet.top + sheet.height * -(-len(labels) // sheet.columns) + 2
    told = {
        "pages": [labels[at : at + each] for at in range(0, len(labels), each)],
        **{name: getattr(sheet, name) for name in Sheet.__slots__},
        "tall": A4 if kind == "pdf" else cut,
        "barred": sheet.width >= BARRED_FROM,
        "bars": round(room * 0.6, 1),
        "square": round(min(room, 9.0), 1),
        "size": 7 if sheet.height > 15 else 5,
    }
    made = typst.compile(
        _PAGE.encode(),
        format=kind,
        ppi=450,
        sys_inputs={"told": json.dumps(told)},
        font_paths=typst.Fonts(include_system_fonts=False),
    )
    assert isinstance(made, bytes), "a png of several sheets is a list"
    return made


def _svg(code: str, *, bars: bool = False) -> str:
    formats = zxingcpp.BarcodeFormat
    barcode = zxingcpp.create_barcode(code, formats.Code128 if bars else formats.DataMatrix)
    return str(barcode.to_svg(add_quiet_zones=True))
