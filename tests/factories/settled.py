"""How far the ledgers may be read: a long import beside must not hold a test's own rows back."""

import time

from django.db import connections

#: Seconds; the longest import of the tests takes a good minute, on a busy machine ten.
PATIENCE = 1800


def watermark() -> int:
    """Below which transaction everything is finished, once all that began before now is over."""
    deadline = time.monotonic() + PATIENCE
    with connections["owner"].cursor() as cursor:
        cursor.execute("select pg_snapshot_xmax(pg_current_snapshot())::text")
        begun = int(cursor.fetchone()[0])
        while True:
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
            below = int(cursor.fetchone()[0])
            if below >= begun or time.monotonic() > deadline:
                return below
            time.sleep(0.05)
