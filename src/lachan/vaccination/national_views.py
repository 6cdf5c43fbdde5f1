"""The outbox to the national immunisation system: what waits and since when, files, answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.people.selectors import cards_of
from lachan.places.models import Organisation
from lachan.ui.wording import language
from lachan.vaccination import evening_words, national_files, national_sending
from lachan.vaccination.evening_report_views import READERS
from lachan.vaccination.models import NationalFile, NationalRow, Outgoing
from lachan.vaccination.site_desk_views import DESK
from lachan.vaccination.site_devices import facility_of
from lachan.vaccination.site_fields import fields

#: Rows of a list.
SHOWN = 100
State = Outgoing.State


@require_safe
@guarded(*READERS, purpose="vaccination")
def national(request: SignedInRequest) -> HttpResponse:
    """A facility's outbox; of a province, how far each facility is behind."""
    facility = request.principal.organisation
    if facility is None:
        return _overview(request)
    at = now()
    lag = national_sending.lag_of(facility)
    own = Outgoing.objects.filter(organisation=facility).select_related("dose")
    refused = list(own.filter(state=State.REFUSED).order_by("changed_at")[:SHOWN])
    held = list(own.filter(state=State.WAITING).exclude(missing=[]).order_by("queued_at")[:SHOWN])
    people = cards_of({row.dose.person_id for row in (*refused, *held)})
    looks.record_many(persons=people, what="vaccination", by=request.principal)
    names = {code: one.name(language()) for code, one in fields().items()}
    files = NationalFile.objects.filter(organisation=facility).annotate(
        accepted=Count("rows", filter=Q(rows__answer=NationalRow.Answer.ACCEPTED)),
        refused=Count("rows", filter=Q(rows__answer=NationalRow.Answer.REFUSED)),
    )
    context = {
        "at": at,
        "lag": lag,
        "hours": lag.hours(at),
        "refused": [(row, people.get(row.dose.person_id)) for row in refused],
        "held": [
            (row, people.get(row.dose.person_id), [names.get(code, code) for code in row.missing])
            for row in held
        ],
        "files": files.order_by("-number")[:SHOWN],
        "works": request.principal.has(*DESK),
    }
    return render(request, "vaccination/national.html", context)


def _overview(request: SignedInRequest) -> HttpResponse:
    at = now()
    open_ones = Q(state__in=(State.WAITING, State.SENT, State.REFUSED))
    rows: list[dict[str, Any]] = [
        {**row}
        for row in _seen(request.principal)
        .values("organisation")
        .annotate(
            open=Count("pk", filter=open_ones),
            held=Count("pk", filter=Q(state=State.WAITING) & ~Q(missing=[])),
            refused=Count("pk", filter=Q(state=State.REFUSED)),
            accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
            oldest=Min("queued_at", filter=open_ones),
        )
        .order_by("oldest")[:500]
    ]
    ids = [row["organisation"] for row in rows]
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("id", "name"))
    unknown = _("Facility that is not registered")
    told = [
        row | {"name": names.get(row["organisation"], unknown), "hours": _hours(row["oldest"], at)}
        for row in rows
    ]
    context = {
        "at": at,
        "rows": told,
        "open": sum(row["open"] for row in rows),
        "hours": max((_hours(row["oldest"], at) for row in rows), default=0),
    }
    return render(request, "vaccination/national_overview.html", context)


def _hours(oldest: datetime | None, at: datetime) -> int:
    return int((at - oldest).total_seconds() // 3600) if oldest else 0


def _seen(by: Principal) -> QuerySet[Outgoing]:
    if by.national:
        return Outgoing.objects.all()
    if by.province is not None:
        return Outgoing.objects.filter(province=by.province)
    return Outgoing.objects.filter(commune=by.commune)


@require_POST
@guarded(*DESK, purpose="vaccination")
def export(request: SignedInRequest) -> HttpResponse:
    """Write the next file."""
    facility = facility_of(request.principal)
    national_sending.look_again(facility)
    try:
        with scoped(request.principal, "vaccination") as by:
            made = national_sending.export(organisation=facility, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        text = ngettext(
            "File %(number)d is written, with %(rows)d row. Download it and upload it there.",
            "File %(number)d is written, with %(rows)d rows. Download it and upload it there.",
            made.rows_count,
        )
        messages.success(request, text % {"number": made.number, "rows": made.rows_count})
    return redirect("vaccination:national")


@require_safe
@guarded(*DESK, purpose="vaccination")
def file(request: SignedInRequest, file: UUID, ending: str) -> HttpResponse:
    """A file again: CSV with its manifest, or the workbook."""
    found = NationalFile.objects.filter(pk=file).first()
    if found is None or found.organisation != request.principal.organisation:
        raise Http404
    persons = found.rows.values_list("person_id", flat=True)
    looks.record_many(persons=set(persons), what="vaccination", by=request.principal)
    name = national_files.name_of(found)
    if ending == "zip":
        answer = HttpResponse(national_files.package_of(found), content_type="application/zip")
    elif ending == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(national_files.workbook_of(found), content_type=kind)
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


@require_POST
@guarded(*DESK, purpose="vaccination")
def answers(request: SignedInRequest) -> HttpResponse:
    """Take an answer file over, row by row."""
    facility = facility_of(request.principal)
    given = request.FILES.get("file")
    try:
        if given is None:
            raise Refused("answers_unreadable", _("Choose the file with the answers."))
        told = national_files.read_answers(given.read(), given.name or "")
        with scoped(request.principal, "vaccination") as by:
            taken = national_sending.take_answers(told, organisation=facility, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("vaccination:national")
    text = _("%(accepted)d accepted, %(refused)d refused, %(repeated)d told before.")
    counts = {"accepted": taken.accepted, "refused": taken.refused, "repeated": taken.repeated}
    messages.success(request, text % counts)
    for number, code in taken.wrong[:20]:
        said = {"row": number, "why": evening_words.wrong_answer(code)}
        messages.warning(request, _("Row %(row)d was not taken over: %(why)s") % said)
    return redirect("vaccination:national")


@require_POST
@guarded(*DESK, purpose="vaccination")
def resend(request: SignedInRequest, entry: UUID) -> HttpResponse:
    """What was refused is corrected and goes again."""
    own = request.principal.organisation
    if own is None or not Outgoing.objects.filter(pk=entry, organisation=own).exists():
        raise Http404
    facility = facility_of(request.principal)
    try:
        with scoped(request.principal, "vaccination") as by:
            national_sending.resend(entry=entry, organisation=facility, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The entry waits for the next file."))
    return redirect("vaccination:national")
