"""What a device of a vaccination site sends: read, sealed, and the row it becomes in the ledger."""

import json
import re
from collections.abc import Callable, Mapping
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
from lachan.formats.qr import LONGEST
from lachan.vaccination.models import SiteKind

#: The ledger's columns in the order `Event.row` fills them, with their types.
SENT_COLUMNS = {
    **{"day": "date", "id": "uuid", "device": "uuid", "token_sha256": "bytea"},
    **{"organisation": "uuid", "account": "uuid", "counter": "bigint", "kind": "text"},
    **{"at": "timestamptz", "device_at": "timestamptz", "received_at": "timestamptz"},
    **{"offset_ms": "bigint", "offline": "boolean", "session": "uuid", "table_no": "smallint"},
    **{"undoes": "uuid", "payload_hmac": "bytea", "sealed": "bytea", "key_version": "smallint"},
}

#: Halves of a character, and the end of a text: JSON may hold them, no database does.
_UNSTORED = re.compile("[\0\ud800-\udfff]")
_CODE = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)
_LETTER = re.compile("[A-Z]{0,2}", re.ASCII)
_LARGEST = 2**63 - 1
#: Answers or numbers of one screening.
MOST_ANSWERS = 60
#: Injection tables of a session.
MOST_TABLES = 99
#: Why somebody is sent to the table for problems.
PROBLEMS = ("identity", "no_document", "elsewhere", "screening", "other")

