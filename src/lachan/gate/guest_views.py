"""Whoever comes without a code: entered at the gate, and given a slip for the next time."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.formats import qr
from lachan.gate import selectors, services
from lachan.gate.forms import GuestForm
from lachan.gate.passes import SLIP_LASTS, token_for
from lachan.gate.sheets import entered_sheet, page_sheets
from lachan.gate.slips import slip
from lachan.gate.standing import at_a_gate
from lachan.gate.views import KEEPERS, at_once, page_context
from lachan.venues.models import Venue

#: Who entered somebody may print the slip now, while the person waits; later the station does.
SLIP_OFFERED = timedelta(minutes=15)
_SLIP_SALT = "lachan.gate.slip"


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose="gate")
@at_a_gate
def enter(request: SignedInRequest, venue: Venue) -> HttpResponse:
    """Enter somebody without a code, and let him pass by the same rule as everybody."""
    back = f"{reverse('gate:desk')}?gate={venue.code}"
    near = venue.place.province
    if "full_name" not in request.POST:
        form = GuestForm(initial=from_card(request.POST.get("text", "")), near=near)
        return _form(request, form, venue)
    form = GuestForm(request.POST, near=near)
    if not form.is_valid():
        return _form(request, form, venue, status=422)
    try:
        person = services.enter_person(given=form.cleaned_data, by=request.principal)
    except Refused as refused:
        form.add_error(None, refused.message)
        return _form(request, form, venue, status=422)
    guest = services.guest_entered(person)
    scanned = at_once(request, "")
    verdict = services.pass_through(
        scanned=scanned, guest=guest, venue=venue, source="desk", by=request.principal
    )
    sheet = entered_sheet(verdict, scanned, venue, back, _slip_word(guest.trace_id, request))
    page = {"direction": "in", **page_context(request, venue), **page_sheets("desk", venue)}
    return render(request, "gate/desk.html", {**page, "verdict": sheet})


def _form(
    request: SignedInRequest, form: GuestForm, venue: Venue, status: int = 200
) -> HttpResponse:
    card = form.data.get("home") or form.initial.get("home", "")
    back = f"{reverse('gate:camera')}?gate={venue.code}"
    context = {"form": form, "venue": venue, "back": back, "home": card}
    return render(request, "gate/enter.html", context, status=status)


@require_POST
@guarded(*KEEPERS, purpose="gate")
def guest_slip(request: SignedInRequest) -> HttpResponse:
    """The slip of somebody this account entered a moment ago; later nobody at a gate prints one."""
    try:
        hexed, account = signing.loads(
            request.POST.get("of", ""), salt=_SLIP_SALT, max_age=SLIP_OFFERED
        )
    except signing.BadSignature:
        raise _too_late() from None
    if account != str(request.principal.account):
        raise _too_late()
    trace_id = UUID(hexed)
    person, name, year = selectors.on_paper(trace_id)
    looks.record(person=person, what="gate_slip", by=request.principal)
    until = now() + SLIP_LASTS
    made = slip(name=name, year=year, token=token_for(trace_id, "slip", until), until=until)
    return HttpResponse(made, content_type="application/pdf")


def _slip_word(trace_id: UUID, request: SignedInRequest) -> str:
    return signing.dumps([str(trace_id), str(request.principal.account)], salt=_SLIP_SALT)


def _too_late() -> Refused:
    return Refused(
        "slip_too_late",
        _("The slip is printed right after entering. The health station prints it now."),
        status=410,
    )


def from_card(text: str) -> dict[str, str]:
    """What a card that nobody knows yet already says."""
    found = qr.read(text, this_year=now().year)
    if found.kind not in ("cccd", "bhyt"):
        return {}
    return {
        "full_name": found.fields["name"],
        "birth": _day_first(found.fields["birth"]),
        "sex": found.fields["sex"],
        "home": found.fields["address"],
        "document": found.fields["number"],
        "kind": found.kind,
    }


def _day_first(birth: str) -> str:
    """As people here write it: 1988-03-05 is 05/03/1988."""
    return "/".join(reversed(birth.split("-")))
