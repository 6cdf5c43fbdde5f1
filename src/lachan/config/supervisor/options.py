"""What `lachan up` is told, and what it refuses before it starts anything."""

import argparse
import errno
import os
import socket
from dataclasses import dataclass

from lachan.config.home import Home, HomeRefused

#: The one address a demo is served on.
HERE = "127.0.0.1"


@dataclass(frozen=True)
class Options:
    """How to serve."""

    port: int
    address: str
    production: bool
    host: str

    @property
    def url(self) -> str:
        """Where a person points a browser."""
        if self.production:
            return f"https://{self.host}"
        return f"http://localhost:{self.port}"


def parse(argv: list[str]) -> Options:
    """Read the command line; argparse ends the process with 2 when it is wrong."""
    parser = argparse.ArgumentParser(
        prog="lachan up",
        description="Start the database, the web and the worker, in the foreground.",
    )
    parser.add_argument("--port", type=int, default=8000, help="port of the web (8000)")
    parser.add_argument("--production", action="store_true", help="serve real people, no demo")
    parser.add_argument("--host", default="", help="the name people type (production)")
    parser.add_argument("--bind", default=HERE, help="address to listen on (production)")
    told = parser.parse_args(argv)
    return Options(told.port, told.bind, told.production, told.host)


def refuse_unsafe(options: Options, home: Home) -> None:
    """A demo stays on this machine; production has a name, its keys elsewhere and a gateway."""
    if not options.production:
        if options.address != HERE:
            raise HomeRefused(
                "demo_binds_only_here",
                f"A demo is served on {HERE} alone: leave out --bind, or use --production.",
            )
        return
    if not options.host:
        raise HomeRefused(
            "production_needs_host",
            "Production needs the name people type: add --host NAME.",
        )
    if not home.keys_are_outside:
        raise HomeRefused(
            "production_needs_keys_outside",
            f"Production needs its keys outside the data folder {home.path}, so that a copy of the"
            " data is not a copy of the keys: set LACHAN_KEYS to a folder elsewhere.",
        )
    if not os.environ.get("LACHAN_GATEWAY_URL"):
        raise HomeRefused(
            "production_needs_gateway",
            "Production needs a message gateway for one-time codes: set LACHAN_GATEWAY_URL.",
        )


def refuse_busy_port(options: Options) -> None:
    """Say that the port is taken before anything is started."""
    family = socket.AF_INET6 if ":" in options.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.address, options.port))
        except PermissionError:
            raise HomeRefused(
                "port_forbidden",
                f"Port {options.port} is not yours to use: choose one above 1023 with --port.",
            ) from None
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
                raise
            raise HomeRefused(
                "port_busy",
                f"Port {options.port} on {options.address} is taken by another program:"
                f" stop it, or choose another with `lachan up --port {options.port + 1}`.",
            ) from None


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])
