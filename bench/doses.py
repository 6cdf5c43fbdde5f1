"""How many injections a second one core enters, judges and forecasts.

    python -m bench.doses [--people 5000] [--batch 50]

Each person gets two doses by the service of the ledger, in batches as devices send them, with row
security, audit and commit; the second one is judged by the schedule before it is entered.  The
peer is as many rows by one statement into a bare table of the same server.  Prints what five
million doses a day ask for.  Seconds are of this process and its server process together.
"""

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from tests.database import copy, set_environment

set_environment()

import django  # noqa: E402

django.setup()

from django.db import connections  # noqa: E402

from lachan.core.clock import now  # noqa: E402
from lachan.core.ids import uuid7  # noqa: E402
from lachan.core.scope import system_scope  # noqa: E402
from lachan.people.models import Person  # noqa: E402
from lachan.people.services import NewPerson, register_many  # noqa: E402
from lachan.rulebook.services import load_shipped_rules  # noqa: E402
from lachan.vaccination.arrays import Given  # noqa: E402
from lachan.vaccination.arrays import Person as Known  # noqa: E402
from lachan.vaccination.asking import answer, tables  # noqa: E402
from lachan.vaccination.models import Dose, Source  # noqa: E402
from lachan.vaccination.services import Injection, enter  # noqa: E402
from tests.factories.people import AT_HOME  # noqa: E402

#: What the platform of 2021 was built for.  Source: field.md 3.1.
A_DAY = 5_000_000
#: Hours in which sites work: a day's doses do not come at night.
HOURS = 10
TICK = 100  # of a second: the unit of /proc/<pid>/stat


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--batch", type=int, default=50)
    options = parser.parse_args()
    with copy():
        people = _people(options.people)
        doses = 2 * len(people)
        before = _processor_seconds()
        begun = perf_counter()
        for number in (1, 2):
            _enter(people, number, options.batch)
        took, worked = perf_counter() - begun, _processor_seconds() - before
        with system_scope("bench"):
            entered = Dose.objects.count()
        assert entered == doses, (entered, doses)
        bare = _copied(doses)
    rate = doses / worked
    sys.stdout.write(
        f"{doses:,} injections in {took:.1f} s, {worked:.1f} s of processors:"
        f" {rate:,.0f} a second and core;"
        f" one statement into a bare table {doses / bare:,.0f} a second\n"
        f"{A_DAY:,} a day in {HOURS} h are {A_DAY / HOURS / 3600:,.0f} a second:"
        f" {A_DAY / HOURS / 3600 / rate:.1f} cores\n"
    )
    return 0


def _people(count: int) -> list[Person]:
    with system_scope("bench") as by:
        load_shipped_rules(by=by)
        new = [
            NewPerson(full_name=f"Người {number}", birth="1980", stay=AT_HOME)
            for number in range(count)
        ]
        register_many(new, by=by)
        return list(Person.objects.all())


def _enter(people: list[Person], number: int, size: int) -> None:
    given_at = now() - timedelta(days=100 if number == 1 else 1)
    with system_scope("bench"):
        schedule = tables("covid-19", now())
    for start in range(0, len(people), size):
        with system_scope("bench") as by:
            batch = []
            for each in people[start : start + size]:
                before = [Given(given_at.date() - timedelta(days=99), "vaxzevria")] * (number - 1)
                wanted = Given(given_at.date(), "vaxzevria")
                said = answer(schedule, Known(given_at.date().replace(year=1980)), before, wanted)
                batch.append(
                    Injection(
                        id=uuid7(),
                        person=each.id,
                        disease="covid-19",
                        product="vaxzevria",
                        given_at=given_at,
                        source=Source.SITE,
                        decision={"rule": said.rule, "version": said.version},
                    )
                )
            enter(batch, by=by)


def _copied(rows: int) -> float:
    """Seconds for the same number of rows without rights, audit, judgement or a second look."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table bare (like vaccination_dose)")
        cursor.execute("select * from vaccination_dose limit 1")
        [row] = cursor.fetchall()
        begun = perf_counter()
        cursor.execute(
            "insert into bare select d.* from vaccination_dose d, generate_series(1, %s)"
            " where d.id = %s",
            [rows, row[0]],
        )
        return perf_counter() - begun


def _processor_seconds() -> float:
    """Of this process and of the server's process that serves it."""
    with system_scope("bench"), connections["default"].cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        [pid] = cursor.fetchone() or [0]
    return _used("self") + _used(str(pid))


def _used(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


if __name__ == "__main__":
    sys.exit(main())
