"""The medical release: the most urgent first; every positive is shown by itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.sampling import (
    bench_access,
    bench_reading,
    bench_running,
    bench_wells,
    bench_words,
    import_reading,
    import_words,
    selectors,
    services,
    wording,
)
from lachan.sampling.bench_views import each_chosen
from lachan.sampling.models import Result
from lachan.ui.wording import language


@guarded(Role.LABORATORY_LEAD, purpose="laboratory")
def release(request: SignedInRequest) -> HttpResponse:
    """What waits for the medical release; chosen results that are not positive go out together."""
    if request.method == "POST":
        return _release_chosen(request)
    by = request.principal
    work = bench_reading.to_release(by.organisation) if by.organisation else []
    against = import_reading.sent_against(by.organisation, [one.result for one in work])
    alone = [
        one
        for one in work
        if one.result.outcome == Result.Outcome.POSITIVE or one.result.id in against
    ]
    context = {
        "alone": [_shown(one, request) for one in alone],
        "others": [_shown(one, request) for one in work if one not in alone],
    }
    return render(request, "sampling/bench_release.html", context)


def _shown(work: bench_reading.Work, request: SignedInRequest) -> dict[str, object]:
    account = request.principal.account
    return {
        "work": work,
        "reason": bench_words.reason(work.reason),
        "found": wording.outcome_words(work.result),
        "ct": bench_words.cycles(work.result.ct),
        "mine": account in {work.result.entered_by, work.result.approval.by},
    }


def _release_chosen(request: SignedInRequest) -> HttpResponse:
    def one(result: Result) -> None:
        if result.outcome == Result.Outcome.POSITIVE:
            raise Refused(
                "positive_alone", _("A positive is released on its own page, one by one.")
            )
        if import_reading.sent_against(request.principal.organisation, [result]):
            raise Refused(
                "contradicted_alone",
                _("Something else was sent for this tube too: release it on its own page."),
            )
        with scoped(request.principal, "laboratory") as by:
            services.release_result(result=result, by=by)

    done = each_chosen(request, one)
    if done:
        text = ngettext("%(count)d result released.", "%(count)d results released.", done)
        messages.success(request, text % {"count": done})
    return redirect("sampling:release")


@guarded(Role.LABORATORY_LEAD, purpose="laboratory")
def release_one(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """One result with its cycles, its plate and its controls; then the next positive."""
    result = bench_access.result_for(request.principal, result_id)
    refusal = ""
    if request.method == "POST":
        try:
            with scoped(request.principal, "laboratory") as by:
                services.release_result(result=result, by=by)
        except Refused as refused:
            refusal = refused.message
        else:
            text = _("Tube %(code)s is released.")
            messages.success(request, text % {"code": result.tube.barcode})
            return _to_the_next(request)
    context = _one_context(request, result) | {"refusal": refusal}
    status = 422 if refusal else 200
    return render(request, "sampling/bench_release_one.html", context, status=status)


def _to_the_next(request: SignedInRequest) -> HttpResponse:
    by = request.principal
    work = bench_reading.to_release(by.organisation) if by.organisation else []
    for one in work:
        mine = by.account in {one.result.entered_by, one.result.approval.by}
        if one.result.outcome == Result.Outcome.POSITIVE and not mine:
            return redirect("sampling:release_one", one.result.id)
    return redirect("sampling:release")


def _one_context(request: SignedInRequest, result: Result) -> dict[str, object]:
    well = bench_reading.newest_well(result.tube)
    plate = well.plate if well else None
    run = bench_running.newest_run(plate) if plate else None
    [work] = bench_reading.by_urgency([result])
    wells = bench_wells.standing(plate) if plate else []
    return {
        "result": result,
        "found": wording.outcome_words(result),
        "ct": bench_words.cycles(result.ct),
        "reason": bench_words.reason(work.reason),
        "accession": work.accession,
        "plate": plate,
        "well_name": bench_wells.name_of(well.position, well.plate.size) if well else "",
        "run": run,
        "controls": bench_words.controls_shown(run, plate, language()) if plate else [],
        "drawn": bench_words.drawn(plate, wells, bench_reading.found_on(wells)) if plate else None,
        "earlier": [
            (row, wording.outcome_words(row), bench_words.cycles(row.ct))
            for row in bench_reading.results_of_tube(result.tube)
            if row.id != result.id
        ],
        "against": import_words.against(
            import_reading.sent_against(result.laboratory, [result]).get(result.id, [])
        ),
        "stands": selectors.standing_result(result.tube) == result,
        "released": hasattr(result, "release"),
        "approved": hasattr(result, "approval"),
        "mine": request.principal.account
        in {result.entered_by, getattr(getattr(result, "approval", None), "by", None)},
    }
