"""Paper sheets: printed, keyed in, and asked for by number when they do not come back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.declarations import paper_access as access
from lachan.declarations import paper_reading as reading
from lachan.declarations import papers
from lachan.declarations.navigation import KEYERS
from lachan.declarations.paper_forms import (
    FindForm,
    IssueForm,
    NewPersonForm,
    SheetForm,
    VoidForm,
    first_keying,
)
from lachan.declarations.paper_pdf import sheets_pdf
from lachan.declarations.questionnaire import versions
from lachan.formats.papernumbers import PaperNumber, read_paper_number
from lachan.formats.vietnamese import short_name
from lachan.people.services import Stay, register_person
from lachan.places.selectors import today_of
from lachan.ui.pages import page_of


@require_GET
@guarded(*KEYERS, purpose="paper")
def sheets(request: SignedInRequest) -> HttpResponse:
    """The unit's series: what came back, and what is missing, by number."""
    page = page_of(reading.all_series(), request.GET)
    context = {
        "piles": reading.piles(page.rows),
        "page": page,
        "issue": IssueForm(),
        "void": VoidForm(),
        "find": FindForm(),
    }
    return render(request, "declarations/paper.html", context)


@require_POST
@guarded(*KEYERS, purpose="paper")
def issue(request: SignedInRequest) -> HttpResponse:
    """Number sheets for a holder."""
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _sheets_again(request, issue=form)
    with scoped(request.principal, "paper") as by:
        made = papers.issue(
            sheets=form.cleaned_data["sheets"], holder=form.cleaned_data["holder"], by=by
        )
    messages.success(request, _("Numbered. Print the sheets of series %(s)s.") % {"s": made.series})
    return redirect("declarations:paper")


@require_POST
@guarded(*KEYERS, purpose="paper")
def void(request: SignedInRequest) -> HttpResponse:
    """Sheets that do not come back."""
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _sheets_again(request, void=form)
    first, last = form.cleaned_data["range"]
    found = reading.all_series().filter(series=first.series).first()
    if found is None:
        form.add_error("first", _("No sheet of your unit has this number."))
        return _sheets_again(request, void=form)
    count = papers.void(
        series=found,
        first=first.sheet,
        last=last.sheet,
        reason=form.cleaned_data["reason"],
        by=request.principal,
    )
    text = ngettext("%(n)d sheet is void.", "%(n)d sheets are void.", count)
    messages.success(request, text % {"n": count})
    return redirect("declarations:paper")


def _sheets_again(request: SignedInRequest, **forms: Any) -> HttpResponse:
    page = page_of(reading.all_series(), request.GET)
    context = {"issue": IssueForm(), "void": VoidForm(), "find": FindForm()} | forms
    context |= {"piles": reading.piles(page.rows), "page": page}
    return render(request, "declarations/paper.html", context, status=422)


@require_GET
@guarded(*KEYERS, purpose="paper")
def print_sheets(request: SignedInRequest, series: UUID) -> HttpResponse:
    """The sheets of a series as a PDF; nothing personal stands on them yet."""
    found = access.series_for(series)
    answer = HttpResponse(sheets_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.series}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
@guarded(*KEYERS, purpose="declare_for_another")
def find(request: SignedInRequest) -> HttpResponse:
    """The number of a sheet, and whose it is."""
    form = FindForm(request.POST or None)
    cards = []
    if request.method == "POST" and form.is_valid():
        number = form.paper()
        try:
            papers.series_of(number)
        except Refused as refused:
            form.add_error("number", refused.message)
        else:
            cards = access.people_meant(form.cleaned_data["who"], request.principal)
            if len(cards) == 1:
                return redirect("declarations:paper_sheet", str(number), cards[0].person)
            if not cards:
                form.add_error("who", _("Nobody is found. Enter this person."))
    guard = request.principal.has(Role.GATE_CONTROLLER)
    context = {
        "form": form,
        "number": str(form.paper()) if (form.is_bound and form.is_valid()) or cards else "",
        "cards": [(short_name(card.name) if guard else card.name, card) for card in cards],
        "nobody": form.is_bound and "who" in form.errors and "number" not in form.errors,
    }
    context["typed"] = read_paper_number(str(request.POST.get("number", "")))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "declarations/paper_find.html", context, status=status)


@require_http_methods(["GET", "POST"])
@guarded(*KEYERS, purpose="register_person")
def new_person(request: SignedInRequest, number: str) -> HttpResponse:
    """Somebody the register does not have yet, as far as the sheet says."""
    papers.series_of(read_paper_number(number))
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        stay = Stay(
            commune=given["commune"],
            province=today_of(given["commune"]).province,
            address=given["address"],
        )
        try:
            with scoped(request.principal, "register_person") as by:
                made = register_person(
                    full_name=given["full_name"],
                    birth=given["birth"],
                    stay=stay,
                    phones=[given["phone"]] if given["phone"] else [],
                    documents={"cccd": given["cccd"]} if given["cccd"] else {},
                    by=by,
                )
            return redirect("declarations:paper_sheet", number, made.id)
        except Refused as refused:
            form.add_error(None, refused.message)
    status = 422 if form.is_bound else 200
    context = {"form": form, "number": number}
    return render(request, "declarations/paper_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@guarded(*KEYERS, purpose="declare_for_another")
def sheet(request: SignedInRequest, number: str, person: UUID) -> HttpResponse:
    """What stands on the sheet; the signs a second time where the count of Yes differs."""
    read = read_paper_number(number)
    series = papers.series_of(read)
    assert read is not None, "a number without a series is refused"
    card = access.person_for(person, request.principal)
    asked = versions(series.kind)[series.questionnaire]
    form = SheetForm(request.POST or None, asked=asked)
    again: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        keyed = form.counted()
        before = first_keying(request.POST, asked)
        if papers.agrees(keyed, form.cleaned_data["ticks"], keyed, before):
            try:
                return _kept(request, read, person, form)
            except Refused as refused:
                form.add_error(None, refused.message)
        else:
            again = [(f"first-{code}", "yes" if yes else "no") for code, yes in keyed.items()]
            form = _blind(request, asked, list(keyed))
    guard = request.principal.has(Role.GATE_CONTROLLER)
    context = {
        "form": form,
        "again": again,
        "number": number,
        "card": card,
        "name": short_name(card.name) if guard else card.name,
    }
    status = 422 if form.is_bound else 200
    return render(request, "declarations/paper_sheet.html", context, status=status)


def _kept(
    request: SignedInRequest, number: PaperNumber, person: UUID, form: SheetForm
) -> HttpResponse:
    papers.key_in(
        number=number,
        person=person,
        answers=form.answers(),
        at=form.cleaned_data["at"],
        key=form.cleaned_data["key"],
        by=request.principal,
    )
    messages.success(request, _("Sheet %(number)s is keyed in.") % {"number": number})
    return redirect("declarations:paper_find")


def _blind(request: SignedInRequest, asked: Any, codes: list[str]) -> SheetForm:
    """The form again with the counted answers and the count empty: keyed without sight of the
    first time."""
    data = request.POST.copy()
    for name in (*codes, "ticks"):
        data.pop(name, None)
    form = SheetForm(data, asked=asked)
    form.is_valid()
    form.errors.clear()
    form.add_error(
        None,
        _("The number of Yes ticks differs. Key the signs once more, looking only at the sheet."),
    )
    return form
