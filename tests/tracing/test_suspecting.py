"""A positive rapid test is traced before RT-PCR, which confirms that case or ends it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import ProgrammingError

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.corrections.models import Correction
from lachan.sampling.models import Result
from lachan.tracing import suspecting, tasks
from lachan.tracing.models import Case, Suspicion
from tests.corrections import fallen
from tests.factories import cast
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, Unit, somebody
from tests.sampling.people_at_the_table import browser
from tests.sampling.reading_tables import (
    Site,
    begun,
    pcr_of,
    read_by_two,
    refused,
    site,
)


@pytest.fixture(scope="module")
def at(database: str) -> Site:
    """A unit that tests on the spot."""
    return site()


def tracer_of(code: str = HERE_CODE) -> Principal:
    """A tracer of the CDC there."""
    return cast.of_province(Role.TRACER, Unit.of(code).province)


def positive(at: Site, outcome: str = "positive") -> tuple[UUID, UUID]:
    """Somebody's rapid test: the person and the result."""
    who = somebody("Giàng Thị Mỷ", Unit.of(HERE_CODE)).id
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [who], to_organisation=at.organisation, until=until)
    test = begun(at, who, ago=timedelta(minutes=16))
    read_by_two(at, test, outcome)
    with system_scope("test"):
        return who, Result.objects.get(tube=test.tube_id).id


def suspected(result: UUID) -> None:
    """A tracer has it traced, and the worker opens the case."""
    with scoped(tracer_of(), "tracing") as by:
        suspecting.suspect(result=result, by=by)
    tasks.open_suspected()


def cases_of(person: UUID) -> list[Case]:
    """Every case of somebody."""
    with system_scope("test"):
        return list(Case.objects.filter(person=person).order_by("opened_at"))


def test_the_board_offers_it_and_one_press_opens_a_suspected_case(at: Site) -> None:
    who, result = positive(at)
    tracer = browser(tracer_of())
    assert f"/tracing/rapid/{result}/suspect/" in tracer.get("/tracing/").text

    tracer.post(f"/tracing/rapid/{result}/suspect/")
    assert "being opened" in tracer.get("/tracing/").text
    tasks.open_suspected()

    [case] = cases_of(who)
    assert (case.status, case.result) == (Case.Status.SUSPECTED, result)
    board = tracer.get("/tracing/").text
    assert case.number in board
    assert str(result) not in board


def test_asked_twice_it_is_one_case(at: Site) -> None:
    who, result = positive(at)
    suspected(result)
    suspected(result)
    assert len(cases_of(who)) == 1


def test_rt_pcr_confirms_the_same_case(at: Site) -> None:
    who, result = positive(at)
    suspected(result)
    [before] = cases_of(who)

    pcr_of(at, who, "positive")
    tasks.new_positives()
    tasks.new_positives()

    [case] = cases_of(who)
    assert (case.id, case.status) == (before.id, Case.Status.CONFIRMED)
    assert case.result != result
    assert case.infectious_from == before.infectious_from


def test_a_negative_rt_pcr_lays_it_before_a_human(at: Site) -> None:
    who, result = positive(at)
    suspected(result)

    pcr_of(at, who, "negative")
    fallen.worked()

    [case] = cases_of(who)
    assert case.status == Case.Status.SUSPECTED
    with system_scope("test"):
        row = Correction.objects.get(result=result)
    assert (row.cause, row.state) == ("refuted", "prepared")
    assert {line["kind"] for line in row.found} == {"case", "level"}


def test_answered_in_between_the_rapid_test_makes_no_second_case(at: Site) -> None:
    who, result = positive(at)
    with scoped(tracer_of(), "tracing") as by:
        suspecting.suspect(result=result, by=by)
    pcr_of(at, who, "positive")
    tasks.new_positives()

    tasks.open_suspected()

    [case] = cases_of(who)
    assert (case.status, case.result != result) == (Case.Status.CONFIRMED, True)


def test_what_does_not_wait_for_rt_pcr_is_refused(at: Site) -> None:
    who, result = positive(at)
    pcr_of(at, who, "negative")
    _negative, other = positive(at, "negative")
    tracer = tracer_of()
    with refused("rapid_answered"), scoped(tracer, "tracing") as by:
        suspecting.suspect(result=result, by=by)
    with refused("not_provisional"), scoped(tracer, "tracing") as by:
        suspecting.suspect(result=other, by=by)
    with refused("human_only"), system_scope("test") as system:
        suspecting.suspect(result=result, by=system)


def test_a_stranger_neither_sees_nor_asks(at: Site) -> None:
    who, result = positive(at)
    abroad = tracer_of(ABROAD_CODE)
    assert str(result) not in browser(abroad).get("/tracing/").text
    with refused("not_provisional"), scoped(abroad, "tracing") as by:
        suspecting.suspect(result=result, by=by)
    unit = Unit.of(HERE_CODE)
    mine = {
        "result": result,
        "person_id": who,
        "asked_at": now(),
        "commune": unit.commune,
        "province": unit.province,
    }
    here = tracer_of()
    for writer, account in (
        (abroad, abroad.account),
        (here, uuid7()),
        (at.reader, at.reader.account),
    ):
        with pytest.raises(ProgrammingError), scoped(writer, "attack"):
            Suspicion.objects.create(asked_by=account, asked_by_name="x", **mine)
