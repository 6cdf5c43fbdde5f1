"""An organisation registers its people by Excel: template, list, refusals in a copy, columns."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.ui.lists import LARGEST, role_label
from lachan.vaccination import registration_access, registration_words, unit_lists
from lachan.vaccination.registration_forms import ColumnsForm, UnitListForm, diseases, named

PURPOSE = "vaccination_list"

#: Refused rows shown on the page; the copy of the file has them all.
REFUSALS_SHOWN = 50

#: Earlier lists shown.
BEFORE_SHOWN = 20

#: Content types by the copy's ending.
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose=PURPOSE)
def lists(request: SignedInRequest) -> HttpResponse:
    """The organisation's lists, and a new one."""
    by = request.principal
    form = UnitListForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        groups=_groups(request),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sent = data["file"]
        if sent.size > LARGEST:
            form.add_error("file", _("The file is larger than 10 MB. Send the sheet alone."))
        else:
            row = unit_lists.send(
                disease=data["disease"],
                group=data["group"],
                data=sent.read(),
                file_name=sent.name,
                by=by,
            )
            return redirect("vaccination:unit_list", row.id)
    before = registration_access.lists_of(by)[:BEFORE_SHOWN]
    context = {"form": form, "before": [(row, registration_words.list_said(row)) for row in before]}
    status = 422 if form.is_bound else 200
    return render(request, "vaccination/unit_lists.html", context, status=status)


def _groups(request: SignedInRequest) -> list[tuple[str, str]]:
    """Groups that a list proves, of every disease there is an order for."""
    where = registration_access.stay_of(request.principal)
    if where is None:
        return []
    found: dict[str, str] = {}
    for code, _name in diseases():
        for group, names in unit_lists.groups_for(code, where[1]):
            found.setdefault(group, named(names))
    return list(found.items())


@require_safe
@guarded(Role.PLACE_MANAGER, purpose=PURPOSE)
def template(request: SignedInRequest) -> HttpResponse:
    """An empty list to fill in."""
    return _file(unit_lists.template(), "danh-sach-tiem-chung.xlsx", TYPES[".xlsx"])


@require_safe
@guarded(Role.PLACE_MANAGER, purpose=PURPOSE)
def unit_list(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """What came of a list: how many, who was refused and why, who joined and left."""
    row = registration_access.list_for(list_id, request.principal)
    refusals = list(row.refusals.order_by("row")[: REFUSALS_SHOWN + 1])
    columns: list[tuple[str, str]] = [
        (header, role_label(role)) for header, role in zip(row.headers, row.roles, strict=False)
    ]
    context: dict[str, Any] = {
        "list": row,
        "said": registration_words.list_said(row),
        "sum": registration_words.list_sum(row),
        "disease": registration_words.disease_name(row.disease),
        "refusals": [
            (each, unit_lists.refusal_words(each.problems)) for each in refusals[:REFUSALS_SHOWN]
        ],
        "more": max(0, row.refused - REFUSALS_SHOWN),
        "columns": columns,
        "percent": 100 * row.done_row // max(row.rows, 1) if row.rows else 0,
        "is_kept": row.keep_until > now() and bool(row.sealed),
    }
    return render(request, "vaccination/unit_list.html", context)


@require_safe
@guarded(Role.PLACE_MANAGER, purpose=PURPOSE)
def copy(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """The same file with what was refused marked in it."""
    row = registration_access.list_for(list_id, request.principal)
    data, name = unit_lists.errors_copy(row, only_refused=request.GET.get("rows") != "all")
    return _file(data, name, TYPES[name[name.rindex(".") :]])


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.PLACE_MANAGER, purpose=PURPOSE)
def columns(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """Say what the columns hold; remembered for the next list with these headers."""
    row = registration_access.list_for(list_id, request.principal)
    if len(row.roles) != len(row.headers):
        raise Refused("columns_unreadable", _("Say which column holds the full name."))
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(posted, headers=row.headers, roles=row.roles)
    if request.method == "POST" and form.is_valid():
        unit_lists.map_columns(row, form.roles(), by=request.principal)
        return redirect("vaccination:unit_list", row.id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "list": row}
    return render(request, "vaccination/unit_columns.html", context, status=status)


@require_POST
@guarded(Role.PLACE_MANAGER, purpose=PURPOSE)
def let_go(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """Destroy the file now; what was taken in stays."""
    unit_lists.let_go(registration_access.list_for(list_id, request.principal))
    return redirect("vaccination:unit_list", list_id)


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer
