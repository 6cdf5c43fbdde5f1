"""Service workers of the rooms' device pages: what all share, then what the room says."""

from django.contrib.staticfiles import finders
from django.http import HttpResponse

#: What every device page needs to stay usable without a network.
SHARED = "ui/scan/device-worker.js"


def service_worker(script: str, *, scope: str) -> HttpResponse:
    """The worker of one room as one script; `script`: the room's own, `scope`: what it governs."""
    parts = [_text(SHARED), _text(script)]
    response = HttpResponse(b"\n".join(parts), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = scope
    response["Cache-Control"] = "no-cache"
    return response


def _text(name: str) -> bytes:
    path = finders.find(name)
    assert isinstance(path, str), f"{name} is part of the project"
    with open(path, "rb") as file:
        return file.read()
