"""The app role tries every relation and every function by name."""

import psycopg
import pytest
from django.db import ProgrammingError, connections, transaction

from lachan.core.scope import reference_reading
from tests.database import ALIASES

#: Functions of rooms that look past row security: they give numbers of one's own places, whether an
#: upload of one's own is known, who stands at the gate, and what is printed on a notice whose code
#: somebody holds; one takes that notice's answers.  Each has tests of its own.
COUNTING = frozenset(
    {
        *("venues_count", "venues_history", "venues_answers_for", "venues_inside", "venues_hours"),
        # Whether a place takes nobody in: everybody before its door may know.
        "venues_full",
        # Numbers of the area's places; what was asked of one's own places, without the case.
        *("venues_used", "venues_asked"),
        # Kinds and counts of flags at places of one's own organisation.
        "venues_flag_counts",
        *("gate_shown", "gate_facts", "gate_ordered", "gate_waiting"),
        # Zones: whether this place or whoever stands here lies in one; digests for a gate's pack;
        # which zones have a decision of one's own area.
        *("gate_zone", "gate_pack", "gate_pack_passes", "gate_pack_places", "tracing_zones_here"),
        # A pack's duties and revoked codes leave us as digests; when a loss was reported; whose
        # device wrote a carried file, by its token.
        *("gate_pack_duties", "gate_pack_revoked", "gate_revoked", "gate_device_carried"),
        # Whether a scan of a carried file is stored already: its keyed digest.
        "gate_unmatched_stored",
        # Whose device of a sampling table wrote a carried file, by its token; pseudonyms of whom
        # the own unit sampled, for the digests of a table's pack.
        *("sampling_table_carried", "sampling_sampled_since"),
        # Whose device of a vaccination site wrote a carried file, by its token.
        "vaccination_site_carried",
        *("tracing_invitation_of", "tracing_call_of", "tracing_hand_in"),
        # A daily report is given in by a secret link, sealed, by somebody without an account.
        *("declarations_daily_of", "declarations_daily_key", "declarations_daily_report"),
        # Scans of one place for whoever traces in its province, for a question that is on record.
        "venues_visitors",
        # Which of a unit's own people scanned in at its own places in the last day.
        "venues_members_in",
    }
)


def _relations() -> list[tuple[str, bool]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select c.relname, c.relrowsecurity from pg_class c"
            " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')"
            " order by 1"
        )
        return [(str(name), bool(secured)) for name, secured in cursor.fetchall()]


def _readable(table: str) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select has_table_privilege('lachan_app', %s, 'select')", [table])
        row = cursor.fetchone()
    return bool(row and row[0])


def test_every_table_the_app_may_read_is_secured_or_holds_no_person() -> None:
    from tests.permissions.open_tables import without_persons

    bare = [
        name
        for name, secured in _relations()
        if _readable(name) and not secured and name not in without_persons()
    ]
    assert bare == []


def test_without_a_scope_every_secured_table_is_empty() -> None:
    from tests.permissions.open_tables import without_persons

    for name, secured in _relations():
        if not secured or not _readable(name) or name in without_persons():
            continue
        with reference_reading(), connections["default"].cursor() as cursor:
            cursor.execute(f'select count(*) from "{name}"')
            assert cursor.fetchone() == (0,), name


def test_no_partition_answers_by_its_name() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select inhrelid::regclass::text from pg_inherits join pg_class c"
            " on c.oid = inhrelid where c.relkind = 'r'"
        )
        partitions = [str(row[0]) for row in cursor.fetchall()]
    assert partitions
    for name in partitions:
        with (
            pytest.raises(ProgrammingError),
            reference_reading(),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f'select count(*) from "{name}"')


@pytest.mark.parametrize("alias", sorted(ALIASES))
def test_no_serving_role_passes_row_security(alias: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles"
            " where rolname = %s",
            [ALIASES[alias]],
        )
        assert cursor.fetchone() == (False, False, False, False)


def test_the_app_may_execute_only_functions_that_speak_of_its_own_session() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select p.oid::regprocedure::text from pg_proc p"
            " where p.prosecdef and has_function_privilege('lachan_app', p.oid, 'execute')"
            " order by 1"
        )
        found = {str(row[0]) for row in cursor.fetchall()}
    outside = {name.split("(")[0] for name in found if not name.startswith("core.")}
    assert outside <= COUNTING


def test_the_server_knows_only_four_roles_of_ours() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select rolname from pg_roles where rolname like 'lachan%' order by 1")
        assert [row[0] for row in cursor.fetchall()] == [
            "lachan_app",
            "lachan_door",
            "lachan_gate",
            "lachan_owner",
        ]


def test_a_password_of_another_role_is_not_its_own() -> None:
    settings = connections["default"].settings_dict
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            host=settings["HOST"],
            port=settings["PORT"],
            dbname=settings["NAME"],
            user="lachan_owner",
            password=settings["PASSWORD"],
        )
