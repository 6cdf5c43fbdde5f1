"""Decisions on shares: the tree of what became of them, one decision, and a new or amending one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, reference_reading, scoped
from lachan.places.selectors import unit_name
from lachan.rulebook import selectors as rulebook
from lachan.ui.wording import language, number
from lachan.vaccination import allocating, allocation_reading, planning_words, stock_words
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.allocating import RANK, Decision
from lachan.vaccination.allocation_breaks import TreeBreak, breaks_of
from lachan.vaccination.allocation_proposing import Proposal, propose_for
from lachan.vaccination.models import Allocation, StockMove, Store
from lachan.vaccination.navigation import KEEPERS
from lachan.vaccination.planning_forms import AllocateForm, ProposeForm
from lachan.vaccination.planning_split import split_rules
from lachan.vaccination.stock_access import kept_for
from lachan.vaccination.stock_forms import fill
from lachan.vaccination.stock_views import PURPOSE, product_choices, status_of

#: Stores of which every entry is held against every decision without being asked.
CHECKED = 60
#: Own stores for which a button stands on the page.
MOST_KEPT = 5


@require_safe
@guarded(*KEEPERS, purpose=PURPOSE)
def overview(request: SignedInRequest) -> HttpResponse:
    """Level by level what was decided, issued, received, given and is left, of one vaccine."""
    by = request.principal
    asked = request.GET.get("province", "")
    province = int(asked) if asked.isascii() and asked.isdigit() else None
    stores = _stores(by, province)
    codes = allocation_reading.products_with_decisions(stores)
    products = rulebook.vaccine_products(now())
    wanted = request.GET.get("vaccine", "")
    product = wanted if wanted in codes else (codes[0] if codes else "")
    lines = allocation_reading.lines_down(allocation_reading.tree(stores, product))
    checked = len(stores) <= CHECKED or "check" in request.GET
    names = {one.id: one.name for one in stores}
    context = {
        "at": now(),
        "codes": [(code, stock_words.product_name(code, products)) for code in codes],
        "product": product,
        "name": stock_words.product_name(product, products),
        "province": unit_name(province) if province else "",
        "asked": province,
        "rows": [_line(depth, node) for depth, node in lines],
        "opens": by.national and not province,
        "breaks": _breaks(breaks_of(stores, product), names) if checked and product else [],
        "checked": checked,
        "kept": reading.kept_among(stores)[:MOST_KEPT],
        "decisions": _decisions(stores, product),
    }
    return render(request, "vaccination/allocation.html", context)


def _stores(by: Principal, province: int | None) -> list[Store]:
    """The own stores; the nation sees the provinces' and opens one for its stations."""
    found = [
        one for one in reading.own_stores(by, allocation_reading.MOST) if one.session_id is None
    ]
    if not by.national:
        return found
    if province is not None:
        rows = Store.objects.filter(province=province, session=None).order_by("kind", "name")
        return list(rows[: allocation_reading.MOST])
    above = {Store.Kind.NATIONAL, Store.Kind.REGIONAL, Store.Kind.PROVINCE}
    rows = Store.objects.filter(kind__in=above).order_by("kind", "name")
    return list(rows[: allocation_reading.MOST])


def _line(depth: int, node: allocation_reading.Node) -> dict[str, Any]:
    base = node.received
    return {
        "depth": min(depth, 3),
        "node": node,
        "gaps": planning_words.node_gaps(node),
        "share": min(100, round(100 * node.given_now / base)) if base > 0 and node.seen else None,
    }


def _breaks(found: list[TreeBreak], names: dict[UUID, str]) -> list[str]:
    moves = {
        one.id: stock_words.move_name(one)
        for one in StockMove.objects.filter(pk__in=[each.entry for each in found])
    }
    decisions = {
        one.id: one.document
        for one in Allocation.objects.filter(pk__in=[each.entry for each in found])
    }
    called: dict[UUID, str] = moves | decisions
    return [
        planning_words.break_words(
            one, called.get(one.entry, str(one.entry)), names.get(one.store, "")
        )
        for one in found
    ]


def _decisions(stores: list[Store], product: str) -> list[Allocation]:
    rows = Allocation.objects.filter(product=product, amended_by=None)
    mine = rows.filter(store__in=stores) | rows.filter(shares__store__in=stores)
    return list(mine.select_related("store").distinct().order_by("-decided_on", "-at")[:50])


