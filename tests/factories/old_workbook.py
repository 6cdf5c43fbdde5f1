"""A workbook in the format of Excel 97 (.xls), which no library in use writes any more.

BIFF8 records in one stream of a compound file.  Sources: [MS-XLS] and [MS-CFB].
"""

import struct
from collections.abc import Iterable, Sequence

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SIZE = 512


def old_workbook(rows: Iterable[Sequence[str | float]]) -> bytes:
    """The bytes of a workbook with one sheet."""
    stream = _stream(list(rows))
    return _compound(stream.ljust(max(4096, -(-len(stream) // _SIZE) * _SIZE), b"\x00"))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _stream(rows: list[Sequence[str | float]]) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    page = _record(0x0042, struct.pack("<H", 1200))
    name = "Results"
    sheet_at = len(begin) + len(page) + 4 + 8 + len(name) + 4
    bound = struct.pack("<IBBBB", sheet_at, 0, 0, len(name), 0) + name.encode()
    head = begin + page + _record(0x0085, bound) + _record(0x000A, b"")
    width = max(map(len, rows), default=0)
    cells = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)),
        _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)),
    ]
    for at, row in enumerate(rows):
        cells += [_cell(at, column, value) for column, value in enumerate(row) if value != ""]
    return head + b"".join(cells) + _record(0x000A, b"")


def _cell(row: int, column: int, value: str | float) -> bytes:
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        told = struct.pack("<HHHHB", row, column, 0, len(value), 1) + text
        return _record(0x0204, told)
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def _compound(stream: bytes) -> bytes:
    sectors = len(stream) // _SIZE
    tables = 1
    while tables * (_SIZE // 4) < tables + 1 + sectors:
        tables += 1
    first = tables + 1
    chain = [*range(first + 1, first + sectors), _END]
    entries = [_TABLE] * tables + [_END] + chain
    entries += [_FREE] * (tables * (_SIZE // 4) - len(entries))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        b"", 0, tables, tables, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    entry = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, first, len(stream))
    folder = entry.ljust(_SIZE, b"\x00")
    return header + struct.pack(f"<{len(entries)}I", *entries) + folder + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text), kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, start,
        size,
    )  # fmt: skip
