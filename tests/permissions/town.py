"""A town in which every personal table has rows, and a cast that has nothing to do with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections

from lachan.core import facts, grants, looks
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations.questionnaire import in_force
from lachan.declarations.services import declare
from lachan.notices import services as notices
from lachan.people import services as people
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.people.services import Stay, Work
from lachan.places.models import Unit
from lachan.proximity.services import record_encounter
from lachan.tracing import (
    calling,
    handover,
    investigation,
    marking,
    modes,
    points,
    services,
    tasks,
)
from lachan.tracing.calls import Outcome
from lachan.tracing.lockdown import Mode
from lachan.tracing.models import Case, Contact, ContactGroup, Outbreak, StageMark
from lachan.tracing.naming import Named, name_contacts
from lachan.venues.services import COLUMNS, register_device
from tests.factories import cast, outbreak, town_rosters
from tests.permissions import (
    ordered,
    town_aefi,
    town_answers,
    town_bench,
    town_campaigns,
    town_corrections,
    town_counting,
    town_custody,
    town_doses,
    town_evening,
    town_flags,
    town_followup,
    town_hardplaces,
    town_hot,
    town_import,
    town_laboratory,
    town_line,
    town_offline,
    town_people,
    town_planning,
    town_rapid,
    town_registration,
    town_site,
    town_stock,
    town_table,
    town_venues,
    zone_of_town,
)
from tests.permissions.asked import invite_and_call

#: Names, numbers and addresses of the town: they may appear on no page of somebody else's.
NAMES = ("Nguyễn Thị Nguồn", "Lương Thị Oanh", "Vũ Văn Hùng")
PHONE, DOCUMENT, ADDRESS = "0900000177", "024190012347", "Số 7 ngách Kín"

#: Roles that stand nowhere, or everywhere: nobody of them is elsewhere.
NOT_ELSEWHERE = frozenset({Role.SYSTEM, Role.MINISTRY})
IN_A_COMMUNE = frozenset(
    {
        Role.STATION_OFFICER,
        Role.VILLAGE_HEALTH_WORKER,
        Role.COMMUNE_CHAIRMAN,
        Role.COMMUNE_POLICE,
        Role.TECHNOLOGY_TEAM,
    }
)
IN_A_PROVINCE = frozenset({Role.TRACER, Role.DIRECTOR})


@dataclass
class Town:
    """What was built, and who works with it."""

    here: outbreak.Unit
    factory: outbreak.Factory
    case: Case
    owners: dict[str, Principal] = field(default_factory=dict)
    strangers: dict[str, Principal] = field(default_factory=dict)

    @property
    def people(self) -> list[UUID]:
        """Everybody of the town."""
        return [person.id for person in self.factory.people.values()]


def rows_of(cursor_of: str, table: str) -> set[str]:
    """Every row an alias sees of a table, whole, as text."""
    with connections[cursor_of].cursor() as cursor:
        cursor.execute(f'select t::text from "{table}" t')
        return {str(row[0]) for row in cursor.fetchall()}


def secured() -> list[str]:
    """Every relation the app may read whose rows are not everybody's."""
    from tests.permissions.open_tables import without_persons

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
            " and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition"
            " and has_table_privilege('lachan_app', c.oid, 'select') order by 1"
        )
        found = [str(row[0]) for row in cursor.fetchall()]
    return [table for table in found if table not in without_persons() or table in PLAIN_BUT_OURS]


#: Tables without a person in them that are nevertheless not everybody's.
PLAIN_BUT_OURS = frozenset({"sampling_tube", "tracing_workedresult"})


def elsewhere(role: Role) -> Principal:
    """Somebody of this role whose work is in another commune, province or organisation."""
    neighbour = outbreak.Unit.of(outbreak.NEXT_CODE)
    if role in IN_A_COMMUNE:
        return cast.of_commune(role, neighbour.commune)
    if role in IN_A_PROVINCE:
        return cast.of_province(role, third_province())
    if role is Role.CITIZEN:
        return cast.citizen()
    if role is Role.OUTSIDER:
        return cast.outsider()
    return cast.of_organisation(role)


def third_province() -> int:
    """A province in which nothing of the town ever was."""
    inside = {outbreak.Unit.of(code).province for code in (outbreak.HERE_CODE, outbreak.NEXT_CODE)}
    inside.add(outbreak.Unit.of(outbreak.ABROAD_CODE).province)
    units = Unit.objects.using("owner").filter(level="province", valid_to=None)
    found: int = units.exclude(id__in=inside).order_by("id").values_list("id", flat=True)[0]
    return found


