"""SQL of registering and running a place: who may change what, and numbers that name nobody."""

FILL = """
update venues_venue v set commune = p.commune, province = p.province
    from places_place p where p.id = v.place_id;

create function venues_fill_venue() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        select p.commune, p.province into new.commune, new.province
            from places_place p where p.id = new.place_id;
        return new;
    end $$;
create trigger fill before insert or update on venues_venue
    for each row execute function venues_fill_venue();
"""

NO_FILL = """
drop trigger fill on venues_venue;
drop function venues_fill_venue();
"""

#: The health unit of the area writes about its places too; only it opens what waits, suspends and
#: lifts: whoever runs a place may not lift what the commune laid on it.
WRITERS = """
drop policy append on venues_venue;
drop policy change on venues_venue;
create policy append on venues_venue for insert to lachan_app with check (
    (organisation = (select core.scope_organisation())
        or commune = (select core.scope_commune()) or province = (select core.scope_province())
        or (select core.scope_national()) or (select core.scope_system()))
    and exists (select 1 from places_place p where p.id = venues_venue.place_id
        and p.organisation_id = venues_venue.organisation));
create policy change on venues_venue for update to lachan_app using (
    organisation = (select core.scope_organisation())
        or commune = (select core.scope_commune()) or province = (select core.scope_province())
        or (select core.scope_national()) or (select core.scope_system()))
    with check ((organisation = (select core.scope_organisation())
        or commune = (select core.scope_commune()) or province = (select core.scope_province())
        or (select core.scope_national()) or (select core.scope_system()))
    and exists (select 1 from places_place p where p.id = venues_venue.place_id
        and p.organisation_id = venues_venue.organisation));

create function venues_guard_state() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        if current_user = 'lachan_app'
            and (new.state, new.state_by, new.state_reason, new.state_until) is distinct from
                (old.state, old.state_by, old.state_reason, old.state_until)
            and not (core.scope_system() or core.scope_national()
                or coalesce(old.commune = core.scope_commune(), false)
                or coalesce(old.province = core.scope_province(), false))
        then
            raise insufficient_privilege using message = 'only the area''s unit changes this';
        end if;
        return new;
    end $$;
create trigger guard before update on venues_venue
    for each row execute function venues_guard_state();
"""

WRITERS_BEFORE = """
drop trigger guard on venues_venue;
drop function venues_guard_state();
drop policy append on venues_venue;
drop policy change on venues_venue;
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

#: A row names its venue's own body and area: nobody writes about a place he does not answer for.
OF_ITS_VENUE = (
    "exists (select 1 from venues_venue v where v.id = {table}.venue_id"
    " and v.organisation = {table}.organisation and v.commune = {table}.commune"
    " and v.province = {table}.province)"
)

#: A place and its parts.  A gate stands for what it leads into; `path` are the wholes of a part,
#: `closes` its closing hours and those of all it lies in.
TREE = """
line as (
    select p.id, p.parent_id from places_place p where p.id = wanted
    union all
    select p.id, p.parent_id from places_place p join line l on p.id = l.parent_id
), tree as (
    select p.id, p.id as stands, array[p.id] as path, array(
            select v.closes_at from line l join venues_venue v on v.place_id = l.id
            where v.closes_at is not null) as closes
        from places_place p where p.id = wanted
    union all
    select p.id, case when p.kind = 'gate' then t.stands else p.id end,
        case when p.kind = 'gate' then t.path else t.path || p.id end,
        t.closes || array_remove(array[v.closes_at], null)
        from places_place p join tree t on p.parent_id = t.id
            left join venues_venue v on v.place_id = p.id
)
"""

NUMBERS = f"""
create function venues_heads(wanted uuid, moment timestamptz) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive {TREE}, seen as (
            select s.trace_id, s.direction, s.at, s.day, t.stands, t.path, t.closes
            from tree t join venues_scan s on s.place = t.id
            where s.day between (moment - interval '2 days')::date
                    and (moment + interval '2 days')::date
                and s.at > moment - interval '24 hours' and s.at < moment + interval '10 minutes'
                and s.source <> 'interview'
        ), entered as (
            select distinct on (trace_id, stands) trace_id, stands, path, closes, at, day
            from seen where direction = 'in' order by trace_id, stands, at desc
        ), bounded as (
            select e.*, (e.at at time zone 'Asia/Ho_Chi_Minh') as local,
                e.at + make_interval(mins => coalesce(v.imputed_minutes, 60)) as by_minutes
            from entered e left join venues_venue v on v.place_id = e.stands
        )
        select count(distinct b.trace_id) from bounded b
        where b.by_minutes > moment
            and not exists (select 1 from unnest(b.closes) c where moment >= (
                b.local::date + c
                + case when c <= b.local::time then interval '1 day' else interval '0' end
            ) at time zone 'Asia/Ho_Chi_Minh')
            and not exists (select 1 from seen o where o.trace_id = b.trace_id
                and o.direction = 'out' and o.at >= b.at and o.stands = any(b.path))
            and not exists (select 1 from venues_scan e where e.trace_id = b.trace_id
                and e.day >= b.day and e.at > b.at and e.direction = 'in'
                and e.source <> 'interview' and e.place not in (select id from tree))
    $$;

create function venues_inside(wanted uuid, moment timestamptz) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select venues_heads(wanted, moment) where venues_answers_for(wanted)
    $$;

