"""Reading into arrays against reading row by row, on files with everything that goes wrong."""

import io
import random
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lachan.config.commands.tracefiles import columnar
from lachan.config.commands.tracefiles.columnar import Columns
from lachan.config.commands.tracefiles.reading import COLUMNS, Evidence, Refusal
from lachan.engine import naming
from lachan.engine.dtypes import OPEN

Row = tuple[str | int | None, ...]
Read = tuple[list[Row], list[Refusal], bool, dict[str, int]]

#: Cells of names; the first few are what most cells hold.
NAMES = [
    *(b"a", b"b", b"P1", b"v", b"P 1", b'a"b', "Bé".encode(), "中".encode(), "Ê".encode()),
    *(b"\x00a", b'"a"', b'"P1"', b'"a,b"', b'"a;b"', b'"a\nb"', b'"a\r\nb"', b'"a""b"', b'""'),
    *(b'"a"b', b'" "', b"", b" ", b"\xc2\xa0", b"\xe3\x80\x80", b"\x1f", b"\x00", b"\x7f"),
    *("\ufeff".encode(), "\U0001f637".encode(), b"\xc3", b"\xc3(", b"\xed\xa0\x80"),
    *(b"\xe0\x80\x80", b"\xf4\x90\x80\x80", b"\xf5aaa", b"a\xff", b'"a', b'a"', b'"', b'"""'),
    *(b'"a""', b"\xf0\x8f\x80\x80", b"\xe1\xbb\x87"),
]
#: A thousand of them are as long as a cell may be.
LINE = b"a" * 999 + b"\n"
DAYS = (
    *("2021-07-24", "2020-02-29", "2021-02-29", "1900-02-29", "2000-02-29", "2021-04-31"),
    *("2021-00-10", "2021-13-10", "2021-07-00", "1970-01-01", "0001-01-01", "9999-12-31"),
    *("20210724", "2021-W29-6", "2021/07/24", "202a-07-24"),
)
HOURS = (
    *("T10:00:00", " 10:00", "t10:00:00", "T10:00:00.5", "T10:00:00.000", "T23:59:59.900001"),
    *("T10:00:00.1234567", "T10:00:00,5", "T24:00:00", "T10:60:00", "T10:00:60", "X10:00:00"),
    *("T10:00:00.", "T10:00:", "T1a:00:00", "T10", "T100000", "", "T10-00"),
)
OFFSETS = (
    *("+07:00", "Z", "z", "+07", "-0330", "+00:00", "-00:00", "", "+24:00", "+07:60", " +07:00"),
    *("+07-00", "+7", "+07:00:00", "+-7:00"),
)
#: Cells of times.
TIMES = [
    *(b"0", b"60", b"5", b"1627095600", b"-5", b"+5", b"1627095600.0", b"5.", b"5.5", b"-0"),
    *(b"007", b"1627095600000", b"253402300799", b"253402300800", b"-62135596800", b"- 5"),
    *(b"-62135596801", b"9" * 15, b"9" * 16, b"-", b".0", b"5.00", b"yesterday", b"", b" "),
    *(b" 5 ", b'"5"', b'"5', b"\xd9\xa5", b"5\xc2\xa0", b"5\x00"),
    *("".join(parts).encode() for parts in product(DAYS, HOURS, OFFSETS)),
]


def random_file(kind: str, seed: int) -> bytes:
    """A file of a few rows, most of them whole, some with a wound in any place."""
    dice = random.Random(seed)
    separator = dice.choice((b",", b",", b";", b"\t"))
    end = dice.choice((b"\n", b"\n", b"\r\n", b"\r"))
    columns = [name.encode() for name in COLUMNS[kind]]
    columns += [b"other"] * dice.randrange(2)
    dice.shuffle(columns)
    lines = [separator.join(columns)]
    for _ in range(dice.randrange(12)):
        line = separator.join(cell(dice, column) for column in columns)
        if dice.random() < 0.15:
            place = dice.randrange(len(line) + 1)
            wound = dice.choice((b'"', b",", b";", b"\n", b"\r", b"\xe9", b"\x00", b"\n\n", b""))
            line = line[:place] + wound + line[place + dice.randrange(2) :]
        lines.append(line)
    bom = dice.choice((b"", b"", b"\xef\xbb\xbf"))
    return bom + end.join(lines) + dice.choice((b"", end, end + end))


def cell(dice: random.Random, column: bytes) -> bytes:
    if column not in {b"start", b"end", b"infectious_from", b"infectious_to"}:
        return dice.choice(NAMES[: 4 if dice.random() < 0.6 else None])
    return dice.choice(TIMES[: 4 if dice.random() < 0.6 else 29 if dice.random() < 0.5 else None])


def by_rows(kind: str, data: bytes) -> Read:
    evidence = Evidence(stdin=io.BytesIO(data))
    evidence.read(kind, "-")
    rows = sorted(evidence.maker(kind).rows, key=repr)
    return rows, list(evidence.refusals), evidence.iso, evidence.counts()


