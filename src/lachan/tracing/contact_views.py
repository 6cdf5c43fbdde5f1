"""What an officer does with one contact: decide, identify, ask him whom he met."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import looks
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.people.selectors import card_of, find_people
from lachan.places.selectors import unit_label
from lachan.tracing import (
    adding,
    calling,
    inviting,
    naming_access,
    naming_selectors,
    printing,
    services,
)
from lachan.tracing.asked import TRACERS
from lachan.tracing.calls import Outcome
from lachan.tracing.models import Contact, Invitation
from lachan.tracing.pages import case_tabs

_STATES = {
    "confirm": Contact.State.CONFIRMED,
    "rule_out": Contact.State.RULED_OUT,
    "back": Contact.State.TO_VERIFY,
}


@require_POST
@guarded(*TRACERS, purpose="tracing")
def decide(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """Confirm, rule out with a reason, take back, or note that nobody answered."""
    row = naming_access.contact_for(request.principal, contact_id)
    act = request.POST.get("act", "")
    if act == "not_reached":
        calling.log_call(persons=[row.person_id], outcome=Outcome.NO_ANSWER, by=request.principal)
        messages.success(request, _("Kept: could not be reached now."))
        return redirect("tracing:contact", contact_id=row.id)
    if act not in _STATES:
        raise Refused("nobody_chosen", _("Choose what to do with this person."))
    services.decide(
        contacts=[row.id],
        state=_STATES[act],
        reason=request.POST.get("reason", ""),
        by=request.principal,
    )
    messages.success(request, _("The decision is kept with your name."))
    return redirect("tracing:contact", contact_id=row.id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="tracing")
def identify(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """Somebody unknown is known now: search the register, choose who it is."""
    row = naming_access.contact_for(request.principal, contact_id)
    if request.method == "POST":
        became = adding.identify(
            contact=row, person=_person(request.POST.get("person", "")), by=request.principal
        )
        messages.success(request, _("The list goes on with this person."))
        return redirect("tracing:contact", contact_id=became.id)
    text = request.GET.get("q", "").strip()
    cards = find_people(text, request.principal) if text else []
    cards = [card for card in cards if card.person != row.person_id and not card.erased]
    looks.record_many(
        persons=[card.person for card in cards], what="search_result", by=request.principal
    )
    context = {
        "row": row,
        "card": card_of(row.person_id),
        "asked": text,
        "rows": [(card, unit_label(card.commune)) for card in cards],
        "note": naming_selectors.note_of(row),
        "case_tabs": case_tabs(row.case, "tracing:case"),
    }
    return render(request, "tracing/naming/identify.html", context)


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("nobody_chosen", _("Choose who this is.")) from None


@require_POST
@guarded(*TRACERS, purpose="tracing")
def invite(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """Open the page on which this contact names whom he met, or close it."""
    row = naming_access.contact_for(request.principal, contact_id)
    if request.POST.get("act") == "close":
        inviting.close_invitation(contact=row, by=request.principal)
        messages.success(request, _("The link is closed."))
        return redirect("tracing:contact", contact_id=row.id)
    inviting.invite(contact=row, phone=request.POST.get("phone", ""), by=request.principal)
    return redirect("tracing:invitation", contact_id=row.id)


@require_safe
@guarded(*TRACERS, purpose="tracing")
def invitation(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """The link of an invitation: as a code to scan, to read out, to print, to send."""
    row = naming_access.contact_for(request.principal, contact_id)
    found = _opened(row)
    code = inviting.code_of(found)
    link = request.build_absolute_uri(reverse("tracing:own_contacts", args=[code]))
    context = {
        "row": row,
        "card": card_of(row.person_id),
        "invitation": found,
        "code": printing.grouped(code),
        "link": link,
        "picture": printing.code_picture(link),
        "taken": found.rows.count(),
        "case_tabs": case_tabs(row.case, "tracing:case"),
    }
    return render(request, "tracing/naming/invitation.html", context)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def message(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """Draft the message with the link; it waits for a human's approval."""
    row = naming_access.contact_for(request.principal, contact_id)
    found = _opened(row)
    link = request.build_absolute_uri(
        reverse("tracing:own_contacts", args=[inviting.code_of(found)])
    )
    inviting.draft_message(invitation=found, link=link, by=request.principal)
    messages.success(request, _("The message waits for approval under Messages."))
    return redirect("tracing:invitation", contact_id=row.id)


@require_safe
@guarded(*TRACERS, purpose="tracing")
def paper(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """The same on paper, to fill in by hand."""
    row = naming_access.contact_for(request.principal, contact_id)
    found = _opened(row)
    code = inviting.code_of(found)
    link = request.build_absolute_uri(reverse("tracing:own_contacts", args=[code]))
    pdf = printing.sheet(unit=found.unit, phone=found.phone, code=code, link=link)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lachan-{code[:5]}.pdf"'
    return response


def _opened(row: Contact) -> Invitation:
    found = naming_selectors.open_invitation(row)
    if found is None:
        raise Refused("no_invitation", _("Ask this contact first: no link is open."), status=409)
    return found
