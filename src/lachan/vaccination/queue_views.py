"""The public page of the order: groups, how many wait, and the numbers drawn for each day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lachan.core.clock import now
from lachan.core.guard import public
from lachan.core.refusals import Refused
from lachan.core.scope import reference_reading
from lachan.places.selectors import unit_name
from lachan.rulebook.selectors import priority_rule
from lachan.ui.wording import as_of
from lachan.vaccination.models import Draw, QueueCount
from lachan.vaccination.queue_counting import LEAST
from lachan.vaccination.registration_forms import diseases, named

#: Days whose numbers are shown; older ones are found by their day in the table of draws.
DRAWS_SHOWN = 31


@require_safe
@public("The order of vaccination is public: groups, counts without small cells, drawn numbers.")
def order(request: HttpRequest) -> HttpResponse:
    """Who is vaccinated first, where, and how many wait."""
    with reference_reading():
        context = _context(request)
        return render(request, "vaccination/order.html", context)


def _context(request: HttpRequest) -> dict[str, Any]:
    known = diseases()
    codes = [code for code, _name in known]
    disease = request.GET.get("disease", "")
    disease = disease if disease in codes else next(iter(codes), "")
    rows = list(QueueCount.objects.filter(disease=disease)) if disease else []
    provinces = sorted({row.province for row in rows})
    asked = request.GET.get("province", "")
    province = int(asked) if asked.isdecimal() and int(asked) in provinces else None
    province = province if province is not None else next(iter(provinces), None)
    rows = [row for row in rows if row.province == province]
    communes = sorted({row.commune for row in rows if row.commune is not None})
    chosen = request.GET.get("commune", "")
    commune = int(chosen) if chosen.isdecimal() and int(chosen) in communes else None
    shown = [row for row in rows if row.commune == commune]
    where = commune or province
    return {
        "diseases": known,
        "disease": disease,
        "provinces": [(each, unit_name(each)) for each in provinces],
        "province": province,
        "communes": [(each, unit_name(each)) for each in communes],
        "commune": commune,
        "where": unit_name(where) if where else "",
        "groups": _groups(disease, province, shown),
        "draws": Draw.objects.filter(commune=commune).order_by("-day")[:DRAWS_SHOWN]
        if commune
        else [],
        "least": LEAST,
        "asof": as_of(max((row.as_of for row in rows), default=now())),
    }


def _groups(disease: str, province: int | None, rows: list[QueueCount]) -> list[dict[str, Any]]:
    if not disease:
        return []
    try:
        rule = priority_rule(disease, now(), province=province)
    except Refused:
        return []
    counted = {row.group: row for row in rows}
    return [
        {"at": at, "name": named(group.names), "proof": group.proof, "n": counted.get(group.code)}
        for at, group in enumerate(rule.groups, 1)
    ]
