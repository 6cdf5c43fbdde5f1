"""The sampling table, the laboratory's desk and a citizen's results."""

from datetime import datetime, time
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import OFFSET, now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.people.selectors import card_of, spoken_for
from lachan.people.services import person_of_code
from lachan.rulebook.selectors import diseases_at
from lachan.sampling import access, selectors, services, wording
from lachan.sampling.forms import REASONS, OutcomeForm, ReleaseForm, ScanForm, SetupForm
from lachan.sampling.models import Result, Sample, Tube
from lachan.sampling.navigation import LABORATORY
from lachan.ui.wording import language

#: Where the session keeps what was chosen once.
CHOSEN = "sampling"


@guarded(Role.SAMPLER, purpose="sampling")
def setup(request: SignedInRequest) -> HttpResponse:
    """Choose once: pool, laboratory, disease, whom we sample."""
    names = {code: words[language()] for code, words in diseases_at(now()).items()}
    form = SetupForm(
        request.POST or None,
        diseases=sorted(names.items()),
        laboratories=selectors.laboratories(),
    )
    if request.method == "POST" and form.is_valid():
        request.session[CHOSEN] = form.cleaned_data
        return redirect("sampling:table")
    return render(request, "sampling/setup.html", {"form": form}, status=_status(form))


@guarded(Role.SAMPLER, purpose="sampling")
def table(request: SignedInRequest) -> HttpResponse:
    """Scan the tube first."""
    chosen = request.session.get(CHOSEN)
    if chosen is None:
        return redirect("sampling:setup")
    if request.method != "POST":
        return _ask_for_tube(request, _closed(request))
    try:
        with scoped(request.principal, "sampling") as by:
            found = services.open_tube(
                barcode=request.POST.get("code", "").strip(),
                limit=int(chosen["limit"]),
                disease=chosen["disease"],
                laboratory=UUID(chosen["laboratory"]),
                by=by,
            )
    except Refused as refused:
        return _ask_for_tube(request, wording.refused_band(refused.code, refused.message), 422)
    return redirect("sampling:tube", found.id)


def _closed(request: SignedInRequest) -> wording.Band | None:
    """The band after a tube was closed."""
    text = request.GET.get("closed", "")
    found = Tube.objects.filter(barcode=text).first() if text else None
    return wording.closed_band(found, len(selectors.samples_in(found))) if found else None


def _ask_for_tube(
    request: SignedInRequest, band: wording.Band | None, status: int = 200
) -> HttpResponse:
    organisation = request.principal.organisation
    midnight = datetime.combine(today(), time.min, OFFSET)
    tubes, people = selectors.day_sum(organisation, midnight) if organisation else (0, 0)
    limit = int(request.session[CHOSEN]["limit"])
    context = {"band": band, "tubes": tubes, "people": people, "slots": wording.slots(limit, 0)}
    return render(request, "sampling/table.html", context | {"limit": limit}, status=status)


