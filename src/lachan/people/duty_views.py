"""Pages of the duty list 24/24: who answers now, the next shifts, taking over with the note."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.people import access, selectors, services
from lachan.people.duty_forms import DutyForm, NoteForm
from lachan.people.models import Duty, DutyNote
from lachan.people.navigation import ON_DUTY
from lachan.people.selectors import DutyUnit
from lachan.places.selectors import communes_of, unit_label
from lachan.ui.pages import Page, page_of

#: A shift that ended shortly before is still shown: its officer leaves the note.
JUST_ENDED = timedelta(hours=2)


@require_safe
@guarded(*ON_DUTY, purpose="duty")
def duty(request: SignedInRequest) -> HttpResponse:
    """One's own unit's list; a CDC also sees who answers in each of its communes."""
    return _list(request, NoteForm())


def _list(request: SignedInRequest, form: NoteForm, status: int = 200) -> HttpResponse:
    by = request.principal
    unit = selectors.duty_unit_of(by)
    at = now()
    rows = [] if unit is None else list(selectors.duties_of(unit, at - JUST_ENDED))
    context = {
        "unit": unit,
        "where": _where(by, unit),
        "running": [_row(row, by) for row in rows if row.since <= at < row.until],
        "coming": [_row(row, by) for row in rows if row.since > at],
        "waiting": [] if unit is None else list(selectors.unread_notes(unit)),
        "notes": [] if unit is None else _read(selectors.notes_of(unit)),
        "form": form,
        "communes": _communes(request, unit),
        "at": at,
    }
    return render(request, "people/duty.html", context, status=status)


def _row(row: Duty, by: Principal) -> tuple[Duty, bool]:
    """A shift, and whether this account may take it over now."""
    early = row.since - services.EARLY <= now()
    return row, row.account is None and early


def _read(notes: list[DutyNote]) -> list[DutyNote]:
    return [note for note in notes if note.read_at is not None]


def _where(by: Principal, unit: DutyUnit | None) -> str:
    if unit is None or unit.organisation is not None:
        return by.name
    return unit_label(unit.commune or unit.province)


def _communes(request: SignedInRequest, unit: DutyUnit | None) -> Page[object] | None:
    """A CDC's communes, those where nobody is on duty too."""
    if unit is None or unit.commune is not None or unit.organisation is not None:
        return None
    hits = communes_of(unit.province)
    found = selectors.on_duty_in(unit.province, [hit.id for hit in hits])
    return page_of([(hit.name, found.get(hit.id, [])) for hit in hits], request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*ON_DUTY, purpose="duty")
def plan(request: SignedInRequest) -> HttpResponse:
    """Enter a shift."""
    unit = selectors.duty_unit_of(request.principal)
    form = DutyForm(request.POST if request.method == "POST" else None, initial={"day": today()})
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "duty"):
                services.plan_duty(**form.shift(), by=request.principal)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The shift stands in the list."))
            return redirect("people:duty")
    context = {"form": form, "known": [] if unit is None else selectors.known_names(unit)}
    status = 422 if form.is_bound else 200
    return render(request, "people/duty_plan.html", context, status=status)


@require_POST
@guarded(*ON_DUTY, purpose="duty")
def note(request: SignedInRequest) -> HttpResponse:
    """Leave word for the next shift."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    services.leave_note(text=form.cleaned_data["text"], by=request.principal)
    messages.success(request, _("The next shift reads this before it takes over."))
    return redirect("people:duty")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*ON_DUTY, purpose="duty")
def take_over(request: SignedInRequest, duty_id: UUID) -> HttpResponse:
    """Read what the shift before left, then begin."""
    by = request.principal
    found = access.own_duty(duty_id, by)
    if request.method == "POST":
        services.take_over(duty=found, read=_uuid(request.POST.get("read", "")), by=by)
        messages.success(request, _("You are on duty now."))
        return redirect("people:duty")
    unit = selectors.duty_unit_of(by)
    waiting = [] if unit is None else list(selectors.unread_notes(unit))
    context = {"duty": found, "waiting": waiting, "newest": waiting[0] if waiting else None}
    return render(request, "people/duty_take_over.html", context)


@require_POST
@guarded(*ON_DUTY, purpose="duty")
def withdraw(request: SignedInRequest, duty_id: UUID) -> HttpResponse:
    """A shift was planned wrongly."""
    found = access.own_duty(duty_id, request.principal)
    services.withdraw_duty(duty=found, by=request.principal)
    messages.success(request, _("The shift is out of the list."))
    return redirect("people:duty")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
