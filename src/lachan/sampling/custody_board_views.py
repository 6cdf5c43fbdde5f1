"""The morning board: every tube that stands still longer than the rule allows, and who had it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.sampling import access, custody_words
from lachan.sampling import custody_reading as reading
from lachan.sampling.models import Tube
from lachan.sampling.navigation import BOARD, LABORATORY
from lachan.ui.tables import as_download
from lachan.ui.wording import language

#: Widths of the columns of the file.
_WIDTHS = (30, 18, 12, 22, 12, 30, 26, 16, 16)


@require_GET
@guarded(*BOARD, purpose="sampling")
def board(request: SignedInRequest) -> HttpResponse:
    """What stands still on its way to a result, as far as the session may see tubes."""
    groups = custody_words.board(reading.still(request.principal), language())
    refused = [
        {
            "refusal": row,
            "tube": row.reception.tube,
            "why": custody_words.reason_of(row.reception),
            "kind": custody_words.kind_of(row.reception.tube),
        }
        for row in reading.rejections()
    ]
    context = _context(request, groups, "sampling:board") | {"refused": refused, "people": True}
    return render(request, "sampling/custody_board.html", context)


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory_board(request: SignedInRequest) -> HttpResponse:
    """What stands still before or in the own laboratory; no person is named."""
    rows = reading.still(request.principal, laboratory=True)
    groups = custody_words.board(rows, language())
    context = _context(request, groups, "sampling:laboratory_board")
    return render(request, "sampling/custody_board.html", context)


def _context(request: SignedInRequest, groups: list[dict[str, Any]], page: str) -> dict[str, Any]:
    chosen = request.GET.get("stage", "")
    here = reverse(page)
    levels = [{"href": here, "label": _("All"), "count": _total(groups), "on": not chosen}]
    levels += [
        {
            "href": f"{here}?stage={group['code']}",
            "label": group["name"],
            "count": len(group["rows"]),
            "on": group["code"] == chosen,
        }
        for group in groups
    ]
    shown = [group for group in groups if not chosen or group["code"] == chosen]
    files = reverse(f"{page}_file", args=["csv"])
    excel = {"href": reverse(f"{page}_file", args=["xlsx"]), "icon": "download", "label": "Excel"}
    tools = {"levels": levels, "csv": files, "more": [excel]}
    return {"groups": shown, "total": _total(groups), "tools": tools, "at": now()}


def _total(groups: list[dict[str, Any]]) -> int:
    return sum(len(group["rows"]) for group in groups)


@require_GET
@guarded(*BOARD, purpose="sampling")
def board_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The board as a file."""
    return _file(ending, custody_words.board(reading.still(request.principal), language()))


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory_board_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The laboratory's board as a file."""
    rows = reading.still(request.principal, laboratory=True)
    return _file(ending, custody_words.board(rows, language()))


def _file(ending: str, groups: list[dict[str, Any]]) -> HttpResponse:
    return as_download(
        ending,
        name="mau-cham",
        title=_("Samples that stand still"),
        head=custody_words.head(),
        rows=custody_words.lines(groups),
        widths=_WIDTHS,
    )


@require_GET
@guarded(*BOARD, purpose="sampling")
def tube_people(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """Whose samples are in a tube that stands still; each look is on record."""
    tube = Tube.objects.filter(pk=tube_id).first()
    people = access.people_in(request.principal, tube) if tube is not None else []
    if tube is None or not people:
        raise Http404
    context = {"tube": tube, "people": people, "kind": custody_words.kind_of(tube)}
    return render(request, "sampling/custody_people.html", context)
