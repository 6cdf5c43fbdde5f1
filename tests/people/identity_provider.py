"""An organisation's identity provider, as a real HTTP peer: whoever asks is `subject`."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT = "lachan"


class Provider(ThreadingHTTPServer):
    """Discovery, authorisation, token and user information of OpenID Connect."""

    subject = ""
    refuses = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/authorize":
            return self._authorise(parse_qs(asked.query))
        url = self.server.url
        self._say(
            {
                "/.well-known/openid-configuration": {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorize",
                    "token_endpoint": f"{url}/token",
                    "userinfo_endpoint": f"{url}/me",
                    "jwks_uri": f"{url}/keys",
                },
                "/me": {"sub": self.server.subject, "name": "Somebody"},
                "/keys": {"keys": []},
            }[asked.path]
        )

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        claims = {
            "iss": self.server.url,
            "aud": CLIENT,
            "sub": self.server.subject,
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
        }
        token = jwt.encode(claims, "k" * 32, algorithm="HS256")
        self._say({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _authorise(self, asked: dict[str, list[str]]) -> None:
        said = {"error": "access_denied"} if self.server.refuses else {"code": "c"}
        query = urlencode({**said, "state": asked["state"][0]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri'][0]}?{query}")
        self.end_headers()

    def _say(self, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: Any) -> None:
        """Tests print nothing."""


@contextmanager
def running() -> Iterator[Provider]:
    """The peer on a free port."""
    with Provider(("127.0.0.1", 0), _Answers) as provider:
        Thread(target=provider.serve_forever, daemon=True).start()
        yield provider
        provider.shutdown()
