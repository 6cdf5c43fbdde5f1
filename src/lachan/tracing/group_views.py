"""A group of a case: its members by state, and one act about all of them but the exceptions."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.tracing import services
from lachan.tracing.asked import TRACERS
from lachan.tracing.case_heads import case_head
from lachan.tracing.forms import RULED_OUT_FOR
from lachan.tracing.groups import members, sums_of
from lachan.tracing.models import Contact
from lachan.tracing.roster_access import group_for, members_for
from lachan.tracing.roster_forms import GroupDecisionForm
from lachan.tracing.roster_views import HERE
from lachan.tracing.roster_wording import group_levels
from lachan.tracing.wording import state_chip

STATE_OF_ACT = {"confirm": Contact.State.CONFIRMED, "rule_out": Contact.State.RULED_OUT}


@require_GET
@guarded(*TRACERS, purpose="tracing")
def group(request: SignedInRequest, case_id: UUID, group_id: UUID) -> HttpResponse:
    """The members, those to verify chosen beforehand: whoever is left out is unticked."""
    found = group_for(request.principal, case_id, group_id)
    sums = sums_of(found)
    state = request.GET.get("state", _first(sums))
    state = state if state in Contact.State.values else ""
    name = request.GET.get("q", "").strip()
    rows = members_for(request.principal, found, state=state, name=name)
    open_states = {Contact.State.TO_VERIFY, Contact.State.CONFIRMED, Contact.State.RULED_OUT}
    context = {
        **case_head(found.case, HERE),
        "group": found,
        "rows": [(each, state_chip(each.row)) for each in rows],
        "waiting": sum(each.row.contact.state == Contact.State.TO_VERIFY for each in rows),
        "open_states": open_states,
        "people": sum(sums.values()),
        "sums": sums,
        "tools": group_levels(found, sums, state=state, name=name),
        "ruled_out_for": RULED_OUT_FOR,
    }
    return render(request, "tracing/group.html", context)


def _first(sums: dict[str, int]) -> str:
    """Whoever is still to verify, as long as there is anybody."""
    return Contact.State.TO_VERIFY.value if sums[Contact.State.TO_VERIFY] else ""


@require_POST
@guarded(*TRACERS, purpose="tracing")
def decide(request: SignedInRequest, case_id: UUID, group_id: UUID) -> HttpResponse:
    """Confirm or rule out the ticked members: one act, one event."""
    found = group_for(request.principal, case_id, group_id)
    form = GroupDecisionForm(request.POST)
    ticked = [each for each in request.POST.getlist("contacts") if _is_uuid(each)]
    if not form.is_valid() or not ticked:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    state = STATE_OF_ACT[form.cleaned_data["act"]]
    inside = members(found).filter(pk__in=ticked, state__in=services.may_become(state))
    moved = services.decide(
        contacts=list(inside.values_list("pk", flat=True)),
        state=state,
        reason=form.cleaned_data["reason"],
        by=request.principal,
    )
    text = ngettext("%(count)d person moved.", "%(count)d people moved.", moved)
    messages.success(request, text % {"count": moved})
    kept = {key: request.GET[key] for key in ("state", "q") if request.GET.get(key)}
    back = reverse("tracing:group", args=[case_id, group_id])
    return redirect(f"{back}?{urlencode(kept)}" if kept else back)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
