"""An order, a list or a scan is obtained here, and the look is recorded."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.isolation import selectors
from lachan.isolation.models import Listing, Order, Scan


def orders_for(by: Principal, states: list[str]) -> list[selectors.OrderRow]:
    """Orders of the reader's area; everybody on the page may see that it was looked at."""
    rows = selectors.orders_in(states)
    looks.record_many(persons=selectors.persons_of(rows), what="order", by=by)
    return rows


def order_for(by: Principal, order: UUID) -> selectors.OrderRow:
    """One order, or 404."""
    found = Order.objects.filter(pk=order).select_related("holding", "signed", "listing").first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="order", by=by)
    return selectors.rows_of([found])[0]


def listing_for(by: Principal, listing: UUID) -> tuple[Listing, list[selectors.OrderRow]]:
    """A list with everybody on it, or 404."""
    found = Listing.objects.filter(pk=listing).first()
    if found is None:
        raise Http404
    rows = selectors.on_list(found)
    looks.record_many(persons=selectors.persons_of(rows), what="order", by=by)
    return found, rows


def scan_for(by: Principal, scan: UUID) -> Scan:
    """The picture of a signed paper, for whoever sees its orders, or 404."""
    found = Scan.objects.filter(pk=scan).select_related("paper").first()
    if found is None:
        raise Http404
    persons = Order.objects.filter(signed=found.paper).values_list("person_id", flat=True)
    looks.record_many(persons=list(persons), what="order", by=by)
    return found
