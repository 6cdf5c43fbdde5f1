"""Vaccine comes and goes: boxes by scan, deliveries of other stores, what is sent, corrections."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.rulebook import selectors as rulebook
from lachan.vaccination import handing, stock_lots, stock_words, stocking
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Lot, StockMove, Store
from lachan.vaccination.navigation import KEEPERS
from lachan.vaccination.stock_access import kept_for
from lachan.vaccination.stock_forms import CorrectForm, DeliveryForm, ReceiveForm, SendForm, fill
from lachan.vaccination.stock_lots import Box
from lachan.vaccination.stock_views import PURPOSE, product_choices, status_of
from lachan.vaccination.stocking import Amount, Received


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def receive(request: SignedInRequest, store_id: UUID) -> HttpResponse:
    """One input for the reader; then the doses, and what is not known of the lot."""
    store = kept_for(request.principal, store_id)
    code = (request.POST if request.method == "POST" else request.GET).get("code", "").strip()
    context: dict[str, Any] = {"store": store, "code": code}
    if not code:
        return render(request, "vaccination/stock_receive.html", context)
    try:
        box = stock_lots.read_box(code)
    except Refused as refused:
        context["wrong"] = refused.message
        return render(request, "vaccination/stock_receive.html", context, status=422)
    lots = stock_lots.lots_of(box)
    products = rulebook.vaccine_products(now())
    form = ReceiveForm(
        request.POST if request.method == "POST" else None,
        lots=[(str(one.id), stock_words.lot_name(one, products)) for one in lots],
        products=product_choices(),
        initial={
            "id": uuid7(),
            "code": code,
            "product": box.product,
            "expires_on": box.expires_on,
        },
    )
    if form.is_bound and form.is_valid():
        try:
            with scoped(request.principal, PURPOSE) as by:
                move = _receive(store, box, lots, form.cleaned_data, by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            text = _("%(move)s is written down. Scan the next box.")
            messages.success(request, text % {"move": stock_words.move_name(move)})
            return redirect("vaccination:stock_receive", store.id)
    known = lots[0] if len(lots) == 1 else None
    context |= {
        "form": form,
        "box": box,
        "known": known,
        "name": stock_words.product_name(known.product, products) if known else "",
    }
    return render(request, "vaccination/stock_receive.html", context, status=status_of(form))


def _receive(
    store: Store, box: Box, lots: list[Lot], told: dict[str, Any], by: Principal
) -> StockMove:
    if len(lots) == 1:
        lot = lots[0]
    elif lots:
        lot = next(one for one in lots if str(one.id) == told["lot"])
    else:
        lot = stock_lots.enter_lot(
            box=box,
            product=told["product"],
            expires_on=told["expires_on"],
            doses_per_vial=told["doses_per_vial"],
            organisation=store.organisation,
            by=by,
        )
    came = Received(lot.id, told["told"], told["counted"], told["why"])
    return stocking.receive(id=told["id"], store=store, came=[came], by=by)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def delivery(request: SignedInRequest, store_id: UUID, move_id: UUID) -> HttpResponse:
    """Count what another store sent and take it in."""
    store = kept_for(request.principal, store_id)
    issue = reading.move_for(store, move_id)
    lines = list(
        issue.lines.filter(store=store, account=stocking.Account.IN_TRANSIT).select_related("lot")
    )
    form = DeliveryForm(request.POST or None, lines=lines, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        came = [
            Received(
                one.lot_id,
                one.doses,
                told[f"counted_{one.pk}"],
                told[f"why_{one.pk}"],
                one.thawed_on,
            )
            for one in lines
        ]
        try:
            with scoped(request.principal, PURPOSE) as by:
                move = stocking.receive(id=told["id"], store=store, came=came, answers=issue, by=by)
                handing.note_checks(move=move, checks=form.checks(), by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            text = _("%(move)s is written down.") % {"move": stock_words.move_name(move)}
            messages.success(request, text)
            return redirect("vaccination:stock", store.id)
    products = rulebook.vaccine_products(now())
    rows = [
        (
            one,
            stock_words.product_name(one.lot.product, products),
            form[f"counted_{one.pk}"],
            form[f"why_{one.pk}"],
            form[f"degrees_{one.pk}"],
            form[f"monitor_{one.pk}"],
        )
        for one in lines
    ]
    context = {"store": store, "issue": issue, "rows": rows, "form": form}
    return render(request, "vaccination/stock_delivery.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def send(request: SignedInRequest, store_id: UUID) -> HttpResponse:
    """Issue, transfer or return doses of one or more lots."""
    store = kept_for(request.principal, store_id)
    at = now()
    products = rulebook.vaccine_products(at)
    targets = {str(one.id): one for one in reading.reached(store)}
    shares = {
        str(one.pk): one
        for one, sent in reading.shares_of(store)
        if one.allocation.store_id == store.id and sent < one.doses
    }
    levels = reading.levels(store, at, products)
    lots = list(dict.fromkeys(level.lot.id for level in levels))
    form = SendForm(
        request.POST or None, lots=lots, initial={"id": uuid7(), "share": request.GET.get("share")}
    )
    fill(form, "to", [(key, one.name) for key, one in targets.items()])
    fill(form, "share", [(key, _share_name(one)) for key, one in shares.items()])
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with scoped(request.principal, PURPOSE) as by:
                move = stocking.send(
                    id=told["id"],
                    store=store,
                    to=targets[told["to"]],
                    kind=StockMove.Kind(told["kind"]),
                    amounts=[Amount(lot, doses) for lot, doses in form.amounts()],
                    share=shares.get(told["share"]),
                    note=told["note"],
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            text = _("%(move)s is on its way.") % {"move": stock_words.move_name(move)}
            messages.success(request, text)
            return redirect("vaccination:stock", store.id)
    rows = [
        (level, stock_words.product_name(level.lot.product, products), stock_words.chips(level))
        for level in levels
    ]
    context = {
        "store": store,
        "form": form,
        "asked": [form[name] for name in ("kind", "to", "share", "note")],
        "rows": [
            (level, name, chips, form[f"doses_{level.lot.id}"] if first else None)
            for (level, name, chips), first in zip(rows, _firsts(levels), strict=True)
        ],
    }
    return render(request, "vaccination/stock_send.html", context, status=status_of(form))


def _firsts(levels: list[reading.Level]) -> list[bool]:
    """Whether a line is the first of its lot: what is thawed and what is not share one field."""
    seen: set[UUID] = set()
    found = []
    for level in levels:
        found.append(level.lot.id not in seen)
        seen.add(level.lot.id)
    return found


def _share_name(one: Any) -> str:
    lot = f" · {one.lot.number}" if one.lot else ""
    return f"{one.allocation.document} · {one.store.name} · {one.doses}{lot}"


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def correct(request: SignedInRequest, store_id: UUID, move_id: UUID) -> HttpResponse:
    """Take an entry of the own books back."""
    store = kept_for(request.principal, store_id)
    move = reading.move_for(store, move_id)
    if move.store_id != store.id:
        text = _("There is no such entry in this store's books.")
        raise Refused("move_not_found", text, status=404)
    form = CorrectForm(request.POST or None, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, PURPOSE) as by:
                stocking.correct(
                    id=form.cleaned_data["id"], move=move, why=form.cleaned_data["why"], by=by
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The entry is taken back by an entry of its own."))
            return redirect("vaccination:stock", store.id)
    lines = stock_words.move_lines(move, rulebook.vaccine_products(now()))
    context = {
        "store": store,
        "move": move,
        "name": stock_words.move_name(move),
        "lines": lines,
        "form": form,
        "handed": move.other is not None,
    }
    return render(request, "vaccination/stock_correct.html", context, status=status_of(form))
