"""A positive taken back elsewhere waits as a list; what would harm meanwhile falls at once."""

import pytest
from django.db import ProgrammingError

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.corrections import services
from lachan.corrections.models import Correction
from lachan.isolation.models import Holding, Order
from lachan.notices.models import Notice
from lachan.sampling import pool_tasks
from lachan.sampling.models import SampleRequest
from lachan.tracing import tasks as tracing_tasks
from lachan.tracing.models import Case, PoolStay
from tests.corrections import fallen
from tests.corrections.fallen import World
from tests.factories import cast, chains, orders
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, Unit, somebody
from tests.sampling.people_at_the_table import browser


def with_a_holding() -> tuple[World, Order, Notice]:
    world = fallen.positive()
    rows = fallen.met(world, fallen.people(1))
    [order] = fallen.proposed(world, rows)
    [draft] = fallen.handed_over(world, rows)
    return world, order, draft


def test_a_withdrawal_frees_the_held_at_once_and_leaves_the_rest_to_a_press(database: str) -> None:
    world, order, draft = with_a_holding()

    world.laboratory.withdraws(world.result)
    fallen.worked()

    assert orders.again(order).state == Order.State.DROPPED
    with system_scope("test"):
        assert Holding.objects.get(order=order).ended_at is not None
        assert Case.objects.get(pk=world.case.pk).status == Case.Status.CONFIRMED
        assert Notice.objects.get(pk=draft.pk).state == Notice.State.DRAFTED
    correction = world.correction()
    assert (correction.state, correction.cause) == ("prepared", "withdrawn")
    assert correction.due_at is not None
    assert correction.due_at > now()
    [row] = world.undoings()
    assert (row.kind, row.by) == ("order", world.laboratory.lead.account)
    board = browser(world.tracer).get("/corrections/").content.decode()
    assert world.case.number in board
    assert "withdrawn by the laboratory" in board


def test_the_press_then_undoes_the_rest(database: str) -> None:
    world, _order, draft = with_a_holding()
    world.laboratory.withdraws(world.result)
    fallen.worked()

    answer = browser(world.tracer).post(
        f"/corrections/{world.result.id}/decide/", {"reason": "phòng xét nghiệm thu hồi"}
    )
    assert answer.status_code == 302, answer.content.decode()
    fallen.worked()

    with system_scope("test"):
        assert Case.objects.get(pk=world.case.pk).status == Case.Status.WITHDRAWN
        assert Notice.objects.get(pk=draft.pk).state == Notice.State.RECALLED
    kinds = {row.kind: row.outcome for row in world.undoings()}
    assert kinds["order"] == "undone"
    assert "result" not in kinds
    assert world.correction().state == Correction.State.DONE


def test_an_amendment_to_negative_runs_the_same_way(database: str) -> None:
    world, order, _draft = with_a_holding()

    world.laboratory.amended(world.result, "negative")
    fallen.worked()

    assert world.correction().cause == Correction.Cause.AMENDED
    assert orders.again(order).state == Order.State.DROPPED


def test_an_amendment_to_another_positive_takes_nothing_back(database: str) -> None:
    world, order, _draft = with_a_holding()

    world.laboratory.amended(world.result, "positive")
    fallen.worked()

    with system_scope("test"):
        assert not Correction.objects.filter(result=world.result.id).exists()
    assert orders.again(order).state == Order.State.HOLDING


def test_a_case_withdrawn_on_its_own_page_waits_here_as_well(database: str) -> None:
    world, order, draft = with_a_holding()

    chains.withdraw(world.case)
    fallen.worked()

    assert world.correction().cause == Correction.Cause.CASE_WITHDRAWN
    assert orders.again(order).state == Order.State.DROPPED
    with system_scope("test"):
        assert Notice.objects.get(pk=draft.pk).state == Notice.State.DRAFTED


def test_a_positive_on_which_nothing_rested_bothers_nobody(database: str) -> None:
    laboratory = fallen.Laboratory()
    person = somebody("Hà Văn Vội", Unit.of(HERE_CODE), "0900000509")
    result = laboratory.released([person])
    laboratory.withdraws(result)
    fallen.worked()

    with system_scope("test"):
        row = Correction.objects.get(result=result.id)
    assert (row.state, row.found) == ("done", [])


