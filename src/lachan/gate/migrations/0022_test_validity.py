"""A gate knows by which test somebody was tested, of which disease and where: whether a negative
still counts is then the rule's to say (`sampling.selectors.validity_of`), as on the pass."""

from django.db import migrations

FUNCTION = """
drop function gate_facts(uuid, timestamptz);
create function gate_facts(wanted uuid, moment timestamptz)
    returns table (declared_at timestamptz, symptoms boolean, contact boolean,
                   test_outcome text, taken_at timestamptz, test_method text,
                   disease text, province integer, told jsonb)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.at, d.symptoms, d.contact, t.outcome, t.taken_at,
            t.method, t.disease, t.province, n."values"
        from people_pseudonym y
            left join lateral (
                select at, symptoms, contact from declarations_declaration
                where person_id = y.person_id and at <= moment order by at desc limit 1) d on true
            left join lateral (
                select case when r.outcome = 'positive' and (u."limit" > 1 or not l.confirms)
                        then null else r.outcome end as outcome, s.taken_at,
                    r.method, u.disease, s.province
                from sampling_sample s
                    join sampling_tube u on u.id = s.tube_id
                    join sampling_release l on l.tube_id = u.id and l.at <= moment
                    join sampling_result r on r.id = l.result_id
                where s.person_id = y.person_id and s.taken_back_at is null
                    and r.outcome in ('positive', 'negative')
                    and not exists (select 1 from sampling_result c where c.replaces_id = r.id)
                    and not exists (select 1 from sampling_withdrawal w where w.result_id = r.id)
                order by s.taken_at desc, s.id desc limit 1) t on true
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
        ("gate", "0021_test_facts"),
        ("sampling", "0010_rapid"),
    ]

    # There is no way back: the columns of before stay in 0021.
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
