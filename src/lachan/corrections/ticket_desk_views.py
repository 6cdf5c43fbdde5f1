"""Pages of the desk beside a complaint: taken for somebody, looked for in other people's books, a
facility asked; and the state of a complaint by its slip."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.scope import reference_reading, scoped
from lachan.corrections import (
    ticket_reading,
    ticket_search,
    ticket_slips,
    ticket_words,
    tickets,
)
from lachan.corrections.navigation import ASKERS
from lachan.corrections.ticket_forms import MissingForm, MoveForm, SearchForm, StatusForm
from lachan.corrections.ticket_models import About, Remedy, Ticket
from lachan.corrections.ticket_search import Candidate
from lachan.corrections.ticket_views import (
    bytes_of,
    facility_name,
    site_of,
    ticket_or_404,
    vaccines,
)
from lachan.corrections.tickets import Proposal, Told
from lachan.people.selectors import PersonCard, card_of, find_people
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term, vaccine_products


@require_GET
@guarded(*ASKERS, purpose="corrections")
def whose(request: SignedInRequest) -> HttpResponse:
    """Somebody without a telephone stands here: whose book is it?"""
    asked = request.GET.get("q", "").strip()
    cards = [card for card in find_people(asked, request.principal) if asked and not card.erased]
    looks.record_many(
        persons=[card.person for card in cards], what="search_result", by=request.principal
    )
    search = {"name": "q", "value": asked, "hint": _("Name, phone, document or card"), "keep": ()}
    rows = [(card, unit_label(card.commune)) for card in cards]
    context = {"rows": rows, "asked": asked, "tools": {"search": search}}
    return render(request, "corrections/ticket_whose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*ASKERS, purpose="corrections")
def take(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Take a complaint about a missing dose for somebody, and give the slip."""
    card = _card(request, person_id)
    form = MissingForm(request.POST or None, request.FILES or None, products=vaccines())
    if request.method == "POST" and form.is_valid():
        claim = form.claim()
        disease = vaccine_products(now())[claim.product].disease
        photo = bytes_of(form.cleaned_data["photo"])
        told = Told(About.MISSING, disease, claim, photo=photo, site=site_of(request))
        try:
            with scoped(request.principal, "corrections"):
                row = tickets.open_ticket(person=card.person, told=told, by=request.principal)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("corrections:ticket_slip", row.id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "card": card}
    return render(request, "corrections/ticket_take.html", context, status=status)


def _card(request: SignedInRequest, person: UUID) -> PersonCard:
    card = card_of(person)
    if card is None or card.erased:
        raise Http404
    looks.record(person=person, what="ticket", by=request.principal)
    return card


@require_GET
@guarded(*ASKERS, purpose="corrections")
def slip(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """Number and code, large, to be printed or photographed."""
    row = ticket_or_404(ticket_id)
    looks.record(person=row.person_id, what="ticket", by=request.principal)
    code = ticket_slips.code_of(row)
    if not code:
        raise Http404
    context = {
        "row": row,
        "code": code,
        "who": ticket_slips.masked(card_of(row.person_id)),
        "clock": ticket_words.clock_words(row),
        "address": f"{site_of(request)}/complaints/status/",
    }
    return _private(render(request, "corrections/ticket_slip.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*ASKERS, purpose="corrections")
def search(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """Look in other people's books, with a reason, for what is missing here."""
    row = ticket_or_404(ticket_id)
    looks.record(person=row.person_id, what="ticket", by=request.principal)
    form = SearchForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _searched(request, row, form)
    try:
        found = ticket_search.look_for(
            ticket=row, why=form.cleaned_data["reason"], by=request.principal
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _searched(request, row, form)
    return _searched(request, row, form, found)


def _searched(
    request: SignedInRequest,
    row: Ticket,
    form: SearchForm,
    found: Sequence[Candidate] | None = None,
    move: MoveForm | None = None,
) -> HttpResponse:
    lines = [
        {
            "dose": each.dose,
            "who": each.who,
            "product": term("vaccine", each.dose.product),
            "fits": ticket_words.fit_words(each.fits),
            "form": MoveForm(initial={"dose": each.dose.id}, auto_id=f"m{number}_%s"),
        }
        for number, each in enumerate(found or ())
    ]
    failed = (form.is_bound and form.errors) or move is not None
    context = {
        "shown": ticket_words.shown(row),
        "card": card_of(row.person_id),
        "form": form,
        "lines": lines,
        "searched": found is not None,
        "move": move,
    }
    return render(request, "corrections/ticket_search.html", context, status=422 if failed else 200)


@require_POST
@guarded(*ASKERS, purpose="corrections")
def move(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """Propose that an entry under somebody else is moved here; somebody else decides it."""
    row = ticket_or_404(ticket_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        said = Proposal(Remedy.MOVE, given["why"], dose=given["dose"])
        try:
            with scoped(request.principal, "corrections"):
                tickets.propose(ticket=row, proposal=said, by=request.principal)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Proposed. Somebody else decides it."))
            return redirect("corrections:ticket", row.id)
    return _searched(request, row, SearchForm(), move=form)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*ASKERS, purpose="corrections")
def ask(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """Ask a facility: it sees the person until the complaint is decided."""
    row = ticket_or_404(ticket_id)
    asked = request.GET.get("q", "").strip()
    found = ticket_reading.facilities(row.province, asked)
    if request.method == "POST":
        chosen = request.POST.get("facility", "")
        choice = next((each for each in found if str(each.id) == chosen), None)
        if choice is None:
            raise Refused("facility_unknown", _("Choose the facility from the list."), status=404)
        tickets.ask_facility(ticket=row, organisation=choice.id, by=request.principal)
        messages.success(request, _("The facility sees the complaint until it is decided."))
        return redirect("corrections:ticket", row.id)
    search = {"name": "q", "value": asked, "hint": _("Name of the facility"), "keep": ()}
    context = {
        "row": row,
        "rows": [(each, unit_label(each.commune) if each.commune else "") for each in found],
        "asked": asked,
        "now_asked": facility_name(row.organisation),
        "tools": {"search": search},
    }
    return render(request, "corrections/ticket_ask_facility.html", context)


@public("whoever holds a complaint's slip reads with number and code what became of it")
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """The state of a complaint for somebody who cannot sign in."""
    form = StatusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        address = str(request.META.get("REMOTE_ADDR", ""))
        try:
            found = ticket_slips.status_of(
                number=given["number"], code=given["code"], asked_from=address
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _private(_shown(request, found))
    code = 422 if form.is_bound else 200
    return _private(render(request, "corrections/ticket_status.html", {"form": form}, status=code))


def _shown(request: HttpRequest, found: ticket_slips.Status) -> HttpResponse:
    with reference_reading():  # the words of a rule and of a vaccine are about nobody
        context = {"shown": ticket_words.shown(found.ticket), "who": found.who, "now": now()}
        return render(request, "corrections/ticket_status.html", context)


def _private(response: HttpResponse) -> HttpResponse:
    """In no cache."""
    response["Cache-Control"] = "no-store"
    return response