@require_safe
@public("A decision on shares is published: who gets how much, signed by whom.")
def decision(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """One decision with its words, its lines and its versions."""
    with reference_reading():
        found = Allocation.objects.select_related("store", "amends").filter(pk=decision_id).first()
        if found is None:
            raise Http404
        versions = list(Allocation.objects.filter(chain=found.chain).order_by("at", "pk"))
        before = {
            (one.store_id, one.lot_id): one.doses
            for one in (found.amends.shares.all() if found.amends else ())
        }
        lines = list(found.shares.select_related("store", "lot").order_by("store__name", "pk"))
        context: dict[str, Any] = {
            "decision": found,
            "vaccine": stock_words.product_name(found.product, rulebook.vaccine_products(now())),
            "versions": versions,
            "newest": versions[-1],
            "lines": [(one, before.get((one.store_id, one.lot_id), 0)) for one in lines],
            "total": sum(one.doses for one in lines),
            "gone": _gone(found, {(one.store_id, one.lot_id) for one in lines}),
        }
    principal = getattr(request, "principal", None)
    context["amends"] = principal is not None and principal.has(*KEEPERS)
    return render(request, "vaccination/allocation_decision.html", context)


def _gone(found: Allocation, there: set[tuple[UUID, UUID | None]]) -> list[tuple[str, int]]:
    """Lines of the version before that this one does not have."""
    if found.amends is None:
        return []
    rows = found.amends.shares.select_related("store")
    return [(one.store.name, one.doses) for one in rows if (one.store_id, one.lot_id) not in there]


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*KEEPERS, purpose=PURPOSE)
def allocate(request: SignedInRequest, store_id: UUID) -> HttpResponse:
    """Write a decision down, from a proposal or amending another one."""
    store = kept_for(request.principal, store_id)
    products = rulebook.vaccine_products(now())
    amends = _amended(request, store)
    rank = RANK[Store.Kind(store.kind)]
    stores = [one for one in reading.reached(store) if RANK[Store.Kind(one.kind)] > rank]
    asked, proposal = _proposal(request, store, stores)
    form = AllocateForm(
        request.POST or None,
        products=product_choices(),
        lots=_lots(store),
        stores=stores,
        initial=_initial(amends, proposal),
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        signed = Decision(
            *(told["document"], told["product"], told["decided_on"], told["signer"]),
            unit=told["unit"],
            text=told["text"],
        )
        try:
            with scoped(request.principal, PURPOSE) as by:
                made = allocating.decide(
                    id=told["id"],
                    store=store,
                    decision=signed,
                    lines=form.lines(),
                    amends=amends,
                    by=by,
                )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            name = stock_words.product_name(told["product"], products)
            text = _("Decision %(number)s on %(vaccine)s is written down.")
            messages.success(request, text % {"number": told["document"], "vaccine": name})
            return redirect("vaccination:allocation_decision", made.id)
    head = ("document", "decided_on", "unit", "signer", "product", "lot", "groups", "until", "text")
    context = {
        "store": store,
        "form": form,
        "head": [form[name] for name in head],
        "rows": [
            (one, form[f"to_{one.pk}"], proposal.why.get(one.id) if proposal else None)
            for one in stores
        ],
        "asked": asked,
        "proposal": proposal,
        "amends": amends,
        "left": [
            (stock_words.product_name(code, products), allocating.available(store, code))
            for code in allocation_reading.products_with_decisions([store])
        ],
    }
    return render(request, "vaccination/stock_allocate.html", context, status=status_of(form))


def _amended(request: SignedInRequest, store: Store) -> Allocation | None:
    """The decision that is amended: named in the address."""
    try:
        wanted = UUID(request.GET.get("amends", ""))
    except ValueError:
        return None
    return Allocation.objects.filter(pk=wanted, store=store).first()


def _lots(store: Store) -> list[tuple[str, str]]:
    products = rulebook.vaccine_products(now())
    lots = {one.lot.id: one.lot for one in reading.batches(store)}
    return [(str(id), stock_words.lot_name(one, products)) for id, one in lots.items()]


def _proposal(
    request: SignedInRequest, store: Store, stores: list[Store]
) -> tuple[ProposeForm, Proposal | None]:
    """What a rule proposes, where somebody asked; never on what is being signed."""
    rules = split_rules(today())
    wanted = request.GET if request.method != "POST" and "rule" in request.GET else None
    form = ProposeForm(wanted)
    fill(form, "product", product_choices())
    fill(form, "rule", [(code, one.names[language()]) for code, one in rules.items()])
    if wanted is None or not form.is_valid():
        return form, None
    told = form.cleaned_data
    found = propose_for(store, stores, told["product"], told["doses"], rules[told["rule"]])
    return form, found


def _initial(amends: Allocation | None, proposal: Proposal | None) -> dict[str, Any]:
    first: dict[str, Any] = {"id": uuid7()}
    if amends is not None:
        shares = list(amends.shares.all())
        first |= {"product": amends.product, "unit": amends.unit, "signer": amends.signer}
        first |= {f"to_{one.store_id}": one.doses for one in shares}
        if len({one.lot_id for one in shares}) == 1:
            first["lot"] = shares[0].lot_id
        first |= {"groups": shares[0].campaign, "until": shares[0].until} if shares else {}
    if proposal is not None:
        first["product"] = proposal.product
        first |= {f"to_{store}": doses for store, doses in proposal.doses.items() if doses}
        first["text"] = proposal.says(number)
    return first