def by_columns(kind: str, data: bytes, chunk: int) -> Read:
    columns = Columns(io.BytesIO(data), chunk=chunk)
    columns.read(kind, "-")
    rows = sorted(rows_of(columns, kind), key=repr)
    return rows, list(columns.refusals), columns.iso, columns.counts()


def rows_of(columns: Columns, kind: str) -> Sequence[Row]:
    second = columns.venues if kind == "visits" else columns.people
    found: list[Row] = []
    for block in columns.blocks[kind]:
        names = [naming.texts_of(columns.people, block.first.tolist())]
        if kind != "cases":
            names.append(naming.texts_of(second, block.second.tolist()))
        up = block.up if kind == "cases" else np.zeros_like(block.up)
        ends = [None if end == OPEN else end for end in (block.end + up).tolist()]
        found += zip(*names, block.start.tolist(), ends, strict=True)
    return found


@pytest.mark.parametrize("kind", list(COLUMNS))
@settings(max_examples=1_500, deadline=None, database=None)
@given(st.integers(0, 2**48), st.integers(1, 80))
def test_it_reads_what_is_read_row_by_row(kind: str, seed: int, chunk: int) -> None:
    file = random_file(kind, seed)

    assert by_columns(kind, file, chunk) == by_rows(kind, file)


@settings(max_examples=500, deadline=None, database=None)
@given(st.binary(max_size=60), st.integers(1, 40))
@example(b'"' + b"a" * 1_000_001 + b",v,1,2\nb,v,1,2", 4_096)
@example(b'c,v,1,2\n"' + LINE * 1_001 + b'",v,1,2\nb,v,1,2', 1 << 20)
@example(b'c,v,1,2\n"' + LINE * 999 + b'",v,1,2\nb,v,1,2\n"', 1 << 20)
@example("é".encode() * 1_000_000 + b",v,1,2\nb,v,1,2", 1 << 20)
@example("é".encode() * 1_000_001 + b",v,1,2\nb,v,1,2\n" + b'"c"' * 9, 1 << 20)
def test_it_reads_any_bytes_as_they_are_read_row_by_row(tail: bytes, chunk: int) -> None:
    file = b"person,venue,start,end\n" + tail

    assert by_columns("visits", file, chunk) == by_rows("visits", file)


def test_it_reads_many_rows_as_they_are_read_row_by_row() -> None:
    dice = random.Random(7)
    rows = [
        b",".join(cell(dice, column) for column in (b"person", b"venue", b"start", b"end"))
        if dice.random() < 0.1
        else b"P%d,v%d,%d," % (dice.randrange(9_000), dice.randrange(700), dice.randrange(10**9))
        for _ in range(60_000)
    ]
    file = b"person,venue,start,end\n" + b"\n".join(rows)

    read = by_columns("visits", file, 1 << 16)

    assert read == by_rows("visits", file)
    assert len(read[0]) > 54_000
    assert {refusal.code for refusal in read[1]} == {
        *("unreadable_row", "unclosed_quote", "wrong_field_count"),
        *("empty_id", "unreadable_time", "end_before_start"),
    }


def test_it_hands_over_rows_in_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "WAITING", 3)
    monkeypatch.setattr(columnar, "BLOCK", 8)
    file = b"a,b,start,end\n" + b"".join(
        b"%s%d,q,%d,99\n" % (b"" if row % 3 else b'"a""', row, row)
        + (b'"\n' if row % 7 == 0 else b"")
        for row in range(60)
    )
    usual = by_columns("encounters", file, 30)

    assert usual == by_rows("encounters", file)
    assert len(usual[0]) > 30


def test_it_reads_parquet_as_it_is_read_row_by_row(tmp_path: Path) -> None:
    path = str(tmp_path / "v.parquet")
    odd = [
        "a",
        "",
        " ",
        'a"b',
        '"',
        "a,b",
        "a\nb",
        "a\r\nb",
        "\r",
        "é",
        "'",
        "NULL",
        "\\",
        "#",
        None,
    ]
    with duckdb.connect() as connection:
        connection.execute(
            'CREATE TABLE v(person TEXT, venue TEXT, start DOUBLE, "end" TIMESTAMPTZ)'
        )
        for number, name in enumerate(odd):
            connection.execute(
                "INSERT INTO v VALUES (?, ?, ?, TIMESTAMPTZ '2021-07-24 10:00:00.25+07')",
                [name, odd[-1 - number], number if number % 5 else number / 4],
            )
        connection.execute(f"COPY v TO '{path}'")
    evidence, columns = Evidence(), Columns()

    evidence.read("visits", path)
    columns.read("visits", path)

    assert sorted(rows_of(columns, "visits"), key=repr) == sorted(evidence.visits, key=repr)
    assert list(columns.refusals) == list(evidence.refusals)
    assert len(evidence.visits) >= 5 <= len(columns.refusals)
