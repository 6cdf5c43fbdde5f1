"""Invitations: in order, due, families together, and nobody waits longer than the rule allows."""

import random
from datetime import datetime, timedelta

import pytest

from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.services import join_household
from lachan.rulebook.selectors import vaccination_rule
from lachan.vaccination import inviting, registration_tasks
from lachan.vaccination.invitation_slots import longest_wait, plan, seat
from lachan.vaccination.models import Invitation, Registration, Session
from lachan.vaccination.selectors import measured_pace
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.vaccination.registered import (
    DISEASE,
    crowd,
    fresh,
    lined_up,
    rules,
    session,
    station,
)
from tests.vaccination.test_registration import refused

SEVEN = datetime(2026, 12, 1, 7, tzinfo=OFFSET)


@pytest.fixture(autouse=True)
def _alone(database: str) -> None:
    rules()
    with system_scope("test"):
        Registration.objects.exclude(state="withdrawn").update(state="withdrawn", why="xong")


@pytest.fixture
def officer() -> Principal:
    return station()


def invited(at: Session, by: Principal, *, most: int = 100, pace: float = 60) -> inviting.Invited:
    with scoped(by, "vaccination_invitation"):
        return inviting.invite(session=at, most=most, pace=pace, by=by)


def asked(at: Session) -> list[Invitation]:
    with system_scope("test"):
        return list(at.invitations.select_related("registration", "session").order_by("number"))


def test_1200_by_slots_wait_no_longer_than_the_rule() -> None:
    """Four tables at sixty an hour take 240: 80 people every 20 minutes, 1,200 in five hours."""
    with system_scope("test"):
        minutes = vaccination_rule(DISEASE, now()).reception_minutes
    slots = plan(
        starts_at=SEVEN, ends_at=SEVEN + timedelta(hours=5), pace=240, wait_minutes=minutes
    )
    assert (minutes, slots.minutes, slots.size, slots.room) == (20, 20, 80, 1200)
    seats = seat(slots, [1] * 1200)
    assert None not in seats
    arrivals = [slots.starts[at] for at in seats if at is not None]
    assert len(arrivals) == 1200
    assert longest_wait(arrivals, 240) <= minutes


