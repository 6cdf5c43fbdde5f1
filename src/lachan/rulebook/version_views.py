"""Entering a version: drafted from the one in force, compared, and only then entered."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.rulebook import display, selectors, services
from lachan.rulebook.comparing import Compared, compared
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.version_forms import VersionForm


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*services.AUTHORS, purpose="rules")
def enter(request: SignedInRequest, rule: UUID) -> HttpResponse:
    """The form; then what would change; entered only when what was shown is what is sent."""
    before = selectors.version_of(rule)
    province = services.territory_of(before, by=request.principal)
    sent = request.POST if request.method == "POST" else None
    form = VersionForm(sent, before=before, language=display.language())
    if sent is None or not form.is_valid():
        return _page(request, before, form, status=200 if sent is None else 422)
    body, said = form.body(), form.said()
    try:
        services.check_draft(before.kind, body, said)
    except Refused as refused:
        # What was typed stays on the page.
        form.add_error(None, refused.message)
        return _page(request, before, form, status=422)
    digest = sha256(repr((body, said, form.source(), _times(form))).encode()).hexdigest()
    if request.POST.get("shown") != digest:
        shown = compared(before, body, said)
        return _page(request, before, form, shown=shown, digest=digest)
    entered = services.add_version(
        kind=before.kind,
        name=before.name,
        disease=before.disease,
        regime=before.regime,
        in_force=_times(form),
        source=form.source(),
        body=body,
        sentences=said,
        province=province,
        by=request.principal,
    )
    messages.success(request, _("The version is entered. It holds from its hour, everywhere."))
    return redirect("rulebook:rule", rule=entered.id)


def _times(form: VersionForm) -> tuple[Any, Any]:
    return form.cleaned_data["since"], form.cleaned_data["until"]


def _page(
    request: SignedInRequest,
    before: RuleVersion,
    form: VersionForm,
    *,
    shown: Compared | None = None,
    digest: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "before": display.rule_shown(before, selectors.terms()),
        "body": display.body_shown(before),
        "form": form,
        "sentences_wrong": any(name.startswith("say__") for name in form.errors),
        "compared": shown,
        "digest": digest,
        "for_nation": request.principal.national,
    }
    return render(request, "rulebook/enter.html", context, status=status)
