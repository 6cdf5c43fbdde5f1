"""The sex of whoever shows a code, so that a guard can see a borrowed card."""

from django.db import migrations

_HEAD = """
create function gate_shown(wanted uuid, documents bytea[])
    returns table (person uuid, trace_id uuid, sealed bytea, wrapped bytea, birth_year smallint,
                   excluded boolean, commune integer, province integer{column})
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select p.id, y.trace_id, p.sealed, k.wrapped, p.birth_year, p.excluded, p.commune,
            p.province{value}
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
_DROP = "drop function gate_shown(uuid, bytea[]);\n"
WITH_SEX = _DROP + _HEAD.format(column=", sex text", value=", p.sex::text")
WITHOUT = _DROP + _HEAD.format(column="", value="")


class Migration(migrations.Migration):
    dependencies = [("gate", "0006_paper")]

    operations = [migrations.RunSQL(WITH_SEX, WITHOUT)]
