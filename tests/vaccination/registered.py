"""People who register, whoever helps them, and a session they are invited to."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import NewPerson, Stay, register_many
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination import queue_counting, registering
from lachan.vaccination.models import Registration, Session
from lachan.vaccination.registering import NewRegistration
from tests.factories import cast
from tests.factories.outbreak import HERE_CODE, Unit

DISEASE = "covid-19"


def rules() -> None:
    """The shipped rules are in force."""
    with system_scope("test") as by:
        load_shipped_rules(by=by)


def here() -> Unit:
    return Unit.of(HERE_CODE)


def station() -> Principal:
    """Somebody at the health station of HERE."""
    return cast.of_commune(Role.STATION_OFFICER, here().commune)


def crowd(count: int, *, born: str = "1990", commune: int | None = None) -> list[Person]:
    """Many people of a commune, entered at once."""
    at = here()
    stay = Stay(commune=commune or at.commune, province=at.province)
    with system_scope("test") as by:
        return register_many(
            [NewPerson(f"Sùng Văn {n:04}", stay, birth=born) for n in range(count)], by=by
        )


def lined_up(
    people: Sequence[Person], *, day: date | None = None, proven: Sequence[str] = ()
) -> list[Registration]:
    """They are registered by the worker, as from a list."""
    with system_scope("test") as by:
        return registering.register_many(
            [
                NewRegistration(
                    person=person, disease=DISEASE, way="organisation", proven=proven, day=day
                )
                for person in people
            ],
            by=by,
        )


def at_the_desk(person: Person, by: Principal, **more: object) -> tuple[Registration, bool]:
    """The station registers somebody who stands there."""
    told = {"person": person, "disease": DISEASE, "way": "desk"} | more
    with scoped(by, "vaccination_registration"):
        return registering.register(NewRegistration(**told), by=by)  # type: ignore[arg-type]


def session(*, hours: float = 5, begins: timedelta = timedelta(days=1), **more: object) -> Session:
    """A session in HERE from tomorrow on."""
    at = here()
    starts = (now() + begins).replace(minute=0, second=0, microsecond=0)
    told = {
        "id": uuid7(),
        "organisation": uuid7(),
        "name": "Buổi tiêm nhà văn hóa",
        "disease": DISEASE,
        "products": ["vaxzevria"],
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=hours),
        "commune": at.commune,
        "province": at.province,
        "made_at": now(),
    } | more
    with system_scope("test"):
        return Session.objects.create(**told)


def fresh(row: Registration | UUID) -> Registration:
    """The row as it is now."""
    key = row if isinstance(row, UUID) else row.pk
    with system_scope("test"):
        return Registration.objects.select_related("person").get(pk=key)


def publish_now() -> None:
    """The public numbers are counted now."""
    with system_scope("test"):
        queue_counting.count_queues()
