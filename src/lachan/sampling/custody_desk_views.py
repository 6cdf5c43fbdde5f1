"""The laboratory's side: take a box, scan tube by tube, close it and name what was not in it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.sampling import custody, custody_receiving, custody_words
from lachan.sampling import custody_reading as reading
from lachan.sampling.custody_forms import ArriveForm, LogForm, LossForm, RejectForm
from lachan.sampling.custody_receiving import Rejected
from lachan.sampling.custody_views import acted, logs_of, say_missing
from lachan.sampling.custody_wire import Said, Sent, answer_scans
from lachan.sampling.models import Box
from lachan.sampling.navigation import LABORATORY
from lachan.ui.forms import Form


@guarded(*LABORATORY, purpose="laboratory")
def reception(request: SignedInRequest) -> HttpResponse:
    """Scan a box; a tube that came without one; the boxes on their way."""
    by = request.principal
    scanned = request.GET.get("box", "").strip()
    found = reading.box_by_code(by.organisation, scanned) if scanned else None
    if found is not None:
        return redirect("sampling:received_box", found.id)
    band = None
    if request.method == "POST":
        band = _try(request, None, _sent(request))
    rows = list(reading.boxes_to(by.organisation)) if by.organisation else []
    units = reading.names_of(row.organisation for row in rows)
    legs = reading.last_legs(row.pk for row in rows)
    context = {
        "unknown": scanned,
        "band": band,
        "scan_id": uuid7(),
        "reject": RejectForm(),
        "rows": [
            (row, custody_words.box_chip(row, legs.get(row.pk)), units.get(row.organisation))
            for row in rows
        ],
    }
    status = 422 if band is not None and band.kind != "may" else 200
    return render(request, "sampling/custody_reception.html", context, status=status)


def _sent(request: SignedInRequest) -> Sent:
    try:
        number = UUID(request.POST.get("id", ""))
    except ValueError:
        number = uuid7()
    code = request.POST.get("code", "").strip()[:40]
    return Sent(number, code, None, bool(request.POST.get("yes")))


def _try(request: SignedInRequest, box: Box | None, sent: Sent) -> Said:
    """Accept a tube, or say why not."""
    try:
        with scoped(request.principal, "laboratory"):
            return _accept(request, box, sent)
    except Refused as refused:
        ask = _asks().get(refused.code, "")
        return Said("need" if ask else "not", refused.message, ask)


def _accept(request: SignedInRequest, box: Box | None, sent: Sent) -> Said:
    scan = custody_receiving.scan_in(
        barcode=sent.code,
        box=box,
        anyway=sent.yes,
        id=sent.id,
        at=sent.at,
        by=request.principal,
    )
    return custody_words.received(scan, _name(scan.send_to))


def _name(laboratory: UUID | None) -> str:
    names = reading.names_of([laboratory])
    return names.get(laboratory, _("another laboratory")) if laboratory else _("nobody")


def _asks() -> dict[str, str]:
    return {"tube_rejected": _("Accept it after all")}


def _box(request: SignedInRequest, box_id: UUID) -> Box:
    found = reading.box_of(request.principal, box_id)
    if found is None or found.laboratory != request.principal.organisation:
        raise Http404
    return found


@guarded(*LABORATORY, purpose="laboratory")
def received_box(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """A box for this laboratory: sign for it, then scan its tubes."""
    found = _box(request, box_id)
    if request.method != "POST":
        return _page(request, found)
    sent = _sent(request)
    band = _try(request, found, sent)
    code = sent.code if band.ask else ""
    return _page(request, found, band=band, code=code, status=200 if band.kind == "may" else 422)


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def received_scans(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Scans that the page kept while there was no network."""
    found = _box(request, box_id)
    return answer_scans(
        request,
        "laboratory",
        lambda sent: _accept(request, found, sent),
        _asks(),
        lambda: sum(line.packing.out == "arrived" for line in reading.manifest(found)),
    )


