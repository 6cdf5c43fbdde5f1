"""Rule tables that are both test and documentation: drawn in ASCII, read here, printed into docs.

A table is a header line, a line of dashes and one line per case; columns are parted by `|`.
A blank cell or `–` means "not known" or "none".
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: A blank cell, or this sign, stands for nothing.
NOTHING = "–"


def read(table: str) -> list[dict[str, str]]:
    """The rows of a drawn table, by column; a row of another width is a fault of the drawing."""
    lines = [line.strip() for line in table.strip().splitlines()]
    header = _cells(lines[0])
    if set(lines[1]) - set("-+ "):
        raise ValueError(f"the line under the header must be dashes: {lines[1]!r}")
    rows = [_cells(line) for line in lines[2:] if line]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} columns: {row}")
    return [dict(zip(header, row, strict=True)) for row in rows]


def known(cell: str) -> str | None:
    """The cell's words, None where it stands for nothing."""
    return None if cell in {"", NOTHING} else cell


def markdown(title: str, table: str) -> str:
    """The same table as a chapter of a document."""
    rows = read(table)
    columns = list(rows[0])
    lines = [f"### {title}", "", _line(columns), _line(["---"] * len(columns))]
    lines += [_line([row[column] for column in columns]) for row in rows]
    return "\n".join(lines) + "\n"


def between_markers(document: str, name: str, text: str) -> str:
    """The document with `text` between the markers of `name`."""
    begin, end = f"<!-- spec: {name} -->", "<!-- end of spec -->"
    head, rest = document.split(begin, 1)
    _old, tail = rest.split(end, 1)
    return f"{head}{begin}\n\n{text}\n{end}{tail}"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
