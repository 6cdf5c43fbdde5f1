"""Identifiers: UUIDv7, so that rows made together lie together.  Source: RFC 9562, 5.7."""

import os
import time
from uuid import UUID

_RANDOM_BITS = 74
_VERSION = 7 << 76
_VARIANT = 2 << 62


def uuid7(milliseconds: int | None = None) -> UUID:
    """A new identifier whose first 48 bits are the Unix time in milliseconds.

    It carries the machine's time, never the wound clock of the demo: order of making, not of story.
    """
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    random = int.from_bytes(os.urandom(10), "big") >> (80 - _RANDOM_BITS)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=(stamp & ((1 << 48) - 1)) << 80 | _VERSION | high << 64 | _VARIANT | low)
