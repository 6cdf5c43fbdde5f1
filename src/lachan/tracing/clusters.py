"""Ổ dịch: opened from a case, cases put in and taken out, closed.  Each step is an event."""

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.tracing.models import Case, Outbreak


def open_outbreak(*, case: Case, name: str, by: Principal) -> Outbreak:
    """A household cluster, a school, a hamlet: opened by its first case.  Refused:
    outbreak_unnamed, in_outbreak (409)."""
    words = " ".join(name.split())
    if not words:
        raise Refused("outbreak_unnamed", _("Write which place it is: a hamlet, a school, a shop."))
    outbreak = Outbreak(
        id=uuid7(),
        name=words[:120],
        disease=case.disease,
        opened_at=now(),
        opened_by=by.account,
        opened_by_name=by.name,
        commune=case.commune,
        province=case.province,
    )
    outbreak.save(force_insert=True)
    audit.record("outbreak.opened", target=("outbreak", outbreak.id), by=by)
    put_in(outbreak=outbreak, case=case, by=by)
    return outbreak


def put_in(*, outbreak: Outbreak, case: Case, by: Principal) -> None:
    """The case belongs to it.  Refused: outbreak_closed, other_disease, in_outbreak (409)."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if outbreak.closed_at is not None:
        raise Refused("outbreak_closed", _("This outbreak is closed. Open a new one."))
    if outbreak.disease != locked.disease:
        raise Refused("other_disease", _("An outbreak holds cases of one disease."))
    if locked.outbreak_id not in {None, outbreak.id}:
        raise Refused(
            "in_outbreak",
            _("The case is in another outbreak. Take it out there first."),
            status=409,
        )
    locked.outbreak = outbreak
    locked.save(update_fields=["outbreak"])
    _say("outbreak.case_in", outbreak, locked, by)


def take_out(*, outbreak: Outbreak, case: Case, by: Principal) -> None:
    """The case does not belong to it after all."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.outbreak_id == outbreak.id:
        locked.outbreak = None
        locked.save(update_fields=["outbreak"])
        _say("outbreak.case_out", outbreak, locked, by)


def close_outbreak(*, outbreak: Outbreak, by: Principal) -> None:
    """It is over, and reported no more.  Refused: outbreak_closed."""
    locked = Outbreak.objects.select_for_update().get(pk=outbreak.pk)
    if locked.closed_at is not None:
        raise Refused("outbreak_closed", _("This outbreak is closed. Open a new one."))
    locked.closed_at, locked.closed_by, locked.closed_by_name = now(), by.account, by.name
    locked.save(update_fields=["closed_at", "closed_by", "closed_by_name"])
    audit.record("outbreak.closed", target=("outbreak", locked.id), by=by)


def _say(kind: str, outbreak: Outbreak, case: Case, by: Principal) -> None:
    audit.record(kind, target=("outbreak", outbreak.id), by=by, detail={"case": str(case.id)})
