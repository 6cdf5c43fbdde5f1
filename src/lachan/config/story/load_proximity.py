"""The room of proximity: what the phones had uploaded by the clock."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from lachan.config.story.filing import Files, Row
from lachan.config.story.world import MINUTE
from lachan.core.clock import day_of

#: Seconds between the end of an encounter and its arrival: phones send in small parcels.
UPLOAD_AFTER = 10 * MINUTE

COLUMNS = ("day", "id", "a", "b", "start", "end", "received_at", "payload_sha256")


def load_proximity(files: Files) -> dict[str, int]:
    """The ledger of encounters."""
    return {"proximity_encounter": files.append("proximity_encounter", COLUMNS, _rows(files))}


def _rows(files: Files) -> Iterator[Row]:
    world = files.world
    for number, row in enumerate(world.encounters):
        if not files.has_arrived(row.end + UPLOAD_AFTER):
            continue
        a, b = world.trace_id(row.a), world.trace_id(row.b)
        start, end = files.at(row.start), files.at(row.end)
        # As `proximity.services.record_encounter` hashes it, so that a repeat is known.
        payload = sha256(f"{a}{b}{start.isoformat()}{end.isoformat()}".encode()).digest()
        received = end + timedelta(seconds=UPLOAD_AFTER)
        id = world.uuid("encounter", number)
        yield (day_of(start), id, a, b, start, end, received, payload)