def _linked_cases(town: Town) -> None:
    """The case lies in an outbreak, and somebody of a line was named in an interview."""
    tracer = cast.of_province(Role.TRACER, town.here.province)
    with scoped(tracer, "tracing"):
        opened = Outbreak.objects.create(
            name="Xưởng 1",
            disease=town.case.disease,
            opened_at=now(),
            opened_by=tracer.account,
            commune=town.case.commune,
            province=town.case.province,
        )
        Case.objects.filter(pk=town.case.pk).update(outbreak=opened)
        group = ContactGroup.objects.create(
            case=town.case,
            name="Chuyền 7",
            kind="line",
            made_at=now(),
            made_by=tracer.account,
            commune=town.case.commune,
            province=town.case.province,
        )
        mate = town.factory.people[NAMES[1]].id
        name_contacts(case=town.case, people=[Named(mate, "interview", group=group.id)], by=tracer)


def _duty(town: Town) -> None:
    """A shift and a note of the station.  The shift is next week's: who answers now is no secret
    in the province."""
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    since = now() + timedelta(days=7)
    with scoped(station, "duty"):
        people.plan_duty(
            kind="officer",
            name="Đặng Thị Hòa",
            phone="0900000601",
            since=since,
            until=since + timedelta(hours=8),
            by=station,
        )
        people.leave_note(text="Ca 0017 chờ gọi lại.", by=station)


def _levels(_town: Town) -> None:
    """The worker computed where everybody stands."""
    tasks.recompute_levels()


def _case_file(town: Town) -> None:
    """The form has an answer, and a place was told, corrected and so taken back."""
    tracer = cast.of_province(Role.TRACER, town.here.province)
    start = now() - timedelta(days=1)
    told = points.Told(start, start + timedelta(hours=1), place=town.factory.line.place_id)
    with scoped(tracer, "case_form"):
        investigation.save_section(
            case=town.case, section="doses", answers={"doses_at_onset": 2}, by=tracer
        )
        row = points.add_point(case=town.case, told=told, by=tracer)
        later = points.Told(start, start + timedelta(hours=2), place=told.place)
        points.add_point(case=town.case, told=later, replaces=row, by=tracer)


def _calls_and_modes(town: Town) -> None:
    """Somebody is at the telephone, one person was called, and the commune does less."""
    tracer = cast.of_province(Role.TRACER, town.here.province)
    director = cast.of_province(Role.DIRECTOR, town.here.province)
    mate = town.factory.people[NAMES[1]].id
    with scoped(tracer, "calling"):
        calling.begin_shift(by=tracer)
        calling.log_call(persons=[mate], outcome=Outcome.BUSY, note="Gọi lại sau", by=tracer)
        marking.mark(town.case, StageMark.Stage.INTERVIEW, by=tracer)
    with scoped(director, "modes"):
        modes.set_mode(
            commune=town.case.commune,
            mode=Mode.HOUSEHOLD_WORK,
            since=now(),
            document="12/QĐ-UBND",
            signer="Chủ tịch UBND phường",
            by=director,
        )


#: What every part of the office adds to the town, so that no table of its own is empty.
FURNISHING: list[Callable[[Town], None]] = [
    _linked_cases,
    zone_of_town.furnish,
    _duty,
    _case_file,
    _levels,
    _calls_and_modes,
    invite_and_call,
    town_rosters.furnish,
    ordered.furnish,
    town_hot.furnish,
    town_venues.furnish,
    town_offline.furnish,
    town_flags.furnish,
    town_followup.furnish,
    town_hardplaces.furnish,
    town_laboratory.furnish,
    town_custody.furnish,
    town_counting.furnish,
    town_bench.furnish,
    town_answers.furnish,
    town_table.furnish,
    town_campaigns.furnish,
    town_rapid.furnish,
    town_site.furnish,
    town_line.furnish,
    town_import.furnish,
    town_registration.furnish,
    town_aefi.furnish,
    town_corrections.furnish,
    town_doses.furnish,
    town_people.furnish,
    town_stock.furnish,
    town_planning.furnish,
    town_evening.furnish,
]


@contextmanager
def built(folder: object) -> Iterator[Town]:
    """Build the town; the tracing index lies in `folder` meanwhile."""
    from django.conf import settings

    patch = pytest.MonkeyPatch()
    patch.setattr(type(settings.HOME), "engine", folder)
    try:
        yield _build()
    finally:
        patch.undo()


