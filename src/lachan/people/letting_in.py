"""Hand over a session's secret in its cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import CITIZEN_SESSION, STAFF_SESSION, Principal


def let_in(request: HttpRequest, principal: Principal, wanted: str = "") -> HttpResponse:
    """Go where the person wanted to go, if that is one of our own pages, with the cookie."""
    wanted = wanted or request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    response = redirect(wanted if wanted and safe else "people:home")
    give_cookie(response, principal)
    return response


def give_cookie(response: HttpResponse, principal: Principal) -> None:
    """The secret travels in this cookie and nowhere else."""
    lasts = CITIZEN_SESSION if principal.has(Role.CITIZEN) else STAFF_SESSION
    response.set_cookie(
        COOKIE,
        principal.secret,
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
