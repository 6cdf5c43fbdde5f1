"""Scans of cards under which nobody is entered: kept sealed, settled when the person is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import connections
from django.db.models import Q

from lachan.core.blindindex import index_of, index_version
from lachan.core.clock import day_of, now
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.sealing import open_loose, seal_loose
from lachan.credentials.blind import blind
from lachan.gate.authority import number_of_card
from lachan.gate.models import UnmatchedScan
from lachan.gate.writer import Book
from lachan.venues.models import Conflict
from lachan.venues.services import Entry, append

#: The ledger as the hot path appends to it.
UNMATCHED = Book(
    table="gate_unmatched",
    columns={
        **{"day": "date", "id": "uuid", "place": "uuid", "document": "bytea", "direction": "text"},
        **{"at": "timestamptz", "device_at": "timestamptz", "received_at": "timestamptz"},
        **{"source": "text", "authority": "text", "payload_hmac": "bytea", "sealed": "bytea"},
        **{"key_version": "smallint", "commune": "integer", "province": "integer"},
        **{"counter": "bigint", "offset_ms": "bigint", "offline": "boolean"},
    },
    stored="gate_unmatched_stored",
    kept_in="gate_unmatched",
    kept_as="instead_of",
    answer="kept_unregistered",
    fact="gate.unmatched",
)

#: Rows settled in one transaction.
BATCH = 500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A scan of a card before it is written; the fields of `venues.recording.Entry`, with the
    card's `number` and `text` in the place of a pseudonym."""

    id: UUID
    place: UUID
    number: str
    text: str
    direction: str
    at: datetime
    device_at: datetime
    source: str
    authority: str
    commune: int
    province: int
    counter: int | None = None
    offset_ms: int | None = None
    offline: bool = False

    @property
    def day(self) -> date:
        """The partition."""
        return day_of(self.at)

    @property
    def digest(self) -> bytes:
        """A keyed digest of what happened: the number is short enough to be guessed from a bare
        one."""
        ring = keyring()
        return self._digest(ring.blind_index[ring.index_version])

    def is_stored_as(self, digest: bytes) -> bool:
        """Under any key in use: while a rotation runs, the first copy may be under the former."""
        return any(digest == self._digest(key) for key in keyring().blind_index.values())

    def row(self, received_at: datetime) -> tuple[Any, ...]:
        """The values of `UNMATCHED.columns`."""
        return self._row(self.id, received_at)

    def kept_row(self, received_at: datetime) -> tuple[Any, ...]:
        """The same as other content is kept, then the number it came under."""
        return (*self._row(uuid5(self.id, self.digest.hex()), received_at), self.id)

    def _row(self, number: UUID, received_at: datetime) -> tuple[Any, ...]:
        document = index_of("document", self.number)
        sealed = seal_loose(number, {"text": self.text})
        return (
            *(self.day, number, self.place, document, self.direction, self.at, self.device_at),
            *(received_at, self.source, self.authority, self.digest, sealed, index_version()),
            *(self.commune, self.province, self.counter, self.offset_ms, self.offline),
        )

    def _digest(self, key: bytes) -> bytes:
        moments = ((at - _EPOCH) // timedelta(microseconds=1) for at in (self.at, self.device_at))
        words = (self.place, self.number, self.direction, *moments)
        return blind(key, "unmatched", "|".join(str(word) for word in words))


_MATCHED = """
select u.day, u.id, min(y.trace_id::text)::uuid
from gate_unmatched u
    join people_blindindex b on b.kind = 'document' and b.hmac = u.document
    join people_person p on p.id = b.person_id and p.erased_at is null
    join people_pseudonym y on y.person_id = b.person_id
where u.settled_at is null
group by u.day, u.id having count(distinct b.person_id) = 1
order by u.day, u.id limit %s
"""


def settle() -> int:
    """Give a batch of waiting scans to the persons who were entered since; how many there were.

    In a system scope.  Each is appended under its own number, as if the card had been known.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(_MATCHED, [BATCH])
        found = {(day, number): trace_id for day, number, trace_id in cursor.fetchall()}
    for row in _rows(found):
        _settle(row, found[row.day, row.id])
    return len(found)


def counters_since(moment: datetime) -> list[dict[str, Any]]:
    """Each device's own numbers of the scans received since, and where it stands.

    In a system scope."""
    rows = UnmatchedScan.objects.filter(
        day__gte=day_of(moment - timedelta(days=8)),
        received_at__gte=moment,
        counter__isnull=False,
        authority__startswith="device:",
    )
    devices: dict[str, dict[str, Any]] = {}
    for row in rows.values("authority", "counter", "place", "commune", "province"):
        known: dict[str, Any] = dict(row)
        del known["counter"]
        device = devices.setdefault(row["authority"], known | {"counters": []})
        device["counters"].append(row["counter"])
    return list(devices.values())


def rekey() -> int:
    """Seal and blind a batch of waiting scans with the newest keys; how many there were.

    Run by `lachan keys rotate` in a system scope, until none is left.
    """
    waiting = UnmatchedScan.objects.filter(settled_at=None)
    stale = list(waiting.exclude(key_version=index_version())[:BATCH])
    for row in stale:
        fields = open_loose(row.id, bytes(row.sealed))
        number = number_of_card(fields["text"])
        again = Unmatched(
            *(row.id, row.place, number, fields["text"], row.direction, row.at, row.device_at),
            *(row.source, row.authority, row.commune, row.province),
        )
        _of(row).update(
            document=index_of("document", number),
            payload_hmac=again.digest,
            sealed=seal_loose(row.id, fields),
            key_version=index_version(),
        )
    return len(stale)


def _rows(keys: Iterable[tuple[date, UUID]]) -> Iterable[UnmatchedScan]:
    chosen = Q(pk__in=[])
    for day, number in keys:
        chosen |= Q(day=day, id=number)
    return UnmatchedScan.objects.filter(chosen)


def _settle(row: UnmatchedScan, trace_id: UUID) -> None:
    entry = Entry(
        *(row.id, row.place, trace_id, row.direction, row.at, row.device_at, row.source),
        *(row.authority, row.commune, row.province, row.counter, row.offset_ms, row.offline),
    )
    if row.instead_of is not None:
        _keep_for_review(entry, row.instead_of, row.received_at)
    else:
        try:
            append(entry)
        except Refused:
            # A scan of somebody known came under this number meanwhile: both are kept.
            _keep_for_review(entry, row.id, row.received_at)
    _of(row).update(settled_at=now(), sealed=b"")


def _keep_for_review(entry: Entry, number: UUID, received_at: datetime) -> None:
    kept = Conflict(
        id=uuid5(number, entry.digest.hex()),
        scan=number,
        day=entry.day,
        received_at=received_at,
        payload_sha256=entry.digest,
        **{name: getattr(entry, name) for name in _SHARED},
    )
    Conflict.objects.bulk_create([kept], ignore_conflicts=True)


_SHARED = (
    *("place", "trace_id", "direction", "at", "device_at", "source", "authority"),
    *("commune", "province", "counter", "offset_ms", "offline"),
)


def _of(row: UnmatchedScan) -> Any:
    """The row alone, found by its whole key: the partition must be named."""
    return UnmatchedScan.objects.filter(day=row.day, id=row.id)
