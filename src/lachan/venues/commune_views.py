"""Places of a commune: who scans nowhere, who waits; suspending, registering for owners."""

import base64
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.formats.placecode import shown_place_code
from lachan.places.selectors import unit_label, unit_name
from lachan.ui.pages import page_of
from lachan.venues import reports, selectors, services
from lachan.venues.exporting import ENDINGS, as_file, basis_words
from lachan.venues.forms import ForOwnerForm, ListForm, SuspendForm, new_place
from lachan.venues.listed import take_list
from lachan.venues.models import Keeper, State, Trade, Turn, Venue
from lachan.venues.reports import PlaceRow, Wanted

#: Who works with the places of a commune, and who sees those of a province.
OFFICERS = (Role.STATION_OFFICER, Role.TECHNOLOGY_TEAM)
WATCHERS = (*OFFICERS, Role.COMMUNE_CHAIRMAN, Role.DIRECTOR)

#: Who may suspend: the commune's health station and chairman, the province's director.
SUSPENDERS = (Role.STATION_OFFICER, Role.COMMUNE_CHAIRMAN, Role.DIRECTOR)

#: What a filter may ask, and its words, in the order of the page.
SILENT = ("", "today", "week", "propose")


@require_safe
@guarded(*WATCHERS, purpose="places")
def places(request: SignedInRequest) -> HttpResponse:
    """The places of a commune; for a province first its communes."""
    by = request.principal
    wanted = _wanted(by, request.GET)
    if wanted is None:
        rows = reports.commune_rows(by)
        totals = _sum(rows)
        context = {"communes": rows, "sum": totals, "at": now()}
        return render(request, "venues/communes.html", context)
    found = reports.place_rows(wanted)
    page = page_of(found, request.GET)
    everything = found if _is_all(wanted) else reports.place_rows(Wanted(wanted.commune))
    context = {
        "page": page,
        "rows": [(row, basis_words(row.expectation[1])) for row in page.rows],
        "wanted": wanted,
        "name": unit_name(wanted.commune),
        "tools": _tools(request, wanted, everything),
        "trades": Trade.choices,
        "states": State.choices,
        "sum": _places_sum(everything),
        "may_register": by.has(*OFFICERS),
        "may_remind": by.has(*OFFICERS),
        "by_province": by.province is not None,
        "here": request.get_full_path(),
        "at": now(),
    }
    return render(request, "venues/commune.html", context)


@require_safe
@guarded(*WATCHERS, purpose="places_export")
def export(request: SignedInRequest, ending: str) -> HttpResponse:
    """The same list as a file."""
    wanted = _wanted(request.principal, request.GET)
    if ending not in ENDINGS or wanted is None:
        raise Refused("unknown_file", _("There is no such file."), status=404)
    rows = reports.place_rows(wanted)
    detail = {"commune": wanted.commune, "places": len(rows)}
    audit.record(
        "venue.list_exported",
        target=("commune", wanted.commune),
        by=request.principal,
        detail=detail,
    )
    return as_file(ending, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*OFFICERS, purpose="places")
def register(request: SignedInRequest) -> HttpResponse:
    """Register for an owner who stands here."""
    by = request.principal
    form = ForOwnerForm(request.POST or None, initial={"commune": by.commune})
    known: Venue | None = None
    if request.method == "POST" and form.is_valid():
        new = new_place(form)
        known = selectors.known_place(name=new.name, address=new.address, commune=new.commune)
        if known is None:
            try:
                venue = services.register(new=new, by=by)
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(
                    request, _("The place is registered. Its owner signs in by phone.")
                )
                return redirect("venues:commune_place", venue=venue.id)
        else:
            form.add_error(None, services.known_sentence(known))
    context = {"form": form, "known": known, "where": _area(by)}
    status = 422 if form.errors else 200
    return render(request, "venues/commune_register.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*OFFICERS, purpose="places")
def send_list(request: SignedInRequest) -> HttpResponse:
    """A list of places: what was registered, and a copy of the file with what was not."""
    by = request.principal
    form = ListForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "where": _area(by)}
    if request.method == "POST" and form.is_valid() and by.commune is not None:
        file = form.cleaned_data["file"]
        try:
            taken = take_list(data=file.read(), file_name=file.name, commune=by.commune, by=by)
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            context["taken"] = taken
            context["copy"] = base64.b64encode(taken.copy).decode()
            context["refused"] = sorted(taken.refused.items())[:50]
    status = 422 if form.errors else 200
    return render(request, "venues/commune_list.html", context, status=status)


