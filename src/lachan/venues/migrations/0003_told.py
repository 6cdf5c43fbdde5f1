"""Visits told in an interview: who may write them, how one is taken back, and who counts them."""

from django.db import migrations

from lachan.core.ledgers import Ledger

#: Who asks people where they were; the same roles work cases.
INTERVIEWERS = "array['tracer', 'director', 'station_officer']"

#: What somebody told is written by those who ask, and about people they may see; the pseudonym's
#: own row security answers that.
TOLD = f"""
create policy told_by_those_who_ask on venues_scan as restrictive for insert to lachan_app
    with check (source <> 'interview' or (select core.scope_system()) or (
        (select (core.session()).roles) && {INTERVIEWERS}
        and exists (select 1 from people_pseudonym p where p.trace_id = venues_scan.trace_id)));

create function core.take_back_told(told uuid[], days date[]) returns integer
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        s core_session := core.session();
        taken integer;
    begin
        if s.account is null or not (s.system or s.roles && {INTERVIEWERS}) then
            return null;
        end if;
        insert into venues_withdrawal (day, id, scan_at, trace_id, withdrawn_at, authority,
                commune, province)
            select v.day, v.id, v.at, v.trace_id, core.now(), 'account:' || s.account, v.commune,
                v.province
            from unnest(told, days) as wanted (id, day) join venues_scan v using (day, id)
                join people_pseudonym p on p.trace_id = v.trace_id
            where v.source = 'interview' and (s.system or s.national or p.commune = s.commune
                or p.province = s.province or p.person_id = any(core.granted('person')))
            on conflict do nothing;
        get diagnostics taken = row_count;
        return nullif(taken, 0);
    end $$;
revoke all on function core.take_back_told(uuid[], date[]) from public;
grant execute on function core.take_back_told(uuid[], date[]) to lachan_app;
"""

UNTOLD = """
drop function core.take_back_told(uuid[], date[]);
drop policy told_by_those_who_ask on venues_scan;
"""

#: An interview is no passage: the place's staff would learn from it that somebody ill was there.
COUNTS = """
create or replace function venues_count(wanted uuid, since timestamptz, till timestamptz)
    returns table (came bigint, went bigint, inside bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with seen as (
            select trace_id, direction, at, id from venues_scan
            where place = wanted and at >= since and at < till and venues_answers_for(wanted){only}
        ), last as (
            select distinct on (trace_id) direction from seen order by trace_id, at desc, id desc
        )
        select count(*) filter (where direction = 'in'), count(*) filter (where direction = 'out'),
            (select count(*) from last where direction = 'in')
        from seen
    $$;

create or replace function venues_history(wanted uuid, since timestamptz, till timestamptz,
        most integer)
    returns table (at timestamptz, direction text, source text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.at, s.direction, s.source from venues_scan s
        where s.place = wanted and s.at >= since and s.at < till
            and venues_answers_for(wanted){only}
        order by s.at desc, s.id desc limit most
    $$;
"""
SCANNED = " and source <> 'interview'"


class Migration(migrations.Migration):
    dependencies = [("venues", "0002_conflicts"), ("people", "0003_who_sees_whom")]

    operations = [
        # The key is the scan's own: (day, id).  Nobody who serves reads or writes the table itself.
        Ledger(
            "venues_withdrawal",
            "scan_at timestamptz not null, trace_id uuid not null,"
            " withdrawn_at timestamptz not null, authority text not null,"
            " commune integer not null, province integer not null",
            day_from="scan_at",
        ),
        migrations.RunSQL(TOLD, UNTOLD),
        migrations.RunSQL(COUNTS.format(only=SCANNED), COUNTS.format(only="")),
    ]
