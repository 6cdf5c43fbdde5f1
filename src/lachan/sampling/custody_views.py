"""The unit's side: boxes packed by scanning, sealed, given away; tubes that are missing."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.sampling import custody, custody_losses, custody_words, selectors
from lachan.sampling import custody_reading as reading
from lachan.sampling.custody_forms import (
    BoxForm,
    CourierForm,
    HandForm,
    LogForm,
    LossForm,
    ReckonForm,
)
from lachan.sampling.custody_log import attach, excursions_of, tubes_in
from lachan.sampling.custody_manifest import manifest_of
from lachan.sampling.custody_wire import Said, Sent, answer_scans
from lachan.sampling.models import Box, Tube
from lachan.sampling.navigation import LABORATORY
from lachan.ui.documents import PDF, to_pdf
from lachan.ui.forms import Form

#: Who packs boxes: a sampling unit, and a laboratory that sends a tube on.
PACKERS = (Role.SAMPLER, *LABORATORY)


def box_for(request: SignedInRequest, box: UUID) -> Box:
    """A box of the own unit or for the own laboratory, or 404."""
    found = reading.box_of(request.principal, box)
    if found is None:
        raise Http404
    return found


def own_box(request: SignedInRequest, box: UUID) -> Box:
    """A box that the own unit packs, or 404."""
    found = box_for(request, box)
    if found.organisation != request.principal.organisation:
        raise Http404
    return found


@guarded(*PACKERS, purpose="sampling")
def boxes(request: SignedInRequest) -> HttpResponse:
    """The boxes of the unit; scan a new one."""
    form = BoxForm(request.POST or None, laboratories=selectors.laboratories())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with scoped(request.principal, "sampling") as by:
                box = custody.open_box(
                    barcode=given["barcode"],
                    laboratory=UUID(given["laboratory"]),
                    phone=given["phone"],
                    by=by,
                )
        except Refused as refused:
            form.add_error("barcode", refused.message)
        else:
            return redirect("sampling:box", box.id)
    organisation = request.principal.organisation
    rows = list(reading.boxes_from(organisation)) if organisation else []
    names = reading.names_of(row.laboratory for row in rows)
    legs = reading.last_legs(row.pk for row in rows)
    shown = [
        (row, custody_words.box_chip(row, legs.get(row.pk)), names.get(row.laboratory, ""))
        for row in rows
    ]
    context = {"form": form, "rows": shown}
    return render(request, "sampling/custody_boxes.html", context, status=_status(form))


@guarded(*PACKERS, purpose="sampling")
def box(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Scan tubes into a box; what is refused is said in the band."""
    found = own_box(request, box_id)
    if request.method != "POST":
        return _page(request, found)
    sent = Sent(
        _id(request.POST.get("id", "")),
        request.POST.get("code", "").strip()[:40],
        None,
        bool(request.POST.get("yes")),
    )
    try:
        with scoped(request.principal, "sampling"):
            said = _pack(request, found, sent)
    except Refused as refused:
        ask = _asks().get(refused.code, "")
        said = Said("need" if ask else "not", refused.message, ask)
        return _page(request, found, band=said, code=sent.code if ask else "", status=422)
    return _page(request, found, band=said)


def _id(text: str) -> UUID:
    """The page's number of this scan: pressing twice is once."""
    try:
        return UUID(text)
    except ValueError:
        return uuid7()


def _pack(request: SignedInRequest, found: Box, sent: Sent) -> Said:
    row = custody.pack(
        box=found,
        barcode=sent.code,
        id=sent.id,
        at=sent.at,
        reroute=sent.yes,
        by=request.principal,
    )
    return custody_words.packed(row)


def _asks() -> dict[str, str]:
    return {"other_laboratory": _("Send it to this box's laboratory")}