def test_at_any_pace_and_with_any_families_nobody_waits_longer() -> None:
    dice = random.Random(5)
    for _time in range(400):
        pace = dice.uniform(2, 400)
        wait = dice.choice([10, 15, 20, 30, 45])
        slots = plan(
            starts_at=SEVEN, ends_at=SEVEN + timedelta(hours=6), pace=pace, wait_minutes=wait
        )
        families = [dice.choice([1, 1, 2, 3, 4, 5]) for _one in range(300)]
        arrivals = []
        for people, at in zip(families, seat(slots, families), strict=True):
            if at is None:
                continue
            for place in range(people):
                arrivals.append(slots.starts[min(at + place // slots.size, len(slots.starts) - 1)])
        assert longest_wait(arrivals, pace) <= wait + 1e-6, (pace, wait)
        assert len(arrivals) <= slots.room


def test_a_family_has_one_slot_and_whoever_follows_fills_the_gap() -> None:
    slots = plan(starts_at=SEVEN, ends_at=SEVEN + timedelta(hours=1), pace=9, wait_minutes=20)
    assert slots.size == 3
    assert seat(slots, [2, 3, 1, 3, 1]) == [0, 1, 0, 2, None]


def test_people_are_asked_in_the_published_order(officer: Principal) -> None:
    people = crowd(6)
    lined_up(people[:3])
    lined_up(people[3:], proven=["health"])
    at = session()
    found = invited(at, officer, most=4)
    assert found.people == 4
    rows = asked(at)
    assert [row.registration.proven for row in rows] == [["health"]] * 3 + [[]]
    assert {fresh(row.registration_id).state for row in rows} == {"invited"}
    again = invited(at, officer)
    assert again.people == 2
    with refused("nobody_waits"):
        invited(at, officer)


def test_a_family_comes_together_and_who_wished_for_another_day_does_not(
    officer: Principal,
) -> None:
    people = crowd(5)
    rows = lined_up(people)
    with system_scope("test") as by:
        join_household(persons={people[0].id: "head", people[4].id: "child"}, by=by)
        Registration.objects.filter(pk=rows[2].pk).update(wishes=["2020-01-01 am"])
    at = session()
    assert invited(at, officer).people == 4
    told = asked(at)
    family = [row for row in told if row.person_id in {people[0].id, people[4].id}]
    assert abs(family[0].number - family[1].number) == 1
    assert family[0].screening_at == family[1].screening_at
    assert rows[2].pk not in {row.registration_id for row in told}


def test_whoever_is_not_due_is_not_asked(officer: Principal) -> None:
    people = crowd(2)
    lined_up(people)
    dose(people[0].id, days=7)
    at = session()
    found = invited(at, officer)
    assert (found.people, found.not_due) == (1, 1)


def dose(person_id: object, *, days: float, **more: object) -> None:
    told = {
        "id": uuid7(),
        "person": person_id,
        "disease": DISEASE,
        "product": "vaxzevria",
        "given_at": now() - timedelta(days=days),
    } | more
    with system_scope("test") as by:
        [entered] = enter([Injection(**told)], by=by)  # type: ignore[arg-type]
        assert entered.outcome == "made", entered


def test_the_message_names_no_disease_and_no_name(officer: Principal) -> None:
    [someone] = crowd(1)
    [row] = lined_up([someone])
    at = session()
    invited(at, officer)
    with system_scope("test"):
        notice = Notice.objects.get(person=someone.id, kind="appointment")
    text = text_of(notice)
    assert row.receipt in text
    assert notice.state == "approved"
    for word in ("covid", "tiêm", "vắc xin", "Sùng"):
        assert word not in text.casefold().replace(at.name.casefold(), "")


def test_no_and_later_give_the_place_back_and_the_line_keeps_the_first_place(
    officer: Principal,
) -> None:
    people = crowd(3)
    lined_up(people)
    at = session()
    invited(at, officer)
    for row, said in zip(asked(at), ("yes", "no", "later"), strict=True):
        himself = cast.citizen(row.person_id)
        with scoped(himself, "own"):
            mine = Invitation.objects.select_related("session").get(pk=row.pk)
            inviting.answer(mine, said, by=himself)
    assert [fresh(row.registration_id).state for row in asked(at)] == [
        "invited",
        "registered",
        "registered",
    ]
    [first, *_others] = asked(at)
    with refused("answer_unreadable"), scoped(officer, "x") as by:
        inviting.answer(first, "perhaps", by=by)


def test_a_site_sees_whom_it_invited_and_nobody_else(officer: Principal) -> None:
    people = crowd(2)
    lined_up(people)
    at = session()
    vaccinator = cast.of_organisation(Role.VACCINATOR, at.organisation)
    invited(at, officer, most=1)
    registration_tasks.open_invited()
    with scoped(vaccinator, "vaccination"):
        seen = set(Registration.objects.values_list("person", flat=True))
    assert seen == {asked(at)[0].person_id}


def test_a_dose_makes_vaccinated_and_who_stays_away_waits_again(officer: Principal) -> None:
    people = crowd(2)
    lined_up(people)
    at = session(begins=timedelta(hours=-6))
    invited(at, officer)
    came, stayed = asked(at)
    dose(came.person_id, days=0, session=at.id)
    registration_tasks.settle()
    assert fresh(came.registration_id).state == "vaccinated"
    assert fresh(stayed.registration_id).state == "invited"
    with system_scope("test"):
        Session.objects.filter(pk=at.pk).update(state="closed")
    registration_tasks.settle()
    assert fresh(stayed.registration_id).state == "registered"
    assert [row.came_at is not None for row in asked(at)] == [True, False]


def test_the_call_list_of_the_evening_is_the_line_itself(officer: Principal) -> None:
    people = crowd(4)
    lined_up(people)
    at = session()
    invited(at, officer, most=1)
    with scoped(officer, "x"):
        line = inviting.waiting(at)
        assert len(line) == 3
        first, second = line[:2]
        inviting.spare_call(session=at, registration=first, said="unreached", by=officer)
        inviting.spare_call(session=at, registration=second, said="yes", by=officer)
        assert [row.pk for row in inviting.waiting(at)] == [line[2].pk]
    assert fresh(first).state == "registered"
    assert fresh(second).state == "invited"
    with refused("invited_already"), scoped(officer, "x"):
        inviting.spare_call(session=at, registration=first, said="yes", by=officer)


def test_a_stopped_session_and_one_elsewhere_invite_nobody(officer: Principal) -> None:
    lined_up(crowd(1))
    with refused("session_over"):
        invited(session(state="stopped"), officer)
    with refused("session_elsewhere"):
        invited(session(), cast.of_commune(Role.STATION_OFFICER))
    with refused("pace_missing"):
        invited(session(), officer, pace=0)


def test_the_pace_is_measured_from_what_was_injected() -> None:
    at = session(begins=timedelta(hours=-6))
    for number, someone in enumerate(crowd(13)):
        dose(
            someone.id,
            days=(5 * 60 - number * 5) / 60 / 24,
            session=at.id,
            organisation=at.organisation,
            table=1,
        )
    with system_scope("test"):
        assert measured_pace(at.organisation) == pytest.approx(12, rel=1e-3)
        assert measured_pace(uuid7()) is None
