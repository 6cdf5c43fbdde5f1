"""A question to a place and whoever was there are obtained here, and the looks are recorded."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.places.selectors import place_line
from lachan.tracing import visitors
from lachan.tracing.models import Case
from lachan.tracing.visitors import Stay, Visitor
from lachan.venues.models import VisitorRequest

#: Earlier questions a page shows.
SHOWN = 20


def request_for(case: Case, request: UUID) -> VisitorRequest:
    """A question that was asked for this case, or 404."""
    found = VisitorRequest.objects.filter(pk=request, case_number=case.number).first()
    if found is None:
        raise Http404
    return found


def asked_before(case: Case) -> list[VisitorRequest]:
    """The newest questions asked for this case."""
    rows = VisitorRequest.objects.filter(province=case.province, case_number=case.number)
    return list(rows.select_related("venue__place").order_by("-asked_at")[:SHOWN])


def visitors_for(by: Principal, found: list[Stay], case: Case) -> list[Visitor]:
    """The lines of the pack; everybody it shows may see that it was looked at."""
    rows = visitors.opened(found, case)
    looks.record_many(persons=[row.card.person for row in rows], what="place_visitors", by=by)
    return rows


def lies_in(part: UUID, whole: UUID) -> bool:
    """Whether a place is a part of another, at any depth."""
    return any(place.id == whole for place in place_line(part))