def _build() -> Town:
    here, abroad = (
        outbreak.Unit.of(outbreak.HERE_CODE),
        outbreak.Unit.of(outbreak.ABROAD_CODE),
    )
    factory = outbreak.factory(here)
    source, mate, guest = NAMES
    factory.people[source] = _resident(source, here, factory)
    factory.people[mate] = outbreak.somebody(mate, here, "0900000178")
    factory.people[guest] = outbreak.somebody(guest, abroad, "0900000179")
    for person in factory.people.values():
        outbreak.stay(factory.line, person, now() - timedelta(hours=5), 120, factory.manager)
    _declaration(factory.people[source])
    _bluetooth(factory)
    _family(factory)
    case = outbreak.positive(factory.people[source])
    outbreak.answered(case)  # busy machines hold scans back: until the list is there
    town = Town(here, factory, case)
    for furnish in FURNISHING:
        furnish(town)
    _work_on(town)
    _owners(town)
    with scoped(factory.manager, "places"):
        register_device(venue=factory.campus, label="Cổng", by=factory.manager)
    _conflict()
    town.strangers = {role: elsewhere(role) for role in Role if role not in NOT_ELSEWHERE}
    return town


def _resident(name: str, unit: outbreak.Unit, factory: outbreak.Factory) -> Person:
    """Somebody of whom everything is known."""
    with system_scope("test") as by:
        return people.register_person(
            full_name=name,
            birth="12/03/1990",
            sex="female",
            phones=[PHONE],
            documents={"cccd": DOCUMENT},
            stay=Stay(unit.commune, unit.province, ADDRESS),
            permanent=Stay(unit.commune, unit.province, ADDRESS),
            work=Work("work", organisation=factory.manager.organisation, line="7"),
            by=by,
        )


def _declaration(person: Person) -> None:
    asked = in_force(now().date())
    with system_scope("test") as by:
        declare(
            key=uuid7(),
            person=person.id,
            answers={each.code: True for each in asked.always},
            by=by,
        )


def _bluetooth(factory: outbreak.Factory) -> None:
    ids = [person.id for person in factory.people.values()]
    with system_scope("test"):
        trace = trace_ids_of(ids)
        start = now() - timedelta(hours=3)
        record_encounter(
            id=uuid7(),
            a=trace[ids[0]],
            b=trace[ids[1]],
            start=start,
            end=start + timedelta(minutes=20),
        )


def _family(factory: outbreak.Factory) -> None:
    source, mate = (factory.people[name] for name in NAMES[:2])
    with system_scope("test") as by:
        people.join_household(persons={source.id: "head", mate.id: "spouse"}, by=by)
        people.represent(
            person=mate, speaker=source, ground="consent", said_to="Trạm Y tế, 9:00", by=by
        )
        grants.give("speaks_for", [mate.id], to_account=uuid7())


def _conflict() -> None:
    """A repeat with other content, kept for review; the gate's writer keeps it."""
    columns = ", ".join(COLUMNS)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"insert into venues_conflict ({columns}, scan)"
            f" select {columns}, id from venues_scan limit 1"
        )


def _work_on(town: Town) -> None:
    """A tracer confirms and hands over; the receiver abroad accepts; messages are drafted."""
    tracer = cast.of_province(Role.TRACER, town.here.province)
    town.owners["tracer"] = tracer
    with scoped(tracer, "tracing"):
        for name in NAMES[1:]:
            row = Contact.objects.get(case=town.case, person=town.factory.people[name])
            services.decide(contacts=[row.id], state=Contact.State.CONFIRMED, by=tracer)
            handover.send(case=town.case, contacts=[row.id], by=tracer)
        source = Person.objects.get(id=town.factory.people[NAMES[0]].id)
        looks.record(person=source.id, what="card", by=tracer)
        notices.draft(person=source, kind="contact_duty", values={}, reason=uuid7(), by=tracer)
    for fact in facts.facts():
        if not fact.startswith("notices."):
            facts.work(fact)


def _owners(town: Town) -> None:
    """Those whose work the town is: somebody of them must see what strangers must not."""
    commune, province = town.here.commune, town.here.province
    source = town.factory.people[NAMES[0]]
    town.owners |= {
        "station": cast.of_commune(Role.STATION_OFFICER, commune),
        "director": cast.of_province(Role.DIRECTOR, province),
        "manager": town.factory.manager,
        "source": cast.citizen(source.id),
        "ministry": cast.of_nation(),
    }
