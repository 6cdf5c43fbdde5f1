"""The switch of language, and the page that says why something was refused."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from lachan.core.refusals import Refused
from lachan.ui.context import LANGUAGES

#: A year: a reader does not choose a language more often (seconds).
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember a language and go back to the same page.

    A link and not a form: it changes nothing but the reader's own cookie, and works without
    JavaScript on a page without a session.
    """
    back = request.GET.get("next", "/")
    own = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(back if own else "/")
    if code in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response


def refused_page(request: HttpRequest, refusal: Refused, *, status: int = 409) -> HttpResponse:
    """A refusal as a page: the sentence first, the code small."""
    return render(request, "ui/refused.html", {"refusal": refusal}, status=status)
