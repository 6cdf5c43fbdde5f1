"""The switch of language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from lachan.core.guard import public
from lachan.ui.context import LANGUAGES

#: A year: a reader does not choose a language more often (seconds).
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600


@public("A reader chooses a language before signing in.")
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
