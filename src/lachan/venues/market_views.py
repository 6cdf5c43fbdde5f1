"""The market on a phone: the morning's roll of a row, vehicles of the night, shopping tickets."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.formats.plates import shown_plate
from lachan.places.models import Place
from lachan.ui.forms import Form
from lachan.venues import attending, delivering, night_reading, roll_reading, ticketing
from lachan.venues.keepers import body_of
from lachan.venues.roll_reading import natural
from lachan.venues.roll_views import own_row
from lachan.venues.ticket_reading import ticket_sentence
from lachan.venues.ticket_sheet import ticket_sheet
from lachan.venues.tickets import Ticket, TicketRule

#: Guards and managers work at night; whoever is there writes.
NIGHT = (Role.PLACE_MANAGER, Role.GATE_CONTROLLER)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="roll")
def row(request: SignedInRequest, place: UUID) -> HttpResponse:
    """The morning's roll of a row: one press or one scan a trader."""
    by = request.principal
    where = own_place(by, place)
    if request.method == "POST":
        return _tick(request, where)
    known = roll_reading.today_of(by)
    rows = roll_reading.roll_of(by, place=where.id)
    rows.sort(key=lambda each: natural(each.work.detail if each.work else ""))
    shown = [(each, known.state_of(each.member.id), _at(known, each.member.id)) for each in rows]
    rows_here = Place.objects.filter(
        organisation=body_of(by), kind=where.kind, closed_at=None
    ).order_by("folded", "id")
    context = {
        "place": where,
        "rows": shown,
        "here": sum(state == "present" for _row, state, _when in shown),
        "others": [each for each in rows_here if each.id != where.id],
        "at": now(),
    }
    return render(request, "venues/roll/row.html", context)


def _at(known: roll_reading.Today, member: UUID) -> object:
    word = known.words.get(member)
    return word.at if word is not None and word.at else known.came.get(member)


def _tick(request: SignedInRequest, where: Place) -> HttpResponse:
    by, code = request.principal, request.POST.get("code", "").strip()
    if code:
        found = attending.member_of_code(text=code, by=by)
        mine = own_row(by, found.id)
        attending.say_present(member=found, way="scan", by=by)
    else:
        mine = own_row(by, _uuid(request.POST.get("member", "")))
        if request.POST.get("said") == "none":
            attending.take_back(member=mine.member, by=by)
            messages.success(request, _("%(name)s: taken back.") % {"name": mine.written.name})
            return redirect("venues:row", place=where.id)
        attending.say_present(member=mine.member, by=by)
    stall = mine.work.detail if mine.work else ""
    said = _("%(name)s came.") % {"name": f"{stall} · {mine.written.name}".strip(" ·")}
    messages.success(request, said)
    return redirect("venues:row", place=where.id)


