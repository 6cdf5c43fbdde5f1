"""Whoever shows a code or card at a gate shows a name and a year of birth, and nothing else.

A guard sees no row of the register.  The one function here gives, to somebody on duty at a gate,
the sealed name of the person whose pseudonym (from a signed code) or document (as a blind index)
was just presented; the look is on record.
"""

from django.db import migrations

FUNCTION = """
create function gate_shown(wanted uuid, documents bytea[])
    returns table (person uuid, trace_id uuid, sealed bytea, wrapped bytea, birth_year smallint,
                   excluded boolean, commune integer, province integer)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select p.id, y.trace_id, p.sealed, k.wrapped, p.birth_year, p.excluded, p.commune,
            p.province
        from people_pseudonym y
            join people_person p on p.id = y.person_id
            join core_datakey k on k.person = p.id
        where (core.session()).roles && array['gate_controller', 'place_manager', 'station_officer']
            and p.erased_at is null
            and (y.trace_id = wanted or p.id in (
                select b.person_id from people_blindindex b
                where b.kind = 'document' and b.hmac = any(documents)))
        limit 2
    $$;
revoke all on function gate_shown(uuid, bytea[]) from public;
grant execute on function gate_shown(uuid, bytea[]) to lachan_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("people", "0003_who_sees_whom"), ("venues", "0001_venues")]

    operations = [migrations.RunSQL(FUNCTION, "drop function gate_shown(uuid, bytea[])")]
