"""Open requests of a unit, and all of one person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.sampling import request_access, request_reading, request_words
from lachan.sampling.campaign_words import METHOD_WORDS, REASON_WORDS
from lachan.sampling.forms import REASONS
from lachan.sampling.navigation import HEADS, HELPERS
from lachan.sampling.requesting import drop_request
from lachan.ui.pages import page_of
from lachan.ui.tables import as_download
from lachan.ui.wording import as_of

#: The unit that samples sees what it is asked for.
READERS = (*HELPERS, Role.SAMPLER)


@require_safe
@guarded(*READERS, purpose="sampling_requests")
def requests(request: SignedInRequest) -> HttpResponse:
    """Who of the unit is to be sampled, the most urgent first."""
    by, at = request.principal, now()
    chosen = _chosen(request)
    page = page_of(request_reading.listed(by, chosen, at), request.GET)
    rows = request_access.asked_for(by, list(page.rows))
    all_open, late = request_reading.sums(by, at)
    context = {
        "rows": [
            (
                one,
                request_words.source_words(one.request.source),
                REASON_WORDS.get(one.request.reason, one.request.reason),
                METHOD_WORDS.get(one.request.method, one.request.method),
                request_words.request_chip(one.request, late=one.late),
            )
            for one in rows
        ],
        "page": page,
        "tools": request_words.tools(chosen, all_open=all_open, late=late, files=by.has(*HELPERS)),
        "chosen": chosen,
        "sources": [(code.value, label) for code, label in request_words.SOURCES.items()],
        "reasons": REASONS,
        "asof": as_of(at),
    }
    return render(request, "sampling/requests.html", context)


def _chosen(request: SignedInRequest) -> request_reading.Chosen:
    return request_reading.Chosen(
        source=_of(request.GET.get("source", ""), [code.value for code in request_words.SOURCES]),
        reason=_of(request.GET.get("reason", ""), [str(code) for code, _label in REASONS]),
        overdue=request.GET.get("overdue") == "1",
    )


def _of(text: str, known: list[str]) -> str:
    return text if text in known else ""


@require_safe
@guarded(*HELPERS, purpose="sampling_export")
def requests_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The list as it is filtered, as CSV or Excel."""
    by, at = request.principal, now()
    rows = list(request_reading.listed(by, _chosen(request), at)[: request_reading.FILE_LIMIT])
    answer = as_download(
        ending,
        name="phieu-yeu-cau-xet-nghiem",
        title=_("Open requests"),
        head=request_words.file_head(),
        rows=request_words.file_rows(request_access.asked_for(by, rows)),
        widths=request_words.WIDTHS,
    )
    audit.record("request.exported", target=("requests", len(rows)), by=by)
    return answer


@require_safe
@guarded(*HELPERS, purpose="sampling_requests")
def person(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Everything one person was to be sampled for."""
    card = request_access.person_for(request.principal, person_id)
    rows = request_reading.all_of(person_id)
    context = {
        "card": card,
        "rows": [
            (
                row,
                request_words.source_words(row.source),
                REASON_WORDS.get(row.reason, row.reason),
                request_words.request_chip(row, late=request_reading.now_late(row)),
            )
            for row in rows
        ],
        "may_drop": request.principal.has(*HEADS),
    }
    return render(request, "sampling/requests_of.html", context)


@require_POST
@guarded(*HEADS, purpose="sampling_requests")
def drop(request: SignedInRequest, person_id: UUID, request_id: UUID) -> HttpResponse:
    """The person is not sampled after all, for a reason."""
    request_access.person_for(request.principal, person_id)
    row = request_access.request_for(person_id, request_id)
    drop_request(row, reason=request.POST.get("reason", ""), by=request.principal)
    messages.success(request, _("Kept: this person is not sampled for it."))
    return redirect("sampling:requests_of", person_id)
