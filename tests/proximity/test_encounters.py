"""Encounters: appended once, refused when the id has other content or the clock is wrong."""

from datetime import timedelta

import pytest
from django.db import connections

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.proximity.models import Encounter
from lachan.proximity.selectors import encounters_between
from lachan.proximity.services import record_encounter
from tests.factories import cast

LENGTH = timedelta(minutes=20)


def test_it_keeps_an_encounter_once_however_often_it_is_sent() -> None:
    phone, sent = cast.citizen(), {"id": uuid7(), "a": uuid7(), "b": uuid7()}
    start = now() - timedelta(hours=1)
    with scoped(phone, "encounters"):
        assert record_encounter(**sent, start=start, end=start + LENGTH)
        assert not record_encounter(**sent, start=start, end=start + LENGTH)

    with system_scope("test"):
        assert Encounter.objects.filter(id=sent["id"]).count() == 1


def test_it_refuses_a_known_id_with_other_content() -> None:
    phone, one = cast.citizen(), uuid7()
    start = now() - timedelta(hours=1)
    with scoped(phone, "encounters"):
        record_encounter(id=one, a=uuid7(), b=uuid7(), start=start, end=start + LENGTH)
    with pytest.raises(Refused) as refusal, scoped(phone, "encounters"):
        record_encounter(id=one, a=uuid7(), b=uuid7(), start=start, end=start + LENGTH)

    assert (refusal.value.code, refusal.value.status) == ("different_content", 409)


@pytest.mark.parametrize("off", [timedelta(days=3), timedelta(days=-61)])
def test_it_refuses_a_wrong_clock(off: timedelta) -> None:
    start = now() + off
    with pytest.raises(Refused) as refusal, scoped(cast.citizen(), "encounters"):
        record_encounter(id=uuid7(), a=uuid7(), b=uuid7(), start=start, end=start + LENGTH)

    assert refusal.value.code == "clock_wrong"


@pytest.mark.parametrize("length", [timedelta(0), timedelta(minutes=-1)])
def test_it_refuses_an_encounter_without_a_length(length: timedelta) -> None:
    start = now()
    with pytest.raises(Refused) as refusal, scoped(cast.citizen(), "encounters"):
        record_encounter(id=uuid7(), a=uuid7(), b=uuid7(), start=start, end=start + length)

    assert refusal.value.code == "no_encounter"


def test_it_refuses_one_phone_meeting_itself() -> None:
    start, one = now(), uuid7()
    with pytest.raises(Refused) as refusal, scoped(cast.citizen(), "encounters"):
        record_encounter(id=uuid7(), a=one, b=one, start=start, end=start + LENGTH)

    assert refusal.value.code == "no_encounter"


def test_nobody_reads_encounters_but_the_worker() -> None:
    phone, mine = cast.citizen(), uuid7()
    start = now() - timedelta(hours=1)
    with scoped(phone, "encounters"):
        record_encounter(id=mine, a=uuid7(), b=uuid7(), start=start, end=start + LENGTH)
        assert not Encounter.objects.exists()
    with scoped(cast.of_province(Role.TRACER), "tracing"):
        assert not Encounter.objects.exists()


def test_the_index_reads_what_came_between_two_transactions() -> None:
    a, b = uuid7(), uuid7()
    start = now() - timedelta(hours=1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select pg_snapshot_xmax(pg_current_snapshot())::text")
        since = int(cursor.fetchone()[0])
        with system_scope("test"):
            record_encounter(id=uuid7(), a=a, b=b, start=start, end=start + LENGTH)
        read = list(encounters_between(cursor, since, since + 1_000))
        assert (a, b, start, start + LENGTH) in read
        assert list(encounters_between(cursor, 0, since)) == [
            row for row in encounters_between(cursor, 0, since) if row not in read
        ]
