"""Files of results: sent and looked at, taken in, and given back with the refused rows marked."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.copies import Marks, marked_copy
from lachan.formats.labresults import LabFileRefused
from lachan.formats.platecolumns import find_tables
from lachan.formats.sheets import Sheet, read_book
from lachan.sampling import import_words
from lachan.sampling.import_assay import assay_named
from lachan.sampling.import_delivering import (
    Incoming,
    Read,
    begin,
    finish,
    known,
    one_at_a_time,
    opened,
    read,
)
from lachan.sampling.import_taking import Refusal, Tally
from lachan.sampling.models import LabDelivery

#: bytes; above it a file is refused before it is read.
LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file, or would.  `again`: these bytes were taken before; nothing changed,
    and the counts are those of then."""

    delivery: LabDelivery
    refusals: list[Refusal]
    again: bool = False


class _OnlyLooked(Exception):
    """Undo what was written to see what would become of a file."""


def import_results(
    data: bytes,
    *,
    name: str,
    kind: str = "auto",
    dry_run: bool = False,
    by: Principal,
    assay: str = "",
) -> Report:
    """Take a file in, whole, in the caller's transaction; `dry_run` says what would become of it.

    `assay`: "disease/name" of the test whose table reads the cycles, "" where only the file's own
    words are outcomes.  The same bytes again change nothing.  Refused: no_unit, no_assay,
    results_large, and with the reader's own code whatever file cannot be trusted.
    """
    laboratory = one_at_a_time(by)
    incoming = _incoming(data, name, kind, assay)
    row = known(laboratory, incoming.digest)
    if row is not None and row.state != LabDelivery.State.WAITING:
        return Report(row, kept(row), again=True)
    found = _read(incoming)
    try:
        with transaction.atomic(using="default"):
            tally, written = _work(incoming, found, row, laboratory, by)
            if dry_run:
                raise _OnlyLooked
    except _OnlyLooked:
        pass
    except IntegrityError:
        raise Refused(
            "entered_meanwhile",
            _("Somebody entered a result of one of these tubes just now. Send the file again."),
            status=409,
        ) from None
    return Report(written, tally.refusals)


def _work(
    incoming: Incoming, found: Read, row: LabDelivery | None, laboratory: UUID, by: Principal
) -> tuple[Tally, LabDelivery]:
    row = row or begin(incoming, laboratory, by=by)
    row.assay = incoming.assay_name
    return finish(row, found, incoming.assay, by=by), row


def _incoming(data: bytes, name: str, kind: str, assay: str) -> Incoming:
    if len(data) > LARGEST:
        raise Refused("results_large", _("The file is larger than 50 MB. Send it in parts."))
    return Incoming(data, LabDelivery.Way.FILE, name, kind, assay_named(assay), assay)


def _read(incoming: Incoming) -> Read:
    try:
        return read(incoming)
    except LabFileRefused as refused:
        raise Refused(refused.code, import_words.file_reason(refused)) from None


def send(data: bytes, *, name: str, assay: str = "", by: Principal) -> LabDelivery:
    """Keep a file that is read whole, for somebody to look at before it is taken in.

    Refused as `import_results`.
    """
    laboratory = one_at_a_time(by)
    incoming = _incoming(data, name, "auto", assay)
    row = known(laboratory, incoming.digest)
    if row is None:
        _read(incoming)
        return begin(incoming, laboratory, by=by)
    if row.state == LabDelivery.State.WAITING and row.assay != assay:
        row.assay = assay
        row.save(update_fields=["assay"])
    return row


def looked_at(row: LabDelivery, *, by: Principal, dry_run: bool) -> Report:
    """What would become of a waiting delivery, or what does."""
    if row.state != LabDelivery.State.WAITING:
        return Report(row, kept(row), again=True)
    return import_results(opened(row), name=row.file_name, assay=row.assay, dry_run=dry_run, by=by)


def kept(row: LabDelivery) -> list[Refusal]:
    """The rows of a delivery that were refused."""
    rows = row.refusals.order_by("row", "id")
    return [Refusal(each.row, each.tube, each.code, each.detail) for each in rows]


def copy_of(row: LabDelivery, *, only_refused: bool = True) -> tuple[bytes, str]:
    """The same file with its refusals marked, and its name.  Refused: delivery_gone,
    all_rows_taken."""
    return marked(opened(row), row.file_name, row.kind, kept(row), only_refused=only_refused)


def marked(
    data: bytes, name: str, kind: str, refusals: list[Refusal], *, only_refused: bool = True
) -> tuple[bytes, str]:
    """A table with its refused rows marked; of messages a list of what was refused."""
    if not refusals:
        raise Refused("all_rows_taken", _("Every row of this file was taken."))
    reasons: dict[int, str] = {}
    for each in refusals:
        said = import_words.row_reason(each.code, each.detail)
        reasons[each.row] = f"{reasons[each.row]} {said}" if each.row in reasons else said
    stem = PurePath(name).stem or "ket-qua"
    if kind != LabDelivery.Kind.PLATE:
        return _listed(refusals), f"{stem}-can-sua.csv"
    sheet, first_row = _table_of(data, name)
    marks = Marks(
        sheet=sheet.name,
        title=_("Reason"),
        first_row=first_row,
        reasons=reasons,
        wrong=_nothing(reasons),
        only_refused=only_refused,
    )
    copy, ending = marked_copy(data, name, marks)
    return copy, f"{stem}-can-sua{ending}"


def _nothing(reasons: Mapping[int, str]) -> dict[int, list[int]]:
    """No single cell of a refused row is at fault."""
    return {row: [] for row in reasons}


def _table_of(data: bytes, name: str) -> tuple[Sheet, int]:
    """The sheet with the results, and the first row below its header, from 1."""
    for sheet in read_book(data, name):
        for table in find_tables(sheet, None):
            return sheet, table.header + 2
    raise Refused("plate_no_table", import_words.row_reason("plate_no_table"))


def _listed(refusals: list[Refusal]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("Row"), _("Tube"), _("Reason")])
    for each in refusals:
        said = import_words.row_reason(each.code, each.detail)
        writer.writerow([each.row, _harmless(each.tube), said])
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """A number that a spreadsheet would take for a formula."""
    return f"'{text}" if text[:1] in {"=", "@", "+", "-"} else text
