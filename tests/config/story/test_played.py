"""The planted case played in the product: released at 02:10, traced, and sorted by the rulebook."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, sized
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.installation import installation
from lachan.core.scope import scoped, system_scope
from lachan.people.signing_in import cast_of_demo, enter
from lachan.sampling.models import Result
from lachan.sampling.services import release_result
from lachan.tracing import services, tasks
from lachan.tracing.models import Case, Contact, Run
from tests.config.story.test_load import SMALL, owner, tell

__all__ = ["owner"]
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def story() -> World:
    """What `SMALL` tells."""
    return generate(replace(sized(PRESETS["mac-dinh"], 600), seed=3))


@pytest.fixture(scope="module")
def run_of_f0(owner: str, story: World) -> Iterator[Run]:
    """The lead of the laboratory releases, the worker works: the answer to the case of F0."""
    told = tell(owner, *SMALL)
    assert told.returncode == 0, told.stderr
    installation()
    person = story.uuid("person", story.planted.f0)
    lead = enter(next(one for one in cast_of_demo() if one.handle == "lablead"))
    with scoped(lead, "release"):
        tube = next(one.tube for one in story.samples if one.person == story.planted.f0)
        waiting = Result.objects.get(tube__barcode=tube)
        release_result(result=waiting, by=lead)
    tasks.new_positives()
    with system_scope("test") as system:
        case = Case.objects.get(person=person)
        if not case.runs.exists():
            services.ask(case, by=system)
    tasks.answer_runs()
    with system_scope("test"):
        yield Run.objects.select_related("case").get(case=case)
    clock.wind(timedelta(0))


def people_of(story: World, rows: set[int]) -> set[object]:
    """Identifiers of people."""
    return {story.uuid("person", index) for index in rows}


def test_the_68_are_to_verify_and_nobody_is_confirmed(run_of_f0: Run, story: World) -> None:
    contacts = Contact.objects.filter(case=run_of_f0.case)
    found = set(contacts.values_list("person_id", flat=True))
    assert run_of_f0.state == Run.State.DONE
    assert found == people_of(story, story.contacts_of_f0())
    assert run_of_f0.to_verify == 68
    assert set(contacts.values_list("state", flat=True)) == {Contact.State.TO_VERIFY}


def test_the_rest_of_the_shift_is_counted_and_the_other_shifts_are_not(
    run_of_f0: Run, story: World
) -> None:
    work = story.people[story.planted.f0].work
    assert work is not None
    shift = set(story.people_of_shift(work.organisation, work.shift))
    others = shift - story.contacts_of_f0() - {story.planted.f0}
    assert run_of_f0.linked == len(others)


def test_the_contacts_live_in_fourteen_communes_of_two_provinces(
    run_of_f0: Run, story: World
) -> None:
    contacts = Contact.objects.filter(case=run_of_f0.case)
    assert len(set(contacts.values_list("home_commune", flat=True))) == 14
    assert len(set(contacts.values_list("home_province", flat=True))) == 2
