"""One case with thousands of contacts, written straight to the tables: what a list must bear."""

from datetime import timedelta

from django.db import connections

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.people.models import Person
from lachan.tracing.models import Case, Contact
from tests.factories import telephones
from tests.factories.outbreak import Unit

#: Persons entered at once; more would only hold more in memory.
AT_ONCE = 1_000


def crowd(case: Case, unit: Unit, count: int) -> list[Person]:
    """`count` people of a commune as contacts of a case, three in four to verify."""
    entered: list[Person] = []
    while len(entered) < count:
        entered += telephones.people(min(AT_ONCE, count - len(entered)), unit)
    found = now()
    with system_scope("test"):
        Contact.objects.bulk_create(
            [_row(case, person, number, found) for number, person in enumerate(entered)],
            batch_size=AT_ONCE,
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze")
    return entered


def _row(case: Case, person: Person, number: int, found: object) -> Contact:
    met = now() - timedelta(hours=6 + number % 90)
    return Contact(
        id=uuid7(),
        case=case,
        person=person,
        source=Contact.Source.ROSTER,
        state=Contact.State.TO_VERIFY if number % 4 else Contact.State.CONFIRMED,
        seconds=60 * (15 + number % 400),
        first_at=met,
        last_at=met + timedelta(minutes=20),
        rule="rule@1",
        found_at=found,
        opened_at=found,
        home_commune=person.commune,
        home_province=person.province,
        commune=case.commune,
        province=case.province,
    )
