"""Self-tests: the citizen reports with a photograph, the station looks and answers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.people.selectors import card_of, spoken_for
from lachan.sampling import rapid_access, rapid_home, rapid_reading, rapid_words
from lachan.sampling.models import SelfTest
from lachan.sampling.rapid_forms import SelfTestAnswerForm, SelfTestForm
from lachan.sampling.rapid_home import Told

#: Self-tests exist for this disease; the rulebook says so, and refuses others.
DISEASE = "covid-19"


@guarded(Role.CITIZEN, purpose="own_data")
def report(request: SignedInRequest) -> HttpResponse:
    """Report a test done at home, for oneself or somebody one speaks for."""
    by = request.principal
    mine = card_of(by.person) if by.person else None
    people = [*([mine] if mine else []), *spoken_for(by)]
    about = next((card for card in people if str(card.person) == request.GET.get("of")), mine)
    form = SelfTestForm(request.POST or None, request.FILES or None, initial={"id": uuid7()})
    if request.method == "POST" and about is not None and form.is_valid():
        try:
            with scoped(by, "own_data"):
                rapid_home.report(person=about.person, told=_told(form), by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Sent. Your health station looks at it and answers here."))
            return redirect(request.get_full_path())
    reports = rapid_reading.own_self_tests(about.person) if about else []
    context = {
        "form": form,
        "people": people,
        "about": about,
        "me": by.person,
        "reports": [rapid_words.self_test(row) for row in reports],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/rapid_home.html", context, status=status)


def _told(form: SelfTestForm) -> Told:
    given = form.cleaned_data
    photo = given["photo"]
    too_big = photo.size > rapid_home.MOST_BYTES
    return Told(
        id=given["id"],
        disease=DISEASE,
        claimed=given["claimed"],
        done_at=given["done_at"],
        kit=given["kit"],
        # One byte more than is allowed says the same as all of them.
        photo=photo.read(rapid_home.MOST_BYTES + 1 if too_big else None),
    )


@require_GET
@guarded(Role.STATION_OFFICER, purpose="sampling")
def reports(request: SignedInRequest) -> HttpResponse:
    """Reports of the commune: those that wait, or the answered."""
    answered = request.GET.get("state") == "answered"
    rows = rapid_access.self_tests_for(request.principal, answered=answered)
    context = {
        "answered": answered,
        "rows": [(row, card, rapid_words.self_test(row)) for row, card in rows],
    }
    return render(request, "sampling/rapid_reports.html", context)


@guarded(Role.STATION_OFFICER, purpose="sampling")
def answer(request: SignedInRequest, report_id: UUID) -> HttpResponse:
    """Look at one report and answer it."""
    row = rapid_access.self_test_for(request.principal, report_id)
    form = SelfTestAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "sampling") as by:
                rapid_home.answer(
                    row=row,
                    answer=form.cleaned_data["answer"],
                    note=form.cleaned_data["note"],
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Answered."))
            return redirect("sampling:rapid_reports")
    rapid_access.photo_for(request.principal, row)
    context = {
        "row": row,
        "card": card_of(row.person_id),
        "said": rapid_words.self_test(row),
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/rapid_report.html", context, status=status)


@require_GET
@guarded(Role.STATION_OFFICER, purpose="sampling")
def photo(request: SignedInRequest, report_id: UUID) -> HttpResponse:
    """The photograph, kept by no browser."""
    row: SelfTest = rapid_access.self_test_for(request.principal, report_id)
    response = HttpResponse(rapid_home.photo_of(row), content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
