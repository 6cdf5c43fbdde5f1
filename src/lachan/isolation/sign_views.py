"""The signer's pages: what waits, a list with its papers, and recording what was signed outside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.isolation import access, deciding, papers, selectors, wording
from lachan.isolation.forms import DeclineForm, ExtensionForm, PaperForm, ScanForm
from lachan.isolation.models import Listing, Order, Signed
from lachan.isolation.navigation import READERS, SIGNERS
from lachan.isolation.scans import Upload, content_of, ending_of
from lachan.isolation.selectors import OrderRow
from lachan.isolation.shown import downloaded, reading_of
from lachan.rulebook.selectors import term

State = Order.State

#: Papers of a list -> how they are made.
_PAPERS = {
    "proposal": papers.proposal,
    "decision": papers.decision,
    "cancellation": papers.cancellation,
}


@require_GET
@guarded(*SIGNERS, purpose="isolation")
def to_sign(request: SignedInRequest) -> HttpResponse:
    """Lists that wait for a signature, the most urgent first; it looks again each minute."""
    lists = selectors.lists_to_sign()
    waiting = selectors.waiting_on(lists)
    cards = [_card(each, *waiting[each.id]) for each in lists]
    cards.sort(key=lambda card: (card["due"] is None, card["due"]))
    dues = [due for _people, due in waiting.values() if due]
    people = sum(count for count, _due in waiting.values())
    context = {
        "lists": cards,
        "to_cancel": _to_cancel(),
        "verdict": wording.verdict_to_sign(people, min(dues) if dues else None),
    }
    partial = bool(request.htmx)  # type: ignore[attr-defined]
    name = "isolation/_to_sign.html" if partial else "isolation/to_sign.html"
    return render(request, name, context)


def _card(listing: Listing, people: int, due: datetime | None) -> dict[str, Any]:
    return {
        "listing": listing,
        "people": people,
        "measure": term("measure", listing.measure),
        "role": term("role", listing.role),
        "disease": term("disease", listing.disease),
        "due": due,
        "left": wording.left(due),
        "kind": wording.urgency(due),
    }


def _to_cancel() -> list[dict[str, Any]]:
    """Lists with somebody whose signed order lost its ground."""
    waiting = selectors.to_cancel()
    return [
        {
            "listing": each,
            "people": len(waiting[each.id]),
            "measure": term("measure", each.measure),
        }
        for each in Listing.objects.filter(pk__in=list(waiting)).order_by("made_at")
    ]


@require_GET
@guarded(*SIGNERS, *READERS, purpose="isolation")
def listing(request: SignedInRequest, listing_id: UUID) -> HttpResponse:
    """One list: the law first, then who is on it, the papers, and the form for what was signed."""
    form = PaperForm(initial={"signer_name": request.principal.name})
    return _listing_page(request, listing_id, form)


def _listing_page(
    request: SignedInRequest, listing_id: UUID, form: PaperForm, status: int = 200
) -> HttpResponse:
    found, rows = access.listing_for(request.principal, listing_id)
    waiting = [row for row in rows if row.order.state in {State.LISTED, State.LAPSED}]
    dues = [row.due_at for row in waiting if row.due_at]
    due = min(dues) if dues else None
    recorder = deciding.recorder_of(found.signer)
    unfounded = set(selectors.to_cancel().get(found.id, []))
    context = {
        "listing": found,
        "rows": [
            {
                "row": row,
                "waits": row in waiting,
                "chip": wording.state_chip(row.order),
                "clock": wording.clock_of(row),
            }
            for row in rows
        ],
        "waiting": len(waiting),
        "reading": reading_of(rows[0]) if rows else None,
        "measure": term("measure", found.measure),
        "role": term("role", found.role),
        "disease": term("disease", found.disease),
        "due": due,
        "left": wording.left(due),
        "kind": wording.urgency(due),
        "form": form,
        "decline": DeclineForm(),
        "records": request.principal.has(recorder) and bool(waiting),
        "to_cancel": [row for row in rows if row.order.id in unfounded],
        "cancel_form": PaperForm(auto_id="cancel_%s"),
        "cancels": request.principal.has(recorder),
        "papers": found.papers.select_related("scan").order_by("recorded_at"),
        "scan_form": ScanForm(),
    }
    return render(request, "isolation/listing.html", context, status=status)


def _chosen(request: SignedInRequest) -> list[UUID]:
    try:
        return [UUID(each) for each in request.POST.getlist("orders")]
    except ValueError:
        raise Http404 from None


@require_POST
@guarded(*SIGNERS, *READERS, purpose="isolation")
def record(request: SignedInRequest, listing_id: UUID) -> HttpResponse:
    """Record the signed paper for the ticked people."""
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _listing_page(request, listing_id, form, status=422)
    found, _rows = access.listing_for(request.principal, listing_id)
    orders = _chosen(request)
    deciding.record(listing=found, orders=orders, paper=_paper(form), by=request.principal)
    text = ngettext(
        "Decision recorded for %(count)d person. The station tells everybody now.",
        "Decision recorded for %(count)d people. The station tells everybody now.",
        len(orders),
    )
    messages.success(request, text % {"count": len(orders)})
    return redirect("isolation:listing", listing_id=listing_id)


def _paper(form: PaperForm) -> deciding.Paper:
    data = form.cleaned_data
    scan = data.get("scan")
    return deciding.Paper(
        number=data["number"],
        day=data["day"],
        signer_name=data["signer_name"],
        capacity=data["capacity"],
        until=data.get("until"),
        scan=Upload(scan.read()) if scan else None,
    )


@require_POST
@guarded(*SIGNERS, *READERS, purpose="isolation")
def decline(request: SignedInRequest, listing_id: UUID) -> HttpResponse:
    """Give the ticked people back unsigned; whoever is held is let go at once."""
    found, _rows = access.listing_for(request.principal, listing_id)
    done = deciding.decline(
        listing=found,
        orders=_chosen(request),
        reason=request.POST.get("why", ""),
        by=request.principal,
    )
    text = ngettext(
        "%(count)d person given back unsigned.", "%(count)d people given back unsigned.", done
    )
    messages.success(request, text % {"count": done})
    return redirect("isolation:listing", listing_id=listing_id)


@require_POST
@guarded(*SIGNERS, *READERS, purpose="isolation")
def cancel(request: SignedInRequest, listing_id: UUID) -> HttpResponse:
    """Record the paper that cancels what lost its ground, for everybody of the list it is about."""
    found, _rows = access.listing_for(request.principal, listing_id)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        missing = "; ".join(link.text for link in form.error_links())
        raise Refused("paper_incomplete", missing)
    orders = selectors.to_cancel().get(found.id, [])
    deciding.cancel(listing=found, orders=orders, paper=_paper(form), by=request.principal)
    text = ngettext(
        "Cancelled for %(count)d person, who is told.",
        "Cancelled for %(count)d people, who are told.",
        len(orders),
    )
    messages.success(request, text % {"count": len(orders)})
    return redirect("isolation:listing", listing_id=listing_id)


@require_POST
@guarded(*SIGNERS, *READERS, purpose="isolation")
def extend(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """Record a new decision with a later last day."""
    row = access.order_for(request.principal, order_id)
    form = ExtensionForm(request.POST, request.FILES)
    if not form.is_valid():
        missing = "; ".join(link.text for link in form.error_links())
        raise Refused("paper_incomplete", missing)
    deciding.extend(orders=[row.order.id], paper=_paper(form), by=request.principal)
    messages.success(request, _("The extension is recorded. Everybody is told anew."))
    return redirect("isolation:order", order_id=order_id)


@require_GET
@guarded(*SIGNERS, *READERS, purpose="isolation")
def paper(request: SignedInRequest, listing_id: UUID, name: str) -> HttpResponse:
    """A draft of a list as Word or PDF: of those who still wait, or of all once none does."""
    kind, _dot, ending = name.partition(".")
    if kind not in _PAPERS:
        raise Http404
    found, rows = access.listing_for(request.principal, listing_id)
    if not rows:
        raise Http404
    shown = _cancelled(found, rows) if kind == "cancellation" else _on_paper(rows)
    if not shown:
        raise Http404
    return downloaded(_PAPERS[kind](found, shown), f"{kind}-{found.id.hex[-8:]}", ending)


def _cancelled(listing: Listing, rows: list[OrderRow]) -> list[OrderRow]:
    unfounded = set(selectors.to_cancel().get(listing.id, []))
    return [row for row in rows if row.order.id in unfounded]


def _on_paper(rows: list[OrderRow]) -> list[OrderRow]:
    return [row for row in rows if row.order.state in {State.LISTED, State.LAPSED}] or rows


@require_POST
@guarded(*SIGNERS, *READERS, purpose="isolation")
def attach(request: SignedInRequest, signed_id: UUID) -> HttpResponse:
    """The scan of a paper recorded before."""
    found = Signed.objects.select_related("listing").filter(pk=signed_id).first()
    if found is None:
        raise Http404
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused("scan_empty", _("The file is empty. Scan the paper again."))
    scan = Upload(form.cleaned_data["scan"].read())
    deciding.attach(signed=found, scan=scan, by=request.principal)
    messages.success(request, _("The scan is kept, sealed."))
    return redirect("isolation:listing", listing_id=found.listing_id)


@require_GET
@guarded(*SIGNERS, *READERS, purpose="isolation")
def scan(request: SignedInRequest, scan_id: UUID) -> HttpResponse:
    """The scan, for whoever sees its orders."""
    found = access.scan_for(request.principal, scan_id)
    response = HttpResponse(content_of(found), content_type=found.media_type)
    number = found.id.hex[-8:]
    response["Content-Disposition"] = f'attachment; filename="{number}.{ending_of(found)}"'
    return response
