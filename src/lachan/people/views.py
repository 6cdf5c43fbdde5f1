"""Pages of the register: for staff on a desk, for citizens on a phone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.people import access, selectors, services, signing_in
from lachan.people.forms import OtherForm, PersonForm
from lachan.people.letting_in import let_in
from lachan.people.navigation import REGISTRARS, SEARCHERS, SETTLERS
from lachan.people.words import birth_words, looked_at, problem_words
from lachan.places.selectors import unit_label


@guarded(*SEARCHERS, purpose="find_person")
def find(request: SignedInRequest) -> HttpResponse:
    """Search the register of one's own area."""
    text = request.GET.get("q", "").strip()
    cards = access.search(text, request.principal) if text else []
    rows = [
        (card, birth_words(card.birth), unit_label(card.commune))
        for card in cards[: selectors.FOUND_AT_MOST]
    ]
    more = len(cards) > selectors.FOUND_AT_MOST
    search = {"name": "q", "value": text, "hint": _("Name, phone, document or card"), "keep": ()}
    context = {"rows": rows, "more": more, "asked": text, "tools": {"search": search}}
    return render(request, "people/find.html", context)


@guarded(*SEARCHERS, purpose="open_card")
def card(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Everything known of one person."""
    found = access.open_card(person, request.principal)
    papers = [
        (paper, [problem_words(code) for code in paper.problems])
        for paper in ([] if found.erased else selectors.papers_of(person))
    ]
    stays = [] if found.erased else selectors.residences_of(person)
    household = selectors.cards_of(selectors.household_of(person)).values()
    records = selectors.same_persons(person) - {person}
    context = {
        "card": found,
        "records": selectors.cards_of(records).values(),
        "born": birth_words(found.birth),
        "where": unit_label(found.commune),
        "papers": papers,
        "stays": [(stay, unit_label(stay.unit)) for stay in stays],
        "phones": [] if found.erased else selectors.phones_of(person),
        "belongings": selectors.belongings_of(person),
        "household": household,
        "may_settle": request.principal.has(*SETTLERS) and not found.erased,
    }
    return render(request, "people/card.html", context)


@guarded(*REGISTRARS, purpose="register_person")
def enter(request: SignedInRequest) -> HttpResponse:
    """Enter somebody who stands before the officer."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            # A scope inside the scope is a savepoint: a refusal leaves nothing half entered.
            with scoped(request.principal, "register_person") as by:
                made = services.register_person(**form.person(), by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Entered. Their code can be printed now."))
            seen = request.principal.has(*SEARCHERS)
            return redirect("people:card", made.id) if seen else redirect("people:home")
    return render(request, "people/enter.html", {"form": form}, status=_status(form))


@guarded(Role.CITIZEN, purpose="own_data")
def me(request: SignedInRequest) -> HttpResponse:
    """What is known of me, and for whom I speak."""
    by = request.principal
    if by.person is None:
        return redirect("people:enter_myself")
    mine = selectors.card_of(by.person)
    if mine is None:
        return redirect("people:enter_myself")
    context = {
        "card": mine,
        "born": birth_words(mine.birth),
        "where": unit_label(mine.commune),
        "papers": [] if mine.erased else selectors.papers_of(by.person),
        "others": selectors.spoken_for(by),
    }
    return render(request, "people/me.html", context)


@guarded(Role.CITIZEN, purpose="declare_for_another")
def other(request: SignedInRequest, person: UUID) -> HttpResponse:
    """What is known of somebody I speak for; they too can see that I looked."""
    found = access.open_card(person, request.principal)
    context = {
        "card": found,
        "born": birth_words(found.birth),
        "where": unit_label(found.commune),
        "papers": [] if found.erased else selectors.papers_of(person),
        "spoken_for": True,
    }
    return render(request, "people/me.html", context)


@guarded(Role.CITIZEN, purpose="own_data")
def enter_myself(request: SignedInRequest) -> HttpResponse:
    """The account's holder says who they are; the account becomes that person's."""
    by = request.principal
    form = PersonForm(request.POST or None)
    if by.person is not None:
        return redirect("people:me")
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(by, "own_data"):
                made = services.register_person(**form.person(), by=by)
            name = form.cleaned_data["full_name"]
            return let_in(request, signing_in.claim(account=by.account, person=made.id, name=name))
        except Refused as refused:
            form.add_error(None, refused.message)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "people/enter_myself.html", context, status=_status(form))


@guarded(Role.CITIZEN, purpose="declare_for_another")
def enter_other(request: SignedInRequest) -> HttpResponse:
    """Enter somebody I declare for, with the ground on which I may."""
    by = request.principal
    speaker = access.own(by)
    form = OtherForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(by, "declare_for_another"):
                services.register_represented(speaker=speaker, by=by, **form.represented())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("people:me")
    return render(request, "people/enter_other.html", {"form": form}, status=_status(form))


@guarded(Role.CITIZEN, purpose="own_data")
def looks(request: SignedInRequest) -> HttpResponse:
    """Who looked at me and at those I speak for."""
    by = request.principal
    names = {card.person: card.name for card in selectors.spoken_for(by)}
    persons = [*names, *([by.person] if by.person else [])]
    rows = [
        {"look": look, "what": looked_at(look.what), "about": names.get(look.person, "")}
        for look in selectors.looks_at(persons)
    ]
    return render(request, "people/looks.html", {"rows": rows})


def _status(form: PersonForm) -> int:
    return 422 if form.is_bound and form.errors else 200
