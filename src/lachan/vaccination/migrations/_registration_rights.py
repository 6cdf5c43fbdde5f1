"""Who may see and write registrations, consents, invitations and lists; how the order is kept."""

from django.db import migrations

from lachan.core.rowsecurity import RowSecurity, seen

#: The order is public: its numbers, and how many of each group stand in it.
OPEN = """
alter table vaccination_draw enable row level security;
grant select, insert on vaccination_draw to lachan_app;
create policy everybody on vaccination_draw for select using (true);
create policy append on vaccination_draw for insert to lachan_app
    with check ((select core.scope_system()));
alter table vaccination_queuecount enable row level security;
grant select, insert, delete on vaccination_queuecount to lachan_app;
create policy everybody on vaccination_queuecount for select using (true);
create policy append on vaccination_queuecount for insert to lachan_app
    with check ((select core.scope_system()));
create policy erase on vaccination_queuecount for delete to lachan_app
    using ((select core.scope_system()));
"""
CLOSED = """
drop policy erase on vaccination_queuecount;
drop policy append on vaccination_queuecount;
drop policy everybody on vaccination_queuecount;
drop policy append on vaccination_draw;
drop policy everybody on vaccination_draw;
"""

#: Nobody moves himself or somebody else forward: what the order rests on is written once, groups
#: are proven by health staff, and draws are the worker's.
KEEP_ORDER = """
create function core.vaccination_keep_order() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        staff boolean := (select core.scope_system())
            or (select (core.session()).roles && array['station_officer', 'director']);
    begin
        if tg_op = 'INSERT' then
            if not coalesce(staff, false) and new.proven <> '{}' then
                raise exception 'groups are proven by health staff';
            end if;
            if new.draw <> '' and not (select core.scope_system()) then
                raise exception 'draws are the worker''s';
            end if;
            return new;
        end if;
        if (new.person_id, new.disease, new.campaign, new.receipt, new.day)
            is distinct from
            (old.person_id, old.disease, old.campaign, old.receipt, old.day) then
            raise exception 'what the order rests on is written once';
        end if;
        if new.proven <> old.proven and not coalesce(staff, false) then
            raise exception 'groups are proven by health staff';
        end if;
        if new.draw <> old.draw and not (select core.scope_system()) then
            raise exception 'draws are the worker''s';
        end if;
        return new;
    end $$;
create trigger keep_order before insert or update on vaccination_registration
    for each row execute function core.vaccination_keep_order();
"""
KEEP_NONE = """
drop trigger keep_order on vaccination_registration;
drop function core.vaccination_keep_order();
"""

#: Where a registration stands, for whoever may see it: its group's place in the order from 1, how
#: many of earlier groups come first, its own number within the group, and how many of the same
#: day are not drawn yet.  Of the others it tells how many, never who.
STANDING = """
create function core.vaccination_standing(wanted uuid, ordered text[])
    returns table (at int, before int, number int, undrawn int)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with mine as (
            select r.commune, r.disease, r.campaign, r.day, r.draw,
                coalesce((select min(array_position(ordered, g::text)) from unnest(r.proven) g),
                    cardinality(ordered)) as at
            from vaccination_registration r
            where r.id = wanted and r.state = 'registered'
                and (coalesce(r.person_id = any(core.scope_persons()), false)
                    or coalesce(r.commune = core.scope_commune(), false)
                    or coalesce(r.province = core.scope_province(), false)
                    or coalesce(r.person_id = any(core.granted('person')), false)
                    or coalesce(core.scope_system(), false))
        ), line as (
            select r.day, r.draw,
                coalesce((select min(array_position(ordered, g::text)) from unnest(r.proven) g),
                    cardinality(ordered)) as at
            from vaccination_registration r, mine m
            where r.commune = m.commune and r.disease = m.disease and r.campaign = m.campaign
                and r.state = 'registered'
        )
        select m.at::int,
            (select count(*) from line l where l.at < m.at)::int,
            (select count(*) from line l where l.at = m.at
                and (l.day < m.day or l.day = m.day and l.draw <> '' and
                    (m.draw = '' or l.draw < m.draw)))::int + 1,
            case when m.draw <> '' then 0 else
                (select count(*) from line l where l.at = m.at and l.day = m.day and l.draw = '')
            end::int
        from mine m
    $$;
revoke all on function core.vaccination_standing(uuid, text[]) from public;
grant execute on function core.vaccination_standing(uuid, text[]) to lachan_app;
"""
NO_STANDING = "drop function core.vaccination_standing(uuid, text[])"


def at_home(table: str) -> str:
    """The row lies where its person lives, and this session sees the person."""
    return (
        f"exists (select 1 from people_person p where p.id = {table}.person_id"
        f" and p.commune = {table}.commune and p.province = {table}.province)"
    )


def of_person(table: str, **more: object) -> RowSecurity:
    """Seen by the person, the commune, the province and whoever the person was opened to."""
    return RowSecurity(
        f"vaccination_{table}",
        commune="commune",
        province="province",
        person="person_id",
        grant="person",
        key="person_id",
        insert="seen",
        only=at_home(f"vaccination_{table}"),
        **more,  # type: ignore[arg-type]
    )


RIGHTS = [
    migrations.RunSQL(OPEN, CLOSED),
    of_person("registration"),
    of_person("consent", change=False),
    RowSecurity(
        "vaccination_invitation",
        commune="commune",
        province="province",
        person="person_id",
        organisation="organisation",
        insert="commune = (select core.scope_commune()) or"
        " province = (select core.scope_province())",
        only=seen("vaccination_invitation", "person_id"),
    ),
    RowSecurity(
        "vaccination_unitlist",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="organisation = (select core.scope_organisation())",
    ),
    RowSecurity(
        "vaccination_unitrefusal",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="system",
        change=False,
        delete_by_system=True,
    ),
    RowSecurity(
        "vaccination_unitmember",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="system",
        only="(select core.scope_system())",
    ),
    migrations.RunSQL(KEEP_ORDER, KEEP_NONE),
    migrations.RunSQL(STANDING, NO_STANDING),
]
