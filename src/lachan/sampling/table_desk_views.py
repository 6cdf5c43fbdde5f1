"""The unit's desk beside its tables: devices, what has to be looked at, files, labels."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import looks
from lachan.core.carried import MOST_BYTES
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.people.selectors import cards_of
from lachan.sampling import labels, table_devices, table_reading, table_reviewing
from lachan.sampling.models import LabelSeries
from lachan.sampling.table_carried import TABLES
from lachan.sampling.table_forms import LabelForm
from lachan.sampling.table_words import review_words, why_refused

#: Who looks after a unit's tables: who samples there, and the unit's head.
#: A place manager is none: he sees numbers of his place, and no names.
UNIT = (Role.SAMPLER, *table_devices.HEADS)
#: Files given in at once; a station with more comes again.
MOST_FILES = 20


@require_safe
@guarded(*UNIT, purpose="sampling")
def devices(request: SignedInRequest) -> HttpResponse:
    """The unit's devices, and what of its tubes has to be looked at."""
    unit = _unit(request)
    every = request.GET.get("all") == "1"
    reviews = list(table_reading.reviews_of(unit, all_of_them=every))
    people = cards_of([row.person for row in reviews if row.person])
    looks.record_many(persons=people, what="sample", by=request.principal)
    head = table_devices.is_head(request.principal)
    lines = table_reading.devices_of(unit)
    context = {
        "lines": [(ln, head or ln.device.made_by == request.principal.account) for ln in lines],
        "reviews": [
            (row, review_words(row), row.person and people.get(row.person)) for row in reviews
        ],
        "every": every,
        "waiting": table_reading.waiting_people(unit),
    }
    return render(request, "sampling/table_devices.html", context)


@require_safe
@guarded(Role.SAMPLER, purpose="sampling")
def tubes(request: SignedInRequest) -> HttpResponse:
    """The unit's tubes of today, each with the way to the slips of its people."""
    context = {"tubes": table_reading.tubes_of_today(_unit(request)), "read_at": now()}
    return render(request, "sampling/table_tubes.html", context)


@require_POST
@guarded(*UNIT, purpose="sampling")
def close_device(request: SignedInRequest, device: UUID) -> HttpResponse:
    """A device was lost."""
    table_devices.close_device(device=device, by=request.principal)
    messages.success(request, _("The device sends nothing any more."))
    return redirect("sampling:table_devices")


@require_POST
@guarded(*UNIT, purpose="sampling")
def looked_at(request: SignedInRequest, review: UUID) -> HttpResponse:
    """Somebody looked at it and says what was done."""
    note = request.POST.get("note", "")
    table_reviewing.look_at(review=review, note=note, by=request.principal)
    return redirect("sampling:table_devices")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.SAMPLER, Role.STATION_OFFICER, purpose="sampling")
def carry(request: SignedInRequest) -> HttpResponse:
    """Give files in, several at once; and, on a table's own device, write one."""
    files = request.FILES.getlist("file")[:MOST_FILES] if request.method == "POST" else []
    context = {
        "done": [_told(request, file) for file in files],
        "missing": request.method == "POST" and not files,
    }
    own = request.principal.has(Role.SAMPLER)
    page = "sampling/table_carry.html" if own else "sampling/table_carry_desk.html"
    return render(request, page, context)


def _told(request: SignedInRequest, file: Any) -> dict[str, Any]:
    """One file's line.  A file that is refused costs the others nothing."""
    try:
        with scoped(request.principal, "sampling") as by:
            made = TABLES.take_in(name=file.name, text=file.read(MOST_BYTES + 1), by=by)
    except Refused as refused:
        return {"name": file.name, "sentence": refused.message}
    reasons = [(why_refused(code), n) for code, n in sorted(made.refused.items())]
    return {"name": file.name, "made": made, "reasons": reasons}


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*UNIT, purpose="sampling")
def label_series(request: SignedInRequest) -> HttpResponse:
    """The unit's series of labels, and a form for the next."""
    unit = _unit(request)
    form = LabelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "sampling") as by:
                labels.make_series(
                    prefix=form.cleaned_data["letters"],
                    count=form.cleaned_data["count"],
                    copies=form.cleaned_data["copies"],
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The labels are numbered. Print them now."))
            return redirect("sampling:labels")
    series = list(table_reading.series_of(unit))
    context = {"form": form, "series": series, "sheets": list(labels.SHEETS)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/labels.html", context, status=status)


@require_safe
@guarded(*UNIT, purpose="sampling")
def labels_to_print(request: SignedInRequest, series: UUID, sheet: str) -> HttpResponse:
    """The PDF of a series on one kind of label sheets."""
    unit = request.principal.organisation
    if unit is None or sheet not in labels.SHEETS:
        raise Http404
    found = LabelSeries.objects.filter(pk=series, organisation=unit).first()
    if found is None:
        raise Http404
    pdf = labels.labels_pdf(labels.numbers_of(found), labels.SHEETS[sheet])
    return _printed(pdf, f"lachan-{found.prefix}{found.first}")


@require_safe
@guarded(*UNIT, purpose="sampling")
def slips_to_print(request: SignedInRequest) -> HttpResponse:
    """A sheet of blank slips for people without a code; each sheet has codes of its own."""
    sheet = labels.SHEETS[labels.SLIP_SHEET]
    return _printed(labels.labels_pdf(labels.blank_slips(), sheet), "lachan-slips")


def _printed(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _unit(request: SignedInRequest) -> UUID:
    if request.principal.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    return request.principal.organisation
