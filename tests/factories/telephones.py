"""A case with many people around it, and officers who call them: what the telephone needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import NewPerson, Stay, register_many
from lachan.sampling.selectors import ReleasedPositive
from lachan.tracing import services, tasks
from lachan.tracing.models import Case, Contact
from lachan.tracing.naming import Named, name_contacts
from tests.factories import outbreak
from tests.factories.outbreak import Unit

#: Family and given names: enough of them that a list is not one name a thousand times.
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Giáp", "Thân", "Lương", "Hoàng", "Ngô")
MIDDLE = ("Văn", "Thị", "Minh", "Thu", "Công", "Bá", "Hồng", "Đức")
GIVEN = ("Hùng", "Oanh", "Thu", "Đạt", "Ngân", "Lụa", "Quyết", "Hòe", "Thắng", "Bưởi", "Mai")


def case_in(unit: Unit, *, name: str = "F0", hours_ago: float = 1) -> Case:
    """A case of a commune whose result is some hours old."""
    person = outbreak.somebody(name, unit)
    released = now() - timedelta(hours=hours_ago)
    with system_scope("test") as by:
        made = services.open_case(
            ReleasedPositive(
                result=uuid7(),
                person=person.id,
                disease="covid-19",
                taken_at=released - timedelta(hours=6),
                released_at=released,
                onset=(now() - timedelta(days=2)).date(),
                reason="symptoms",
            ),
            by=by,
        )
        assert made is not None
        made.opened_at = released
        made.save(update_fields=["opened_at"])
    return made


def people(count: int, unit: Unit, *, shared: str = "") -> list[Person]:
    """So many people of a commune, each with a telephone of their own, or all with one."""
    with system_scope("test") as by:
        return register_many([_somebody(number, unit, shared) for number in range(count)], by=by)


def _somebody(number: int, unit: Unit, shared: str) -> NewPerson:
    name = " ".join(
        (
            FAMILY[number % len(FAMILY)],
            MIDDLE[(number // len(FAMILY)) % len(MIDDLE)],
            GIVEN[(number // 7) % len(GIVEN)],
        )
    )
    return NewPerson(
        full_name=name,
        stay=Stay(unit.commune, unit.province, f"Số {number + 1}, ngõ {number % 40 + 1}"),
        birth=str(1940 + number % 60),
        phones=[shared or f"0900{number:06}"],
    )


@dataclass(frozen=True, slots=True)
class Met:
    """How somebody met the case."""

    minutes: int = 20
    hours_ago: float = 30
    source: str = "interview"
    via: UUID | None = None


def around(case: Case, persons: Sequence[Person], met: Met | None = None) -> list[Contact]:
    """People named as contacts of a case, in the order given."""
    met = met or Met()
    first = now() - timedelta(hours=met.hours_ago)
    named = [
        Named(
            person=person.id,
            source=met.source,
            via=met.via,
            seconds=met.minutes * 60,
            first_at=first,
            last_at=first + timedelta(minutes=met.minutes),
        )
        for person in persons
    ]
    # The worker names: it sees people of every province, and a tracer only those opened to him.
    with system_scope("test") as by:
        rows = {row.person_id: row for row in name_contacts(case=case, people=named, by=by)}
    tasks.open_contacts()
    return [rows[person.id] for person in persons]


def found_at(contacts: Sequence[Contact], moment: datetime) -> None:
    """As if these had been named at another time."""
    with system_scope("test"):
        Contact.objects.filter(pk__in=[row.pk for row in contacts]).update(found_at=moment)


def confirmed(case: Case, by: Principal) -> list[UUID]:
    """Confirm everybody to verify of a case; give the rows."""
    with scoped(by, "tracing"):
        rows = list(
            Contact.objects.filter(case=case, state=Contact.State.TO_VERIFY).values_list(
                "id", flat=True
            )
        )
        services.decide(contacts=rows, state=Contact.State.CONFIRMED, by=by)
    return rows
