"""What this database is: empty, a demo, or production.  A demo's clock can be wound."""

from datetime import timedelta

from django.core.cache import cache

from lachan.core import clock
from lachan.core.models import Installation
from lachan.core.scope import reference_reading

#: Seconds a process may go on with an old answer after the demo's clock was wound elsewhere.
_FRESH_SECONDS = 1


def installation() -> Installation:
    """The installation's row, at most a second old."""
    found: Installation | None = cache.get("lachan.installation")
    if found is None:
        with reference_reading():
            found = Installation.objects.get(id=1)
        cache.set("lachan.installation", found, _FRESH_SECONDS)
        clock.wind(found.wound)
    return found


def look_again() -> Installation:
    """The installation's row as it is now: after this process itself wound the clock."""
    cache.delete("lachan.installation")
    return installation()


def is_demo() -> bool:
    """Whether every page must say that nothing here is real."""
    return installation().kind == Installation.Kind.DEMO


def set_kind(kind: str, *, wound: timedelta = timedelta(0)) -> None:
    """Say what this database is; run with the owner's connection as `default` (lachan story)."""
    Installation.objects.filter(id=1).update(kind=kind, wound=wound)
    cache.delete("lachan.installation")
    clock.wind(wound)
