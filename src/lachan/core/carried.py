"""Files carried from devices without a network: opened, every event in them recorded once.

A room says what its devices write (`DeviceLedger`); the file's own device answers for it, by the
token inside, which nobody but the installation can read.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

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

#: Bytes of a file; 10,000 events are about 6 MB.
MOST_BYTES = 8 * 1024 * 1024
#: Events in a file: seven days of a device that was never idle.
MOST_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who sends: the device, its unit, and who enrolled it."""

    device: UUID
    organisation: UUID
    account: UUID
    token_sha256: bytes


class Sent(Protocol):
    """One event of a device, as its room reads it."""

    @property
    def id(self) -> UUID: ...
    @property
    def at(self) -> datetime: ...
    @property
    def day(self) -> date: ...
    @property
    def digests(self) -> list[bytes]: ...
    def row(self, received_at: datetime) -> tuple[Any, ...]: ...
    def kept_row(self, received_at: datetime) -> tuple[Any, ...]: ...


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


class CarriedWords(NamedTuple):
    """What a room says of a file that is not one of its devices'; lazy translations."""

    unreadable: Any
    no_device: Any


def parts_of(text: bytes, *, each: str, words: CarriedWords) -> list[dict[str, Any]]:
    """The parts of a carried file: a device's `token` and, under the name `each`, its events.

    Refused: file_too_large, file_unreadable, file_elsewhere, file_damaged.
    """
    if len(text) > MOST_BYTES:
        raise Refused(
            "file_too_large",
            _("This file is larger than any device of ours writes. Choose the right file."),
        )
    try:
        content = json.loads(open_bundle(carrying_keys(), text))
        parts = [dict(part) for part in content["parts"]]
        events = [event for part in parts for event in part[each]]
    except BundleRefused as refused:
        raise _unusable(refused.code, words) from None
    except (ValueError, KeyError, TypeError):
        raise _unusable("file_unreadable", words) from None
    if len(events) > MOST_EVENTS or not all(isinstance(event, dict) for event in events):
        raise _unusable("file_unreadable", words)
    return parts


def _unusable(code: str, words: CarriedWords) -> Refused:
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
    return Refused("file_unreadable", str(words.unreadable))


Event = TypeVar("Event", bound=Sent)


@dataclass(frozen=True)
class DeviceLedger(Generic[Event]):
    """Where a room's devices write.

    `device_of`: the SQL function that knows a device by its token's hash, closed ones too; `same`:
    the one that says whether a number stands there with this content; `read` raises Refused;
    `subject`: what the audit calls a file; `bell`: what is rung when events came.
    """

    table: str
    columns: Iterable[str]
    device_of: str
    same: str
    read: Callable[[Mapping[str, Any], Enrolled], Event]
    subject: str
    bell: str
    words: CarriedWords

    def take_in(self, *, name: str, text: bytes, by: Principal) -> Carried:
        """Record every event of a carried file; those that are there already stay one.

        Refused: file_too_large, file_unreadable, file_elsewhere, file_damaged, file_no_device.
        """
        made = Carried(name)
        for part in parts_of(text, each="events", words=self.words):
            device, label, closed_at = self._device(str(part.get("token", "")))
            made.devices.append(label)
            for given in part["events"]:
                self._take(given, device, closed_at, made)
        detail = {
            "recorded": made.recorded,
            "already": made.already,
            "refused": dict(made.refused),
        }
        audit.record(self.subject, target=("file", made.events), by=by, detail=detail)
        ring(self.bell)
        return made

    def _device(self, token: str) -> tuple[Enrolled, str, datetime | None]:
        digest = hash_secret(token)
        asked = f"select device, organisation, account, label, closed_at from {self.device_of}(%s)"
        with connections["default"].cursor() as cursor:
            cursor.execute(asked, [digest])
            row = cursor.fetchone()
        if row is None:
            raise Refused("file_no_device", str(self.words.no_device))
        return Enrolled(row[0], row[1], row[2], digest), row[3], row[4]

    def _take(
        self,
        given: Mapping[str, Any],
        device: Enrolled,
        closed_at: datetime | None,
        made: Carried,
    ) -> None:
        try:
            event = self.read(given, device)
        except Refused as refused:
            made.refused[refused.code] += 1
            return
        if closed_at is not None and event.at >= closed_at:
            made.refused["not_allowed"] += 1
        elif insert_once(self.table, self.columns, event.row(now())):
            made.recorded += 1
        elif self._is_there(event):
            made.already += 1
        else:
            kept = (*self.columns, "instead_of")
            insert_once(self.table, kept, event.kept_row(now()))
            made.refused["different_content"] += 1

    def _is_there(self, event: Sent) -> bool:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                f"select {self.same}(%s, %s, %s::bytea[])", [event.day, event.id, event.digests]
            )
            row = cursor.fetchone()
        return bool(row and row[0])


def insert_once(table: str, columns: Iterable[str], row: tuple[Any, ...]) -> bool:
    """Insert a row into a ledger; False when its number stands there already."""
    marks = ", ".join(["%s"] * len(row))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({', '.join(columns)}) values ({marks}) on conflict do nothing",
            row,
        )
        return bool(cursor.rowcount == 1)
