"""Who is asking: the session's secret comes in the cookie and nowhere else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lachan.core.installation import installation
from lachan.core.scope import principal_of

COOKIE = "lachan"

GetResponse = Callable[[HttpRequest], HttpResponse]


class PrincipalMiddleware:
    """Set `request.principal` (None when nobody signed in) and follow the demo's clock."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        installation()
        request.principal = principal_of(request.COOKIES.get(COOKIE, ""))  # type: ignore[attr-defined]
        return self.get_response(request)
