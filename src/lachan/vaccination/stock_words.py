"""Sentences of the stock: products, lots, gaps of a book, what happened to a lot."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import Decision, VaccineProduct
from lachan.ui.wording import language, number
from lachan.vaccination.models import Excursion, Lot, StockMove
from lachan.vaccination.stock_book import Break
from lachan.vaccination.stock_reading import Level

Products = Mapping[str, VaccineProduct]


def product_name(code: str, products: Products) -> str:
    """A vaccine as a person reads it."""
    found = products.get(code)
    return found.name(language()) if found else code


def lot_name(lot: Lot, products: Products) -> str:
    """A lot in one line."""
    return f"{product_name(lot.product, products)} · {lot.number}"


def move_name(move: StockMove) -> str:
    """A document by kind and number: Receipt 12/2026."""
    return f"{move.get_kind_display()} {move.number}/{move.at.year}"


def move_lines(move: StockMove, products: Products) -> list[str]:
    """What a move did in the writer's own store, lot by lot."""
    own = [one for one in move.lines.all() if one.store_id == move.store_id]
    rows = [one for one in own if one.account == "in_hand"]
    apart = [one for one in own if one.account == "quarantine"]
    if apart and not rows:
        return [
            _("Set apart: %(line)s")
            % {"line": f"{lot_name(one.lot, products)}: {signed(one.doses)}"}
            for one in apart
        ]
    return [f"{lot_name(one.lot, products)}: {signed(one.doses)}" for one in rows]


def signed(doses: int) -> str:
    """+1.200 or −5."""
    return f"{'+' if doses > 0 else '−'}{number(abs(doses))}"


def chips(level: Level) -> list[dict[str, str]]:
    """What somebody must know before touching a lot."""
    found = []
    if level.barred:
        found.append({"kind": "not", "icon": "x", "text": _("barred")})
    if level.held:
        text = _("kept apart: temperature")
        found.append({"kind": "not", "icon": "alert-triangle", "text": text})
    if level.expired:
        text = pgettext("vaccination", "expired")
        found.append({"kind": "not", "icon": "x", "text": text})
    if level.soon:
        text = _("expires soon")
        found.append({"kind": "need", "icon": "alert-triangle", "text": text})
    return found


def gap_words(code: str, doses: int) -> str:
    """What does not fit in a row of the book, and what to do."""
    told = {"doses": number(doses)}
    said = {
        "given_unopened": _(
            "%(doses)s doses were given out of vials that nobody noted as opened."
            " Note the vials, or correct the doses."
        ),
        "given_unstocked": _(
            "%(doses)s doses more were given than were ever here."
            " Look for a receipt that is missing, or a wrong lot in the injections."
        ),
        "open_over": _(
            "%(doses)s doses are left in opened vials whose hours are over: discard them."
        ),
    }
    return said[code] % told


def break_words(found: Break, lots: Mapping[Any, Lot]) -> str:
    """What does not fit in a closed book."""
    lot = lots[found.lot].number if found.lot in lots else ""
    told = {"entry": str(found.entry or "")[-8:], "lot": lot}
    said = {
        "entry_not_in_book": _("Entry %(entry)s is dated into this book and was not in it."),
        "entry_gone": _("Entry %(entry)s was in this book and is gone."),
        "brought_differs": _("Lot %(lot)s does not begin with what was counted the day before."),
        "line_differs": _("The entries of lot %(lot)s do not add up to its line."),
    }
    return said[found.code] % told


def excursion_words(row: Excursion) -> str:
    """What the product's rule says of what was measured."""
    kept = row.decision
    decision = Decision(kept["rule"], kept["version"], kept["outcome"], kept["values"])
    return rulebook.render(decision, language())


def row_refusal(code: str) -> str:
    """Why a row of a logger's file was not read."""
    return {
        "log_no_time": _("no time can be read"),
        "log_no_degrees": _("no degrees after the time"),
    }.get(code, code)
