"""What the rulebook asks at a gate about whoever stands there; the guard reads none of the rows.

The facts of the newest declaration, of the newest released result of a tube of one's own, and of
the newest duty that was really sent.  The gate turns them into one sentence for the guard, which
names neither a disease nor a test.  The pseudonym asked for is 128 random bits, which a gate knows
from the code or card before it and from nowhere else.
"""

from django.db import migrations

FUNCTION = """
create function gate_facts(wanted uuid, moment timestamptz)
    returns table (declared_at timestamptz, symptoms boolean, contact boolean,
                   test_outcome text, taken_at timestamptz, told jsonb)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.at, d.symptoms, d.contact, t.outcome, t.taken_at, n."values"
        from people_pseudonym y
            left join lateral (
                select at, symptoms, contact from declarations_declaration
                where person_id = y.person_id and at <= moment order by at desc limit 1) d on true
            left join lateral (
                select r.outcome, s.taken_at from sampling_sample s
                    join sampling_tube u on u.id = s.tube_id and u."limit" = 1
                    join sampling_release l on l.tube_id = u.id and l.at <= moment
                    join sampling_result r on r.id = l.result_id
                where s.person_id = y.person_id
                    and not exists (select 1 from sampling_result c where c.replaces_id = r.id)
                order by s.taken_at desc limit 1) t on true
            left join lateral (
                select "values" from notices_notice
                where person_id = y.person_id and state = 'sent' and kind = 'contact_duty'
                order by sent_at desc limit 1) n on true
        where y.trace_id = wanted
            and (core.session()).roles
                && array['gate_controller', 'place_manager', 'station_officer']
    $$;
revoke all on function gate_facts(uuid, timestamptz) from public;
grant execute on function gate_facts(uuid, timestamptz) to lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gate", "0001_shown"),
        ("declarations", "0001_first"),
        ("sampling", "0001_first"),
        ("notices", "0001_first"),
    ]

    operations = [migrations.RunSQL(FUNCTION, "drop function gate_facts(uuid, timestamptz)")]
