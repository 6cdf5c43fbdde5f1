"""What a gate may know of an order: that one holds at that minute and until when, and no more.

A signed decision holds until the end of its last day, a temporary holding until its minute.  Who
ordered what, and why, stays with the station.
"""

from django.db import migrations

FUNCTION = """
create function gate_ordered(wanted uuid, moment timestamptz)
    returns table (duty text, until timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with who as (
            select y.person_id from people_pseudonym y
            where y.trace_id = wanted and ((core.session()).roles
                    && array['gate_controller', 'place_manager', 'station_officer']
                or y.person_id = any((select core.scope_persons())::uuid[]))
        ),
        found as (
            select case when o.until is null then 'isolation_open' else 'isolation' end as duty,
                (o.until + 1)::timestamp at time zone interval '+07:00' as until, 1 as rank
            from who join isolation_order o using (person_id)
            where o.state in ('decided', 'noticed') and o.measure like 'isolate%'
            union all
            select 'holding', h.lapses_at, 2
            from who join isolation_order o using (person_id)
                join isolation_holding h on h.order_id = o.id
            where h.ended_at is null and h.starts_at <= moment
        )
        select found.duty, found.until from found
        where found.until is null or found.until > moment
        order by rank, found.until desc nulls first limit 1
    $$;
revoke all on function gate_ordered(uuid, timestamptz) from public;
grant execute on function gate_ordered(uuid, timestamptz) to lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [("gate", "0003_zones"), ("isolation", "0002_who_sees_what")]

    operations = [
        migrations.RunSQL(FUNCTION, "drop function gate_ordered(uuid, timestamptz)"),
    ]
