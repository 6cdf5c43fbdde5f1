"""The station's page of positive pools: who is asked to stay, and when a holding lapses."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.people.selectors import PersonCard, cards_of
from lachan.sampling.models import PoolMember
from lachan.tracing import pool_asking
from lachan.tracing.asked import TRACERS
from lachan.tracing.pool_asking import Staying
from lachan.tracing.pool_stays import PoolStay
from lachan.ui.wording import bound


@require_GET
@guarded(*TRACERS, purpose="tracing")
def pools(request: SignedInRequest) -> HttpResponse:
    """Every positive pool with people of this area, the newest first."""
    rows = pool_asking.staying()
    cards = cards_of([row.member.person_id for row in rows])
    looks.record_many(persons=cards, what="contact_list", by=request.principal)
    context = {
        "ends": request.principal.has(Role.STATION_OFFICER),
        "pools": [
            _pool(list(group), cards)
            for _tube, group in groupby(rows, key=lambda row: row.member.tube_id)
        ],
        "read_at": now(),
    }
    return render(request, "tracing/pools.html", context)


@require_POST
@guarded(Role.STATION_OFFICER, purpose="tracing")
def let_go(request: SignedInRequest, member_id: UUID) -> HttpResponse:
    """End the holding of somebody whose own sample is negative."""
    member = PoolMember.objects.filter(pk=member_id).first()
    if member is None:
        raise Http404
    pool_asking.let_go(member=member, by=request.principal)
    messages.success(request, _("The holding is over, and the person is told."))
    return redirect("tracing:pools")


def _pool(rows: list[Staying], cards: dict[Any, PersonCard]) -> dict[str, Any]:
    first = rows[0]
    return {
        "tube": first.member.tube,
        "found_at": first.member.found_at,
        "due_at": first.member.due_at,
        "law": next(
            (pool_asking.sentence_of(row.stay, row.member) for row in rows if row.stay), ""
        ),
        "sampled": sum(row.sampled for row in rows),
        "people": [
            {
                "card": cards.get(row.member.person_id),
                "reference": row.member.reference,
                "stay": _stay(row),
                "again": _again(row),
                "let_go": row.member.id if row.to_let_go else "",
            }
            for row in rows
        ],
    }


def _stay(row: Staying) -> dict[str, str]:
    """What this person is asked, and until when he may be held."""
    if row.stay is None:
        return {"kind": "info", "icon": "clock", "text": _("Being asked")}
    if row.held_until is not None:
        text = _("Held until %(at)s") % {"at": bound(row.held_until)}
        return {"kind": "need", "icon": "clock", "text": text}
    if row.stay.kind == PoolStay.Kind.ORDER:
        return {"kind": "info", "icon": "eye", "text": _("Order proposed, holding over")}
    return {"kind": "", "icon": "home", "text": _("Asked to stay: advice, no order")}


def _again(row: Staying) -> dict[str, str]:
    """Whether he was sampled alone since."""
    if row.cleared:
        return {"kind": "may", "icon": "check", "text": _("Own sample negative")}
    if row.sampled:
        return {"kind": "may", "icon": "check", "text": _("Sampled alone")}
    if row.member.due_at < now():
        return {"kind": "not", "icon": "clock", "text": _("To be sampled alone: late")}
    return {"kind": "need", "icon": "clock", "text": _("To be sampled alone")}
