"""The review queue: pairs with both values side by side, three answers, and a way back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people import same_access, selectors, services
from lachan.people.linkage import figures
from lachan.people.models import LikelyPair, SamePerson
from lachan.people.navigation import DECIDERS
from lachan.people.same_forms import DecideForm, PartForm
from lachan.people.same_words import WARNINGS, lines_of, why_words
from lachan.places.selectors import today_of, unit_name
from lachan.ui.pages import page_of

#: Pairs of one page: each names two people, and each name is a look.
AT_ONCE = 10


@require_safe
@guarded(*DECIDERS, purpose="same_person")
def same(request: SignedInRequest) -> HttpResponse:
    """Pairs that wait, the likeliest first."""
    across = request.principal.national
    waiting = selectors.waiting_pairs(AT_ONCE, across=across)
    shown = same_access.shown_pairs(waiting, request.principal)
    speaking = services.warnings_of_many(
        [(each.one.card.person, each.two.card.person) for each in shown]
    )
    rows = [
        {
            "pair": each.pair,
            "percent": int(100 * each.pair.score),
            "certain": each.pair.score >= figures()["certain"],
            "lines": lines_of(each),
            "warnings": _warnings(codes),
            "one": each.one.card,
            "two": each.two.card,
        }
        for each, codes in zip(shown, speaking, strict=True)
    ]
    more = len(waiting) == AT_ONCE
    every = selectors.across_provinces(selectors.pairs()) if across else selectors.pairs()
    count = every.count() if more else len(rows)
    context = {"rows": rows, "count": count, "part": "waiting", "across": across}
    return render(request, "people/same.html", context)


@require_safe
@guarded(*DECIDERS, purpose="same_person")
def decided(request: SignedInRequest) -> HttpResponse:
    """What was joined, and what was said to be two people; each with its way back."""
    standing, by = selectors.standing_links(), request.principal
    page = page_of(standing.filter(binding=True) if by.national else standing, request.GET)
    links = [
        {
            "link": link,
            "kept": kept,
            "other": other,
            "why": why_words(link.why),
            "warnings": _warnings(link.warnings),
            "mine": link.made_by == by.account or by.national or own_province(by) in link.agreed,
            "waits": link.binding and link.approved_at is None,
            "agreed": [unit_name(province) for province in link.agreed],
        }
        for link, kept, other in same_access.shown_links(page.rows, by)
    ]
    apart = same_access.shown_pairs(selectors.decided_pairs()[:AT_ONCE], request.principal)
    context = {"links": links, "page": page, "apart": apart, "part": "decided"}
    return render(request, "people/same_decided.html", context)


@require_POST
@guarded(*DECIDERS, purpose="same_person")
def decide(request: SignedInRequest, pair: UUID) -> HttpResponse:
    """One answer about a pair."""
    row = _pair(pair)
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise Refused("pair_verdict", _("Choose one of the answers."))
    verdict, why = form.cleaned_data["verdict"], form.cleaned_data["why"]
    if verdict == "same":
        link = services.join(
            kept=row.one_id, other=row.two_id, why=why, score=row.score, by=request.principal
        )
        messages.success(request, _said_of(link))
        return redirect("people:same")
    services.decide(row, verdict="" if verdict == "again" else verdict, by=request.principal)
    said = {
        "two": _("Two people. Nobody is asked about them again."),
        "later": _("It comes back in a week."),
        "again": _("It waits in the list again."),
    }
    messages.success(request, said[verdict])
    return redirect("people:same_decided" if verdict == "again" else "people:same")


@require_POST
@guarded(*DECIDERS, purpose="same_person")
def undo(request: SignedInRequest, link: UUID) -> HttpResponse:
    """Two people after all."""
    row = _link(link)
    form = PartForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    services.part(row, why=why, by=request.principal)
    messages.success(request, _("Two people again, each with what was always their own."))
    return redirect("people:same_decided")


@require_POST
@guarded(*DECIDERS, purpose="same_person")
def approve(request: SignedInRequest, link: UUID) -> HttpResponse:
    """A second officer says so too."""
    row = _link(link)
    services.approve(row, by=request.principal)
    row.refresh_from_db()
    done = row.approved_at is not None
    said = _("Confirmed by a second officer.") if done else _("Agreed. The other province follows.")
    messages.success(request, said)
    return redirect("people:same_decided")


def _said_of(link: SamePerson) -> str:
    if not link.binding:
        return _("One person now. Nothing was moved; it can be undone.")
    if link.kept_province != link.other_province:
        return _("Both provinces are asked. It counts when an officer of each agreed.")
    return _("It counts when a second officer agrees.")


def own_province(by: Principal) -> int | None:
    """The province somebody works in."""
    if by.province is None and by.commune is not None:
        return today_of(by.commune).province
    return by.province


def _pair(pair: UUID) -> LikelyPair:
    row = selectors.pair_of(pair)
    if row is None:
        raise Refused("pair_unknown", _("There is no such pair in your area."), status=404)
    return row


def _link(link: UUID) -> SamePerson:
    row = selectors.link_of(link)
    if row is None:
        raise Refused("same_unknown", _("There is no such link in your area."), status=404)
    return row


def _warnings(codes: list[str]) -> list[str]:
    return [str(WARNINGS[code]) for code in codes]