@guarded(Role.SAMPLER, purpose="sampling")
def tube(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """Then each person's code; what is refused is said in the band."""
    found = access.tube_for(request.principal, tube_id)
    if request.method != "POST":
        return _tube_page(request, found, _added(request, found))
    form = ScanForm(request.POST)
    if not form.is_valid():
        errors = [str(line) for lines in form.errors.values() for line in lines]
        return _tube_page(request, found, wording.refused_band("", errors[0]), 422)
    try:
        with scoped(request.principal, "sampling") as by:
            person = person_of_code(form.cleaned_data["code"])
            sample = services.add_sample(
                tube=found,
                person=person,
                reason=form.cleaned_data["reason"],
                onset=form.cleaned_data["onset"],
                by=by,
            )
    except Refused as refused:
        return _tube_page(request, found, wording.refused_band(refused.code, refused.message), 422)
    return redirect(f"{request.path}?added={sample.id}")


def _added(request: SignedInRequest, found: Tube) -> wording.Band | None:
    """The band after a person was added."""
    samples = selectors.samples_in(found)
    asked = request.GET.get("added", "")
    new = next((sample for sample in samples if str(sample.id) == asked), None)
    return wording.added_band(card_of(new.person_id), found, len(samples)) if new else None


def _tube_page(
    request: SignedInRequest, found: Tube, band: wording.Band | None, status: int = 200
) -> HttpResponse:
    people = access.people_in(request.principal, found)
    chosen = request.POST.get("reason") or request.session.get(CHOSEN, {}).get("reason", "")
    context = {
        "tube": found,
        "people": list(enumerate(people, start=1))[::-1],
        "inside": len(people),
        "full": len(people) >= found.limit,
        "slots": wording.slots(found.limit, len(people)),
        "band": band,
        "reasons": REASONS,
        "reason": chosen,
        "ill": chosen == Sample.Reason.SYMPTOMS,
        "onset": request.POST.get("onset", "") if status == 422 else "",
    }
    return render(request, "sampling/tube.html", context, status=status)


@require_POST
@guarded(Role.SAMPLER, purpose="sampling")
def close(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """Close the tube."""
    found = access.tube_for(request.principal, tube_id)
    try:
        with scoped(request.principal, "sampling") as by:
            services.close_tube(tube=found, by=by)
    except Refused as refused:
        return _tube_page(request, found, wording.refused_band(refused.code, refused.message), 422)
    query = urlencode({"closed": found.barcode})
    return redirect(f"{reverse('sampling:table')}?{query}")


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory(request: SignedInRequest) -> HttpResponse:
    """Scan a tube, and the tubes by state."""
    by = request.principal
    scanned = request.GET.get("tube", "").strip()
    found = selectors.tube_of_barcode(by.organisation, scanned) if scanned else None
    if found is not None:
        return redirect("sampling:outcome", found.id)
    rows = selectors.laboratory_rows(by.organisation) if by.organisation else []
    state = request.GET.get("state", "")
    context = {
        "rows": [
            (row, wording.tube_chip(row), wording.outcome_words(row.result))
            for row in rows
            if not state or row.state == state
        ],
        "tools": wording.laboratory_tools(rows, state),
        "unknown": scanned,
        "leads": by.has(Role.LABORATORY_LEAD),
        "account": by.account,
    }
    return render(request, "sampling/laboratory.html", context)


@guarded(*LABORATORY, purpose="laboratory")
def outcome(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """Enter what was found, or correct it."""
    found = access.tube_at_laboratory(request.principal, tube_id)
    standing = selectors.standing_result(found)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "laboratory"):
                _write(request, found, standing, form)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Entered for tube %(code)s.") % {"code": found.barcode})
            return redirect("sampling:laboratory")
    context = {
        "tube": found,
        "form": form,
        "standing": standing,
        "found": wording.outcome_words(standing),
    }
    return render(request, "sampling/outcome.html", context, status=_status(form))


def _write(
    request: SignedInRequest, found: Tube, standing: Result | None, form: OutcomeForm
) -> None:
    given = form.cleaned_data
    if standing is not None and request.POST.get("correct"):
        services.correct_result(result=standing, outcome=given["outcome"], by=request.principal)
        return
    services.enter_result(
        barcode=found.barcode,
        outcome=given["outcome"],
        method=given["method"],
        by=request.principal,
    )


@require_POST
@guarded(Role.LABORATORY_LEAD, purpose="laboratory")
def release(request: SignedInRequest) -> HttpResponse:
    """Let the chosen results out; each is refused or released by itself."""
    form = ReleaseForm(request.POST, laboratory=request.principal.organisation)
    if not form.is_valid():
        raise Refused("nothing_chosen", _("Choose at least one result."))
    done = 0
    for result in form.cleaned_data["result"]:
        try:
            with scoped(request.principal, "laboratory") as by:
                services.release_result(result=result, by=by)
        except Refused as refused:
            messages.warning(request, f"{result.tube.barcode}: {refused.message}")
        else:
            done += 1
    if done:
        text = ngettext("%(count)d result released.", "%(count)d results released.", done)
        messages.success(request, text % {"count": done})
    return redirect("sampling:laboratory")


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def results(request: SignedInRequest) -> HttpResponse:
    """The reader's results, or those of somebody the reader speaks for."""
    by = request.principal
    mine = card_of(by.person) if by.person else None
    people = [*([mine] if mine else []), *spoken_for(by)]
    chosen = next((card for card in people if str(card.person) == request.GET.get("of")), mine)
    rows = access.results_for(by, chosen.person if chosen else None)
    shown = [wording.for_citizen(row) for row in rows]
    context = {"people": people, "about": chosen, "me": by.person}
    return render(
        request, "sampling/results.html", context | {"first": shown[:1], "earlier": shown[1:]}
    )


def _status(form: SetupForm | OutcomeForm) -> int:
    return 422 if form.is_bound and form.errors else 200
