"""The sampling table, the laboratory's desk and a citizen's results."""

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import OFFSET, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.people.selectors import card_of, spoken_for
from lachan.people.services import person_of_code
from lachan.sampling import access, answer_words, selectors, services, table_reading, wording
from lachan.sampling.forms import REASONS, ScanForm
from lachan.sampling.models import Sample, Tube
from lachan.sampling.table_setup_views import CHOSEN, campaign_in, method_in, setting_of, told_of
from lachan.ui.policy import scan_page


@scan_page
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
                method=method_in(chosen),
                campaign=table_reading.campaign_of(campaign_in(chosen)),
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
    chosen = request.session[CHOSEN]
    limit = int(chosen["limit"])
    context: dict[str, object] = {
        "band": band,
        "tubes": tubes,
        "people": people,
        "slots": wording.slots(limit, 0),
        "limit": limit,
        "reasons": REASONS,
        "chosen": chosen["reason"],
        "setting": setting_of(chosen),
        "told": told_of(request),
    }
    return render(request, "sampling/table.html", context, status=status)


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
@guarded(Role.CITIZEN, purpose="own_data")
def results(request: SignedInRequest) -> HttpResponse:
    """The reader's results, or those of somebody the reader speaks for."""
    by = request.principal
    mine = card_of(by.person) if by.person else None
    people = [*([mine] if mine else []), *spoken_for(by)]
    chosen = next((card for card in people if str(card.person) == request.GET.get("of")), mine)
    rows = access.results_for(by, chosen.person if chosen else None)
    shown = [answer_words.for_citizen(row) for row in rows]
    for each in shown:
        # A paper names the record the sample was taken under; the other one's is the station's.
        each["printed"] &= chosen is not None and each["sample"].person_id == chosen.person
    context: dict[str, Any] = {"people": people, "about": chosen, "me": by.person}
    if len(people) > 1:
        newest = access.newest_for(by, [card.person for card in people])
        context["home"] = [(card, answer_words.newest_line(newest[card.person])) for card in people]
    return render(
        request, "sampling/results.html", context | {"first": shown[:1], "earlier": shown[1:]}
    )