@require_safe
@guarded(*WATCHERS, purpose="places")
def place(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """One place for its commune: what it is, who is in charge, what happened to it."""
    return _place_page(request, _of_area(request.principal, venue), SuspendForm())


@require_POST
@guarded(*OFFICERS, Role.DIRECTOR, purpose="places")
def approve(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """A place that waited opens."""
    found = _of_area(request.principal, venue)
    services.approve(venue=found, by=request.principal)
    messages.success(request, _("The place is open."))
    return redirect("venues:commune_place", venue=venue)


@require_POST
@guarded(*SUSPENDERS, purpose="places")
def suspend(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """Nobody is let in from now on."""
    found = _of_area(request.principal, venue)
    form = SuspendForm(request.POST)
    if not form.is_valid():
        return _place_page(request, found, form)
    services.suspend(venue=found, by=request.principal, **form.cleaned_data)
    messages.success(request, _("The place is suspended."))
    return redirect("venues:commune_place", venue=venue)


@require_POST
@guarded(*SUSPENDERS, purpose="places")
def lift(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """The suspension ends."""
    found = _of_area(request.principal, venue)
    services.lift(venue=found, reason=request.POST.get("reason", ""), by=request.principal)
    messages.success(request, _("The suspension is lifted."))
    return redirect("venues:commune_place", venue=venue)


@require_POST
@guarded(*OFFICERS, purpose="places")
def remind(request: SignedInRequest, venue: UUID) -> HttpResponse:
    """The person in charge was called about scanning."""
    found = _of_area(request.principal, venue)
    times = services.remind(venue=found, by=request.principal)
    said = _("Reminder %(times)s of %(name)s is noted.") % {
        "times": times,
        "name": found.place.name,
    }
    messages.success(request, said)
    return redirect(_back(request) or reverse("venues:commune_place", args=[venue]))


def _place_page(request: SignedInRequest, venue: Venue, form: SuspendForm) -> HttpResponse:
    by = request.principal
    turns = Turn.objects.filter(venue=venue).order_by("-at", "-id")
    (row,) = reports.rows_of([venue])
    context = {
        "venue": venue,
        "row": row,
        "basis": basis_words(row.expectation[1]),
        "shown": shown_place_code(venue.code),
        "where": unit_label(venue.commune),
        "keeper": Keeper.objects.filter(venue=venue).first(),
        "turns": [(turn, turn_words(turn.what)) for turn in turns[:50]],
        "form": form,
        "may_approve": by.has(*OFFICERS, Role.DIRECTOR),
        "may_suspend": by.has(*SUSPENDERS),
        "may_remind": by.has(*OFFICERS),
        "parts": selectors.parts_with_codes(venue),
    }
    status = 422 if form.errors else 200
    return render(request, "venues/commune_place.html", context, status=status)


def turn_words(what: str) -> str:
    """What happened, in words."""
    return {
        "registered": _("Registered"),
        "opened": _("Opened to visitors"),
        "suspended": _("Suspended"),
        "lifted": _("Suspension lifted"),
        "reminded": _("Reminded"),
        "closed": _("Closed"),
    }[what]


def _of_area(by: Principal, venue: UUID) -> Venue:
    """An outermost venue of the account's area.  Refused: unknown_place."""
    found = Venue.objects.filter(
        id=venue, commune__in=reports.communes_for(by), closed_at=None
    ).select_related("place")
    own = found.first()
    if own is None:
        raise Refused("unknown_place", _("There is no such place."), status=404)
    return own


def _wanted(by: Principal, query: QueryDict) -> Wanted | None:
    """What the address asks for; None for a province that has not chosen a commune."""
    commune = by.commune
    if commune is None:
        asked = query.get("commune", "")
        commune = int(asked) if asked.isdecimal() else None
        if commune is None or commune not in reports.communes_for(by):
            return None
    silent, state, trade = (query.get(name, "") for name in ("silent", "state", "trade"))
    return Wanted(
        commune=commune,
        silent=silent if silent in SILENT else "",
        state=state if state in State.values else "",
        trade=trade if trade in Trade.values else "",
        text=query.get("q", ""),
    )


def _is_all(wanted: Wanted) -> bool:
    return not (wanted.silent or wanted.state or wanted.trade or wanted.text)


def _tools(request: HttpRequest, wanted: Wanted, everything: list[PlaceRow]) -> dict[str, object]:
    words = {
        "": _("All"),
        "today": _("No scan today"),
        "week": _("No scan for 7 days"),
        "propose": _("Proposed for action"),
    }
    counts = {
        "": len(everything),
        "today": sum(row.silent_today for row in everything),
        "week": sum(row.silent_week for row in everything),
        "propose": sum(row.propose for row in everything),
    }
    levels = [
        {
            "label": words[key],
            "count": counts[key],
            "href": _address(request, silent=key),
            "on": wanted.silent == key,
        }
        for key in SILENT
    ]
    keep = [(name, value) for name, value in request.GET.items() if name not in ("q", "page")]
    query = request.GET.urlencode()
    files = {
        ending: f"{reverse('venues:commune_export', args=[ending])}?{query}" for ending in ENDINGS
    }
    return {
        "levels": levels,
        "search": {
            "name": "q",
            "value": wanted.text,
            "hint": _("Name or code"),
            "keep": keep,
        },
        "csv": files["csv"],
        "more": [{"href": files["xlsx"], "icon": "download", "label": "XLSX"}],
    }


def _address(request: HttpRequest, **changed: str) -> str:
    query = {name: str(value) for name, value in request.GET.items() if name != "page"} | changed
    return f"?{urlencode({name: value for name, value in query.items() if value})}"


def _places_sum(rows: list[PlaceRow]) -> dict[str, object]:
    """Used and silent make the whole, and where nobody scans is said in words."""
    silent = sum(row.silent_week for row in rows)
    terms = [
        {"op": "", "n": len(rows) - silent, "label": _("places with scans in 7 days")},
        {"op": "+", "n": silent, "label": _("without any scan"), "href": "?silent=week"},
        {"op": "=", "n": len(rows), "label": _("places with a code")},
    ]
    return {"terms": terms}


def _sum(rows: list[reports.CommuneRow]) -> dict[str, object]:
    used, whole = sum(row.used_week for row in rows), sum(row.places for row in rows)
    terms = [
        {"op": "", "n": used, "label": _("places with scans in 7 days")},
        {"op": "+", "n": whole - used, "label": _("without any scan")},
        {"op": "=", "n": whole, "label": _("places with a code")},
    ]
    return {"terms": terms}


def _back(request: HttpRequest) -> str:
    """The list somebody came from, if it is this one."""
    wanted = request.POST.get("back", "")
    return wanted if wanted.startswith(reverse("venues:commune")) else ""


def _area(by: Principal) -> str:
    return unit_label(by.commune) if by.commune is not None else ""
