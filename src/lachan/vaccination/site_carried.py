"""Files that were carried from a site without a network: opened, every event recorded once."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.carrying import carrying_keys
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials.bundles import BundleRefused, open_bundle
from lachan.credentials.secrets import hash_secret
from lachan.vaccination.site_sending import SENT_COLUMNS, Enrolled, Event, event_of

#: Bytes of a file; 10,000 events are about 6 MB.
MOST_BYTES = 8 * 1024 * 1024
#: Events in a file: seven days of a busy site.
MOST_EVENTS = 20_000


@dataclass
class Carried:
    """What became of one file.  `refused`: code -> how many; `devices`: which wrote it."""

    name: str
    recorded: int = 0
    already: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    devices: list[str] = field(default_factory=list)

    @property
    def kept_out(self) -> int:
        """How many were refused."""
        return self.refused.total()

    @property
    def events(self) -> int:
        """How many events the file held."""
        return self.recorded + self.already + self.kept_out


def take_in(*, name: str, text: bytes, by: Principal) -> Carried:
    """Record every event of a carried file; those that are there already stay one.

    The file's own device answers for them: its token lies inside, which nobody else can read.
    Refused: file_too_large, file_unreadable, file_elsewhere, file_damaged, file_no_device.
    """
    made = Carried(name)
    for part in _parts(text):
        table, label, closed_at = _device(str(part.get("token", "")))
        made.devices.append(label)
        for given in part["events"]:
            _take(given, table, closed_at, made)
    audit.record(
        "site.carried",
        target=("file", made.events),
        by=by,
        detail={
            "recorded": made.recorded,
            "already": made.already,
            "refused": dict(made.refused),
        },
    )
    ring("vaccination.sent")
    return made


def _parts(text: bytes) -> list[dict[str, Any]]:
    if len(text) > MOST_BYTES:
        raise Refused("file_too_large", _("This file is larger than any site writes."))
    try:
        content = json.loads(open_bundle(carrying_keys(), text))
        parts = [dict(part) for part in content["parts"]]
        events = [event for part in parts for event in part["events"]]
    except BundleRefused as refused:
        raise _unusable(refused.code) from None
    except (ValueError, KeyError, TypeError):
        raise _unusable("file_unreadable") from None
    if len(events) > MOST_EVENTS or not all(isinstance(event, dict) for event in events):
        raise _unusable("file_unreadable")
    return parts


def _unusable(code: str) -> Refused:
    if code == "file_elsewhere":
        return Refused(
            "file_elsewhere",
            _("This file was written for another installation; only that one can open it."),
        )
    if code == "file_damaged":
        return Refused(
            "file_damaged",
            _("This file was damaged on its way. Write it again: the device holds everything."),
        )
    return Refused(
        "file_unreadable", _("This is not a file of a vaccination site. Choose the right file.")
    )


def _device(token: str) -> tuple[Enrolled, str, datetime | None]:
    digest = hash_secret(token)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select device, organisation, account, label, closed_at"
            " from vaccination_site_carried(%s)",
            [digest],
        )
        row = cursor.fetchone()
    if row is None:
        message = _("No device of a site wrote this file: it was never enrolled here.")
        raise Refused("file_no_device", message)
    return Enrolled(row[0], row[1], row[2], digest), row[3], row[4]


def _take(
    given: Mapping[str, Any], table: Enrolled, closed_at: datetime | None, made: Carried
) -> None:
    try:
        event = event_of(given, table)
    except Refused as refused:
        made.refused[refused.code] += 1
        return
    if closed_at is not None and event.at >= closed_at:
        made.refused["not_allowed"] += 1
    elif _insert(SENT_COLUMNS, event.row(now())):
        made.recorded += 1
    elif _same(event):
        made.already += 1
    else:
        _insert([*SENT_COLUMNS, "instead_of"], event.kept_row(now()))
        made.refused["different_content"] += 1


def _same(event: Event) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select core.same_site_event(%s, %s, %s::bytea[])", [event.day, event.id, event.digests]
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _insert(columns: Any, row: tuple[Any, ...]) -> bool:
    marks = ", ".join(["%s"] * len(row))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"insert into vaccination_sent ({', '.join(columns)}) values ({marks})"
            " on conflict do nothing",
            row,
        )
        return bool(cursor.rowcount == 1)
