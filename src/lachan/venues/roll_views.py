"""Pages of the roll: the unit today, its people, one of them, lists by Excel."""

from itertools import groupby
from typing import Any
from urllib.parse import urlencode
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
from lachan.ui.lists import role_label
from lachan.venues import roll_files, roll_import, roll_reading, rolling
from lachan.venues.keepers import body_of
from lachan.venues.roll_drawing import tiles_of, trend_drawing
from lachan.venues.roll_forms import FileForm, MemberForm, OutForm, SpotForm, WrittenFields
from lachan.venues.roll_reading import RollRow
from lachan.venues.roll_wording import TYPES, marked, refusals_of
from lachan.venues.rolls import RollFile, Spot

#: Refused rows shown on the page; the copy of the file has them all.
REFUSALS_SHOWN = 50


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="roll")
def unit(request: SignedInRequest) -> HttpResponse:
    """The unit today: on the roll, came, absent by reason; a map of its lines; fourteen days."""
    by = request.principal
    shift = request.GET.get("shift", "")
    known = roll_reading.today_of(by)
    rows = roll_reading.filled_of(by, known, shift=shift)
    context = {
        "day": _day_sum(rows),
        "groups": [
            (whole, tiles_of(list(parts)))
            for whole, parts in groupby(rows, lambda row: row.place.parent)
        ],
        "tools": {"filters": _shift_filters(by, shift)},
        "trend": trend_drawing(roll_reading.trend_of(by)),
        "shift": shift,
        "kinds": {row.place.kind for row in rows},
        "at": now(),
    }
    return render(request, "venues/roll/unit.html", context)


def _day_sum(rows: list[roll_reading.Filled]) -> dict[str, Any]:
    on_roll = sum(row.on_roll for row in rows)
    absences = reverse("venues:absences")
    terms = [
        ("", on_roll, _("on the roll"), reverse("venues:members")),
        ("=", sum(row.present for row in rows), _("came"), ""),
        ("+", sum(row.symptoms for row in rows), _("absent with symptoms"), absences),
        ("+", sum(row.leave for row in rows), _("on leave"), absences),
        ("+", sum(row.unknown for row in rows), _("reason not known"), absences),
        ("+", sum(row.open for row in rows), _("not yet known"), f"{absences}?show=open"),
    ]
    ill = sum(row.symptoms for row in rows)
    gap = None
    if ill:
        text = _("%(n)d with symptoms: the health station sees them.") % {"n": ill}
        gap = {"kind": "need", "text": text, "href": absences}
    shown = [{"op": op, "n": n, "label": label, "href": href} for op, n, label, href in terms]
    return {"terms": shown, "gap": gap}


