"""A gate knows of tests what the other pages know: `sampling.answer_state.outcome_for_rules`.

A shared tube's negative is a negative of each person in it.  Where the newest answer is a positive
pool or a positive that is not confirmed, nothing is known, and an older negative counts no more.
What was withdrawn, and who was taken out of the tube, is passed over.
"""

from django.db import migrations

FUNCTION = """
create or replace function gate_facts(wanted uuid, moment timestamptz)
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
                select case when r.outcome = 'positive' and (u."limit" > 1 or not l.confirms)
                        then null else r.outcome end as outcome, s.taken_at
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gate", "0020_gatepages"),
        ("sampling", "0003_laboratory_rights"),
    ]

    # The body before it stays in 0002: there is no way back to it but a database of that day.
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
