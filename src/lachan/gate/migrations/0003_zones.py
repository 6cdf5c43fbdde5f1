"""What a gate may know of zones: whether this place lies in one, this person lives in one, a pass.

Every question is answered by an index, at the minute of the scan: a zone is in force from a minute
to a minute, and nobody has to press anything then.  The list of pseudonyms that a gate keeps for
the hours without a network is made of digests: a gate cannot read from it who lives where.
"""

from django.db import migrations

FUNCTIONS = """
create function gate_zone_of_place(here uuid, moment timestamptz) returns timestamptz
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive line as (
            select id, parent_id, lane_id from places_place where id = here
            union all
            select p.id, p.parent_id, p.lane_id from places_place p
                join line on p.id = line.parent_id
        )
        select min(found.from_at) from (
            select z.from_at from line join tracing_zonepart z on z.place_id = line.id
                and z.from_at <= moment and (z.to_at is null or z.to_at > moment)
            union all
            select z.from_at from line join tracing_zonepart z on z.lane_id = line.lane_id
                and z.from_at <= moment and (z.to_at is null or z.to_at > moment)
        ) found
    $$;

create function gate_zone_of_person(who uuid, moment timestamptz) returns timestamptz
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with house as (
            select d.id, d.lane_id
            from people_householdmember m
                join people_householddwelling h on h.household = m.household and h.until is null
                join places_dwelling d on d.id = h.dwelling_id and d.commune = m.commune
            where m.person_id = who and m.until is null
        )
        select min(found.from_at) from (
            select z.from_at from house join tracing_zonepart z on z.dwelling_id = house.id
                and z.from_at <= moment and (z.to_at is null or z.to_at > moment)
            union all
            select z.from_at from house join tracing_zonepart z on z.lane_id = house.lane_id
                and z.from_at <= moment and (z.to_at is null or z.to_at > moment)
        ) found
    $$;

create function gate_zone(wanted uuid, here uuid, moment timestamptz)
    returns table (place_since timestamptz, home_since timestamptz, has_pass boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select gate_zone_of_place(here, moment), gate_zone_of_person(y.person_id, moment),
            exists (select 1 from tracing_zonepass p where p.person_id = y.person_id
                and p.from_at <= moment and p.to_at > moment
                and (p.withdrawn_at is null or p.withdrawn_at > moment))
        from people_pseudonym y
        where y.trace_id = wanted
            and ((core.session()).roles
                    && array['gate_controller', 'place_manager', 'station_officer']
                or y.person_id = any((select core.scope_persons())::uuid[]))
    $$;

create function gate_pack(gate_place uuid, moment timestamptz)
    returns table (zone uuid, trace_id uuid, from_at timestamptz, to_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with gate as (
            select p.province from places_place p where p.id = gate_place
                and (core.session()).roles && array['gate_controller', 'place_manager']
                and p.organisation_id = (core.session()).organisation
        ),
        part as (
            select d.zone_id, z.id, z.lane_id, z.dwelling_id, z.from_at, z.to_at
            from tracing_zonepart z
                join tracing_zonedecision d on d.id = z.decision_id
                join gate on gate.province = z.province
            where z.from_at is not null and (z.to_at is null or z.to_at > moment)
        ),
        house as (
            select part.zone_id, d.id, d.commune, part.from_at, part.to_at
            from part join places_dwelling d on d.id = part.dwelling_id
            union all
            select part.zone_id, d.id, d.commune, part.from_at, part.to_at
            from part join places_dwelling d on d.lane_id = part.lane_id
        )
        select house.zone_id, y.trace_id, house.from_at, house.to_at
        from house
            join people_householddwelling h on h.dwelling_id = house.id and h.until is null
            join people_householdmember m on m.household = h.household and m.until is null
                and m.commune = house.commune
            join people_pseudonym y on y.person_id = m.person_id
    $$;

create function gate_pack_passes(gate_place uuid, moment timestamptz)
    returns table (trace_id uuid, from_at timestamptz, to_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select y.trace_id, p.from_at, p.to_at
        from places_place g
            join tracing_zonepass p on p.province = g.province and p.withdrawn_at is null
                and p.to_at > moment
            join people_pseudonym y on y.person_id = p.person_id
        where g.id = gate_place
            and (core.session()).roles && array['gate_controller', 'place_manager']
            and g.organisation_id = (core.session()).organisation
    $$;

create function gate_pack_places(gate_place uuid, moment timestamptz)
    returns table (zone uuid, from_at timestamptz, to_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive line as (
            select id, parent_id, lane_id from places_place where id = gate_place
                and (core.session()).roles && array['gate_controller', 'place_manager']
                and organisation_id = (core.session()).organisation
            union all
            select p.id, p.parent_id, p.lane_id from places_place p
                join line on p.id = line.parent_id
        )
        select d.zone_id, z.from_at, z.to_at
        from line
            join tracing_zonepart z on z.place_id = line.id or z.lane_id = line.lane_id
            join tracing_zonedecision d on d.id = z.decision_id
        where z.from_at is not null and (z.to_at is null or z.to_at > moment)
    $$;

revoke all on function gate_zone_of_place(uuid, timestamptz) from public;
revoke all on function gate_zone_of_person(uuid, timestamptz) from public;
revoke all on function gate_zone(uuid, uuid, timestamptz) from public;
revoke all on function gate_pack(uuid, timestamptz) from public;
revoke all on function gate_pack_passes(uuid, timestamptz) from public;
revoke all on function gate_pack_places(uuid, timestamptz) from public;
grant execute on function gate_zone(uuid, uuid, timestamptz) to lachan_app;
grant execute on function gate_pack(uuid, timestamptz) to lachan_app;
grant execute on function gate_pack_passes(uuid, timestamptz) to lachan_app;
grant execute on function gate_pack_places(uuid, timestamptz) to lachan_app;
"""

UNDO = """
drop function gate_pack_places(uuid, timestamptz);
drop function gate_pack_passes(uuid, timestamptz);
drop function gate_pack(uuid, timestamptz);
drop function gate_zone(uuid, uuid, timestamptz);
drop function gate_zone_of_person(uuid, timestamptz);
drop function gate_zone_of_place(uuid, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("gate", "0002_facts"), ("tracing", "0011_zones_inside")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
