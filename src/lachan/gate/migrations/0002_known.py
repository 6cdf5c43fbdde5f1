"""What the rulebook may know at a gate of whoever has just shown a code: age of the declaration and
its two answers, and the newest released result of a single sample.

A guard reads neither table; the page shows word and reason only.  The pseudonym asked for is 128
random bits, which a gate knows from the code or card before it and from nowhere else.
"""

from django.db import migrations

FUNCTION = """
create function gate_known(wanted uuid, moment timestamptz)
    returns table (declared_at timestamptz, symptoms boolean, contact boolean, outcome text,
                   taken_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public
    as $$
        select d.at, d.symptoms, d.contact, t.outcome, t.taken_at
        from people_pseudonym y
        left join lateral (
            select at, symptoms, contact from declarations_declaration
            where person_id = y.person_id and at <= moment order by at desc limit 1
        ) d on true
        left join lateral (
            select r.outcome, s.taken_at
            from sampling_sample s
                join sampling_tube u on u.id = s.tube_id and u."limit" = 1
                join sampling_release e on e.tube_id = u.id and e.at <= moment
                join sampling_result r on r.id = e.result_id
            where s.person_id = y.person_id
                and not exists (select 1 from sampling_result n where n.replaces_id = r.id)
            order by s.taken_at desc limit 1
        ) t on true
        where y.trace_id = wanted
            and (core.session()).roles && array['gate_controller', 'place_manager']
    $$;
revoke all on function gate_known(uuid, timestamptz) from public;
grant execute on function gate_known(uuid, timestamptz) to lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gate", "0001_shown"),
        ("declarations", "0001_first"),
        ("sampling", "0001_first"),
    ]

    operations = [migrations.RunSQL(FUNCTION, "drop function gate_known(uuid, timestamptz)")]
