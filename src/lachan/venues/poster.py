"""Posters of a place and its parts, in both languages, as one PDF: nothing in a name is markup."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
import zxingcpp

from lachan.formats.placecode import shown_place_code

#: Millimetres of the code's edge by layout.  150 on a wall: Hanoi's order of 2021 (field.md 1.2);
#: the others are what the paper holds, and no phone needs them larger at arm's length.
EDGES = {"a4": 150, "a5": 92, "stickers": 48, "vehicle": 68}

#: Stickers of one A4 page: two columns of four.
STICKERS = 8

#: A dormitory of 500 rooms is printed floor by floor.
MOST_SHEETS = 400


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one code says: the place, its part, where it lies, and the rule of scanning there.

    `address` is what a phone opens; without its scheme it is typed where no camera reads it.
    """

    name: str
    where: str
    code: str
    address: str
    law_vi: str
    law_en: str
    part: str = ""
    plate: str = ""


def posters(sheets: Sequence[Sheet], *, layout: str = "a4") -> bytes:
    """The PDF; every code bears its place's address, whatever the layout."""
    document = {
        "title": sheets[0].name,
        "layout": layout,
        "edges": EDGES,
        "sheets": [_told(sheet) for sheet in sheets],
    }
    # The page's own fonts only: a poster looks the same on every machine.
    fonts = typst.Fonts(include_system_fonts=False)
    inputs = {"document": json.dumps(document)}
    made = typst.compile(_source(), format="pdf", sys_inputs=inputs, font_paths=fonts)
    assert isinstance(made, bytes)
    return made


def code_svg(text: str) -> str:
    """A QR code as SVG, quiet zone outside; level Q still reads with a quarter of it dirty."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return str(barcode.to_svg(add_quiet_zones=False))


def _told(sheet: Sheet) -> dict[str, str]:
    return {
        "name": sheet.name,
        "where": sheet.where,
        "part": sheet.part,
        "plate": sheet.plate,
        "law_vi": sheet.law_vi,
        "law_en": sheet.law_en,
        "code": code_svg(sheet.address),
        "shown": shown_place_code(sheet.code),
        "typed": sheet.address.partition("://")[2].rpartition("/")[0] + "/",
    }


@cache
def _source() -> bytes:
    return Path(__file__).with_name("poster.typ").read_bytes()
