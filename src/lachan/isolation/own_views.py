"""What was decided about oneself and those one speaks for, in the words of the law."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.isolation import selectors
from lachan.people.selectors import spoken_for
from lachan.rulebook.selectors import term


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def mine(request: SignedInRequest) -> HttpResponse:
    """Decisions: which, about whom, by whom, since when, until when."""
    me = request.principal.person
    others = {card.person: card.name for card in spoken_for(request.principal)}
    persons = [*others, *([me] if me else [])]
    rows = [
        {
            "order": order,
            "measure": term("measure", order.measure),
            "signed": order.signed,
            "name": others.get(order.person_id, ""),
        }
        for order in selectors.decided_about(persons)
    ]
    return render(request, "isolation/mine.html", {"rows": rows})
