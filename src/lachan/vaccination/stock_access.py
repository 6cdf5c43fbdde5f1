"""A store is obtained here by whoever works there or above it."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Lot, Store


def store_for(by: Principal, id: UUID) -> Store:
    """A store of the principal's organisation, commune, province or nation, or 404."""
    found = Store.objects.filter(pk=id).first()
    if found is None or not reading.may_see(by, found):
        raise Http404
    return found


def kept_for(by: Principal, id: UUID) -> Store:
    """A store in whose books the principal writes.  Raises Refused: store_not_kept."""
    found = store_for(by, id)
    if not reading.keeps(by, found):
        text = _("You may read these books. Whoever keeps the store writes in them.")
        raise Refused("store_not_kept", text, status=403)
    return found


def lot_for(store: Store, id: UUID) -> Lot:
    """A lot that the store has or had, or 404."""
    found = Lot.objects.filter(pk=id).first()
    if found is None or not reading.ever_had(store, found):
        raise Http404
    return found
