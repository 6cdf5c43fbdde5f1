"""The facility's desk: sessions planned and opened, and what of a session is to be looked at."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.people.selectors import cards_of
from lachan.rulebook.selectors import vaccine_products
from lachan.ui.wording import language
from lachan.vaccination import selectors, site_devices, site_reading, site_sessions, site_words
from lachan.vaccination.line_sheets import paper_of
from lachan.vaccination.models import SiteDevice
from lachan.vaccination.site_fields import fields
from lachan.vaccination.site_forms import SessionForm

#: Who works at a facility's desk.
DESK = (Role.VACCINATOR, *site_devices.HEADS)


@require_safe
@guarded(*DESK, purpose="vaccination")
def sessions(request: SignedInRequest) -> HttpResponse:
    """Sessions of the facility, the newest first, and its devices."""
    facility = site_devices.facility_of(request.principal)
    rows = list(selectors.sessions_of(facility)[: site_reading.LIST_LIMIT])
    devices = SiteDevice.objects.filter(organisation=facility).order_by("-made_at")
    context = {
        "rows": [(row, site_words.state_words(row.state)) for row in rows],
        "devices": list(devices[: site_reading.LIST_LIMIT]),
        "works": request.principal.has(Role.VACCINATOR),
    }
    return render(request, "vaccination/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*DESK, purpose="vaccination")
def new(request: SignedInRequest) -> HttpResponse:
    """Plan a session."""
    site_devices.facility_of(request.principal)
    named = [(code, one.name(language())) for code, one in vaccine_products(now()).items()]
    form = SessionForm(request.POST or None, products=named)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with scoped(request.principal, "vaccination") as by:
                site_sessions.plan_session(
                    name=told["name"],
                    products=told["products"],
                    starts_at=told["starts_at"],
                    ends_at=told["ends_at"],
                    tables=told["tables"],
                    mobile=told["mobile"] == "mobile",
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The session is planned. Open it when the doors open."))
            return redirect("vaccination:sessions")
    status = 422 if form.is_bound else 200
    return render(request, "vaccination/session_new.html", {"form": form}, status=status)


@require_POST
@guarded(*DESK, purpose="vaccination")
def open_session(request: SignedInRequest, session: UUID) -> HttpResponse:
    """The doors are open."""
    site_sessions.open_session(session=session, by=request.principal)
    messages.success(request, _("The session is open."))
    return redirect("vaccination:sessions")


@require_safe
@guarded(*DESK, purpose="vaccination")
def session(request: SignedInRequest, session: UUID) -> HttpResponse:
    """A session: who is at which step, what is to be looked at, what is missing."""
    found = site_sessions.own_session(session, request.principal)
    flagged, gaps = site_reading.flagged(found), site_reading.gaps(found)
    problems = site_reading.at_problems(found)
    persons = [*(row.person_id for row in (*flagged, *problems)), *gaps]
    people = cards_of(persons)
    looks.record_many(persons=people, what="vaccination", by=request.principal)
    tally = site_reading.tally_of(found)
    names = {code: one.name(language()) for code, one in fields().items()}
    context = {
        "session": found,
        "state": site_words.state_words(found.state),
        "came": tally.came,
        "steps": [(site_words.step_words(step), n) for step, n in tally.steps.items()],
        "flagged": [
            (row, people.get(row.person_id), [site_words.flag_words(one) for one in row.flags])
            for row in flagged
        ],
        "gaps": [
            (people.get(person), [names.get(code, code) for code in codes])
            for person, codes in list(gaps.items())[: site_reading.LIST_LIMIT]
        ],
        "problems": [
            (row, people.get(row.person_id), site_words.problem_words(row.problem), minutes)
            for row, minutes in problems.items()
        ],
        "paper": paper_of(found),
        "works": request.principal.has(Role.VACCINATOR),
    }
    return render(request, "vaccination/session.html", context)


@require_POST
@guarded(*DESK, purpose="vaccination")
def close_device(request: SignedInRequest, device: UUID) -> HttpResponse:
    """A device was lost."""
    site_devices.close_device(device=device, by=request.principal)
    messages.success(request, _("The device sends nothing any more."))
    return redirect("vaccination:sessions")
