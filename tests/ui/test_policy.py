"""The security policy is widened on pages that scan, and nowhere else."""

import pytest
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lachan.core.guard import View, public
from lachan.ui.policy import scan_page


@public("a page of this test alone")
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize(("view", "widened"), [(plain, False), (scan_page(plain), True)])
def test_it_compiles_webassembly_only_where_codes_are_read(view: View[[]], widened: bool) -> None:
    answer = CSPMiddleware(view)(RequestFactory().get("/"))
    policy = answer.headers["Content-Security-Policy"]
    assert ("'wasm-unsafe-eval'" in policy) is widened
    assert ("media-src blob:" in policy) is widened
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_it_keeps_the_mark_of_the_guard() -> None:
    assert scan_page(plain).lachan_guard[0] == "public"  # type: ignore[attr-defined]
