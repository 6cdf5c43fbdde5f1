"""Trips and feasts: registered, filled from a phone or a file; opened by health with a reason."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import OFFSET, now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.places.models import Place
from lachan.ui.forms import Form
from lachan.venues import outing_access, outing_reading, outing_writing
from lachan.venues.outing_writing import Plan
from lachan.venues.outings import Outing
from lachan.venues.roll_forms import FileForm, place_choices
from lachan.venues.roll_names import Written

HEALTH = (Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR)

#: Seats of a row, left and right of the aisle.
ABREAST = [("2+2", "2 + 2"), ("1+2", "1 + 2"), ("2+1", "2 + 1"), ("1+1", "1 + 1"), ("2+3", "2 + 3")]


class _Moment(forms.DateTimeField):
    """A day and a time of the country's clocks."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> datetime | None:
        """With the country's offset, whatever the server's clock is set to."""
        if value in self.empty_values:
            return None
        try:
            return datetime.strptime(str(value), "%Y-%m-%dT%H:%M").replace(tzinfo=OFFSET)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from None


class OutingForm(Form):
    """A trip or a feast."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Outing.Kind.choices)
    place = forms.ChoiceField(label=gettext_lazy("Vehicle or place"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("As guests call it, or the route"),
    )
    starts_at = _Moment(label=gettext_lazy("Begin"))
    ends_at = _Moment(label=gettext_lazy("End"))
    contact = forms.CharField(label=gettext_lazy("Host or driver"), max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), widget=forms.TextInput({"inputmode": "tel"})
    )
    assistant = forms.CharField(
        label=gettext_lazy("Assistant on the bus"), max_length=120, required=False
    )
    stops = forms.CharField(
        label=gettext_lazy("Stops, one a line: 06:30 Bến xe Bắc Ninh"),
        required=False,
        widget=forms.Textarea,
    )
    rows = forms.IntegerField(
        label=gettext_lazy("Rows of seats"), min_value=1, max_value=30, required=False
    )
    abreast = forms.ChoiceField(
        label=gettext_lazy("Seats of a row"), choices=ABREAST, required=False
    )
    tables = forms.IntegerField(
        label=gettext_lazy("Tables"), min_value=1, max_value=200, required=False
    )

    def __init__(self, *args: Any, by: Principal, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = ("vehicle", "hall", "other", "campus", "market", "school", "building", "hospital")
        self.fields["place"].choices = [("", "…"), *place_choices(by, kinds)]  # type: ignore[attr-defined]

    def clean_stops(self) -> list[tuple[str, str]]:
        """(name, "06:30") of each line."""
        found = []
        for line in self.cleaned_data["stops"].splitlines():
            clock, _blank, name = line.strip().partition(" ")
            if not line.strip():
                continue
            try:
                time.fromisoformat(clock.replace("h", ":").zfill(5))
            except ValueError:
                raise forms.ValidationError(
                    _('Write each stop as "06:30 Bến xe Bắc Ninh".')
                ) from None
            found.append((name.strip(), clock.replace("h", ":").zfill(5)))
        return found

    def plan(self) -> Plan:
        """As the service takes it; a stop earlier than the one before is of the next day."""
        said = self.cleaned_data
        at = said["starts_at"]
        stops = []
        for name, clock in said["stops"]:
            hour, minute = clock.split(":")
            moment = at.replace(hour=int(hour), minute=int(minute))
            at = moment if moment >= at else moment + timedelta(days=1)
            stops.append((name, at))
        trip = said["kind"] == Outing.Kind.TRIP
        assistant = Written(name=said["assistant"]) if said["assistant"] else None
        return Plan(
            kind=said["kind"],
            place=Place.objects.get(id=said["place"]),
            name=said["name"],
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            contact=Written(name=said["contact"], phone=said["phone"]),
            assistant=assistant,
            stops=stops,
            rows=(said["rows"] or 12) if trip else 0,
            abreast=said["abreast"] if trip else "",
            tables=0 if trip else said["tables"] or 0,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="outing")
def outings(request: SignedInRequest) -> HttpResponse:
    """One's own trips and feasts, and the form for a new one."""
    by = request.principal
    form = OutingForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        made = outing_writing.open_outing(plan=form.plan(), by=by)
        return redirect("venues:outing", outing=made.id)
    context = {"rows": outing_reading.outings_of(by)[:50], "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "venues/roll/outings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="outing")
