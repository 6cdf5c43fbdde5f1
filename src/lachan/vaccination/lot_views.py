"""Pages of lots: what is barred, how lots compare, who had one, the bar and its lifting."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, reference_reading
from lachan.rulebook.selectors import term
from lachan.ui.tables import as_download
from lachan.ui.wording import moment
from lachan.vaccination import (
    aefi,
    aefi_access,
    aefi_reading,
    lot_barring,
    lot_live,
    lot_reading,
    lot_spelling,
    lot_words,
    recall_reading,
)
from lachan.vaccination.aefi_forms import BarForm, CallForm
from lachan.vaccination.aefi_views import said
from lachan.vaccination.models import Dose, LotBar
from lachan.vaccination.navigation import AEFI_STAFF

#: Lines of the list on one page; the file has them all.
LINES = 500

STAFF = guarded(*AEFI_STAFF, purpose="vaccination")
SIGNS = guarded(Role.DIRECTOR, Role.MINISTRY, purpose="vaccination")


@require_GET
@public("which lots must not be used is public, and every site asks every two seconds")
def barred(request: HttpRequest, province: int) -> HttpResponse:
    """The lots that are not used in a province, with the serial; from memory."""
    response = JsonResponse(lot_live.barred_now(province))
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@public("which lots must not be used is public")
def barred_part(request: HttpRequest, province: int) -> HttpResponse:
    """The same as lines for a page, in the reader's language."""
    known = lot_live.barred_now(province)
    with reference_reading():
        lines = lot_words.strip(known)
    response = render(request, "vaccination/_barred_lines.html", lines)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@STAFF
def lots(request: SignedInRequest) -> HttpResponse:
    """Bars that hold in the own province, a search, and how the lots of a vaccine compare."""
    by = request.principal
    province = aefi_access.province_of(by)
    text = request.GET.get("q", "").strip()
    context = {
        "at": now(),
        "province": province,
        "bars": [lot_words.bar(bar) for bar in lot_reading.standing_bars(now(), province)],
        "text": text,
        "found": lot_reading.lots_named(text) if text else [],
        "products": _signals(by, province),
    }
    return render(request, "vaccination/lots.html", context)


def _signals(by: Principal, province: int | None) -> list[tuple[str, list[dict[str, object]]]]:
    """The comparison, for those who see all doses of an area."""
    if by.organisation is not None:
        return []
    diseases = Dose.objects.order_by("disease").values_list("disease", flat=True).distinct()
    found = []
    for disease in diseases:
        for product, rows in aefi_reading.signals_of(disease, province).items():
            lines = [
                {
                    "signal": row,
                    "p": float(row.p),
                    "kind": lot_words.LEVELS[row.level][0],
                    "level": lot_words.LEVELS[row.level][1],
                }
                for row in rows
            ]
            found.append((term("vaccine", product), lines))
    return found


@require_GET
@STAFF
def lot(request: SignedInRequest, lot_id: UUID) -> HttpResponse:
    """One lot: its bars, everybody of the own area who had it, by commune and by store."""
    by = request.principal
    row = aefi_access.lot_for(lot_id)
    province = aefi_access.province_of(by)
    bars = lot_reading.bars_of(row.id)
    standing = lot_reading.lot_barred(row.id, now(), province)
    had = aefi_access.had_lot_for(by, row, standing.since if standing else None)
    holdings = recall_reading.holdings(row.id, lot_reading.stores_of(had))
    names = _names([one.organisation for one in holdings])
    context = {
        "at": now(),
        "lot": row,
        "vaccine": term("vaccine", row.product),
        "standing": standing,
        "province": province,
        "bars": [(lot_words.bar(bar), _may_sign(by, bar.province)) for bar in bars],
        "may_bar": _may_sign(by, province) and (standing is None or standing.provisional),
        "counts": lot_reading.counted(had),
        "communes": [
            (lot_words.place(each.commune) or each.commune, each)
            for each in lot_reading.by_commune(had)
        ],
        "stores": [
            (one.store.name if one.store else names.get(one.organisation, "–"), one)
            for one in holdings
        ],
        "held": sum(max(0, one.in_hand) for one in holdings),
        "on_the_way": sum(one.on_the_way for one in holdings),
        "apart": sum(one.apart for one in holdings),
        "silent": sum(not one.answered for one in holdings),
        "sessions": lot_reading.open_sessions(province, [row.product]) if province else [],
        "rows": [lot_words.had(each) for each in had[:LINES]],
        "more": max(0, len(had) - LINES),
        "results": list(lot_words.RESULTS.items()),
        "calls": by.has(*aefi.JUDGES),
        "form": BarForm(),
    }
    return render(request, "vaccination/lot.html", context)


def _may_sign(by: Principal, province: int | None) -> bool:
    return by.national or (by.has(Role.DIRECTOR) and province == by.province is not None)


def _names(organisations: list[UUID | None]) -> dict[UUID | None, str]:
    from lachan.places.models import Organisation

    rows = Organisation.objects.filter(id__in=[each for each in organisations if each])
    return {row.id: row.name for row in rows}


@require_GET
@STAFF
def people(request: SignedInRequest, lot_id: UUID, ending: str) -> HttpResponse:
    """The whole list as a file."""
    row = aefi_access.lot_for(lot_id)
    standing = lot_reading.lot_barred(row.id, now(), aefi_access.province_of(request.principal))
    had = aefi_access.had_lot_for(request.principal, row, standing.since if standing else None)
    head = (
        *(_("Name"), _("Born"), _("Telephone"), _("Reached through"), _("Commune")),
        *(_("Injected"), _("Note"), _("Last call")),
    )
    lines = []
    for each in map(lot_words.had, had):
        one = each["row"]
        lines.append(
            (
                one.card.name if one.card else "",
                one.card.birth if one.card else "",
                one.reach.phone if one.reach else "",
                each["reach"],
                lot_words.place(one.dose.commune) or str(one.dose.commune),
                moment(one.dose.given_at),
                "; ".join(each["flags"]),
                str(each["call"]),
            )
        )
    return as_download(
        ending,
        name=f"lo-{row.number}",
        title=row.number,
        head=head,
        rows=lines,
        widths=(28, 12, 14, 30, 22, 26, 26, 20),
    )


@require_POST
@SIGNS
def bar(request: SignedInRequest, lot_id: UUID) -> HttpResponse:
    """Bar a lot in the own province; the Ministry bars the nation."""
    row = aefi_access.lot_for(lot_id)
    reason, document = request.POST.get("reason", ""), request.POST.get("document", "")
    province = None if request.principal.national else request.principal.province
    said(
        request,
        lambda by: lot_barring.bar_lot(
            lot=row, reason=reason, document=document, province=province, by=by
        ),
        _("Barred. Every open site sees it within seconds."),
    )
    return redirect("vaccination:lot", row.id)


@require_POST
@SIGNS
def lift(request: SignedInRequest, bar_id: UUID) -> HttpResponse:
    """Let a lot be used again."""
    found: LotBar = aefi_access.bar_for(request.principal, bar_id)
    reason, document = request.POST.get("reason", ""), request.POST.get("document", "")
    said(
        request,
        lambda by: lot_barring.lift(found, reason=reason, document=document, by=by),
        _("Lifted, and signed."),
    )
    return redirect("vaccination:lot", found.lot_id)


@require_POST
@guarded(*aefi.JUDGES, purpose="vaccination")
def call(request: SignedInRequest, lot_id: UUID) -> HttpResponse:
    """Somebody who had the lot was called or visited."""
    row = aefi_access.lot_for(lot_id)
    form = CallForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what came of the call."))
        return redirect("vaccination:lot", row.id)
    given = form.cleaned_data
    dose = Dose.objects.filter(lot_spelling.of_lot(row.id), pk=given["dose"]).first()
    if dose is None:
        raise Refused("dose_not_found", _("There is no such dose in your area."), status=404)
    said(
        request,
        lambda by: lot_barring.log_call(
            dose=dose, result=given["result"], note=given["note"], by=by
        ),
        _("Written down."),
    )
    return redirect("vaccination:lot", row.id)
