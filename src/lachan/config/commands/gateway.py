"""`lachan gateway`: the sandbox gateway of the demo and the tests, a real HTTP peer on loopback.

It keeps messages in memory and never reaches a telephone; production names its own gateway.
POST /messages {"id", "to", "text"} -> {"receipt"};  GET /messages[?to=PHONE] -> [{...}, ...]
GET /receipts/RECEIPT -> {"state": "delivered" or "undeliverable"}: a number that begins with 0999
is switched off, every other one is reached at once.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs, unquote, urlsplit

#: Messages kept; the oldest goes first, so that a demo left running does not grow.
KEPT = 2000

#: Bytes; a message is a few hundred.
LARGEST = 16_384


#: Telephones of the sandbox that are switched off.
SWITCHED_OFF = "0999"


class Box:
    """The messages the sandbox took, oldest first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._messages: dict[str, dict[str, str]] = {}

    def take(self, message: str, to: str, text: str) -> str:
        """Keep a message once, and give its receipt."""
        with self._lock:
            if message not in self._messages:
                self._messages[message] = {
                    "to": to,
                    "text": text,
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "receipt": f"SB{len(self._messages) + 1:06}",
                }
                if len(self._messages) > KEPT:
                    self._messages.pop(next(iter(self._messages)))
            return self._messages[message]["receipt"]

    def state_of(self, receipt: str) -> str | None:
        """What became of a message, None where no message has this receipt."""
        with self._lock:
            for row in self._messages.values():
                if row["receipt"] == receipt:
                    off = row["to"].startswith(SWITCHED_OFF)
                    return "undeliverable" if off else "delivered"
        return None

    def of(self, to: str | None) -> list[dict[str, str]]:
        """Messages to a phone, or all."""
        with self._lock:
            return [row for row in self._messages.values() if to in {None, row["to"]}]


class Handler(BaseHTTPRequestHandler):
    """The three requests the sandbox answers."""

    box: Box

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if urlsplit(self.path).path != "/messages" or not 0 < length <= LARGEST:
            return self._say(404, {"code": "not_found"})
        try:
            body = json.loads(self.rfile.read(length))
            receipt = self.box.take(str(body["id"]), str(body["to"]), str(body["text"]))
        except (ValueError, KeyError, TypeError):
            return self._say(400, {"code": "malformed"})
        return self._say(200, {"receipt": receipt})

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/receipts/"):
            state = self.box.state_of(unquote(parts.path.removeprefix("/receipts/")))
            found = {"state": state} if state else {"code": "not_found"}
            return self._say(200 if state else 404, found)
        if parts.path != "/messages":
            return self._say(404, {"code": "not_found"})
        to = parse_qs(parts.query).get("to", [None])[0]
        return self._say(200, self.box.of(to))

    def _say(self, status: int, body: object) -> None:
        payload = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a log of messages would be a log of people."""


def server(port: int) -> ThreadingHTTPServer:
    """A sandbox gateway on 127.0.0.1; port 0 takes a free one."""
    handler = type("SandboxHandler", (Handler,), {"box": Box()})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def run(argv: list[str]) -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="lachan gateway", description=__doc__)
    parser.add_argument("--port", type=int, default=8009)
    port = parser.parse_args(argv).port
    try:
        sandbox = server(port)
    except OSError:
        sys.stderr.write(f"Port {port} is taken; choose another with --port.\n")
        return 3
    sys.stdout.write(f"sandbox gateway on http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    try:
        sandbox.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0
