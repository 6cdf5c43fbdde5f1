"""The station's orders with their clocks, one order, and the board of the morning."""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.isolation import access, ending, papers, selectors, services, wording
from lachan.isolation.forms import BatchForm, ExtensionForm, ScanForm
from lachan.isolation.models import Listing, Order
from lachan.isolation.navigation import READERS, SIGNERS
from lachan.isolation.shown import downloaded, reading_of
from lachan.isolation.words import HOW, WHOM
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term

#: Gives the word for a code of a group.
Words = Callable[[str, str], str]

#: Act -> the levels on which it is offered.
ACTS_ON = {
    "list": ("todo", "lapsed"),
    "prolong": ("todo", "signing"),
    "tell": ("tell", "running"),
    "completed": ("running", "tell"),
    "early": ("running", "tell"),
}


@require_GET
@guarded(*READERS, purpose="isolation")
def orders(request: SignedInRequest) -> HttpResponse:
    """Orders of the own area on one level, the most urgent first; the level lives in the URL."""
    level = _level(request)
    found = access.orders_for(request.principal, list(wording.LEVELS[level]))
    works = request.principal.has(Role.STATION_OFFICER)
    # A list has 500 rows and three words: each is looked up once.
    say = cache(term)
    context = {
        "rows": [_shown(row, say) for row in found],
        "tools": wording.tools(selectors.counts(), level),
        "level": level,
        "acts": {act for act, levels in ACTS_ON.items() if works and level in levels},
        "whom": [each for each in WHOM if each[0] != "consular" or wording.tellable(found)],
        "how": HOW,
        "lists": selectors.lists_to_sign() if level == "signing" else [],
        "advice": selectors.advice_given(20) if level == "ended" else [],
    }
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    name = "isolation/_orders.html" if partial else "isolation/orders.html"
    return render(request, name, context)


def _level(request: SignedInRequest) -> str:
    asked = request.GET.get("level", "")
    return asked if asked in wording.LEVELS else "todo"


def _shown(row: selectors.OrderRow, say: Words = term) -> dict[str, object]:
    order = row.order
    return {
        "row": row,
        "order": order,
        "card": row.card,
        "home": unit_label(order.commune),
        "role": say("role", order.role),
        "measure": say("measure", order.measure),
        "disease": say("disease", order.disease),
        "signer": say("signer", order.signer) if order.signer else "",
        "clock": wording.clock_of(row),
        "chip": wording.state_chip(order),
        "held_left": wording.left(row.held_until),
        "how_long": wording.how_long(row),
    }


@require_POST
@guarded(*READERS, purpose="isolation")
def act(request: SignedInRequest) -> HttpResponse:
    """Do one thing with the ticked people, as one act."""
    form = BatchForm(request.POST)
    if not form.is_valid():
        raise Refused("nobody_chosen", _("Choose at least one person."))
    chosen = [order.id for order in form.cleaned_data["orders"]]
    if form.cleaned_data["everybody"]:
        found = access.orders_for(request.principal, list(wording.LEVELS[_level(request)]))
        chosen = [row.order.id for row in found]
    done = _do(form.cleaned_data, chosen, request)
    text = ngettext("%(count)d person: done.", "%(count)d people: done.", done)
    messages.success(request, text % {"count": done})
    if request.GET.get("one") and len(chosen) == 1:
        return redirect("isolation:order", order_id=chosen[0])
    return redirect(f"{reverse('isolation:orders')}?level={_level(request)}")


def _do(data: dict[str, object], chosen: list[UUID], request: SignedInRequest) -> int:
    by, what, why = request.principal, str(data["act"]), str(data["why"])
    if what == "list":
        made: list[Listing] = services.list_orders(orders=chosen, by=by)
        return sum(listing.people for listing in made)
    if what == "tell":
        whom = data["whom"]
        assert isinstance(whom, list)
        return services.tell(orders=chosen, whom=whom, how=str(data["how"]), by=by)
    if what == "prolong":
        return ending.prolong(orders=chosen, why=why, by=by)
    return ending.end(orders=chosen, why=what, by=by)


@require_GET
@guarded(*READERS, *SIGNERS, purpose="isolation")
def order(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """One order: what the law says, what was done and when, what is to be done."""
    row = access.order_for(request.principal, order_id)
    found = row.order
    told = {whom for _order, whom in services.told_since_decision([found])}
    context = _shown(row) | {
        "reading": reading_of(row),
        "steps": [(step, wording.step_words(step)) for step in found.steps.order_by("at", "id")],
        "whom": [
            (code, wording.whom_word(code), code in told) for code in selectors.whom_of(found)
        ],
        "how": HOW,
        "works": request.principal.has(Role.STATION_OFFICER),
        "signs": request.principal.has(*SIGNERS),
        "papers": papers.papers_of(found),
        "extension": ExtensionForm(initial={"signer_name": request.principal.name}),
        "scan_form": ScanForm(),
    }
    return render(request, "isolation/order.html", context)


@require_GET
@guarded(*READERS, *SIGNERS, purpose="isolation")
def order_paper(request: SignedInRequest, order_id: UUID, name: str) -> HttpResponse:
    """A paper of one order, as Word or PDF."""
    row = access.order_for(request.principal, order_id)
    kind, _dot, ending = name.partition(".")
    if kind not in papers.papers_of(row.order):
        raise Http404
    return downloaded(papers.completion(row), f"{row.order.reference}-{kind}", ending)


@require_GET
@guarded(*READERS, *SIGNERS, purpose="isolation")
def morning(request: SignedInRequest) -> HttpResponse:
    """What the night left undone: holdings that lapsed unsigned, whose step, what is late."""
    lapsed = [
        (
            holding,
            wording.who_missed(holding.missed, holding.order.signer),
            unit_label(holding.commune),
        )
        for holding in selectors.lapsed_since(now() - selectors.MORNING)
    ]
    late = [_late(each) for each in selectors.rows_of(selectors.late_now())]
    context = {
        "lapsed": lapsed,
        "late": late,
        "verdict": wording.verdict_morning(len(lapsed), len(late)),
        "now": now(),
    }
    return render(request, "isolation/morning.html", context)


def _late(row: selectors.OrderRow) -> dict[str, object]:
    order: Order = row.order
    return {
        "order": order,
        "clock": wording.clock_of(row),
        "home": unit_label(order.commune),
        "who": wording.who_is_due(order),
        "due": row.due_at,
    }
