"""Seal audit events in blocks, each hashed over the one before, and verify the chain.

A block takes every event of a transaction below the snapshot's xmin: no transaction that is still
running can slip an event into a sealed block, so nothing is missed and nothing is sealed twice.
The worker seals by the owner's connection; the app role can neither read the events of others nor
change one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.backends.utils import CursorWrapper

from lachan.core.clock import now

#: The digest before the first block.
GENESIS = sha256(b"lachan audit chain").digest()

_EVENTS = (
    "select day::text, id::text, extract(epoch from at)::text, kind, target_kind, target_id,"
    " by_account::text, by_name, purpose, detail, tx::text from core_audit_event"
    " where tx >= %s::text::xid8 and tx < %s::text::xid8 order by tx, day, id"
)


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: all is well, or the first block that does not match."""

    blocks: int
    events: int
    broken: int | None = None
    expected: int = 0
    found: int = 0


def seal(cursor: CursorWrapper) -> int:
    """Seal what no running transaction can still add to; give how many events were sealed."""
    cursor.execute("select pg_advisory_xact_lock(hashtext('lachan audit chain'))")
    cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    below = _one(cursor)
    cursor.execute(
        "select number, below_tx, digest from core_auditblock order by number desc limit 1"
    )
    last = cursor.fetchone()
    number, start, digest = (0, 0, GENESIS) if last is None else (last[0], last[1], bytes(last[2]))
    digest, count = _digest(cursor, start, below, digest)
    if not count:
        return 0
    cursor.execute(
        "insert into core_auditblock (number, below_tx, events, digest, sealed_at)"
        " values (%s, %s, %s, %s, %s)",
        [number + 1, below, count, digest, now()],
    )
    return count


def verify(cursor: CursorWrapper) -> Verdict:
    """Compute every block again; the first whose digest or count differs is named."""
    cursor.execute("select number, below_tx, events, digest from core_auditblock order by number")
    blocks = cursor.fetchall()
    start, before, total, expected_number = 0, GENESIS, 0, 1
    for number, below, events, stored in blocks:
        digest, count = _digest(cursor, start, below, before)
        if number != expected_number or digest != bytes(stored) or count != events:
            return Verdict(len(blocks), total, expected_number, events, count)
        start, before, total, expected_number = below, digest, total + count, number + 1
    return Verdict(len(blocks), total)


def _digest(cursor: CursorWrapper, start: int, below: int, before: bytes) -> tuple[bytes, int]:
    cursor.execute(_EVENTS, [str(start), str(below)])
    running = sha256(before)
    count = 0
    for line in _lines(cursor):
        running.update(line)
        count += 1
    return running.digest(), count


def _lines(cursor: CursorWrapper) -> Iterator[bytes]:
    while rows := cursor.fetchmany(2000):
        for row in rows:
            *plain, detail, tx = row
            value: Any = json.loads(detail) if isinstance(detail, str) else detail
            text = json.dumps([*plain, value, tx], ensure_ascii=False, sort_keys=True)
            yield text.encode() + b"\n"


def _one(cursor: CursorWrapper) -> int:
    row = cursor.fetchone()
    if row is None:
        raise RuntimeError("PostgreSQL gave no snapshot")
    return int(row[0])
