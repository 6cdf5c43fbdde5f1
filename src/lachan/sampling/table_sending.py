"""What a device of a sampling table sends: read, sealed, and the row it becomes in the ledger."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from lachan.core.blindindex import index_version
from lachan.core.carried import Enrolled
from lachan.core.clock import AHEAD, BEHIND, day_of, now
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.sealing import seal_loose
from lachan.credentials.blind import blind
from lachan.formats.qr import LONGEST, clean
from lachan.sampling.models import Method, Reason, TableEvent, TableKind

#: The ledger's columns in the order `Event.row` fills them, with their types.
SENT_COLUMNS = {
    **{"day": "date", "id": "uuid", "device": "uuid", "token_sha256": "bytea"},
    **{"organisation": "uuid", "account": "uuid", "counter": "bigint", "kind": "text"},
    **{"at": "timestamptz", "device_at": "timestamptz", "received_at": "timestamptz"},
    **{"offset_ms": "bigint", "offline": "boolean", "barcode": "text", "tube_limit": "smallint"},
    **{"disease": "text", "laboratory": "uuid", "method": "text", "campaign": "uuid"},
    **{"reason": "text", "onset": "date", "undoes": "uuid", "payload_hmac": "bytea"},
    **{"sealed": "bytea", "key_version": "smallint"},
}

#: Characters of a tube's code; the widest Code128 a tube of 13 mm carries has about 20.
LONGEST_BARCODE = 40
#: People in a tube: the database's own limit.
MOST_IN_TUBE = 20
_BARCODE = re.compile(r"[!-~]{1,40}", re.ASCII)
#: Halves of a character, and the end of a text: JSON may hold them, no database does.
_UNSTORED = re.compile("[\0\ud800-\udfff]")
_LARGEST = 2**63 - 1

#: What may be said of somebody who is made at the table, and how long it may be.
NEW_FIELDS = {"name": 120, "year": 10, "sex": 6, "phone": 20, "hamlet": 200, "slip": 40}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at a table; the fields of `TableEvent`.  `code`: what was scanned;
    `new`: who was made at the table, {} where a code was shown."""

    by: Enrolled
    id: UUID
    counter: int
    kind: str
    at: datetime
    device_at: datetime
    offset_ms: int
    offline: bool
    barcode: str
    limit: int
    disease: str
    laboratory: UUID | None
    method: str
    campaign: UUID | None
    reason: str
    onset: date | None
    undoes: UUID | None
    code: str
    new: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The partition."""
        return day_of(self.at)

    def is_stored_as(self, digest: bytes) -> bool:
        """Under any key in use: while a rotation runs, the first copy may be under the former."""
        return digest in self.digests

    @property
    def digests(self) -> list[bytes]:
        """The digest under every key in use."""
        return [self.digest(key) for key in keyring().blind_index.values()]

    def digest(self, key: bytes) -> bytes:
        """A keyed digest of what happened: a card's number is short enough to be guessed.

        Who sends it, under which of its numbers, is not in it: an answer may be lost, and the
        device enrolled anew before it sends again.
        """
        told = asdict(self)
        del told["by"], told["counter"]
        words = json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)
        return blind(key, "sample", words)

    def newest_digest(self) -> bytes:
        """The digest under the newest key."""
        ring = keyring()
        return self.digest(ring.blind_index[ring.index_version])

    def row(self, received_at: datetime) -> tuple[Any, ...]:
        """The values of SENT_COLUMNS."""
        return self._row(self.id, received_at)

    def kept_row(self, received_at: datetime) -> tuple[Any, ...]:
        """The same as other content is kept, then the number it came under."""
        return (*self._row(uuid5(self.id, self.newest_digest().hex()), received_at), self.id)

    def _row(self, number: UUID, received_at: datetime) -> tuple[Any, ...]:
        sealed = seal_loose(number, {"code": self.code, "new": dict(self.new)})
        return (
            *(self.day, number, self.by.device, self.by.token_sha256, self.by.organisation),
            *(self.by.account, self.counter, self.kind, self.at, self.device_at, received_at),
            *(self.offset_ms, self.offline, self.barcode, self.limit, self.disease),
            *(self.laboratory, self.method, self.campaign, self.reason, self.onset, self.undoes),
            *(self.newest_digest(), sealed, index_version()),
        )


def as_sent(row: TableEvent, told: Mapping[str, Any]) -> Event:
    """A ledger's row as it was sent; `told`: what was sealed of it."""
    by = Enrolled(row.device, row.organisation, row.account, bytes(row.token_sha256))
    return Event(
        by=by,
        id=row.instead_of or row.id,
        counter=row.counter,
        kind=row.kind,
        at=row.at,
        device_at=row.device_at,
        offset_ms=row.offset_ms,
        offline=row.offline,
        barcode=row.barcode,
        limit=row.tube_limit,
        disease=row.disease,
        laboratory=row.laboratory,
        method=row.method,
        campaign=row.campaign,
        reason=row.reason,
        onset=row.onset,
        undoes=row.undoes,
        code=told["code"],
        new=told["new"],
    )


