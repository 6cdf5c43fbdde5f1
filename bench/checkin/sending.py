"""Devices that send scans: a process of its own, so that it takes nothing from who is measured.

    python -m bench.checkin.sending < job.json > tally.json

One connection is one device: it sends a scan, waits for the answer, sends the next.  Written on
asyncio's protocols, because a client library takes longer for a request than the server.
"""

import asyncio
import json
import sys
import time
from array import array
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import uvloop

#: seconds a device waits after `busy`, as its `Retry-After` says.
OBEYED = 2.0
#: seconds after the end in which the last answers may still come.
LAST_ANSWERS = 60.0


@dataclass
class Job:
    """What to send.  `persons`: a file with one code a line; `first`: of which the run begins.

    `seconds` or `count`: how long; `rate`: scans a second on a schedule that does not wait for
    answers (0: as fast as answers come); `acknowledged`: a file for the numbers of what was
    recorded, 16 bytes each.
    """

    host: str
    port: int
    connections: int
    devices: list[str]
    persons: str
    path: str = "/hot/scan"
    first: int = 0
    seconds: float = 0.0
    count: int = 0
    rate: float = 0.0
    acknowledged: str = ""


@dataclass
class Tally:
    """What came back.  Latencies in milliseconds, from when a scan was due.

    `minutes`: number, recorded, p50, p99 of each; `cpu_us`: what a request took of this process."""

    answers: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    worst: float = 0.0
    minutes: list[tuple[int, int, float, float]] = field(default_factory=list)
    cpu_us: float = 0.0
    lost_connections: int = 0