create function venues_full(wanted uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce((select venues_heads(v.place_id, core.now()) >= v.capacity
            from venues_venue v where v.place_id = wanted), false)
    $$;

create or replace function venues_count(wanted uuid, since timestamptz, till timestamptz)
    returns table (came bigint, went bigint, inside bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive {TREE}, seen as (
            select s.trace_id, s.direction, t.stands
            from tree t join venues_scan s on s.place = t.id
            where s.day between (since - interval '1 day')::date and (till + interval '1 day')::date
                and s.at >= since and s.at < till and s.source <> 'interview'
                and venues_answers_for(wanted)
        ), counted as (
            select direction, count(*) filter (where stands = wanted)
                + count(distinct trace_id) filter (where stands <> wanted and not exists (
                    select 1 from seen d where d.trace_id = seen.trace_id and d.stands = wanted
                        and d.direction = seen.direction)) as people
            from seen group by direction
        )
        select coalesce(sum(people) filter (where direction = 'in'), 0)::bigint,
            coalesce(sum(people) filter (where direction = 'out'), 0)::bigint,
            coalesce(venues_inside(wanted, least(till - interval '1 second', core.now())), 0)
        from counted
    $$;

drop function venues_history(uuid, timestamptz, timestamptz, integer);
create function venues_history(wanted uuid, since timestamptz, till timestamptz, most integer)
    returns table (at timestamptz, direction text, source text, place uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive {TREE}
        select s.at, s.direction, s.source, s.place from tree t join venues_scan s on s.place = t.id
        where s.day between (since - interval '1 day')::date and (till + interval '1 day')::date
                and s.at >= since and s.at < till and s.source <> 'interview'
            and venues_answers_for(wanted)
        order by s.at desc, s.id desc limit most
    $$;

create function venues_hours(wanted uuid, since timestamptz, till timestamptz)
    returns table (day date, hour integer, came bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive {TREE}
        select s.day, extract(hour from s.at at time zone 'Asia/Ho_Chi_Minh')::integer,
            count(distinct s.trace_id)
        from tree t join venues_scan s on s.place = t.id
        where s.day between (since - interval '1 day')::date and (till + interval '1 day')::date
                and s.at >= since and s.at < till and s.direction = 'in' and s.source <> 'interview'
            and venues_answers_for(wanted)
        group by 1, 2
    $$;

create function venues_used(communes integer[], days date[])
    returns table (place uuid, day date, people bigint, scans bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive roots as (
            select p.id, p.id as root from places_place p
                where p.parent_id is null and p.commune = any(communes)
            union all
            select p.id, r.root from places_place p join roots r on p.parent_id = r.id
        )
        select r.root, s.day, count(distinct s.trace_id) filter (where s.direction = 'in'), count(*)
        from venues_scan s join roots r on r.id = s.place
        where s.commune = any(communes) and s.day = any(days) and s.source <> 'interview'
            and (s.commune = (select core.scope_commune())
                or s.province = (select core.scope_province()) or (select core.scope_national()))
        group by r.root, s.day
    $$;

create function venues_asked()
    returns table (id uuid, venue uuid, place uuid, from_at timestamptz, till_at timestamptz,
        reason text, unit text, asked_at timestamptz, people_count integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select r.id, r.venue_id, r.place, r.from_at, r.till_at, r.reason, r.unit, r.asked_at,
            r.people_count
        from venues_visitorrequest r
        where r.organisation = core.scope_organisation()
            and 'place_manager' = any((core.session()).roles)
        order by r.asked_at desc limit 200
    $$;

revoke all on function venues_heads(uuid, timestamptz), venues_inside(uuid, timestamptz),
    venues_full(uuid), venues_history(uuid, timestamptz, timestamptz, integer),
    venues_hours(uuid, timestamptz, timestamptz), venues_used(integer[], date[]), venues_asked()
    from public;
grant execute on function venues_inside(uuid, timestamptz), venues_full(uuid),
    venues_history(uuid, timestamptz, timestamptz, integer),
    venues_hours(uuid, timestamptz, timestamptz), venues_used(integer[], date[]), venues_asked()
    to lachan_app;
"""

NUMBERS_BEFORE = """
drop function venues_asked();
drop function venues_used(integer[], date[]);
drop function venues_hours(uuid, timestamptz, timestamptz);
drop function venues_history(uuid, timestamptz, timestamptz, integer);
create function venues_history(wanted uuid, since timestamptz, till timestamptz, most integer)
    returns table (at timestamptz, direction text, source text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.at, s.direction, s.source from venues_scan s
        where s.place = wanted and s.at >= since and s.at < till and venues_answers_for(wanted)
            and source <> 'interview'
        order by s.at desc, s.id desc limit most
    $$;
revoke all on function venues_history(uuid, timestamptz, timestamptz, integer) from public;
grant execute on function venues_history(uuid, timestamptz, timestamptz, integer) to lachan_app;
create or replace function venues_count(wanted uuid, since timestamptz, till timestamptz)
    returns table (came bigint, went bigint, inside bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with seen as (
            select trace_id, direction, at, id from venues_scan
            where place = wanted and at >= since and at < till and venues_answers_for(wanted)
                and source <> 'interview'
        ), last as (
            select distinct on (trace_id) direction from seen order by trace_id, at desc, id desc
        )
        select count(*) filter (where direction = 'in'), count(*) filter (where direction = 'out'),
            (select count(*) from last where direction = 'in')
        from seen
    $$;
drop function venues_full(uuid);
drop function venues_inside(uuid, timestamptz);
drop function venues_heads(uuid, timestamptz);
"""
