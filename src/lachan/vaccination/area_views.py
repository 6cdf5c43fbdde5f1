"""Groups that count for everybody of an area: said once, ended by another fact."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.places.selectors import communes_of, today_of, unit_name
from lachan.rulebook.selectors import PriorityRule, priority_rule
from lachan.vaccination import areas as proofs
from lachan.vaccination.models import AreaProof
from lachan.vaccination.navigation import INVITERS
from lachan.vaccination.registration_forms import AreaForm, diseases, named

PURPOSE = "vaccination_registration"

#: As a form says it; no commune has this name.
WHOLE = "all"


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*INVITERS, purpose=PURPOSE)
def areas(request: SignedInRequest) -> HttpResponse:
    """What counts for whole areas here, and one more of it."""
    by = request.principal
    province = _province(by)
    form = AreaForm(
        request.POST if request.method == "POST" else None,
        groups=_groups(province),
        communes=_communes(by, province),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        disease, _colon, group = given["group"].partition(":")
        commune = None if given["commune"] == WHOLE else int(given["commune"])
        try:
            with scoped(by, PURPOSE):
                proofs.say(
                    disease=disease,
                    group=group,
                    commune=commune,
                    holds=True,
                    document=given["document"],
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request, _("It counts from now on; places in the order follow within a minute.")
            )
            return redirect("vaccination:areas")
    status = 422 if form.is_bound else 200
    context = {"form": form, "rows": _rows(by, province)}
    return render(request, "vaccination/areas.html", context, status=status)


@require_POST
@guarded(*INVITERS, purpose=PURPOSE)
def end(request: SignedInRequest, proof_id: UUID) -> HttpResponse:
    """It counts no more, by a document of its own."""
    by = request.principal
    own = AreaProof.objects.filter(pk=proof_id, province=_province(by))
    row = (own if by.commune is None else own.filter(commune=by.commune)).first()
    if row is None:
        raise Http404
    try:
        with scoped(request.principal, PURPOSE):
            proofs.say(
                disease=row.disease,
                group=row.group,
                commune=row.commune,
                holds=False,
                document=request.POST.get("document", ""),
                by=request.principal,
            )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("It counts no more; places in the order follow."))
    return redirect("vaccination:areas")


def _province(by: Principal) -> int:
    if by.province is not None:
        return by.province
    if by.commune is None:
        raise Http404
    return today_of(by.commune).province


def _orders(province: int) -> list[tuple[str, str, PriorityRule]]:
    found = []
    for disease, name in diseases():
        try:
            found.append((disease, name, priority_rule(disease, now(), province=province)))
        except Refused:
            continue
    return found


def _groups(province: int) -> list[tuple[str, str]]:
    found = [
        (f"{disease}:{group.code}", f"{named(group.names)} ({name})")
        for disease, name, rule in _orders(province)
        for group in rule.groups
        if group.proof == proofs.BY_AREA
    ]
    return [("", _("Choose one")), *found]


def _communes(by: Principal, province: int) -> list[tuple[str, str]]:
    if by.commune is not None:
        return [(str(by.commune), unit_name(by.commune))]
    every = [(str(each.id), each.name) for each in communes_of(province)]
    return [("", _("Choose one")), (WHOLE, _("The whole province")), *every]


def _rows(by: Principal, province: int) -> list[dict[str, Any]]:
    names = {
        (disease, group.code): named(group.names)
        for disease, _name, rule in _orders(province)
        for group in rule.groups
    }
    return [
        {
            "row": row,
            "group": names.get((row.disease, row.group), row.group),
            "where": unit_name(row.commune or row.province),
            "stands": row
            == proofs.standing_proof(row.disease, row.group, row.commune, row.province),
            "mine": by.province is not None or row.commune == by.commune,
        }
        for row in proofs.proofs_of(province, by.commune)
    ]
