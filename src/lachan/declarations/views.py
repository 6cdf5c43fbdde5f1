"""A citizen declares for himself or for somebody he speaks for."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.declarations import access, selectors, services
from lachan.declarations.forms import DeclarationForm
from lachan.declarations.questionnaire import in_force
from lachan.people.selectors import PersonCard, card_of
from lachan.rulebook.selectors import render as sentence_of
from lachan.ui.wording import language


@guarded(Role.CITIZEN, purpose="declare")
def declare(request: SignedInRequest) -> HttpResponse:
    """The questionnaire about one person; whose it is stands in its title."""
    people = access.people_of(request.principal)
    asked = request.POST.get("of") or request.GET.get("of", "")
    about = next((card for card in people if str(card.person) == asked), None)
    about = about or (people[0] if people and not asked else None)
    if about is None:
        return redirect("people:me")
    form = DeclarationForm(request.POST or None, asked=in_force(today()), language=language())
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "declare") as by:
                made = services.declare(person=about.person, by=by, **form.sent())
            return redirect("declarations:declared", made.id)
        except Refused as refused:
            form.add_error(None, refused.message)
    return _page(request, form, people, about)


def _page(
    request: SignedInRequest, form: DeclarationForm, people: list[PersonCard], about: PersonCard
) -> HttpResponse:
    duty = selectors.duty_to_declare(at=now(), province=about.province)
    context = {
        "form": form,
        "sections": form.sections(),
        "days": form.asked.days,
        "people": people,
        "about": about,
        "me": request.principal.person,
        "duty": sentence_of(duty, language()),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "declarations/declare.html", context, status=status)


@require_GET
@guarded(Role.CITIZEN, purpose="declare")
def declared(request: SignedInRequest, declaration: UUID) -> HttpResponse:
    """It is kept: until when it counts, and what to do about a Yes."""
    found = access.declaration_for(request.principal, declaration)
    context = {
        "declaration": found,
        "card": card_of(found.person_id),
        "mine": found.person_id == request.principal.person,
    }
    return render(request, "declarations/declared.html", context)
