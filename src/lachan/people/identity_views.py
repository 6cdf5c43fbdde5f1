"""Asking the police, answering yes or no, and settling what differs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.people import same_access, selectors, services
from lachan.people.identity_checking import own_number
from lachan.people.models import IdentityCheck
from lachan.people.same_access import Side
from lachan.people.same_forms import AnswerForm, SettleForm
from lachan.people.same_words import CHECKED, sex_words
from lachan.people.words import birth_words

#: Rows of one page: each names somebody.
AT_ONCE = 25


@require_safe
@guarded(Role.STATION_OFFICER, purpose="identity_check")
def asked(request: SignedInRequest) -> HttpResponse:
    """What the police said no to, and how many wait for them."""
    checks = selectors.checks()
    differing = checks.filter(differs=True, settled_at=None)
    rows = [
        {"check": check, "side": side, "fields": _fields(check, side), "form": SettleForm()}
        for check, side in same_access.shown_checks(differing[:AT_ONCE], request.principal)
    ]
    context = {
        "rows": rows,
        "waiting": checks.filter(answered_at=None).count(),
        "agree": checks.exclude(answered_at=None).filter(differs=False).count(),
        "differ": differing.count(),
    }
    return render(request, "people/identity.html", context)


@require_POST
@guarded(Role.STATION_OFFICER, purpose="identity_check")
def ask(request: SignedInRequest) -> HttpResponse:
    """Put whoever was never asked about on a list for the police."""
    made = services.ask_police(by=request.principal)
    said = ngettext(
        "%(count)d person is on a new list for the police.",
        "%(count)d people are on a new list for the police.",
        len(made),
    )
    messages.success(request, said % {"count": len(made)})
    return redirect("people:identity")


@require_POST
@guarded(Role.STATION_OFFICER, purpose="identity_check")
def settle(request: SignedInRequest, check: UUID) -> HttpResponse:
    """What the station found."""
    form = SettleForm(request.POST)
    how = form.cleaned_data["how"] if form.is_valid() else ""
    again = bool(form.is_valid() and form.cleaned_data["again"])
    services.settle_check(_check(check), how=how, again=again, by=request.principal)
    messages.success(request, _("Settled."))
    return redirect("people:identity")


@require_safe
@guarded(Role.COMMUNE_POLICE, purpose="identity_check")
def to_answer(request: SignedInRequest) -> HttpResponse:
    """The list of the police: identities, and nothing of health."""
    waiting = selectors.checks().filter(answered_at=None).order_by("asked_at", "id")
    shown = same_access.shown_checks(waiting[:AT_ONCE], request.principal)
    rows = [
        {
            "check": check,
            "fields": _fields(check, side),
            "address": side.card.address,
            "form": AnswerForm(asked=check.asked, prefix=str(check.id)),
        }
        for check, side in shown
    ]
    context = {"rows": rows, "count": waiting.count()}
    return render(request, "people/identity_answer.html", context)


@require_POST
@guarded(Role.COMMUNE_POLICE, purpose="identity_check")
def answer(request: SignedInRequest, check: UUID) -> HttpResponse:
    """Yes or no for every field."""
    row = _check(check)
    form = AnswerForm(request.POST, asked=row.asked, prefix=str(row.id))
    answers = form.cleaned_data if form.is_valid() else {}
    services.answer_check(row, answers=answers, by=request.principal)
    messages.success(request, _("Answered."))
    return redirect("people:identity_answer")


def _fields(check: IdentityCheck, side: Side) -> list[tuple[str, str, str, bool | None]]:
    """Name of the field, its label, the station's value, and what the police said."""
    values = {
        "name": side.card.name,
        "birth": birth_words(side.card.birth),
        "sex": sex_words(side.card.sex),
        "number": own_number(side.known.documents),
    }
    return [(name, str(CHECKED[name]), values[name], getattr(check, name)) for name in check.asked]


def _check(check: UUID) -> IdentityCheck:
    row = IdentityCheck.objects.filter(id=check).first()
    if row is None:
        raise Refused("check_unknown", _("Nothing of your commune is asked there."), status=404)
    return row
