"""Whoever signed in by phone and also works at a place says as what he is here."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.people import working
from lachan.people.letting_in import let_in
from lachan.places.models import Organisation
from lachan.ui.roles import duty_of

#: Who may have signed in by the code to a phone.
WORKERS = (Role.CITIZEN, Role.GATE_CONTROLLER, Role.PLACE_MANAGER)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*WORKERS, purpose="home")
def work(request: SignedInRequest) -> HttpResponse:
    """The places where the account works, and the account itself; the chosen one opens."""
    by = request.principal
    works = working.works_of(by.account)
    if request.method == "POST":
        chosen = request.POST.get("work", "")
        if chosen == "myself" or not _is_number(chosen):
            return let_in(request, working.go_home(by=by))
        return let_in(request, working.go_to_work(work=UUID(chosen), by=by))
    bodies = Organisation.objects.in_bulk([each.organisation for each in works])
    rows = [
        {
            "id": each.id,
            "name": bodies[each.organisation].name,
            "duty": duty_of([each.role]),
            "here": each.organisation == by.organisation and each.role in by.roles,
        }
        for each in works
        if each.organisation in bodies
    ]
    context = {"rows": rows, "next": request.GET.get("next", "")}
    return render(request, "people/work.html", context)


def _is_number(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
