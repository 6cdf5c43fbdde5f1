"""The daily report: as it stands, frozen, before; as a workbook and on paper."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core.clock import day_of, now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.places.models import Organisation
from lachan.places.selectors import unit_label
from lachan.ui.documents import PDF, to_pdf
from lachan.ui.tables import as_download
from lachan.vaccination import evening_report_words as words
from lachan.vaccination import evening_reporting as reporting
from lachan.vaccination.evening_report_paper import report_on_paper
from lachan.vaccination.models import DayReport
from lachan.vaccination.site_desk_views import DESK

#: Who reads daily reports: a facility, a commune's station, the CDC, the Ministry.
READERS = (*DESK, Role.MINISTRY)
#: Reports of the history on one page.
SHOWN = 60

Level = DayReport.Level


@dataclass(frozen=True, slots=True)
class Area:
    """Whose reports somebody reads."""

    level: str
    name: str
    organisation: UUID | None = None
    unit: int | None = None


@require_safe
@guarded(*READERS, purpose="vaccination")
def reports(request: SignedInRequest) -> HttpResponse:
    """What is open today, and what was frozen."""
    areas = _areas(request.principal)
    at = now()
    facility = next((one for one in areas if one.organisation), None)
    context: dict[str, Any] = {
        "at": at,
        "today": day_of(at),
        "areas": [(area, _history(area)) for area in areas],
        "facility": facility,
        "province": request.principal.province,
    }
    if facility is not None and facility.organisation is not None:
        found = reporting.open_figures(facility.organisation, at)
        place = reporting.place_of(facility.organisation)
        if place is not None:
            day = reporting.open_day(facility.organisation, place[1], at)
            context |= {
                "open_day": day,
                "cut_at": reporting.cut_of(day, place[1]),
                "may_freeze": day == day_of(at),
                "open": words.shown(found.as_rows(), found.reactions, found.stock, day, at),
            }
    elif request.principal.province is not None:
        province = request.principal.province
        day = reporting.open_day_of_province(province, at)
        context |= {
            "open_day": day,
            "cut_at": reporting.cut_of(day, province),
            "may_freeze": day == day_of(at) and request.principal.has(Role.DIRECTOR),
            "facilities": words.facilities(reporting.open_by_facility(province), day, province),
        }
    return render(request, "vaccination/day_reports.html", context)


def _areas(by: Principal) -> list[Area]:
    found = []
    if by.organisation is not None:
        unit = Organisation.objects.filter(pk=by.organisation).first()
        name = unit.name if unit else _("Your facility")
        found.append(Area(Level.FACILITY, name, organisation=by.organisation))
    if by.commune is not None:
        found.append(Area(Level.COMMUNE, unit_label(by.commune), unit=by.commune))
    if by.province is not None:
        found.append(Area(Level.PROVINCE, unit_label(by.province), unit=by.province))
    return found


def _history(area: Area) -> list[tuple[DayReport, dict[str, int]]]:
    rows = DayReport.objects.filter(level=area.level)
    if area.level == Level.FACILITY:
        rows = rows.filter(organisation=area.organisation)
    elif area.level == Level.COMMUNE:
        rows = rows.filter(commune=area.unit)
    else:
        rows = rows.filter(province__in=[area.unit or 0])
    return [(one, words.totals(one.rows, one.day)) for one in rows.order_by("-day")[:SHOWN]]


@require_safe
@guarded(*READERS, purpose="vaccination")
def report(request: SignedInRequest, report: UUID) -> HttpResponse:
    """A frozen report."""
    found = _report_for(request.principal, report)
    context = {
        "report": found,
        "name": words.area_name(found),
        "shown": words.shown(found.rows, found.reactions, found.stock, found.day, found.frozen_at),
        "parts": words.parts_of(found) if found.level != Level.FACILITY else [],
    }
    return render(request, "vaccination/day_report.html", context)


@require_safe
@guarded(*READERS, purpose="vaccination")
def report_file(request: SignedInRequest, report: UUID, ending: str) -> HttpResponse:
    """The same as a workbook, CSV or on paper."""
    found = _report_for(request.principal, report)
    name = f"bao-cao-tiem-{found.day:%Y%m%d}-{found.sha256[:8]}"
    if ending == "pdf":
        answer = HttpResponse(to_pdf(report_on_paper(found)), content_type=PDF)
        answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        return answer
    head, rows = words.as_table(found)
    return as_download(
        ending,
        name=name,
        title=f"{found.day:%d-%m-%Y}",
        head=head,
        rows=rows,
        widths=[14, 34, 12, 46, 10, 10, 10],
    )


def _report_for(by: Principal, id: UUID) -> DayReport:
    """A report of the own facility, commune, province or nation, or 404."""
    found = DayReport.objects.filter(pk=id).first()
    mine = found is not None and (
        by.national
        or (found.organisation is not None and found.organisation == by.organisation)
        or (by.commune is not None and found.commune == by.commune)
        or (by.province is not None and found.province == by.province)
    )
    if found is None or not mine:
        raise Http404
    return found


@require_POST
@guarded(*DESK, purpose="vaccination")
def freeze(request: SignedInRequest) -> HttpResponse:
    """Freeze today's report before its hour: the facility its own, the CDC the province's."""
    who = request.principal
    try:
        with scoped(who, "vaccination") as by:
            if who.organisation is not None:
                made = reporting.freeze_facility(organisation=who.organisation, by=by)
            elif who.province is not None and who.has(Role.DIRECTOR):
                made = reporting.freeze_province_now(province=who.province, by=by)
            else:
                raise Refused("no_facility", _("Sign in for the facility that vaccinates."))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("vaccination:day_reports")
    messages.success(request, _("The report is frozen. What comes now stands in the next one."))
    return redirect("vaccination:day_report", made.id)
