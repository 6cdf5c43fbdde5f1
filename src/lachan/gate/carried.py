"""Files that were carried to us: opened, and every scan in them recorded once."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.carrying import carrying_keys
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.bundles import BundleRefused, open_bundle
from lachan.credentials.secrets import hash_secret
from lachan.gate import selectors
from lachan.gate.authority import number_of_card
from lachan.gate.unmatched import UNMATCHED, Unmatched
from lachan.gate.wire import WAYS, Declined, scan_of
from lachan.venues.services import Entry, append, keep_for_review

#: Bytes of a file; 10,000 scans are about 5 MB.
MOST_BYTES = 8 * 1024 * 1024
#: Scans in a file: a gate that worked seven days without a network, at a rush.
MOST_SCANS = 20_000


@dataclass
class Carried:
    """What became of one file.  `unregistered`: cards under which nobody is entered yet; `refused`:
    code -> how many; `places`: where it was scanned."""

    name: str
    recorded: int = 0
    already: int = 0
    unregistered: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    places: list[str] = field(default_factory=list)

    @property
    def kept_out(self) -> int:
        """How many were refused."""
        return self.refused.total()

    @property
    def scans(self) -> int:
        """How many scans the file held."""
        return self.recorded + self.already + self.unregistered + self.kept_out


@dataclass(frozen=True, slots=True)
class _Device:
    id: UUID
    place: UUID
    name: str
    commune: int
    province: int
    closed_at: datetime | None


def take_in(*, name: str, text: bytes, by: Principal) -> Carried:
    """Record every scan of a carried file; those that are there already stay one.

    The file's own device answers for them: its token lies inside, which nobody else can read.
    Refused: file_too_large, file_unreadable, file_elsewhere, file_damaged, file_no_device.
    """
    made = Carried(name)
    for part in _parts(text):
        device = _device(str(part.get("token", "")))
        made.places.append(device.name)
        for scan in part["scans"]:
            _take(scan, device, made)
    audit.record(
        "gate.carried",
        target=("file", made.scans),
        by=by,
        detail={
            "recorded": made.recorded,
            "already": made.already,
            "unregistered": made.unregistered,
            "refused": dict(made.refused),
        },
    )
    return made


def _parts(text: bytes) -> list[dict[str, Any]]:
    if len(text) > MOST_BYTES:
        raise Refused("file_too_large", _("This file is larger than any gate writes."))
    try:
        content = json.loads(open_bundle(carrying_keys(), text))
        parts = [dict(part) for part in content["parts"]]
        scans = [scan for part in parts for scan in part["scans"]]
    except BundleRefused as refused:
        raise Refused(refused.code, _said(refused.code)) from None
    except (ValueError, KeyError, TypeError):
        raise Refused("file_unreadable", _said("file_unreadable")) from None
    if len(scans) > MOST_SCANS or not all(isinstance(scan, dict) for scan in scans):
        raise Refused("file_unreadable", _said("file_unreadable"))
    return parts


def _said(code: str) -> str:
    return {
        "file_unreadable": _("This is not a file that a gate wrote. Choose the right file."),
        "file_elsewhere": _(
            "This file was written for another installation of Lá Chắn; only that one can open it."
        ),
        "file_damaged": _(
            "This file was damaged on its way. Write it again on the gate's device:"
            " the device still holds everything."
        ),
    }[code]


def _device(token: str) -> _Device:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select device, place, name, commune, province, closed_at from gate_device_carried(%s)",
            [hash_secret(token)],
        )
        row = cursor.fetchone()
    if row is None:
        message = _("No device of a place wrote this file: it was never enrolled here.")
        raise Refused("file_no_device", message)
    return _Device(*row)


def _take(given: Mapping[str, Any], device: _Device, made: Carried) -> None:
    try:
        answer = _record(given, device)
    except Refused as refused:
        answer = refused.code
    except Declined as declined:
        answer = declined.code
    match answer:
        case "recorded":
            made.recorded += 1
        case "already":
            made.already += 1
        case "kept_unregistered":
            made.unregistered += 1
        case _:
            made.refused[answer] += 1


def _record(given: Mapping[str, Any], device: _Device) -> str:
    """What became of one scan.  Refused, Declined: the codes of the hot path."""
    scan = scan_of(given)
    if scan.way and scan.way not in WAYS:
        raise Declined("unreadable")
    if device.closed_at is not None and scan.at >= device.closed_at:
        raise Declined("not_allowed")
    what = (scan.direction, scan.at, scan.device_at, scan.way or "gate", f"device:{device.id}")
    more = (device.commune, device.province, scan.counter, scan.offset_ms, scan.offline)
    found = selectors.recognise(scan.person or scan.text)
    guest = selectors.guest_of(found, scan.at)
    if guest is None:
        number = number_of_card(scan.text)
        return _keep(Unmatched(scan.id, device.place, number, scan.text, *what, *more))
    entry = Entry(scan.id, device.place, guest.trace_id, *what, *more)
    try:
        return "already" if append(entry).repeated else "recorded"
    except Refused as refused:
        keep_for_review(entry)
        return refused.code


def _keep(card: Unmatched) -> str:
    """Append a card's scan to the ledger of those whom nobody knows yet."""
    if _insert(UNMATCHED.columns, card.row(now())):
        return "kept_unregistered"
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select digest from gate_unmatched_stored(%s::date[], %s::uuid[])",
            [[card.day], [card.id]],
        )
        stored = cursor.fetchone()
    if stored is not None and card.is_stored_as(bytes(stored[0])):
        return "already"
    _insert((*UNMATCHED.columns, UNMATCHED.kept_as), card.kept_row(now()))
    return "different_content"


def _insert(columns: Iterable[str], row: tuple[Any, ...]) -> bool:
    marks = ", ".join(["%s"] * len(row))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"insert into {UNMATCHED.table} ({', '.join(columns)}) values ({marks})"
            " on conflict do nothing",
            row,
        )
        return bool(cursor.rowcount == 1)
