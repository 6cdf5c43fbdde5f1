"""The barred lots of a province from this process's memory: every open page asks every two seconds.

A page asks without its cookie and is answered without the database.  However many pages are open, a
process reads the bars of a province at most once a second: a waiting request for each page would
hold a thread of the web for each.
"""

from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import Any

from django.db import transaction

from lachan.core.scope import reference_reading
from lachan.vaccination.lot_reading import barred_lots

#: How old an answer may be.  With the two seconds of the page a bar is seen within three.
FRESH = timedelta(seconds=1).total_seconds()

#: Provinces kept; there are 34, and a made-up number must not fill the memory.
MOST = 100

_known: dict[int, tuple[float, dict[str, Any]]] = {}
_lock = Lock()


def barred_now(province: int) -> dict[str, Any]:
    """As `barred_lots`, at most a second old; province 0 is the nation."""
    held = _known.get(province)
    if held is not None and monotonic() - held[0] < FRESH:
        return held[1]
    with _lock:
        held = _known.get(province)
        if held is not None and monotonic() - held[0] < FRESH:
            return held[1]
        asked = monotonic()
        with reference_reading(), transaction.atomic(using="default"):
            found = barred_lots(province or None)
        if len(_known) >= MOST:
            _known.clear()
        _known[province] = asked, found
        return found


def forget() -> None:
    """Read again: for tests, whose databases change behind the memory."""
    _known.clear()
