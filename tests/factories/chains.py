"""Chains on real tables: people, who met whom, positives that come in and are withdrawn."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.services import Stay, register_person
from lachan.sampling.selectors import ReleasedPositive
from lachan.tracing import services, tasks
from lachan.tracing.chains import chain_of
from lachan.tracing.models import Case, Contact, LevelChange
from lachan.tracing.naming import Named, name_contacts
from tests.factories import cast
from tests.factories.outbreak import HERE_CODE, Unit

NAMES = ("Đạo", "Tuyến", "Hùng", "Oanh", "Thu", "Quyết", "Hòe", "Lụa", "Thắng", "Bưởi")


def people(number: int, unit: Unit | None = None) -> list[UUID]:
    """So many people who stay in `unit`."""
    unit = unit or Unit.of(HERE_CODE)
    with system_scope("test") as by:
        return [
            register_person(
                full_name=f"Chu Minh {NAMES[index % len(NAMES)]}",
                stay=Stay(unit.commune, unit.province, "Ngõ 12"),
                birth=str(1950 + index % 60),
                by=by,
            ).id
            for index in range(number)
        ]


def case_of(person: UUID, *, disease: str = "covid-19", days: float = 0) -> Case:
    """A released positive of somebody becomes a case, as the worker makes it; `days` ago."""
    with system_scope("test") as system:
        made = services.open_case(
            ReleasedPositive(
                result=uuid7(),
                person=person,
                disease=disease,
                taken_at=now() - timedelta(days=days, hours=6),
                released_at=now() - timedelta(days=days),
                onset=None,
                reason="screening",
            ),
            by=system,
        )
    assert made is not None
    return made


def tracer_of(case: Case) -> Principal:
    """A tracer of the case's province."""
    return cast.of_province(Role.TRACER, case.province)


def met(
    case: Case,
    persons: Iterable[UUID],
    *,
    via: UUID | None = None,
    at: datetime | None = None,
    minutes: int = 60,
) -> list[Contact]:
    """The tracer writes down whom the case (or `via`) met, an hour each, within the last day."""
    begun = at or now() - timedelta(hours=20)
    until = begun + timedelta(minutes=minutes)
    by = tracer_of(case)
    with scoped(by, "tracing"):
        return name_contacts(
            case=case,
            people=[
                Named(
                    person,
                    "interview",
                    via=via,
                    first_at=begun,
                    last_at=until,
                    seconds=minutes * 60,
                )
                for person in persons
            ],
            by=by,
        )


def withdraw(case: Case) -> None:
    """The tracer withdraws a case whose positive was wrong."""
    by = tracer_of(case)
    with scoped(by, "tracing"):
        services.withdraw_case(case, reason="ống mẫu bị nhầm", by=by)


def computed() -> None:
    """The worker answers every question about levels."""
    tasks.recompute_levels()


def replayed(case: Case) -> dict[UUID, int]:
    """Where everybody stands when the facts of the whole chain are read from the first."""
    with system_scope("test"):
        facts = LevelChange.objects.filter(case__in=chain_of(case)).order_by("id")
        stands: dict[UUID, int] = {}
        for fact in facts:
            assert stands.get(fact.person_id) == fact.before, "a fact begins where another ended"
            if fact.after is None:
                stands.pop(fact.person_id)
            else:
                stands[fact.person_id] = fact.after
    return stands
