"""The evening book, closed by a person, and the cold chain of a store."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.rulebook import selectors as rulebook
from lachan.vaccination import cold_chain, stock_book, stock_setting, stock_words
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import EveningBook, Excursion, Lot
from lachan.vaccination.navigation import KEEPERS
from lachan.vaccination.stock_access import kept_for, lot_for, store_for
from lachan.vaccination.stock_book import Count
from lachan.vaccination.stock_forms import BookForm, LogForm, VerdictForm
from lachan.vaccination.stock_views import PURPOSE, status_of


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def book(request: SignedInRequest, store_id: UUID) -> HttpResponse:
    """The book as it stands; closed with what was counted by hand."""
    store = (kept_for if request.method == "POST" else store_for)(request.principal, store_id)
    at = now()
    draft = stock_book.draft(store, at)
    lots = [row.lot.id for row in draft.rows]
    form = BookForm(request.POST or None, lots=lots, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        counts = {lot: Count(told[f"counted_{lot}"], told[f"cause_{lot}"]) for lot in lots}
        try:
            with scoped(request.principal, PURPOSE) as by:
                made = stock_book.close_book(
                    id=told["id"],
                    store=store,
                    day=today(),
                    counts=counts,
                    note=told["note"],
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The book of today is closed."))
            return redirect("vaccination:stock_closed", store.id, made.id)
    context = {
        "store": store,
        "at": at,
        "today": today(),
        "closed_today": draft.last_day is not None and draft.last_day >= today(),
        "draft": draft,
        "rows": [_row(row, form) for row in draft.rows],
        "form": form,
        "discard_id": uuid7(),
        "keeps": reading.keeps(request.principal, store),
        "books": store.books.order_by("-day")[:14],
        "late": [stock_words.move_name(one) for one in draft.late],
    }
    return render(request, "vaccination/stock_book.html", context, status=status_of(form))


def _row(row: stock_book.Row, form: BookForm) -> dict[str, Any]:
    return {
        "row": row,
        "name": stock_words.product_name(row.lot.product, rulebook.vaccine_products(now())),
        "gaps": [stock_words.gap_words(code, doses) for code, doses in row.gaps],
        "counted": form[f"counted_{row.lot.id}"],
        "cause": form[f"cause_{row.lot.id}"],
    }


@require_POST
@guarded(*KEEPERS, purpose=PURPOSE)
def discard(request: SignedInRequest, store_id: UUID, lot_id: UUID) -> HttpResponse:
    """Write what is left in the opened vials of a lot down as waste."""
    store = kept_for(request.principal, store_id)
    lot = lot_for(store, lot_id)
    try:
        id = UUID(request.POST.get("id", ""))
    except ValueError:
        raise Http404 from None
    move = stock_setting.discard_left(id=id, store=store, lot=lot, by=request.principal)
    text = _("%(move)s is written down.") % {"move": stock_words.move_name(move)}
    messages.success(request, text)
    return redirect("vaccination:stock_book", store.id)


@require_safe
@guarded(*KEEPERS, purpose=PURPOSE)
def closed(request: SignedInRequest, store_id: UUID, book_id: UUID) -> HttpResponse:
    """A closed book, and what breaks it if anything does."""
    store = store_for(request.principal, store_id)
    found = EveningBook.objects.filter(store=store, pk=book_id).first()
    if found is None:
        raise Http404
    products = rulebook.vaccine_products(now())
    lines = list(found.lines.select_related("lot").order_by("lot__product", "lot__number"))
    lots = Lot.objects.in_bulk([one.lot_id for one in lines])
    broken = [one for one in stock_book.breaks(store) if one.book.pk == found.pk]
    context = {
        "store": store,
        "book": found,
        "rows": [(one, stock_words.product_name(one.lot.product, products)) for one in lines],
        "broken": [stock_words.break_words(one, lots) for one in broken],
    }
    return render(request, "vaccination/stock_closed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def cold(request: SignedInRequest, store_id: UUID) -> HttpResponse:
    """Loggers' files, and what left its range: lots, doses, people, and what was decided."""
    store = (kept_for if request.method == "POST" else store_for)(request.principal, store_id)
    form = LogForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with scoped(request.principal, PURPOSE) as by:
                log = cold_chain.attach(
                    store=store,
                    device=form.cleaned_data["device"],
                    data=file.read(),
                    name=file.name,
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            count = log.excursions.count()
            text = ngettext(
                "The file is kept. %(count)d lot left its range.",
                "The file is kept. Lots left their range %(count)d times.",
                count,
            )
            (messages.warning if count else messages.success)(request, text % {"count": count})
            return redirect("vaccination:stock_cold", store.id)
    products = rulebook.vaccine_products(now())
    context = {
        "store": store,
        "form": form,
        "keeps": reading.keeps(request.principal, store),
        "rows": [
            {
                "of": one,
                "name": stock_words.product_name(one.excursion.lot.product, products),
                "said": stock_words.excursion_words(one.excursion),
            }
            for one in cold_chain.concerned(store)
        ],
        "logs": [
            (log, [(row, stock_words.row_refusal(code)) for row, code in log.refused[:20]])
            for log in store.logs.order_by("-at")[:20]
        ],
    }
    return render(request, "vaccination/stock_cold.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def excursion(request: SignedInRequest, store_id: UUID, excursion_id: UUID) -> HttpResponse:
    """Decide what happens with doses that left their range."""
    store = kept_for(request.principal, store_id)
    found = Excursion.objects.filter(store=store, pk=excursion_id).select_related("lot").first()
    if found is None:
        raise Http404
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, PURPOSE) as by:
                cold_chain.decide(excursion=found, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The decision is written down."))
            return redirect("vaccination:stock_cold", store.id)
    context = {
        "store": store,
        "row": found,
        "name": stock_words.product_name(found.lot.product, rulebook.vaccine_products(now())),
        "said": stock_words.excursion_words(found),
        "here": reading.in_hand(store, found.lot_id),
        "people": cold_chain.given_since(store, found.lot_id, found.since)[0],
        "decisions": found.decisions.order_by("-at"),
        "form": form,
    }
    return render(request, "vaccination/stock_excursion.html", context, status=status_of(form))
