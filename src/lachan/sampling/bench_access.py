"""A plate, a run or a result of the own laboratory is obtained here, or there is none."""

from uuid import UUID

from django.http import Http404

from lachan.core.scope import Principal
from lachan.sampling import bench_wells
from lachan.sampling.models import Plate, Result


def plate_for(by: Principal, plate: UUID) -> Plate:
    """A plate of the own laboratory, or 404."""
    found = bench_wells.plate_at(by.organisation, plate)
    if found is None:
        raise Http404
    return found


def result_for(by: Principal, result: UUID) -> Result:
    """A result of the own laboratory, or 404."""
    if by.organisation is None:
        raise Http404
    rows = Result.objects.filter(pk=result, laboratory=by.organisation)
    found = rows.select_related("tube", "approval", "release", "withdrawal").first()
    if found is None:
        raise Http404
    return found