def outing(request: SignedInRequest, outing: UUID) -> HttpResponse:
    """A trip as a map of seats, a feast as tables: tap, scan or type."""
    by = request.principal
    found = _own(by, outing)
    left: list[str] = []
    if request.method == "POST" and "lines" in request.POST:
        taken, left = outing_writing.seat_lines(outing=found, text=request.POST["lines"], by=by)
        messages.success(request, _("%(n)d names are on the list.") % {"n": taken})
        if not left:
            return redirect("venues:outing", outing=outing)
    elif request.method == "POST":
        return _seat(request, found)
    people = outing_reading.seated(found)
    context: dict[str, Any] = {
        "outing": found,
        "people": people,
        "left": left,
        "typed": "\n".join(left),
        "openings": outing_reading.openings_of(found),
        "file": FileForm(),
        "stops": _stops(found),
        "seat": request.GET.get("seat", "").upper(),
        "stop": request.GET.get("stop", "0"),
        "at": now(),
    }
    if found.kind == Outing.Kind.TRIP:
        context["rows"] = seat_rows(found, people, int(context["stop"] or 0))
        return render(request, "venues/roll/trip.html", context)
    tables: dict[str, list[outing_reading.Seated]] = defaultdict(list)
    for one in people:
        tables[one.row.label].append(one)
    context["tables"] = list(tables.items())
    return render(request, "venues/roll/feast.html", context)


def _stops(found: Outing) -> list[tuple[int, str, datetime]]:
    return [(at, name, datetime.fromisoformat(t)) for at, (name, t) in enumerate(found.stops)]


def seat_rows(
    outing: Outing, people: list[outing_reading.Seated], stop: int
) -> list[list[dict[str, Any] | None]]:
    """The seats row by row as they stand after a stop; None is the aisle."""
    last = max(0, len(outing.stops) - 1)
    taken = {
        one.row.label: one
        for one in people
        if one.row.from_stop <= stop and (stop < one.row.to_stop or last == 0)
    }
    left = int(outing.abreast.split("+")[0]) if outing.abreast else 0
    rows: list[list[dict[str, Any] | None]] = []
    labels = outing.seat_labels()
    width = len(labels) // outing.rows if outing.rows else 0
    for at in range(0, len(labels), width or 1):
        row: list[dict[str, Any] | None] = [
            {"label": label, "one": taken.get(label)} for label in labels[at : at + width]
        ]
        rows.append([*row[:left], None, *row[left:]])
    return rows


def _seat(request: SignedInRequest, found: Outing) -> HttpResponse:
    said = request.POST
    outing_writing.seat(
        outing=found,
        label=said.get("seat", ""),
        written=Written(name=said.get("name", ""), phone=said.get("phone", "")),
        code=said.get("code", ""),
        from_stop=_number(said.get("from_stop", "0")),
        to_stop=_number(said["to_stop"]) if said.get("to_stop") else None,
        by=request.principal,
    )
    messages.success(request, _("Seat %(seat)s is taken.") % {"seat": said.get("seat", "")})
    return redirect("venues:outing", outing=found.id)


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="outing")
def guests_file(request: SignedInRequest, outing: UUID) -> HttpResponse:
    """The list by Excel."""
    found = _own(request.principal, outing)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the file."))
        return redirect("venues:outing", outing=outing)
    sent = form.cleaned_data["file"]
    kept = outing_writing.seat_file(
        outing=found, data=sent.read(), file_name=sent.name, by=request.principal
    )
    return redirect("venues:roll_file", file=kept.id)


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="outing")
def lay_tables(request: SignedInRequest, outing: UUID) -> HttpResponse:
    """A code for every table, to print under Scans at our places."""
    made = outing_writing.lay_tables(outing=_own(request.principal, outing), by=request.principal)
    messages.success(request, _("%(n)d tables have a code to print.") % {"n": len(made)})
    return redirect("venues:venues")


@require_safe
@guarded(*HEALTH, purpose="outing_health")
def outings_here(request: SignedInRequest) -> HttpResponse:
    """Trips and feasts of one's own area: that they were, not who was there."""
    rows = outing_reading.outings_here(request.principal)[:200]
    return render(request, "venues/roll/outings_here.html", {"rows": rows, "at": now()})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*HEALTH, purpose="outing_health")
def outing_list(request: SignedInRequest, outing: UUID) -> HttpResponse:
    """The list of an outing, after a reason: every name is a look, the host reads the reason."""
    by = request.principal
    found = outing_reading.outings_here(by).filter(id=outing).first()
    if found is None:
        raise Refused("unknown_outing", _("There is no such trip or feast."), status=404)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        outing_writing.open_to_me(outing=found, reason=reason, by=by)
        return redirect("venues:outing_list", outing=outing)
    opening, people = outing_access.list_of(found, by=by)
    context = {"outing": found, "opening": opening, "people": people, "at": now()}
    return render(request, "venues/roll/outing_list.html", context)


def _own(by: Principal, outing: UUID) -> Outing:
    found = outing_reading.outing_of(by, outing)
    if found is None:
        raise Refused("unknown_outing", _("There is no such trip or feast."), status=404)
    return found


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
