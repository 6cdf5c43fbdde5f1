"""granian with the plain view: `python -m bench.checkin.plain_server ADDRESS PORT`."""

import os
import sys
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

#: Threads of the one process; more of them wait for the interpreter's lock.
THREADS = 16


def application() -> Any:
    """Django without any middleware: as plain as it gets."""
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    django.setup(set_prefix=False)
    settings.MIDDLEWARE = []
    return WSGIHandler()


def main(arguments: list[str]) -> int:
    """Serve until told to stop."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.checkin.plain_settings"
    Server(
        "bench.checkin.plain_server:application",
        factory=True,
        address=arguments[0],
        port=int(arguments[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
