"""A list of places as an office keeps it: read row by row, and returned with what was refused."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.columns import HEADER_WITHIN
from lachan.formats.copies import Marks, marked_copy
from lachan.formats.sheets import Cell, Sheet, SheetRefused, read_book, text_of
from lachan.formats.vietnamese import fold
from lachan.venues.registering import NewPlace, register

#: bytes; a commune has hundreds of places, and one row takes a hundred.
LARGEST = 2_000_000

#: Rows of one list; a larger one is sent in parts, because it is registered while one waits.
MOST_ROWS = 1_000

#: What a column is about, by its heading without marks.  The first that fits wins.
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("capacity", r".*(suc chua|so nguoi toi da|capacity).*"),
    ("closes_at", r".*(gio dong cua|dong cua|closing).*"),
    ("plate", r".*(bien so|bien kiem soat|plate).*"),
    ("keeper", r".*(phu trach|chu co so|chu ho|chu quan|nguoi dai dien|quan ly|owner|in charge).*"),
    ("phone", r".*(dien thoai|sdt|so dt|di dong|phone|mobile).*"),
    ("trade", r".*(loai hinh|loai|nganh nghe|linh vuc|kind|type).*"),
    ("address", r".*(dia chi|so nha|address|thon|to dan pho).*"),
    ("name", r".*(ten|co so|dia diem|name|place).*"),
)

#: Words by which an office names a kind, without marks.
_TRADES: tuple[tuple[str, str], ...] = (
    ("market", r"\bcho\b|market"),
    ("hotel", r"khach san|nha nghi|hotel|homestay"),
    ("lodging", r"nha tro|phong tro|ky tuc xa|ktx|dormitory"),
    ("school", r"truong|mam non|mau giao|lop hoc|school"),
    ("hospital", r"benh vien|phong kham|nha thuoc|tram y te|hospital|clinic|pharmacy"),
    ("factory", r"cong ty|nha may|xuong|san xuat|factory"),
    ("office", r"van phong|co quan|tru so|ngan hang|office"),
    ("worship", r"chua|nha tho|den|dinh|mieu|temple|church|pagoda"),
    ("hall", r"tiec cuoi|rap|nha van hoa|the thao|karaoke|hall|cinema"),
    ("restaurant", r"nha hang|quan|an uong|ca phe|cafe|com|pho|bun|restaurant|coffee"),
    ("vehicle", r"\bxe\b|tau|do|taxi|bus|boat|vehicle"),
    ("shop", r"cua hang|sieu thi|tap hoa|shop|ban le|store"),
)

#: What a list must say of every place.
NEEDED = ("name", "phone")


@dataclass
class Taken:
    """What became of a list: places registered, and the sentence for each refused row."""

    places: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    copy: bytes = b""
    copy_name: str = ""


def take_list(*, data: bytes, file_name: str, commune: int, by: Principal) -> Taken:
    """Register every place of a list in the officer's commune; refused rows come back in a copy.

    Refused: list_unreadable, list_too_long, list_without_headings.
    """
    sheet = _sheet(data, file_name)
    first, roles = _headings(sheet)
    taken = Taken()
    for number, row in _rows(sheet, first):
        given = {role: row[at] for at, role in enumerate(roles) if role and row[at] is not None}
        try:
            with transaction.atomic():
                register(new=_place(given, commune), by=by)
        except Refused as refused:
            taken.refused[number] = refused.message
        else:
            taken.places += 1
    if taken.refused:
        _mark(taken, data, file_name, sheet, first, roles)
    detail = {"places": taken.places, "refused": len(taken.refused)}
    audit.record("venue.list_taken", target=("commune", commune), by=by, detail=detail)
    return taken


def trade_of(text: str) -> str:
    """The kind that an office's words mean, "other" where they say none we know."""
    words = fold(text)
    return next((trade for trade, pattern in _TRADES if re.search(pattern, words)), "other")


def _sheet(data: bytes, file_name: str) -> Sheet:
    if len(data) > LARGEST:
        raise Refused("list_too_long", _("Send a list of at most 1,000 places."))
    try:
        sheet = read_book(data, file_name)[0]
    except SheetRefused as refused:
        raise Refused("list_unreadable", _sentence(refused.code)) from None
    if len(sheet.rows) > MOST_ROWS + HEADER_WITHIN:
        raise Refused("list_too_long", _("Send a list of at most 1,000 places."))
    return sheet


def _headings(sheet: Sheet) -> tuple[int, list[str]]:
    """The index of the first row below the headings, and what each column is about."""
    best, at = [""] * len(sheet.rows[0]), -1
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        roles = _roles(row)
        if sum(map(bool, roles)) > sum(map(bool, best)):
            best, at = roles, number
    if not set(NEEDED) <= set(best):
        raise Refused(
            "list_without_headings",
            _("Write above the columns what they are: name, kind, address, phone, in charge."),
        )
    return at + 1, best


def _roles(row: Sequence[Cell]) -> list[str]:
    found: list[str] = []
    for cell in row:
        heading = fold(text_of(cell))
        role = next(
            (
                role
                for role, pattern in _HEADINGS
                if heading and role not in found and re.fullmatch(pattern, heading)
            ),
            "",
        )
        found.append(role)
    return found


def _rows(sheet: Sheet, first: int) -> Iterator[tuple[int, list[Cell]]]:
    """Rows that say anything, with the number they have in the workbook."""
    for number, row in enumerate(sheet.rows[first:], start=first + 1):
        if any(text_of(cell) for cell in row):
            yield number, row


def _place(given: dict[str, Cell], commune: int) -> NewPlace:
    text = {role: text_of(cell) for role, cell in given.items()}
    if not text.get("name"):
        raise Refused("name_missing", _("Give a name."))
    told: dict[str, Any] = {}
    if text.get("capacity"):
        told["capacity"] = _number(text["capacity"])
    if given.get("closes_at") is not None:
        told["closes_at"] = _hour(given["closes_at"])
    return NewPlace(
        name=text["name"],
        trade=trade_of(text.get("trade", "") or text["name"]),
        commune=commune,
        phone=_phone(text.get("phone", "")),
        address=text.get("address", ""),
        keeper=text.get("keeper", ""),
        plate=text.get("plate", ""),
        **told,
    )


def _phone(text: str) -> str:
    """A number that Excel kept as a number has lost its zero."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return f"0{digits}" if len(digits) == 9 and not text.startswith("0") else text


def _number(text: str) -> int:
    digits = re.sub(r"[^\d]", "", text)
    if not digits or len(digits) > 6:
        raise Refused("number_unlikely", _("Write a number of people from 1 to 200,000."))
    return int(digits)


def _hour(cell: Cell) -> time:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    found = re.fullmatch(r"(\d{1,2})(?:[:hg.](\d{2}))?\D*", text_of(cell).lower())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise Refused("hour_unreadable", _("Write an hour like 22:00."))
    return time(hour, minute)


def _mark(
    taken: Taken, data: bytes, file_name: str, sheet: Sheet, first: int, roles: list[str]
) -> None:
    marks = Marks(
        sheet=sheet.name,
        title=_("Reason"),
        first_row=first + 1,
        reasons=taken.refused,
        wrong={},
        as_text=frozenset(at for at, role in enumerate(roles) if role == "phone"),
        only_refused=False,
    )
    taken.copy, ending = marked_copy(data, file_name, marks)
    taken.copy_name = f"{PurePath(file_name).stem}-danh-dau{ending}"


def _sentence(code: str) -> str:
    """Why a file cannot be read, and what to do."""
    return {
        "sheet_kind": _("Send an Excel file (.xlsx, .xls), an .ods or a .csv file."),
        "sheet_broken": _("The file cannot be opened. Open it, save it as .xlsx and send that."),
        "sheet_locked": _("The file has a password. Save it without one and send that."),
        "sheet_empty": _("There is nothing in the file."),
        "sheet_large": _("Send a list of at most 1,000 places."),
    }[code]
