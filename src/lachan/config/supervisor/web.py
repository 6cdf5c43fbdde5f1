"""The web process, granian with one worker: `python -m ...supervisor.web ADDRESS PORT`."""

import os
import sys

from granian.constants import Interfaces
from granian.server import Server

from lachan.config.supervisor.bond import end_with

#: Seconds a request may take to finish when the web is told to stop.
FAREWELL = 2

#: Connections that are answered at one time; more of them wait outside and hear nothing, not even
#: that there is no room.  A phone holds one while it is open.
MOST_CONNECTIONS = 8_192


def main(arguments: list[str]) -> int:
    """Serve until told to stop."""
    address, port = arguments
    end_with(int(os.environ["LACHAN_SUPERVISOR"]))
    Server(
        "lachan.config.supervisor.served:application",
        address=address,
        port=int(port),
        interface=Interfaces.ASGI,
        workers=1,
        backlog=MOST_CONNECTIONS,
        websockets=False,
        workers_kill_timeout=FAREWELL,
        log_access=False,
    ).serve()
    # A server that nobody told to stop has lost its worker: the supervisor starts a new one.
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
