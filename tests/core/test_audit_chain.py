"""The chain of audit events: what was sealed cannot be changed unseen."""

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


def _verify() -> audit_chain.Verdict:
    with connections["owner"].cursor() as cursor:
        return audit_chain.verify(cursor)


def test_it_seals_each_event_once() -> None:
    _seal()
    before = _verify()
    _act(3)

    assert _seal() == 3
    assert _seal() == 0
    after = _verify()
    assert after.broken is None
    assert after.events == before.events + 3


def test_it_waits_for_a_running_transaction() -> None:
    officer = cast.of_commune(Role.STATION_OFFICER)
    with scoped(officer, "test"):
        audit.record("test.running", target=("thing", 1), by=officer)
        assert _seal() == 0

    assert _seal() == 1


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
    _seal()
    assert _verify().broken is None

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(tampering)
        assert audit_chain.verify(cursor).broken is not None
        transaction.set_rollback(True, using="owner")


def test_an_event_rolls_back_with_its_write() -> None:
    officer = cast.of_commune(Role.STATION_OFFICER)
    _seal()
    with scoped(officer, "test"):
        audit.record("test.undone", target=("thing", 1), by=officer)
        transaction.set_rollback(True)

    assert _seal() == 0
