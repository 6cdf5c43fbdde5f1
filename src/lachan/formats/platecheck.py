"""Is a table file whole, and is it what its name says?  Asked before one row is read.

A results file that lost its end, or that a program opened and saved with letters or numbers
changed, is refused whole: half of a plate's results look exactly like all of them.  What is found
here, and how:

* a workbook cut off: the directory at the end of the zip, or a sector of the older format, is
  missing; a part whose checksum does not fit; a sheet that does not close, or has fewer rows than
  it says (`dimension`);
* another format under the name: a page of HTML, a text or an older workbook saved as .xlsx;
* exactly 65,536 or 1,048,576 rows: there Excel ends, and the machine may not have;
* a text cut off: an open quote, half a UTF-16 letter, zeros, a last line that is shorter than the
  header or whose last cell looks like none of its column;
* letters destroyed: replacement marks, UTF-8 read as another set and saved again, question marks
  inside words, fonts of before Unicode (TCVN3).
"""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath

from lachan.formats.labresults import LabFileRefused
from lachan.formats.sheets import ENDINGS, UNPACKED_AT_MOST, written_as

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Rows at which a format ends: .xls, .xlsx.
FULL = (65_536, 1_048_576)
_TEXT = (".csv", ".txt")
_ZIPPED = (".xlsx", ".xlsm", ".ods")
_FREE_SECTOR = 0xFFFFFFFF
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d+)\"")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*?\bref=\"(?:[A-Z]+\d+:)?[A-Z]+(\d+)\"")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
#: UTF-8 read as Windows 1252 or Latin 1 and written as UTF-8 again: "DÆ°Æ¡ng tÃ­nh", "Káº¿t".
_TWICE = re.compile(
    "[ÃÂÆÄ][\u0080-\u009f\u00a1-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]|á[º»]"
)
#: A letter replaced by question marks: "D??ng t?nh".
_ASKED = re.compile(r"[^\W\d_]\?{1,3}[^\W\d_]")
#: TCVN3: Vietnamese letters where Latin 1 has signs: "D­¬ng tÝnh", "KÕt qu¶".  Units and marks of
#: trade ("µL", "Xpert®") are no such letters.
_TCVN3 = re.compile("[A-Za-z][\u00a2-\u00a8\u00aa-\u00ad\u00af\u00b6-\u00b8\u00bb-\u00be]|"
                    "[\u00a2-\u00a8\u00aa-\u00ad\u00af\u00b6-\u00b8\u00bb-\u00be][a-z]|"
                    "[A-Za-z]\u00b5(?![lLgmM])")  # fmt: skip


def check_whole(data: bytes, file_name: str) -> None:
    """Raises LabFileRefused: empty, sheet_kind, sheet_renamed, sheet_truncated, sheet_broken,
    sheet_locked, sheet_large, sheet_reencoded or sheet_full."""
    ending = PurePath(file_name).suffix.lower()
    if ending not in ENDINGS:
        raise LabFileRefused("sheet_kind", ending[:10])
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise LabFileRefused("empty")
    _check_kind(data, ending)
    if ending in _ZIPPED:
        _check_zip(data, ending)
    elif ending == ".xls":
        _check_ole(data)
    else:
        _check_text(data)


def check_letters(texts: Iterator[str]) -> None:
    """Whether letters of cells were destroyed.  Raises LabFileRefused sheet_reencoded."""
    seen: set[str] = set()
    for text in texts:
        if (text.isascii() and "?" not in text) or text in seen:
            continue
        seen.add(text)
        for pattern in (_TWICE, _ASKED, _TCVN3):
            if pattern.search(text):
                raise LabFileRefused("sheet_reencoded", text[:40])
        if "\ufffd" in text:
            raise LabFileRefused("sheet_reencoded", text[:40])


def check_rows(count: int) -> None:
    """Whether a sheet ends where its format ends.  Raises LabFileRefused sheet_full."""
    if count in FULL:
        raise LabFileRefused("sheet_full", f"{count:,} rows")


def _check_kind(data: bytes, ending: str) -> None:
    """Whether the first bytes are those of the ending."""
    head = data[:400].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").lower()
    if ending in _ZIPPED and not data.startswith(ZIP):
        if data.startswith(OLE):
            locked = "EncryptedPackage".encode("utf-16-le") in data
            raise LabFileRefused(*(("sheet_locked",) if locked else ("sheet_renamed", ".xls")))
        raise LabFileRefused("sheet_renamed", _really(head))
    if ending == ".xls" and not data.startswith(OLE):
        really = ".xlsx" if data.startswith(ZIP) else _really(head)
        raise LabFileRefused("sheet_renamed", really)
    if ending in _TEXT and data.startswith((ZIP, OLE)):
        raise LabFileRefused("sheet_renamed", "a workbook of Excel")
    if ending in _TEXT and _really(head) != "a text":
        raise LabFileRefused("sheet_renamed", _really(head))


def _really(head: bytes) -> str:
    plain = head.replace(b"\x00", b"")
    if plain.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return "a page of HTML"
    if plain.startswith((b"<?xml", b"<workbook", b"mime-version")):
        return "XML"
    if plain.startswith(b"%pdf"):
        return "PDF"
    return "a text"


