"""What was decided about oneself, in the words of the law."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.isolation import selectors
from lachan.rulebook.selectors import term


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def mine(request: SignedInRequest) -> HttpResponse:
    """Decisions about the reader: which, by whom, since when, until when."""
    rows = [
        {"order": order, "measure": term("measure", order.measure), "signed": order.signed}
        for order in selectors.of_me(request.principal)
    ]
    return render(request, "isolation/mine.html", {"rows": rows})
