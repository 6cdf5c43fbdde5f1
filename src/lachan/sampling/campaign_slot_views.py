"""Appointments and teams of a campaign, the stock of its unit, a citizen's own appointment."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.people.selectors import card_of, spoken_for, trace_ids_of
from lachan.places.models import Organisation
from lachan.places.selectors import cdc_of, station_of
from lachan.sampling import (
    campaign_access,
    campaign_slips,
    campaign_slot_reading,
    campaign_slots,
    campaign_stock,
    campaign_words,
)
from lachan.sampling.campaign_slot_forms import HoursForm, ShiftForm, StockForm
from lachan.sampling.campaign_words import REASON_WORDS
from lachan.sampling.models import Appointment, Campaign, TeamShift
from lachan.sampling.navigation import HELPERS
from lachan.ui.wording import as_of


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*HELPERS, purpose="sampling_campaign")
def slots(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """The slots of a campaign with how many come; new ones by the hours of a site."""
    found = campaign_access.campaign_for(campaign_id)
    form = HoursForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        hours = campaign_slots.Hours(**form.cleaned_data)
        count = campaign_slots.open_slots(campaign=found, hours=hours, by=request.principal)
        text = ngettext("%(count)d slot is open.", "%(count)d slots are open.", count)
        messages.success(request, text % {"count": count})
        return redirect("sampling:campaign_slots", found.id)
    coming = campaign_slot_reading.coming_of(found)
    places: dict[str, dict[str, Any]] = {}
    for one in coming:
        row = places.setdefault(
            one.member.place,
            {
                "name": campaign_words.place_name(one.member.place),
                "slips": campaign_words.place_link(
                    "sampling:campaign_slips", found, one.member.place
                ),
                "list": campaign_words.place_link(
                    "sampling:campaign_lane", found, one.member.place
                ),
                "people": 0,
                "given": 0,
                "no_phone": 0,
            },
        )
        row["people"] += 1
        row["given"] += one.appointment is not None
        row["no_phone"] += one.card is not None and not one.card.phone
    context = {
        "campaign": found,
        "slots": campaign_slot_reading.slots_of(found),
        "places": list(places.values()),
        "form": form,
        "asof": as_of(now()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "sampling/campaign_slots.html", context, status=status)


@require_POST
@guarded(*HELPERS, purpose="sampling_campaign")
def give(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """Give everybody who is asked a slot, households together."""
    found = campaign_access.campaign_for(campaign_id)
    given = campaign_slots.give_appointments(campaign=found, by=request.principal)
    text = ngettext(
        "%(count)d person has an appointment now.",
        "%(count)d people have an appointment now.",
        given.people,
    )
    messages.success(request, text % {"count": given.people})
    if given.without:
        text = _("%(count)d people found no room: open more slots, then give again.")
        messages.warning(request, text % {"count": given.without})
    return redirect("sampling:campaign_slots", found.id)


@require_safe
@guarded(*HELPERS, purpose="sampling_export")
def slips(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """The slips of a lane, four a page."""
    found = campaign_access.campaign_for(campaign_id)
    coming = _looked(request, found)
    traces = trace_ids_of([one.member.person_id for one in coming])
    return _pdf(campaign_slips.slips_pdf(coming, traces), "giay-hen")


@require_safe
@guarded(*HELPERS, purpose="sampling_export")
def lane(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """The list of a lane for its neighbourhood head."""
    found = campaign_access.campaign_for(campaign_id)
    coming = _looked(request, found)
    place = campaign_words.place_name(request.GET.get("place", ""))
    own = found.organisation
    unit = Organisation.objects.filter(pk=own).first() if own else None
    issuer = unit.name if unit else ""
    return _pdf(campaign_slips.lane_pdf(found, place, coming, issuer), "danh-sach-ngo")


def _looked(request: SignedInRequest, found: Campaign) -> list[campaign_slot_reading.Coming]:
    coming = campaign_access.coming_for(request.principal, found, request.GET.get("place", ""))
    audit.record("campaign.printed", target=("campaign", found.id), by=request.principal)
    return coming


def _pdf(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*HELPERS, purpose="sampling_campaign")
def team(request: SignedInRequest, campaign_id: UUID) -> HttpResponse:
    """Who goes with which device where, whom to expect, and what to take along."""
    found = campaign_access.campaign_for(campaign_id)
    form = ShiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.hours()
        campaign_stock.plan_shift(
            campaign=found,
            team=form.cleaned_data["team"],
            device=form.cleaned_data["device"],
            where=form.cleaned_data["where"],
            starts_at=starts_at,
            ends_at=ends_at,
            expected=form.cleaned_data["expected"],
            by=request.principal,
        )
        messages.success(request, _("The team is planned."))
        return redirect("sampling:campaign_team", found.id)
    shifts = campaign_stock.shifts_of(found)
    levels = campaign_stock.levels_of(found.organisation, now()) if found.organisation else []
    context = {
        "campaign": found,
        "rows": [
            (shift, *campaign_stock.kits_for(shift.expected, found.pool_size)) for shift in shifts
        ],
        "expected": sum(shift.expected for shift in shifts),
        "levels": levels,
        "form": form,
        "asof": as_of(now()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "sampling/campaign_team.html", context, status=status)


@require_POST
@guarded(*HELPERS, purpose="sampling_campaign")
def withdraw(request: SignedInRequest, campaign_id: UUID, shift_id: UUID) -> HttpResponse:
    """This team does not go."""
    found = campaign_access.campaign_for(campaign_id)
    shift = TeamShift.objects.filter(pk=shift_id, campaign=found).first()
    if shift is None:
        raise Http404
    campaign_stock.withdraw_shift(shift=shift, by=request.principal)
    messages.success(request, _("This team is taken off the plan."))
    return redirect("sampling:campaign_team", found.id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*HELPERS, Role.SAMPLER, purpose="sampling_stock")
def stock(request: SignedInRequest) -> HttpResponse:
    """What the own unit has, for how many days it lasts, and what came and went."""
    unit = _unit_of(request.principal)
    form = StockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and unit is not None and form.is_valid():
        campaign_stock.add_entry(unit=unit, by=request.principal, **form.cleaned_data)
        messages.success(request, _("Written down."))
        return redirect("sampling:stock")
    context = {
        "unit": unit,
        "levels": campaign_stock.levels_of(unit.id, now()) if unit else [],
        "entries": campaign_stock.entries_of(unit.id) if unit else [],
        "form": form,
        "warn_days": campaign_stock.WARN_DAYS,
        "asof": as_of(now()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "sampling/stock.html", context, status=status)


def _unit_of(by: Principal) -> Organisation | None:
    """The organisation of a team, the station of a commune, the CDC of a province."""
    if by.organisation is not None:
        return Organisation.objects.filter(pk=by.organisation, province__isnull=False).first()
    if by.commune is not None:
        return station_of(by.commune)
    return cdc_of(by.province) if by.province is not None else None


@require_safe
@guarded(Role.CITIZEN, purpose="own_data")
def own(request: SignedInRequest) -> HttpResponse:
    """The reader's own requests and appointments, or those of somebody the reader speaks for."""
    by = request.principal
    mine = card_of(by.person) if by.person else None
    people = [*([mine] if mine else []), *spoken_for(by)]
    about = next((card for card in people if str(card.person) == request.GET.get("of")), mine)
    rows = campaign_slot_reading.own_of(about.person, now()) if about else []
    context = {
        "people": people,
        "about": about,
        "me": by.person,
        "rows": [
            (
                row,
                _citizens_word(row.request.reason),
                campaign_slips.own_picture(row.appointment) if row.appointment else "",
            )
            for row in rows
        ],
    }
    return render(request, "sampling/own_sampling.html", context)


def _citizens_word(reason: str) -> str:
    """Why one is asked, without an F-level: that never stands on a citizen's page."""
    if reason in {"contact", "second_contact"}:
        return _("You were near somebody who is ill.")
    if reason == "symptoms":
        return _("You said that you feel ill.")
    if reason == "zone":
        return _("You live where everybody is sampled.")
    return str(REASON_WORDS.get(reason, ""))


@require_POST
@guarded(Role.CITIZEN, purpose="own_data")
def move(request: SignedInRequest, appointment_id: UUID) -> HttpResponse:
    """Choose another free time."""
    row = Appointment.objects.filter(pk=appointment_id, ended_at=None).first()
    if row is None:
        raise Http404
    try:
        slot = UUID(request.POST.get("slot", ""))
    except ValueError:
        raise Http404 from None
    campaign_slots.move_appointment(appointment=row, slot=slot, by=request.principal)
    messages.success(request, _("Your appointment is moved."))
    return redirect("sampling:own_sampling")
