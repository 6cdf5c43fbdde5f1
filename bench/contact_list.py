"""A list of 10,000 contacts, page by page, beside a plain query of the same 50 rows.

    PYTHONPATH=src:. python -m bench.contact_list --contacts 10000 --rounds 21

The page is the whole page: sign-in, row security, names opened, looks recorded, HTML rendered.  Its
peer is Django's own query of 50 rows by the owner, who no row security binds and who opens no name:
what is left is what a lawful page costs.  Prints markdown; the bar is 200 ms a page.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.machine import load_average
from tests.database import copy, set_environment

set_environment()

import django  # noqa: E402  # the settings need the tests' home first

django.setup()

from django.test import Client  # noqa: E402

from lachan.core.roles import Role  # noqa: E402
from lachan.core.scope import system_scope  # noqa: E402
from lachan.tracing.models import Case, Contact, Run  # noqa: E402
from tests.factories import cast, long_list, outbreak, telephones  # noqa: E402
from tests.factories.outbreak import Unit  # noqa: E402

#: Milliseconds a page may take.  Source: issue of the tracing office, "Must show".
BAR = 200

#: Rounds before those that count: plans, caches and compiled templates.
WARM = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each round by the wall's clock, and of this process's work on average."""

    wall: list[float]
    work: float

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return median(self.wall)

    @property
    def worst(self) -> float:
        """Nineteen rounds in twenty were no slower."""
        return sorted(self.wall)[int(0.95 * (len(self.wall) - 1))]


def timed(work: Callable[[], object], rounds: int, warm: int = WARM) -> Timed:
    """So many rounds after those that warm up."""
    for _round in range(warm):
        work()
    wall = []
    worked = time.process_time()
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        wall.append((time.perf_counter() - begun) * 1000)
    return Timed(wall, (time.process_time() - worked) * 1000 / rounds)


def browser(case: Case) -> Client:
    """A tracer of the case's province."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
    client.cookies["lachan"] = cast.of_province(Role.TRACER, case.province).secret
    return client


def pages(client: Client, case: Case) -> dict[str, Callable[[], object]]:
    """What an officer does with a long list."""

    def get(path: str) -> Callable[[], object]:
        def once() -> object:
            answer = client.get(path)
            assert answer.status_code == 200, path
            return answer.content

        return once

    here = f"/tracing/{case.id}/"
    return {
        "first page of the list": get(here),
        "page 100 of the list": get(f"{here}?page=100"),
        "to verify, page 20": get(f"{here}?state=to_verify&page=20"),
        "from 15 minutes": get(f"{here}?minutes=15"),
        "a name": get(f"{here}?q=giap+van+hung"),
        "a telephone": get(f"{here}?q=0900000123"),
        "call queue, first page": get("/calls/"),
        "call queue of the case, page 100": get(f"/calls/?case={case.id}&page=100"),
    }


def plain(case: Case) -> Callable[[], object]:
    """The peer: 50 rows, no row security, no names, no page."""
    rows = Contact.objects.using("owner").filter(case=case).select_related("place")
    return lambda: list(rows.order_by("-seconds", "-last_at", "id")[:50])


def whole(client: Client, case: Case) -> dict[str, Callable[[], object]]:
    """What is done once with everybody: files and paper."""
    return {
        ending: (lambda path=path: client.get(path).content)  # type: ignore[misc]
        for ending, path in (
            ("CSV of all", f"/tracing/{case.id}/contacts.csv"),
            ("Excel of all", f"/tracing/{case.id}/contacts.xlsx"),
            ("print view of all", f"/tracing/{case.id}/print/"),
        )
    }


def line(name: str, found: Timed, peer: Timed) -> str:
    """One row of the table."""
    times = found.median / peer.median
    return f"| {name} | {found.median:.0f} | {found.worst:.0f} | {found.work:.0f} | {times:.0f} |"


def main() -> None:
    """Seed, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.contact_list", description=__doc__)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=21)
    chosen = parser.parse_args()
    with copy():
        unit = Unit.of(outbreak.HERE_CODE)
        case = telephones.case_in(unit)
        begun = time.perf_counter()
        long_list.crowd(case, unit, chosen.contacts)
        with system_scope("bench"):
            Run.objects.filter(case=case).update(state=Run.State.DONE)
        seeded = time.perf_counter() - begun
        client = browser(case)
        peer = timed(plain(case), chosen.rounds)
        print(f"{chosen.contacts:,} contacts of one case, seeded in {seeded:.0f} s.")
        print(f"{load_average():.1f} programs wanted a core meanwhile.\n")
        print("| what | median ms | 95 % ms | of it our process, ms | times the peer |")
        print("|---|---|---|---|---|")
        print(line("plain Django query of 50 rows (peer)", peer, peer))
        worst = 0.0
        for name, work in pages(client, case).items():
            found = timed(work, chosen.rounds)
            worst = max(worst, found.median)
            print(line(name, found, peer), flush=True)
        for name, work in whole(client, case).items():
            print(line(name, timed(work, 1, warm=0), peer), flush=True)
        kept = "kept" if worst <= BAR else "missed"
        print(f"\nBar: {BAR} ms a page; the slowest median is {worst:.0f} ms: {kept}.")


if __name__ == "__main__":
    main()
