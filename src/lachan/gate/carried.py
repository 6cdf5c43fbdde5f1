"""Files that were carried to us: opened, and every scan in them recorded once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext_lazy

from lachan.core import audit
from lachan.core.carried import Carried, CarriedWords, insert_once, parts_of
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.secrets import hash_secret
from lachan.gate import selectors
from lachan.gate.authority import number_of_card
from lachan.gate.unmatched import UNMATCHED, Unmatched
from lachan.gate.wire import WAYS, Declined, scan_of
from lachan.venues.services import Entry, append, keep_for_review

WORDS = CarriedWords(
    unreadable=gettext_lazy("This is not a file that a gate wrote. Choose the right file."),
    no_device=gettext_lazy("No device of a place wrote this file: it was never enrolled here."),
)


@dataclass
class CarriedScans(Carried):
    """`unregistered`: cards under which nobody is entered yet; `devices`: where it was scanned."""

    unregistered: int = 0

    @property
    def scans(self) -> int:
        """How many scans the file held."""
        return self.events + self.unregistered


@dataclass(frozen=True, slots=True)
class _Device:
    id: UUID
    place: UUID
    name: str
    commune: int
    province: int
    closed_at: datetime | None


def take_in(*, name: str, text: bytes, by: Principal) -> CarriedScans:
    """Record every scan of a carried file; those that are there already stay one.

    The file's own device answers for them: its token lies inside, which nobody else can read.
    Refused: file_too_large, file_unreadable, file_elsewhere, file_damaged, file_no_device.
    """
    made = CarriedScans(name)
    for part in parts_of(text, each="scans", words=WORDS):
        device = _device(str(part.get("token", "")))
        made.devices.append(device.name)
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


def _device(token: str) -> _Device:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select device, place, name, commune, province, closed_at from gate_device_carried(%s)",
            [hash_secret(token)],
        )
        row = cursor.fetchone()
    if row is None:
        raise Refused("file_no_device", str(WORDS.no_device))
    return _Device(*row)


def _take(given: Mapping[str, Any], device: _Device, made: CarriedScans) -> None:
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
    if insert_once(UNMATCHED.table, UNMATCHED.columns, card.row(now())):
        return "kept_unregistered"
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select digest from gate_unmatched_stored(%s::date[], %s::uuid[])",
            [[card.day], [card.id]],
        )
        stored = cursor.fetchone()
    if stored is not None and card.is_stored_as(bytes(stored[0])):
        return "already"
    insert_once(UNMATCHED.table, (*UNMATCHED.columns, UNMATCHED.kept_as), card.kept_row(now()))
    return "different_content"