@require_POST
@guarded(*PACKERS, purpose="sampling")
def scans(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Scans that the page kept while there was no network."""
    found = own_box(request, box_id)
    return answer_scans(
        request,
        "sampling",
        lambda sent: _pack(request, found, sent),
        _asks(),
        lambda: len(reading.manifest(found)),
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
    context = {
        "box": found,
        "chip": custody_words.box_chip(found, legs[-1] if legs else None),
        "laboratory": reading.names_of([found.laboratory]).get(found.laboratory, ""),
        "lines": [
            (line, custody_words.kind_of(line.tube)) for line in reading.manifest(found)[::-1]
        ],
        "legs": [custody_words.leg_words(leg) for leg in legs],
        "logs": logs_of(found),
        "arrived": bool(legs and legs[-1].arrives),
        "scan_id": uuid7(),
        "band": band,
        "code": code,
        "back": reverse("sampling:boxes"),
        "seal": ReckonForm(prefix="seal"),
        "hand": HandForm(prefix="hand"),
        "courier": CourierForm(prefix="next"),
        "log": LogForm(),
    }
    return render(request, "sampling/custody_box.html", context | forms, status=status)


def logs_of(found: Box) -> list[dict[str, object]]:
    """The loggers' files of a box, each with its excursions and the tubes that were in it then."""
    rule = reading.rule_of(found.organisation)
    return [
        {
            "reading": log,
            "rule": rule,
            "excursions": [(one, tubes_in(found, one)) for one in excursions_of(log)],
        }
        for log in reading.readings_of(found)
    ]


@require_POST
@guarded(*PACKERS, purpose="sampling")
def take_out(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """A tube is not to travel in this box."""
    found = own_box(request, box_id)
    row = custody.take_out(box=found, barcode=request.POST.get("code", ""), by=request.principal)
    messages.success(request, _("Tube %(code)s is out of the box.") % {"code": row.tube.barcode})
    return redirect("sampling:box", found.id)


@require_POST
@guarded(*PACKERS, purpose="sampling")
def seal(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Close the lid, with count and temperature."""
    found = own_box(request, box_id)
    form = ReckonForm(request.POST, prefix="seal")

    def act(by: Principal) -> None:
        custody.seal(box=found, seen=form.reckoning(), by=by)

    if acted(request, form, "sampling", act):
        messages.success(request, _("The box is sealed. Print its manifest."))
        return redirect("sampling:box", found.id)
    return _page(request, found, status=422, seal=form)


def acted(
    request: SignedInRequest, form: Form, purpose: str, act: Callable[[Principal], None]
) -> bool:
    """Do what a form asks for; a refusal stands on the form.  Whether it was done."""
    if not form.is_valid():
        return False
    try:
        with scoped(request.principal, purpose) as by:
            act(by)
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True


@require_POST
@guarded(*PACKERS, purpose="sampling")
def hand(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Give the box to a courier or, with one's own hands, to the laboratory."""
    found = own_box(request, box_id)
    form = HandForm(request.POST, prefix="hand")

    def act(by: Principal) -> None:
        given = form.reckoning()
        if form.cleaned_data["to"] == "laboratory":
            custody.hand_to_laboratory(box=found, given=given, by=by)
            return
        custody.hand_to_courier(
            box=found, given=given, taken=form.taken(), courier=form.courier(), by=by
        )

    if acted(request, form, "sampling", act):
        messages.success(request, _("The box was handed over."))
        return redirect("sampling:box", found.id)
    return _page(request, found, status=422, hand=form)


@require_POST
@guarded(*PACKERS, purpose="sampling")
def courier(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """The box goes from one courier to the next."""
    found = own_box(request, box_id)
    form = CourierForm(request.POST, prefix="next")

    def act(by: Principal) -> None:
        custody.change_courier(box=found, seen=form.reckoning(), courier=form.courier(), by=by)

    if acted(request, form, "sampling", act):
        messages.success(request, _("The next courier is written down."))
        return redirect("sampling:box", found.id)
    return _page(request, found, status=422, courier=form)


@require_GET
@guarded(*PACKERS, purpose="sampling")
def manifest(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """The record of the box on paper."""
    found = box_for(request, box_id)
    response = HttpResponse(to_pdf(manifest_of(found)), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="giao-nhan-{found.pk}.pdf"'
    return response


@require_POST
@guarded(*PACKERS, purpose="sampling")
def log(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """Attach a data logger's file; its excursions are named."""
    found = box_for(request, box_id)
    form = LogForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused("log_unreadable", _("Choose the file of the data logger."))
    file = form.cleaned_data["file"]
    with scoped(request.principal, "sampling") as by:
        kept = attach(
            box=found,
            data=file.read(),
            name=file.name,
            rule=reading.rule_of(found.organisation),
            by=by,
        )
    say = messages.warning if kept.excursions else messages.success
    text = (
        _("The box left its range of temperature. See which tubes were in it.")
        if kept.excursions
        else _("The box stayed in its range of temperature.")
    )
    say(request, text)
    mine = found.organisation == request.principal.organisation
    return redirect("sampling:box" if mine else "sampling:received_box", found.id)


@guarded(Role.SAMPLER, purpose="sampling")
def missing(request: SignedInRequest) -> HttpResponse:
    """Declare that nobody has a tube, or that it turned up."""
    form = LossForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and say_missing(request, form, "sampling"):
        return redirect("sampling:missing")
    context = {"form": form, "back": reverse("sampling:boxes")}
    return render(request, "sampling/custody_missing.html", context, status=_status(form))


def say_missing(request: SignedInRequest, form: LossForm, purpose: str) -> bool:
    """Do what the button said: `found` or missing; a refusal stands on the form."""
    code = form.cleaned_data["code"]
    by = request.principal
    tube = Tube.objects.filter(barcode=code).first()
    if tube is None:
        form.add_error("code", _("There is no tube with this code."))
        return False
    try:
        with scoped(by, purpose):
            if request.POST.get("found"):
                was = custody_losses.found(tube=tube, by=by)
                text = _("Tube %(code)s is found.") if was else _("Tube %(code)s was not missing.")
            else:
                custody_losses.declare_missing(tube=tube, note=form.cleaned_data["note"], by=by)
                text = _("Tube %(code)s is missing. Its people are asked to be sampled again.")
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    messages.success(request, text % {"code": code})
    return True


def _status(form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200
