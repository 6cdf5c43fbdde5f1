"""Every room's pages under its own prefix, found once."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from lachan.config.navigation import collect
from lachan.core.guard import public
from lachan.people import staff_urls


@public("chooses the language of the page")
def language(request: HttpRequest) -> HttpResponse:
    """Set the language's cookie and go back."""
    return set_language(request)


def _room_urls() -> list[URLPattern | URLResolver]:
    """Each room's own `urls.py`; it names the full path of its pages (`sign-in/`, `g/…`)."""
    found: list[URLPattern | URLResolver] = []
    for room in settings.ROOMS:
        if find_spec(f"lachan.{room}.urls"):
            urls = import_module(f"lachan.{room}.urls")
            found.append(path("", include((urls.urlpatterns, room), namespace=room)))
    return found


urlpatterns = [
    path("language/", language, name="set_language"),
    *staff_urls.urlpatterns,  # the sign-in library looks its pages up by bare names
    *_room_urls(),
]

collect()
