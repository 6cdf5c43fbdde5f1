"""What somebody with the app role's connection would try: none of it opens anything."""

import secrets
from collections.abc import Iterator
from hashlib import sha256

import pytest
from django.db import DatabaseError, ProgrammingError, connections, transaction

from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, reference_reading, scoped
from lachan.tracing.models import Case
from tests.factories import cast, outbreak
from tests.permissions import town as towns
from tests.permissions.town import Town, rows_of, secured


@pytest.fixture(scope="module")
def town(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with towns.built(tmp_path_factory.mktemp("engine")) as town:
        yield town


@pytest.fixture(scope="module")
def truth(town: Town) -> dict[str, set[str]]:
    return {table: rows_of("owner", table) for table in secured()}


def _guesses(town: Town) -> Iterator[str]:
    """Everything somebody could know or derive without having the cookie."""
    yield from ("", " ", "0", "null", "system", "lachan_owner", "' or true --", "%", "*")
    for principal in town.owners.values():
        digest = sha256(principal.secret.encode())
        yield from (str(principal.account), principal.account.hex, str(principal.person))
        yield from (str(principal.commune), str(principal.province), str(principal.organisation))
        yield from (digest.hexdigest(), f"\\x{digest.hexdigest()}", digest.digest().hex().upper())
        yield from (principal.secret[:-1], f"{principal.secret} ", principal.secret.swapcase())
    for _each in range(20):
        yield secrets.token_urlsafe(32)


def test_no_guessed_secret_opens_a_row(town: Town, truth: dict[str, set[str]]) -> None:
    for guess in set(_guesses(town)):
        with reference_reading(), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("select set_config('lachan.secret', %s, true)", [guess])
            cursor.execute("select count(*) from core.session() s where s.account is not null")
            assert cursor.fetchone() == (0,), guess
            for table in truth:
                cursor.execute(f'select 1 from "{table}" limit 1')
                assert cursor.fetchone() is None, (guess, table)


def test_another_setting_changes_nothing(town: Town, truth: dict[str, set[str]]) -> None:
    stranger = town.strangers[Role.STATION_OFFICER]
    settings = {
        "lachan.account": str(town.owners["station"].account),
        "lachan.commune": str(town.here.commune),
        "lachan.purpose": "fact:sampling.result",
        "search_path": "pg_temp, public",
    }
    with scoped(stranger, "attack"), connections["default"].cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("select set_config(%s, %s, true)", [name, value])
        for table in truth:
            cursor.execute(f'select 1 from public."{table}" limit 1')
            assert cursor.fetchone() is None, table


#: Statements that reach beyond the tables, each refused by the server.
REFUSED = (
    "set role lachan_owner",
    "set role lachan_door",
    "set role postgres",
    "set session authorization lachan_owner",
    "select set_config('role', 'lachan_owner', true)",
    "select set_config('session_replication_role', 'replica', true)",
    "set local row_security = off; select count(*) from people_person",
    "select * from pg_authid",
    "select * from pg_shadow",
    "select * from pg_statistic",
    "select query from pg_stat_activity",
    "select pg_stat_get_activity(null)",
    "select pg_stat_get_backend_activity(1)",
    "select pg_read_file('postgresql.conf')",
    "select pg_ls_dir('.')",
    "select * from pg_hba_file_rules",
    "copy people_person to program 'cat'",
    "copy people_person to '/tmp/people'",
    "copy core_grant from program 'echo'",
    "select lo_import('/etc/passwd')",
    "create function public.mine() returns int language sql as 'select 1'",
    "create function core.session() returns core_session language sql as 'select null'",
    "create or replace function core.scope_national() returns boolean language sql"
    " as 'select true'",
    "create table public.mine (a int)",
    "create schema mine",
    "create temporary table core_session (a int)",
    "create function pg_temp.mine() returns int language sql as 'select 1'",
    "create extension dblink",
    "create policy mine on people_person for select using (true)",
    "drop policy see_by_commune on people_person",
    "alter table people_person disable row level security",
    "alter table people_person owner to lachan_app",
    "create trigger mine after insert on people_person execute function core.maker_keeps()",
    "grant select on core_session to lachan_app",
    "grant lachan_owner to lachan_app",
    "alter role lachan_app bypassrls",
    "truncate people_person",
    "select * from core_session",
    "select * from people_account",
    "select * from people_onetimecode",
    "update core_installation set wound = interval '-1 year'",
    "update core_ledger set name = 'x'",
    "select venues_device_of('\\x00')",
    "do $$ begin execute 'set role lachan_owner'; end $$",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_server_refuses(town: Town, statement: str) -> None:
    with (
        pytest.raises(ProgrammingError),
        scoped(town.strangers[Role.STATION_OFFICER], "attack"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.fixture
def temporary(town: Town) -> Iterator[None]:
    """A database whose administrator let the app make temporary tables, against our advice."""
    name = connections["owner"].settings_dict["NAME"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'grant temporary on database "{name}" to lachan_app')
    connections["default"].close()
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute(f'revoke temporary on database "{name}" from lachan_app')


#: Tables of one's own under the names that the functions read, filled to open everything.
SHADOWS = """
create temporary table core_session (secret_sha256 bytea, account uuid, name text, roles text[],
    person uuid, organisation uuid, commune integer, province integer, national boolean,
    system boolean, opened_at timestamptz, expires_at timestamptz, closed_at timestamptz);
insert into pg_temp.core_session values (
    sha256(convert_to(current_setting('lachan.secret'), 'UTF8')), gen_random_uuid(), 'me',
    array['system'], gen_random_uuid(), null, {commune}, {province}, true, true,
    '-infinity', 'infinity', null);
create temporary table core_installation (wound interval);
insert into pg_temp.core_installation values (interval '-9 years');
create temporary table core_grant (id bigint, kind text, key uuid, to_account uuid,
    to_organisation uuid, to_commune integer, to_province integer, until timestamptz,
    given_at timestamptz);
create temporary table people_person (id uuid, commune integer, province integer);
create temporary table people_pseudonym (person_id uuid, trace_id uuid);
create temporary table people_blindindex (person_id uuid, kind text, hmac bytea);
create temporary table places_place (id uuid, organisation_id uuid, commune integer,
    province integer);
set local search_path = pg_temp, public, core;
"""


@pytest.mark.usefixtures("temporary")
def test_tables_of_ones_own_fool_no_function(town: Town, truth: dict[str, set[str]]) -> None:
    stranger = town.strangers[Role.STATION_OFFICER]
    where = {"commune": town.here.commune, "province": town.here.province}
    with scoped(stranger, "attack"), connections["default"].cursor() as cursor:
        cursor.execute(SHADOWS.format(**where))
        cursor.execute(
            "select account, core.scope_national(), core.scope_system(), core.scope_commune()"
            " from core.session()"
        )
        assert cursor.fetchone() == (stranger.account, False, False, stranger.commune)
        for table in truth:
            cursor.execute(f'select 1 from public."{table}" limit 1')
            assert cursor.fetchone() is None, table
        cursor.execute(
            "insert into pg_temp.places_place select %s, null, %s, %s",
            [town.factory.line.place_id, stranger.commune, stranger.province or 0],
        )
        cursor.execute("select public.venues_answers_for(%s)", [town.factory.line.place_id])
        assert cursor.fetchone() == (False,)
    connections["default"].close()


def test_every_function_of_ours_looks_at_temporary_tables_last(database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select p.oid::regprocedure::text, array_to_string(p.proconfig, ';') from pg_proc p"
            " where p.pronamespace::regnamespace::text in ('core', 'public') and not exists"
            " (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
        )
        found = {str(name): str(settings) for name, settings in cursor.fetchall()}

    assert len(found) > 10
    assert {
        name
        for name, settings in found.items()
        if "search_path=pg_catalog, public, pg_temp" not in settings
    } == set()


@pytest.fixture(scope="module")
def rival(town: Town) -> tuple[Principal, Case]:
    """A tracer of a third province with a case of his own, whose rows he may change."""
    province = towns.third_province()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select u.id from places_unit u join places_unitparent p on p.unit_id = u.id"
            " where p.parent_id = %s and u.valid_to is null limit 1",
            [province],
        )
        (commune,) = cursor.fetchone()
    person = outbreak.somebody("Người nơi khác", outbreak.Unit(commune, province), "0900000555")
    return cast.of_province(Role.TRACER, province), outbreak.positive(person)


def _facts(town: Town, stranger: Principal, own: Case) -> dict[str, object]:
    """What the statements below are filled with: ids of the town, and the stranger's own."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select (select id from sampling_tube t where exists (select 1 from sampling_sample s"
            " where s.tube_id = t.id and s.person_id = %(person)s) limit 1),"
            " (select id from venues_venue where id <> %(venue)s limit 1),"
            " (select id from tracing_contact where case_id = %(case)s limit 1)",
            {
                "person": town.people[0],
                "venue": town.factory.line.id,
                "case": town.case.id,
            },
        )
        tube, _other, contact = cursor.fetchone()
    return {
        "person": town.people[0],
        "case": town.case.id,
        "result": town.case.result,
        "tube": tube,
        "contact": contact,
        "venue": town.factory.line.id,
        "place": town.factory.campus.place_id,
        "own_person": own.person_id,
        "own_case": own.id,
        "me": stranger.account,
        "organisation": stranger.organisation,
        "commune": own.commune,
        "province": own.province,
        "day": day_of(now()),
        "id": uuid7(),
        "other": town.owners["station"].account,
    }


#: Rows that hang on somebody of the town, so that the worker would open or act on it.
HUNG = {
    "speaks": "insert into people_representation (id, person_id, commune, province, speaker_id,"
    " ground, said_to, since) values (%(id)s, %(person)s, %(commune)s, %(province)s,"
    " %(own_person)s, 'consent', 'x', current_date)",
    "found_by_mine": "insert into people_blindindex (id, person_id, commune, province, kind, hmac,"
    " key_version) values (%(id)s, %(person)s, %(commune)s, %(province)s, 'document', '\\x01', 1)",
    "my_phone": "insert into people_phone (id, person_id, commune, province, sealed, since) values"
    " (%(id)s, %(person)s, %(commune)s, %(province)s, '\\x01', current_date)",
    "asks": "insert into tracing_run (id, case_id, state, asked_at, asked_by, rule, linked,"
    " to_verify, unnamed, failure, commune, province) values (%(id)s, %(case)s, 'asked', now(),"
    " %(me)s, '', 0, 0, false, '', %(commune)s, %(province)s)",
    "asks_with_mine": "update tracing_run set case_id = %(case)s, state = 'asked'"
    " where case_id = %(own_case)s",
    "moves_my_contact": "insert into tracing_contactchange (id, contact_id, before, after, reason,"
    " at, by, by_name, commune, province) values (%(id)s, %(contact)s, 'to_verify', 'confirmed',"
    " '', now(), %(me)s, 'x', %(commune)s, %(province)s)",
    "handed_to_me": "insert into tracing_handover (id, person_id, disease, level, duty, rule,"
    " reference, state, returned_for, sent_at, due_at, commune, province) values (%(id)s,"
    " %(person)s, 'covid-19', 1, 'x', 'x', 'x', 'sent', '', now(), now(), %(commune)s,"
    " %(province)s)",
    "called_by_me": "insert into tracing_call (id, person_id, contacts, outcome, at, by, by_name,"
    " province) values (%(id)s, %(person)s, array[%(contact)s]::uuid[], 'reached', now(), %(me)s,"
    " 'x', %(province)s)",
    "called_about_nobody": "insert into tracing_call (id, person_id, contacts, outcome, at, by,"
    " by_name, province) values (%(id)s, %(own_person)s, array[%(contact)s]::uuid[], 'reached',"
    " now(), %(me)s, 'x', %(province)s)",
    "my_turn": "insert into tracing_callturn (id, person_id, province, tries, last_outcome,"
    " caller_name, held_by_name) values (%(id)s, %(person)s, %(province)s, 0, '', '', '')",
    "anothers_shift": "insert into tracing_callshift (id, account, name, begun_at, commune,"
    " province) values (%(id)s, %(other)s, 'x', now(), 0, %(province)s)",
    "done_of_a_case": "insert into tracing_stagemark (id, case_id, stage, undone, at, by, by_name,"
    " commune, province) values (%(id)s, %(case)s, 'closed', false, now(), %(me)s, 'x',"
    " %(commune)s, %(province)s)",
    "a_receipt": "insert into tracing_handoverreceipt (handover, kind, person_id, contact_id,"
    " state, returned_for, to_commune, to_province, sent_at, due_at, commune, province) values"
    " (%(id)s, 'contact', %(person)s, %(contact)s, 'sent', '', %(commune)s, %(province)s, now(),"
    " now(), %(commune)s, %(province)s)",
    "tells": "insert into notices_notice (id, person_id, kind, values, reason, commune, province,"
    " state, drafted_at, approved_at, approved_by, receipt) values (%(id)s, %(person)s,"
    " 'contact_duty', '{}', %(id)s, %(commune)s, %(province)s, 'approved', now(), now(), %(me)s,"
    " '')",
    "samples": "insert into sampling_sample (id, tube_id, person_id, reason, round, taken_at,"
    " organisation, commune, province) values (%(id)s, %(tube)s, %(own_person)s, 'zone', 1, now(),"
    " %(organisation)s, %(commune)s, %(province)s)",
    "finds": "insert into sampling_result (id, tube_id, outcome, method, ct, test, source, message,"
    " laboratory, entered_at, entered_by, replaces_id) values (%(id)s, %(tube)s, 'positive', 'pcr',"
    " '{}', '', 'hand', '', %(organisation)s, now(), %(me)s, %(result)s)",
    "takes_in": "insert into sampling_reception (id, tube_id, laboratory, accepted, reason, note,"
    " at, by) values (%(id)s, %(tube)s, %(organisation)s, true, '', '', now(), %(me)s)",
    "approves": "insert into sampling_approval (result_id, tube_id, at, by, laboratory) values"
    " (%(result)s, %(tube)s, now(), %(me)s, %(organisation)s)",
    "withdraws": "insert into sampling_withdrawal (result_id, tube_id, reason, at, by, laboratory)"
    " values (%(result)s, %(tube)s, 'x', now(), %(me)s, %(organisation)s)",
    "asks_for_a_sample": "insert into sampling_samplerequest (id, person_id, disease, reason,"
    " method, single, source, source_id, asked_at, asked_by, state, why_dropped, commune, province)"
    " values (%(id)s, %(person)s, 'x', 'zone', 'pcr', false, 'hand', %(id)s, now(), %(me)s, 'open',"
    " '', %(commune)s, %(province)s)",
    "releases": "insert into sampling_release (result_id, tube_id, confirms, at, by, laboratory)"
    " values (%(result)s, %(tube)s, true, now(), %(me)s, %(organisation)s)",
    "a_device": "insert into venues_device (id, venue_id, organisation, label, token_sha256,"
    " made_at, made_by) values (%(id)s, %(venue)s, %(organisation)s, 'x', '\\x02', now(), %(me)s)",
    "a_code": "insert into venues_venue (id, place_id, organisation, code, imputed_minutes, phone,"
    " made_at) values (%(id)s, %(place)s, %(organisation)s, 'ABCD234', 60, '', now())",
    "anothers_act": "insert into core_audit_event (day, id, at, kind, target_kind, target_id,"
    " by_account, by_name, purpose) values (%(day)s, %(id)s, now(), 'x', 'x', 'x', %(other)s,"
    " 'x', 'x')",
    "anothers_look": "insert into core_look (day, id, at, person, what, purpose, by_account,"
    " by_name) values (%(day)s, %(id)s, now(), %(person)s, 'card', 'x', %(other)s, 'x')",
    "a_grant": "insert into core_grant (kind, key, to_account, given_at) values ('person',"
    " %(person)s, %(me)s, now())",
    "takes": "update places_place set organisation_id = %(organisation)s where id = %(place)s",
}

#: insufficient_privilege, Appendix A of the PostgreSQL manual.
REFUSED_BY_ROW_SECURITY = "42501"


@pytest.mark.parametrize("what", sorted(HUNG))
@pytest.mark.parametrize("who", ["tracer", "laboratory", "manager"])
def test_nobody_hangs_a_row_on_a_person_he_cannot_see(
    town: Town, rival: tuple[Principal, Case], what: str, who: str
) -> None:
    tracer, own = rival
    someone = {
        "tracer": tracer,
        "laboratory": town.strangers[Role.LABORATORY],
        "manager": town.strangers[Role.PLACE_MANAGER],
    }[who]
    filled = _facts(town, someone, own)
    if filled["organisation"] is None:
        filled["organisation"] = town.factory.manager.organisation
    assert _written(someone, HUNG[what], filled) in {0, REFUSED_BY_ROW_SECURITY}


def _written(by: Principal, statement: str, filled: dict[str, object]) -> int | str | None:
    """How many rows a statement wrote, or with which SQLSTATE it was refused."""
    try:
        with (
            scoped(by, "attack"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement, filled)
            return int(cursor.rowcount)
    except DatabaseError as refused:
        return getattr(refused.__cause__, "sqlstate", None)
