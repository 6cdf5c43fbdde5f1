"""Pages of places: the list, one place with its parts, registering; and the search for units."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.places import services
from lachan.places.forms import NameForm, PartsForm, PlaceForm
from lachan.places.kinds import kinds_inside
from lachan.places.models import Place
from lachan.places.selectors import (
    may_change,
    parts_of,
    place_line,
    places_for,
    search_units,
    unit_label,
)
from lachan.ui.pages import page_of

REGISTER = (
    Role.PLACE_MANAGER,
    Role.STATION_OFFICER,
    Role.VILLAGE_HEALTH_WORKER,
    Role.TECHNOLOGY_TEAM,
)
READ = (*REGISTER, Role.COMMUNE_CHAIRMAN, Role.TRACER, Role.DIRECTOR, Role.MINISTRY)


@public("Names of communes are no secret; every form asks for one.")
def units(request: HttpRequest) -> HttpResponse:
    """The hits of a search for a commune, as radio buttons of the field `name`."""
    name = request.GET.get("name", "commune")
    field = name if name.replace("-", "_").isidentifier() else "commune"
    text = request.GET.get(f"{field}_text", "")
    values = {"name": field, "text": text, "hits": search_units(text), "asked": True}
    return HttpResponse(render_to_string("places/_unit_hits.html", values))


@guarded(*READ, purpose="places")
def places(request: SignedInRequest) -> HttpResponse:
    """The outermost places an account works with."""
    text = request.GET.get("q", "")
    page = page_of(places_for(request.principal, text), request.GET)
    rows = [(place, unit_label(place.commune)) for place in page.rows]
    tools = {"search": {"name": "q", "value": text, "hint": _("Name of a place"), "keep": []}}
    values = {
        "page": page,
        "rows": rows,
        "tools": tools,
        "text": text,
        "may_register": request.principal.has(*REGISTER),
        "may_plan": request.principal.commune is not None,
    }
    return render(request, "places/places.html", values)


@guarded(*REGISTER, purpose="places")
def register(request: SignedInRequest) -> HttpResponse:
    """Register an outermost place."""
    form = PlaceForm(request.POST or None, principal=request.principal)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "places"):
                place = services.register_place_of(**form.cleaned_data, by=request.principal)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The place is registered. Now name its parts."))
            return redirect("places:place", place.pk)
    return render(request, "places/register.html", {"form": form})


@guarded(*READ, purpose="places")
def place(request: SignedInRequest, place_id: UUID) -> HttpResponse:
    """One place: where it lies, what it is part of, and its parts."""
    return _page(request, _line_or_refuse(place_id))


def _page(
    request: SignedInRequest, line: list[Place], form: PartsForm | None = None
) -> HttpResponse:
    here = line[-1]
    changes = request.principal.has(*REGISTER) and may_change(request.principal, here)
    changes = changes and here.closed_at is None
    values = {
        "place": here,
        "above": line[:-1],
        "where": unit_label(here.commune),
        "then": unit_label(here.unit_id) if here.unit_id not in (None, here.commune) else "",
        "parts": _with_wholes(here),
        "may_change": changes,
        "parts_form": form or PartsForm(whole=here) if kinds_inside(here.kind) else None,
        "name_form": NameForm(initial={"name": here.name}),
    }
    return render(request, "places/place.html", values)


def _with_wholes(place: Place) -> list[tuple[Place, str]]:
    """Each part with the name of what it is directly part of, "" for the place itself."""
    parts = parts_of(place.pk)
    names = {part.pk: part.name for part in parts}
    return [(part, names.get(part.parent_id or place.pk, "")) for part in parts]


def _line_or_refuse(place_id: UUID) -> list[Place]:
    line = place_line(place_id)
    if not line:
        raise Refused("unknown_place", _("There is no such place."), status=404)
    return line


@guarded(*REGISTER, purpose="places")
@require_POST
def add_parts(request: SignedInRequest, place_id: UUID) -> HttpResponse:
    """Add parts to a place, a line each; a line that is refused is said and the others stand."""
    line = _line_or_refuse(place_id)
    form = PartsForm(request.POST, whole=line[-1])
    if not form.is_valid():
        return _page(request, line, form)
    made, refused = services.add_parts(parent=line[-1], **form.cleaned_data, by=request.principal)
    if made:
        messages.success(request, _("%(count)s parts were added.") % {"count": len(made)})
    for name, refusal in refused:
        messages.error(request, f"{name}: {refusal.message}")
    return redirect("places:place", place_id)


@guarded(*REGISTER, purpose="places")
@require_POST
def rename(request: SignedInRequest, place_id: UUID) -> HttpResponse:
    """Give a place another name."""
    here = _line_or_refuse(place_id)[-1]
    name = request.POST.get("name", "")
    services.rename_place(place=here, name=name, by=request.principal)
    messages.success(request, _("The place has its new name."))
    return redirect("places:place", place_id)


@guarded(*REGISTER, purpose="places")
@require_POST
def close(request: SignedInRequest, place_id: UUID) -> HttpResponse:
    """Close a place."""
    here = _line_or_refuse(place_id)[-1]
    services.close_place(place=here, by=request.principal)
    messages.success(request, _("The place is closed."))
    return redirect("places:place", here.parent_id) if here.parent_id else redirect("places:places")
