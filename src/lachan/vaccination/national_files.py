"""A file for the national system: CSV and workbook with fixed columns, a manifest with count and
checksum; and the file in which the answers come back.

The layout is this project's own.  It is agreed with nobody: no protocol of the system is public.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.sealing import open_sealed
from lachan.formats.sheets import SheetRefused, read_book, text_of
from lachan.ui.tables import as_xlsx
from lachan.ui.wording import language
from lachan.vaccination.models import NationalFile
from lachan.vaccination.national_fields import columns, optional
from lachan.vaccination.site_fields import fields

FORMAT = "lachan-national-1"
#: bytes
ANSWER_AT_MOST = 10_000_000
#: A moment no zip depends on, so that the same rows are the same bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)

#: Columns of an answer file; the last may be missing.
ANSWER_COLUMNS: tuple[str, ...] = ("file", "entry", "answer", "reason")

ACCEPTED, REFUSED = "accepted", "refused"
_ANSWERS = {"accepted": ACCEPTED, "ok": ACCEPTED, "1": ACCEPTED, "refused": REFUSED, "0": REFUSED}


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of an answer file; `row` is its number there.  `wrong`: why it says nothing."""

    row: int
    file: int
    entry: UUID | None
    answer: str
    reason: str
    wrong: str = ""


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows under the fixed columns: UTF-8, every cell quoted, lines ended with CR LF."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns())
    writer.writerows(rows)
    return text.getvalue().encode()


def digest_of(rows: Iterable[Sequence[str]]) -> str:
    """Checksum of the CSV."""
    return sha256(csv_of(rows)).hexdigest()


def rows_of(file: NationalFile) -> list[list[str]]:
    """The rows as they were written.  Of a person who was erased since only the entry is left."""
    found = []
    for row in file.rows.order_by("position"):
        try:
            cells = open_sealed(row.person_id, bytes(row.sealed))["cells"]
        except Refused:
            cells = [str(row.entry_id), *[""] * (len(columns()) - 1)]
        found.append(cells)
    return found


def name_of(file: NationalFile) -> str:
    """How a file is called, without its ending."""
    return f"tiem-chung-{str(file.organisation)[-6:]}-{file.number:05d}"


def package_of(file: NationalFile) -> bytes:
    """CSV and manifest in one zip: the same rows are the same bytes."""
    content, name = csv_of(rows_of(file)), name_of(file)
    manifest = {
        "format": FORMAT,
        "number": file.number,
        "facility": str(file.organisation),
        "made_at": file.made_at.isoformat(),
        "rows": file.rows_count,
        "columns": list(columns()),
        "file": f"{name}.csv",
        "sha256": file.sha256,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        told = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        for called, data in ((f"{name}.csv", content), ("manifest.json", told)):
            packed.writestr(zipfile.ZipInfo(called, _MOMENT), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook_of(file: NationalFile) -> bytes:
    """The same rows for somebody who uploads a workbook by hand, with readable headings."""
    names = {**fields(), **optional()}
    head = [names[code].name(language()) if code in names else code for code in columns()]
    return as_xlsx(f"{file.number:05d}", head, rows_of(file), widths=[18] * len(head))


def read_answers(data: bytes, name: str) -> list[Answer]:
    """Lines of an answer file: columns file, entry, answer, reason.

    Refused: answers_unreadable.
    """
    if len(data) > ANSWER_AT_MOST:
        raise Refused("answers_unreadable", _unreadable())
    try:
        rows = read_book(data, name)[0].rows
    except SheetRefused:
        raise Refused("answers_unreadable", _unreadable()) from None
    head = [text_of(cell).lower() for cell in rows[0]]
    if not set(ANSWER_COLUMNS[:3]) <= set(head):
        raise Refused("answers_unreadable", _unreadable())
    at: dict[str, int] = {code: head.index(code) for code in ANSWER_COLUMNS if code in head}
    found = []
    for number, row in enumerate(rows[1:], start=2):
        told: dict[str, str] = {code: text_of(row[place]) for code, place in at.items()}
        if any(told.values()):
            found.append(_answer(number, told))
    return found


def _answer(number: int, told: dict[str, str]) -> Answer:
    answer, reason = _ANSWERS.get(told["answer"].lower(), ""), told.get("reason", "")
    try:
        entry: UUID | None = UUID(told["entry"])
    except ValueError:
        entry = None
    file = int(told["file"]) if told["file"].isdecimal() else 0
    wrong = ""
    if entry is None or not file:
        wrong = "no_entry"
    elif not answer:
        wrong = "no_answer"
    elif answer == REFUSED and not reason:
        wrong = "no_reason"
    return Answer(number, file, entry, answer, reason[:200], wrong)


def _unreadable() -> str:
    return _("The file has no columns file, entry, answer and reason: nothing was taken over.")
