"""Pages of whoever runs a place: numbers, parts and posters, guards and devices, settings."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.formats.placecode import shown_place_code
from lachan.places.models import Place
from lachan.places.selectors import parts_of, place_line, unit_label
from lachan.rulebook.selectors import is_mandatory
from lachan.rulebook.selectors import render as say
from lachan.venues import poster, selectors, services
from lachan.venues.forms import CodedPartsForm, GuardsForm, SettingsForm
from lachan.venues.models import Device, Keeper, Post, Venue

MANAGERS = (Role.PLACE_MANAGER,)

#: Kinds of sheets a manager chooses from, in the order of their size.
LAYOUTS = ("a4", "a5", "stickers", "vehicle")

#: Parts whose people inside are counted on one page; of more only the codes are listed.
COUNTED = 30


@require_safe
@guarded(*MANAGERS, purpose="places")
def venues(request: SignedInRequest) -> HttpResponse:
    """A manager's places with today's numbers, and those that have no code yet."""
    own = selectors.outermost_of(request.principal)
    without = selectors.places_without_code(request.principal)
    rows = [(venue, selectors.count_of(venue.place_id)) for venue in own[: selectors.MOST_PLACES]]
    flagged = selectors.flags_together(selectors.flag_counts().values())
    context = {"rows": rows, "without": without, "flagged": flagged, "at": now()}
    return render(request, "venues/venues.html", context)


@require_POST
@guarded(*MANAGERS, purpose="places")
def give_code(request: SignedInRequest, place: UUID) -> HttpResponse:
    """Give a place its code."""
    found = Place.objects.filter(id=place, closed_at=None).first()
    if found is None:
        raise Refused("unknown_place", _("There is no such place."), status=404)
    venue = services.open_venue(place=found, by=request.principal)
    return redirect("venues:venue", venue=venue.id)


@require_safe
@guarded(*MANAGERS, purpose="places")
def venue(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """One place: who is inside in numbers, when people come, passages, what was asked."""
    own = own_venue(request.principal, venue)
    inside = selectors.parts_with_codes(own)
    history = selectors.history_of(own.place_id)
    names = {each.place_id: each.place.name for each in inside}
    context = {
        **_head(own, "overview"),
        "count": selectors.count_of(own.place_id),
        "left": selectors.room_left(own.place_id),
        "today": selectors.hours_of(own.place_id),
        "week": selectors.hours_of(own.place_id, 7),
        "history": [(row, names.get(row.place, "")) for row in history],
        "asked": selectors.asked_of([own.id, *(each.id for each in inside)]),
        "flagged": selectors.flag_counts().get(own.place_id, []),
        "at": now(),
    }
    return render(request, "venues/venue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*MANAGERS, purpose="places")
def parts(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """Gates, floors, rooms, rows of stalls: added many at once, and printed many at once."""
    own = own_venue(request.principal, venue)
    form = CodedPartsForm(request.POST or None, whole=own.place)
    if request.method == "POST" and form.is_valid():
        made, refused = services.add_coded_parts(
            whole=own, **form.cleaned_data, by=request.principal
        )
        if made:
            said = _("%(count)s parts were added, each with its code.") % {"count": len(made)}
            messages.success(request, said)
        for name, refusal in refused:
            messages.error(request, f"{name}: {refusal.message}")
        return redirect("venues:parts", venue=venue)
    inside = selectors.parts_with_codes(own)
    counted = inside[:COUNTED]
    counts = {each.id: selectors.inside_now(each.place_id) for each in counted}
    context = {
        **_head(own, "parts"),
        "form": form,
        "rows": [(each, counts.get(each.id)) for each in inside],
        "kinds": _kinds(inside),
        "uncoded": len(parts_of(own.place_id)) - len(inside),
        "layouts": LAYOUTS,
    }
    return render(request, "venues/parts.html", context, status=422 if form.errors else 200)


@require_POST
@guarded(*MANAGERS, purpose="places")
def code_parts(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """Parts that were registered without a code get theirs."""
    own = own_venue(request.principal, venue)
    for part in parts_of(own.place_id):
        services.open_venue(place=part, by=request.principal)
    messages.success(request, _("Every part has its code now."))
    return redirect("venues:parts", venue=venue)


@require_safe
@guarded(*MANAGERS, purpose="places")
def posters(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """The posters that were chosen, to print; `which`: this, all, or a kind of parts."""
    own = own_venue(request.principal, venue)
    which = request.GET.get("which", "this")
    layout = request.GET.get("layout", "a4")
    inside = selectors.parts_with_codes(own) if which != "this" else []
    chosen = [each for each in inside if which in ("all", each.place.kind)]
    if which in ("this", "all"):
        chosen = [own, *chosen]
    if not chosen or layout not in LAYOUTS:
        raise Refused("nothing_to_print", _("Choose what to print."), status=404)
    if len(chosen) > poster.MOST_SHEETS:
        raise Refused("too_many_sheets", _("Print at most 400 codes at a time: one kind of parts."))
    sheets = [_sheet(request, each) for each in chosen]
    response = HttpResponse(poster.posters(sheets, layout=layout), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lachan-{own.code}-{layout}.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*MANAGERS, purpose="places")
def staff(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """Guards invited by phone, and the devices that scan by themselves."""
    own = own_venue(request.principal, venue)
    inside = selectors.parts_with_codes(own)
    places = {str(each.id): each for each in (own, *inside) if _is_post(own, each)}
    choices = [(key, _where(own, each)) for key, each in places.items()]
    form = GuardsForm(request.POST or None, venues=choices)
    if request.method == "POST" and form.is_valid():
        made, wrong = services.invite_guards(
            venue=places[form.cleaned_data["where"]],
            phones=form.cleaned_data["phones"],
            by=request.principal,
        )
        if made:
            said = _("%(count)s guards may sign in with their phone now.") % {"count": len(made)}
            messages.success(request, said)
        for line in wrong:
            messages.error(request, _("%(line)s: this is no phone number.") % {"line": line})
        return redirect("venues:staff", venue=venue)
    return _staff_page(request, own, form)


@require_POST
@guarded(*MANAGERS, purpose="places")
def end_post(request: SignedInRequest, post: UUID) -> HttpResponse:
    """A guard does not stand there any more."""
    found = Post.objects.filter(id=post).select_related("venue").first()
    if found is None:
        raise Refused("unknown_guard", _("There is no such guard."), status=404)
    services.end_post(post=found, by=request.principal)
    messages.success(request, _("The guard may not scan here any more."))
    return redirect("venues:staff", venue=_outermost(found.venue).id)


@require_POST
@guarded(*MANAGERS, purpose="places")
def add_device(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """Register a device; its token is shown on this one answer."""
    own = own_venue(request.principal, venue)
    label = request.POST.get("label", "")
    _device, token = services.register_device(venue=own, label=label, by=request.principal)
    return _staff_page(request, own, None, token=token)


@require_POST
@guarded(*MANAGERS, purpose="places")
def close_device(request: SignedInRequest, device: UUID) -> HttpResponse:
    """A device was lost: it may not scan any more."""
    found = Device.objects.filter(id=device).first()
    if found is None:
        raise Refused("unknown_device", _("There is no such device."), status=404)
    services.close_device(device=found, by=request.principal)
    messages.success(request, _("The device may not scan any more."))
    return redirect("venues:staff", venue=found.venue_id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*MANAGERS, purpose="places")
def settings(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """Capacity, closing hour, who is in charge."""
    own = own_venue(request.principal, venue)
    keeper = Keeper.objects.filter(venue=own).first()
    told = {
        "capacity": own.capacity,
        "expected": own.expected,
        "closes_at": own.closes_at.strftime("%H:%M") if own.closes_at else "",
        "plate": own.plate,
        "station_phone": own.phone,
        "keeper": keeper.name if keeper else "",
        "phone": keeper.phone if keeper else "",
    }
    form = SettingsForm(request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        name, phone = given.pop("keeper"), given.pop("phone")
        services.name_keeper(venue=own, name=name, phone=phone, by=request.principal)
        given["phone"] = given.pop("station_phone")
        services.set_up(venue=own, by=request.principal, **given)
        messages.success(request, _("The settings are kept."))
        return redirect("venues:settings", venue=venue)
    status = 422 if form.errors else 200
    return render(
        request, "venues/settings.html", {**_head(own, "settings"), "form": form}, status=status
    )


@require_POST
@guarded(*MANAGERS, purpose="places")
def close(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """The place is given up."""
    own = own_venue(request.principal, venue)
    services.close(venue=own, reason=request.POST.get("reason", ""), by=request.principal)
    messages.success(request, _("The place is closed: its codes are no longer in use."))
    return redirect("venues:venues")


def own_venue(by: Principal, venue: UUID) -> Venue:
    """A venue of the manager's own organisation.  Refused: unknown_place."""
    found = selectors.venues_of(by).filter(id=venue).first()
    if found is None:
        raise Refused("unknown_place", _("There is no such place."), status=404)
    return found


