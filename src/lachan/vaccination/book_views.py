"""The vaccination book: one's own, and those of people one speaks for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.people.selectors import card_of, spoken_for
from lachan.vaccination.book import book_of


@require_GET
@guarded(Role.CITIZEN, purpose="vaccination")
def book(request: SignedInRequest) -> HttpResponse:
    """The reader's book, or that of somebody the reader speaks for."""
    by = request.principal
    mine = card_of(by.person) if by.person else None
    people = [*([mine] if mine else []), *spoken_for(by)]
    chosen = next((card for card in people if str(card.person) == request.GET.get("of")), mine)
    context = {
        "people": people,
        "about": chosen,
        "me": by.person,
        "chapters": book_of(chosen) if chosen else [],
    }
    return render(request, "vaccination/book.html", context)
