"""What a team chooses once before the first scan, and a device offers again on the next day."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.rulebook.selectors import diseases_at
from lachan.sampling import selectors, table_reading
from lachan.sampling.forms import NO_CAMPAIGN, SetupForm
from lachan.sampling.models import Method
from lachan.ui.wording import language

#: Where the session keeps what was chosen once.
CHOSEN = "sampling"
#: What was chosen last on this device: no person is in it.
LAST = "lachan_table"
#: seconds a device remembers it: two months, a wave.
REMEMBERED = 60 * 24 * 3600


@guarded(Role.SAMPLER, purpose="sampling")
def setup(request: SignedInRequest) -> HttpResponse:
    """Choose once: campaign, pool, laboratory, disease, test, whom we sample.

    Nothing is chosen beforehand; what this device chose last is one button, if it still holds.
    """
    form = _form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[CHOSEN] = form.cleaned_data
        response = redirect("sampling:table")
        _remember(response, form.cleaned_data)
        return response
    context = {"form": form, "last": _last(request)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/setup.html", context, status=status)


def told_of(request: SignedInRequest) -> list[str]:
    """What was chosen, as the table shows it beside the tube."""
    form = _form(request, request.session[CHOSEN])
    return form.in_words() if form.is_valid() else []


def setting_of(chosen: dict[str, str]) -> str:
    """What was chosen for the session, as the page's script reads it."""
    told = {
        "limit": int(chosen["limit"]),
        "disease": chosen["disease"],
        "laboratory": str(chosen["laboratory"]),
        "method": method_in(chosen),
        "campaign": campaign_in(chosen),
    }
    return json.dumps(told)


def method_in(chosen: dict[str, str]) -> str:
    """How it is tested; a session that began before it was asked is one by RT-PCR."""
    return chosen.get("method") or Method.PCR


def campaign_in(chosen: dict[str, str]) -> str | None:
    """The campaign that was chosen, or None."""
    campaign = chosen.get("campaign", NO_CAMPAIGN)
    return None if campaign == NO_CAMPAIGN else campaign


def _form(request: SignedInRequest, given: Any) -> SetupForm:
    unit = request.principal.organisation
    names = {code: words[language()] for code, words in diseases_at(now()).items()}
    campaigns = table_reading.campaigns_now()
    return SetupForm(
        given,
        diseases=sorted(names.items()),
        laboratories=selectors.laboratories(),
        campaigns=campaigns,
        rapid=table_reading.has_rapid(unit, campaigns) if unit else False,
    )


def _last(request: SignedInRequest) -> dict[str, Any] | None:
    """What this device chose last: values to send again, and words; None where it holds no more."""
    kept = _kept(request)
    form = _form(request, kept)
    if not kept or not form.is_valid():
        return None
    values = [(name, value) for name, value in kept.items() if name in form.fields and value]
    return {"values": values, "words": [form.whom_in_words(), *form.in_words()]}


def _kept(request: HttpRequest) -> dict[str, str]:
    text = request.get_signed_cookie(LAST, default="", salt=LAST)
    return json.loads(text) if text else {}


def _remember(response: HttpResponse, chosen: dict[str, Any]) -> None:
    response.set_signed_cookie(
        LAST,
        json.dumps(chosen),
        salt=LAST,
        max_age=REMEMBERED,
        path="/sampling/",
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
