"""The laboratory's desk: scan, the tubes by state; keying twice, amending, withdrawing."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.sampling import (
    access,
    bench_access,
    bench_amending,
    bench_keying,
    bench_reading,
    bench_wells,
    bench_words,
    import_reading,
    import_words,
    selectors,
    services,
    wording,
)
from lachan.sampling.bench_forms import AmendForm, KeyForm, WithdrawForm
from lachan.sampling.forms import ReleaseForm
from lachan.sampling.models import DeliveryRow, Plate, Result, Tube
from lachan.sampling.navigation import LABORATORY
from lachan.ui.tables import as_download


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory(request: SignedInRequest) -> HttpResponse:
    """Scan a tube, a number or a plate; today's sum; the tubes by state."""
    by = request.principal
    scanned = request.GET.get("tube", "").strip()
    if scanned and (there := _scanned(request, scanned)):
        return redirect(there)
    state = request.GET.get("state", "")
    rows = bench_reading.desk_rows(by.organisation) if by.organisation else []
    shown = [row for row in rows if not state or row.row.state == state]
    once, differing = (
        bench_reading.to_key(by.organisation, by.account) if by.organisation else ([], [])
    )
    context = {
        "rows": [
            (
                each,
                wording.tube_chip(each.row),
                wording.outcome_words(each.row.result),
                _next(each, by),
            )
            for each in shown
        ],
        "tools": wording.laboratory_tools([row.row for row in rows], state),
        "unknown": scanned,
        "leads": by.has(Role.LABORATORY_LEAD),
        "sum": bench_words.day_sums(bench_reading.day_sum(by.organisation))
        if by.organisation
        else None,
        "once": once,
        "differing": differing,
        "at": now(),
    }
    return render(request, "sampling/bench_desk.html", context)


def _next(each: bench_reading.DeskRow, by: Principal) -> str:
    """check, release or alone (a positive is released on its own page); "" where another acts."""
    if not each.row.waits_for(by):
        return ""
    if each.row.state == "entered":
        return "check"
    result = each.row.result
    return "alone" if result and result.outcome == Result.Outcome.POSITIVE else "release"