class Senders:
    """All devices of a run and what they heard."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.persons = Path(job.persons).read_text().split()
        self.made = 0
        self.stamp = 0
        self.answers: Counter[str] = Counter()
        self.latencies = array("f")
        self.seconds_of = array("f")
        self.acknowledged = bytearray()
        self.lost = 0
        self.idle: list[Device] = []
        self.due: list[float] = []
        self.began = self.ends = 0.0
        self.open = 0

    def scan(self) -> tuple[bytes, str]:
        """The next body and its number."""
        self.made += 1
        made, now = self.made, time.time()
        number = f"{int(now * 1000):012x}"
        # UUID version 7 (RFC 9562): milliseconds, then what is only ever used once here.
        number = (
            f"{number[:8]}-{number[8:]}-7{made >> 24 & 0xFFF:03x}-8{self.stamp:03x}-{made:012x}"
        )
        person = self.persons[(self.job.first + made) % len(self.persons)]
        whole, part = divmod(int(now * 1000), 1000)
        at = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{part:03d}+00:00"
        body = (
            f'{{"id":"{number}","direction":"{"out" if made & 1 else "in"}","at":"{at}",'
            f'"device_at":"{at}","person":"{person}","counter":{made},"way":"gate"}}'
        )
        return body.encode(), number

    def wants_more(self) -> bool:
        """Whether the run goes on."""
        if self.job.count:
            return self.made < self.job.count
        return time.monotonic() < self.ends

    def heard(self, status: int, body: bytes, number: str, since: float) -> None:
        """An answer: one of our codes, or the bare status of somebody else."""
        at = body.find(b'"code": "')
        code = body[at + 9 : body.find(b'"', at + 9)].decode() if at >= 0 else str(status)
        self.answers[code] += 1
        if code == "recorded":
            now = time.monotonic()
            self.latencies.append((now - since) * 1000)
            self.seconds_of.append(now - self.began)
            self.acknowledged += UUID(number).bytes

    async def run(self) -> Tally:
        """Everything, until the last answer."""
        loop = asyncio.get_running_loop()
        self.stamp = int(time.time() * 1000) & 0xFFF
        devices = []
        for which in range(self.job.connections):
            _transport, device = await loop.create_connection(
                lambda which=which: Device(self, which), self.job.host, self.job.port
            )
            devices.append(device)
        burnt = time.process_time()
        self.began = time.monotonic()
        self.ends = self.began + self.job.seconds
        if self.job.rate:
            self.idle = list(devices)
            await self._keep_to_schedule()
        else:
            for device in devices:
                device.next(time.monotonic())
            while self.wants_more():
                await asyncio.sleep(0.02)
        took = time.monotonic() - self.began
        until = time.monotonic() + LAST_ANSWERS
        while self.open and time.monotonic() < until:
            await asyncio.sleep(0.02)
        if self.job.count:
            took = time.monotonic() - self.began
        burnt = time.process_time() - burnt
        if self.job.acknowledged:
            Path(self.job.acknowledged).write_bytes(self.acknowledged)
        return self.tally(took, burnt)

    async def _keep_to_schedule(self) -> None:
        """Every scan at its time; who finds no free device waits for one, and the wait counts."""
        sent = 0
        while (passed := time.monotonic() - self.began) < self.job.seconds:
            while sent < passed * self.job.rate:
                due = self.began + sent / self.job.rate
                sent += 1
                if self.idle:
                    self.idle.pop().next(due)
                else:
                    self.due.append(due)
            await asyncio.sleep(0.001)
        self.due.clear()

    def freed(self, device: "Device") -> None:
        """A device may send again."""
        if not self.job.rate:
            if self.wants_more():
                device.next(time.monotonic())
        elif self.due:
            device.next(self.due.pop(0))
        else:
            self.idle.append(device)

    def tally(self, took: float, burnt: float) -> Tally:
        """The figures."""
        sent = sum(self.answers.values())
        minutes: dict[int, list[float]] = {}
        for second, latency in zip(self.seconds_of, self.latencies, strict=True):
            minutes.setdefault(int(second // 60), []).append(latency)
        found = sorted(self.latencies)
        return Tally(
            dict(self.answers),
            took,
            *(_share(found, part) for part in (0.5, 0.99, 1.0)),
            [
                (minute, len(some), _share(some, 0.5), _share(some, 0.99))
                for minute, some in sorted((m, sorted(each)) for m, each in minutes.items())
            ],
            burnt / max(sent, 1) * 1e6,
            self.lost,
        )


class Device(asyncio.Protocol):
    """One connection: a scan, its answer, the next scan."""

    def __init__(self, senders: Senders, which: int) -> None:
        job = senders.job
        self.senders = senders
        self.head = (
            f"POST {job.path} HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {job.devices[which % len(job.devices)]}\r\nContent-Length: "
        ).encode()
        self.transport: asyncio.Transport | None = None
        self.buffer = b""
        self.again: tuple[bytes, str] | None = None
        self.body, self.number, self.since = b"", "", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server hung up: its scan is not acknowledged."""
        self.senders.lost += 1
        if self.number:
            self.senders.open -= 1

    def next(self, due: float) -> None:
        """Send a scan that was due then."""
        assert self.transport is not None
        self.body, self.number = self.senders.scan()
        self.since = due
        self.senders.open += 1
        self._write()

    def _write(self) -> None:
        assert self.transport is not None
        if not self.transport.is_closing():
            self.transport.write(b"%s%d\r\n\r\n%s" % (self.head, len(self.body), self.body))

    def data_received(self, data: bytes) -> None:
        """An answer, or part of one."""
        self.buffer = data = self.buffer + data if self.buffer else data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        at = data.find(b"ontent-length: ", 0, end)
        if at < 0:
            at = data.find(b"ontent-Length: ", 0, end)
        length = int(data[at + 15 : data.find(b"\r\n", at)])
        if len(data) < end + 4 + length:
            return
        self.buffer = b""
        self.answered(int(data[9:12]), data[end + 4 :])

    def answered(self, status: int, body: bytes) -> None:
        """`busy` is sent again after the time that was named; everything else is done."""
        senders = self.senders
        senders.heard(status, body, self.number, self.since)
        if status == 503:
            asyncio.get_running_loop().call_later(OBEYED, self._write)
            return
        self.number = ""
        senders.open -= 1
        senders.freed(self)


def _share(found: list[float], part: float) -> float:
    """The value below which so much of a sorted list lies."""
    return found[min(len(found) - 1, int(len(found) * part))] if found else 0.0


def main() -> None:
    """Read a job, print what came back."""
    given: dict[str, Any] = json.load(sys.stdin)
    tally = uvloop.run(Senders(Job(**given)).run())
    json.dump(asdict(tally), sys.stdout)


if __name__ == "__main__":
    main()
