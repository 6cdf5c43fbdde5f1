"""The stock of a store: its lots, what is on the way, what was written, and what may be done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.places.models import Organisation
from lachan.places.selectors import cdc_of, station_of
from lachan.rulebook import selectors as rulebook
from lachan.vaccination import recalling, session_stores, stock_setting, stock_words, stocking
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Lot, StockLine, Store
from lachan.vaccination.navigation import KEEPERS
from lachan.vaccination.planning_forms import AsideForm
from lachan.vaccination.stock_access import kept_for, lot_for, store_for
from lachan.vaccination.stock_forms import LotForm, StoreForm
from lachan.vaccination.stocking import Amount

#: Why a store's books are read and written.
PURPOSE = "vaccine_stock"


@require_safe
@guarded(*KEEPERS, purpose=PURPOSE)
def stores(request: SignedInRequest) -> HttpResponse:
    """The stores of the unit; the only one opens at once."""
    found = reading.own_stores(request.principal)
    kept = [one for one in found if one.session_id is None]
    if len(kept) == 1:
        return redirect("vaccination:stock", kept[0].id)
    boxes = [one for one in found if one.session_id is not None]
    unit = unit_of(request.principal)
    context = {"stores": kept, "boxes": boxes, "unit": unit}
    return render(request, "vaccination/stores.html", context)


def unit_of(by: Principal) -> Organisation | None:
    """The organisation for which somebody keeps a store."""
    if by.organisation is not None:
        return Organisation.objects.filter(pk=by.organisation).first()
    if by.commune is not None:
        return station_of(by.commune)
    return cdc_of(by.province) if by.province is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def new_store(request: SignedInRequest) -> HttpResponse:
    """Open a store of the own unit."""
    unit = unit_of(request.principal)
    if unit is None:
        text = _("Your unit is not registered as an organisation. Ask the CDC to register it.")
        raise Refused("store_no_unit", text)
    form = StoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, PURPOSE) as by:
                made = stock_setting.open_store(organisation=unit, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("vaccination:stock", made.id)
    context = {"form": form, "unit": unit}
    return render(request, "vaccination/store_new.html", context, status=status_of(form))


def status_of(form: Any) -> int:
    """Of a page that shows a form: 422 where something is wrong in it."""
    return 422 if form.is_bound and form.errors else 200


@require_safe
@guarded(*KEEPERS, purpose=PURPOSE)
def stock(request: SignedInRequest, store_id: UUID) -> HttpResponse:
    """What is there, first expired first out; what comes; what was written."""
    at = now()
    store = store_for(request.principal, store_id)
    products = rulebook.vaccine_products(at)
    levels = [
        (level, stock_words.product_name(level.lot.product, products), stock_words.chips(level))
        for level in reading.levels(store, at, products)
    ]
    moves = [
        (one, stock_words.move_name(one), stock_words.move_lines(one, products))
        for one in reading.moves_of(store)
    ]
    context = {
        "store": store,
        "at": at,
        "levels": levels,
        "soon": sum(level.soon or level.expired for level, _name, _chips in levels),
        "coming": reading.on_the_way(store),
        "moves": moves,
        "shares": [
            (one, sent, stock_words.product_name(one.allocation.product, products))
            for one, sent in reading.shares_of(store)
        ],
        "keeps": reading.keeps(request.principal, store),
        "boxes": session_stores.boxes_at(store),
        "apart": [
            (one, doses, stock_words.lot_name(one, products))
            for one, doses in recalling.apart_of(store)
        ],
    }
    return render(request, "vaccination/stock.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def lot(request: SignedInRequest, store_id: UUID, lot_id: UUID) -> HttpResponse:
    """Open vials of a lot, thaw, waste or destroy doses of it."""
    store = kept_for(request.principal, store_id)
    found = lot_for(store, lot_id)
    form = LotForm(request.POST or None, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, PURPOSE) as by:
                _happened(store, found, form.cleaned_data, by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It is written down."))
            return redirect("vaccination:stock", store.id)
    at = now()
    opened = reading.opened_of(store, at).get(found.id)
    context = {
        "store": store,
        "lot": found,
        "name": stock_words.product_name(found.product, rulebook.vaccine_products(at)),
        "doses": reading.in_hand(store, found.id),
        "closed": reading.in_hand(store, found.id) - reading.not_closed(store, found),
        "opened": opened,
        "form": form,
        "barred": reading.barred(found, at, store),
        "apart": sum(doses for _thawed, doses in recalling.apart_in(store, found.id)),
        "aside": AsideForm(initial={"id": uuid7()}),
    }
    return render(request, "vaccination/stock_lot.html", context, status=status_of(form))


def _happened(store: Store, found: Lot, told: dict[str, Any], by: Principal) -> None:
    what, amount = told["what"], Amount(found.id, told["count"])
    if what == LotForm.OPEN:
        stock_setting.open_vials(
            id=told["id"], store=store, lot=found, vials=told["count"], opened_at=now(), by=by
        )
    elif what == LotForm.THAW:
        stocking.thaw(id=told["id"], store=store, amount=amount, by=by)
    else:
        stocking.remove(
            id=told["id"],
            store=store,
            amount=amount,
            cause=what if what in StockLine.Cause.values else "",
            note=told["note"],
            by=by,
        )


def product_choices() -> list[tuple[str, str]]:
    """The vaccines of the rulebook, by name."""
    products = rulebook.vaccine_products(now())
    named = [(code, stock_words.product_name(code, products)) for code in products]
    return sorted(named, key=lambda one: one[1])
