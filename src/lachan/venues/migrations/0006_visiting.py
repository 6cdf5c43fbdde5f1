"""Who was at a place, for whoever traces in its province; scans taken back are left out."""

from django.db import migrations

#: Who asks a place, and nobody else: with these rows a pseudonym is one question away from a name.
ASKERS = "array['tracer', 'director']"

#: Everybody scanned at the place or a part of it who can still have been there when the window
#: began, with every scan of the province that can end such a visit.  In steps, so that each is read
#: by its index: as one query the planner thinks of a whole day's people, and asks the session anew
#: for every row.
FUNCTION = f"""
create function venues_visitors(wanted uuid, since timestamptz, till timestamptz,
        first_day date, last_day date)
    returns table (trace_id uuid, at timestamptz, place uuid, direction text, id uuid, source text)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        ours integer := core.scope_province();
        parts uuid[];
        people uuid[];
    begin
        if not coalesce((core.session()).roles && {ASKERS}, false) then
            return;
        end if;
        parts := array(
            with recursive part as (
                select p.id from places_place p where p.id = wanted and p.province = ours
                union all select p.id from places_place p join part on p.parent_id = part.id
            ) select part.id from part);
        people := array(
            select distinct s.trace_id from venues_scan s
            where s.place = any(parts) and s.at > since and s.at < till
                and s.day between first_day and last_day);
        return query
            select s.trace_id, s.at, s.place, s.direction, s.id, s.source
            from venues_scan s
            where s.trace_id = any(people) and s.day between first_day and last_day
                and s.province = ours and not exists
                    (select 1 from venues_withdrawal w where w.day = s.day and w.id = s.id);
    end $$;
revoke all on function venues_visitors(uuid, timestamptz, timestamptz, date, date) from public;
grant execute on function venues_visitors(uuid, timestamptz, timestamptz, date, date)
    to lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("venues", "0005_registering"),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTION,
            "drop function venues_visitors(uuid, timestamptz, timestamptz, date, date)",
        )
    ]
