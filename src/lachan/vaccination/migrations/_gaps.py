"""Rights and triggers of 0008: spellings of lots, both provinces of an event, areas, counting."""

#: Which lot is meant is plain to read; only the CDC of the province says so, and nobody changes it.
SPELLINGS = """
alter table vaccination_lotspelling enable row level security;
grant select, insert on vaccination_lotspelling to lachan_app;
create policy everybody on vaccination_lotspelling for select using (true);
create policy append on vaccination_lotspelling for insert to lachan_app with check (
    province = (select core.scope_province())
    and (select (core.session()).roles && array['director', 'tracer']));
"""
NO_SPELLINGS = """
drop policy append on vaccination_lotspelling;
drop policy everybody on vaccination_lotspelling;
revoke all on vaccination_lotspelling from lachan_app;
alter table vaccination_lotspelling disable row level security;
"""

#: The province of the injection reads the dose of an event it is asked to investigate, though the
#: person lives elsewhere; it takes no argument, so it tells nobody else anything.  The province of
#: the home reads how far the law's steps are; it changes none.
EVENTS = """
create function core.event_doses() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce(array_agg(r.dose_id), '{}') from vaccination_reaction r
            where r.given_province = core.scope_province() and r.province <> r.given_province
    $$;
revoke all on function core.event_doses() from public;
grant execute on function core.event_doses() to lachan_app;
create policy see_by_event on vaccination_dose for select to lachan_app
    using (id = any((select core.event_doses())::uuid[]));
create policy see_by_home on vaccination_aefistep for select to lachan_app using (
    exists (select 1 from vaccination_reaction r where r.id = vaccination_aefistep.reaction_id
        and r.province = (select core.scope_province())));
create policy see_by_home on vaccination_aefipaper for select to lachan_app using (
    exists (select 1 from vaccination_reaction r where r.id = vaccination_aefipaper.reaction_id
        and r.province = (select core.scope_province())));
"""
NO_EVENTS = """
drop policy see_by_home on vaccination_aefipaper;
drop policy see_by_home on vaccination_aefistep;
drop policy see_by_event on vaccination_dose;
drop function core.event_doses();
"""

#: A group of an area is said by the station for its commune, by the CDC for its province; the
#: worker marks that registrations followed.
AREAS = """
alter table vaccination_areaproof enable row level security;
grant select, insert, update (applied_at) on vaccination_areaproof to lachan_app;
create policy everybody on vaccination_areaproof for select using (true);
create policy append on vaccination_areaproof for insert to lachan_app with check (
    applied_at is null and ((commune = (select core.scope_commune())
            and (select (core.session()).roles && array['station_officer']))
        or (province = (select core.scope_province())
            and (select (core.session()).roles && array['director']))));
create policy followed on vaccination_areaproof for update to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
"""
NO_AREAS = """
drop policy followed on vaccination_areaproof;
drop policy append on vaccination_areaproof;
drop policy everybody on vaccination_areaproof;
revoke all on vaccination_areaproof from lachan_app;
alter table vaccination_areaproof disable row level security;
"""

#: Groups of an area are the worker's: nobody else writes them on a registration.
KEEP_AREAS = """
create function core.vaccination_keep_areas() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if new.area_proven <> (case when tg_op = 'INSERT' then '{}' else old.area_proven end)
            and not coalesce((select core.scope_system()), false) then
            raise exception 'groups of an area are the worker''s';
        end if;
        return new;
    end $$;
create trigger keep_areas before insert or update of area_proven on vaccination_registration
    for each row execute function core.vaccination_keep_areas();
"""
KEEP_NO_AREAS = """
drop trigger keep_areas on vaccination_registration;
drop function core.vaccination_keep_areas();
"""

#: The communes whose registrations changed, one row for each statement and commune: what is counted
#: anew.  No unique key: two stations of one commune never wait for each other.
CHANGES = """
alter table vaccination_queuechanged enable row level security;
alter table vaccination_queuecell enable row level security;
alter table vaccination_settled enable row level security;
grant select, delete on vaccination_queuechanged to lachan_app;
grant select, insert, delete on vaccination_queuecell to lachan_app;
grant select, insert, update on vaccination_settled to lachan_app;
grant usage on vaccination_queuecell_id_seq to lachan_app;
create policy worker on vaccination_queuechanged to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
create policy worker on vaccination_queuecell to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
create policy worker on vaccination_settled to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
create function core.vaccination_queue_grew() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        insert into vaccination_queuechanged (disease, commune, province)
            select distinct disease, commune, province from fresh;
        return null;
    end $$;
create function core.vaccination_queue_moved() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        insert into vaccination_queuechanged (disease, commune, province)
            select distinct w.disease, w.commune, w.province
            from before o join fresh n using (id)
                cross join lateral (values (o.disease, o.commune, o.province),
                    (n.disease, n.commune, n.province)) w (disease, commune, province)
            where (o.state, o.proven, o.area_proven, o.commune, o.province)
                is distinct from (n.state, n.proven, n.area_proven, n.commune, n.province);
        return null;
    end $$;
revoke all on function core.vaccination_queue_grew(), core.vaccination_queue_moved() from public;
create trigger queue_grew after insert on vaccination_registration
    referencing new table as fresh for each statement
    execute function core.vaccination_queue_grew();
create trigger queue_moved after update on vaccination_registration
    referencing old table as before new table as fresh for each statement
    execute function core.vaccination_queue_moved();
insert into vaccination_queuechanged (disease, commune, province)
    select distinct disease, commune, province from vaccination_registration;
"""
NO_CHANGES = """
drop trigger queue_moved on vaccination_registration;
drop trigger queue_grew on vaccination_registration;
drop function core.vaccination_queue_moved();
drop function core.vaccination_queue_grew();
"""


def standing(groups: str) -> str:
    """As in 0005, by the groups that `groups` gives of a registration r."""
    place = (
        f"coalesce((select min(array_position(ordered, g::text)) from unnest({groups}) g),"
        " cardinality(ordered)) as at"
    )
    return f"""
create or replace function core.vaccination_standing(wanted uuid, ordered text[])
    returns table (at int, before int, number int, undrawn int)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with mine as (
            select r.commune, r.disease, r.campaign, r.day, r.draw, {place}
            from vaccination_registration r
            where r.id = wanted and r.state = 'registered'
                and (coalesce(r.person_id = any(core.scope_persons()), false)
                    or coalesce(r.commune = core.scope_commune(), false)
                    or coalesce(r.province = core.scope_province(), false)
                    or coalesce(r.person_id = any(core.granted('person')), false)
                    or coalesce(core.scope_system(), false))
        ), line as (
            select r.day, r.draw, {place}
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
"""
