"""Sheets of visits on paper: handed out, keyed in, missing ones named."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.formats.papernumbers import PaperNumber
from lachan.gate import papers
from lachan.gate.models import VisitSeries, VisitSheet
from lachan.gate.paper_pdf import sheets_pdf
from lachan.gate.paper_rows import COLUMNS, ROWS, read_rows
from lachan.venues.models import Venue
from lachan.venues.selectors import venue_of_code, venues_of

#: Who hands sheets out and keys them in.
KEEPERS = (Role.PLACE_MANAGER, Role.STATION_OFFICER)


@require_safe
@guarded(*KEEPERS, purpose="visit_sheets")
def sheets(request: SignedInRequest) -> HttpResponse:
    """What was handed out and what is missing; and the number of a sheet to key in."""
    number = request.GET.get("number", "").strip()
    if number:
        try:
            series, sheet = papers.sheet_of(number)
        except Refused as refused:
            return _page(request, number=number, refused=refused)
        return redirect("gate:sheet", number=str(PaperNumber(series.series, sheet)))
    return _page(request)


@require_POST
@guarded(*KEEPERS, purpose="visit_sheets")
def hand_out(request: SignedInRequest) -> HttpResponse:
    """Number sheets for a place, to print."""
    venue = _venue(request)
    typed = request.POST.get("sheets", "")
    try:
        if venue is None:
            raise Refused("unknown_place", _("There is no such place."))
        count = int(typed) if typed.isdecimal() else 0
        series = papers.hand_out(venue=venue, sheets=count, by=request.principal)
    except Refused as refused:
        return _page(request, refused_new=refused, typed=typed)
    messages.success(request, _("The sheets are numbered. Print them now."))
    return redirect(f"{reverse('gate:sheets')}?{urlencode({'new': series.series})}")


@require_safe
@guarded(*KEEPERS, purpose="visit_sheets")
def sheets_to_print(request: SignedInRequest, series: str) -> HttpResponse:
    """The PDF of a series."""
    found = VisitSeries.objects.select_related("venue__place").filter(series=series).first()
    if found is None:
        raise Http404
    pdf = sheets_pdf(found.venue.place.name, found.series, found.sheets)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lachan-{found.series}.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose="visit_sheets")
def sheet(request: SignedInRequest, number: str) -> HttpResponse:
    """Key in one sheet, or declare it void."""
    series, count = papers.sheet_of(number)
    context: dict[str, Any] = {
        "number": str(PaperNumber(series.series, count)),
        "series": series,
        "back": papers.returned(series, count),
        "typed_day": "",
        "rows": _shown_rows({}, {}),
    }
    if request.method != "POST" or context["back"] is not None:
        return render(request, "gate/sheet.html", context)
    try:
        with scoped(request.principal, "visit_sheets"):
            made, more = _given(request, series, count)
    except Refused as refused:
        made, more = None, {"refused": refused, "rows": _shown_rows(request.POST, {})}
    if made is None:
        day = request.POST.get("day", "")
        return render(request, "gate/sheet.html", {**context, "typed_day": day, **more}, status=422)
    said = _("Sheet %(number)s: %(rows)s visitors recorded.")
    if made.state == VisitSheet.State.VOID:
        said = _("Sheet %(number)s is void.")
    messages.success(request, said % {"number": context["number"], "rows": made.rows})
    return redirect("gate:sheets")


def _given(
    request: SignedInRequest, series: VisitSeries, count: int
) -> tuple[VisitSheet | None, dict[str, Any]]:
    by, typed = request.principal, request.POST
    if "void" in typed:
        reason = typed.get("reason", "")
        return papers.declare_void(series=series, sheet=count, reason=reason, by=by), {}
    day = _day(typed.get("day", ""))
    if day is None:
        raise Refused("day_missing", _("Write the day that stands on the sheet."))
    written = read_rows(day, typed)
    if written.problems:
        return None, {"rows": _shown_rows(typed, written.problems), "wrong": len(written.problems)}
    return papers.key_in(series=series, sheet=count, day=day, rows=written.rows, by=by), {}


def _shown_rows(typed: Any, problems: dict[int, str]) -> list[dict[str, Any]]:
    """Each row's cells as they were typed, and what is wrong with it."""
    return [
        {
            "n": number,
            "cells": {name: typed.get(f"{name}_{number}", "") for name in COLUMNS},
            "wrong": problems.get(number, ""),
        }
        for number in range(1, ROWS + 1)
    ]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day <= today() else None


def _venue(request: SignedInRequest) -> Venue | None:
    by, code = request.principal, request.POST.get("place", "").strip()
    if by.organisation is not None:
        return venues_of(by).filter(code=code).first()
    found = venue_of_code(code)
    return found if found is not None and found.place.commune == by.commune else None


def _page(request: SignedInRequest, **more: Any) -> HttpResponse:
    by = request.principal
    context = {
        "standing": papers.standing(by),
        "venues": list(venues_of(by)),
        "station": by.has(Role.STATION_OFFICER),
        "new": request.GET.get("new", ""),
        **more,
    }
    return render(request, "gate/sheets.html", context, status=422 if more else 200)
