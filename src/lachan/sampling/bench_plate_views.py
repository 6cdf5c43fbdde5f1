"""Accession by scan, plates filled by scan, their runs and controls, the layout as a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.rulebook.selectors import assay_rules, diseases_at
from lachan.sampling import (
    bench_access,
    bench_filling,
    bench_layout,
    bench_reading,
    bench_running,
    bench_wells,
    bench_words,
    wording,
)
from lachan.sampling.bench_forms import ControlsForm, PlateForm, RunForm
from lachan.sampling.bench_views import status_of
from lachan.sampling.models import Accession, Plate, Result, Run, Well
from lachan.sampling.navigation import LABORATORY
from lachan.ui.pages import page_of
from lachan.ui.wording import language


@guarded(*LABORATORY, purpose="laboratory")
def accession(request: SignedInRequest) -> HttpResponse:
    """Scan a received tube: it gets its number of the day, shown big."""
    band, made = None, None
    if request.method == "POST":
        try:
            with scoped(request.principal, "laboratory") as by:
                made = bench_filling.accession(code=request.POST.get("code", "").strip(), by=by)
        except Refused as refused:
            band = wording.refused_band(refused.code, refused.message)
        else:
            return redirect(f"{request.path}?done={made.id}")
    rows = _newest_numbers(request)
    made = next((row for row in rows if str(row.id) == request.GET.get("done", "")), None)
    context = {"rows": rows, "made": made, "band": band}
    return render(request, "sampling/bench_accession.html", context, status=422 if band else 200)


def _newest_numbers(request: SignedInRequest) -> list[Accession]:
    laboratory = request.principal.organisation
    if laboratory is None:
        return []
    rows = Accession.objects.filter(laboratory=laboratory).select_related("tube")
    return list(rows.order_by("-day", "-number")[:20])


@guarded(*LABORATORY, purpose="laboratory")
def plates(request: SignedInRequest) -> HttpResponse:
    """The plates, and a new one."""
    by = request.principal
    at = now()
    assays = [rule for disease in sorted(diseases_at(at)) for rule in assay_rules(disease, at)]
    form = PlateForm(request.POST or None, assays=assays, language=language())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with scoped(by, "laboratory"):
                plate = bench_filling.new_plate(
                    barcode=given["barcode"],
                    size=int(given["size"]),
                    assay=form.assays[given["assay"]],
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("sampling:plate", plate.id)
    rows = bench_reading.plates_of(by.organisation) if by.organisation else Plate.objects.none()
    page = page_of(rows, request.GET)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, bench_words.run_chip(row)) for row in page],
    }
    return render(request, "sampling/bench_plates.html", context, status=status_of(form))


@guarded(*LABORATORY, purpose="laboratory")
def plate(request: SignedInRequest, plate_id: UUID) -> HttpResponse:
    """Fill a plate by scanning; then its run, its controls and what was found."""
    found = bench_access.plate_for(request.principal, plate_id)
    if request.method != "POST":
        return _plate_page(request, found)
    code, well = request.POST.get("code", "").strip(), request.POST.get("well", "").strip()
    try:
        with scoped(request.principal, "laboratory") as by:
            placed = bench_filling.place(plate=found, code=code, well=well, by=by)
    except Refused as refused:
        return _plate_page(request, found, band=wording.refused_band(refused.code, refused.message))
    return redirect(f"{request.path}?placed={placed.id}")


def _plate_page(
    request: SignedInRequest,
    found: Plate,
    *,
    band: wording.Band | None = None,
    run_form: RunForm | None = None,
    controls_form: ControlsForm | None = None,
) -> HttpResponse:
    wells = bench_wells.standing(found)
    run = bench_running.newest_run(found)
    free = bench_wells.next_free(found, {well.position for well in wells})
    next_name = "" if free is None or found.sealed_at else bench_wells.name_of(free, found.size)
    tubes = [well.tube for well in wells if well.tube]
    results = bench_reading.found_on(wells)
    numbers = bench_reading.accessions_of(tubes)
    band = band or _placed(request, found, wells, next_name)
    refused = band is not None and band.kind != "may"
    context = {
        "plate": found,
        "assay": bench_filling.assay_of(found),
        "language": language(),
        "drawn": bench_words.drawn(found, wells, results, next_name=next_name, numbers=numbers),
        "next_name": next_name,
        "inside": len(tubes),
        "run": run,
        "controls": bench_words.controls_shown(run, found, language()),
        "band": band,
        "rows": _found_rows(found, wells, results, numbers),
        "may_fill": found.sealed_at is None,
        "may_start": bool(tubes) and (run is None or run.valid is False),
        "may_judge": run is not None and run.judged_at is None,
        "run_form": run_form or RunForm(),
        "controls_form": controls_form or _controls_form(found, wells),
        "known": _known(request),
    }
    wrong = refused or status_of(run_form) == 422 or status_of(controls_form) == 422
    return render(request, "sampling/bench_plate.html", context, status=422 if wrong else 200)


def _placed(
    request: SignedInRequest, found: Plate, wells: list[Well], next_name: str
) -> wording.Band | None:
    """What has just been put in, and where the next one goes."""
    asked = request.GET.get("placed", "")
    placed = next((well for well in wells if str(well.id) == asked), None)
    if placed is None or placed.tube is None:
        return None
    where = bench_wells.name_of(placed.position, found.size)
    lead = _("%(code)s stands at %(well)s.") % {"code": placed.tube.barcode, "well": where}
    text = _("Next: %(well)s.") % {"well": next_name} if next_name else _("The plate is full.")
    return wording.Band("may", lead, text)


def _found_rows(
    found: Plate, wells: list[Well], results: Mapping[UUID, Result], numbers: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    rows = []
    for well in wells:
        if well.tube is None:
            continue
        result = results.get(well.tube.id)
        rows.append(
            {
                "well": bench_wells.name_of(well.position, found.size),
                "tube": well.tube,
                "number": numbers.get(well.tube.id, ""),
                "result": result,
                "found": wording.outcome_words(result),
                "ct": bench_words.cycles(result.ct) if result else "",
                "checkable": result is not None and not hasattr(result, "approval"),
            }
        )
    return rows


def _controls_form(found: Plate, wells: list[Well], data: Any = None) -> ControlsForm:
    names = {
        bench_wells.name_of(well.position, found.size): well.kind
        for well in wells
        if well.tube_id is None
    }
    assay = bench_filling.assay_of(found)
    return ControlsForm(data, wells=names, assay=assay, words=bench_words.control_words())


def _known(request: SignedInRequest) -> dict[str, list[str]]:
    """Machines and lots that were used lately, to choose from."""
    laboratory = request.principal.organisation
    if laboratory is None:
        return {"machines": [], "lots": []}
    rows = Run.objects.filter(laboratory=laboratory).order_by("-started_at")
    pairs = list(rows.values_list("machine", "lot")[:50])
    return {
        "machines": list(dict.fromkeys(machine for machine, _lot in pairs)),
        "lots": list(dict.fromkeys(lot for _machine, lot in pairs)),
    }


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def take_out(request: SignedInRequest, plate_id: UUID) -> HttpResponse:
    """Empty a well."""
    found = bench_access.plate_for(request.principal, plate_id)
    well = request.POST.get("well", "")
    try:
        with scoped(request.principal, "laboratory") as by:
            bench_filling.take_out(plate=found, well=well, by=by)
    except Refused as refused:
        return _plate_page(request, found, band=wording.refused_band(refused.code, refused.message))
    messages.success(request, _("%(well)s is empty again.") % {"well": well})
    return redirect("sampling:plate", found.id)


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def start(request: SignedInRequest, plate_id: UUID) -> HttpResponse:
    """Close the plate and start its run."""
    found = bench_access.plate_for(request.principal, plate_id)
    form = RunForm(request.POST)
    if form.is_valid():
        try:
            with scoped(request.principal, "laboratory") as by:
                bench_running.start_run(plate=found, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("sampling:plate", found.id)
    return _plate_page(request, found, run_form=form)


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def judge(request: SignedInRequest, plate_id: UUID) -> HttpResponse:
    """Read the controls: the run is valid or it is not."""
    found = bench_access.plate_for(request.principal, plate_id)
    run = bench_running.newest_run(found)
    form = _controls_form(found, bench_wells.standing(found), request.POST)
    if run is not None and form.is_valid():
        try:
            with scoped(request.principal, "laboratory") as by:
                judged = bench_running.judge_controls(run=run, read=form.read(), by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            _say(request, judged)
            return redirect("sampling:plate", found.id)
    return _plate_page(request, found, controls_form=form)


def _say(request: SignedInRequest, judged: Run) -> None:
    if judged.valid:
        messages.success(request, _("The controls are right: key the results."))
        return
    messages.error(
        request, _("The controls failed: nothing of this run becomes a result. Run it again.")
    )


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def layout(request: SignedInRequest, plate_id: UUID, kind: str) -> HttpResponse:
    """The layout for an analyser: lachan, quantstudio or cfx."""
    found = bench_access.plate_for(request.principal, plate_id)
    return bench_layout.download(found, bench_filling.assay_of(found), kind)


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def repeats(request: SignedInRequest) -> HttpResponse:
    """Tubes to run again, with why."""
    by = request.principal
    rows = bench_reading.to_repeat(by.organisation) if by.organisation else []
    numbers = bench_reading.accessions_of(tube for tube, _why in rows)
    shown = [(tube, numbers.get(tube.id, ""), bench_words.repeat_why(why)) for tube, why in rows]
    return render(request, "sampling/bench_repeats.html", {"rows": shown})
