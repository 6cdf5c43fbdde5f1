"""Exposures read by columns: the same answer as row by row, sooner for millions of rows.

Only files whose rows can be numbered without reading them twice are read this way: Parquet, and
CSV without quotation marks and empty lines.  Rows that cannot be used at once are handed back as
texts, to be judged by the same function as any other row.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lachan.config.commands.tracefiles.sources import as_text, found, is_parquet
from lachan.config.commands.zonefiles.rows import EXPOSURE_COLUMNS, RowRefusedError, risk_of
from lachan.engine.dtypes import Ints

if TYPE_CHECKING:
    import duckdb

#: From this size a CSV file is read by columns, in bytes.
LARGE = 8_000_000

#: How much is looked at in one piece, in bytes.
PIECE = 1 << 22

#: Risks the database reads exactly as `risk_of` does.
PLAIN = r"\d{1,6}(\.\d{1,6})?"

#: Texts of which `str.strip` leaves nothing.
BLANK = (
    r"[\s\x0B\x1C-\x1F\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}"
    r"\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]*"
)


class Columns(NamedTuple):
    """Usable rows as arrays, and `(row, cells)` of all others."""

    person: Ints
    place: Ints
    risk: Ints
    people: int
    doubtful: list[tuple[int, Sequence[str]]]


def worth_it(path: str) -> bool:
    """Whether the file is Parquet or large."""
    file = Path(path)
    return file.is_file() and (is_parquet(path) or file.stat().st_size >= LARGE)


def read(path: str, places: Sequence[str]) -> Columns | None:
    """The exposures of `path`; None when it must be read row by row."""
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        try:
            load = load_parquet if is_parquet(path) else load_csv
            if not load(connection, path):
                return None
            return numbered(connection, places)
        except duckdb.Error:
            return None


def load_csv(connection: "duckdb.DuckDBPyConnection", path: str) -> bool:
    """Table `rows` (row, person, place, risk) of a CSV file; False when it is not plain."""
    lines = plain_lines(path)
    if lines is None:
        return False
    with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        heading = file.readline()
    separator = max(",;\t", key=heading.count)
    names = [name.strip().lower() for name in next(csv.reader([heading], delimiter=separator))]
    wanted = [f"coalesce(c{found(column, names)}, '')" for column in EXPOSURE_COLUMNS]
    kinds = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(names)))
    connection.execute(
        f"""CREATE TABLE rows AS
            SELECT row_number() OVER () + 1 AS row,
                   {wanted[0]} AS person, {wanted[1]} AS place, {wanted[2]} AS risk
            FROM read_csv(?, delim = '{separator}', header = false, skip = 1,
                          auto_detect = false, quote = '', escape = '', columns = {{{kinds}}})""",
        [path],
    )
    [count] = connection.execute("SELECT count(*) FROM rows").fetchall()[0]
    return bool(count == lines - 1)


def plain_lines(path: str) -> int | None:
    """How many lines a file has; None when a line may not be a row, or a row not a line."""
    lines, last = 0, b"\n"
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            joined = last + piece
            if b'"' in piece or b"\n\n" in joined or b"\r" in piece or b"\0" in piece:
                return None
            lines += piece.count(b"\n")
            last = piece[-1:]
    return lines + (last != b"\n")


def load_parquet(connection: "duckdb.DuckDBPyConnection", path: str) -> bool:
    """Table `rows` of a Parquet file."""
    table = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    names = [name.lower() for name, *_ in table]
    cells = [as_text(*table[found(column, names)][:2]) for column in EXPOSURE_COLUMNS]
    connection.execute(
        f"""CREATE TABLE rows AS
            SELECT file_row_number + 1 AS row,
                   {cells[0]} AS person, {cells[1]} AS place, {cells[2]} AS risk
            FROM read_parquet(?, file_row_number = true)""",
        [path],
    )
    return True


def numbered(connection: "duckdb.DuckDBPyConnection", places: Sequence[str]) -> Columns:
    """Usable rows with numbers for texts; texts are compared by code point."""
    name_places(connection, places)
    name_risks(connection)
    connection.execute(
        """CREATE TABLE usable AS
           SELECT person, p.number AS place, coalesce(r.value, plain) AS risk, row
           FROM (SELECT *, CASE WHEN regexp_full_match(risk, ?)
                           THEN (risk::DECIMAL(18, 6) * 1000000)::BIGINT END AS plain FROM rows)
           JOIN places p ON p.name = place
           LEFT JOIN risks r ON r.text = risk
           WHERE NOT regexp_full_match(person, ?) AND coalesce(r.value, plain) IS NOT NULL""",
        [PLAIN, BLANK],
    )
    connection.execute(
        """CREATE TABLE people AS
           SELECT person, row_number() OVER (ORDER BY person) - 1 AS number
           FROM (SELECT DISTINCT person FROM usable)"""
    )
    doubtful = connection.execute(
        "SELECT row, person, place, risk FROM rows ANTI JOIN usable USING (row) ORDER BY row"
    ).fetchall()
    [people] = connection.execute("SELECT count(*) FROM people").fetchall()[0]
    arrays = connection.execute(
        """SELECT number::BIGINT AS person, place, risk::BIGINT AS risk
           FROM usable JOIN people USING (person)"""
    ).fetchnumpy()
    person, place, risk = (arrays[column].astype("int64") for column in EXPOSURE_COLUMNS)
    return Columns(person, place, risk, people, [(row, cells) for row, *cells in doubtful])


def name_places(connection: "duckdb.DuckDBPyConnection", places: Sequence[str]) -> None:
    """Table `places` (name, number)."""
    connection.execute(
        "CREATE TABLE places AS SELECT unnest(?::VARCHAR[]) AS name, unnest(range(?)) AS number",
        [list(places), len(places)],
    )


def name_risks(connection: "duckdb.DuckDBPyConnection") -> None:
    """Table `risks` (text, value): the readable ones that are not plain, read by `risk_of`."""
    texts = connection.execute(
        "SELECT DISTINCT risk FROM rows WHERE NOT regexp_full_match(risk, ?)", [PLAIN]
    ).fetchall()
    known: list[tuple[str, int]] = []
    for [text] in texts:
        try:
            known.append((text, risk_of(text)))
        except RowRefusedError:
            continue
    connection.execute(
        "CREATE TABLE risks AS SELECT unnest(?::VARCHAR[]) AS text, unnest(?::BIGINT[]) AS value",
        [[text for text, _ in known], [value for _, value in known]],
    )
