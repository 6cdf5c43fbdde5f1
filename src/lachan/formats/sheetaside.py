"""Workbooks of the older formats (.xls, .ods), read in a process of their own.

The library that reads them believes what the file says of its size before it looks: a damaged .xls
of 9 kB asks for gigabytes at once, which ends the process, and an .ods says "a million times" in
ten letters.  Here the process that ends is one that nobody waits for: it has a little memory, a
little time, and gives back plain JSON.
"""

import json
import subprocess
import sys
from datetime import date, datetime, time
from typing import Any

#: bytes; a full sheet of 65,536 rows and 30 columns takes about 500 MB with its interpreter.
MEMORY = 1_500_000_000
#: Seconds of a processor, and seconds on the clock of a machine that is busy.
PROCESSOR, PATIENCE = 20, 60.0
#: How a date or a time crosses, and how it is read again.
_TIMES: dict[str, Any] = {"datetime": datetime, "date": date, "time": time}


class ReadAside(Exception):
    """It gave no sheets; `code` is one of those of `sheets.SheetRefused`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_aside(data: bytes) -> list[dict[str, Any]]:
    """Sheets as {"name", "rows", "merged"}.  Raises ReadAside: the reader's own code, sheet_large
    where its time was over, sheet_broken where it ended otherwise."""
    command = [sys.executable, "-m", "lachan.formats.sheetaside"]
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise ReadAside("sheet_large") from None
    if done.returncode != 0:
        raise ReadAside("sheet_broken")
    told = json.loads(done.stdout, object_hook=_time_again)
    if isinstance(told, str):
        raise ReadAside(told)
    sheets: list[dict[str, Any]] = told
    return sheets


def _time_again(told: dict[str, Any]) -> Any:
    for name, kind in _TIMES.items():
        if name in told:
            return kind.fromisoformat(told[name])
    return told


def _said(cell: object) -> dict[str, str]:
    """A cell that JSON has no word for."""
    for name, kind in _TIMES.items():
        if isinstance(cell, kind):
            return {name: cell.isoformat()}
    raise TypeError(type(cell).__name__)


def main() -> None:
    """Read one workbook from what is piped in, within the limits; only for `read_aside`."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from lachan.formats.sheets import SheetRefused, of_workbook

    told: Any
    try:
        told = [
            {
                "name": sheet.name,
                "rows": sheet.rows,
                "merged": [[m.top, m.left, m.bottom, m.right] for m in sheet.merged],
            }
            for sheet in of_workbook(sys.stdin.buffer.read())
        ]
    except SheetRefused as refused:
        told = refused.code
    sys.stdout.write(json.dumps(told, default=_said))


if __name__ == "__main__":
    main()