def event_of(given: Mapping[str, Any], by: Enrolled) -> Event:
    """One event as sent, every field of its shape.  Refused: unreadable, clock_wrong."""
    tube = given.get("tube")
    kind = given.get("kind")
    if not isinstance(tube, dict) or kind not in TableKind.values:
        raise _unreadable()
    code, new = _text(given, "code", LONGEST), _new(given.get("new"))
    undoes = _uuid_or_none(given.get("undoes"))
    if kind == TableKind.SAMPLE and bool(code) == bool(new):
        raise _unreadable()
    if (kind == TableKind.UNDO) != (undoes is not None):
        raise _unreadable()
    return Event(
        by=by,
        id=_uuid(given.get("id")),
        counter=_whole(given.get("counter"), 1, _LARGEST),
        kind=str(kind),
        at=_event_time(given.get("at")),
        device_at=_moment(given.get("device_at")),
        offset_ms=_whole(given.get("offset_ms", 0), -_LARGEST, _LARGEST),
        offline=given.get("offline") is True,
        barcode=barcode_of(tube.get("barcode")),
        limit=_whole(tube.get("limit"), 1, MOST_IN_TUBE),
        disease=_said(tube, "disease", 40),
        laboratory=_uuid_or_none(tube.get("laboratory")),
        method=_one_of(tube.get("method", Method.PCR), Method.values),
        campaign=_uuid_or_none(tube.get("campaign")),
        reason=_one_of(given.get("reason"), Reason.values) if kind == TableKind.SAMPLE else "",
        onset=_day_or_none(given.get("onset")),
        undoes=undoes,
        code=code if kind == TableKind.SAMPLE else "",
        new=new if kind == TableKind.SAMPLE else {},
    )


def barcode_of(given: object) -> str:
    """A tube's code without what a reader adds.  Refused: unreadable."""
    text = clean(given) if isinstance(given, str) else ""
    if not _BARCODE.fullmatch(text):
        raise _unreadable()
    return text


def _unreadable() -> Refused:
    return Refused(
        "unreadable",
        _("This sample cannot be read: keep it and open the newest page of the table."),
        status=400,
    )


def _text(given: Mapping[str, Any], name: str, longest: int) -> str:
    text = given.get(name) or ""
    if not isinstance(text, str) or len(text) > longest or _UNSTORED.search(text):
        raise _unreadable()
    return text.strip()


def _said(given: Mapping[str, Any], name: str, longest: int) -> str:
    text = _text(given, name, longest)
    if not text:
        raise _unreadable()
    return text


def _one_of(given: object, allowed: list[str]) -> str:
    if given not in allowed:
        raise _unreadable()
    return str(given)


def _new(given: object) -> dict[str, Any]:
    """Somebody made at the table: the device's number for him, a name, and what else is known."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _unreadable()
    told: dict[str, Any] = {name: _text(given, name, most) for name, most in NEW_FIELDS.items()}
    told["id"] = str(_uuid(given.get("id")))
    if not told["name"]:
        raise _unreadable()
    if given.get("commune") is not None:
        told["commune"] = _whole(given["commune"], 1, 2**31 - 1)
    return told


def _uuid(given: object) -> UUID:
    try:
        return UUID(str(given))
    except ValueError:
        raise _unreadable() from None


def _uuid_or_none(given: object) -> UUID | None:
    return None if given in (None, "") else _uuid(given)


def _whole(given: object, least: int, most: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise _unreadable()
    return given


def _day_or_none(given: object) -> date | None:
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise _unreadable() from None


def _event_time(given: object) -> datetime:
    """A time that the ledger keeps.  Refused: clock_wrong."""
    at, moment = _moment(given), now()
    if at - moment > AHEAD or moment - at > BEHIND:
        raise _clock()
    return at


def _moment(given: object) -> datetime:
    """An ISO 8601 time with its offset from UTC."""
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        raise _clock() from None
    if moment.tzinfo is None:
        raise _clock()
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _clock() from None


def _clock() -> Refused:
    return Refused(
        "clock_wrong", _("The time of this sample is not plausible: set the device's clock.")
    )
