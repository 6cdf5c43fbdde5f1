"""SQL of the daily link: read the day behind a code, seal with the person's key, append one report.

The app calls these without a session.  Each looks at the rows of one code alone; codes are 128
random bits and kept as hashes.  The key that is handed out is wrapped: the database cannot open it.
Nothing of an answer comes back.
"""

#: Reports one day takes, as `followup_models` says it.
MOST_REPORTS = 8

#: bytes of a sealed report: a dozen answers and 300 characters of Vietnamese, and the envelope.
MOST_BYTES = 2_000

FUNCTIONS = f"""
create function declarations_daily_of(wanted bytea) returns jsonb
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select jsonb_build_object(
            'unit', min(d.unit), 'phone', min(d.phone), 'until', max(d.expires_at),
            'open', bool_or(f.ended_at is null and d.expires_at > core.now()),
            'people', coalesce(jsonb_agg(jsonb_build_object(
                'id', d.id, 'who', d.shown_as, 'reported', d.reported_at is not null,
                'number', d.day - f.first_day + 1, 'of', f.last_day - f.first_day + 1,
                'province', d.province)
                order by d.shown_as)
                filter (where f.ended_at is null), '[]'::jsonb))
        from declarations_followupday d join declarations_followup f on f.id = d.follow_up_id
        where d.code_sha256 = wanted
        having count(*) > 0
    $$;

create function declarations_daily_key(wanted bytea, row_id uuid)
    returns table (person uuid, wrapped bytea)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select k.person, k.wrapped
        from declarations_followupday d join declarations_followup f on f.id = d.follow_up_id
            join core_datakey k on k.person = d.person_id
        where d.code_sha256 = wanted and d.id = row_id
            and f.ended_at is null and d.expires_at > core.now()
    $$;

create function declarations_daily_report(wanted bytea, row_id uuid, new_id uuid, sealed bytea)
    returns text language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        d declarations_followupday;
        old declarations_dailyreport;
        taken bigint;
    begin
        -- The lock makes the count below true: two at once are one after the other.
        select * into d from declarations_followupday where id = row_id and code_sha256 = wanted
            for update;
        if d.id is null then
            return 'unknown_code';
        end if;
        select * into old from declarations_dailyreport where id = new_id;
        if old.id is not null then
            return case when old.day_id = d.id then 'again' else 'different_content' end;
        end if;
        if d.expires_at <= core.now() or exists (
                select 1 from declarations_followup f
                where f.id = d.follow_up_id and f.ended_at is not null) then
            return 'closed';
        end if;
        select count(*) into taken from declarations_dailyreport where day_id = d.id;
        if taken >= {MOST_REPORTS} or octet_length(sealed) > {MOST_BYTES} then
            return 'full';
        end if;
        insert into declarations_dailyreport (id, day_id, person_id, at, sealed, commune, province)
            values (new_id, d.id, d.person_id, core.now(), sealed, d.commune, d.province);
        update declarations_followupday set reported_at = coalesce(reported_at, core.now())
            where id = d.id;
        perform pg_notify('lachan_facts', 'declarations.daily');
        return 'taken';
    end $$;

revoke all on function declarations_daily_of(bytea), declarations_daily_key(bytea, uuid),
    declarations_daily_report(bytea, uuid, uuid, bytea) from public;
grant execute on function declarations_daily_of(bytea), declarations_daily_key(bytea, uuid),
    declarations_daily_report(bytea, uuid, uuid, bytea) to lachan_app;
"""

UNDO = """
drop function declarations_daily_report(bytea, uuid, uuid, bytea);
drop function declarations_daily_key(bytea, uuid);
drop function declarations_daily_of(bytea);
"""
