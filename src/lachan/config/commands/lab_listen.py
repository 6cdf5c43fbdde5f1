"""`lachan lab listen`: laboratories and machines send results over a socket, HL7 v2 or ASTM.

A process of its own; the supervisor starts one for each line of LACHAN_LAB_LISTEN.
"""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import logging
import ssl
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.config.commands.labwire.laboratory import NoLaboratory, open_for, set_up
from lachan.config.commands.labwire.lines import Keeper, Line
from lachan.formats.mllp import LARGEST

if TYPE_CHECKING:
    from datetime import datetime

    from lachan.core.scope import Principal

#: The port of MLLP by custom.  Source: IANA, hl7, 2575.
PORT = 2575


def parser() -> argparse.ArgumentParser:
    """The words of `lachan lab listen`."""
    made = argparse.ArgumentParser(
        prog="lachan lab listen",
        description="Listens for results.  A message is acknowledged only when it is kept.",
    )
    made.add_argument("--laboratory", default="", metavar="NAME|ID", help="whose tubes these are")
    made.add_argument("--port", type=int, default=PORT, help=f"port ({PORT})")
    made.add_argument("--bind", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    made.add_argument("--astm", action="store_true", help="ASTM E1381 instead of MLLP")
    made.add_argument(
        "--sender",
        action="append",
        default=[],
        metavar="APPLICATION|FACILITY",
        help="who may send (MSH-3, MSH-4); again for each; needed for MLLP",
    )
    made.add_argument("--largest", type=int, default=LARGEST, help="bytes of one message")
    made.add_argument("--tls-cert", metavar="PEM", help="our certificate; turns TLS on")
    made.add_argument("--tls-key", metavar="PEM", help="its key, where it is not in the same file")
    made.add_argument(
        "--tls-ca", metavar="PEM", help="senders show a certificate of this authority"
    )
    return made


def run(argv: list[str]) -> int:
    """Listen until stopped; 2 when it cannot begin."""
    options = parser().parse_args(argv)
    complaint = complain(options)
    if complaint:
        return _failed(complaint)
    set_up()
    # After Django, whose settings let only warnings through: whoever starts a line reads its port.
    logging.getLogger("lachan.lab").setLevel(logging.INFO)
    try:
        keeper = _Keeping(options)
        tls = _tls(options)
    except (NoLaboratory, OSError) as error:
        return _failed(str(error))
    line = Line(Keeper(keeper.keep, keeper.refuse), largest=options.largest, is_astm=options.astm)
    try:
        asyncio.run(line.serve(options.bind, options.port, tls))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        return _failed(f"Port {options.port} on {options.bind}: {error.strerror}.")
    return 0


def complain(options: argparse.Namespace) -> str:
    """What is wrong with the words together; "" when nothing is."""
    if not options.astm and not options.sender:
        return "Name who may send, with --sender 'APPLICATION|FACILITY', once for each."
    try:
        address = ipaddress.ip_address(options.bind)
    except ValueError:
        return f"{options.bind!r} is no address."
    open_to_all = address.is_unspecified or not address.is_private
    if open_to_all and not options.tls_ca:
        return (
            f"{options.bind} can be reached from outside: bind a private address, or give"
            " --tls-cert and --tls-ca, so that senders show a certificate."
        )
    if options.tls_ca and not options.tls_cert:
        return "--tls-ca needs --tls-cert."
    return ""


def _tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if not options.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=options.tls_ca)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    if options.tls_ca:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class _Keeping:
    """Keeps a message as the laboratory, in a session that is renewed before it ends."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._laboratory = options.laboratory
        self._astm = options.astm
        self._senders = frozenset(options.sender)
        self._by, self._until = self._session()

    def keep(self, data: bytes) -> bytes:
        """The answer, once the message is committed."""
        from django.db import close_old_connections

        from lachan.core.clock import now
        from lachan.core.installation import installation
        from lachan.core.scope import scoped
        from lachan.sampling import import_wire

        close_old_connections()
        installation()
        if self._until < now():
            self._by, self._until = self._session()
        with scoped(self._by, "laboratory") as by:
            if self._astm:
                import_wire.take_astm(data, by=by)
                return b""
            answer = import_wire.take_hl7(data, by=by, senders=self._senders)
        return answer

    def refuse(self, head: bytes, code: str) -> bytes:
        """The answer to a frame that is no message."""
        from lachan.sampling import import_wire

        return import_wire.refuse_frame(head, code)

    def _session(self) -> tuple[Principal, datetime]:
        from lachan.core.clock import now
        from lachan.core.scope import STAFF_SESSION

        return open_for(self._laboratory), now() + min(STAFF_SESSION / 2, timedelta(hours=6))


def _failed(sentence: str) -> int:
    sys.stderr.write(f"lachan lab listen: {sentence}\n")
    return 2
