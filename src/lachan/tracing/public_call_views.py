"""Pages of public calls for the office: the list, a new one from a case, one call, an answer by
phone."""

from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import OFFSET, now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term
from lachan.tracing import (
    access,
    adding,
    inviting,
    naming_access,
    naming_selectors,
    naming_wording,
    printing,
    submissions,
)
from lachan.tracing.asked import TRACERS
from lachan.tracing.models import Case, PublicCall, Submission
from lachan.tracing.naming_forms import TakeForm
from lachan.tracing.pages import case_tabs
from lachan.tracing.public_forms import called_hours, called_words, day_of_text, hour_of_text
from lachan.ui.wording import full_date, moment

#: Days a new notice is proposed to hold.
DAYS = 7
#: Empty lines for places typed by hand.
TYPED_LINES = 3


@require_safe
@guarded(*TRACERS, purpose="tracing")
def calls(request: SignedInRequest) -> HttpResponse:
    """Every public call of the unit, with the number of answers."""
    asked = request.GET.get("state", "")
    state = asked if asked in PublicCall.State.values else ""
    context = {
        "rows": [
            (row, naming_wording.call_chip(row.state), _places(row.call))
            for row in naming_selectors.calls(state=state)
        ],
        "tools": naming_wording.call_tools("tracing:public_calls", state),
    }
    return render(request, "tracing/naming/calls.html", context)


