"""Sentences about deliveries: what each reason means and what to do, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.formats.labresults import LabFileRefused
from lachan.sampling import bench_words
from lachan.sampling.bench_words import cycles
from lachan.sampling.models import DeliveryRow, LabDelivery
from lachan.ui.wording import in_english, number

#: Codes whose detail is the sender's own words; others say in English what a programmer asks.
_SENDERS_WORDS = frozenset({"plate_several", "plate_columns", "sheet_reencoded", "unknown_kind"})


def file_reason(refused: LabFileRefused) -> str:
    """Why a file was refused whole."""
    told = in_english() or refused.code in _SENDERS_WORDS
    return row_reason(refused.code, refused.detail if told else "")


def row_reason(code: str, detail: str = "") -> str:
    """Why a row, a message or a file was not taken, with the sender's own words."""
    known = _of_the_register() | _of_the_row() | _of_the_file()
    said = known.get(code) or _("It cannot be read: report it with the file.")
    return f"{said} ({detail})" if detail else said


def _of_the_register() -> dict[str, str]:
    return {
        "unknown_tube": _("No tube with this code was sent to this laboratory."),
        "other_disease": _("The test is of another disease than the tube's. Nothing was entered."),
        "test_unknown": _(
            "The rulebook does not know this test as one of the tube's disease. Have its code"
            " entered there, or key the result by hand."
        ),
        "result_differs": _("The tube has another result. Look at both; nothing was overwritten."),
        "result_released": _(
            "The tube's result was released already. Amend or withdraw it by hand."
        ),
        "result_preliminary": _("The result is preliminary: the final one is waited for."),
        "result_cancelled": _("The sender took this result back."),
        "outcome_unknown": _("These words are no outcome that is known here. Key it by hand."),
        "controls_failed": _("A control of this run is wrong in the file itself: run it again."),
        "run_invalid": _("The controls of this tube's run failed: run it again."),
        "run_not_judged": _("Read the controls of this tube's plate first."),
        "different_content": _("A message with this number came before with other content."),
    }


def _of_the_row() -> dict[str, str]:
    tube = _("The tube's number is missing or cannot be read. Format the column as text.")
    status = _("Nobody says whether the result is final.")
    value = _("There is no result that can be read.")
    time = _("The time cannot be read, or means one of two days.")
    well = _("The well is wrong, stands twice or was left out.")
    return {
        **dict.fromkeys(("tube_missing", "tube_unreadable", "tube_long"), tube),
        **dict.fromkeys(("status_missing", "status_unknown"), status),
        **dict.fromkeys(("result_missing", "value_unreadable", "value_attached"), value),
        **dict.fromkeys(("time_unreadable", "time_ambiguous"), time),
        **dict.fromkeys(("well_unreadable", "well_omitted", "well_twice"), well),
        "ct_unreadable": _("The Ct value is neither a number of cycles nor a word for none."),
        "row_wide": _("The row has more cells than the header."),
        "test_missing": _("No test is named."),
    }


def _of_the_file() -> dict[str, str]:
    cut = _("The file is cut off: rows may be missing. Copy or export it again.")
    saved = _("Another program saved or renamed the file. Export it again from the machine.")
    opened = _("The file cannot be opened. Export it again, without a password.")
    large = _("The file is too large. Send it in parts.")
    empty = _("There is no result in it.")
    columns = _("The tables or columns are not clear: save one table of results as a file.")
    message = _("The message is damaged or no result message. Its sender must mend it.")
    letters = _("Letters were destroyed when the file was saved: export it as UTF-8.")
    return {
        **dict.fromkeys(("sheet_truncated", "sheet_full", "hl7_truncated"), cut),
        **dict.fromkeys(("astm_truncated", "hl7_batch_count", "astm_sequence"), cut),
        **dict.fromkeys(("sheet_renamed", "sheet_kind", "unknown_kind"), saved),
        **dict.fromkeys(("sheet_broken", "sheet_locked"), opened),
        **dict.fromkeys(("too_large", "sheet_large", "mllp_oversize"), large),
        **dict.fromkeys(("empty", "sheet_empty", "plate_no_rows", "hl7_no_results"), empty),
        **dict.fromkeys(("astm_no_results",), empty),
        **dict.fromkeys(("plate_no_table", "plate_several", "plate_columns"), columns),
        **dict.fromkeys(("hl7_header", "hl7_version", "hl7_no_id", "hl7_batch_shape"), message),
        **dict.fromkeys(("hl7_segment", "hl7_not_results", "astm_header"), message),
        **dict.fromkeys(("astm_frame", "astm_record", "mllp_cut", "mllp_stray"), message),
        **dict.fromkeys(("sheet_reencoded", "charset_unknown", "charset_broken"), letters),
    }


