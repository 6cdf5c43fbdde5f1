"""The public page of the order: groups, how many wait, and the numbers drawn for each day."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lachan.core.clock import now
from lachan.core.guard import public
from lachan.core.refusals import Refused
from lachan.core.scope import reference_reading
from lachan.places.selectors import unit_name
from lachan.rulebook.selectors import PriorityRule, priority_rule
from lachan.ui.tables import as_download
from lachan.ui.wording import as_of
from lachan.vaccination import areas
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


@require_safe
@public("The numbers of the order are public, and somebody else may compute with them.")
def download(request: HttpRequest, ending: str) -> HttpResponse:
    """The public numbers as CSV, XLSX or JSON; what is left out is an empty cell or null."""
    with reference_reading():
        disease = _disease(request)
        rows = list(QueueCount.objects.filter(disease=disease).order_by("province", "commune"))
        asked = request.GET.get("province", "")
        if asked.isdecimal():
            rows = [row for row in rows if row.province == int(asked)]
        if ending == "json":
            return JsonResponse(_as_json(disease, rows))
        return as_download(
            ending,
            name=f"thu-tu-{disease}",
            title=_("The order of vaccination"),
            head=[
                *(_("Province"), _("Commune"), _("Group"), _("wait"), _("invited")),
                *(_("had a dose"), _("as of")),
            ],
            rows=[_line(row) for row in rows],
            widths=[24, 24, 20, 12, 12, 12, 24],
        )


def _line(row: QueueCount) -> list[str | int]:
    return [
        unit_name(row.province),
        unit_name(row.commune) if row.commune else "",
        row.group,
        *("" if n is None else n for n in (row.registered, row.invited, row.vaccinated)),
        row.as_of.isoformat(timespec="seconds"),
    ]


def _as_json(disease: str, rows: list[QueueCount]) -> dict[str, Any]:
    return {
        "disease": disease,
        "hidden_below": LEAST,
        "rows": [
            {
                "province": row.province,
                "province_name": unit_name(row.province),
                "commune": row.commune,
                "commune_name": unit_name(row.commune) if row.commune else None,
                "group": row.group,
                "registered": row.registered,
                "invited": row.invited,
                "vaccinated": row.vaccinated,
                "as_of": row.as_of.isoformat(),
            }
            for row in rows
        ],
    }


def _disease(request: HttpRequest) -> str:
    """The disease that is asked about, else the first there is an order for; "" without any."""
    codes = [code for code, _name in diseases()]
    asked = request.GET.get("disease", "")
    return asked if asked in codes else next(iter(codes), "")


def _context(request: HttpRequest) -> dict[str, Any]:
    known = diseases()
    disease = _disease(request)
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
        "proofs": _proofs(disease, province, commune),
        "asof": as_of(max((row.as_of for row in rows), default=now())),
    }


def _proofs(disease: str, province: int | None, commune: int | None) -> list[dict[str, Any]]:
    """Groups that count for a whole area, with their documents: part of the public order."""
    if province is None:
        return []
    rule = _rule(disease, province)
    names = {each.code: named(each.names) for each in rule.groups} if rule else {}
    return [
        {
            "row": row,
            "group": names.get(row.group, row.group),
            "where": unit_name(row.commune or row.province),
        }
        for row in areas.proofs_of(province, commune)
        if row.disease == disease
        and row == areas.standing_proof(row.disease, row.group, row.commune, row.province)
    ]


def _rule(disease: str, province: int | None) -> PriorityRule | None:
    try:
        return priority_rule(disease, now(), province=province)
    except Refused:
        return None


def _groups(disease: str, province: int | None, rows: list[QueueCount]) -> list[dict[str, Any]]:
    rule = _rule(disease, province) if disease else None
    if rule is None:
        return []
    counted = {row.group: row for row in rows}
    return [
        {"at": at, "name": named(group.names), "proof": group.proof, "n": counted.get(group.code)}
        for at, group in enumerate(rule.groups, 1)
    ]
