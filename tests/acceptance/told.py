"""The acceptance preset in a database, and the same story in memory to reckon with."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections

from lachan.config.story.scenes import Scenes
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.clock import now
from lachan.core.installation import look_again
from lachan.core.scope import Principal, forget_system_session, scoped, system_scope
from lachan.people.signing_in import cast_of_demo, enter
from lachan.rulebook.selectors import contact_rule
from lachan.sampling.models import Result
from lachan.sampling.services import release_result
from lachan.tracing import tasks
from lachan.tracing.models import Case, Contact, Run
from tests.acceptance.twin import Answer, Twin
from tests.database import ROOT
from tests.factories import outbreak


@dataclass
class Told:
    """The story in the database, and the same story in memory."""

    world: World
    cast: dict[str, Principal]

    @property
    def scenes(self) -> Scenes:
        """What is planted for the scenarios."""
        scenes = self.world.planted.scenes
        assert scenes is not None
        return scenes

    def person(self, index: int) -> UUID:
        """The id of a person of the world."""
        return self.world.uuid("person", index)

    def persons(self, indexes: set[int]) -> set[UUID]:
        """The ids of many."""
        return {self.person(index) for index in indexes}

    def place(self, index: int) -> UUID:
        """The id of a place of the world."""
        return self.world.uuid("place", index)

    @cached_property
    def index_of(self) -> dict[UUID, int]:
        """Which person of the world an id means."""
        return {self.person(index): index for index in range(len(self.world.people))}

    @cached_property
    def twin(self) -> Twin:
        """The ledgers as they stand where the story begins to be played."""
        return Twin(self.world, self.world.at(6, 2))

    def twin_answers(self, case: Case, index: int) -> Answer:
        """What the naive twin says to the question of a case."""
        with system_scope("test"):
            rule = contact_rule(case.disease, at=now(), province=case.province)
        return self.twin.answer(index, int(case.infectious_from.timestamp()), None, rule)

    def wind(self, forward: timedelta) -> None:
        """So much later: the database's clock and this process's; the cast signs in again."""
        self._forward(forward)
        forget_system_session()
        self.cast = signed_in()

    def wind_to(self, seconds: int) -> None:
        """The clock stands at a moment of the story that is still to come, and runs on.

        The cast signs in a little before, so that the moment is not over when this returns.
        """
        self.wind(moment(seconds) - now() - timedelta(minutes=2))
        self._forward(moment(seconds) - now())

    def _forward(self, by: timedelta) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("update core_installation set wound = wound + %s", [by])
        look_again()

    def released(self, index: int) -> Case:
        """The laboratory's lead releases what waits for somebody; the worker makes the case and
        answers its first question."""
        lead = self.cast["lablead"]
        with system_scope("test"):
            result = Result.objects.get(tube__samples__person=self.person(index), replaced_by=None)
        with scoped(lead, "release"):
            release_result(result=Result.objects.get(pk=result.pk), by=lead)
        tasks.new_positives()
        return self.case_of(index)

    def case_of(self, index: int) -> Case:
        """The case of somebody, its questions answered."""
        with system_scope("test"):
            case = Case.objects.get(person=self.person(index))
        outbreak.answered(case)
        return case


def signed_in() -> dict[str, Principal]:
    """Everybody of the cast, by slug."""
    return {account.handle: enter(account) for account, _role in cast_of_demo()}


@contextmanager
def played(world: World, engine: Path) -> Iterator[Told]:
    """This process stands in the story: its clock, its cast, and an engine's folder of its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr(type(settings.HOME), "engine", engine)
    before = clock._wound
    look_again()
    try:
        yield Told(world, signed_in())
    finally:
        clock.wind(before)
        cache.clear()
        patch.undo()


def tell(database: str, *options: str) -> None:
    """`lachan story`, as the owner calls it, into a copy of the template."""
    parts = psycopg.conninfo.conninfo_to_dict(os.environ["LACHAN_DSN_OWNER"])
    owner = psycopg.conninfo.make_conninfo("", **(parts | {"dbname": database}))
    done = subprocess.run(
        [sys.executable, "-m", "lachan", "story", *options],
        env=os.environ
        | {"LACHAN_DSN_OWNER": owner, "LACHAN_DSN_APP": owner, "PYTHONPATH": str(ROOT / "src")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def moment(seconds: int) -> datetime:
    """A moment of the story."""
    return datetime.fromtimestamp(seconds, UTC)


def people_of(case: Case, **where: object) -> set[UUID]:
    """Who stands on the list of a case, as the worker's account sees it."""
    with system_scope("test"):
        return set(Contact.objects.filter(case=case, **where).values_list("person", flat=True))


def last_run(case: Case) -> Run:
    """The latest answer to a case."""
    with system_scope("test"):
        return Run.objects.filter(case=case).latest("asked_at")
