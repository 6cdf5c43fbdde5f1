"""Results in tables: exports of PCR machines and the sheets of a province's laboratories.

Read: QuantStudio and 7500 (Applied Biosystems), CFX (Bio-Rad), LightCycler and cobas z (Roche),
Rotor-Gene (Qiagen), and any table with a column of tubes and one of results or Ct.  A well whose
targets stand in several rows is one result.  A file that is not whole is refused before one row is
read (`platecheck`); a row that is wrong is refused alone, with its number in the file.

An outcome comes from the words of the file, or from an assay's table that the caller gives; cycles
alone never become an outcome here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lachan.formats.assays import Assay, outcome_by
from lachan.formats.labresults import (
    LabFileRefused,
    LabMessage,
    LabResult,
    RowRefused,
    ct_in,
    ct_of,
    outcome_of,
)
from lachan.formats.platecheck import check_letters, check_rows, check_whole
from lachan.formats.platecolumns import PlateTable, find_tables, is_said_of_run
from lachan.formats.platetimes import order_of, read_moment_of
from lachan.formats.sheets import Cell, Sheet, SheetRefused, read_book, text_of
from lachan.formats.vietnamese import fold

#: characters of a tube's label, as `hl7oru.LONGEST_TUBE`.
LONGEST_TUBE = 80
#: Above it Excel has rounded a number's last digits.
_EXACT = 10**15
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_WELL = re.compile(r"([A-P])0?([1-9]|1\d|2[0-4])", re.IGNORECASE)
_CONTROLS = (
    ("extraction", r"(extraction|nec|nc extraction|chung tach( chiet)?|noi chung|hsc)( control)?"),
    ("negative", r"ntc|nc|no template( control)?|neg(ative)?( ctrl| control)?|chung am( tinh)?|"
                 r"chung \(-\)|blank|neg ctrl \d*|mau chung am"),
    ("positive", r"pc|ptc|pos(itive)?( ctrl| control)?|chung duong( tinh)?|pos ctrl \d*|"
                 r"mau chung duong"),
    ("other", r"standard|std( \d+)?|ipc|nac|nrt|quantitation standard|chuan"),
)  # fmt: skip
_CONTROL_PATTERNS = [(kind, re.compile(words + r"( \d+)?")) for kind, words in _CONTROLS]
#: A tube's number is no name of a control.
_NUMBERED = re.compile(r"\d{3}")
_TRUE = frozenset(("true", "yes", "1", "x", "co", "dung"))
#: Rows that are nobody's sample, below a table: totals and signatures.
_NOBODY = re.compile(r"(tong( cong| so)?|cong|nguoi (lap|thuc hien|doc)|ky ten|ghi chu|total)\b.*")


@dataclass(slots=True)
class _Row:
    """One row of the file, read and not yet joined with the others of its well.  `sheet`: its place
    in the workbook; two sheets may hold two plates."""

    sheet: int
    number: int
    well: str
    tube: str
    control: str
    target: str
    ct: dict[str, float | None]
    words: str
    test: str
    at: datetime | None
    machine: str
    run: str


@dataclass(slots=True)
class _Found:
    """What one table gave."""

    rows: list[_Row] = field(default_factory=list)
    refused: list[RowRefused] = field(default_factory=list)


def read_plate(
    data: bytes,
    file_name: str,
    *,
    assay: Assay | None = None,
    roles: Mapping[int, str] | None = None,
) -> LabMessage:
    """The results of a table.  `assay`: what the cycles mean; without it only the file's own words
    give an outcome.  `roles`: column from 0 -> role of `platecolumns.ROLES`, instead of the guess.
    Raises LabFileRefused."""
    check_whole(data, file_name)
    try:
        book = read_book(data, file_name)
    except SheetRefused as broken:
        raise LabFileRefused(broken.code) from None
    for sheet in book:
        check_rows(len(sheet.rows))
        check_letters(cell for row in sheet.rows for cell in row if isinstance(cell, str))
    chosen = _chosen(book, roles)
    sheets = list(dict.fromkeys(id(sheet) for sheet, _table in chosen))
    found = [_read_table(sheets.index(id(sheet)), sheet, table) for sheet, table in chosen]
    refused = [row for each in found for row in each.refused]
    joined = _joined([row for each in found for row in each.rows], refused)
    results = [_result(rows, assay) for rows in joined]
    if not results and not refused:
        raise LabFileRefused("plate_no_rows")
    facts = chosen[0][1].facts
    return LabMessage(
        kind="plate",
        id=facts.get("run", ""),
        sender=facts.get("machine", ""),
        sent_at=_run_time(facts),
        row=chosen[0][1].header + 1,
        results=tuple(results),
        refused=tuple(sorted(refused, key=lambda each: each.row)),
    )


def _chosen(book: list[Sheet], roles: Mapping[int, str] | None) -> list[tuple[Sheet, PlateTable]]:
    """Every table of results, sheet by sheet.  Sheets of one list have one header; of several lists
    one would be left out, so they are refused."""
    found = []
    for sheet in book[:1] if roles else book:
        found += [(sheet, table) for table in find_tables(sheet, roles)]
    if not found:
        raise LabFileRefused("plate_no_table")
    if len({table.signature for _sheet, table in found}) > 1:
        names = dict.fromkeys(sheet.name for sheet, _table in found)
        raise LabFileRefused("plate_several", ", ".join(names)[:80])
    return found


def _read_table(place: int, sheet: Sheet, table: PlateTable) -> _Found:
    found = _Found()
    column = table.columns.get("time", -1)
    times = [row[column] for row in sheet.rows[table.first : table.last]] if column >= 0 else []
    order = order_of(times)
    run_at = _run_time(table.facts)
    named = len([cell for cell in sheet.rows[table.header] if text_of(cell)])
    wide = max((at for at, cell in enumerate(sheet.rows[table.header]) if text_of(cell)), default=0)
    for at in range(table.first, table.last):
        row = sheet.rows[at]
        filled = [column for column, cell in enumerate(row) if text_of(cell)]
        if not filled or _is_nobody([row[column] for column in filled]):
            continue
        read = _read_row(place, at + 1, row, table, order, run_at)
        if max(filled) > wide and named > 1:
            tube = read.tube
            read = RowRefused(at + 1, "row_wide", f"{max(filled) + 1} > {wide + 1}", tube)
        if isinstance(read, RowRefused):
            found.refused.append(read)
        elif read.tube or read.control or read.ct or read.words:
            found.rows.append(read)
    return found


def _is_nobody(filled: list[Cell]) -> bool:
    """A signature, a total, a line about the run."""
    words = len(filled) <= 3 and _NOBODY.fullmatch(fold(text_of(filled[0])))
    return bool(words) or is_said_of_run(filled)


def _read_row(
    place: int,
    number: int,
    row: Sequence[Cell],
    table: PlateTable,
    order: str,
    run_at: datetime | None,
) -> _Row | RowRefused:
    def cell(role: str) -> Cell:
        at = table.columns.get(role, -1)
        return row[at] if 0 <= at < len(row) else None

    written = text_of(cell("tube"))
    tube = written[:LONGEST_TUBE]
    control = _control(text_of(cell("task")), written)
    if fold(text_of(cell("omit"))) in _TRUE:
        return RowRefused(number, "well_omitted", text_of(cell("well")), tube)
    problem = _tube_problem(cell("tube"), written)
    if problem:
        return RowRefused(number, problem, written[:40], tube)
    try:
        well = _well(text_of(cell("well")), number)
        cycles = _cycles(row, table, text_of(cell("target")))
        at = read_moment_of(cell("time"), order) or run_at
    except _RowProblem as wrong:
        return RowRefused(number, wrong.code, wrong.detail, tube)
    except ValueError as error:
        code = "time_ambiguous" if str(error) == "ambiguous" else "time_unreadable"
        return RowRefused(number, code, text_of(cell("time"))[:40], tube)
    words = text_of(cell("result"))
    rose = any(each is not None for each in cycles.values())
    if not tube and not control:
        if rose or words:
            return RowRefused(number, "tube_missing", well)
        return _Row(place, number, well, "", "", "", {}, "", "", None, "", "")
    if not words and not cycles:
        return RowRefused(number, "result_missing", "", tube)
    return _Row(
        sheet=place,
        number=number,
        well=well,
        tube=tube,
        control=control,
        target=text_of(cell("target")) or table.facts.get("channel", ""),
        ct=cycles,
        words=words,
        test=text_of(cell("test")),
        at=at,
        machine=text_of(cell("machine")) or table.facts.get("machine", ""),
        run=text_of(cell("run")) or table.facts.get("run", ""),
    )


class _RowProblem(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def _tube_problem(cell: Cell, written: str) -> str:
    if isinstance(cell, float) and (abs(cell) >= _EXACT or not cell.is_integer()):
        return "tube_unreadable"
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= _EXACT:
        return "tube_unreadable"
    if isinstance(cell, datetime) or _ROUNDED.fullmatch(written):
        return "tube_unreadable"
    return "tube_long" if len(written) > LONGEST_TUBE else ""


def _well(text: str, number: int) -> str:
    """ "A1" to "P24"; a number of a ring or a list is no place on a plate and stays what it is."""
    if not text or text.isdecimal():
        return text
    found = _WELL.fullmatch(text.replace(" ", ""))
    if not found:
        raise _RowProblem("well_unreadable", text[:20])
    return found[1].upper() + found[2]


def _cycles(row: Sequence[Cell], table: PlateTable, target: str) -> dict[str, float | None]:
    named = target or table.facts.get("channel", "")
    found: dict[str, float | None] = {}
    for at, own in table.cts:
        cell = row[at] if at < len(row) else None
        text = text_of(cell)
        if not text and "result" in table.columns:
            continue  # nobody wrote one; a machine without a verdict leaves it empty for none
        try:
            found[own or named] = ct_of(text)
        except ValueError:
            raise _RowProblem("ct_unreadable", text[:40]) from None
    return found


def _control(task: str, tube: str) -> str:
    for text in (task, tube):
        if not text or _NUMBERED.search(text):
            continue
        folded = fold(text.replace("(-)", " am ").replace("(+)", " duong ").replace("-", " "))
        for kind, pattern in _CONTROL_PATTERNS:
            if folded and pattern.fullmatch(folded):
                return kind
    return ""


def _joined(rows: list[_Row], refused: list[RowRefused]) -> Iterator[list[_Row]]:
    """Rows of one well are one result: same well, same tube, other targets.  A table without wells
    joins a tube's rows only where every row names a target."""
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for row in rows:
        sheet = str(row.sheet)
        key: tuple[str, ...] = (sheet, row.well, row.tube, row.run)
        if not row.well and (not row.target or len(row.ct) != 1):
            key = (sheet, str(row.number), row.tube, row.run, "row")
        before = groups.setdefault(key, [])
        if before and any(row.target == each.target for each in before):
            refused.append(
                RowRefused(row.number, "well_twice", f"{row.well} {row.target}", row.tube)
            )
            continue
        before.append(row)
    yield from groups.values()


