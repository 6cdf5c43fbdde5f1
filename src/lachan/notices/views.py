"""Messages that wait for a human, with the very text that will be sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.notices import access, selectors, services, wording
from lachan.notices.forms import BatchForm
from lachan.notices.models import Notice
from lachan.notices.navigation import APPROVERS


@require_GET
@guarded(*APPROVERS, purpose="notices")
def notices(request: SignedInRequest) -> HttpResponse:
    """Those to approve first; the state lives in the address."""
    asked = request.GET.get("state", "")
    state = asked if asked in Notice.State.values else Notice.State.DRAFTED.value
    counts = selectors.counts(request.principal)
    context = {
        "rows": [
            (row, wording.chip(row.notice)) for row in access.notices_for(request.principal, state)
        ],
        "tools": wording.tools(counts, state),
        "verdict": wording.verdict(counts.get(Notice.State.DRAFTED, 0)),
        "drafts": state == Notice.State.DRAFTED,
    }
    return render(request, "notices/list.html", context)


@require_POST
@guarded(*APPROVERS, purpose="notices")
def approve(request: SignedInRequest) -> HttpResponse:
    """Approve the ticked messages: one act, one event."""
    form = BatchForm(request.POST)
    if not form.is_valid():
        raise Refused("nothing_to_approve", _("Choose at least one message that waits."))
    chosen = [notice.id for notice in form.cleaned_data["notice"]]
    count = services.approve(notices=chosen, by=request.principal)
    text = ngettext(
        "%(count)d message approved. It is being sent.",
        "%(count)d messages approved. They are being sent.",
        count,
    )
    messages.success(request, text % {"count": count})
    return redirect("notices:list")
