"""The public portal of vaccination: figures anybody may read, and take along as a file."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import public
from lachan.core.scope import reference_reading
from lachan.places.selectors import unit_name
from lachan.rulebook import selectors as rulebook
from lachan.ui.tables import as_download
from lachan.ui.wording import number
from lachan.vaccination import public_reading, public_stock_reading
from lachan.vaccination.public_reading import FEWEST, Area
from lachan.vaccination.public_stock_reading import StockArea

#: People with at least so many doses stand in columns of their own.
DOSES = (1, 2, 3)

_OPEN = "figures of the campaign, without a number that could mean somebody"


@require_GET
@public(_OPEN)
def figures(request: HttpRequest) -> HttpResponse:
    """Provinces, or the communes of one, with lots and sessions."""
    with reference_reading():
        disease, province = _asked(request)
        context = _context(disease, province)
    return render(request, "vaccination/figures.html", context)


def _context(disease: str, province: int | None) -> dict[str, Any]:
    rows = public_reading.areas(disease, province)
    products = sorted({code for each in rows for code in each.given})
    diseases = {
        row.disease for row in rulebook.rules_at(now(), kind="immunization") if not row.province
    }
    return {
        "disease": disease,
        "disease_name": rulebook.term("disease", disease),
        "diseases": [(each, rulebook.term("disease", each)) for each in sorted(diseases)],
        "province": province,
        "province_name": unit_name(province) if province else "",
        "products": [rulebook.term("vaccine", code) for code in products],
        "rows": [_line(each, products) for each in rows],
        "total": _sum(each.total() for each in rows),
        "first": _sum(each.people.get(1, 0) for each in rows),
        "doses": DOSES,
        "lots": [] if province else public_reading.lots(disease),
        "stock": [_stock_line(each) for each in _stock(disease, province)],
        "stock_lots": [] if province else _stock_lots(disease),
        "stock_until": public_stock_reading.stock_counted_until(),
        "decisions": [] if province else public_stock_reading.decisions(disease),
        "sessions": public_reading.coming_sessions(disease, now(), province),
        "until": public_reading.counted_until(),
        "fewest": FEWEST,
    }


def _stock(disease: str, province: int | None) -> list[StockArea]:
    above = _("Store of the province") if province else _("Stores above the provinces")
    return public_stock_reading.stock_areas(disease, province, above)


def _stock_line(area: StockArea) -> dict[str, Any]:
    return {
        "unit": area.unit,
        "name": area.name,
        "product": area.product,
        "figures": [
            _figure(each)
            for each in (
                *(area.allocated, area.received, area.given, area.wasted, area.left),
                area.other,
            )
        ],
    }


def _stock_lots(disease: str) -> list[dict[str, Any]]:
    above = _("Stores above the provinces")
    return [
        {
            "lot": each,
            "figures": [
                _figure(one) for one in (each.received, each.given, each.wasted, each.left)
            ],
        }
        for each in public_stock_reading.stock_lots(disease, above)
    ]


def _line(area: Area, products: list[str]) -> dict[str, Any]:
    share = area.share(1)
    return {
        "unit": area.unit,
        "name": area.name,
        "given": [_figure(area.given.get(code, 0)) for code in products],
        "people": [_figure(area.people.get(doses, 0)) for doses in DOSES],
        "share": None if share is None else min(100, round(share)),
        "population": area.population,
        "on": area.on,
        "document": area.document,
    }


def _figure(count: int | None) -> str:
    """A number, or that it is too small to be shown."""
    return _("fewer than %(number)s") % {"number": FEWEST} if count is None else number(count)


def _sum(counts: Any) -> int | None:
    """A sum; None when a part of it is hidden."""
    found = list(counts)
    return None if any(each is None for each in found) else sum(found)


def _asked(request: HttpRequest) -> tuple[str, int | None]:
    disease = request.GET.get("disease", "covid-19")
    if disease not in rulebook.diseases_at(now()):
        raise Http404
    province = request.GET.get("province", "")
    return disease, int(province) if province.isascii() and province.isdigit() else None


@require_GET
@public(_OPEN)
def sites(request: HttpRequest, ending: str) -> HttpResponse:
    """Where vaccination goes on from now, as a file: place, hours, vaccines."""
    with reference_reading():
        disease, province = _asked(request)
        rows = public_reading.coming_sessions(disease, now(), province)
        lines: list[dict[str, Any]] = [
            {
                "name": each.name,
                "commune": unit_name(each.commune),
                "province": unit_name(each.province),
                "mobile": each.mobile,
                "starts_at": each.starts_at.isoformat(),
                "ends_at": each.ends_at.isoformat(),
                "products": each.products,
            }
            for each in rows
        ]
    if ending == "json":
        return JsonResponse({"disease": disease, "sites": lines})
    head = (
        *(
            _("Name of the site"),
            _("Commune"),
            _("Province"),
            _("Mobile site"),
            _("Starts"),
            _("Ends"),
        ),
        _("Vaccines"),
    )
    return as_download(
        ending,
        name=f"vaccination-sites-{disease}",
        title=_("Where vaccination goes on"),
        head=head,
        rows=[
            [
                *(each["name"], each["commune"], each["province"]),
                _("yes") if each["mobile"] else _("no"),
                *(each["starts_at"], each["ends_at"], ", ".join(each["products"])),
            ]
            for each in lines
        ],
        widths=[32, 22, 22, 12, 26, 26, 30],
    )


@require_GET
@public(_OPEN)
def stock(request: HttpRequest, ending: str) -> HttpResponse:
    """Doses allocated, received, given, wasted and left, by area, as a file."""
    with reference_reading():
        disease, province = _asked(request)
        rows = _stock(disease, province)
        lots = [] if province else public_stock_reading.stock_lots(disease, "")
        until = public_stock_reading.stock_counted_until()
    if ending == "json":
        return JsonResponse(
            {
                "disease": disease,
                "as_of": until.isoformat() if until else None,
                "hidden_below": FEWEST,
                "areas": [asdict(each) | {"other": each.other} for each in rows],
                "lots": [asdict(each) for each in lots],
            }
        )
    return as_download(
        ending,
        name=f"vaccine-stock-{disease}",
        title=_("Vaccine stock"),
        head=[
            *(_("Unit"), _("Vaccine"), _("Allocated"), pgettext("stock", "Received")),
            *(pgettext("stock", "Given"), pgettext("stock", "Wasted")),
            *(pgettext("stock", "Left"), pgettext("stock", "Other")),
        ],
        rows=[
            [
                *(each.name, each.product, each.allocated, each.received, _cell(each.given)),
                *(each.wasted, _cell(each.left), _cell(each.other)),
            ]
            for each in rows
        ],
        widths=[28, 22, *[14] * 6],
    )


@require_GET
@public(_OPEN)
def download(request: HttpRequest, ending: str) -> HttpResponse:
    """The same as CSV, XLSX or JSON; a number too small is an empty cell."""
    with reference_reading():
        disease, province = _asked(request)
        rows = public_reading.areas(disease, province)
        until = public_reading.counted_until()
    if ending == "json":
        return JsonResponse(
            {
                "disease": disease,
                "as_of": until.isoformat() if until else None,
                "hidden_below": FEWEST,
                "areas": [_as_json(each) for each in rows],
            }
        )
    products = sorted({code for each in rows for code in each.given})
    return as_download(
        ending,
        name=f"vaccination-{disease}",
        title=_("Vaccination"),
        head=[
            _("Unit"),
            *products,
            *(_("people with %(count)s doses") % {"count": doses} for doses in DOSES),
            _("Population"),
            _("Population as of"),
            _("Document"),
        ],
        rows=[
            [
                each.name,
                *(_cell(each.given.get(code, 0)) for code in products),
                *(_cell(each.people.get(doses, 0)) for doses in DOSES),
                _cell(each.population),
                each.on.isoformat() if each.on else "",
                each.document,
            ]
            for each in rows
        ],
        widths=[28, *[14] * (len(products) + len(DOSES) + 2), 30],
    )


def _cell(count: int | None) -> str | int:
    return "" if count is None else count


def _as_json(area: Area) -> dict[str, Any]:
    return {
        "unit": area.unit,
        "name": area.name,
        "doses": area.given,
        "people": {str(doses): area.people.get(doses, 0) for doses in DOSES},
        "population": area.population,
        "population_as_of": area.on.isoformat() if area.on else None,
        "population_document": area.document,
    }
