"""A guard or an officer takes down what somebody before them says."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lachan.core.clock import today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.declarations import access, services
from lachan.declarations.forms import CodeForm
from lachan.declarations.interview import Asking, Interview
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import in_force
from lachan.declarations.screens import screen
from lachan.formats.vietnamese import short_name
from lachan.people.services import person_of_code

#: Who takes down a declaration for somebody before them.
STAFF = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER, Role.GATE_CONTROLLER)


@guarded(*STAFF, purpose="declare_for_another")
def behalf_code(request: SignedInRequest) -> HttpResponse:
    """Whose declaration: the code or the card opens the form."""
    form = CodeForm(request.POST or None)
    kind = _kind(request)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "declare_for_another"):
                person = person_of_code(form.cleaned_data["text"])
            return redirect(f"{reverse('declarations:behalf', args=[person])}?kind={kind}")
        except Refused as refused:
            form.add_error("text", refused.message)
    status = 422 if form.is_bound and form.errors else 200
    # A guard stands with a phone; an officer's other work lies under the tabs of the desk.
    frame = "ui/phone.html" if request.principal.has(Role.GATE_CONTROLLER) else "ui/desk.html"
    context = {"form": form, "kind": kind, "kinds": Declaration.Kind.choices, "frame": frame}
    return render(request, "declarations/behalf_code.html", context, status=status)


@guarded(*STAFF, purpose="declare_for_another")
def behalf(request: SignedInRequest, person: UUID) -> HttpResponse:
    """The same steps for somebody who stands there; `kind` and `back` come with the address."""
    by = request.principal
    card = access.face_of(by, person)
    kind = _kind(request)
    asking = Asking(
        asked=in_force(today(), kind), card=card, precision="day", other=True, staff=True
    )
    interview = Interview(asking, request.POST if request.method == "POST" else None)
    form = interview.take()
    if form is None:
        about = interview.about()
        try:
            with scoped(by, "declare_for_another"):
                made = services.declare(
                    key=interview.key,
                    person=person,
                    kind=kind,
                    answers=interview.answers(),
                    way="gate",
                    consent=about["consent"],
                    relation=Declaration.Relation.STAFF,
                    by=by,
                )
            return redirect("declarations:behalf_done", made.id)
        except Refused as refused:
            form = interview.refused(refused.message)
    return screen(
        request,
        interview,
        form,
        leave=reverse("declarations:behalf_code"),
        name=_named(request, card.name),
        hidden={"kind": kind},
    )


@require_GET
@guarded(*STAFF, purpose="declare_for_another")
def behalf_done(request: SignedInRequest, declaration: UUID) -> HttpResponse:
    """Kept; what was answered does not stay on this screen, and the verdict is that of a scan."""
    found = access.declaration_for(request.principal, declaration)
    card = access.face_of(request.principal, found.person_id)
    context = {
        "declaration": found,
        "name": _named(request, card.name),
        "year": card.birth_year,
    }
    return render(request, "declarations/behalf_done.html", context)


def _named(request: SignedInRequest, name: str) -> str:
    """A guard reads the short form of a name."""
    return short_name(name) if request.principal.has(Role.GATE_CONTROLLER) else name


def _kind(request: SignedInRequest) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    return asked if asked in Declaration.Kind.values else Declaration.Kind.POPULATION.value
