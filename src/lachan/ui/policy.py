"""The one exception of the content security policy: pages that scan."""

from collections.abc import Callable
from typing import ParamSpec

from csp.decorators import csp_update
from django.http import HttpResponse

P = ParamSpec("P")

#: WebAssembly is compiled, and the camera's picture is a blob.  Source: DESIGN.md section 3.
SCAN = {"script-src": ["'wasm-unsafe-eval'"], "media-src": ["blob:"]}


def scan_page(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Let a page read codes with the camera: put it outermost, over `guarded`."""
    decorated: Callable[P, HttpResponse] = csp_update(SCAN)(view)
    return decorated
