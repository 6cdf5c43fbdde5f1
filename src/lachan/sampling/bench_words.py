"""Sentences, tables and drawings of the laboratory's bench."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lachan.rulebook.selectors import Decision, render
from lachan.sampling import bench_wells, wording
from lachan.sampling.bench_reading import DaySum, DeskRow
from lachan.sampling.forms import OUTCOMES, REASONS
from lachan.sampling.models import Plate, Result, Run, Well
from lachan.ui.wording import moment, number

#: How a well is drawn by what was found in it: class, sign.
_DRAWN = {
    "negative": ("neg", "−"),
    "positive": ("pos", "+"),
    "indeterminate": ("rep", "?"),
    "invalid": ("rep", "!"),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A well as it is drawn: class, sign, and what a reader hears."""

    name: str
    kind: str
    sign: str
    says: str
    href: str = ""


def control_words() -> dict[str, str]:
    """Kinds of controls in words."""
    return {
        "positive": _("positive control"),
        "negative": _("negative control (NTC)"),
        "extraction": _("extraction control"),
        "sample": _("sample"),
    }


def cycles(ct: Mapping[str, float | None]) -> str:
    """N1 24,1 · N2 undetermined."""
    return " · ".join(
        f"{target} {_('undetermined') if cycle is None else number(cycle)}"
        for target, cycle in ct.items()
    )


def drawn(
    plate: Plate,
    wells: Sequence[Well],
    found: Mapping[UUID, Result],
    *,
    next_name: str = "",
    numbers: Mapping[UUID, str] | None = None,
) -> dict[str, Any]:
    """The plate as a picture with its sums; `next_name` is the well that comes next."""
    words = control_words()
    rows: list[dict[str, Any]] = []
    for row in bench_wells.seats(plate, list(wells)):
        cells = [_cell(seat, found, words, next_name, numbers or {}) for seat in row]
        rows.append({"letter": row[0].name[0], "cells": cells})
    counts: dict[str, int] = {}
    for each in rows:
        for cell in each["cells"]:
            counts[cell.kind] = counts.get(cell.kind, 0) + 1
    columns = range(1, bench_wells.SHAPES[plate.size][1] + 1)
    return {"rows": rows, "columns": columns, "counts": counts, "large": plate.size == 384}


def _cell(
    seat: bench_wells.Seat,
    found: Mapping[UUID, Result],
    words: Mapping[str, str],
    next_name: str,
    numbers: Mapping[UUID, str],
) -> Drawn:
    well = seat.well
    if well is None:
        here = seat.name == next_name
        return Drawn(
            seat.name,
            "next" if here else "emp",
            "",
            _("%(well)s: comes next") % {"well": seat.name}
            if here
            else _("%(well)s: empty") % {"well": seat.name},
        )
    if well.tube_id is None:
        return Drawn(seat.name, "ctl", "C", f"{seat.name}: {words[well.kind]}")
    result = found.get(well.tube_id)
    kind, sign = _DRAWN[result.outcome] if result else ("put", "•")
    label = numbers.get(well.tube_id) or (well.tube.barcode if well.tube else "")
    said = f"{seat.name}: {label}"
    if result:
        said = f"{said}, {outcome(result.outcome)}"
    return Drawn(seat.name, kind, sign, said)


def outcome(code: str) -> str:
    """An outcome in words."""
    return str(dict(OUTCOMES)[Result.Outcome(code)])


def reason(code: str) -> str:
    """Why somebody was sampled, in words."""
    return str({str(key): words for key, words in REASONS}.get(code, "–"))


def controls_shown(run: Run | None, plate: Plate, language: str) -> list[dict[str, Any]]:
    """The controls of a run in words, each with what is wrong with it."""
    words = control_words()
    if run is None:
        return []
    return [
        {
            "well": row["well"],
            "kind": words[row["kind"]],
            "ct": cycles(row["ct"]),
            "passed": row["passed"],
            "why": "" if row["passed"] else render(_finding(plate, row), language),
        }
        for row in run.controls
    ]


def _finding(plate: Plate, row: Mapping[str, Any]) -> Decision:
    return Decision(str(plate.rule), 0, row["finding"], row["values"])


def run_chip(plate: Any) -> dict[str, str]:
    """The state of a plate: filling, running, valid or failed."""
    if plate.run is None:
        return {"kind": "", "icon": "pencil", "text": _("Being filled")}
    if plate.valid is None:
        return {"kind": "need", "icon": "clock", "text": pgettext("sampling", "Running")}
    if plate.valid:
        return {"kind": "may", "icon": "check", "text": _("Controls right")}
    return {"kind": "not", "icon": "x", "text": _("Controls failed")}


def day_sums(day: DaySum) -> dict[str, Any]:
    """Received today = the four states."""
    terms = [
        {"n": day.received, "label": _("numbered today")},
        {"op": "=", "n": day.released, "label": _("released")},
        {"op": "+", "n": day.checking, "label": _("to check or release")},
        {"op": "+", "n": day.working, "label": _("in work")},
        {"op": "+", "n": day.again, "label": _("run failed, again")},
    ]
    closes = day.received == day.released + day.checking + day.working + day.again
    gap = {"kind": "may", "text": _("It adds up")} if closes else {"kind": "not", "text": _("Gap")}
    return {"terms": terms, "gap": gap}


def desk_cells(rows: Iterable[DeskRow]) -> list[list[str | int]]:
    """The desk as a file: no person in it."""
    return [
        [
            each.accession,
            each.row.tube.barcode,
            moment(each.row.tube.opened_at),
            each.row.tube.limit,
            place(each),
            outcome(each.row.result.outcome) if each.row.result else "",
            cycles(each.row.result.ct) if each.row.result else "",
            wording.tube_chip(each.row)["text"],
        ]
        for each in rows
    ]


def desk_head() -> list[str]:
    """The columns of the desk."""
    return [
        _("Number"),
        _("Tube"),
        pgettext("sampling", "Taken"),
        _("People in it, at most"),
        pgettext("sampling", "Plate"),
        _("Found"),
        "Ct",
        _("State"),
    ]


def place(each: DeskRow) -> str:
    """Plate and well."""
    if each.plate is None or each.well is None:
        return ""
    return f"{each.plate.barcode} {bench_wells.name_of(each.well.position, each.plate.size)}"


def repeat_why(code: str) -> str:
    """Why a tube is to be run again."""
    if code == "run_invalid":
        return _("The controls of its run failed")
    return outcome(code)


def corrections_page(result: Result) -> str:
    """Where the room of corrections lists what a withdrawal undoes; "" while there is none, and
    where nobody did anything because of the result: only a positive brings something about."""
    if result.outcome != Result.Outcome.POSITIVE:
        return ""
    try:
        return reverse("corrections:withdrawal", args=[result.id])
    except NoReverseMatch:
        return ""
