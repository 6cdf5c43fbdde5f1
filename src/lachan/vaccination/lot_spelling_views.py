"""Doses whose lot is known as text only: which lot is meant."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.rulebook.selectors import term
from lachan.vaccination import aefi_access, lot_spelling
from lachan.vaccination.aefi_views import STAFF, said
from lachan.vaccination.models import Lot

LINK = guarded(*lot_spelling.LINKERS, purpose="vaccination")


@require_GET
@STAFF
def texts(request: SignedInRequest) -> HttpResponse:
    """Spellings that wait for somebody, or those that are linked."""
    by = request.principal
    linked = request.GET.get("state") == "linked"
    province = aefi_access.province_of(by)
    rows = lot_spelling.written(province, linked=linked) if province is not None else []
    context = {
        "linked": linked,
        "province": province,
        "rows": [{"row": row, "vaccine": term("vaccine", row.product)} for row in rows],
        "links": by.has(*lot_spelling.LINKERS) and province == by.province,
    }
    return render(request, "vaccination/lot_texts.html", context)


@require_POST
@LINK
def link(request: SignedInRequest) -> HttpResponse:
    """This lot is meant: chosen among the proposals, or typed."""
    product, text = request.POST.get("product", ""), request.POST.get("text", "")
    lot = _lot(request, product)
    province = request.principal.province
    assert province is not None
    said(
        request,
        lambda by: lot_spelling.link(product=product, text=text, lot=lot, province=province, by=by),
        _("Linked: these doses stand on the lot's list."),
    )
    return redirect("vaccination:lot_texts")


def _lot(request: SignedInRequest, product: str) -> Lot:
    number = request.POST.get("number", "").strip().upper()
    found = Lot.objects.filter(product=product, number__iexact=number).first() if number else None
    if found is None:
        raise Http404
    return found


@require_POST
@LINK
def part(request: SignedInRequest) -> HttpResponse:
    """This lot is not meant after all."""
    given = request.POST
    province = request.principal.province
    assert province is not None
    said(
        request,
        lambda by: lot_spelling.part(
            product=given.get("product", ""),
            text=given.get("text", ""),
            why=given.get("why", ""),
            province=province,
            by=by,
        ),
        _("Taken back: these doses stand on no lot's list."),
    )
    return redirect(f"{reverse('vaccination:lot_texts')}?state=linked")
