"""The planted case played in the product: released at 02:10, traced, and sorted by the rulebook."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, sized
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.ids import uuid7
from lachan.core.installation import installation
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import sharing_phone
from lachan.people.signing_in import cast_of_demo, enter
from lachan.sampling.models import Result
from lachan.sampling.selectors import ReleasedPositive
from lachan.sampling.services import release_result
from lachan.tracing import services, tasks
from lachan.tracing.models import Case, Contact, LinkedPlace, Run
from tests.config.story.test_load import SMALL, owner, tell
from tests.factories import outbreak

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
    lead = enter(next(one for one, _role in cast_of_demo() if one.handle == "lablead"))
    with scoped(lead, "release"):
        tube = next(one.tube for one in story.samples if one.person == story.planted.f0)
        waiting = Result.objects.get(tube__barcode=tube)
        release_result(result=waiting, by=lead)
    tasks.new_positives()
    with system_scope("test") as system:
        case = Case.objects.get(person=person)
        if not case.runs.exists():
            services.ask(case, by=system)
    outbreak.answered(case)
    with system_scope("test"):
        run = Run.objects.select_related("case").filter(case=case).latest("asked_at")
    yield run
    clock.wind(timedelta(0))


def contacts_of(run: Run) -> list[Contact]:
    """Everybody named for checking, as the worker's account sees them."""
    with system_scope("test"):
        return list(Contact.objects.filter(case=run.case))


def people_of(story: World, rows: set[int]) -> set[object]:
    """Identifiers of people."""
    return {story.uuid("person", index) for index in rows}


def test_the_68_are_to_verify_and_nobody_is_confirmed(run_of_f0: Run, story: World) -> None:
    contacts = contacts_of(run_of_f0)
    assert run_of_f0.state == Run.State.DONE
    assert {row.person_id for row in contacts} == people_of(story, story.contacts_of_f0())
    assert run_of_f0.to_verify == 68
    assert {row.state for row in contacts} == {Contact.State.TO_VERIFY}


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
    contacts = contacts_of(run_of_f0)
    assert len({row.home_commune for row in contacts}) == 14
    assert len({row.home_province for row in contacts}) == 2


@pytest.fixture(scope="module")
def run_of_dormitory(run_of_f0: Run, story: World) -> Run:
    """One of the thirty with one phone is positive two days before."""
    somebody = story.people_in[story.planted.phone_rooms[0]][0]
    taken_at = run_of_f0.case.taken_at
    positive = ReleasedPositive(
        result=uuid7(),
        person=story.uuid("person", somebody),
        disease=run_of_f0.case.disease,
        reason="symptoms",
        onset=taken_at.date(),
        taken_at=taken_at,
        released_at=taken_at,
    )
    with system_scope("test") as system:
        case = services.open_case(positive, by=system)
    assert case is not None
    outbreak.answered(case)
    with system_scope("test"):
        return Run.objects.select_related("case").filter(case=case).latest("asked_at")


def test_of_thirty_with_one_phone_nine_are_to_verify_and_twenty_only_counted(
    run_of_dormitory: Run, story: World
) -> None:
    first, *others = [story.people_in[room] for room in story.planted.phone_rooms]
    found = {row.person_id for row in contacts_of(run_of_dormitory)}
    with system_scope("test"):
        house = LinkedPlace.objects.get(run=run_of_dormitory, place__name="Nhà trọ Bằng Lăng")
    assert len(found & people_of(story, set(first))) == 9
    assert not found & people_of(story, {person for room in others for person in room})
    assert house.people == 29
    assert not house.close


def test_the_thirty_are_thirty_persons_with_one_number(run_of_dormitory: Run, story: World) -> None:
    with system_scope("test"):
        sharing = sharing_phone(story.planted.shared_phone)
    everybody = {person for room in story.planted.phone_rooms for person in story.people_in[room]}
    assert set(sharing) == people_of(story, everybody)
