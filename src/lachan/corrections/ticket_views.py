"""Pages of the correction desk: the citizen's complaints, the desk, the public board."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped
from lachan.corrections import ticket_reading, ticket_slips, ticket_words, tickets
from lachan.corrections.navigation import ASKERS, DESK
from lachan.corrections.ticket_forms import (
    AnswerForm,
    IdentityForm,
    MissingForm,
    ProposalForm,
    WrongForm,
)
from lachan.corrections.ticket_models import About, Remedy, Ticket
from lachan.corrections.tickets import Proposal, Told
from lachan.people.selectors import PersonCard, card_of, cards_of, spoken_for
from lachan.places.models import Organisation
from lachan.places.selectors import organisation_name
from lachan.rulebook.selectors import term, vaccine_products
from lachan.vaccination.selectors import doses_of


def _people(request: SignedInRequest) -> tuple[list[PersonCard], PersonCard | None]:
    by = request.principal
    mine = card_of(by.person) if by.person else None
    people = [*([mine] if mine else []), *spoken_for(by)]
    asked = request.GET.get("of")
    return people, next((card for card in people if str(card.person) == asked), mine)


def vaccines() -> list[tuple[str, str]]:
    """Vaccines to choose from."""
    return [(code, term("vaccine", code)) for code in vaccine_products(now())]


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def mine(request: SignedInRequest) -> HttpResponse:
    """What the reader complained of, and where it stands."""
    people, about = _people(request)
    rows = ticket_reading.own_tickets([about.person]) if about else []
    context = {
        "people": people,
        "about": about,
        "me": request.principal.person,
        "tickets": [(ticket_words.shown(row), ticket_slips.code_of(row)) for row in rows],
        "doses": [
            (each, term("vaccine", each.product))
            for each in (doses_of(about.person) if about else [])
        ],
    }
    return render(request, "corrections/tickets_mine.html", context)


@guarded(Role.CITIZEN, purpose="own_data")
def missing(request: SignedInRequest) -> HttpResponse:
    """Say that a dose is not in the book."""
    form = MissingForm(request.POST or None, request.FILES or None, products=vaccines())
    about = _people(request)[1]
    if request.method == "POST" and about and form.is_valid():
        claim = form.claim()
        disease = vaccine_products(now())[claim.product].disease if claim.product else ""
        photo = bytes_of(form.cleaned_data["photo"])
        told = Told(About.MISSING, disease, claim, photo=photo, site=site_of(request))
        if ticket := _opened(request, about, told, form):
            return _thanked(request, about, ticket)
    return _asked(request, form, about, _("A dose is missing"))


@guarded(Role.CITIZEN, purpose="own_data")
def wrong(request: SignedInRequest, dose_id: UUID) -> HttpResponse:
    """Say that a dose of the book is wrong or not one's own."""
    form = WrongForm(request.POST or None, request.FILES or None)
    about = _people(request)[1]
    if about is None:
        raise Http404
    dose = next((each for each in doses_of(about.person) if each.id == dose_id), None)
    if dose is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        told = Told(
            given["about"],
            dose.disease,
            dose=dose.id,
            text=given["text"],
            photo=bytes_of(given["photo"]),
            site=site_of(request),
        )
        if ticket := _opened(request, about, told, form):
            return _thanked(request, about, ticket)
    return _asked(request, form, about, term("vaccine", dose.product), dose=dose)


@guarded(Role.CITIZEN, purpose="own_data")
def identity(request: SignedInRequest) -> HttpResponse:
    """Say that name, birth date or sex is wrong."""
    form = IdentityForm(request.POST or None, request.FILES or None)
    about = _people(request)[1]
    if about is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        told = Told(
            About.IDENTITY,
            "",
            text=given["text"],
            photo=bytes_of(given["photo"]),
            site=site_of(request),
        )
        if ticket := _opened(request, about, told, form):
            return _thanked(request, about, ticket)
    return _asked(request, form, about, _("Personal data is wrong"))


def site_of(request: HttpRequest) -> str:
    """The address of this installation, for links of messages."""
    return request.build_absolute_uri("/").rstrip("/")


def bytes_of(sent: "UploadedFile[bytes] | None") -> bytes | None:
    """What was sent, and one byte more than is allowed of what is too large."""
    # One byte more than is allowed says the same as all of them.
    return sent.read(tickets.MOST_BYTES + 1) if sent else None


def _opened(request: SignedInRequest, about: PersonCard, told: Told, form: Any) -> Ticket | None:
    try:
        with scoped(request.principal, "own_data"):
            return tickets.open_ticket(person=about.person, told=told, by=request.principal)
    except Refused as refused:
        form.add_error(None, refused.message)
        return None


def _thanked(request: SignedInRequest, about: PersonCard, ticket: Ticket) -> HttpResponse:
    text = _("Sent under the number %(number)s.") % {"number": ticket.number}
    messages.success(request, f"{text} {ticket_words.clock_words(ticket)}")
    return redirect(f"{reverse('corrections:tickets')}?of={about.person}")


def _asked(
    request: SignedInRequest, form: Any, about: PersonCard | None, title: str, **more: Any
) -> HttpResponse:
    back = f"{reverse('corrections:tickets')}?of={about.person}" if about else ""
    context = {"form": form, "about": about, "title": title, "back": back, **more}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "corrections/ticket_ask.html", context, status=status)


