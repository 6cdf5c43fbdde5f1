"""A delivery of the own laboratory is obtained here, or there is none."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from lachan.core.scope import Principal
from lachan.sampling.models import LabDelivery


def deliveries_for(by: Principal) -> QuerySet[LabDelivery]:
    """What was sent to the own laboratory, the newest first; without the bytes."""
    if by.organisation is None:
        return LabDelivery.objects.none()
    rows = LabDelivery.objects.filter(laboratory=by.organisation)
    return rows.defer("sealed", "wrapped", "answer").order_by("-at")


def delivery_for(by: Principal, delivery: UUID) -> LabDelivery:
    """A delivery to the own laboratory, or 404."""
    if by.organisation is None:
        raise Http404
    found = LabDelivery.objects.filter(pk=delivery, laboratory=by.organisation).first()
    if found is None:
        raise Http404
    return found
