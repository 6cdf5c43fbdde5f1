"""Pages of a case's days: the timeline, typing a point during a call, correcting it, the print."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import day_of
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.tracing import days, points
from lachan.tracing.asked import ASKERS, TRACERS
from lachan.tracing.case_heads import case_head, case_of, sent
from lachan.tracing.file_forms import PointForm, begin_of, point_values
from lachan.tracing.models import Case, TimePlace
from lachan.ui.wording import day as day_words


@require_safe
@guarded(*TRACERS, purpose="case_timeline")
def timeline(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """A fortnight, newest day first: scanned, told, unknown."""
    found = case_of(request, case_id)
    context = {
        **case_head(found, "tracing:timeline"),
        "days": days.timeline(found),
        "may_ask": request.principal.has(*ASKERS),
    }
    return render(request, "tracing/timeline.html", context)


@require_safe
@guarded(*TRACERS, purpose="case_timeline")
def timeline_print(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The same on paper, without the tools."""
    found = case_of(request, case_id)
    context = {**case_head(found, "tracing:timeline"), "days": days.timeline(found)}
    return render(request, "tracing/timeline_print.html", context)


@require_safe
@guarded(*TRACERS, purpose="case_timeline")
def place_hits(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Places of the register while the name is typed."""
    found = case_of(request, case_id)
    text = request.GET.get("place_text", "")
    context = {"hits": days.find_places(text, found), "text": text, "chosen": ""}
    return render(request, "tracing/_place_hits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="case_timeline")
def point_new(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Type a point while the patient talks."""
    return _point_page(request, case_of(request, case_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="case_timeline")
def point_correct(request: SignedInRequest, case_id: UUID, point_id: UUID) -> HttpResponse:
    """A new row in the place of an old one, which stays on record."""
    found = case_of(request, case_id)
    return _point_page(request, found, _point(found, point_id))


def _point_page(request: SignedInRequest, found: Case, old: TimePlace | None) -> HttpResponse:
    choices = [(day.isoformat(), day_words(day)) for day in days.asked_days(found)]
    initial = begin_of(request.GET) if old is None else point_values(old, points.company_of(old))
    asked = PointForm(sent(request), days=choices, initial=initial)
    if request.method == "POST" and asked.is_valid():
        try:
            with scoped(request.principal, "case_timeline"):
                row = points.add_point(
                    case=found, told=asked.told(), replaces=old, by=request.principal
                )
        except Refused as refused:
            asked.add_error(None, refused.message)
        else:
            messages.success(request, _("The point stands in the timeline."))
            return _to_day(row)
    context = {
        **case_head(found, "tracing:timeline"),
        "form": asked,
        "old": old,
        "earlier": [] if old is None else [old, *days.earlier_of(old)],
        **_hits(request, found, old),
    }
    status = 422 if asked.is_bound else 200
    return render(request, "tracing/point.html", context, status=status)


def _hits(request: SignedInRequest, found: Case, old: TimePlace | None) -> dict[str, Any]:
    """The place already chosen, and what the typed text finds where no script runs."""
    text = request.POST.get("place_text", "")
    if not text and old is not None and old.place is not None:
        text = old.place.name
    chosen = request.POST.get("place", "") or (str(old.place_id) if old and old.place_id else "")
    return {"text": text, "hits": days.find_places(text, found), "chosen": chosen}


@require_POST
@guarded(*TRACERS, purpose="case_timeline")
def point_withdraw(request: SignedInRequest, case_id: UUID, point_id: UUID) -> HttpResponse:
    """It was not so."""
    found = case_of(request, case_id)
    points.withdraw_point(point=_point(found, point_id), by=request.principal)
    messages.success(request, _("The point is out of the timeline and stays on record."))
    return redirect("tracing:timeline", found.id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="case_timeline")
def point_link(request: SignedInRequest, case_id: UUID, point_id: UUID) -> HttpResponse:
    """The place was registered since: the point becomes a visit there."""
    found = case_of(request, case_id)
    old = _point(found, point_id)
    place = _uuid(request.POST.get("place", ""))
    if request.method == "POST" and place is not None:
        row = points.link_point(point=old, place=place, by=request.principal)
        messages.success(request, _("The point is a visit at that place now."))
        return _to_day(row)
    text = request.POST.get("place_text") or request.GET.get("place_text") or old.place_name
    context = {
        **case_head(found, "tracing:timeline"),
        "old": old,
        "where": days.told_place(old),
        "text": text,
        "hits": days.find_places(text, found),
        "chosen": "",
    }
    return render(request, "tracing/point_link.html", context)


def _to_day(row: TimePlace) -> HttpResponse:
    """Back to the day one was speaking of."""
    return redirect(
        f"{reverse('tracing:timeline', args=[row.case_id])}#d{day_of(row.start).isoformat()}"
    )


def _point(found: Case, point_id: UUID) -> TimePlace:
    row = TimePlace.objects.select_related("place").filter(case=found, pk=point_id).first()
    if row is None:
        raise Http404
    return row


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
