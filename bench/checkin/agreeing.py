"""Before anything is timed: every acknowledged number is in the table once, a repeat is answered
as the first time, and other content is refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from bench.checkin.installation import Installation
from bench.checkin.sending import Job, Senders
from bench.checkin.serving import Served

#: Scans of the comparison, each sent twice by so many threads.
SCANS, THREADS = 200, 8


class Unequal(AssertionError):
    """An answer is not what it must be; nothing is timed."""


def compare(installation: Installation, served: Served, persons: str) -> None:
    """Raises Unequal."""
    senders = Senders(Job("127.0.0.1", served.port, 0, installation.gate.devices, persons))
    bodies = [senders.scan() for _ in range(SCANS)]
    token = installation.gate.devices[0]

    def post(body: bytes) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", "/hot/scan", body, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        return answer.status, said["code"]

    with ThreadPoolExecutor(THREADS) as threads:
        first = list(threads.map(post, [body for body, _number in bodies]))
        again = list(threads.map(post, [body for body, _number in bodies]))
    other = json.loads(bodies[0][0])
    other["direction"] = "in" if other["direction"] == "out" else "out"
    refused = post(json.dumps(other).encode())
    if set(first) != {(200, "recorded")} or first != again:
        raise Unequal(f"answers differ: {set(first)}, again {set(again)}")
    if refused != (409, "different_content"):
        raise Unequal(f"other content under a stored number was answered {refused}")
    if installation.stored() != (SCANS, SCANS):
        raise Unequal(f"{installation.stored()} rows and numbers for {SCANS} scans")
