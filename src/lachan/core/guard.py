"""Every view is guarded or says why it is open; a house test reads the mark."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request behind `guarded`: somebody signed in, in a role the view allows."""

    principal: Principal


GuardedView = Callable[Concatenate[SignedInRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def guarded(*roles: Role, purpose: str) -> Callable[[GuardedView[P]], View[P]]:
    """Let in accounts that hold one of `roles` (none named: any account), in a scope for `purpose`.

    A `Refused` rolls the scope back and becomes a sentence: a page, or JSON where JSON is asked.
    """

    def decorate(view: GuardedView[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            principal: Principal | None = getattr(request, "principal", None)
            if principal is None:
                return _sign_in_first(request)
            if roles and not principal.has(*roles):
                raise PermissionDenied
            try:
                with scoped(principal, purpose):
                    response = view(request, *args, **kwargs)  # type: ignore[arg-type]
                    if isinstance(response, SimpleTemplateResponse):
                        response.render()
            except Refused as refusal:
                return refusal_response(request, refusal)
            return response

        inner.lachan_guard = ("guarded", tuple(roles), purpose)  # type: ignore[attr-defined]
        return cast("View[P]", inner)

    return decorate


def public(reason: str) -> Callable[[View[P]], View[P]]:
    """Mark a view as open to everybody, and say why."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Refused as refusal:
                return refusal_response(request, refusal)

        inner.lachan_guard = ("public", (), reason)  # type: ignore[attr-defined]
        return cast("View[P]", inner)

    return decorate


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program rather than a person."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def refusal_response(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The one place where a refusal becomes an answer."""
    if wants_json(request):
        body: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
        return JsonResponse(body, status=refusal.status)
    return render(request, "ui/refused.html", {"refusal": refusal}, status=refusal.status)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        message = _("Sign in first.")
        return JsonResponse({"code": "sign_in_first", "message": message}, status=401)
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
