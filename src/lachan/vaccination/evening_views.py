"""The evening of a session at the facility's desk: count, explain, balance."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lachan.core import looks
from lachan.core.clock import day_of, now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.people.selectors import cards_of
from lachan.rulebook.selectors import vaccine_products
from lachan.vaccination import evening_closing, evening_words, stock_words
from lachan.vaccination.evening_closing import Counted
from lachan.vaccination.evening_counting import Evening, evening_of
from lachan.vaccination.site_desk_views import DESK
from lachan.vaccination.site_sessions import own_session

#: Rows of one kind on the page; the rest is counted.
SHOWN = 200
#: The most a hand counts at one table.
MOST = 9999


@require_safe
@guarded(*DESK, purpose="vaccination")
def evening(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Sheets, consents, injections and vials by table, and every difference by name."""
    found = own_session(session, request.principal)
    seen = evening_of(found)
    people = cards_of({one.person for one in seen.differences[:SHOWN] if one.person})
    looks.record_many(persons=people, what="vaccination", by=request.principal)
    last = evening_closing.last_balance(found)
    products = vaccine_products(now())
    context = {
        "session": found,
        "day": day_of(found.starts_at),
        "at": now(),
        "seen": seen,
        "total": seen.total,
        "rows": sorted(seen.tables.items()),
        "waiting": len(seen.unexplained),
        "groups": evening_words.groups_of(seen.differences[:SHOWN], people),
        "more": max(0, len(seen.differences) - SHOWN),
        "lots": [
            (one, stock_words.product_name(one.lot.product, products))
            for one in (seen.stock.lots if seen.stock else [])
        ],
        "counts": _count_rows(seen),
        "outcomes": evening_words.OUTCOMES,
        "balance": last,
        "stands": last is not None and last.figures == seen.figures() and not seen.unexplained,
    }
    return render(request, "vaccination/evening.html", context)


def _count_rows(seen: Evening) -> list[dict[str, Any]]:
    """A row to count for each table and lot that was used there."""
    lots = {lot.id: lot for lot in seen.lots}
    used = {*seen.given, *seen.counts}
    if not used:
        used = {(table, lot) for table in seen.tables for lot in lots}
    rows = []
    for table, lot in sorted(used, key=lambda one: (one[0], str(one[1]))):
        count = seen.counts.get((table, lot))
        of = lots.get(lot) or (count.lot if count else None)
        if of is not None and table:
            rows.append(
                {
                    "table": table,
                    "lot": of,
                    "key": f"{table}_{lot}",
                    "given": seen.given.get((table, lot), 0),
                    "count": count,
                }
            )
    return rows


@require_POST
@guarded(*DESK, purpose="vaccination")
def count(request: SignedInRequest, session: UUID) -> HttpResponse:
    """What was counted at the tables."""
    found = own_session(session, request.principal)
    counted = []
    for name in request.POST:
        if name.startswith("vials_") and request.POST[name].strip():
            table, _dash, lot = name.removeprefix("vials_").partition("_")
            with suppress(ValueError):
                counted.append(
                    Counted(
                        int(table),
                        UUID(lot),
                        _number(request.POST[name]),
                        _number(request.POST.get(f"wasted_{table}_{lot}", "")),
                        _number(request.POST.get(f"left_{table}_{lot}", "")),
                    )
                )
    try:
        with scoped(request.principal, "vaccination") as by:
            made = evening_closing.count_tables(found, counted, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        text = ngettext(
            "%(count)d count is written down.", "%(count)d counts are written down.", made
        )
        messages.success(request, text % {"count": made})
    return redirect("vaccination:evening", found.id)


def _number(text: str) -> int:
    """A count as it was typed, nothing being none; -1 is what no hand counts."""
    text = text.strip() or "0"
    return int(text) if text.isdecimal() and int(text) <= MOST else -1


@require_POST
@guarded(*DESK, purpose="vaccination")
def explain(request: SignedInRequest, session: UUID) -> HttpResponse:
    """One reason for the ticked differences."""
    found = own_session(session, request.principal)
    keys = []
    for text in request.POST.getlist("difference"):
        parts = text.split("|")
        with suppress(ValueError):
            code, about, table, amount = parts
            keys.append((code, UUID(about), int(table), int(amount)))
    try:
        if not keys:
            raise Refused("difference_gone", _("Tick the lines for which the reason holds."))
        with scoped(request.principal, "vaccination") as by:
            made = evening_closing.explain(
                found,
                keys,
                why=request.POST.get("why", ""),
                outcome=request.POST.get("outcome", ""),
                by=by,
            )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        text = ngettext(
            "%(count)d difference has its reason.", "%(count)d differences have their reason.", made
        )
        messages.success(request, text % {"count": made})
    return redirect("vaccination:evening", found.id)


@require_POST
@guarded(*DESK, purpose="vaccination")
def balance(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Call the session balanced."""
    found = own_session(session, request.principal)
    try:
        with scoped(request.principal, "vaccination") as by:
            evening_closing.balance(found, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The session is balanced."))
    return redirect("vaccination:evening", found.id)
