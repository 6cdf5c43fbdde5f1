"""How far a workbook's cells reach, before a reader lays them out.

The reader makes one place for every cell between the first and the last.  A workbook of two cells,
A1 and XFD1048576, asks for seventeen thousand million of them and ends the process; one bit of an
.xls moves a cell to row 65,293 and column 256, and forty rows take half a minute.  Damaged and
hostile files are stopped before.  Sources: [MS-XLS] 2.5 (cells), [MS-CFB] (the older file).
"""

import io
import re
import struct
import zipfile
from collections.abc import Iterator

#: places of one sheet; 200,000 rows of 100 columns.
PLACES_AT_MOST = 20_000_000
#: places of a sheet that may be empty, and how many there may be beyond for each cell that is not.
EMPTY_AT_MOST, PLACES_FOR_A_CELL = 1_000_000, 100
#: columns of the older format.
_OLD_COLUMNS = 256
#: Records of cells in the older format: row and column come first.
_CELLS = frozenset((0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E))
_BLANKS = frozenset((0x00BE, 0x0201))  # formatted and empty: no place is made for them
_BEGIN = 0x0809  # of a sheet
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*(?<!/)>")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_END = 0xFFFFFFF0  # sectors from here on are marks, not places


def reaches_too_far(data: bytes) -> bool:
    """Whether a sheet of a workbook has more places than `PLACES_AT_MOST`, or a cell where its
    format has none.  A file that cannot be followed reaches nowhere: its reader refuses it."""
    try:
        if data.startswith(b"PK"):
            return _zipped(data)
        return _old(data)
    except (
        struct.error,
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        OSError,
        RuntimeError,
        IndexError,
        OverflowError,
    ):
        return False


def _zipped(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            if not _SHEET.fullmatch(name):
                continue
            filled, last_row, columns = 0, 0, set()
            for found in _FILLED.finditer(packed.read(name)):
                filled += 1
                columns.add(found[1])
                last_row = max(last_row, int(found[2]))
            if _too_far(last_row * max(map(_number, columns), default=0), filled):
                return True
    return False


def _too_far(places: int, filled: int) -> bool:
    return places > min(PLACES_AT_MOST, max(EMPTY_AT_MOST, filled * PLACES_FOR_A_CELL))


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _old(data: bytes) -> bool:
    stream = _workbook(data)
    at, rows, columns, filled = 0, 0, 0, 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _BEGIN:
            if _too_far(rows * columns, filled):
                return True
            rows, columns, filled = 0, 0, 0
        elif kind in _CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            if column >= _OLD_COLUMNS:
                return True
            if kind not in _BLANKS:
                rows, columns, filled = max(rows, row + 1), max(columns, column + 1), filled + 1
        at += 4 + size
    return _too_far(rows * columns, filled)


def _workbook(data: bytes) -> bytes:
    """The stream of the workbook inside the compound file, b"" when there is none."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    table = _table(data, size)
    folder = b"".join(_sectors(data, table, struct.unpack_from("<I", data, 48)[0], size))
    root, found = 0, (0, 0)
    for at in range(0, len(folder) - 127, 128):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        name = folder[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, long = struct.unpack_from("<II", folder, at + 116)
        if folder[at + 66] == 5:
            root = start
        elif name in ("Workbook", "Book"):
            found = (start, long)
    start, long = found
    if long >= struct.unpack_from("<I", data, 56)[0]:
        return b"".join(_sectors(data, table, start, size))[:long]
    small = b"".join(_sectors(data, table, struct.unpack_from("<I", data, 60)[0], size))
    places = struct.unpack(f"<{len(small) // 4}I", small[: len(small) // 4 * 4])
    inside = b"".join(_sectors(data, table, root, size))
    return b"".join(_pieces(inside, places, start, 64, 0))[:long]


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """Sector -> the next of its chain."""
    holders = [each for each in struct.unpack_from("<109I", data, 76) if each < _END]
    more, seen = struct.unpack_from("<I", data, 68)[0], set()
    while more < _END and more not in seen:
        seen.add(more)
        named = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        holders += [each for each in named[:-1] if each < _END]
        more = named[-1]
    entries: list[int] = []
    for holder in holders:
        entries += struct.unpack_from(f"<{size // 4}I", data, (holder + 1) * size)
    return tuple(entries)


def _sectors(data: bytes, table: tuple[int, ...], start: int, size: int) -> Iterator[bytes]:
    return _pieces(data, table, start, size, size)


def _pieces(
    data: bytes, table: tuple[int, ...], start: int, size: int, skipped: int
) -> Iterator[bytes]:
    """A chain's pieces in order; a chain that bites its tail ends."""
    at, left = start, len(table)
    while at < len(table) and left > 0:
        yield data[at * size + skipped : (at + 1) * size + skipped]
        at, left = table[at], left - 1
