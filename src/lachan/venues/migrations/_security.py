"""SQL of the venues' first migration: what each role may ask without seeing rows.

`lachan_gate` appends to the ledger and asks two questions: whose token is this, and which of these
scans are stored already.  The place's own staff get numbers, times and directions, never a person.
"""

VENUE_POLICIES = """
alter table venues_venue enable row level security;
grant insert, update on venues_venue to lachan_app;
create policy see on venues_venue for select to lachan_app, lachan_gate, lachan_door using (true);
create policy append on venues_venue for insert to lachan_app with check
    ((organisation = (select core.scope_organisation()) or (select core.scope_system()))
    and exists (select 1 from places_place p where p.id = venues_venue.place_id
        and p.organisation_id = venues_venue.organisation));
create policy change on venues_venue for update to lachan_app using
    (organisation = (select core.scope_organisation()) or (select core.scope_system()))
    with check ((organisation = (select core.scope_organisation()) or (select core.scope_system()))
    and exists (select 1 from places_place p where p.id = venues_venue.place_id
        and p.organisation_id = venues_venue.organisation));
"""

FUNCTIONS = """
grant insert on venues_scan to lachan_gate;
create policy append_by_gate on venues_scan for insert to lachan_gate with check (true);

create function venues_device_of(wanted bytea)
    returns table (device uuid, place uuid, commune integer, province integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.id, p.id, p.commune, p.province
        from venues_device d join venues_venue v on v.id = d.venue_id
            join places_place p on p.id = v.place_id
        where d.token_sha256 = wanted and d.closed_at is null and v.closed_at is null
    $$;

create function venues_stored(days date[], ids uuid[])
    returns table (day date, id uuid, payload_sha256 bytea)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.day, s.id, s.payload_sha256
        from unnest(days, ids) as wanted (day, id) join venues_scan s using (day, id)
    $$;

create function core.same_scan(on_day date, known uuid, digest bytea) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select exists (select 1 from venues_scan s
            where s.day = on_day and s.id = known and s.payload_sha256 = digest)
    $$;

create function venues_answers_for(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select exists (
            select 1 from places_place p where p.id = wanted and (
                p.organisation_id = core.scope_organisation() or p.commune = core.scope_commune()
                or p.province = core.scope_province() or core.scope_national()))
    $$;

create function venues_count(wanted uuid, since timestamptz, till timestamptz)
    returns table (came bigint, went bigint, inside bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with seen as (
            select trace_id, direction, at, id from venues_scan
            where place = wanted and at >= since and at < till and venues_answers_for(wanted)
        ), last as (
            select distinct on (trace_id) direction from seen order by trace_id, at desc, id desc
        )
        select count(*) filter (where direction = 'in'), count(*) filter (where direction = 'out'),
            (select count(*) from last where direction = 'in')
        from seen
    $$;

create function venues_history(wanted uuid, since timestamptz, till timestamptz, most integer)
    returns table (at timestamptz, direction text, source text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.at, s.direction, s.source from venues_scan s
        where s.place = wanted and s.at >= since and s.at < till and venues_answers_for(wanted)
        order by s.at desc, s.id desc limit most
    $$;

revoke all on function core.same_scan(date, uuid, bytea), venues_device_of(bytea),
    venues_stored(date[], uuid[]),
    venues_answers_for(uuid), venues_count(uuid, timestamptz, timestamptz),
    venues_history(uuid, timestamptz, timestamptz, integer) from public;
grant execute on function venues_device_of(bytea), venues_stored(date[], uuid[]) to lachan_gate;
grant execute on function core.same_scan(date, uuid, bytea), venues_answers_for(uuid),
    venues_count(uuid, timestamptz, timestamptz),
    venues_history(uuid, timestamptz, timestamptz, integer) to lachan_app;
"""

NO_FUNCTIONS = """
drop function venues_history(uuid, timestamptz, timestamptz, integer);
drop function venues_count(uuid, timestamptz, timestamptz);
drop function venues_answers_for(uuid);
drop function core.same_scan(date, uuid, bytea);
drop function venues_stored(date[], uuid[]);
drop function venues_device_of(bytea);
drop policy append_by_gate on venues_scan;
revoke all on venues_scan from lachan_gate;
"""