def _staff_page(
    request: SignedInRequest, own: Venue, form: GuardsForm | None, *, token: str = ""
) -> HttpResponse:
    inside = selectors.parts_with_codes(own)
    here = {own.id, *(each.id for each in inside)}
    choices = [(str(each.id), _where(own, each)) for each in (own, *inside) if _is_post(own, each)]
    context = {
        **_head(own, "staff"),
        "form": form or GuardsForm(venues=choices),
        "posts": [post for post in selectors.posts_of(own.organisation) if post.venue_id in here],
        "devices": selectors.devices_of(own, *inside),
        "token": token,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "venues/staff.html", context, status=status)


def _head(own: Venue, here: str) -> dict[str, object]:
    line = place_line(own.place_id)
    return {
        "venue": own,
        "above": line[:-1],
        "whole": _outermost(own),
        "where": unit_label(own.commune),
        "shown": shown_place_code(own.code),
        "here": here,
    }


def _outermost(venue: Venue) -> Venue:
    line = place_line(venue.place_id)
    return Venue.objects.filter(place=line[0].id).first() or venue


def _is_post(own: Venue, each: Venue) -> bool:
    """A guard stands at the place itself or at a gate of it, not in every room."""
    return each.id == own.id or each.place.kind == "gate"


def _where(own: Venue, each: Venue) -> str:
    return _("The whole place") if each.id == own.id else each.place.name


def _kinds(inside: list[Venue]) -> list[tuple[str, str, int]]:
    """Kind, its words and how many parts are of it."""
    found: dict[str, tuple[str, int]] = {}
    for each in inside:
        words, number = found.get(each.place.kind, (each.place.get_kind_display(), 0))
        found[each.place.kind] = (words, number + 1)
    return [(kind, words, number) for kind, (words, number) in found.items()]


def _sheet(request: SignedInRequest, venue: Venue) -> poster.Sheet:
    decision = is_mandatory("scan", at=now(), province=venue.province)
    line = place_line(venue.place_id)
    return poster.Sheet(
        name=line[0].name,
        where=unit_label(venue.commune),
        code=venue.code,
        address=request.build_absolute_uri(reverse("venues:check_in", args=[venue.code])),
        law_vi=say(decision, "vi"),
        law_en=say(decision, "en"),
        part=" · ".join(place.name for place in line[1:]),
        plate=venue.plate,
    )
