"""Who was at a row of stalls in three hours, out of a ledger of a million visits.

    PYTHONPATH=src:. python -m bench.answer_pack --visits 1000000 --rounds 11

The page is the whole page: row security, scans paired to visits, names and telephones opened, looks
recorded, HTML rendered.  Its peer is the owner's query for the distinct pseudonyms scanned there in
the window; the people of both are compared first.  Prints markdown; the bar is 10 s (peers.md
section 4, feature 8).
"""

import argparse
import random
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from bench.contact_list import browser, line, timed
from bench.machine import load_average
from tests.database import copy

from django.db import connections  # isort: skip  # the import above has set Django up
from lachan.core.clock import OFFSET, now
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import trace_ids_of
from lachan.people.services import NewPerson, Stay, register_many
from lachan.places.services import add_part
from lachan.tracing.models import Case
from lachan.venues.models import Venue
from lachan.venues.services import COLUMNS, Entry, open_venue
from tests.factories import outbreak
from tests.factories.outbreak import Unit

#: Seconds an answer may take.
BAR = 10
#: Visitors of the row in the window; the rule lets 200 be named.
NAMED = 180
#: Rows of stalls that share the other visits.
ROWS = 40
#: Other visitors, each about ten times; only pseudonyms, as most of a ledger is to this question.
STRANGERS = 100_000

Visit = tuple[Venue, UUID, datetime, datetime]


def others(rows: list[Venue], day: datetime, visits: int, seeded: random.Random) -> Iterable[Visit]:
    """Visits of two days at every row but the first."""
    people = [UUID(int=seeded.getrandbits(128), version=4) for _one in range(STRANGERS)]
    for _visit in range(visits):
        at = day + timedelta(seconds=seeded.randrange(-86_400, 43_200))
        stay = timedelta(minutes=seeded.randint(5, 240))
        yield seeded.choice(rows), seeded.choice(people), at, at + stay


def plant(visits: Iterable[Visit]) -> None:
    """Two scans a visit, by COPY as the owner."""
    received = now()
    with connections["owner"].cursor() as cursor:
        copied = cursor.cursor.copy(f"copy venues_scan ({', '.join(COLUMNS)}) from stdin")
        with copied as rows:
            for venue, person, came, went in visits:
                for direction, at in (("in", came), ("out", went)):
                    where = (venue.place.commune, venue.place.province)
                    what = (venue.place_id, person, direction, at, at, "gate", "device:bench")
                    rows.write_row(Entry(uuid4(), *what, *where).row(received))


def named(unit: Unit) -> list[UUID]:
    """Pseudonyms of people of the commune, with telephones."""
    with system_scope("bench") as system:
        people = register_many(
            (
                NewPerson(
                    f"Người Thứ {number}",
                    Stay(unit.commune, unit.province, "Ngõ 12"),
                    birth="1990",
                    phones=[f"0900{number:06d}"],
                )
                for number in range(NAMED)
            ),
            by=system,
        )
        return list(trace_ids_of([person.id for person in people]).values())


def market(unit: Unit) -> list[Venue]:
    """Rows of a market, each with a code."""
    made = outbreak.factory(unit)
    with scoped(made.manager, "register"):
        parts = (
            add_part(parent=made.campus.place, kind="line", name=f"Dãy {n}", by=made.manager)
            for n in range(ROWS)
        )
        return [open_venue(place=part, by=made.manager) for part in parts]


def peer_people(place: UUID, start: datetime, end: datetime) -> set[UUID]:
    """Who was scanned in there in the window, by a plain query."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select distinct trace_id from venues_scan where place = %s and at >= %s and at < %s",
            [place, start, end],
        )
        return {trace_id for (trace_id,) in cursor.fetchall()}


def asked(case: Case, place: UUID, start: datetime) -> str:
    """The address of a pack, after the question was asked as an officer asks it."""
    given = {
        "place": str(place),
        "day": start.date().isoformat(),
        "begins": f"{start:%H:%M}",
        "ends": f"{start + timedelta(hours=3):%H:%M}",
        "reason": "Tìm người cần theo dõi sức khỏe",
    }
    begun = time.perf_counter()
    answer = browser(case).post(f"/tracing/{case.id}/visitors/", given)
    assert answer.status_code == 302, answer.content[:2000]
    print(f"Asked and answered first in {time.perf_counter() - begun:.2f} s.\n")
    return str(answer.headers["location"])


def main() -> None:
    """Plant, compare, time, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.answer_pack", description=__doc__)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--seed", type=int, default=5)
    chosen = parser.parse_args()
    seeded = random.Random(chosen.seed)
    with copy():
        unit = Unit.of(outbreak.HERE_CODE)
        case = outbreak.positive(outbreak.somebody("Trần Văn Ca", unit, "0900999999"))
        first, *rest = market(unit)
        day = (now() - timedelta(days=1)).astimezone(OFFSET)
        start = day.replace(hour=2, minute=0, second=0, microsecond=0)
        begun = time.perf_counter()
        plant(others(rest, start, chosen.visits, seeded))
        inside = named(unit)
        plant(
            (first, person, start + timedelta(minutes=number % 120), start + timedelta(minutes=150))
            for number, person in enumerate(inside)
        )
        with connections["owner"].cursor() as cursor:
            cursor.execute("analyze venues_scan")
        print(f"{chosen.visits:,} visits planted in {time.perf_counter() - begun:.0f} s.")
        end = start + timedelta(hours=3)
        assert peer_people(first.place_id, start, end) == set(inside)
        address, client = asked(case, first.place_id, start), browser(case)
        page = client.get(address).content.decode()
        assert page.count('name="person"') == NAMED
        peer = timed(lambda: peer_people(first.place_id, start, end), chosen.rounds)
        found = timed(lambda: client.get(address).content, chosen.rounds)
        print(f"{load_average():.1f} programs wanted a core meanwhile.\n")
        print("| what | median ms | 95 % ms | of it our process, ms | times the peer |")
        print("|---|---|---|---|---|")
        print(line("distinct pseudonyms, plain query (peer)", peer, peer))
        print(line(f"the pack of {NAMED} visitors", found, peer))
        kept = "kept" if found.median <= BAR * 1000 else "missed"
        print(f"\nBar: {BAR} s; the median is {found.median / 1000:.2f} s: {kept}.")


if __name__ == "__main__":
    main()
