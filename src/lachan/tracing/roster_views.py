"""Lists of a case: send one, say what its columns are, choose groups, see what came out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.places.selectors import today_of
from lachan.rulebook.selectors import contact_rule
from lachan.tracing import roster, roster_files
from lachan.tracing.access import case_for
from lachan.tracing.asked import TRACERS
from lachan.tracing.case_heads import case_head, sent
from lachan.tracing.groups import groups_of_case
from lachan.tracing.models import Case, Roster
from lachan.tracing.roster_access import roster_for
from lachan.tracing.roster_choosing import choices_for
from lachan.tracing.roster_copy import errors_copy
from lachan.tracing.roster_forms import ImportForm, SendForm
from lachan.tracing.roster_reading import preview, remembered, texts
from lachan.tracing.roster_wording import (
    refusal_text,
    roles_to_choose,
    roster_chip,
    roster_sum,
    roster_verdict,
)

#: The tab of a case under which lists and groups stand.
HERE = "tracing:groups"

#: Refused rows shown on the page; the copy of the file has them all.
REFUSALS_SHOWN = 50

#: Content types by the copy's ending.
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@require_GET
@guarded(*TRACERS, purpose="tracing")
def groups(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The groups of a case with their sums, its lists, and the form to send one."""
    found = case_for(request.principal, case_id)
    return render(request, "tracing/groups.html", _groups_context(found, SendForm()))


def _groups_context(found: Case, form: SendForm) -> dict[str, object]:
    lists = list(found.rosters.order_by("-uploaded_at"))
    return {
        **case_head(found, HERE),
        "groups": groups_of_case(found),
        "rosters": [(each, roster_chip(each)) for each in lists],
        "form": form,
    }


@require_POST
@guarded(*TRACERS, purpose="tracing")
def send(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Take a file; go on to its columns, or straight to the groups when its header is known."""
    found = case_for(request.principal, case_id)
    form = SendForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "tracing/groups.html", _groups_context(found, form), status=422)
    file = form.cleaned_data["file"]
    made, new = roster.send(
        case=found,
        data=file.read() if file.size <= roster.LARGEST else b"\0" * (roster.LARGEST + 1),
        file_name=file.name,
        kind=form.cleaned_data["kind"],
        name=form.cleaned_data["name"],
        by=request.principal,
    )
    if not new:
        messages.info(request, _("This file was sent before: it is the same list."))
    elif remembered(made) == made.roles:
        messages.info(request, _("The columns are read as last time. Look once more."))
    return redirect(_next(made), case_id=case_id, roster_id=made.id)


def _next(made: Roster) -> str:
    """The page on which a list is gone on with."""
    return "tracing:roster_columns" if made.state == Roster.State.READ else "tracing:roster"


@require_http_methods(["GET", "POST"])
@guarded(*TRACERS, purpose="tracing")
def columns(request: SignedInRequest, case_id: UUID, roster_id: UUID) -> HttpResponse:
    """The first rows, and above each column what it is taken for."""
    made = roster_for(request.principal, case_id, roster_id)
    if request.method == "POST":
        if "use_sheet" in request.POST:
            roster.choose_sheet(
                roster=made, sheet=request.POST.get("sheet", ""), by=request.principal
            )
            return redirect("tracing:roster_columns", case_id=case_id, roster_id=roster_id)
        roster.map_columns(roster=made, roles=request.POST.getlist("role"), by=request.principal)
        return redirect("tracing:roster_groups", case_id=case_id, roster_id=roster_id)
    seen = preview(made)
    audit.record("roster.previewed", target=("roster", made.id), by=request.principal)
    roles = made.roles + [""] * (len(seen.guessed) - len(made.roles))
    context = {
        **case_head(made.case, HERE),
        "roster": made,
        "seen": seen,
        "columns": list(zip(seen.table.headers, roles, strict=False)),
        "rows": [(number, texts(row)) for number, row in seen.rows],
        "roles": roles_to_choose(),
    }
    return render(request, "tracing/roster_columns.html", context)


@require_http_methods(["GET", "POST"])
@guarded(*TRACERS, purpose="tracing")
def choose(request: SignedInRequest, case_id: UUID, roster_id: UUID) -> HttpResponse:
    """Which groups the case was in, and what an import would give; then the import."""
    made = roster_for(request.principal, case_id, roster_id)
    form = ImportForm(sent(request))
    if request.method == "POST" and form.is_valid():
        stay = form.cleaned_data["stay"]
        roster.start_import(
            roster=made,
            close=request.POST.getlist("close"),
            shift=request.POST.get("shift", ""),
            first_at=form.cleaned_data["first_at"],
            last_at=form.cleaned_data["last_at"],
            stay=(stay, today_of(stay).province) if stay else None,
            by=request.principal,
        )
        return redirect("tracing:roster", case_id=case_id, roster_id=roster_id)
    asked = request.POST if request.method == "POST" else request.GET
    context = {
        **case_head(made.case, HERE),
        "roster": made,
        "form": form,
        "limit": contact_rule(made.case.disease, at=now(), province=made.province).name_limit,
        **choices_for(made, asked),
    }
    return render(
        request, "tracing/roster_groups.html", context, status=422 if form.is_bound else 200
    )


@require_GET
@guarded(*TRACERS, purpose="tracing")
def one(request: SignedInRequest, case_id: UUID, roster_id: UUID) -> HttpResponse:
    """Where a list stands: how far the import is, then its sums and its refusals."""
    made = roster_for(request.principal, case_id, roster_id)
    refusals = list(made.refusals.order_by("-close", "row")[:REFUSALS_SHOWN])
    context = {
        **case_head(made.case, HERE),
        "roster": made,
        "verdict": roster_verdict(made),
        "sum": roster_sum(made),
        "percent": 100 * (made.accepted + made.refused) // made.rows if made.rows else 0,
        "refusals": [(row, refusal_text(row.problems)) for row in refusals],
        "refused_close": made.refusals.filter(close=True).count(),
        "more": max(0, made.refused - len(refusals)),
        "kept": roster_files.is_kept(made),
        "groups": groups_of_case(made.case),
    }
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "tracing/_roster.html" if partial else "tracing/roster.html", context)


@require_GET
@guarded(*TRACERS, purpose="tracing_export")
def copy(request: SignedInRequest, case_id: UUID, roster_id: UUID) -> HttpResponse:
    """The file with its refusals marked: the refused rows alone, or all of them."""
    made = roster_for(request.principal, case_id, roster_id)
    data, name = errors_copy(made, only_refused=request.GET.get("rows") != "all")
    audit.record("roster.copied", target=("roster", made.id), by=request.principal)
    ending = name[name.rindex(".") :]
    return HttpResponse(
        data,
        content_type=TYPES[ending],
        headers={"Content-Disposition": _attachment(name)},
    )


def _attachment(name: str) -> str:
    """A file name may hold letters that a header may not.  Source: RFC 6266."""
    from urllib.parse import quote

    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


@require_POST
@guarded(*TRACERS, purpose="tracing")
def let_go(request: SignedInRequest, case_id: UUID, roster_id: UUID) -> HttpResponse:
    """Destroy the file before its time."""
    made = roster_for(request.principal, case_id, roster_id)
    roster.let_go(roster=made, by=request.principal)
    messages.success(request, _("The file is destroyed. What was imported stays."))
    return redirect("tracing:groups", case_id=case_id)
