"""Boxes of a session, a lot that is set apart, and the record of a handover as PDF."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.rulebook import selectors as rulebook
from lachan.ui.documents import PDF, to_pdf
from lachan.vaccination import handing, recalling, session_stores, site_sessions, stock_words
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Lot, Session, Store
from lachan.vaccination.navigation import KEEPERS
from lachan.vaccination.planning_forms import AsideForm, VialsForm
from lachan.vaccination.stock_access import kept_for, lot_for, store_for
from lachan.vaccination.stock_views import PURPOSE, status_of
from lachan.vaccination.stocking import Amount


@require_safe
@guarded(*KEEPERS, purpose=PURPOSE)
def handover(request: SignedInRequest, store_id: UUID, move_id: UUID) -> HttpResponse:
    """The record of what went from store to store."""
    store = store_for(request.principal, store_id)
    move = reading.move_for(store, move_id)
    response = HttpResponse(to_pdf(handing.record_of(move)), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="giao-nhan-{move.number}.pdf"'
    return response


@require_POST
@guarded(*KEEPERS, purpose=PURPOSE)
def aside(request: SignedInRequest, store_id: UUID, lot_id: UUID) -> HttpResponse:
    """Set a lot apart, or let it go: back into use, up, or destroyed."""
    store = kept_for(request.principal, store_id)
    lot = lot_for(store, lot_id)
    form = AsideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the number of the document, or why."))
        return redirect("vaccination:stock_lot", store.id, lot.id)
    told = form.cleaned_data
    what = request.POST.get("what", "")
    try:
        with scoped(request.principal, PURPOSE) as by:
            if what == "aside":
                recalling.set_aside(id=told["id"], store=store, lot=lot, why=told["why"], by=by)
            else:
                recalling.let_go(
                    id=told["id"],
                    store=store,
                    lot=lot,
                    document=told["why"],
                    to=_sender(store, lot) if what == AsideForm.RETURN else None,
                    destroy=what == AsideForm.DESTROY,
                    by=by,
                )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("vaccination:stock_lot", store.id, lot.id)
    messages.success(request, _("It is written down."))
    return redirect("vaccination:stock", store.id)


def _sender(store: Store, lot: Lot) -> Store:
    """The store from which the lot came last.  Refused: store_unknown."""
    rows = store.moves.filter(kind="receipt", other__isnull=False, lines__lot=lot)
    last = rows.select_related("other").order_by("-at").first()
    if last is None or last.other is None:
        raise Refused("store_unknown", _("This lot came from no other store."), status=404)
    return last.other


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def boxes(request: SignedInRequest, session: UUID) -> HttpResponse:
    """What goes out with a mobile session in the morning and comes back in the evening."""
    found = site_sessions.own_session(session, request.principal)
    home = session_stores.home_of(found)
    box = session_stores.boxes_of(found)
    at = now()
    levels = [
        level
        for level in reading.levels(home, at, rulebook.vaccine_products(at))
        if level.vials > 0
        and level.lot.product in found.products
        and not (level.expired or level.barred or level.held)
    ]
    lots = {level.lot.id: level.lot for level in levels}
    closed = session_stores.closed_in(box) if box else {}
    inside = Lot.objects.in_bulk([lot for lot, doses in closed.items() if doses])
    back = request.POST.get("way") == "back"
    posted = request.POST if request.method == "POST" else None
    first = {"id": uuid7()}
    out_form = VialsForm(None if back else posted, lots=list(lots), must=False, initial=first)
    back_form = VialsForm(
        posted if back else None, lots=list(inside), must=True, prefix="b", initial={"id": uuid7()}
    )
    form = back_form if back else out_form
    if posted is not None and form.is_valid():
        try:
            _carry(request, found, form, inside if back else lots, back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It is written down."))
            return redirect("vaccination:session_boxes", found.id)
    context = {
        "session": found,
        "store": home,
        "box": box,
        "keeps": reading.keeps(request.principal, home),
        "out_form": out_form,
        "back_form": back_form,
        "out": _rows(out_form, lots, {level.lot.id: level.vials for level in levels}),
        "back": _rows(back_form, inside, closed, as_vials=True),
        "closed_at": box and reading.last_book(box),
    }
    return render(request, "vaccination/session_boxes.html", context, status=status_of(form))


def _carry(
    request: SignedInRequest, session: Session, form: VialsForm, lots: dict[UUID, Lot], back: bool
) -> None:
    doses = {lot: n * lots[lot].doses_per_vial for lot, n in form.vials().items()}
    told = form.cleaned_data
    with scoped(request.principal, PURPOSE) as by:
        if back:
            session_stores.bring_back(
                id=told["id"], session=session, counted=doses, why=told["why"], by=by
            )
        else:
            amounts = [Amount(lot, n) for lot, n in doses.items() if n]
            session_stores.take_out(id=told["id"], session=session, amounts=amounts, by=by)


def _rows(
    form: VialsForm, lots: dict[UUID, Lot], there: dict[UUID, int], *, as_vials: bool = False
) -> list[dict[str, Any]]:
    """Each lot with what is there, in whole vials, and its field."""
    products = rulebook.vaccine_products(now())
    return [
        {
            "lot": lot,
            "name": stock_words.product_name(lot.product, products),
            "vials": there[id] // lot.doses_per_vial if as_vials else there[id],
            "field": form[f"n_{id}"],
        }
        for id, lot in lots.items()
    ]
