"""Scenarios 2, 4 and 5 of practice.md section 7 at story size, on the loaded demo.

The figures are set arithmetic on the story's world; nothing here is typed from what came out.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.installation import installation
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.signing_in import cast_of_demo, enter
from lachan.sampling import services as sampling
from lachan.sampling.models import Result
from lachan.tracing import handover, inbox, selectors, services, tasks
from lachan.tracing.models import Case, Contact, Handover, Run
from tests.database import ROOT
from tests.factories import cast, outbreak

pytestmark = pytest.mark.slow


@dataclass
class Told:
    """The story in the database, and the same story in memory."""

    world: World
    cast: dict[str, Principal]

    def person(self, index: int) -> UUID:
        """The id of a person of the world."""
        return self.world.uuid("person", index)

    def persons(self, indexes: set[int]) -> set[UUID]:
        """The ids of many."""
        return {self.person(index) for index in indexes}


@pytest.fixture(scope="module")
def told(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The acceptance preset, loaded as `lachan story` does."""
    parts = psycopg.conninfo.conninfo_to_dict(os.environ["LACHAN_DSN_OWNER"])
    owner = psycopg.conninfo.make_conninfo("", **(parts | {"dbname": database}))
    subprocess.run(
        [sys.executable, "-m", "lachan", "story", "--preset", "nghiem-thu"],
        env=os.environ
        | {
            "LACHAN_DSN_OWNER": owner,
            "LACHAN_DSN_APP": owner,
            "PYTHONPATH": str(ROOT / "src"),
        },
        check=True,
        capture_output=True,
    )
    patch = pytest.MonkeyPatch()
    patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
    before = clock._wound
    cache.clear()
    installation()
    world = generate(PRESETS["nghiem-thu"])
    yield Told(world, {account.handle: enter(account) for account, _role in cast_of_demo()})
    clock.wind(before)
    cache.clear()
    patch.undo()


def _case_of(told: Told, index: int) -> Case:
    """Release the waiting result of a person, as the laboratory's lead does at 02:10."""
    lead = told.cast["lablead"]
    with system_scope("test"):
        sample = Result.objects.filter(
            tube__samples__person=told.person(index), replaced_by=None
        ).get()
    with scoped(lead, "release"):
        sampling.release_result(result=Result.objects.get(pk=sample.pk), by=lead)
    tasks.new_positives()
    with system_scope("test"):
        case = Case.objects.get(result=sample.pk)
    outbreak.answered(case)
    return case


@pytest.fixture(scope="module")
def factory_case(told: Told) -> Case:
    """The worker of line 7."""
    return _case_of(told, told.world.planted.f0)


def _contacts(case: Case, **where: str) -> set[UUID]:
    with system_scope("test"):
        return set(Contact.objects.filter(case=case, **where).values_list("person", flat=True))


def test_line_room_and_bus_are_to_verify_and_nobody_else_of_the_factory(
    told: Told, factory_case: Case
) -> None:
    expected = told.persons(told.world.contacts_of_f0())

    assert len(expected) == 68
    assert _contacts(factory_case) == expected
    assert _contacts(factory_case, state="to_verify") == expected


def test_the_others_of_the_shift_are_counted_and_not_named(told: Told, factory_case: Case) -> None:
    work = told.world.people[told.world.planted.f0].work
    assert work is not None
    shift = set(told.world.people_of_shift(work.organisation, work.shift))
    others = shift - told.world.contacts_of_f0() - {told.world.planted.f0}
    with system_scope("test"):
        run = Run.objects.filter(case=factory_case).latest("asked_at")

    assert run.to_verify == 68
    assert run.linked >= len(others) > 500
    assert not run.unnamed


def test_without_confirmation_nobody_is_named_f1(factory_case: Case) -> None:
    assert _contacts(factory_case, state="confirmed") == set()


def test_each_commune_sees_exactly_its_people(told: Told, factory_case: Case) -> None:
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        rows = list(Contact.objects.filter(case=factory_case).values_list("id", flat=True))
        services.decide(contacts=rows, state=Contact.State.CONFIRMED, by=tracer)
        assert handover.send(case=factory_case, contacts=rows, by=tracer) == 68
    with system_scope("test"):
        homes = dict(Person.objects.values_list("id", "commune"))
    by_commune: dict[int, set[UUID]] = {}
    for person in told.persons(told.world.contacts_of_f0()):
        by_commune.setdefault(homes[person], set()).add(person)

    assert len(by_commune) == 14
    seen: list[UUID] = []
    for commune, people in by_commune.items():
        station = cast.of_commune(Role.STATION_OFFICER, commune)
        with scoped(station, "handover"):
            rows = inbox.rows_of(inbox.came(inbox.AskedInbox()))
            assert {row.handover.person_id for row in rows} == people
            assert all(row.card is not None and row.card.name for row in rows)
            own = commune == factory_case.commune
            assert Case.objects.filter(pk=factory_case.pk).exists() == own
            assert Contact.objects.filter(case=factory_case).exists() == own
        seen += [row.handover.person_id for row in rows]
    assert len(seen) == len(set(seen)) == 68


def test_the_other_province_sees_only_those_who_live_there(told: Told, factory_case: Case) -> None:
    with system_scope("test"):
        all_of_them = Handover.objects.count()
        abroad = set(
            Handover.objects.exclude(province=factory_case.province).values_list("id", flat=True)
        )
    with scoped(told.cast["tracer2"], "handover"):
        there = set(Handover.objects.values_list("id", flat=True))

    assert there == abroad
    assert 0 < len(abroad) < all_of_them


def test_a_dormitory_of_thirty_on_one_phone_stays_thirty(told: Told) -> None:
    rooms = [told.world.people_in[room] for room in told.world.planted.phone_rooms]
    ill = rooms[0][0]
    room_mates = told.persons(set(rooms[0]) - {ill})
    others = told.persons({person for room in rooms[1:] for person in room})
    with system_scope("test"):
        person = Person.objects.get(pk=told.person(ill))
        case = _open(person)
    outbreak.answered(case)

    found = _contacts(case)
    assert room_mates <= found
    with system_scope("test"):
        cards = selectors.cards_of(list(room_mates | others | {person.id}))
    assert len(cards) == 30
    assert len({card.phone for card in cards.values()}) == 1
    assert not others & {
        row for row in found if row in others and not _has_other_reason(told, ill, row)
    }


def _has_other_reason(told: Told, ill: int, person: UUID) -> bool:
    """Whether somebody of another room shares the ill person's line or bus as well."""
    world = told.world
    index = next(i for i in range(len(world.people)) if world.uuid("person", i) == person)
    mine, theirs = world.people[ill].work, world.people[index].work
    return mine is not None and theirs is not None and mine.shift == theirs.shift


def _open(person: Person) -> Case:
    from datetime import timedelta

    from lachan.core.ids import uuid7
    from lachan.sampling.selectors import ReleasedPositive

    with system_scope("test") as system:
        made = services.open_case(
            ReleasedPositive(
                result=uuid7(),
                person=person.id,
                disease="measles",
                taken_at=clock.now() - timedelta(hours=6),
                released_at=clock.now(),
                onset=None,
                reason="screening",
            ),
            by=system,
        )
    assert made is not None
    return made