def _shift_filters(by: Principal, chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "label": shift,
            "href": "?" if shift == chosen else f"?{urlencode({'shift': shift})}",
            "on": shift == chosen,
        }
        for shift in roll_reading.shifts_of(by)
    ]


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="roll")
def members(request: SignedInRequest) -> HttpResponse:
    """Who stands on the roll: by name, by line, by shift."""
    by = request.principal
    text, shift = request.GET.get("q", "").strip(), request.GET.get("shift", "")
    place = _uuid(request.GET.get("place", ""))
    group = request.GET.get("group", Spot.Group.WORK)
    rows = roll_reading.roll_of(by, place=place, shift=shift, text=text, group=group)
    keep = [("place", str(place))] if place else []
    keep += [("shift", shift)] if shift else []
    hint = _("Name, code or phone")
    context = {
        "rows": rows,
        "full": len(rows) >= roll_reading.SHOWN_AT_MOST,
        "place": next(
            (s.place for row in rows for s in row.spots.values() if s.place_id == place), None
        ),
        "tools": {
            "filters": _shift_filters(by, shift) if place is None else [],
            "search": {"name": "q", "value": text, "hint": hint, "keep": keep},
        },
        "asked": bool(text or place or shift),
    }
    return render(request, "venues/roll/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="roll")
def add_member(request: SignedInRequest) -> HttpResponse:
    """Somebody new, one by one."""
    by = request.principal
    first = {"place": request.GET.get("place", ""), "name": request.GET.get("name", "")}
    form = MemberForm(request.POST or None, by=by, initial=first)
    if request.method == "POST" and form.is_valid():
        made = rolling.enter(written=form.written(), stands=[form.stand()], by=by)
        messages.success(request, _("%(name)s is on the list.") % {"name": form.written().name})
        if "again" in request.POST:
            again = urlencode({"place": form.cleaned_data["place"]})
            return redirect(f"{reverse('venues:add_member')}?{again}")
        return redirect("venues:member", member=made.id)
    status = 422 if form.is_bound else 200
    return render(request, "venues/roll/add.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="roll")
def member(request: SignedInRequest, member: UUID) -> HttpResponse:
    """One of the roll: where he belongs and belonged; a move is one step."""
    by = request.principal
    row = own_row(by, member)
    form = SpotForm(
        request.POST or None, by=by, initial={"shift": row.work.shift if row.work else ""}
    )
    if request.method == "POST" and form.is_valid():
        rolling.move(member=row.member, stand=form.stand(), by=by)
        messages.success(request, _("Written down. What was before stays on record."))
        return redirect("venues:member", member=member)
    context = {
        "row": row,
        "form": form,
        "out": OutForm(),
        "history": Spot.objects.filter(member=row.member)
        .select_related("place__parent")
        .order_by("-since", "-id"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "venues/roll/member.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="roll")
def rewrite_member(request: SignedInRequest, member: UUID) -> HttpResponse:
    """Put right a name, a code or a phone."""
    row = own_row(request.principal, member)
    words = row.written
    first = {"name": words.name, "code": words.code, "phone": words.phone, "birth": words.birth}
    form = WrittenFields(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        rolling.rewrite(member=row.member, written=form.written(words), by=request.principal)
        return redirect("venues:member", member=member)
    status = 422 if form.is_bound else 200
    return render(request, "venues/roll/rewrite.html", {"form": form, "row": row}, status=status)


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="roll")
def leave(request: SignedInRequest, member: UUID) -> HttpResponse:
    """Somebody leaves the unit, or one group of places (`group`: a room, a stall)."""
    row = own_row(request.principal, member)
    form = OutForm(request.POST)
    on = form.first_day_gone() if form.is_valid() else None
    group = request.POST.get("group", "")
    if group in Spot.Group.values:
        rolling.move_out(member=row.member, group=group, on=on, by=request.principal)
        messages.success(request, _("Written down. What was before stays on record."))
        return redirect("venues:member", member=member)
    rolling.leave(member=row.member, on=on, by=request.principal)
    messages.success(request, _("%(name)s left the list.") % {"name": row.written.name})
    return redirect("venues:members")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose="roll")
def take_in(request: SignedInRequest) -> HttpResponse:
    """A list by Excel."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        kept = roll_import.take_in(data=sent.read(), file_name=sent.name, by=request.principal)
        return redirect("venues:roll_file", file=kept.id)
    before = RollFile.objects.filter(organisation=body_of(request.principal), purpose="roll")
    context = {"form": form, "before": before.order_by("-sent_at")[:5], "at": now()}
    return render(request, "venues/roll/import.html", context, status=422 if form.is_bound else 200)


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="roll")
def roll_file(request: SignedInRequest, file: UUID) -> HttpResponse:
    """What came out of a list, and the copy with what was refused."""
    row = own_file(request.principal, file)
    report = row.report
    refused = refusals_of(row)
    terms = [("", "rows", _("people in the file")), ("=", "new", _("new"))]
    terms += [("+", "moved", _("moved")), ("+", "same", _("as before"))] if "same" in report else []
    shown = [{"op": op, "n": report.get(key, 0), "label": label} for op, key, label in terms]
    shown.append({"op": "+", "n": len(refused), "label": _("refused")})
    context = {
        "file": row,
        "sum": {"terms": shown, "gap": None},
        "refused": refused[:REFUSALS_SHOWN],
        "more": max(0, len(refused) - REFUSALS_SHOWN),
        "columns": [(header, role_label(role)) for header, role in report.get("columns", [])],
        "made": report.get("made", []),
        "missing": report.get("missing", 0),
        "is_kept": row.keep_until > now(),
    }
    return render(request, "venues/roll/file.html", context)


@require_safe
@guarded(Role.PLACE_MANAGER, purpose="roll")
def roll_copy(request: SignedInRequest, file: UUID) -> HttpResponse:
    """The refused rows in a copy of the same file."""
    data, name = marked(own_file(request.principal, file))
    ending = name[name.rindex(".") :]
    return download(data, name, TYPES[ending])


@require_POST
@guarded(Role.PLACE_MANAGER, purpose="roll")
def let_go(request: SignedInRequest, file: UUID) -> HttpResponse:
    """Destroy the file now."""
    roll_files.let_go(own_file(request.principal, file))
    messages.success(request, _("The file is destroyed. What was taken in stays."))
    return redirect("venues:roll_file", file=file)


def own_row(by: Principal, member: UUID) -> RollRow:
    """One of one's own roll.  Refused: unknown_member (404)."""
    found = roll_reading.member_of(by, member)
    if found is None:
        raise Refused("unknown_member", _("Nobody of your list stands here."), status=404)
    return roll_reading.rows_of([found])[0]


def own_file(by: Principal, file: UUID) -> RollFile:
    """A file one's own organisation sent.  Refused: unknown_file (404)."""
    found = RollFile.objects.filter(id=file, organisation=body_of(by)).first()
    if found is None:
        raise Refused("unknown_file", _("There is no such file."), status=404)
    return found


def download(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
