"""Paper sheets of a session: given out, keyed by keyboard alone, settled, missing numbers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.core.sealing import open_loose
from lachan.formats.identity import IdentityRefused, read_document
from lachan.people.selectors import find_people
from lachan.rulebook.selectors import vaccine_products
from lachan.vaccination import backentry, backentry_words
from lachan.vaccination import backentry_reading as reading
from lachan.vaccination.backentry_reading import Keyed
from lachan.vaccination.models import PaperBook, PaperSheet, Session
from lachan.vaccination.site_desk_views import DESK
from lachan.vaccination.site_sessions import own_session
from lachan.vaccination.stock_words import product_name

State = PaperSheet.State


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*DESK, purpose="vaccination")
def paper(request: SignedInRequest, session: UUID) -> HttpResponse:
    """The pads of a session with every number; POST gives a pad."""
    found = own_session(session, request.principal)
    if request.method == "POST":
        try:
            with scoped(request.principal, "vaccination") as by:
                backentry.give_paper(
                    session=found,
                    prefix=request.POST.get("prefix", ""),
                    first=_whole(request.POST.get("first", "")),
                    last=_whole(request.POST.get("last", "")),
                    by=by,
                )
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The pad is written down: every number comes back."))
        return redirect("vaccination:paper", found.id)
    books = [(book, reading.numbers_of(book)) for book in reading.books_of(found)]
    context = {
        "session": found,
        "books": [
            {
                "book": book,
                "label": f"{reading.label(book, book.first)}–{reading.label(book, book.last)}",
                "numbers": [_shown(book, one) for one in numbers],
                "mine": _first_for_me(numbers),
                "gaps": [
                    (gap, backentry_words.step_words(gap.step))
                    for gap in reading.gaps_of(book, numbers)
                ],
                "entered": sum(one.step == State.ENTERED for one in numbers),
            }
            for book, numbers in books
        ],
    }
    return render(request, "vaccination/paper.html", context)


def _whole(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text.strip()) < 7 else 0


def _shown(book: PaperBook, one: Keyed) -> dict[str, Any]:
    return {
        "number": one.number,
        "label": reading.label(book, one.number),
        "step": one.step,
        "words": backentry_words.step_words(one.step),
        "opens": one.step in ("differs", State.ASKED),
    }


def _first_for_me(numbers: list[Keyed]) -> int | None:
    mine = [one for one in numbers if one.sheet is None and one.times < 2 and not one.mine]
    # What somebody keyed already is worth more: it becomes an entry.
    return min(mine, key=lambda one: (one.times == 0, one.number)).number if mine else None


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*DESK, purpose="vaccination")
def key(request: SignedInRequest, book: UUID, number: int) -> HttpResponse:
    """One sheet under the keyboard; kept, and on to the next number."""
    found, session = _own_book(request, book)
    told = {name: request.POST.get(name, "") for name in backentry_words.FIELDS}
    wrong: dict[str, str] = {}
    refused_text = ""
    if request.method == "POST":
        wrong = backentry_words.wrong_in(told)
        if not wrong:
            try:
                with scoped(request.principal, "vaccination") as by:
                    step = backentry.key_sheet(
                        id=_id(request.POST.get("id", "")),
                        book=found,
                        number=number,
                        told=told,
                        by=by,
                    )
            except Refused as refused:
                refused_text = refused.message
            else:
                label = reading.label(found, number)
                text = _("%(number)s: %(step)s.")
                words = backentry_words.step_words(step)
                messages.success(request, text % {"number": label, "step": words})
                return _onward(request, found, number)
    else:
        told |= backentry.last_mine(found, request.principal)
        if len(session.products) == 1:
            told["product"] = session.products[0]
    products = vaccine_products(now())
    context = {
        "session": session,
        "book": found,
        "number": number,
        "label": reading.label(found, number),
        "id": request.POST.get("id") or uuid7(),
        "refused": refused_text,
        "fields": [
            {
                "name": name,
                "label": label,
                "value": told[name],
                "wrong": wrong.get(name, ""),
                "help": _help(name),
                "of_injection": name in backentry_words.OF_INJECTION,
            }
            for name, label in backentry_words.FIELDS.items()
            if name != "product" or len(session.products) > 1
        ],
        "product": told["product"] if len(session.products) == 1 else "",
        "products": [(code, product_name(code, products)) for code in session.products],
    }
    status = 422 if wrong or refused_text else 200
    return render(request, "vaccination/paper_key.html", context, status=status)


def _help(name: str) -> str:
    return {
        "card": _("12 digits; empty without one"),
        "birth": _("1988 or 5/3/1988"),
        "sex": _("1 male, 2 female"),
        "outcome": _("1 eligible, 2 caution, 3 postponed, 4 contraindicated"),
        "consent": _("1 yes, 0 no"),
        "injected": _("1 yes, 0 no"),
        "hour": _("0805"),
        "arm": _("1 left, 2 right"),
        "dose_number": _("1, 2, 3"),
    }.get(name, "")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _onward(request: SignedInRequest, book: PaperBook, number: int) -> HttpResponse:
    """The next number this person may key, those after this one first."""
    mine = reading.for_me(book)
    after = [one for one in mine if one > number] or mine
    if not after:
        messages.success(request, _("No sheet of this pad is left for you to key."))
        return redirect("vaccination:paper", book.session_id)
    return redirect("vaccination:paper_key", book.id, after[0])


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*DESK, purpose="vaccination")
def settle(request: SignedInRequest, book: UUID, number: int) -> HttpResponse:
    """A sheet that two keyed otherwise, or of which something is asked."""
    found, session = _own_book(request, book)
    both = reading.both(found, number)
    sheet = PaperSheet.objects.filter(book=found, number=number).first()
    differ = backentry.differing(*both) if both else []
    if request.method == "POST" and both:
        told = {name: _chosen(request, name, both) for name in differ}
        read = {name: value for name, value in told.items() if value is not None}
        try:
            with scoped(request.principal, "vaccination") as by:
                backentry.settle(book=found, number=number, told=read, by=by)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("vaccination:paper_settle", found.id, number)
        messages.success(request, _("The sheet is settled and is being entered."))
        return redirect("vaccination:paper", session.id)
    asked = sheet is not None and sheet.state == State.ASKED
    told_name, registered = _named(request, sheet) if asked and sheet else ("", "")
    context = {
        "session": session,
        "book": found,
        "number": number,
        "label": reading.label(found, number),
        "sheet": sheet,
        "asked": backentry_words.asked_words(sheet.refused) if asked and sheet else "",
        "may_confirm": asked and sheet is not None and sheet.refused == "other_name",
        "told_name": told_name,
        "registered": registered,
        "rows": [
            {
                "name": name,
                "label": backentry_words.FIELDS[name],
                "first": backentry_words.shown(name, both[0].get(name, "")),
                "second": backentry_words.shown(name, both[1].get(name, "")),
                "help": _help(name),
            }
            for name in differ
            if both and sheet is None
        ],
        "keyed": bool(both),
    }
    return render(request, "vaccination/paper_settle.html", context)


def _chosen(
    request: SignedInRequest, name: str, both: tuple[dict[str, str], dict[str, str]]
) -> str | None:
    choice = request.POST.get(name, "")
    if choice == "other":
        return request.POST.get(f"{name}_other", "").strip() or None
    return {"first": both[0].get(name, ""), "second": both[1].get(name, "")}.get(choice)


def _named(request: SignedInRequest, sheet: PaperSheet) -> tuple[str, str]:
    """The name on the paper and that of the register under its number, where it may be seen."""
    if not sheet.sealed or sheet.person_id:
        return "", ""
    told = open_loose(sheet.id, bytes(sheet.sealed))
    try:
        number = read_document("cccd", told["card"])
    except IdentityRefused:
        return told["name"], ""
    cards = find_people(number, request.principal)
    looks.record_many(
        persons=[one.person for one in cards], what="vaccination", by=request.principal
    )
    return told["name"], cards[0].name if len(cards) == 1 else ""


@require_POST
@guarded(*DESK, purpose="vaccination")
def confirm(request: SignedInRequest, book: UUID, number: int) -> HttpResponse:
    """The same person under another name."""
    found, session = _own_book(request, book)
    try:
        with scoped(request.principal, "vaccination") as by:
            backentry.confirm(book=found, number=number, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The sheet is settled and is being entered."))
    return redirect("vaccination:paper", session.id)


@require_POST
@guarded(*DESK, purpose="vaccination")
def spoil(request: SignedInRequest, book: UUID) -> HttpResponse:
    """Numbers that were spoilt, lost or not used, with one reason."""
    found, session = _own_book(request, book)
    first = _whole(request.POST.get("first", ""))
    last = _whole(request.POST.get("last", "") or request.POST.get("first", ""))
    try:
        with scoped(request.principal, "vaccination") as by:
            if not first or last < first or last - first > backentry.MOST:
                raise Refused("sheet_not_ours", _("This number is not of this pad."))
            for number in range(first, last + 1):
                backentry.spoil(book=found, number=number, why=request.POST.get("why", ""), by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The sheets are written down as not used."))
    return redirect("vaccination:paper", session.id)


def _own_book(request: SignedInRequest, book: UUID) -> tuple[PaperBook, Session]:
    found = PaperBook.objects.filter(pk=book).select_related("session").first()
    if found is None or found.organisation != request.principal.organisation:
        raise Http404
    return found, found.session