def _scanned(request: SignedInRequest, code: str) -> str:
    """Where a scanned code leads: to a tube by barcode or number, or to a plate."""
    laboratory = request.principal.organisation
    if laboratory is None:
        return ""
    tube = selectors.tube_of_barcode(laboratory, code) or bench_wells.tube_of_accession(
        laboratory, code
    )
    if tube is not None:
        return reverse("sampling:outcome", args=[tube.id])
    plate = Plate.objects.filter(laboratory=laboratory, barcode=code).first()
    return reverse("sampling:plate", args=[plate.id]) if plate else ""


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def desk_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The tubes of the desk as a file."""
    by, state = request.principal, request.GET.get("state", "")
    rows = bench_reading.desk_rows(by.organisation) if by.organisation else []
    shown = [row for row in rows if not state or row.row.state == state]
    return as_download(
        ending,
        name="laboratory",
        title=_("Laboratory"),
        head=bench_words.desk_head(),
        rows=bench_words.desk_cells(shown),
        widths=[14, 18, 24, 10, 20, 16, 34, 20],
    )


@guarded(*LABORATORY, purpose="laboratory")
def outcome(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """A tube: key what was read, as one of two; or see what stands."""
    tube = access.tube_at_laboratory(request.principal, tube_id)
    standing = selectors.standing_result(tube)
    keyable = standing is None or bench_reading.run_since(tube, standing)
    assay = bench_reading.assay_of_tube(tube)
    form = KeyForm(request.POST or None, assay=assay) if keyable else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            with scoped(request.principal, "laboratory") as by:
                keyed = bench_keying.key(
                    id=form.cleaned_data["id"], tube=tube, said=_said(form), by=by
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _after_keying(request, tube, keyed.state)
    return _tube_page(request, tube, form, standing)


def _said(form: KeyForm) -> bench_keying.Said:
    given = form.cleaned_data
    return bench_keying.Said(given["outcome"], given["method"], form.ct())


def _after_keying(request: SignedInRequest, tube: Tube, state: str) -> HttpResponse:
    if state == bench_keying.AGREED:
        messages.success(request, _("Entered for tube %(code)s.") % {"code": tube.barcode})
    elif state == bench_keying.FIRST:
        text = _("Kept for tube %(code)s. Now another person keys it too.")
        messages.success(request, text % {"code": tube.barcode})
    else:
        text = _("Tube %(code)s: two people read different things. A third looks at it.")
        messages.warning(request, text % {"code": tube.barcode})
    return redirect("sampling:laboratory")


def _tube_page(
    request: SignedInRequest, tube: Tube, form: KeyForm | None, standing: Result | None
) -> HttpResponse:
    by = request.principal
    keyings = bench_reading.open_keyings(tube)
    mine = any(one.by == by.account for one in keyings)
    third = len(keyings) > 1 and not mine
    well = bench_reading.newest_well(tube)
    context = {
        "tube": tube,
        "form": form,
        "mine": mine,
        "third": [
            (bench_words.outcome(one.outcome), bench_words.cycles(one.ct), one.at)
            for one in keyings
        ]
        if third
        else [],
        "standing": standing,
        "results": [
            (row, wording.outcome_words(row), bench_words.cycles(row.ct))
            for row in bench_reading.results_of_tube(tube)
        ],
        "against": _against(by, standing),
        "well": well,
        "well_name": bench_wells.name_of(well.position, well.plate.size) if well else "",
        "accession": bench_reading.accessions_of([tube]).get(tube.id, ""),
        "leads": by.has(Role.LABORATORY_LEAD),
    }
    return render(request, "sampling/bench_tube.html", context, status=status_of(form))


def _against(by: Principal, standing: Result | None) -> list[tuple[DeliveryRow, str, str]]:
    if standing is None:
        return []
    sent = import_reading.sent_against(by.organisation, [standing])
    return import_words.against(sent.get(standing.id, []))


def status_of(form: object) -> int:
    """422 for a form that was refused."""
    return 422 if getattr(form, "is_bound", False) and getattr(form, "errors", None) else 200


@guarded(*LABORATORY, purpose="laboratory")
def amend(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """Append a result that takes the place of this one, with the reason."""
    result = bench_access.result_for(request.principal, result_id)
    assay = bench_reading.assay_of_tube(result.tube)
    form = AmendForm(request.POST or None, assay=assay)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "laboratory") as by:
                bench_amending.amend(
                    result=result, said=_said(form), reason=form.cleaned_data["reason"], by=by
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            text = _("Amended for tube %(code)s. It is checked and released anew.")
            messages.success(request, text % {"code": result.tube.barcode})
            return redirect("sampling:outcome", result.tube_id)
    context = {"result": result, "form": form, "found": wording.outcome_words(result)}
    context |= {"ct": bench_words.cycles(result.ct)}
    return render(request, "sampling/bench_amend.html", context, status=status_of(form))


@guarded(Role.LABORATORY_LEAD, purpose="laboratory")
def withdraw(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """Take a released result back; where the room of corrections stands, it lists what follows."""
    result = bench_access.result_for(request.principal, result_id)
    there = bench_words.corrections_page(result)
    if there:
        return redirect(there)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "laboratory") as by:
                services.withdraw_result(result=result, reason=form.cleaned_data["reason"], by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            text = _("The result of tube %(code)s stands no more.")
            messages.success(request, text % {"code": result.tube.barcode})
            return redirect("sampling:outcome", result.tube_id)
    context = {"result": result, "form": form, "found": wording.outcome_words(result)}
    return render(request, "sampling/bench_withdraw.html", context, status=status_of(form))


@require_POST
@guarded(*LABORATORY, purpose="laboratory")
def approve(request: SignedInRequest) -> HttpResponse:
    """Give the chosen results their technical release."""

    def one(result: Result) -> None:
        with scoped(request.principal, "laboratory") as by:
            services.approve_result(result=result, by=by)

    done = each_chosen(request, one)
    if done:
        text = ngettext("%(count)d result checked.", "%(count)d results checked.", done)
        messages.success(request, text % {"count": done})
    plate = request.GET.get("plate", "")
    if plate and bench_wells.plate_of_text(request.principal.organisation, plate):
        return redirect("sampling:plate", plate)
    return redirect("sampling:laboratory")


def each_chosen(request: SignedInRequest, one: Callable[[Result], None]) -> int:
    """Do it with each chosen result; each is refused or done by itself.  Give how many were."""
    form = ReleaseForm(request.POST, laboratory=request.principal.organisation)
    if not form.is_valid():
        raise Refused("nothing_chosen", _("Choose at least one result."))
    done = 0
    for result in form.cleaned_data["result"]:
        try:
            one(result)
        except Refused as refused:
            messages.warning(request, f"{result.tube.barcode}: {refused.message}")
        else:
            done += 1
    return done
