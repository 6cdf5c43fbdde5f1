"""The daily link without an account, and one's own follow-up with one."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import reference_reading
from lachan.declarations import access, daily
from lachan.declarations.daily_forms import DailyForm
from lachan.declarations.triage_reading import days_of, following
from lachan.declarations.triage_words import day_shown
from lachan.rulebook.selectors import triage_rule

#: What a page says after a report.
_KEPT = ("well", "danger")


@public("whoever holds the link of a day reports for the people of that telephone, reads nothing")
@require_GET
def daily_page(request: HttpRequest, code: str) -> HttpResponse:
    """Whose day it is: an initial and a year each; one person alone is asked at once."""
    found = daily.daily_of(code, asked_from=_address(request))
    kept = request.GET.get("kept", "")
    if found.open and len(found.people) == 1 and kept not in _KEPT:
        return redirect("declarations:daily_form", code, found.people[0].id)
    context = {"daily": found, "code": code, "kept": kept if kept in _KEPT else ""}
    return _closed_to_caches(
        render(request, "declarations/daily.html", context, status=200 if found.open else 410)
    )


@public("whoever holds the link of a day reports for the people of that telephone, reads nothing")
@require_http_methods(["GET", "POST"])
def daily_form(request: HttpRequest, code: str, day: UUID) -> HttpResponse:
    """The two-minute form of one person."""
    found = daily.daily_of(code, asked_from=_address(request))
    asked = next((each for each in found.people if each.id == day), None)
    if asked is None or not found.open:
        return redirect("declarations:daily", code)
    form = DailyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            daily.report(
                id=form.cleaned_data["key"],
                code=code,
                day=day,
                answers=form.answers(),
                asked_from=_address(request),
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            kept = "danger" if _danger(form, asked) else "well"
            answer = redirect("declarations:daily", code)
            answer["Location"] += f"?kept={kept}"
            return answer
    context = {"daily": found, "asked": asked, "code": code, "form": form}
    status = 422 if form.is_bound else 200
    return _closed_to_caches(
        render(request, "declarations/daily_form.html", context, status=status)
    )


def _danger(form: DailyForm, asked: daily.Asked) -> bool:
    """By the same rule as the worker's: who is in danger reads at once whom to call."""
    with reference_reading():  # a rule is about nobody
        return daily.is_danger(form.answers(), triage_rule(now(), province=asked.province))


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _closed_to_caches(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def my_days(request: SignedInRequest) -> HttpResponse:
    """The follow-up of the reader, or of somebody the reader speaks for, day by day."""
    people = access.people_of(request.principal)
    asked = request.GET.get("of", "")
    about = next((card for card in people if not asked or str(card.person) == asked), None)
    if about is None:
        if asked:
            raise Http404
        return redirect("people:me")
    follow_up = following(about.person)
    context = {
        "people": people,
        "about": about,
        "me": request.principal.person,
        "follow_up": follow_up,
        "days": [day_shown(row) for row in days_of(follow_up)] if follow_up else [],
    }
    return render(request, "declarations/my_days.html", context)
