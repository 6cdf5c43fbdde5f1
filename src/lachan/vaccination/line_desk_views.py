"""The desk of the line: the printed sheet, the codes, and what the national list still lacks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import looks
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.formats.ethnicities import ETHNICITIES
from lachan.people.selectors import cards_of
from lachan.ui.wording import language
from lachan.vaccination import line_gaps, line_sheets, site_sessions
from lachan.vaccination.line_codes_pdf import codes_pdf
from lachan.vaccination.site_desk_views import DESK
from lachan.vaccination.site_fields import fields

#: What is typed into a line, by example.
_EXAMPLES = {
    "sex": gettext_lazy("male or female"),
    "birth_date": gettext_lazy("day/month/year: 05/03/1990"),
    "identity_number": gettext_lazy("12 digits of the card"),
    "phone": gettext_lazy("10 digits: 0912345678"),
    "ethnicity": gettext_lazy("number or name: 1 or Kinh"),
    "permanent_commune": gettext_lazy("name of the commune; = if the same as the stay"),
}


@require_POST
@guarded(*DESK, purpose="vaccination")
def paper(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Print the next sheet: what changed since the last one, or everybody."""
    with scoped(request.principal, "vaccination") as by:
        found = site_sessions.own_session(session, by)
        everybody = request.POST.get("all") == "1"
        sheet, made = line_sheets.print_sheet(session=found, everybody=everybody, by=by)
    response = HttpResponse(made, content_type="application/pdf")
    name = f"buoi-tiem-to-{sheet.number}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@guarded(*DESK, purpose="vaccination")
def codes(request: SignedInRequest) -> HttpResponse:
    """The sheet of codes that replace a press."""
    return HttpResponse(codes_pdf(), content_type="application/pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*DESK, purpose="vaccination")
def gaps(request: SignedInRequest, session: UUID) -> HttpResponse:
    """One missing field a line; what was typed leaves the list."""
    status, wrong, sentence = 200, "", ""
    if request.method == "POST":
        wrong, text = request.POST.get("gap", ""), request.POST.get("text", "")
        try:
            with scoped(request.principal, "vaccination") as by:
                found = site_sessions.own_session(session, by)
                line_gaps.fill(session=found, gap=_gap(wrong), text=text, by=by)
        except Refused as refused:
            status, sentence = max(refused.status, 422), refused.message
        else:
            if "application/json" in request.headers.get("Accept", ""):
                return HttpResponse(status=204)
            messages.success(request, _("Written into the record."))
            return redirect("vaccination:line_gaps", session)
        if "application/json" in request.headers.get("Accept", ""):
            return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")
    return _gaps_page(request, session, status, wrong, sentence)


def _gaps_page(
    request: SignedInRequest, session: UUID, status: int, wrong: str, sentence: str
) -> HttpResponse:
    found = site_sessions.own_session(session, request.principal)
    rows = line_gaps.gaps_of(found)
    people = cards_of({row.person for row in rows})
    looks.record_many(persons=people, what="vaccination", by=request.principal)
    names = {code: one.name(language()) for code, one in fields().items()}
    lines: list[dict[str, Any]] = [
        {
            "gap": row,
            "card": people.get(row.person),
            "name": names.get(row.field, row.field),
            "example": _EXAMPLES.get(row.field, ""),
            "said": sentence if str(row.id) == wrong else "",
        }
        for row in rows
    ]
    context = {
        "session": found,
        "typed": [line for line in lines if line["gap"].typed],
        "others": [line for line in lines if not line["gap"].typed],
        "peoples": ETHNICITIES.values(),
        "sentence": sentence,
    }
    return render(request, "vaccination/line_gaps.html", context, status=status)


def _gap(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("no_such_gap", _("This session has no such gap."), status=404) from None
