"""Sentences about boxes, reception and the board."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lachan.rulebook.selectors import render_all
from lachan.sampling.custody_forms import REASONS
from lachan.sampling.custody_reading import Still
from lachan.sampling.custody_receiving import Scan
from lachan.sampling.custody_state import Stage
from lachan.sampling.custody_wire import Said
from lachan.sampling.models import Box, HandOver, Packing, Reception, Tube
from lachan.ui.wording import moment, number


def stage_names() -> dict[Stage, str]:
    """The stages of the board, in the order of the way."""
    return {
        Stage.OPEN: _("Open tubes"),
        Stage.UNPACKED: _("Closed and in no box"),
        Stage.PACKED: _("In a box and not handed over"),
        Stage.ROAD: _("On the road over time"),
        Stage.ARRIVED: _("Arrived and not opened"),
        Stage.UNSCANNED: _("In an opened box, neither accepted nor rejected"),
        Stage.STRAY: _("At the wrong laboratory"),
        Stage.LEFT_OVER: _("Missing in its box, not declared"),
        Stage.ACCEPTED: _("Accepted and without a result"),
        Stage.RUNNING: _("In a run without a result"),
        Stage.ENTERED: _("With a result, not checked"),
        Stage.APPROVED: _("Checked and not released"),
    }


def kind_of(tube: Tube) -> str:
    """Single or pool."""
    if tube.limit == 1:
        return _("Single")
    return _("Pool of %(limit)s") % {"limit": tube.limit}


def box_chip(box: Box, leg: HandOver | None = None) -> dict[str, str]:
    """The state of a box."""
    if box.closed_at is not None:
        return {"kind": "may", "icon": "check", "text": _("Done")}
    if box.unpacked_at is not None:
        return {"kind": "need", "icon": "eye", "text": _("Being unpacked")}
    if leg is not None and leg.arrives and leg.taken_at is not None:
        return {"kind": "need", "icon": "building-hospital", "text": _("At the laboratory")}
    if leg is not None:
        return {"kind": "info", "icon": "bus", "text": _("On the road")}
    if box.sealed_at is not None:
        return {"kind": "need", "icon": "lock", "text": _("Sealed, to hand over")}
    return {"kind": "", "icon": "barcode", "text": _("Being packed")}


def packed(row: Packing) -> Said:
    """A tube went into the box."""
    return Said("may", _("Tube %(code)s is in the box.") % {"code": row.tube.barcode})


def received(scan: Scan, laboratory: str) -> Said:
    """What a scan at reception came to."""
    values = {"code": scan.barcode, "laboratory": laboratory}
    if scan.kind == "stray":
        return Said(
            "not",
            _("Tube %(code)s is for %(laboratory)s. Keep it aside and send it on.") % values,
        )
    if scan.kind == "again":
        return Said("need", _("Tube %(code)s was scanned before. Nothing was changed.") % values)
    if scan.kind == "rejected":
        return Said("may", _("Tube %(code)s is rejected. Its unit is told why.") % values)
    if not scan.listed:
        return Said("need", _("Tube %(code)s accepted; it is not on this manifest.") % values)
    return Said("may", _("Tube %(code)s accepted.") % values)


def closed(left: list[Tube]) -> str:
    """A box was closed: everything was there, or what was not."""
    if not left:
        return _("The box is done. Every tube of its manifest was in it.")
    text = ngettext(
        "%(count)d tube of the manifest was not in the box: %(codes)s.",
        "%(count)d tubes of the manifest were not in the box: %(codes)s.",
        len(left),
    )
    return text % {"count": len(left), "codes": ", ".join(tube.barcode for tube in left)}


def reason_of(reception: Reception) -> str:
    """Why a tube was rejected, with the note."""
    words = dict(REASONS)[Reception.Reason(reception.reason)]
    return f"{words}: {reception.note}" if reception.note else str(words)


def leg_words(leg: HandOver) -> dict[str, Any]:
    """Both sides of a hand-over."""
    waits = leg.taken_at is None
    return {
        "leg": leg,
        "given": _side(leg.giver, leg.giver_phone),
        "given_degrees": number(leg.given_temperature),
        "taken": _("The laboratory has not signed yet")
        if waits
        else _side(leg.taker, leg.taker_phone),
        "taken_degrees": number(leg.taken_temperature),
        "differs": not waits and leg.taken_count != leg.given_count,
    }


def _side(name: str, phone: str) -> str:
    return f"{name} · {phone}" if phone else name


def board(rows: list[Still], language: str) -> list[dict[str, Any]]:
    """The board by stage: name, sentence of the rule, tubes."""
    sentences = render_all([row.late for row in rows], language)
    groups: dict[Stage, dict[str, Any]] = {}
    names = stage_names()
    for row, sentence in zip(rows, sentences, strict=True):
        stage = row.standing.stage
        group = groups.setdefault(
            stage, {"code": str(stage), "name": names[stage], "sentence": sentence, "rows": []}
        )
        group["rows"].append(
            {"still": row, "kind": kind_of(row.tube), "since": row.standing.since, "for": _for(row)}
        )
    return list(groups.values())


def _for(row: Still) -> str:
    """How long it has stood still."""
    hours = int(row.hours)
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def head() -> list[str]:
    """The columns of the board as a file."""
    return [
        _("Stage"),
        _("Tube"),
        _("Kind"),
        _("Since when"),
        pgettext("sampling", "How long"),
        _("Where"),
        _("Who last had it"),
        _("Telephone"),
        _("Box"),
    ]


def lines(groups: list[dict[str, Any]]) -> list[list[str]]:
    """The rows of the board as a file."""
    return [
        [
            group["name"],
            row["still"].tube.barcode,
            row["kind"],
            moment(row["since"]),
            row["for"],
            row["still"].holder.unit,
            row["still"].holder.name,
            row["still"].holder.phone,
            row["still"].box.barcode if row["still"].box else "",
        ]
        for group in groups
        for row in group["rows"]
    ]
