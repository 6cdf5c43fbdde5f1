"""The one exception of the content security policy: pages that scan."""

from functools import wraps
from typing import ParamSpec

from django.http import HttpRequest, HttpResponse

from lachan.core.guard import View

P = ParamSpec("P")

#: WebAssembly is compiled, and the camera's picture is a blob.  Source: DESIGN.md section 3.
SCAN = {"script-src": ["'wasm-unsafe-eval'"], "media-src": ["blob:"]}


def scan_page(view: View[P]) -> View[P]:
    """Let a page read codes with the camera: put it outermost, over `guarded`."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response._csp_update = SCAN  # type: ignore[attr-defined]  # read by django-csp's middleware
        return response

    return inner
