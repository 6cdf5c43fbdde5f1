"""Files of visits of which a known part is broken, in every way that files are broken."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

#: Visits a person and a venue have on average.  Assumed: a town's register of two weeks.
VISITS_A_PERSON, VISITS_A_VENUE = 5, 60

CASES = 100

#: Rows made at a time.
BATCH = 50_000

HEADING = "person,venue,start,end,note"

DAYS = [f"2021-07-{day}" for day in range(18, 32)]
CLOCK = [f"{s // 3_600:02}:{s // 60 % 60:02}:{s % 60:02}+07:00" for s in range(86_400)]

Cells = tuple[str, str, str, str]


class Wound(NamedTuple):
    """One way to break a row, and the code with which it must be refused.

    `plain` when the cells are still cells, so that Parquet can hold them.
    """

    code: str
    broken: Callable[[str, str, str, str], str | bytes]
    plain: bool = False


WOUNDS = {
    "another way to write dates": Wound(
        "unreadable_time", lambda p, v, s, e: f"{p},{v},24/07/2021 10:00,{e},", True
    ),
    "no offset": Wound("unreadable_time", lambda p, v, s, e: f"{p},{v},{s[:19]},{e},", True),
    "milliseconds": Wound(
        "unreadable_time", lambda p, v, s, e: f"{p},{v},1627095600000,{e},", True
    ),
    "no such day": Wound(
        "unreadable_time", lambda p, v, s, e: f"{p},{v},2021-06-31{s[10:]},{e},", True
    ),
    "no start": Wound("unreadable_time", lambda p, v, s, e: f"{p},{v},,{e},", True),
    "no time": Wound("unreadable_time", lambda p, v, s, e: f"{p},{v},{s},#N/A,", True),
    "a mark behind a time": Wound("unreadable_time", lambda p, v, s, e: f'{p},{v},{s},{e}",'),
    "end before start": Wound(
        "end_before_start", lambda p, v, s, e: f"{p},{v},{s},2021-07-01{s[10:]},", True
    ),
    "no person": Wound("empty_id", lambda p, v, s, e: f",{v},{s},{e},", True),
    "a venue of spaces": Wound("empty_id", lambda p, v, s, e: f"{p},  ,{s},{e},", True),
    "a quoted nobody": Wound("empty_id", lambda p, v, s, e: f'"",{v},{s},{e},', True),
    "a cell too few": Wound("wrong_field_count", lambda p, v, s, e: f"{p},{v},{s},{e}"),
    "a stray separator": Wound("wrong_field_count", lambda p, v, s, e: f"{p},{v},,{s},{e},"),
    "other separators": Wound("wrong_field_count", lambda p, v, s, e: f"{p};{v};{s};{e};"),
    "half a row": Wound("wrong_field_count", lambda p, v, s, e: f"{p},{v},{s[:7]}"),
    "not UTF-8": Wound(
        "unreadable_row", lambda p, v, s, e: b"B\xe9 " + f"{p},{v},{s},{e},".encode()
    ),
    "half a letter": Wound(
        "unreadable_row", lambda p, v, s, e: f"{p},{v} ".encode() + b"\xe1\xbb," + f"{s},,".encode()
    ),
    "a person not closed": Wound("unclosed_quote", lambda p, v, s, e: f'"{p},{v},{s},{e},'),
    "a venue not closed": Wound("unclosed_quote", lambda p, v, s, e: f'{p},"{v},{s},{e},'),
    "an end not closed": Wound("unclosed_quote", lambda p, v, s, e: f'{p},{v},{s},"{e},'),
    "a note not closed": Wound("unclosed_quote", lambda p, v, s, e: f'{p},{v},{s},{e},"ill'),
}


@dataclass
class Planted:
    """What was written: `refused` are number and code of every broken row, the first is row 1."""

    rows: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def plant(folder: Path, rows: int, broken: float, seed: int, *, plain: bool = False) -> Planted:
    """Write `visits.csv`, `clean.csv` without the broken rows, and `cases.csv`."""
    planted = Planted()
    wounds = [wound for wound in WOUNDS.values() if wound.plain or not plain]
    with (folder / "visits.csv").open("wb") as file, (folder / "clean.csv").open("wb") as clean:
        for target in (file, clean):
            target.write(f"{HEADING}\n".encode())
        for good, lines in batches(rows, broken, seed, wounds, planted):
            file.writelines(lines)
            clean.writelines(good)
    cases = "".join(f"{person(37 * case)},2021-07-20T00:00+07:00,\n" for case in range(CASES))
    (folder / "cases.csv").write_text(f"person,infectious_from,infectious_to\n{cases}", "utf-8")
    return planted


def batches(
    rows: int, broken: float, seed: int, wounds: list[Wound], planted: Planted
) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """The good lines, and all lines, batch by batch."""
    dice, numbers = random.Random(seed), np.random.default_rng(seed)
    for begin in range(0, rows, BATCH):
        good: list[bytes] = []
        lines: list[bytes] = []
        for cells in visits(numbers, min(BATCH, rows - begin), rows):
            planted.rows += 1
            if dice.random() < broken:
                p, v, s, e = cells
                wound = dice.choice(wounds)
                line = wound.broken(p, v, s, e or s)
                lines.append((line.encode() if isinstance(line, str) else line) + b"\n")
                planted.refused.append((planted.rows, wound.code))
            else:
                lines.append(whole(cells, dice.random()).encode())
                good.append(lines[-1])
        yield good, lines


def visits(numbers: np.random.Generator, count: int, rows: int) -> Iterator[Cells]:
    """Cells of good visits: few venues have many visitors; one end in ten is missing."""
    people, venues = max(rows // VISITS_A_PERSON, CASES * 40), max(rows // VISITS_A_VENUE, 5)
    who = numbers.integers(0, people, count).tolist()
    where = (venues * numbers.random(count) ** 2).astype(np.int64).tolist()
    day = numbers.integers(0, len(DAYS), count).tolist()
    start = numbers.integers(6 * 3_600, 20 * 3_600, count).tolist()
    length = numbers.integers(300, 10_000, count).tolist()
    for p, v, d, s, n in zip(who, where, day, start, length, strict=True):
        end = f"{DAYS[d]}T{CLOCK[s + n]}" if n % 10 else ""
        yield person(p), f"Chợ số {v}", f"{DAYS[d]}T{CLOCK[s]}", end


def person(number: int) -> str:
    """A person's identifier; invented."""
    return f"P{number:08}"


def whole(cells: Cells, way: float) -> str:
    """A good line; one in fifty in a way that is unusual and right all the same."""
    p, v, s, e = cells
    if way < 0.98:
        return f"{p},{v},{s},{e},\n"
    if way < 0.99:
        return f'"{p}","{v}","{s}","{e}",""\n'
    if way < 0.995:
        return f'{p},{v},{s},{e},"came, and left"\r\n'
    return f'{p},{v},{s},{e},"said ""ill""\nand left"\n'
