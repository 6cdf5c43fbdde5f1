"""pgbench: one row after another, each committed alone, on as many connections as wanted."""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from bench.checkin.installation import Installation
from bench.checkin.serving import cpu_seconds, database_mb

#: A row as the hot path writes it, made by the server itself: nothing is checked and nothing but
#: the statement travels, so this is the most that single rows can be.
_VALUES = {
    "day": "((core.now() at time zone 'UTC') + interval '7 hours')::date",
    "id": "uuidv7()",
    "place": "'{place}'",
    "trace_id": "gen_random_uuid()",
    "direction": "'in'",
    "at": "core.now()",
    "device_at": "core.now()",
    "received_at": "core.now()",
    "source": "'gate'",
    "authority": "'device:' || '{place}'",
    "payload_sha256": "sha256(uuid_send(gen_random_uuid()))",
    "commune": "{commune}",
    "province": "{province}",
    "counter": "1",
    "offset_ms": "null",
    "offline": "false",
}


#: seconds more for 256 clients to connect, each with its password; the next where a busy machine
#: took longer.
CONNECTING = (4.0, 16.0, 64.0)


class Pgbench(NamedTuple):
    """`cpu_us`: of the server, a row; `memory_mb`: of all its processes, at the end."""

    connections: int
    rows: int
    a_second: float
    p50: float
    p99: float
    cpu_us: float
    memory_mb: float


def run(installation: Installation, connections: int, seconds: float) -> Pgbench:
    """Insert for so long, all clients together; latencies are taken from pgbench's own log."""
    for connecting in CONNECTING:
        found = _run(installation, connections, seconds + connecting, steady=seconds / 2)
        if found is not None:
            return found
    raise RuntimeError(f"pgbench never had its {connections} clients at work together")


def _run(
    installation: Installation, connections: int, seconds: float, *, steady: float
) -> Pgbench | None:
    """One run; None where all clients were at work for less than `steady` seconds."""
    gate = installation.gate
    values = ", ".join(_VALUES.values()).format(**gate._asdict())
    folder = installation.folder / "pgbench"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    script = folder / "insert.sql"
    script.write_text(f"insert into venues_scan ({', '.join(_VALUES)}) values ({values});\n")
    pid = installation.server.pid()
    assert pid is not None
    before = cpu_seconds(pid)
    command = [
        str(installation.server._binaries() / "pgbench"),
        *("--no-vacuum", "--protocol=prepared", f"--client={connections}", "--jobs=2"),
        *(f"--time={round(seconds)}", "--log", f"--log-prefix={folder}/log"),
        f"--file={script}",
        installation.dsn("lachan_gate"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment())
    process.wait()
    assert process.stdout is not None
    said = process.stdout.read()
    rows = int(re.findall(r"transactions actually processed: (\d+)", said)[0])
    together = _steady(folder)
    took = together[-1][0] - together[0][0]
    if took < steady:
        return None
    latencies = sorted(latency for _at, latency in together)
    used = (cpu_seconds(pid) - before) / rows * 1e6
    middle, high = (latencies[int(len(latencies) * part)] for part in (0.5, 0.99))
    memory = database_mb(installation)
    return Pgbench(connections, rows, len(together) / took, middle, high, used, memory)


def _steady(folder: Path) -> list[tuple[float, float]]:
    """Transactions from when every client had made its first, in order: the second of each and how
    many milliseconds it took.  Source: pgbench, "Per-Transaction Logging"."""
    found = [
        (int(fields[4]) + int(fields[5]) / 1e6, int(fields[2]) / 1000, (file.name, fields[0]))
        for file in folder.glob("log*")
        for line in file.read_text().splitlines()
        if (fields := line.split(" "))
    ]
    first: dict[tuple[str, str], float] = {}
    for at, _latency, client in found:
        first[client] = min(first.get(client, at), at)
    begun = max(first.values())
    return sorted((at, latency) for at, latency, _client in found if at >= begun)


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C"}
