"""The chain of audit events: what was sealed cannot be changed unseen."""

import time

import pytest
from django.db import connections, transaction

from lachan.core import audit, audit_chain
from lachan.core.roles import Role
from lachan.core.scope import scoped
from tests.factories import cast


def _act(count: int) -> None:
    officer = cast.of_commune(Role.STATION_OFFICER)
    with scoped(officer, "test"):
        for number in range(count):
            audit.record("test.done", target=("thing", number), by=officer, detail={"n": number})


def _seal() -> int:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        return audit_chain.seal(cursor)


def _settle() -> None:
    """Seal until nothing is left: another test's transaction on this server may hold it back."""
    for _try in range(6_000):
        _seal()
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "select (select count(*) from core_audit_event)"
                " = (select coalesce(sum(events), 0) from core_auditblock)"
            )
            if cursor.fetchone() == (True,):
                return
        time.sleep(0.1)
    raise AssertionError("something never became sealable")


def _verify() -> audit_chain.Verdict:
    with connections["owner"].cursor() as cursor:
        return audit_chain.verify(cursor)


def test_it_seals_each_event_once() -> None:
    _settle()
    before = _verify()
    _act(3)
    _settle()

    assert _seal() == 0
    after = _verify()
    assert after.broken is None
    assert after.events == before.events + 3


def test_it_waits_for_a_running_transaction() -> None:
    officer = cast.of_commune(Role.STATION_OFFICER)
    _settle()
    before = _verify()
    with scoped(officer, "test"):
        audit.record("test.running", target=("thing", 1), by=officer)
        assert _seal() == 0
    _settle()

    assert _verify().events == before.events + 1


@pytest.mark.parametrize(
    "tampering",
    [
        "update core_audit_event set by_name = 'nobody'",
        "delete from core_audit_event",
        "update core_auditblock set events = events + 1",
    ],
)
def test_it_names_the_first_block_that_does_not_match(tampering: str) -> None:
    _act(2)
    _settle()
    assert _verify().broken is None

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(tampering)
        assert audit_chain.verify(cursor).broken is not None
        transaction.set_rollback(True, using="owner")


def test_an_event_rolls_back_with_its_write() -> None:
    officer = cast.of_commune(Role.STATION_OFFICER)
    _settle()
    with scoped(officer, "test"):
        audit.record("test.undone", target=("thing", 1), by=officer)
        transaction.set_rollback(True)

    assert _seal() == 0
