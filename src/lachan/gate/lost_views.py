"""A slip was lost or a code copied: the citizen's own button, and the station's."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.gate.forms import LostForm
from lachan.gate.passes import SLIP_LASTS, token_of
from lachan.gate.revoking import revoke_codes
from lachan.gate.slips import slip
from lachan.people.selectors import PersonCard, card_of, find_people, spoken_for
from lachan.places.selectors import unit_label


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.CITIZEN, purpose="own_data")
def lost(request: SignedInRequest) -> HttpResponse:
    """Void every code of oneself, or of somebody one speaks for, that was issued before."""
    about = _mine(request)
    form = LostForm(request.POST if request.method == "POST" else None)
    back = f"{reverse('gate:pass')}?{urlencode({'of': str(about.person)})}"
    if request.method != "POST" or not form.is_valid():
        return render(request, "gate/lost.html", {"about": about, "form": form, "back": back})
    revoke_codes(person=about.person, why=form.cleaned_data["why"], by=request.principal)
    messages.success(request, _("Codes issued before are void now. Here is the new one."))
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.STATION_OFFICER, purpose="lost_code")
def lost_for(request: SignedInRequest) -> HttpResponse:
    """The station does the same for somebody without a phone, and prints the new slip."""
    asked = request.GET.get("q", "").strip()
    chosen = request.GET.get("of", "")
    if chosen:
        return _void_for(request, _seen(chosen))
    cards = find_people(asked, request.principal) if asked else []
    looks.record_many(
        persons=[card.person for card in cards], what="search_result", by=request.principal
    )
    search = {"name": "q", "value": asked, "hint": _("Name, phone, document or card"), "keep": ()}
    rows = [(card, unit_label(card.commune)) for card in cards]
    context = {"rows": rows, "asked": asked, "tools": {"search": search}}
    return render(request, "gate/lost_for.html", context)


@require_GET
@guarded(Role.STATION_OFFICER, purpose="lost_code")
def slip_for(request: SignedInRequest) -> HttpResponse:
    """A new slip for somebody of one's own area."""
    about = _seen(request.GET.get("of", ""))
    looks.record(person=about.person, what="card", by=request.principal)
    until = now() + SLIP_LASTS
    token = token_of(about.person, "slip", until)
    made = slip(name=about.name, year=about.birth_year, token=token, until=until)
    return HttpResponse(made, content_type="application/pdf")


def _void_for(request: SignedInRequest, about: PersonCard) -> HttpResponse:
    form = LostForm(request.POST if request.method == "POST" else None)
    looks.record(person=about.person, what="card", by=request.principal)
    done = request.method == "POST" and form.is_valid()
    if done:
        revoke_codes(person=about.person, why=form.cleaned_data["why"], by=request.principal)
    where = unit_label(about.commune)
    context = {"about": about, "form": form, "done": done, "where": where}
    return render(request, "gate/lost_one.html", context)


def _mine(request: SignedInRequest) -> PersonCard:
    by = request.principal
    own = card_of(by.person) if by.person else None
    people = [own, *spoken_for(by)] if own else []
    asked = request.GET.get("of", "")
    return _one(card for card in people if not asked or str(card.person) == asked)


def _seen(person: str) -> PersonCard:
    try:
        found = card_of(UUID(person))
    except ValueError:
        found = None
    return _one(card for card in [found] if card)


def _one(cards: Iterator[PersonCard]) -> PersonCard:
    found = next(cards, None)
    if found is None:
        raise Http404
    return found
