"""What of a table's tubes had to be looked at is marked as seen, with what was done."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.sampling.models import TableReview


def look_at(*, review: UUID, note: str, by: Principal) -> TableReview:
    """Nothing of the tube changes by it.  Refused: unknown_review, reason_needed."""
    found = TableReview.objects.filter(pk=review).first()
    if found is None or found.organisation != by.organisation:
        raise Refused("unknown_review", _("Your unit has no such entry."), status=404)
    if not note.strip():
        raise Refused("reason_needed", _("Write what was done about it."))
    found.looked_at, found.looked_by, found.note = now(), by.account, note.strip()[:200]
    found.save(update_fields=["looked_at", "looked_by", "note"])
    audit.record("table_review.seen", target=("table_review", found.id), by=by)
    return found
