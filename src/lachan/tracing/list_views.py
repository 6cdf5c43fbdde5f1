"""A case's whole list: as a file, and on paper with a column to sign in."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.places.selectors import unit_label
from lachan.tracing import access, listing, selectors
from lachan.tracing.asked import TRACERS, filters_of
from lachan.tracing.wording import state_chip


@require_GET
@guarded(*TRACERS, purpose="tracing_export")
def contacts_csv(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The list as CSV."""
    return _file(request, case_id, "csv")


@require_GET
@guarded(*TRACERS, purpose="tracing_export")
def contacts_xlsx(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The list as a workbook."""
    return _file(request, case_id, "xlsx")


def _file(request: SignedInRequest, case_id: UUID, ending: str) -> HttpResponse:
    found = access.case_for(request.principal, case_id)
    contacts = selectors.contact_list(found, filters_of(request.GET))
    return listing.as_file(ending, request.principal, found, contacts)


@require_GET
@guarded(*TRACERS, purpose="tracing_print")
def contacts_print(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The whole list for A4 paper; the case is named by its number only."""
    found = access.case_for(request.principal, case_id)
    contacts = selectors.contact_list(found, filters_of(request.GET))
    rows = [
        (row, state_chip(row)["text"])
        for batch in listing.batches(request.principal, contacts)
        for row in batch
    ]
    context = {"case": found, "commune": unit_label(found.commune), "rows": rows, "at": now()}
    return render(request, "tracing/contacts_print.html", context)