#: What may be said of somebody who is made at the site, and how long it may be.
NEW_FIELDS = {
    **{"name": 120, "year": 10, "sex": 6, "phone": 20, "hamlet": 200, "number": 12},
    "vouched_by": 120,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at a site.  `code`: what was scanned; `new`: who was made at the
    site, {} where a code was shown; `told`: what the kind says (`_TOLD`)."""

    by: Enrolled
    id: UUID
    counter: int
    kind: str
    at: datetime
    device_at: datetime
    offset_ms: int
    offline: bool
    session: UUID
    table: int
    undoes: UUID | None
    code: str
    new: Mapping[str, Any]
    told: Mapping[str, Any]

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
        """A keyed digest of what happened, whoever sends it under which of its numbers."""
        told = asdict(self)
        del told["by"], told["counter"]
        words = json.dumps(told, sort_keys=True, default=str, ensure_ascii=False)
        return blind(key, "site", words)

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

    def words(self) -> dict[str, Any]:
        """What is sealed of it."""
        return {"code": self.code, "new": dict(self.new), "told": dict(self.told)}

    def _row(self, number: UUID, received_at: datetime) -> tuple[Any, ...]:
        return (
            *(self.day, number, self.by.device, self.by.token_sha256, self.by.organisation),
            *(self.by.account, self.counter, self.kind, self.at, self.device_at, received_at),
            *(self.offset_ms, self.offline, self.session, self.table, self.undoes),
            *(self.newest_digest(), seal_loose(number, self.words()), index_version()),
        )


def event_of(given: Mapping[str, Any], by: Enrolled) -> Event:
    """One event as sent, every field of its shape.  Refused: unreadable, clock_wrong."""
    kind = given.get("kind")
    if kind not in SiteKind.values:
        raise _unreadable()
    code, new = _text(given.get("code"), LONGEST), _new(given.get("new"))
    undoes = _uuid(given["undoes"]) if given.get("undoes") else None
    if bool(code) == bool(new) or (kind == SiteKind.UNDO) != (undoes is not None):
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
        session=_uuid(given.get("session")),
        table=_whole(given.get("table"), 1, MOST_TABLES),
        undoes=undoes,
        code=code,
        new=new,
        told=_told(str(kind), given.get("told")),
    )


def _told(kind: str, given: object) -> dict[str, Any]:
    """What this kind of event says; what it does not know is not kept."""
    if given is not None and not isinstance(given, dict):
        raise _unreadable()
    known = given or {}
    told = {name: check(known.get(name)) for name, check in _TOLD[kind].items()}
    # A later word leaves no trace where it is not said: entries of before keep their digest.
    return {name: value for name, value in told.items() if value or name not in _LATER}


def _unreadable() -> Refused:
    return Refused(
        "unreadable",
        _("This entry cannot be read: keep it and open the newest page of the site."),
        status=400,
    )


def _text(given: object, longest: int) -> str:
    text = given or ""
    if not isinstance(text, str) or len(text) > longest or _UNSTORED.search(text):
        raise _unreadable()
    return text.strip()


def _new(given: object) -> dict[str, Any]:
    """Somebody made at the site: the device's number for him, a name, and who vouches.

    `unvouched`: nobody does; he is sent to the table for problems.
    """
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _unreadable()
    told: dict[str, Any] = {name: _text(given.get(name), most) for name, most in NEW_FIELDS.items()}
    alone = given.get("unvouched") is True
    if not told["name"] or bool(told["vouched_by"]) == alone:
        raise _unreadable()
    # Only where it is so: an entry of before keeps its digest.
    unvouched = {"unvouched": True} if alone else {}
    return {**told, **unvouched, "id": str(_uuid(given.get("id")))}


def _uuid(given: object) -> UUID:
    try:
        return UUID(str(given))
    except ValueError:
        raise _unreadable() from None


def _whole(given: object, least: int, most: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise _unreadable()
    return given


def _said(given: object) -> str:
    return _text(given, 200)


def _code(given: object) -> str:
    if not given:
        return ""
    if not isinstance(given, str) or not _CODE.fullmatch(given):
        raise _unreadable()
    return given


def _yes(given: object) -> bool:
    return given is True


def _number(given: object) -> int | None:
    return None if given is None else _whole(given, 0, 30_000)


def _letter(given: object) -> str:
    text = _text(given, 2)
    if not _LETTER.fullmatch(text):
        raise _unreadable()
    return text


def _way_out(given: object) -> str:
    return "hospital" if given == "hospital" else ""


def _one_of(*allowed: str) -> Callable[[object], str]:
    def check(given: object) -> str:
        if given not in allowed:
            raise _unreadable()
        return str(given)

    return check


def _day(given: object) -> str:
    if not given:
        return ""
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise _unreadable() from None


def _pairs(check: Callable[[object], Any]) -> Callable[[object], dict[str, Any]]:
    def pairs(given: object) -> dict[str, Any]:
        if given is None:
            return {}
        if not isinstance(given, dict) or len(given) > MOST_ANSWERS:
            raise _unreadable()
        return {_code(name): check(value) for name, value in given.items()}

    return pairs


def _measured(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not -1e6 < given < 1e6:
        raise _unreadable()
    return given


#: Words that kinds did not have at first.
_LATER = frozenset({"letter"})

#: What each kind says, and how each word is checked.
_TOLD: dict[str, dict[str, Callable[[object], Any]]] = {
    SiteKind.RECEPTION: {
        **{"number": _number, "letter": _letter, "listed": _yes, "why": _said, "by": _said},
        **{"identity": _one_of("match", "mismatch", "none")},
        **{"register": _said, "document": _said},
    },
    SiteKind.SCREENED: {
        **{"answers": _pairs(_one_of("yes", "no", "unknown")), "measured": _pairs(_measured)},
        **{"details": _pairs(_said), "outcome": _code, "rule": _said, "version": _number},
        **{"consent": _yes, "vaccine": _code, "sex": _code, "by": _said},
    },
    SiteKind.INJECTED: {
        **{"product": _code, "lot": _said, "arm": _one_of("left", "right", "other")},
        **{"agreed": _yes, "elsewhere": _one_of("yes", "no", "unknown", ""), "by": _said},
        **{"number": _number},
    },
    SiteKind.OBSERVED: {"state": _one_of("well", "reaction"), "note": _said, "by": _said},
    SiteKind.DISCHARGED: {"next_on": _day, "by": _said},
    SiteKind.LEFT: {"why": _said, "how": _way_out, "by": _said},
    SiteKind.PROBLEM: {"reason": _one_of(*PROBLEMS), "note": _said, "by": _said},
    SiteKind.SOLVED: {
        **{"how": _said, "note": _said, "vouched_by": _said, "by": _said},
        **{"back": _one_of("line", "screening")},
    },
    SiteKind.UNDO: {"by": _said},
}


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
        "clock_wrong", _("The time of this entry is not plausible: set the device's clock.")
    )
