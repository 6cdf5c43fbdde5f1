"""Biến động: what happened to the levels of a chain, and taking a wrong positive back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import SYSTEM_ACCOUNT
from lachan.tracing import (
    access,
    clusters,
    level_access,
    level_selectors,
    level_wording,
    services,
)
from lachan.tracing.asked import TRACERS
from lachan.tracing.case_heads import case_head
from lachan.tracing.chains import chain_of
from lachan.tracing.models import Case, LevelRun
from lachan.ui.pages import page_of


@require_GET
@guarded(*TRACERS, purpose="tracing")
def changes(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The report of a recomputation, with sums that close, and a sentence for every move."""
    found = access.case_for(request.principal, case_id)
    chain = chain_of(found)
    runs = level_selectors.runs_of(chain)
    run = _chosen_run(runs, request.GET.get("run", ""))
    context = case_head(found, "tracing:changes") | {
        "runs": [_run_link(found, one, run) for one in runs] if len(runs) > 1 else [],
        "run": run,
        "join": level_selectors.outbreak_to_join(found, chain),
        "kept": [
            (row, card, level_wording.state(row.state))
            for row, card in level_access.kept_for(request.principal, found)
        ],
        "withdrawn": found.status == Case.Status.WITHDRAWN,
        "waiting": LevelRun.objects.filter(case__in=chain, done_at=None).exists(),
    }
    if run is not None:
        context |= _report(request, found, run)
    return render(request, "tracing/changes.html", context)


def rule_shown(stored: str) -> dict[str, str]:
    """The rule a decision was made by, for a link: its id and version."""
    rule, _at, version = stored.partition("@")
    return {"id": rule, "version": version}


def _chosen_run(runs: list[LevelRun], asked: str) -> LevelRun | None:
    """The run the address names, the newest without one; None when nothing ever moved."""
    named = [run for run in runs if str(run.id) == asked]
    return next(iter([*named, *runs]), None)


def _run_link(case: Case, run: LevelRun, chosen: LevelRun | None) -> dict[str, Any]:
    query = urlencode({"run": run.id})
    return {
        "run": run,
        "href": f"{reverse('tracing:changes', args=[case.id])}?{query}",
        "on": chosen is not None and run.id == chosen.id,
    }


def _report(request: SignedInRequest, case: Case, run: LevelRun) -> dict[str, Any]:
    moves = level_selectors.moves_of(run)
    code = request.GET.get("code", "")
    code = code if code in level_wording.KINDS else ""
    page = page_of(level_selectors.changes_of(run, code), request.GET)
    cards, words = level_access.cards_for(request.principal, page.rows)
    return {
        "rule": rule_shown(run.rule),
        "asked_by": "" if run.asked_by == SYSTEM_ACCOUNT else run.asked_by_name,
        "report": level_wording.report(moves),
        "standing": level_wording.standing(run.after),
        "lines": [
            (line, _parts(line.left, leaving=True), _parts(line.came, leaving=False))
            for line in level_selectors.lines_of(run, moves)
        ],
        "tools": _tools(case, run, code),
        "page": page,
        "rows": [
            (change, cards.get(change.person_id), level_wording.sentence(change, words))
            for change in page.rows
        ],
    }


def _parts(moves: list[tuple[int | None, int]], *, leaving: bool) -> list[dict[str, Any]]:
    """The terms of a sum, each with where it went to or came from."""
    if leaving:
        return [
            {"n": n, "label": _("out of the chain") if to is None else _("to F%d") % to}
            for to, n in moves
        ]
    return [
        {"n": n, "label": _("new") if since is None else _("from F%d") % since}
        for since, n in moves
    ]


def _tools(case: Case, run: LevelRun, code: str) -> dict[str, Any]:
    """The filter by kind of change; its state is in the URL."""
    found = level_selectors.kinds_of(run)
    here = reverse("tracing:changes", args=[case.id])
    kinds = [kind for kind in level_wording.KINDS if kind in found]
    levels = [
        {
            "href": f"{here}?{urlencode({'run': run.id} | ({'code': kind} if kind else {}))}",
            "label": level_wording.kind(kind) if kind else _("All"),
            "count": found[kind] if kind else sum(found.values()),
            "on": kind == code,
        }
        for kind in ["", *kinds]
    ]
    return {"levels": levels}


@require_POST
@guarded(*TRACERS, purpose="tracing")
def withdraw(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The positive was wrong: take the case back, with a reason."""
    found = access.case_for(request.principal, case_id)
    services.withdraw_case(found, reason=request.POST.get("reason", ""), by=request.principal)
    messages.success(request, _("The case is withdrawn. The levels are being computed again."))
    return redirect("tracing:changes", case_id=case_id)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def join(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Put the case into the outbreak of the case it is linked to."""
    found = access.case_for(request.principal, case_id)
    outbreak = level_selectors.outbreak_to_join(found, chain_of(found))
    if outbreak is None or str(outbreak.id) != request.POST.get("outbreak", ""):
        raise Refused(
            "outbreak_unknown",
            _("This outbreak is no longer proposed. Load the page again."),
            status=409,
        )
    clusters.put_in(outbreak=outbreak, case=found, by=request.principal)
    messages.success(request, _("The case lies in this outbreak now."))
    return redirect("tracing:changes", case_id=case_id)