def _check_zip(data: bytes, ending: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > UNPACKED_AT_MOST:
                raise LabFileRefused("sheet_large")
            damaged = packed.testzip()
            if damaged:
                raise LabFileRefused("sheet_truncated", damaged[:60])
            _check_parts(packed, ending)
    except LabFileRefused:
        raise
    except zipfile.BadZipFile:
        raise LabFileRefused("sheet_truncated", "the directory at the end is missing") from None
    # What `zipfile` raises at damage, at a password, and at a way of packing it cannot read.
    except (zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise LabFileRefused("sheet_broken") from None


def _check_parts(packed: zipfile.ZipFile, ending: str) -> None:
    names = set(packed.namelist())
    if ending == ".ods":
        if "content.xml" not in names:
            raise LabFileRefused("sheet_renamed", "no OpenDocument")
        if not packed.read("content.xml").rstrip().endswith(b"document-content>"):
            raise LabFileRefused("sheet_truncated", "content.xml")
        return
    if "content.xml" in names and "xl/workbook.xml" not in names:
        raise LabFileRefused("sheet_renamed", ".ods")
    if "xl/workbook.xml" not in names:
        raise LabFileRefused("sheet_renamed", "a zip archive")
    for name in sorted(names):
        if _SHEET.fullmatch(name):
            _check_sheet(packed.read(name), name)


def _check_sheet(xml: bytes, name: str) -> None:
    if not xml.rstrip().endswith(b"worksheet>"):
        raise LabFileRefused("sheet_truncated", name)
    said = _DIMENSION.search(xml, 0, 4000)
    rows = [int(each) for each in _ROW.findall(xml[-2_000_000:])]
    if said and rows and int(said[1]) > max(rows):
        detail = f"{name} says {int(said[1])} rows and has {max(rows)}"
        raise LabFileRefused("sheet_truncated", detail)


def _check_ole(data: bytes) -> None:
    """Whether every sector that the older workbook's table names is there.
    Source: [MS-CFB] sections 2.2 and 2.3."""
    if len(data) < 1536:
        raise LabFileRefused("sheet_truncated", f"{len(data):,} bytes")
    if "EncryptedPackage".encode("utf-16-le") in data[:20_000]:
        raise LabFileRefused("sheet_locked")
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    tables = struct.unpack_from("<I", data, 44)[0]
    each_holds = size // 4
    needed = 0
    # The first 109 tables, which name every sector of a workbook below 7 MB.
    for place, sector in enumerate(struct.unpack_from("<109I", data, 76)[: min(tables, 109)]):
        start = (sector + 1) * size
        if sector == _FREE_SECTOR or start + size > len(data):
            raise LabFileRefused("sheet_truncated", "a part of its table is missing")
        entries = struct.unpack_from(f"<{each_holds}I", data, start)
        used = [at for at, entry in enumerate(entries) if entry != _FREE_SECTOR]
        if used:
            needed = place * each_holds + used[-1] + 1
    if len(data) < (needed + 1) * size:
        missing = (needed + 1) * size - len(data)
        raise LabFileRefused("sheet_truncated", f"{missing:,} bytes are missing")


def _check_text(data: bytes) -> None:
    written = written_as(data)
    wide = written.encoding.startswith("utf-16")
    body = data[2:] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data
    if wide and len(body) % 2:
        raise LabFileRefused("sheet_truncated", "half a letter at the end")
    if not wide and b"\x00" in data:
        raise LabFileRefused("sheet_truncated", "zeros")
    try:
        text = data.decode(written.encoding)
    except UnicodeDecodeError as error:
        cut = error.end >= len(data) - 3 and written.encoding.startswith("utf-8")
        code = "sheet_truncated" if cut else "sheet_reencoded"
        raise LabFileRefused(code, f"byte {error.start + 1}") from None
    if written.encoding == "cp1258" and _cut_letter(data):
        raise LabFileRefused("sheet_truncated", "half a letter at the end")
    _check_end(text.lstrip("\ufeff"), written.separator)


def _cut_letter(data: bytes) -> bool:
    """UTF-8 whose last letter was cut in two is no UTF-8 any more."""
    for short in (1, 2, 3):
        try:
            text = data[:-short].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return not text.isascii() and data[-short] >= 0xC0
    return False


def _check_end(text: str, separator: str) -> None:
    """Whether the last line is whole."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            raise LabFileRefused("sheet_truncated", "an open quote at the end") from None
        rows = _loosely(text, separator)
    check_rows(len(rows))
    if text.endswith(("\n", "\r")) or len(rows) < 3:
        return
    last, others = rows[-1], [row for row in rows[:-1] if len(row) > 1]
    widths = [len(row) for row in others]
    usual = max(set(widths), key=widths.count, default=0)
    if usual < 2 or len(last) > usual:
        return
    if len(last) < usual:
        raise LabFileRefused("sheet_truncated", f"line {len(rows)} is shorter than the others")
    column = [row[-1] for row in others if len(row) == usual][1:]
    if not _alike(last[-1], column):
        raise LabFileRefused("sheet_truncated", f"line {len(rows)} has no end: {last[-1][:20]}")


def _loosely(text: str, separator: str) -> list[list[str]]:
    """Rows of a text whose quotes are not as they should be."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise LabFileRefused("sheet_broken") from None


def _alike(cell: str, column: list[str]) -> bool:
    """Whether the last cell of a file that has no last line end looks like its column."""
    filled = [each for each in column if each]
    if not cell:
        return len(filled) < len(column) or not column
    if len(filled) < 3 or cell in filled:
        return True
    return _shape(cell) in {_shape(each) for each in filled}


def _shape(cell: str) -> str:
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell))
