"""The inbox of a station, what a unit sent, and what came back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.people.selectors import person_of
from lachan.places.fields import StayForm
from lachan.tracing import access, handover, inbox
from lachan.tracing.asked import RECEIVERS, TRACERS
from lachan.tracing.forms import RETURNED_FOR
from lachan.tracing.handover_forms import SendPersonForm
from lachan.tracing.handover_words import inbox_tools, row_shown, sent_shown, sent_tools
from lachan.tracing.handovers import HandoverState, Kind
from lachan.ui.pages import page_of


@require_GET
@guarded(*RECEIVERS, purpose="handover")
def received(request: SignedInRequest) -> HttpResponse:
    """People handed over to this commune or province."""
    return _inbox(request, "tracing/inbox.html")


@require_GET
@guarded(*RECEIVERS, purpose="handover")
def received_print(request: SignedInRequest) -> HttpResponse:
    """The same rows for A4 paper, with a column for what was found."""
    return _inbox(request, "tracing/inbox_print.html")


def _inbox(request: SignedInRequest, template: str) -> HttpResponse:
    asked = _asked(request)
    page = page_of(inbox.came(asked), request.GET)
    rows = access.inbox_for(request.principal, page.rows)
    counts = inbox.counts(asked.kind)
    context = {
        "rows": [row_shown(row) for row in rows],
        "page": page,
        "tools": inbox_tools(asked, counts, only_visits=_only_visits(request)),
        "waiting": counts[HandoverState.SENT],
        "late": counts["overdue"],
        "resting": inbox.resting(),
        "climbed": inbox.climbed(request.principal),
        "returned_for": RETURNED_FOR,
        "may_answer": request.principal.commune is not None or request.principal.province,
        "query": request.GET.urlencode(),
        "at": now(),
    }
    return render(request, template, context)


def _only_visits(request: SignedInRequest) -> bool:
    return request.principal.has(Role.VILLAGE_HEALTH_WORKER)


def _asked(request: SignedInRequest) -> inbox.AskedInbox:
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    if _only_visits(request):
        kind = Kind.VISIT
    return inbox.AskedInbox(
        state=state if state in HandoverState.values else "",
        kind=kind if kind in Kind.values else "",
        overdue=request.GET.get("overdue") == "1",
    )


@require_POST
@guarded(*RECEIVERS, purpose="handover")
def accept(request: SignedInRequest, handover_id: UUID) -> HttpResponse:
    """Take a person over."""
    handover.accept(access.handover_for(request.principal, handover_id), by=request.principal)
    return _back(request)


@require_POST
@guarded(*RECEIVERS, purpose="handover")
def accept_all(request: SignedInRequest) -> HttpResponse:
    """Take over everybody of the list as it is filtered, in one act."""
    rows = inbox.came(_asked(request)).filter(state=HandoverState.SENT)
    count = handover.accept_all(rows.values_list("id", flat=True), by=request.principal)
    text = ngettext("%(count)d person taken over.", "%(count)d people taken over.", count)
    messages.success(request, text % {"count": count})
    return _back(request)


@require_POST
@guarded(*RECEIVERS, purpose="handover")
def give_back(request: SignedInRequest, handover_id: UUID) -> HttpResponse:
    """Return a person with a reason."""
    found = access.handover_for(request.principal, handover_id)
    handover.give_back(found, reason=request.POST.get("reason", ""), by=request.principal)
    return _back(request)


@require_POST
@guarded(*RECEIVERS, purpose="handover")
def finish(request: SignedInRequest, handover_id: UUID) -> HttpResponse:
    """What was to be done for a person is done."""
    handover.finish(access.handover_for(request.principal, handover_id), by=request.principal)
    return _back(request)


def _back(request: SignedInRequest, name: str = "tracing:inbox") -> HttpResponse:
    """To the list as it was filtered."""
    there = request.POST.get("next", "")
    if there and url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        return redirect(there)
    return redirect(name)


@require_GET
@guarded(*TRACERS, purpose="handover")
def sent(request: SignedInRequest) -> HttpResponse:
    """What this unit sent: the returned first, then the unanswered."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state = state if state in HandoverState.values else ""
    kind = kind if kind in Kind.values else ""
    overdue = request.GET.get("overdue") == "1"
    page = page_of(inbox.went(state=state, kind=kind, overdue=overdue), request.GET)
    rows = access.sent_for(request.principal, page.rows)
    context = {
        "rows": [sent_shown(row) for row in rows],
        "page": page,
        "tools": sent_tools(state, kind, overdue, inbox.sent_counts()),
        "climbed": inbox.climbed(request.principal),
    }
    return render(request, "tracing/sent.html", context)


@require_http_methods(["GET", "POST"])
@guarded(*TRACERS, purpose="handover")
def send_again(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """Correct where a returned person stays, and send him there."""
    contact = access.returned_for(request.principal, contact_id)
    form = StayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handover.send_again(
            contact=contact,
            commune=form.cleaned_data["commune"],
            address=form.cleaned_data["address"],
            by=request.principal,
        )
        messages.success(request, _("Sent to the commune where the person stays now."))
        return redirect("tracing:sent")
    rows = access.contacts_for(request.principal, [contact])
    context = {"form": form, "row": rows[0], "back": handover.returned(contact)}
    status = 422 if form.is_bound else 200
    return render(request, "tracing/send_again.html", context, status=status)


@require_http_methods(["GET", "POST"])
@guarded(*TRACERS, purpose="handover")
def send_person(request: SignedInRequest) -> HttpResponse:
    """Hand over somebody who is no contact: a sampling, a case moving home, somebody discharged."""
    form = SendPersonForm(request.POST or None, by=request.principal)
    if request.method == "POST" and form.is_valid():
        person = person_of(form.cleaned_data["person"])
        assert person is not None, "the form found the person in this scope"
        handover.send_person(
            person=person,
            kind=Kind(form.cleaned_data["kind"]),
            disease=form.cleaned_data["disease"],
            note=form.cleaned_data["note"],
            case=None,
            by=request.principal,
        )
        messages.success(request, _("Sent to the commune where the person stays now."))
        return redirect("tracing:sent")
    status = 422 if form.is_bound else 200
    return render(request, "tracing/send_person.html", {"form": form}, status=status)