def test_a_wrong_positive_pool_lets_everybody_go(database: str) -> None:
    laboratory = fallen.Laboratory()
    members = fallen.people(3, phone=700)
    result = laboratory.released(members, limit=10)
    pool_tasks.ask_positive_pools_again()
    tracing_tasks.ask_pools_to_stay()
    laboratory.withdraws(result)
    fallen.worked()
    tracer = cast.of_province(Role.TRACER, Unit.of(HERE_CODE).province)
    with system_scope("test"):
        row = Correction.objects.get(result=result.id)
    with scoped(tracer, "corrections"):
        services.decide(correction=row, reason="nhầm ống", by=tracer)
    fallen.worked()

    with system_scope("test"):
        keys = [person.id for person in members]
        asked = SampleRequest.objects.filter(person__in=keys)
        assert set(asked.values_list("state", flat=True)) == {"dropped"}
        told = Notice.objects.filter(person__in=keys, kind="pool_retest")
        assert set(told.values_list("state", flat=True)) == {"recalled"}
        stays = PoolStay.objects.filter(person__in=keys, order__isnull=False)
        found = Order.objects.filter(pk__in=list(stays.values_list("order", flat=True)))
        assert set(found.values_list("state", flat=True)) <= {"dropped"}


def test_a_stranger_hangs_no_correction_on_a_case(database: str) -> None:
    world = fallen.positive()
    abroad = cast.of_province(Role.TRACER, Unit.of(ABROAD_CODE).province)
    with pytest.raises(ProgrammingError), scoped(abroad, "attack"):
        Correction.objects.create(
            id=uuid7(),
            result=world.result.id,
            asked_at=now(),
            asked_by=abroad.account,
            province=abroad.province,
        )


def test_nobody_decides_in_anothers_name(database: str) -> None:
    world = fallen.positive()
    lead = world.laboratory.lead
    row = {"result": world.result.id, "laboratory": world.laboratory.id, "asked_at": now()}
    forged = [
        {"asked_by": world.tracer.account},
        {"asked_by": lead.account, "cause": "withdrawn"},
        {
            "asked_by": lead.account,
            "state": "decided",
            "reason": "nhầm",
            "decided_at": now(),
            "decided_by": world.tracer.account,
        },
    ]
    for each in forged:
        with pytest.raises(ProgrammingError), scoped(lead, "attack"):
            Correction.objects.create(id=uuid7(), **{**row, **each})

    browser(world.tracer).get(f"/corrections/{world.result.id}/")
    fallen.worked()
    mine = Correction.objects.filter(result=world.result.id)
    with pytest.raises(ProgrammingError), scoped(lead, "attack"):
        mine.update(decided_at=now(), decided_by=world.tracer.account, reason="nhầm")


def test_what_was_decided_no_request_changes(database: str) -> None:
    world = fallen.positive()
    browser(world.tracer).get(f"/corrections/{world.result.id}/")
    fallen.worked()
    tracer, row = world.tracer, world.correction()
    with scoped(tracer, "corrections"):
        services.decide(correction=row, reason="nhầm ống", by=tracer)

    mine = Correction.objects.filter(result=world.result.id)
    with scoped(world.laboratory.lead, "attack") as by:
        assert mine.update(decided_by=by.account, decided_by_name="x", reason="khác") == 0
    with scoped(tracer, "attack"):
        assert mine.update(reason="khác") == 0
    assert world.correction().reason == "nhầm ống"


def test_a_pool_taken_back_before_the_law_was_asked_holds_nobody(database: str) -> None:
    laboratory = fallen.Laboratory()
    members = fallen.people(2, phone=720)
    result = laboratory.released(members, limit=10)
    pool_tasks.ask_positive_pools_again()
    laboratory.withdraws(result)

    tracing_tasks.ask_pools_to_stay()

    with system_scope("test"):
        keys = [person.id for person in members]
        assert not PoolStay.objects.filter(person__in=keys).exists()
