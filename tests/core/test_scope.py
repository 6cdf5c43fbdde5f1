"""The scope: SQL inside a request reaches no more than its account."""

import pytest
from django.db import ProgrammingError, connections, transaction

from lachan.core import looks
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import (
    READING,
    OutsideScope,
    close_session,
    principal_of,
    reading_a_file,
    reference_reading,
    scoped,
    system_scope,
)
from tests.factories import cast


def test_it_refuses_a_query_outside_a_scope() -> None:
    with pytest.raises(OutsideScope):
        Look.objects.count()


def test_it_finds_the_principal_behind_a_secret() -> None:
    guard = cast.of_commune(Role.STATION_OFFICER)

    assert principal_of(guard.secret) == guard


def test_it_knows_nobody_for_a_closed_or_invented_secret() -> None:
    guard = cast.citizen()
    close_session(guard.secret)

    assert principal_of(guard.secret) is None
    assert principal_of("invented") is None
    assert principal_of("") is None


def test_it_shows_a_person_who_looked_and_nobody_else() -> None:
    person = uuid7()
    citizen, stranger = cast.citizen(person), cast.citizen()
    officer = cast.of_commune(Role.STATION_OFFICER)

    with scoped(officer, "call"):
        looks.record(person=person, what="card", by=officer)

    with scoped(citizen, "own_data"):
        assert [look.by_name for look in Look.objects.all()] == [officer.name]
    with scoped(stranger, "own_data"):
        assert not Look.objects.exists()


@pytest.mark.parametrize("guess", ["", "invented", "0" * 43, "\x27 or 1=1"])
def test_a_guessed_setting_opens_nothing(guess: str) -> None:
    person = uuid7()
    officer = cast.of_commune(Role.STATION_OFFICER)
    with scoped(officer, "call"):
        looks.record(person=person, what="card", by=officer)

    with reference_reading(), transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("select set_config('lachan.secret', %s, true)", [guess])
        cursor.execute("select count(*) from core_look")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from core_session",
        "delete from core_grant",
        "delete from core_look",
        "update core_audit_event set kind = 'other'",
        "select * from core_look_other",
        "alter table core_look disable row level security",
        "set role lachan_owner",
        "insert into core_grant (kind, key, to_account, given_at)"
        " values ('person', gen_random_uuid(), gen_random_uuid(), now())",
    ],
)
def test_the_app_role_is_refused(statement: str) -> None:
    citizen = cast.citizen()

    with pytest.raises(ProgrammingError), scoped(citizen, "attack"):
        connections["default"].cursor().execute(statement)


def test_a_scope_inside_another_accounts_scope_is_a_fault() -> None:
    one, other = cast.citizen(), cast.citizen()

    with scoped(one, "x"), pytest.raises(OutsideScope), scoped(other, "x"):
        pass


def test_the_system_scope_is_national() -> None:
    with system_scope("test") as principal:
        assert principal.system
        assert principal.national


def test_a_transaction_waits_while_a_long_file_is_read() -> None:
    with scoped(cast.of_commune(Role.STATION_OFFICER), "test"):
        reading_a_file()
        with connections["default"].cursor() as cursor:
            cursor.execute("show idle_in_transaction_session_timeout")
            assert cursor.fetchone() == (READING,)


def test_outside_a_scope_nothing_waits() -> None:
    reading_a_file()
