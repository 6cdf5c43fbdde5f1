"""A closed tube that nobody has, and one that turned up again."""

from datetime import datetime

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.sampling.custody_state import Stage, standings
from lachan.sampling.models import Loss, Tube

#: Where a tube can be lost: from its closing until it has a result.
LOSABLE = frozenset(
    {
        Stage.UNPACKED,
        Stage.PACKED,
        Stage.ROAD,
        Stage.ARRIVED,
        Stage.UNSCANNED,
        Stage.STRAY,
        Stage.LEFT_OVER,
        Stage.ACCEPTED,
        Stage.RUNNING,
    }
)


def declare_missing(*, tube: Tube, by: Principal, note: str = "") -> Loss:
    """Nobody has this tube: its people are asked to be sampled again.  Said twice it stays once.

    Refused: no_unit, tube_open, not_lost.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for your unit."))
    known = Loss.objects.filter(tube=tube, found_at=None).first()
    if known is not None:
        return known
    stage = standings([tube.pk], now())[0].stage
    if stage == Stage.OPEN:
        raise Refused("tube_open", _("This tube is still open. Close it at its table first."))
    if stage not in LOSABLE:
        raise Refused("not_lost", _("This tube has a result, or it was rejected: it is not lost."))
    loss = Loss(
        tube=tube, organisation=by.organisation, note=note.strip()[:200], at=now(), by=by.account
    )
    loss.save(force_insert=True)
    audit.record("tube.missing", target=("tube", tube.id), by=by)
    ring("sampling.loss")
    return loss


def found(*, tube: Tube, by: Principal, at: datetime | None = None) -> bool:
    """The tube turned up; whether it had been missing.  Either side may say so."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select core.tube_found(%s, %s, %s)", [tube.pk, at or now(), by.account])
        row = cursor.fetchone()
    was = bool(row and row[0])
    if was:
        audit.record("tube.found", target=("tube", tube.id), by=by)
        ring("sampling.loss")
    return was
