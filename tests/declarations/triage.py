"""A commune with somebody who declared, its station and its neighbours."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations import tasks
from lachan.declarations.models import Declaration, TriageTask
from lachan.declarations.services import declare
from lachan.people.models import Person
from lachan.people.services import Stay, register_person
from lachan.rulebook.services import load_shipped_rules
from tests.declarations.households import NO
from tests.factories import cast, outbreak


@dataclass(frozen=True)
class Ward:
    """A real commune: its unit, its station's officer and somebody who stays there."""

    unit: outbreak.Unit
    station: Principal
    mai: Person


def ward(code: str = outbreak.HERE_CODE, name: str = "Trần Thị Mai") -> Ward:
    """The commune of `code` with one resident, who has a telephone."""
    unit = outbreak.Unit.of(code)
    with system_scope("test") as by:
        load_shipped_rules(by=by)
    return Ward(unit, cast.of_commune(Role.STATION_OFFICER, unit.commune), resident(unit, name))


def resident(
    unit: outbreak.Unit, name: str, *, phone: str = "0900000711", birth: str = "1990"
) -> Person:
    """Somebody who stays there."""
    with system_scope("test") as by:
        return register_person(
            full_name=name,
            stay=Stay(unit.commune, unit.province, "Ngõ 3, đường Chợ"),
            birth=birth,
            phones=[phone] if phone else [],
            by=by,
        )


def declared(person: UUID, *, at: Any = None, **answers: Any) -> Declaration:
    """The person declares; what is not named is answered with No."""
    way = {"way": "hot", "at": at} if at else {}
    with system_scope("test") as by:
        return declare(key=uuid7(), person=person, answers=NO | answers, by=by, **way)


def open_tasks(by: Principal, *people: Person) -> list[TriageTask]:
    """What this account sees as open of these people, as the list sorts it."""
    with scoped(by, "triage"):
        rows = TriageTask.objects.filter(
            person__in=[each.id for each in people], state__in=["open", "taken"]
        )
        return list(rows.order_by("-urgent", "due_at", "id"))


def triaged(person: UUID, **answers: Any) -> TriageTask:
    """The task of somebody who declared."""
    declared(person, **answers)
    tasks.triage_declarations()
    with system_scope("test"):
        return TriageTask.objects.get(person=person, state__in=["open", "taken"])
