"""Which lots nobody injects any more: asked by an open site every few seconds.

A stopped session bars everything.
"""

from typing import Any

from lachan.core.clock import now
from lachan.core.signing import signing_key
from lachan.credentials.packs import sign_pack
from lachan.vaccination.models import Session
from lachan.vaccination.selectors import barred_lots


def barred_in(session: Session) -> list[str]:
    """Numbers of all lots that are barred where the session takes place."""
    return sorted({each["number"] for each in barred_lots(session.province)["barred"]})


def bars_of(session: Session) -> dict[str, Any]:
    """The small part of a pack that may change within seconds, signed."""
    content = {
        "session": str(session.id),
        "made": now().isoformat(),
        "barred": barred_in(session),
        "stopped": session.why_stopped if session.state == Session.State.STOPPED else None,
    }
    return sign_pack(signing_key(), content)
