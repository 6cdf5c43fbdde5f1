"""The ground: installation, sessions and their scope functions, grants, keys, events and looks."""

from django.db import migrations, models

from lachan.core.ledgers import Ledger
from lachan.core.rowsecurity import Readable, RowSecurity

SESSIONS = """
create table core_session (
    secret_sha256 bytea primary key,
    account uuid not null,
    name text not null,
    roles text[] not null,
    person uuid,
    organisation uuid,
    commune integer,
    province integer,
    national boolean not null default false,
    system boolean not null default false,
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz
);
create index core_session_account on core_session (account) where closed_at is null;
grant select, insert, update on core_session to lachan_door;

create table core_grant (
    id bigint generated always as identity primary key,
    kind text not null,
    key uuid not null,
    to_account uuid,
    to_organisation uuid,
    to_commune integer,
    to_province integer,
    until timestamptz,
    given_at timestamptz not null,
    constraint core_grant_to_one check
        (num_nonnulls(to_account, to_organisation, to_commune, to_province) = 1)
);
create index core_grant_account on core_grant (to_account, kind) where to_account is not null;
create index core_grant_organisation on core_grant (to_organisation, kind)
    where to_organisation is not null;
create index core_grant_commune on core_grant (to_commune, kind) where to_commune is not null;
create index core_grant_province on core_grant (to_province, kind) where to_province is not null;
alter table core_grant enable row level security;
grant select, insert, update on core_grant to lachan_app;

create table core_ledger (name text primary key);
"""

FUNCTIONS = """
create schema if not exists core;
grant usage on schema core to lachan_app, lachan_door, lachan_gate;

create function core.now() returns timestamptz language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$ select now() + coalesce((select wound from core_installation), interval '0') $$;

create function core.session() returns core_session language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select s from core_session s
        where s.secret_sha256 = sha256(convert_to(current_setting('lachan.secret', true), 'UTF8'))
          and s.closed_at is null and s.expires_at > core.now()
    $$;

create function core.scope_account() returns uuid language sql stable security definer
    set search_path = pg_catalog, public, pg_temp as $$ select (core.session()).account $$;
create function core.scope_organisation() returns uuid language sql stable security definer
    set search_path = pg_catalog, public, pg_temp as $$ select (core.session()).organisation $$;
create function core.scope_commune() returns integer language sql stable security definer
    set search_path = pg_catalog, public, pg_temp as $$ select (core.session()).commune $$;
create function core.scope_province() returns integer language sql stable security definer
    set search_path = pg_catalog, public, pg_temp as $$ select (core.session()).province $$;
create function core.scope_national() returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$ select coalesce((core.session()).national, false) $$;
create function core.scope_system() returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$ select coalesce((core.session()).system, false) $$;

create function core.granted(wanted text) returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce(array_agg(g.key), '{}') from core.session() s join core_grant g
            on g.kind = wanted and (g.until is null or g.until > core.now())
           and (g.to_account = s.account or g.to_organisation = s.organisation
                or g.to_commune = s.commune or g.to_province = s.province)
        where s.account is not null
    $$;

create function core.scope_persons() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select case when (core.session()).person is null then '{}'::uuid[]
               else array_append(core.granted('speaks_for'), (core.session()).person) end
    $$;

create function core.maker_keeps() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        s core_session := core.session();
        made uuid := (to_jsonb(new) ->> tg_argv[1])::uuid;
    begin
        if s.account is null or s.national or s.system then
            return null;
        end if;
        if s.organisation is not null then
            insert into core_grant (kind, key, to_organisation, until, given_at)
                values (tg_argv[0], made, s.organisation,
                        core.now() + interval '24 hours', core.now());
        else
            insert into core_grant (kind, key, to_account, given_at)
                values (tg_argv[0], made, s.account, core.now());
            if s.person is not null and tg_argv[0] = 'person' then
                insert into core_grant (kind, key, to_account, given_at)
                    values ('speaks_for', made, s.account, core.now());
            end if;
        end if;
        return null;
    end $$;

revoke all on all functions in schema core from public;
grant execute on function core.now(), core.session(), core.scope_account(),
    core.scope_organisation(), core.scope_commune(), core.scope_province(), core.scope_national(),
    core.scope_system(), core.granted(text), core.scope_persons() to lachan_app;
grant execute on function core.now() to lachan_door, lachan_gate;
create policy tend on core_grant for all to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("empty", "Empty"),
                            ("demo", "Demo"),
                            ("production", "Production"),
                        ],
                        default="empty",
                        max_length=10,
                    ),
                ),
                (
                    "wound",
                    models.DurationField(
                        help_text="How far the demo's clock runs ahead of the machine's"
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="installation_is_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("person", models.UUIDField(primary_key=True, serialize=False)),
                ("wrapped", models.BinaryField()),
                ("key_version", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditBlock",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "below_tx",
                    models.BigIntegerField(
                        help_text="Every event of a lower transaction is sealed"
                    ),
                ),
                ("events", models.IntegerField()),
                ("digest", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(
            "insert into core_installation (id, kind, wound, made_at)"
            " values (1, 'empty', interval '0', now())",
            "delete from core_installation",
        ),
        migrations.RunSQL(SESSIONS, "drop table core_ledger, core_grant, core_session"),
        migrations.RunSQL(FUNCTIONS, "drop schema core cascade"),
        Readable("core_installation"),
        Ledger(
            "core_audit_event",
            "at timestamptz not null, kind text not null, target_kind text not null,"
            " target_id text not null, by_account uuid not null, by_name text not null,"
            " purpose text not null, detail jsonb not null default '{}'",
            day_from="at",
        ),
        Ledger(
            "core_look",
            "at timestamptz not null, person uuid not null, what text not null,"
            " purpose text not null, by_account uuid not null, by_name text not null",
            day_from="at",
        ),
        migrations.RunSQL("create index core_look_person on core_look (person, at)", ""),
        RowSecurity(
            "core_audit_event",
            insert="by_account = (select core.scope_account())",
            change=False,
            national=False,
            extra={"account": "by_account = (select core.scope_account())"},
        ),
        RowSecurity(
            "core_look",
            person="person",
            insert="by_account = (select core.scope_account())",
            change=False,
            national=False,
            extra={"account": "by_account = (select core.scope_account())"},
        ),
        # The room `people` adds: who may see a person may open that person's key.
        RowSecurity(
            "core_datakey", person="person", grant="person", key="person", delete_by_system=True
        ),
    ]
