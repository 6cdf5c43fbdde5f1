"""Long at 70 % of what the endpoint can do, then three times as much as it can, then again 70 %."""

from pathlib import Path
from typing import NamedTuple

from bench.checkin.installation import Installation
from bench.checkin.sending import Job, Tally
from bench.checkin.serving import OURS, Served, send, serving

#: Share of the limit of an ordinary rush, and of an overload.
RUSH, OVERLOAD = 0.7, 3.0
#: Gates at work in a rush; in an overload everybody comes at once.
GATES, EVERYBODY = 256, 3_000
#: seconds in which the limit is looked for.
LIMIT_SECONDS = 10.0


class Stretch(NamedTuple):
    """One part of the run.  `missing`: acknowledged, and not in the table; `twice`: rows too
    many."""

    name: str
    rate: float
    tally: Tally
    missing: int
    twice: int
    memory_mb: float


class Endured(NamedTuple):
    """The limit, in scans a second, and what came after."""

    limit: float
    stretches: list[Stretch]


def endure(installation: Installation, persons: Path, seconds: float) -> Endured:
    """The whole run on one server process that is never restarted."""
    with serving(installation, OURS) as served:
        run = _Run(installation, served, persons)
        installation.empty()
        found = run.send(GATES, min(LIMIT_SECONDS, seconds), 0.0)
        limit = found.answers.get("recorded", 0) / found.seconds
        over = min(60.0, seconds)
        stretches = [
            run.stretch("at 70 %", GATES, seconds, RUSH * limit),
            run.stretch("three times too much", EVERYBODY, over, OVERLOAD * limit),
            run.stretch("at 70 % again", GATES, over, RUSH * limit),
        ]
    return Endured(limit, stretches)


class _Run:
    def __init__(self, installation: Installation, served: Served, persons: Path) -> None:
        self.installation, self.served, self.persons = installation, served, persons
        self.acknowledged = installation.folder / "acknowledged"

    def send(self, gates: int, seconds: float, rate: float) -> Tally:
        return send(
            Job(
                *("127.0.0.1", self.served.port, gates, self.installation.gate.devices),
                persons=str(self.persons),
                seconds=seconds,
                rate=rate,
                acknowledged=str(self.acknowledged),
            )
        )

    def stretch(self, name: str, gates: int, seconds: float, rate: float) -> Stretch:
        """A part on an empty ledger."""
        self.installation.empty()
        tally = self.send(gates, seconds, rate)
        missing = self.installation.missing(self.acknowledged.read_bytes())
        rows, numbers = self.installation.stored()
        return Stretch(name, rate, tally, missing, rows - numbers, self.served.memory_mb())
