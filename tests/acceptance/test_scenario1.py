"""Scenario 1: a positive at 02:10; scans, household and a telephone call give fourteen people."""

from datetime import datetime

import pytest

from lachan.config.story import scenes
from lachan.core.scope import Principal, scoped, system_scope
from lachan.notices.models import Notice
from lachan.people.selectors import cards_of
from lachan.tracing import adding, boards, days, points
from lachan.tracing.models import Case, Contact, TimePlace
from tests.acceptance.told import Told, last_run, moment, people_of
from tests.acceptance.twin import Answer
from tests.factories import outbreak

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def night_case(told: Told) -> Case:
    """The ice worker, released at the laboratory."""
    return told.released(told.scenes.night_worker.f0)


@pytest.fixture(scope="module")
def expected(told: Told, night_case: Case) -> Answer:
    """What the naive twin reads in his seven scans."""
    return told.twin_answers(night_case, told.scenes.night_worker.f0)


def test_the_story_plants_what_the_scenario_counts(told: Told) -> None:
    scene, people = told.scenes.night_worker, told.world.people
    called = {one.person for row in scene.told for one in row.with_whom}
    named = scene.named()
    home = people[scene.f0].stay.commune

    assert (len(scene.household), len(scene.scanned), len(scene.told)) == (4, 7, 3)
    assert (len(scene.met), len(called), len(called & set(scene.met))) == (6, 5, 1)
    assert len(named) == 14
    assert sum(bool(people[index].phones) for index in named) == 11
    assert sum(people[index].stay.commune != home for index in named) == 2


def test_the_case_waits_on_the_board_of_the_officers_on_duty(told: Told, night_case: Case) -> None:
    for slug in ("tracer", "station"):
        with scoped(told.cast[slug], "board"):
            board = list(boards.cases_of_board(boards.Wanted(), told.cast[slug]))
        assert night_case in board
        assert next(case for case in board if case == night_case).taken_by is None


def test_scans_and_household_give_ten_people(
    told: Told, night_case: Case, expected: Answer
) -> None:
    scene = told.scenes.night_worker

    assert expected.close == set(scene.met)
    assert expected.linked == set(scene.passers)
    assert people_of(night_case) == told.persons(expected.close | set(scene.household))
    assert last_run(night_case).linked == len(expected.linked)


@pytest.fixture(scope="module")
def interviewed(told: Told, night_case: Case, expected: Answer) -> Case:
    """The officer on duty at the CDC calls him and types what he tells."""
    tracer = told.cast["tracer"]
    for row in told.scenes.night_worker.told:
        with scoped(tracer, "interview"):
            points.add_point(case=night_case, told=point_of(told, row), by=tracer)
        for one in row.with_whom:
            with scoped(tracer, "interview"):
                type_in(night_case, one, moment(row.start), tracer)
    outbreak.answered(night_case)
    return night_case


def type_in(case: Case, one: scenes.Companion, met: datetime, by: Principal) -> None:
    """Somebody he names: found in the register by the number, or else entered."""
    said = adding.Told(source="interview", name=one.called, phone=one.phone, first_at=met)
    surely = [who.card.person for who in adding.who_it_may_be(case, said, by) if who.surely]
    adding.add(case=case, told=said, by=by, person=surely[0] if surely else None)


def point_of(told: Told, row: scenes.Told) -> points.Told:
    """A stay as he tells it, for the form."""
    return points.Told(
        start=moment(row.start),
        end=moment(row.end),
        place=None if row.place is None else told.place(row.place),
        name=row.said,
        kind=TimePlace.Kind.HOME if row.place is None else "",
        uncertain=row.uncertainty // 60,
        company=", ".join(one.called for one in row.with_whom),
    )


def test_the_timeline_has_what_he_scanned_and_what_he_told(told: Told, interviewed: Case) -> None:
    scene = told.scenes.night_worker
    with scoped(told.cast["tracer"], "case_timeline"):
        rows = [row for line in days.timeline(interviewed) for row in line.stays]
    scanned = {row.place for row in rows if row.point is None}
    spoken = {row.point.id for row in rows if row.point is not None}

    assert scanned == {told.place(place) for place in scene.scanned}
    assert len(spoken) == len(scene.told)
    assert {row.point.uncertain * 60 for row in rows if row.point is not None} == {
        row.uncertainty for row in scene.told
    }


def test_with_the_interview_the_list_has_exactly_its_people(told: Told, interviewed: Case) -> None:
    scene, people = told.scenes.night_worker, told.world.people
    strangers = {one.person: one.called for row in scene.told for one in row.with_whom}
    nameless = {index for index in strangers if not people[index].phones}
    listed = people_of(interviewed)
    known = {one for one in listed if one in told.index_of}
    with scoped(told.cast["tracer"], "tracing"):
        cards = cards_of(listed)
        contacts = list(Contact.objects.filter(case=interviewed))

    assert len(listed) == len(scene.named()) == 14
    assert known == told.persons(scene.named() - nameless)
    assert {cards[one].name for one in listed - known} == {strangers[one] for one in nameless}
    assert sum(bool(card.phone) for card in cards.values()) == 11
    assert sum(row.home_commune != interviewed.commune for row in contacts) == 2
    at_home = told.persons(set(scene.household))
    assert sum(not cards[one].phone for one in at_home) == 2


def test_nobody_is_told_before_somebody_approves(told: Told, interviewed: Case) -> None:
    with system_scope("test"):
        assert not Notice.objects.exclude(kind="appointment").exists()
    assert people_of(interviewed, state=Contact.State.TO_VERIFY) == people_of(interviewed)