def _result(rows: list[_Row], assay: Assay | None) -> LabResult:
    first = rows[0]
    cycles: dict[str, float | None] = {}
    for row in rows:
        cycles |= row.ct
    words = list(dict.fromkeys(row.words for row in rows if row.words))
    outcome = outcome_of(words[0]) if len(words) == 1 else ""
    if assay is not None and not first.control:
        worked_out = outcome_by(assay, cycles)
        if worked_out and words and outcome not in ("", worked_out):
            outcome = ""  # the file's word against the assay's table: a person decides
        else:
            outcome = worked_out or outcome
    rose = {target: each for target, each in cycles.items() if each is not None}
    named = {**ct_in(words[0]), **rose} if len(words) == 1 else rose
    return LabResult(
        tube=first.tube,
        test=assay.test if assay else first.test,
        test_name=first.test or (assay.name if assay else ""),
        outcome=outcome,
        value=_told(rows, words),
        ct=named,
        observed_at=first.at,
        status="final",
        message=first.run,
        row=first.number,
        well=first.well if not first.well.isdecimal() else "",
        control=first.control,
        machine=first.machine,
        run=first.run,
    )


def _told(rows: list[_Row], words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    if words:
        return "; ".join(f"{row.target}: {row.words}".strip(": ") for row in rows if row.words)
    told = [
        f"{target} {'–' if cycles is None else format(cycles, 'g')}".strip()
        for row in rows
        for target, cycles in row.ct.items()
    ]
    return "Ct " + "; ".join(told)


def _run_time(facts: Mapping[str, str]) -> datetime | None:
    for key in ("end", "start"):
        text = facts.get(key, "")
        # Bio-Rad writes "02/11/2026 07:10:16 UTC" with the month first in every country.
        order = "month" if text.endswith("UTC") else ""
        try:
            at = read_moment_of(text, order)
        except ValueError:
            continue
        if at is not None:
            return at
    return None
