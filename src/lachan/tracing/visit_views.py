"""Pages of asking a place: the question, its narrowing, and the pack with its files."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.places.models import Place
from lachan.places.selectors import place_label
from lachan.tracing import days, visit_access, visit_asking, visit_listing, visitors
from lachan.tracing.asked import ASKERS
from lachan.tracing.case_heads import case_head, case_of, sent
from lachan.tracing.inviting import unit_of
from lachan.tracing.models import Case
from lachan.tracing.visit_forms import AskPlaceForm, window_values
from lachan.tracing.visitors import Asked, Stay


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*ASKERS, purpose="answer_pack")
def ask(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The question; answered at once, or shown narrower where too many people were there."""
    found = case_of(request, case_id)
    form = AskPlaceForm(sent(request), initial=_initial(request))
    if not form.is_valid():
        return _page(request, found, form, status=422 if form.is_bound else 200)
    asked = form.asked()
    try:
        visit_asking.check(asked, found)
        there = visitors.stays(asked, found)
        if not visit_asking.may_name(len(there), found):
            return _page(request, found, form, crowd=_crowd(asked, there))
        row = visit_asking.ask(
            case=found,
            asked=asked,
            found=there,
            reason=form.cleaned_data["reason"],
            unit=unit_of(found, request.principal),
            by=request.principal,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, found, form, status=refused.status)
    query = urlencode({"part": asked.place.id}) if asked.place.id != row.place else ""
    address = reverse("tracing:visitors", args=[found.id, row.id])
    return redirect(f"{address}?{query}" if query else address)


@require_safe
@guarded(*ASKERS, purpose="answer_pack")
def pack(request: SignedInRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    """The visitors in the order in which to call them; everybody shown may see that."""
    found = case_of(request, case_id)
    asked, noted = _question(request, found, request_id)
    there = visitors.stays(asked, found)
    rows = visit_access.visitors_for(request.principal, there, found)
    context = {
        **case_head(found, "tracing:timeline"),
        "asked": asked,
        "noted": noted,
        "where": place_label(asked.place.id),
        "rows": rows,
        "elsewhere": len(there) - len(rows),
        "sentence": _sentence(rows),
        "query": request.GET.urlencode(),
        "at": now(),
    }
    return render(request, "tracing/visitors.html", context)


@require_safe
@guarded(*ASKERS, purpose="answer_pack_export")
def pack_file(
    request: SignedInRequest, case_id: UUID, request_id: UUID, ending: str
) -> HttpResponse:
    """The pack as CSV or Excel."""
    found = case_of(request, case_id)
    asked, _noted = _question(request, found, request_id)
    rows = visit_access.visitors_for(request.principal, visitors.stays(asked, found), found)
    return visit_listing.as_file(ending, found, rows)


@require_POST
@guarded(*ASKERS, purpose="answer_pack")
def put_on_list(request: SignedInRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    """Chosen visitors become rows to verify; only a human confirms them."""
    found = case_of(request, case_id)
    asked, _noted = _question(request, found, request_id)
    persons = {UUID(text) for text in request.POST.getlist("person") if _is_uuid(text)}
    rows = visit_asking.put_on_list(
        case=found,
        asked=asked,
        found=visitors.stays(asked, found),
        persons=persons,
        by=request.principal,
    )
    said = ngettext(
        "%(count)d person is on the list to verify.",
        "%(count)d people are on the list to verify.",
        len(rows),
    )
    messages.success(request, said % {"count": len(rows)})
    return redirect("tracing:case", found.id)


def _question(request: SignedInRequest, case: Case, request_id: UUID) -> tuple[Asked, Any]:
    noted = visit_access.request_for(case, request_id)
    place = noted.place
    part = request.GET.get("part", "")
    if _is_uuid(part) and visit_access.lies_in(UUID(part), noted.place):
        place = UUID(part)
    found = Place.objects.select_related("parent").filter(id=place).first()
    if found is None:
        raise Http404
    return Asked(found, noted.from_at, noted.till_at), noted


def _initial(request: SignedInRequest) -> dict[str, Any]:
    """A point of the timeline, or an hour of the crowd, that was pressed."""
    start, end = (_moment(request.GET.get(name, "")) for name in ("from", "until"))
    values = window_values(start, end) if start and end else {}
    return {**values, "place": request.GET.get("place", ""), "reason": request.GET.get("why", "")}


def _moment(text: str) -> Any:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _crowd(asked: Asked, there: list[Stay]) -> dict[str, Any]:
    hours = visitors.by_hour(there, asked)
    most = max(hours.values(), default=1)
    return {
        "people": len(there),
        "parts": [
            (place, count) for place, count in visitors.by_part(there) if place != asked.place
        ],
        "hours": [(hour, count, round(100 * count / most)) for hour, count in hours.items()],
    }


def _page(
    request: SignedInRequest, case: Case, form: AskPlaceForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    chosen = str(form["place"].value() or "")
    text = request.POST.get("place_text", "")
    place = Place.objects.filter(id=chosen).first() if _is_uuid(chosen) else None
    if place is not None and not text:
        text = place.name
    context = {
        **case_head(case, "tracing:timeline"),
        "form": form,
        "points": [row for line in days.timeline(case) for row in line.stays if row.place],
        "asked_before": visit_access.asked_before(case),
        "text": text,
        "chosen": chosen,
        "hits": days.find_places(text, case),
        **more,
    }
    return render(request, "tracing/ask_place.html", context, status=status)


def _sentence(rows: list[visitors.Visitor]) -> str:
    """How many, and how many of them can be called."""
    called = sum(row.reached is not None for row in rows)
    text = ngettext(
        "%(people)d person was there, %(called)d of them reached by telephone.",
        "%(people)d people were there, %(called)d of them reached by telephone.",
        len(rows),
    )
    return text % {"people": len(rows), "called": called}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
