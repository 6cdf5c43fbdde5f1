"""A citizen declares for himself or for somebody he speaks for, and reads it again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.declarations import access, selectors, services, telling
from lachan.declarations.interview import Asking, Interview
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import in_force
from lachan.declarations.screens import duty_line, screen
from lachan.declarations.sending import refused_of
from lachan.declarations.verdict import verdict_of
from lachan.people.selectors import PersonCard, card_of, person_of


@require_GET
@guarded(Role.CITIZEN, purpose="declare")
def declare(request: SignedInRequest) -> HttpResponse:
    """For whom, and which declaration; what was declared last stands beside each."""
    people = access.people_of(request.principal)
    about = _chosen(people, request.GET.get("of", ""))
    if about is None:
        return redirect("people:me")
    newest = selectors.newest_by_kind(about.person)
    kinds = [
        {
            "kind": kind,
            "label": kind.label,
            "last": newest.get(kind.value),
            "duty": duty_line(kind.value, about.province),
        }
        for kind in Declaration.Kind
    ]
    context = {
        "people": people,
        "about": about,
        "me": request.principal.person,
        "kinds": kinds,
        "refused": refused_of(about.person),
    }
    return render(request, "declarations/start.html", context)


@guarded(Role.CITIZEN, purpose="declare")
def fill(request: SignedInRequest, kind: str) -> HttpResponse:
    """One step of a declaration; whose it is stands in its title."""
    by = request.principal
    if kind not in Declaration.Kind.values:
        raise Http404
    about = _chosen(access.people_of(by), request.POST.get("of") or request.GET.get("of", ""))
    if about is None:
        return redirect("people:me")
    asking = Asking(
        asked=in_force(today(), kind),
        card=about,
        precision=_precision(about),
        other=about.person != by.person,
        staff=False,
    )
    interview = Interview(asking, request.POST if request.method == "POST" else None)
    form = interview.take()
    if form is None:
        try:
            with scoped(by, "declare"):
                made = services.take_down(
                    key=interview.key,
                    person=about.person,
                    kind=kind,
                    answers=interview.answers(),
                    by=by,
                    **interview.about(),
                )
            return redirect("declarations:declared", made.id)
        except Refused as refused:
            form = interview.refused(refused.message)
    leave = f"{reverse('declarations:declare')}?of={about.person}"
    return screen(request, interview, form, leave=leave, hidden={"of": str(about.person)})


@guarded(Role.CITIZEN, purpose="declare")
def amend(request: SignedInRequest, declaration: UUID) -> HttpResponse:
    """The same questions with the answers given today, to say one of them better."""
    by = request.principal
    first = access.declaration_for(by, declaration)
    about = card_of(first.person_id)
    if about is None:
        raise Http404
    services.refuse_amending(first, by)
    asking = Asking(
        asked=selectors.asked_in(first),
        card=about,
        precision=_precision(about),
        other=about.person != by.person,
        staff=False,
        amends=selectors.answers_of(first),
    )
    interview = Interview(asking, request.POST if request.method == "POST" else None)
    form = interview.take()
    if form is None:
        try:
            with scoped(by, "declare"):
                made = services.amend(
                    key=interview.key, first=first.id, answers=interview.answers(), by=by
                )
            return redirect("declarations:declared", made.id)
        except Refused as refused:
            form = interview.refused(refused.message)
    return screen(request, interview, form, leave=reverse("declarations:declared", args=[first.id]))


@require_GET
@guarded(Role.CITIZEN, purpose="declare")
def declared(request: SignedInRequest, declaration: UUID) -> HttpResponse:
    """What to do, until when and why; below it what was declared, and what was changed of it."""
    by = request.principal
    found = access.declaration_for(by, declaration)
    card = card_of(found.person_id)
    if card is None:
        raise Http404
    people = access.people_of(by)
    done = selectors.declared_today([each.person for each in people])
    context = {
        "declaration": found,
        "card": card,
        "mine": found.person_id == by.person,
        "follower": selectors.follower_of(found),
        "verdict": verdict_of(found, card),
        "may_amend": selectors.may_amend(found, by),
        "sections": telling.sections(selectors.asked_in(found), selectors.answers_of(found)),
        "history": telling.history(found, by),
        "others": [each for each in people if each.person not in done],
        "by_me": found.made_by == by.account,
        "now": now(),
    }
    return render(request, "declarations/declared.html", context)


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def mine(request: SignedInRequest) -> HttpResponse:
    """What was declared about one person, newest first."""
    by = request.principal
    people = access.people_of(by)
    about = _chosen(people, request.GET.get("of", ""))
    if about is None:
        return redirect("people:me")
    rows = selectors.earlier(about.person)
    context = {
        "people": people,
        "about": about,
        "me": by.person,
        "rows": rows,
        "amended": {each.follows_id for each in rows},
        "account": by.account,
    }
    return render(request, "declarations/mine.html", context)


def _chosen(people: list[PersonCard], asked: str) -> PersonCard | None:
    """The person asked for among those one declares for; the first when none was."""
    if not asked:
        return people[0] if people else None
    return next((card for card in people if str(card.person) == asked), None)


def _precision(card: PersonCard) -> str:
    person = person_of(card.person)
    return person.birth_precision if person else ""
