"""Results by file: sent, looked at before anything is written, taken in; what was sent before."""

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.sampling import import_access, import_files, import_words
from lachan.sampling.import_assay import known_assays
from lachan.sampling.import_forms import ResultsForm
from lachan.sampling.models import LabDelivery
from lachan.sampling.navigation import LABORATORY
from lachan.ui.pages import page_of
from lachan.ui.wording import as_of, language

#: Refused rows shown on the page; the copy of the file has them all.
SHOWN = 200

#: Content types by ending.
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*LABORATORY, purpose="laboratory")
def deliveries(request: SignedInRequest) -> HttpResponse:
    """Send a file; what was sent before, the newest first."""
    form = ResultsForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        assays=known_assays().items(),
        language=language(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = _sent(request, form)
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            if row.state != LabDelivery.State.WAITING:
                messages.info(request, _("This file was taken in before. Nothing changed."))
            return redirect("sampling:delivery", row.id)
    page = page_of(import_access.deliveries_for(request.principal), request.GET)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, import_words.way_words(row), import_words.state_chip(row)) for row in page],
        "asof": as_of(now()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "sampling/import_deliveries.html", context, status=status)


def _sent(request: SignedInRequest, form: ResultsForm) -> LabDelivery:
    file = form.cleaned_data["file"]
    too_large = file.size > import_files.LARGEST
    data = b"\0" * (import_files.LARGEST + 1) if too_large else file.read()
    with scoped(request.principal, "laboratory") as by:
        return import_files.send(data, name=file.name, assay=form.assay_name(), by=by)


@require_safe
@guarded(*LABORATORY, purpose="laboratory")
def delivery(request: SignedInRequest, delivery_id: UUID) -> HttpResponse:
    """What would become of a file that waits, or what became of it, with the refused rows."""
    row = import_access.delivery_for(request.principal, delivery_id)
    waits = row.state == LabDelivery.State.WAITING
    report = import_files.looked_at(row, by=request.principal, dry_run=True)
    shown = report.refusals[:SHOWN]
    context = {
        "delivery": row,
        "waits": waits,
        "way": import_words.way_words(row),
        "chip": import_words.state_chip(row),
        "whole": import_words.row_reason(row.code) if row.code else "",
        "sentence": import_words.in_a_sentence(report.delivery, waits=waits),
        "button": import_words.button(report.delivery),
        "sum": import_words.counted(report.delivery),
        "refusals": [
            (each, import_words.row_reason(each.code, each.detail), _tube(each.code))
            for each in shown
        ],
        "more": len(report.refusals) - len(shown),
    }
    return render(request, "sampling/import_delivery.html", context)


def _tube(code: str) -> bool:
    """Whether the row's tube is one that may be looked at."""
    return code in {"result_differs", "result_released", "run_invalid", "run_not_judged"}


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def take(request: SignedInRequest, delivery_id: UUID) -> HttpResponse:
    """Take in what waits."""
    row = import_access.delivery_for(request.principal, delivery_id)
    report = import_files.looked_at(row, by=request.principal, dry_run=False)
    if report.again:
        messages.info(request, _("This file was taken in before. Nothing changed."))
    return redirect("sampling:delivery", row.id)


@require_safe
@guarded(*LABORATORY, purpose="laboratory")
def copy(request: SignedInRequest, delivery_id: UUID) -> HttpResponse:
    """The same file with its refused rows and the reasons."""
    row = import_access.delivery_for(request.principal, delivery_id)
    data, name = import_files.copy_of(row, only_refused=request.GET.get("rows") != "all")
    audit.record("delivery.copied", target=("delivery", row.id), by=request.principal)
    answer = HttpResponse(data, content_type=TYPES[name[name.rindex(".") :]])
    # A file name may hold letters that a header may not.  Source: RFC 6266.
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
