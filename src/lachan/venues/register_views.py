"""An owner registers a place in three short steps, with nothing but a phone."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from lachan.core.guard import public
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.services import begin_own_work, forget_work, give_cookie, sign_in_again
from lachan.ui.forms import Form
from lachan.venues import selectors, services
from lachan.venues.forms import WhatForm, WhereForm, WhoForm, new_place
from lachan.venues.models import Venue

#: The steps in their order.
STEPS: tuple[type[Form], ...] = (WhatForm, WhereForm, WhoForm)

PURPOSE = "register_place"


@require_http_methods(["GET", "HEAD", "POST"])
@public("An owner comes with a phone and no account: the page sends to the sign-in and back.")
def register(request: HttpRequest) -> HttpResponse:
    """One step after another; what was typed before travels in the address and the form."""
    by: Principal | None = getattr(request, "principal", None)
    if by is None:
        return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
    if not by.has(Role.CITIZEN, Role.PLACE_MANAGER):
        raise PermissionDenied
    step, filled = _step(request)
    with scoped(by, PURPOSE):
        forms = [each(request.POST or request.GET) for each in STEPS[:step]]
        for number, form in enumerate(forms[:-1], start=1):
            if not form.is_valid():
                return _page(request, number, form)
        form = forms[-1]
        if not filled:
            return _page(request, step, STEPS[step - 1](initial=_typed(request, form)))
        if not form.is_valid():
            return _page(request, step, form)
    return _entered(request, by, forms)


def _step(request: HttpRequest) -> tuple[int, bool]:
    """Which step is shown, and whether it comes back filled in: only the last is posted."""
    if request.method == "POST":
        return len(STEPS), True
    asked = request.GET.get("step", "1")
    return (int(asked) if asked in ("1", "2", "3") else 1), False


def _typed(request: HttpRequest, form: Form) -> dict[str, str]:
    """What was typed into this step before somebody went back."""
    return {name: request.GET[name] for name in form.fields if name in request.GET}


def _page(
    request: HttpRequest, step: int, form: Form, *, known: Venue | None = None
) -> HttpResponse:
    given = request.POST or request.GET
    earlier = [name for each in STEPS[: step - 1] for name in each.base_fields]
    later = [name for each in STEPS[step:] for name in each.base_fields]
    context = {
        "form": form,
        "step": step,
        "next": step + 1,
        "carried": [(name, given[name]) for name in (*earlier, *later) if name in given],
        "back": f"?{urlencode(_carry(given, earlier) | {'step': str(step - 1)})}"
        if step > 1
        else "/",
        "known": known,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "venues/register.html", context, status=status)


def _carry(given: QueryDict, names: list[str]) -> dict[str, str]:
    return {name: str(given[name]) for name in names if name in given}


def _entered(request: HttpRequest, by: Principal, forms: list[Form]) -> HttpResponse:
    """Register; who has no body yet gets one of his own, and works there from now on."""
    new = new_place(*forms)
    with scoped(by, PURPOSE):
        known = selectors.known_place(name=new.name, address=new.address, commune=new.commune)
        if known is not None:
            forms[-1].add_error(None, services.known_sentence(known))
            return _page(request, len(STEPS), forms[-1], known=known)
        try:
            services.check(new)
        except Refused as refused:
            forms[-1].add_error(None, refused.message)
            return _page(request, len(STEPS), forms[-1])
    if by.organisation is not None:
        with scoped(by, PURPOSE):
            venue = services.register(new=new, by=by)
        return redirect("venues:venue", venue=venue.id)
    manager = begin_own_work(account=by.account)
    try:
        with scoped(manager, PURPOSE):
            venue = services.register(new=new, by=manager)
    except Refused as refused:  # somebody else was a moment faster
        forget_work(by=manager)
        forms[-1].add_error(None, refused.message)
        citizen = sign_in_again(account=by.account)
        with scoped(citizen, PURPOSE):
            response = _page(request, len(STEPS), forms[-1])
        give_cookie(response, citizen)
        return response
    response = redirect("venues:venue", venue=venue.id)
    give_cookie(response, manager)
    return response