def against(rows: Iterable[DeliveryRow]) -> list[tuple[DeliveryRow, str, str]]:
    """What was sent against a tube's result: the row, its outcome and its cycles in words."""
    return [
        (row, bench_words.outcome(row.outcome) if row.outcome else row.value, cycles(row.ct))
        for row in rows
    ]


def counted(row: LabDelivery) -> dict[str, Any]:
    """Rows = what became of them, for the sum of a page; kinds of which there is none are left
    out."""
    parts = [
        (_("new results"), row.taken),
        (_("known already"), row.repeated),
        (_("corrected"), row.corrected),
        (_("controls"), row.controls),
        (_("refused"), row.refused),
    ]
    shown = [part for part in parts if part[1]] or parts[:1]
    terms: list[dict[str, Any]] = [{"n": row.rows, "label": _("rows")}]
    for at, (label, count) in enumerate(shown):
        terms.append({"op": "+" if at else "=", "n": count, "label": label})
    return {"terms": terms}


def in_a_sentence(row: LabDelivery, *, waits: bool) -> str:
    """What would become of a file that `waits`, or what became of it, for whoever reads only one
    line.  `row` has the counts, of a dry run too."""
    parts = [_nothing_new(waits)]
    if new := row.taken + row.corrected:
        parts = [_new(new, waits)]
    if row.repeated:
        parts.append(
            ngettext(
                "%(count)s row says what is known already.",
                "%(count)s rows say what is known already.",
                row.repeated,
            )
            % {"count": number(row.repeated)}
        )
    if row.refused:
        parts.append(_refused(row.refused, waits))
    return " ".join(parts)


def _nothing_new(waits: bool) -> str:
    return _("No result would be entered.") if waits else _("No result was entered.")


def _new(count: int, waits: bool) -> str:
    if waits:
        said = ngettext(
            "%(count)s result would be entered.", "%(count)s results would be entered.", count
        )
    else:
        said = ngettext("%(count)s result was entered.", "%(count)s results were entered.", count)
    return said % {"count": number(count)}


def _refused(count: int, waits: bool) -> str:
    if waits:
        said = ngettext(
            "%(count)s row would be refused; its reason is below.",
            "%(count)s rows would be refused; their reasons are below.",
            count,
        )
    else:
        said = ngettext(
            "%(count)s row was refused: take the copy, mend it there and send it again.",
            "%(count)s rows were refused: take the copy, mend them there and send it again.",
            count,
        )
    return said % {"count": number(count)}


def button(row: LabDelivery) -> str:
    """What the one button of a file that waits does."""
    new = row.taken + row.corrected
    if not new:
        return _("Keep it with its reasons")
    said = ngettext("Enter %(count)s result", "Enter %(count)s results", new)
    return said % {"count": number(new)}


def state_chip(row: LabDelivery) -> dict[str, str]:
    """How far a delivery is."""
    if row.state == LabDelivery.State.WAITING:
        return {"kind": "need", "icon": "clock", "text": _("Not taken in yet")}
    if row.state == LabDelivery.State.REFUSED:
        return {"kind": "not", "icon": "x", "text": _("Refused whole")}
    if row.refused:
        return {"kind": "need", "icon": "alert-triangle", "text": _("Some rows refused")}
    return {"kind": "may", "icon": "check", "text": _("Taken in")}


def way_words(row: LabDelivery) -> str:
    """How it came, and from whom."""
    if row.way == LabDelivery.Way.FILE:
        return row.file_name
    return _("By wire from %(sender)s") % {"sender": row.sender or "?"}
