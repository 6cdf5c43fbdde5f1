"""The citizen's first page: whose it is, the code with its reason, and what is known."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.declarations import selectors as declarations
from lachan.gate.passes import RENEWED, SLIP_LASTS, pass_of, token_of
from lachan.gate.slips import slip
from lachan.isolation import selectors as isolation
from lachan.notices.selectors import sent_to
from lachan.people.selectors import PersonCard, card_of, spoken_for
from lachan.sampling import selectors as sampling


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def home(request: SignedInRequest) -> HttpResponse:
    """The pass of the reader, or of somebody the reader speaks for."""
    people = _people(request)
    if not people:
        return redirect("people:enter_myself")
    about = _about(request, people)
    last = declarations.latest(about.person)
    context = {
        "people": people,
        "about": about,
        "me": request.principal.person,
        "pass": pass_of(about),
        "last": last,
        "due": last is None or last.valid_until < now(),
        "outcomes": sampling.outcomes_of(about.person)[:1],
        "messages_sent": sent_to(about.person),
        "decided": isolation.decided_about([about.person]),
    }
    response = render(request, "gate/pass.html", context)
    # A page without a script: the browser itself asks again before the code ends.
    response["Refresh"] = str(int(RENEWED.total_seconds()))
    return response


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def slip_pdf(request: SignedInRequest) -> HttpResponse:
    """A code on paper, for somebody who carries no phone."""
    about = _about(request, _people(request))
    until = now() + SLIP_LASTS
    token = token_of(about.person, "slip", until)
    made = slip(name=about.name, year=about.birth_year, token=token, until=until)
    return HttpResponse(made, content_type="application/pdf")


def _people(request: SignedInRequest) -> list[PersonCard]:
    by = request.principal
    mine = card_of(by.person) if by.person else None
    return [mine, *spoken_for(by)] if mine else []


def _about(request: SignedInRequest, people: list[PersonCard]) -> PersonCard:
    asked = request.GET.get("of", "")
    found = next((card for card in people if not asked or str(card.person) == asked), None)
    if found is None:
        raise Http404
    return found