@require_GET
@guarded(*DESK, purpose="corrections")
def desk(request: SignedInRequest) -> HttpResponse:
    """Complaints by their hour; each opens with a look on record."""
    ended = request.GET.get("state") == "ended"
    rows = list(ticket_reading.at_desk(ended=ended)[: ticket_reading.PAGE + 1])
    some = rows[: ticket_reading.PAGE]
    cards = cards_of([row.person_id for row in some])
    looks.record_many(persons=cards, what="ticket", by=request.principal)
    context = {
        "ended": ended,
        "rows": [(ticket_words.shown(row), cards.get(row.person_id)) for row in some],
        "more": len(rows) > len(some),
        "may_take": request.principal.has(*ASKERS),
        "now": now(),
    }
    return render(request, "corrections/tickets_desk.html", context)


@guarded(*DESK, purpose="corrections")
def ticket(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """One complaint: what is said, what the book holds, what is proposed, the answer."""
    row = ticket_or_404(ticket_id)
    looks.record(person=row.person_id, what="ticket", by=request.principal)
    return _page(request, row)


@require_POST
@guarded(*DESK, purpose="corrections")
def propose(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """The first of two people."""
    row = ticket_or_404(ticket_id)
    form = ProposalForm(request.POST, products=vaccines())
    if not form.is_valid():
        return _page(request, row, proposal=form, status=422)
    given = form.cleaned_data
    dose = row.dose_id or _near(row)
    said = Proposal(given["remedy"], given["why"], form.claim(), dose, form.personal())
    try:
        with scoped(request.principal, "corrections"):
            tickets.propose(ticket=row, proposal=said, by=request.principal)
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, row, proposal=form, status=422)
    messages.success(request, _("Proposed. Somebody else decides it."))
    return redirect("corrections:ticket", row.id)


def _near(row: Ticket) -> UUID | None:
    found = row.found.get("dose")
    return UUID(found) if found else None


@require_POST
@guarded(*DESK, purpose="corrections")
def decide(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """The second of two people."""
    row = ticket_or_404(ticket_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, answer=form, status=422)
    given = form.cleaned_data
    try:
        with scoped(request.principal, "corrections"):
            tickets.decide(
                ticket=row,
                approve=given["approve"] == "yes",
                answer=given["answer"],
                by=request.principal,
            )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, row, answer=form, status=refused.status)
    messages.success(request, _("Decided. The person reads the answer."))
    return redirect("corrections:ticket", row.id)


def _page(
    request: SignedInRequest,
    row: Ticket,
    *,
    proposal: ProposalForm | None = None,
    answer: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """What is said beside what the book holds, with what the reader may do next."""
    claimed = {name: row.claimed.get(name, "") for name in ("day", "product", "lot", "where")}
    first = row.state == Ticket.State.OPEN
    second = row.state == Ticket.State.PROPOSED
    own = row.proposed_by == request.principal.account
    if first and proposal is None:
        proposal = ProposalForm(initial=claimed, products=vaccines())
    context = {
        "shown": ticket_words.shown(row),
        "card": card_of(row.person_id),
        "doses": [
            (each, term("vaccine", each.product), str(each.id) == row.found.get("dose"))
            for each in doses_of(row.person_id)
        ],
        "propose": proposal,
        "answer": answer or (AnswerForm() if second and not own else None),
        "own": second and own,
        "moved": _moving(request, row),
        "data": ticket_words.data_words(ticket_reading.data_of(row)),
        "may_search": first
        and bool(claimed["day"] and claimed["product"])
        and request.principal.has(*ASKERS),
        "may_ask": row.decided_at is None and request.principal.has(*ASKERS),
        "asked": facility_name(row.organisation),
        "code": ticket_slips.code_of(row) if request.principal.has(*ASKERS) else "",
    }
    return render(request, "corrections/ticket.html", context, status=status)


def _moving(request: SignedInRequest, row: Ticket) -> dict[str, Any] | None:
    """The entry under somebody else that is proposed to be moved; its person sees the look."""
    if row.remedy != Remedy.MOVE:
        return None
    dose = ticket_reading.dose_of(UUID(row.proposal["dose"]))
    if dose is None:
        return None
    looks.record(person=dose.person_id, what="ticket_search", by=request.principal)
    who = ticket_slips.masked(card_of(dose.person_id))
    return {"dose": dose, "product": term("vaccine", dose.product), "who": who}


def facility_name(organisation: UUID | None) -> str:
    """The facility that is asked; "" where none is."""
    found = Organisation.objects.filter(pk=organisation).first() if organisation else None
    return organisation_name(found) if found else ""


@require_GET
@guarded(*DESK, purpose="corrections")
def photo(request: SignedInRequest, ticket_id: UUID) -> HttpResponse:
    """The picture of the paper; kept by no browser."""
    row = ticket_or_404(ticket_id)
    if row.photo is None:
        raise Http404
    looks.record(person=row.person_id, what="ticket", by=request.principal)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(ticket_reading.photo_of(row), content_type="image/jpeg", headers=headers)


@require_GET
@public("how fast complaints are answered, in numbers without anybody in them")
def times(request: HttpRequest) -> HttpResponse:
    """The public board of response times."""
    with reference_reading():
        found, days = ticket_reading.paces()
    lines = [ticket_words.line_of(each) for each in found]
    context = {
        "provinces": [each for each in lines if not each.pace.facility],
        "facilities": [each for each in lines if each.pace.facility],
        "days": days,
        "now": now(),
    }
    return render(request, "corrections/times.html", context)


def ticket_or_404(ticket_id: UUID) -> Ticket:
    """One complaint of this scope."""
    found = ticket_reading.ticket_of(ticket_id)
    if found is None:
        raise Http404
    return found
