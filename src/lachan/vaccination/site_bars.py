"""Which lots nobody injects any more: asked by an open site every few seconds.

Parts of the room that bar lots say so here (`add_source`); a stopped session bars everything.
"""

from collections.abc import Callable, Iterable
from typing import Any

from lachan.core.clock import now
from lachan.core.signing import signing_key
from lachan.credentials.packs import sign_pack
from lachan.vaccination.models import Session

#: Numbers of lots that are barred for a session.
Source = Callable[[Session], Iterable[str]]

_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Ask `source` too, once."""
    if source not in _sources:
        _sources.append(source)


def barred_in(session: Session) -> list[str]:
    """Numbers of all lots that are barred for a session."""
    return sorted({number for source in _sources for number in source(session)})


def bars_of(session: Session) -> dict[str, Any]:
    """The small part of a pack that may change within seconds, signed."""
    content = {
        "session": str(session.id),
        "made": now().isoformat(),
        "barred": barred_in(session),
        "stopped": session.why_stopped if session.state == Session.State.STOPPED else None,
    }
    return sign_pack(signing_key(), content)
