"""The call queue, the telephone call itself, and who is at the telephone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, phone_mates
from lachan.places.selectors import unit_label
from lachan.tracing import access, call_queue, calling, services
from lachan.tracing.asked import TRACERS
from lachan.tracing.call_forms import CallForm
from lachan.tracing.call_reading import (
    calls_of,
    contacts_of,
    shifts_of,
    station_name,
    unit_of,
)
from lachan.tracing.call_words import line_shown, order_words, queue_tools, why, workload
from lachan.tracing.calls import Outcome
from lachan.tracing.mode_words import limited_modes
from lachan.tracing.models import Contact
from lachan.tracing.scripts import languages, script
from lachan.ui.pages import page_of
from lachan.ui.wording import full_date


@require_GET
@guarded(*TRACERS, purpose="calling")
def queue(request: SignedInRequest) -> HttpResponse:
    """Whom to call, the most urgent first; one line for each person."""
    asked = _asked(request)
    page = page_of(call_queue.lines(asked), request.GET)
    people = [line.person for line in page]
    cards = access.callees_for(request.principal, people)
    mates = phone_mates(people)
    rows = [
        line_shown(line, rank, cards, len(mates.get(line.person, ())), request.principal)
        for rank, line in enumerate(page, page.first)
    ]
    shifts = list(shifts_of())
    context = {
        "rows": rows,
        "page": page,
        "order": order_words(),
        "tools": queue_tools(asked, call_queue.totals(asked), request.principal),
        "workload": workload(shifts, call_queue.loads() if shifts else {}),
        "on_shift": any(shift.account == request.principal.account for shift in shifts),
        "modes": limited_modes(),
        "case": asked.case,
    }
    return render(request, "tracing/calls.html", context)


def _asked(request: SignedInRequest) -> call_queue.Asked:
    part = request.GET.get("part", "now")
    return call_queue.Asked(
        case=_uuid(request.GET.get("case", "")),
        caller=request.principal.account if request.GET.get("mine") == "1" else None,
        unassigned=request.GET.get("free") == "1",
        part=part if part in {"now", "later", "unreachable"} else "",  # type: ignore[arg-type]
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
@guarded(*TRACERS, purpose="calling")
def call_next(request: SignedInRequest) -> HttpResponse:
    """The next person, held for this officer so that nobody else calls at the same time."""
    case = _uuid(request.POST.get("case", ""))
    person = calling.next_person(by=request.principal, case=case)
    return redirect("tracing:call", person_id=person)


@require_http_methods(["GET", "POST"])
@guarded(*TRACERS, purpose="calling")
def call(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """One person at the telephone: what to say, and what came of it."""
    card = access.callee_for(request.principal, person_id)
    mates = _mates(request.principal, person_id)
    form = CallForm(request.POST or None, mates=list(mates))
    if request.method == "POST" and form.is_valid():
        return _log(request, person_id, form)
    free = calling.hold(person_id, by=request.principal)
    context = _call_context(request, card, mates, form) | {"free": free}
    return render(request, "tracing/call.html", context, status=422 if form.is_bound else 200)


def _mates(by: Principal, person: UUID) -> dict[UUID, PersonCard]:
    """Who else is reached by this telephone and stands in the queue too."""
    others = phone_mates([person]).get(person, set())
    return access.callees_for(by, call_queue.waiting_among(sorted(others)))


def _call_context(
    request: SignedInRequest, card: PersonCard, mates: dict[UUID, PersonCard], form: CallForm
) -> dict[str, object]:
    contacts = contacts_of(card.person)
    line = call_queue.line_of(card.person)
    reader = (get_language() or "vi")[:2]
    known = languages(reader)
    language = request.GET.get("lang", "vi")
    language = language if language in known else "vi"
    return {
        "card": card,
        "home": unit_label(card.commune),
        "line": line,
        "why": why(line) if line else "",
        "contacts": contacts,
        "calls": calls_of(card.person),
        "mates": list(mates.values()),
        "form": form,
        "outcomes": Outcome.choices,
        "to_verify": any(row.state == Contact.State.TO_VERIFY for row in contacts),
        "language": language,
        "languages": known.items(),
        "script": script(
            language,
            reader,
            {
                "officer": request.principal.name,
                "unit": unit_of(request.principal),
                "person": card.name,
                "date": _last_met(contacts),
                "station": station_name(card.commune),
            },
        ),
    }


def _last_met(contacts: list[Contact]) -> str:
    met = [row.last_at for row in contacts if row.last_at is not None]
    return full_date(max(met)) if met else _("in the last days")


def _log(request: SignedInRequest, person: UUID, form: CallForm) -> HttpResponse:
    """Write the call down with its conclusion, then back or on to the next person."""
    outcome = Outcome(form.cleaned_data["outcome"])
    calling.log_call(
        persons=[person, *form.persons],
        outcome=outcome,
        note=form.cleaned_data["note"],
        next_at=form.next_at,
        by=request.principal,
    )
    _conclude(person, form.cleaned_data["conclusion"], request.principal)
    messages.success(request, _("The call is written down."))
    if "next" not in request.POST:
        return redirect("tracing:calls")
    try:
        return redirect("tracing:call", person_id=calling.next_person(by=request.principal))
    except Refused as nobody:
        messages.info(request, nobody.message)
        return redirect("tracing:calls")


def _conclude(person: UUID, conclusion: str, by: Principal) -> None:
    """What the call decided about the rows to verify: a human's act, as on the list."""
    if not conclusion:
        return
    rows = [row.id for row in contacts_of(person) if row.state == Contact.State.TO_VERIFY]
    if not rows:
        return
    act, _colon, reason = conclusion.partition(":")
    state = Contact.State.CONFIRMED if act == "confirm" else Contact.State.RULED_OUT
    services.decide(contacts=rows, state=state, reason=reason, by=by)


@require_POST
@guarded(*TRACERS, purpose="calling")
def go_there(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Somebody without a telephone: the team of the commune goes there."""
    access.callee_for(request.principal, person_id)
    calling.go_there(person_id, by=request.principal)
    messages.success(request, _("The commune is asked to send somebody."))
    return redirect("tracing:calls")


@require_POST
@guarded(*TRACERS, purpose="calling")
def shift(request: SignedInRequest) -> HttpResponse:
    """Sit down at the telephone, or leave it."""
    if "end" in request.POST:
        calling.end_shift(by=request.principal)
    else:
        calling.begin_shift(by=request.principal)
    return redirect("tracing:calls")


@require_POST
@guarded(*TRACERS, purpose="calling")
def share_out(request: SignedInRequest) -> HttpResponse:
    """Share the people nobody has among those at the telephone."""
    count = calling.share_out(by=request.principal)
    text = ngettext("%(count)d person shared out.", "%(count)d people shared out.", count)
    messages.success(request, text % {"count": count})
    return redirect("tracing:calls")
