"""Amending within the day: the first word stays, the newest counts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lachan.core import clock
from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.declarations import selectors, telling
from lachan.declarations.models import Declaration
from lachan.declarations.services import amend, declare
from tests.declarations.households import NO, Household, household
from tests.factories import cast


def made(home: Household, person: UUID | None = None, **more: str) -> Declaration:
    """The mother declares, without any sign."""
    with scoped(home.mother, "declare") as by:
        return declare(key=uuid7(), person=person or home.mai, answers=NO, by=by, **more)  # type: ignore[arg-type]


def again(first: Declaration, by: Principal) -> Declaration:
    """Somebody says that there is fever after all."""
    with scoped(by, "declare"):
        answers = NO | {"fever": True}
        return amend(key=uuid7(), first=first.id, answers=answers, by=by)


@pytest.fixture
def late() -> Iterator[None]:
    """One minute to midnight at +07:00 of the next day that has one."""
    local = now().astimezone(OFFSET)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), OFFSET)
    clock.wind(midnight - timedelta(minutes=1) - now())
    yield
    clock.wind(timedelta(0))


def test_an_amendment_follows_the_first_and_facts_come_from_it() -> None:
    home = household()
    first = made(home)
    second = again(first, home.mother)
    with scoped(home.mother, "look") as by:
        [step] = telling.history(second, by)
        facts = selectors.facts_of(home.mai, now())
        first.refresh_from_db()
    assert (second.follows_id, second.kind) == (first.id, first.kind)
    assert [(each.before != "", each.after != "") for each in step.changes] == [(True, True)]
    assert (facts["symptoms"], first.symptoms) == (True, False)


def test_only_the_newest_is_amended_and_once() -> None:
    home = household()
    first = made(home)
    second = again(first, home.mother)
    with pytest.raises(Refused) as refused:
        again(first, home.mother)
    assert refused.value.code == "already_amended"
    assert again(second, home.mother).follows_id == second.id


def test_the_minute_before_midnight_still_amends_and_midnight_does_not(late: None) -> None:
    home = household()
    first = made(home)
    second = again(first, home.mother)
    clock.wind(clock._wound + timedelta(minutes=2))
    with pytest.raises(Refused) as refused:
        again(second, home.mother)
    assert refused.value.code == "amend_too_late"


def test_an_officer_who_did_not_declare_does_not_amend() -> None:
    home = household()
    first = made(home)
    with pytest.raises(Refused) as refused:
        again(first, cast.of_commune(Role.STATION_OFFICER))
    assert refused.value.code == "amend_not_yours"


def test_what_a_mother_said_of_her_child_keeps_how_the_child_agreed() -> None:
    home = household()
    first = made(home, home.an, consent="guardian", relation="parent")
    second = again(first, home.mother)
    assert (second.way, second.consent, second.relation) == ("family", "guardian", "parent")
