"""Whoever shows his code or card opens his own row, for a while, to the unit he stands before."""

from django.db import migrations

#: A gate needs a name and a year of birth for as long as somebody stands there; a sampler or a
#: vaccinator needs the person for the session.  Who does no such work cannot use it at all.
PRESENT = """
create function core.present(how text, value bytea) returns uuid language plpgsql
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        s core_session := core.session();
        found uuid;
        opens text := 'face';
        lasts interval := interval '10 minutes';
    begin
        if s.account is null or not s.roles && array['gate_controller', 'place_manager', 'sampler',
                'vaccinator', 'station_officer', 'village_health_worker', 'system'] then
            return null;
        end if;
        if how = 'trace' then
            select p.person_id into found from people_pseudonym p
                where p.trace_id = encode(value, 'hex')::uuid;
        elsif how = 'document' then
            select min(b.person_id::text)::uuid into found from people_blindindex b
                where b.kind = 'document' and b.hmac = value
                having count(distinct b.person_id) = 1;
        end if;
        if found is null or s.system then
            return found;
        end if;
        if s.roles && array['sampler', 'vaccinator', 'station_officer',
                'village_health_worker'] then
            opens := 'person';
            lasts := interval '24 hours';
        end if;
        if not found = any(core.granted(opens)) then
            insert into core_grant (kind, key, to_organisation, to_account, until, given_at)
                values (opens, found, s.organisation,
                        case when s.organisation is null then s.account end,
                        core.now() + lasts, core.now());
        end if;
        return found;
    end $$;
revoke all on function core.present(text, bytea) from public;
grant execute on function core.present(text, bytea) to lachan_app;
create policy see_by_face on people_person for select to lachan_app
    using (id = any((select core.granted('face'))::uuid[]));
create policy see_by_face on people_pseudonym for select to lachan_app
    using (person_id = any((select core.granted('face'))::uuid[]));
"""

UNDO = """
drop policy see_by_face on people_pseudonym;
drop policy see_by_face on people_person;
drop function core.present(text, bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_who_sees_whom")]

    operations = [migrations.RunSQL(PRESENT, UNDO)]