def _page(
    request: SignedInRequest,
    found: Box,
    *,
    band: Said | None = None,
    code: str = "",
    status: int = 200,
    **forms: Form,
) -> HttpResponse:
    found.refresh_from_db()
    legs = reading.legs_of(found)
    lines = reading.manifest(found)
    extra = reading.found_in(found)
    receptions = reading.receptions_of(line.tube.pk for line in [*lines, *extra])
    last = legs[-1] if legs else None
    context = {
        "box": found,
        "chip": custody_words.box_chip(found, last),
        "unit": reading.names_of([found.organisation]).get(found.organisation, ""),
        "taken": last is not None and last.arrives and last.taken_at is not None,
        "legs": [custody_words.leg_words(leg) for leg in legs],
        "lines": [_line(line, receptions) for line in lines],
        "extra": [_line(line, receptions) for line in extra],
        "arrived": sum(line.packing.out == "arrived" for line in lines),
        "logs": logs_of(found),
        "band": band,
        "code": code,
        "scan_id": uuid7(),
        "arrive": ArriveForm(known=last is not None, prefix="arrive"),
        "reject": RejectForm(prefix="reject"),
        "log": LogForm(),
    }
    return render(request, "sampling/custody_received.html", context | forms, status=status)


def _line(line: reading.Line, receptions: dict) -> dict[str, object]:  # type: ignore[type-arg]
    """A tube of the box with what became of it."""
    reception = receptions.get(line.tube.pk)
    chip = {"kind": "", "icon": "clock", "text": _("Not scanned")}
    if line.packing.out == "left_over":
        chip = {"kind": "not", "icon": "x", "text": _("Not in the box")}
    if reception is not None and reception.accepted:
        chip = {"kind": "may", "icon": "check", "text": _("Accepted")}
    if reception is not None and not reception.accepted:
        chip = {"kind": "not", "icon": "x", "text": _("Rejected")}
    if reception is None and line.packing.out == "arrived":
        chip = {"kind": "need", "icon": "arrow-right", "text": _("For another laboratory")}
    why = custody_words.reason_of(reception) if reception and not reception.accepted else ""
    return {"tube": line.tube, "kind": custody_words.kind_of(line.tube), "chip": chip, "why": why}


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def arrive(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Sign for a box: count and temperature."""
    found = _box(request, box_id)
    known = custody.last_leg(found) is not None
    form = ArriveForm(request.POST, known=known, prefix="arrive")

    def act(by: Principal) -> None:
        custody.arrive(box=found, seen=form.reckoning(), courier=form.courier(), by=by)

    if acted(request, form, "laboratory", act):
        messages.success(request, _("You took the box. Scan its tubes."))
        return redirect("sampling:received_box", found.id)
    return _page(request, found, status=422, arrive=form)


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def reject(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Refuse a tube of a box, with a reason."""
    found = _box(request, box_id)
    form = RejectForm(request.POST, prefix="reject")
    if form.is_valid() and _rejected(request, form, found):
        return redirect("sampling:received_box", found.id)
    return _page(request, found, status=422, reject=form)


@guarded(*LABORATORY, purpose="laboratory")
def reject_later(request: SignedInRequest) -> HttpResponse:
    """Refuse a tube that came without a box, or that leaks only now."""
    form = RejectForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _rejected(request, form, None):
        return redirect("sampling:reception")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/custody_reject.html", {"form": form}, status=status)


def _rejected(request: SignedInRequest, form: RejectForm, box: Box | None) -> bool:
    given = form.cleaned_data
    if box is not None and box.closed_at is not None:
        box = None
    try:
        with scoped(request.principal, "laboratory") as by:
            scan = custody_receiving.scan_in(
                barcode=given["code"].strip(),
                box=box,
                rejected=Rejected(given["reason"], given["note"]),
                by=by,
            )
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    said = custody_words.received(scan, _name(scan.send_to))
    messages.success(request, said.text)
    return True


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def close_box(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """The box is empty: what its manifest had and nobody found is missing."""
    found = _box(request, box_id)
    with scoped(request.principal, "laboratory") as by:
        left = custody_receiving.close_box(box=found, by=by)
    say = messages.warning if left else messages.success
    say(request, custody_words.closed(left))
    return redirect("sampling:received_box", found.id)


@guarded(*LABORATORY, purpose="laboratory")
def laboratory_missing(request: SignedInRequest) -> HttpResponse:
    """The laboratory has lost a tube, or found it."""
    form = LossForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and say_missing(request, form, "laboratory"):
        return redirect("sampling:laboratory_missing")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/custody_lost.html", {"form": form}, status=status)