def _places(call: PublicCall) -> list[str]:
    return [called_words(place) for place in call.places.order_by("from_at")]


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="tracing")
def case_calls(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The calls of a case, and a new one from its mốc dịch tễ."""
    found = access.case_for(request.principal, case_id)
    if request.method != "POST":
        return _case_page(request, found)
    try:
        with scoped(request.principal, "tracing"):
            call = inviting.draft_call(
                case=found,
                points=_points(request, found),
                phone=request.POST.get("phone", ""),
                ends_at=_end(request.POST.get("until", "")),
                by=request.principal,
            )
    except Refused as refused:
        return _case_page(request, found, refused=refused.message, status=refused.status)
    return redirect("tracing:staff_call", call_id=call.id)


def _case_page(
    request: SignedInRequest, case: Case, *, refused: str = "", status: int = 200
) -> HttpResponse:
    typed = request.POST
    stays = naming_selectors.stays_of(case)
    context = {
        "case": case,
        "commune": unit_label(case.commune),
        "case_tabs": case_tabs(case, "tracing:case_calls"),
        "rows": [
            (row, naming_wording.call_chip(row.state), _places(row.call))
            for row in naming_selectors.calls(case=case)
        ],
        "stays": [
            {
                "number": number,
                "stay": stay,
                "name": typed.get(f"s{number}-name") or stay.name,
                "day": stay.start.astimezone(OFFSET).date().isoformat(),
                "start": typed.get(f"s{number}-start") or f"{stay.start.astimezone(OFFSET):%H:%M}",
                "end": typed.get(f"s{number}-end") or f"{stay.end.astimezone(OFFSET):%H:%M}",
                "on": typed.get(f"s{number}-on") == "on",
            }
            for number, stay in enumerate(stays)
        ],
        "lines": [
            {
                "number": number,
                **{
                    key: typed.get(f"t{number}-{key}", "")
                    for key in ("name", "day", "start", "end")
                },
            }
            for number in range(TYPED_LINES)
        ],
        "phone": typed.get("phone") or naming_selectors.duty_phone(request.principal),
        "until": typed.get("until") or (today() + timedelta(days=DAYS)).isoformat(),
        "refused": refused,
    }
    return render(request, "tracing/naming/case_calls.html", context, status=status)


def _points(request: SignedInRequest, case: Case) -> list[inviting.Point]:
    """The ticked stays, as their names and hours were mended, and the lines typed by hand."""
    typed = request.POST
    found = []
    for number, stay in enumerate(naming_selectors.stays_of(case)):
        if typed.get(f"s{number}-on") == "on" and typed.get(f"s{number}-key") == stay.key:
            found.append(_point(typed, f"s{number}", stay.place))
    for number in range(TYPED_LINES):
        if typed.get(f"t{number}-name", "").strip():
            found.append(_point(typed, f"t{number}", None))
    return found


def _point(typed: QueryDict, prefix: str, place: UUID | None) -> inviting.Point:
    def text(key: str) -> str:
        return str(typed.get(f"{prefix}-{key}", ""))

    try:
        day, start, end = (
            day_of_text(text("day")),
            hour_of_text(text("start")),
            hour_of_text(text("end")),
        )
    except ValidationError as error:
        raise Refused("place_unreadable", " ".join(error.messages)) from None
    if day is None or start is None or end is None:
        raise Refused(
            "place_unreadable", _("Every place needs its day, and the hours from and to.")
        )
    first = datetime.combine(day, start, OFFSET)
    last = datetime.combine(day, end, OFFSET)
    if last <= first:
        last += timedelta(days=1)  # a night shift, a market: until after midnight
    return inviting.Point(name=text("name"), start=first, end=last, place=place)


def _end(text: str) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time(23, 59), OFFSET)
    except ValueError:
        raise Refused(
            "wrong_end", _("A notice ends on a day to come, within thirty days.")
        ) from None


@require_http_methods(["GET", "HEAD"])
@guarded(*TRACERS, purpose="tracing")
def staff_call(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """One call: the very words that are published, its code and poster, who answered."""
    call = naming_access.call_for(request.principal, call_id)
    state = naming_selectors.state_of(call)
    link = _link(request, call)
    context = {
        "call": call,
        "state": state,
        "chip": naming_wording.call_chip(state),
        "places": _places(call),
        "disease": term("disease", call.disease),
        "link": link,
        "picture": printing.code_picture(link),
        "code": printing.grouped(call.code),
        "answers": [
            (row, card, naming_wording.answer_words(row), naming_wording.near_words(row.near))
            for row, card in naming_access.answers_for(request.principal, call)
        ],
        "case_tabs": case_tabs(call.case, "tracing:case_calls"),
    }
    return render(request, "tracing/naming/call.html", context)


def _link(request: SignedInRequest, call: PublicCall) -> str:
    return request.build_absolute_uri(reverse("tracing:public_call", args=[call.code]))


@require_POST
@guarded(*TRACERS, purpose="tracing")
def decide(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Publish a call, or end it."""
    call = naming_access.call_for(request.principal, call_id)
    if request.POST.get("act") == "end":
        inviting.end_call(call=call, by=request.principal)
        messages.success(request, _("The notice has ended."))
    else:
        names = request.POST.get("names_disease") == "on"
        inviting.approve_call(call=call, names_disease=names, by=request.principal)
        messages.success(request, _("The notice is public now, with your name as its approver."))
    return redirect("tracing:staff_call", call_id=call.id)


@require_safe
@guarded(*TRACERS, purpose="tracing")
def poster(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """The notice to print and hang up, or to hand to the loudspeaker."""
    call = naming_access.call_for(request.principal, call_id)
    if naming_selectors.state_of(call) != PublicCall.State.OPEN:
        raise Refused(
            "not_published", _("Publish the notice first: its page opens nothing yet."), status=409
        )
    vi, en = (_in(language, call) for language in ("vi", "en"))
    pdf = printing.call_poster(
        unit=call.unit,
        phone=call.phone,
        link=_link(request, call),
        disease=(vi.disease, en.disease),
        until=(vi.until, en.until),
        places=[
            {"name": name, "commune": commune, "hours": hours, "hours_en": english}
            for (name, commune, hours), (_name, _commune, english) in zip(
                vi.places, en.places, strict=True
            )
        ],
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lachan-{call.code}.pdf"'
    return response


class Said(NamedTuple):
    """What the poster says in one language: a place is its name, commune, day and hours."""

    disease: str
    until: str
    places: list[tuple[str, str, str]]


def _in(language: str, call: PublicCall) -> Said:
    with translation.override(language):
        places = call.places.select_related("place").order_by("from_at")
        return Said(
            disease=term("disease", call.disease) if call.names_disease else "",
            until=full_date(call.ends_at),
            places=[
                (
                    each.name,
                    unit_label(each.place.commune) if each.place else "",
                    called_hours(each),
                )
                for each in places
            ],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="tracing")
def take(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Somebody answers a call by phone; an officer types it."""
    call = naming_access.call_for(request.principal, call_id)
    places = list(call.places.order_by("from_at"))
    if request.method != "POST":
        return _take_page(request, call, TakeForm(places=places, initial={"key": uuid7()}))
    form = TakeForm(request.POST, places=places)
    if not form.is_valid():
        return _take_page(request, call, form, status=422)
    key = form.cleaned_data["key"]
    if submissions.kept_already(key) is not None:
        return redirect("tracing:take_answer", call_id=call.id)
    told = form.told()
    case = Case.objects.select_for_update().get(pk=call.case_id)
    who = request.POST.get("who", "")
    offered = [] if who else naming_access.candidates_for(request.principal, case, told)
    if offered:
        return _ask_who(request, call, told, offered)
    try:
        with scoped(request.principal, "tracing") as by:
            row = adding.add(case=case, told=told, by=by, person=_person(who))
            submissions.keep(
                key=key,
                contact=row,
                channel=Submission.Channel.PHONE,
                near=form.cleaned_data["near"],
                call=call,
                called_place=form.called(),
                by=by,
            )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _take_page(request, call, form, status=refused.status)
    messages.success(request, _("%(name)s is on the list to verify.") % {"name": told.known_as})
    return redirect("tracing:take_answer", call_id=call.id)


def _person(who: str) -> UUID | None:
    try:
        return UUID(who)
    except ValueError:
        return None


def _take_page(
    request: SignedInRequest, call: PublicCall, form: TakeForm, status: int = 200
) -> HttpResponse:
    context = {
        "call": call,
        "form": form,
        "unit": form.chosen_unit(),
        "places": _places(call),
        "taken": call.answers.count(),
        "opened": moment(now()),
    }
    return render(request, "tracing/naming/take.html", context, status=status)


def _ask_who(
    request: SignedInRequest,
    call: PublicCall,
    told: adding.Told,
    offered: list[adding.Candidate],
) -> HttpResponse:
    left_out = {"csrfmiddlewaretoken", "who"}
    context = {
        "told": told,
        "hidden": [pair for pair in request.POST.items() if pair[0] not in left_out],
        "back": request.path,
        "offered": [
            (one, unit_label(one.card.commune), naming_wording.candidate_words(one))
            for one in offered
        ],
        "case": call.case,
        "case_tabs": case_tabs(call.case, "tracing:case_calls"),
    }
    return render(request, "tracing/naming/who.html", context)