class NightForm(Form):
    """A vehicle, a driver, a row: typed with one thumb."""

    plate = forms.CharField(
        label=gettext_lazy("Plate"),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )
    driver = forms.CharField(label=gettext_lazy("Driver's name"), max_length=120, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Driver's phone"),
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    coming_from = forms.CharField(label=gettext_lazy("From where"), max_length=80, required=False)
    goods = forms.CharField(label=gettext_lazy("Goods"), max_length=40, required=False)
    code = forms.CharField(
        label=gettext_lazy("Or scan the driver's code"), max_length=2000, required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*NIGHT, purpose="night")
def night(request: SignedInRequest) -> HttpResponse:
    """Vehicles of the night; a plate brings back the driver of last time."""
    by = request.principal
    text = request.GET.get("plate", "").strip()
    rows = night_reading.night(by, plate=text)
    context = {
        "rows": rows,
        "inside": sum(each.row.left_at is None for each in rows),
        "plate": text,
        "at": now(),
        "may_go_back": by.has(Role.PLACE_MANAGER),
    }
    return render(request, "venues/roll/night.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*NIGHT, purpose="night")
def vehicle_in(request: SignedInRequest) -> HttpResponse:
    """A vehicle comes in."""
    by = request.principal
    docks = night_reading.docks_of(by)
    form = NightForm(request.POST or None, initial=_as_last_time(request))
    chosen = request.POST.get("place", "") or (str(docks[0].id) if len(docks) == 1 else "")
    missing = ""
    if request.method == "POST" and form.is_valid():
        place = next((dock for dock in docks if str(dock.id) == chosen), None)
        if place is not None:
            made = delivering.record_delivery(place=place, by=by, **form.cleaned_data)
            messages.success(request, _("%(plate)s is in.") % {"plate": shown_plate(made.plate)})
            return redirect("venues:night")
        missing = _("Choose the row.")
    context = {"form": form, "docks": docks, "chosen": chosen, "missing": missing}
    status = 422 if form.is_bound else 200
    return render(request, "venues/roll/vehicle_in.html", context, status=status)


def _as_last_time(request: SignedInRequest) -> dict[str, str]:
    """What is known of a plate that was here before; nothing is chosen for a plate that was not."""
    text = request.GET.get("plate", "").strip()
    if not text:
        return {}
    found = night_reading.as_last_time(request.principal, text)
    return {"plate": text, **found}


@require_POST
@guarded(*NIGHT, purpose="night")
def vehicle_out(request: SignedInRequest, delivery: UUID) -> HttpResponse:
    """The vehicle left."""
    found = night_reading.delivery_of(request.principal, delivery)
    if found is None:
        raise Refused("unknown_delivery", _("There is no such vehicle."), status=404)
    delivering.record_leaving(delivery=found, by=request.principal)
    return redirect("venues:night")


class RuleForm(Form):
    """On which days households may shop, and by which document."""

    mode = forms.ChoiceField(label=gettext_lazy("Which days"), choices=TicketRule.Mode.choices)
    a_week = forms.IntegerField(
        label=gettext_lazy("Days a week"), min_value=1, max_value=7, required=False
    )
    document = forms.CharField(
        label=gettext_lazy("Order (number, date, who signed)"), max_length=120
    )


class PrintForm(Form):
    """How many, and for whom the sheets are."""

    count = forms.IntegerField(
        label=gettext_lazy("How many households"), min_value=1, max_value=ticketing.AT_ONCE
    )
    hamlet = forms.CharField(
        label=gettext_lazy("Hamlet or street group"), max_length=80, required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="tickets")
def tickets(request: SignedInRequest) -> HttpResponse:
    """The market's rule and its printed tickets."""
    by = request.principal
    market = market_of(by)
    rule = TicketRule.objects.filter(market=market, until=None).first()
    form = RuleForm(request.POST if "document" in request.POST else None)
    if request.method == "POST" and "end" in request.POST:
        ticketing.end_rule(market=market, by=by)
        return redirect("venues:tickets")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        ticketing.set_rule(
            market=market,
            mode=said["mode"],
            a_week=said["a_week"] or 0,
            document=said["document"],
            by=by,
        )
        return redirect("venues:tickets")
    made = Ticket.objects.filter(organisation=body_of(by), market=market)
    context = {
        "market": market,
        "rule": rule,
        "form": form,
        "paper": PrintForm(),
        "n": made.count(),
    }
    return render(
        request, "venues/roll/tickets.html", context, status=422 if form.is_bound else 200
    )


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="tickets")
def print_tickets(request: SignedInRequest) -> HttpResponse:
    """Sheets of tickets as PDF."""
    by = request.principal
    market = market_of(by)
    form = PrintForm(request.POST)
    if not form.is_valid():
        raise Refused("tickets_count", _("Print between 1 and 2,000 tickets at once."))
    made = ticketing.print_tickets(market=market, by=by, **form.cleaned_data)
    rule = TicketRule.objects.filter(market=market, until=None).first()
    pdf = ticket_sheet(
        tickets=made,
        market=market.name,
        rule=rule.document if rule else "",
        address=request.build_absolute_uri(reverse("venues:ticket", args=["X"]))[:-1],
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="phieu-di-cho.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*NIGHT, purpose="tickets")
def check_ticket(request: SignedInRequest) -> HttpResponse:
    """A ticket at the gate: one scan, one sentence."""
    by = request.principal
    verdict = None
    if request.method == "POST":
        moment = now()
        facts = ticketing.use_ticket(
            text=request.POST.get("text", ""), market=market_of(by), by=by, at=moment
        )
        kind, word, why = ticket_sentence(facts, moment)
        verdict = {"kind": kind, "word": word, "why": why}
    return render(request, "venues/roll/check_ticket.html", {"verdict": verdict})


@require_safe
@public("a ticket's address holds nothing about anybody: it says how a ticket is used")
def ticket(request: HttpRequest, code: str) -> HttpResponse:
    """Where the code of a ticket leads a household's own phone."""
    return render(request, "venues/roll/ticket.html", {"code": code[:12]})


def market_of(by: Principal) -> Place:
    """The market (the outermost place) of the account's organisation.  Refused: roll_no_whole."""
    own = Place.objects.filter(organisation=body_of(by), parent=None, closed_at=None)
    rows = sorted(own.order_by("made_at", "id"), key=lambda each: each.kind != "market")
    if not rows:
        raise Refused(
            "roll_no_whole",
            _("Register your factory, market, school or house first, under Places."),
        )
    return rows[0]


def own_place(by: Principal, place: UUID) -> Place:
    """One of one's own places.  Refused: unknown_place (404)."""
    found = Place.objects.filter(id=place, organisation=body_of(by)).first()
    if found is None:
        raise Refused("unknown_place", _("There is no such place."), status=404)
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
