"""F2 by the engine: who was close to a confirmed F1 once that one could pass it on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.services import add_part
from lachan.rulebook import services as rules
from lachan.rulebook.selectors import rule_in_force
from lachan.rulebook.shape import Source
from lachan.tracing import services
from lachan.tracing.models import Contact, ContactLink, Run
from lachan.venues.services import open_venue
from tests.factories import cast, chains, outbreak
from tests.factories.outbreak import Factory, Unit


class World:
    """F0 and Hùng at line 7; later Hùng at line 8 with Oanh, and on the campus with Thu.

    Lụa was at line 8 with Hùng before he met F0.
    """

    def __init__(self) -> None:
        self.place: Factory = outbreak.factory(Unit.of(outbreak.HERE_CODE))
        with scoped(self.place.manager, "places"):
            shop = add_part(
                parent=self.place.campus.place,
                kind="workshop",
                name="Xưởng 2",
                by=self.place.manager,
            )
            line = add_part(parent=shop, kind="line", name="Chuyền 8", by=self.place.manager)
            self.other = open_venue(place=line, by=self.place.manager)
        self.people = {
            name: outbreak.somebody(name, self.place.unit)
            for name in ("Ngân", "Hùng", "Oanh", "Thu", "Lụa")
        }
        start = now() - timedelta(hours=30)
        self.stay("Lụa", self.other, start)
        self.stay("Hùng", self.other, start)
        self.stay("Ngân", self.place.line, start + timedelta(hours=2))
        self.stay("Hùng", self.place.line, start + timedelta(hours=2))
        self.stay("Hùng", self.other, start + timedelta(hours=20))
        self.stay("Oanh", self.other, start + timedelta(hours=20))
        self.stay("Thu", self.place.campus, start + timedelta(hours=20))
        self.case = outbreak.positive(self.people["Ngân"])
        outbreak.answered(self.case)

    def stay(self, name: str, venue: object, at: object) -> None:
        outbreak.stay(venue, self.people[name], at, 60, self.place.manager)  # type: ignore[arg-type]

    def ask(self) -> Run:
        with scoped(chains.tracer_of(self.case), "tracing") as by:
            services.ask(self.case, by=by)
        outbreak.answered(self.case)
        chains.computed()
        with system_scope("test"):
            return Run.objects.filter(case=self.case).latest("asked_at")

    def rows(self) -> dict[str, Contact]:
        names = {person.id: name for name, person in self.people.items()}
        with system_scope("test"):
            found = Contact.objects.filter(case=self.case).select_related("via")
            return {names[row.person_id]: row for row in found}


@pytest.fixture(scope="module")
def world(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        yield World()


def test_nobody_around_an_unconfirmed_f1_is_asked_about(world: World) -> None:
    assert set(world.rows()) == {"Hùng"}


def test_who_was_close_to_a_confirmed_f1_afterwards_is_an_f2_to_verify(world: World) -> None:
    hung = world.rows()["Hùng"]
    with scoped(chains.tracer_of(world.case), "tracing") as by:
        services.decide(contacts=[hung.id], state=Contact.State.CONFIRMED, by=by)
    run = world.ask()
    rows = world.rows()

    assert set(rows) == {"Hùng", "Oanh"}
    oanh = rows["Oanh"]
    assert (oanh.hop, oanh.state, oanh.source) == (2, "to_verify", "scan")
    assert oanh.via is not None
    assert oanh.via.person_id == world.people["Hùng"].id
    assert (run.second_to_verify, run.second_linked) == (1, 1)
    stands = chains.replayed(world.case)
    assert stands[world.people["Oanh"].id] == 2
    assert world.people["Thu"].id not in stands


def test_asking_again_writes_nothing_twice(world: World) -> None:
    with system_scope("test"):
        before = set(ContactLink.objects.filter(case=world.case).values_list("id"))
    world.ask()

    with system_scope("test"):
        assert set(ContactLink.objects.filter(case=world.case).values_list("id")) == before
    assert set(world.rows()) == {"Hùng", "Oanh"}


def test_a_rule_of_three_levels_asks_around_confirmed_f2s_too(world: World) -> None:
    lua = outbreak.somebody("Bình", world.place.unit)
    world.people["Bình"] = lua
    at = now() - timedelta(hours=8)
    world.stay("Oanh", world.place.line, at)
    world.stay("Bình", world.place.line, at)
    oanh = world.rows()["Oanh"]
    with scoped(chains.tracer_of(world.case), "tracing") as by:
        services.decide(contacts=[oanh.id], state=Contact.State.CONFIRMED, by=by)
    world.ask()
    assert "Bình" not in world.rows()
    _rule_with(levels=3)
    world.ask()

    row = world.rows()["Bình"]
    assert row.via is not None
    assert (row.hop, row.via.person_id) == (3, world.people["Oanh"].id)
    assert chains.replayed(world.case)[lua.id] == 3


def _rule_with(**changes: int) -> None:
    """From now on the rule of the disease says something else."""
    ministry = cast.of_nation(Role.MINISTRY)
    with scoped(ministry, "rules"):
        old = rule_in_force("contact", disease="covid-19", at=now())
        rules.add_version(
            kind="contact",
            name=old.name,
            disease="covid-19",
            regime=old.regime,
            in_force=(now() - timedelta(seconds=1), None),
            source=Source("Quyết định số 1 (ví dụ)", "Điều 1", "official"),
            body={**old.body, **changes},
            sentences=old.sentences,
            by=ministry,
        )


def test_over_the_limit_of_names_nobody_farther_is_named(world: World) -> None:
    _rule_with(name_limit=1, levels=2)
    person = outbreak.somebody("Bưởi", world.place.unit)
    world.people["Bưởi"] = person
    world.stay("Bưởi", world.other, now() - timedelta(hours=10))
    run = world.ask()

    assert "Bưởi" not in world.rows()
    assert chains.replayed(world.case)[world.people["Oanh"].id] == 2
    assert (run.second_to_verify, run.second_linked) == (0, 3)
