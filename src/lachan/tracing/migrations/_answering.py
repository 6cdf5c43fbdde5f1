"""SQL of the public's way in: read the notice behind a code, hand in one row, see nothing.

The app calls these without a session.  Each looks at one opening by its code alone; the codes of
invitations are random and kept as hashes.  A row handed in is readable to nobody outside: its key
lies beside the persons' keys, and only the worker may open it.
"""

#: Rows of an invitation and answers of a call, as `answering` says them.
MOST_ROWS, MOST_ANSWERS = 50, 5_000

#: bytes of a sealed row: 2,000 characters of Vietnamese at three bytes, and the envelope.
MOST_BYTES = 6_500

FUNCTIONS = f"""
create function tracing_invitation_of(wanted bytea) returns jsonb
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select jsonb_build_object(
            'unit', i.unit, 'phone', i.phone, 'until', i.expires_at,
            'open', i.closed_at is null and i.expires_at > core.now(),
            'left', greatest(0, {MOST_ROWS} - (
                select count(*) from tracing_submission s where s.invitation_id = i.id)))
        from tracing_invitation i where i.code_sha256 = wanted
    $$;

create function tracing_call_of(wanted text) returns jsonb
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select jsonb_build_object(
            'unit', c.unit, 'phone', c.phone, 'until', c.ends_at, 'since', c.approved_at,
            'disease', case when c.names_disease then c.disease else '' end,
            'open', c.ended_at is null and c.ends_at > core.now(),
            'places', (
                select jsonb_agg(jsonb_build_object(
                    'id', p.id, 'name', p.name, 'from', p.from_at, 'to', p.to_at,
                    'commune', l.commune) order by p.from_at, p.id)
                from tracing_calledplace p left join places_place l on l.id = p.place_id
                where p.call_id = c.id))
        from tracing_publiccall c where c.code = wanted and c.approved_at is not null
    $$;

create function tracing_hand_in(handed text) returns text
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        v jsonb := handed::jsonb;
        row_id uuid := (v ->> 'id')::uuid;
        at_place uuid := (v ->> 'place')::uuid;
        invited bytea := decode(v ->> 'invitation', 'hex');
        sealed_text bytea := decode(v ->> 'sealed', 'hex');
        i tracing_invitation;
        c tracing_publiccall;
        old tracing_submission;
        taken bigint;
    begin
        -- The lock makes the count below true: two at once are one after the other.
        select * into i from tracing_invitation where code_sha256 = invited for update;
        select * into c from tracing_publiccall
            where invited is null and code = v ->> 'call' and approved_at is not null for update;
        if i.id is null and c.id is null then
            return 'unknown_code';
        end if;
        select * into old from tracing_submission where id = row_id;
        if old.id is not null then
            if old.invitation_id is not distinct from i.id and old.call_id is not distinct from c.id
                    and (v -> 'known') ? encode(old.digest, 'hex') then
                return 'again';
            end if;
            return 'different_content';
        end if;
        if exists (select 1 from core_datakey where person = row_id) then
            return 'different_content';
        end if;
        if coalesce(i.closed_at, c.ended_at) is not null
                or coalesce(i.expires_at, c.ends_at) <= core.now() then
            return 'closed';
        end if;
        if octet_length(sealed_text) > {MOST_BYTES} then
            return 'too_long';
        end if;
        select count(*) into taken from tracing_submission
            where (i.id is not null and invitation_id = i.id)
                or (c.id is not null and call_id = c.id);
        if taken >= (case when i.id is null then {MOST_ANSWERS} else {MOST_ROWS} end) then
            return 'full';
        end if;
        if c.id is null or not exists (
                select 1 from tracing_calledplace where id = at_place and call_id = c.id) then
            at_place := null;
        end if;
        insert into core_datakey (person, wrapped, key_version)
            values (row_id, decode(v ->> 'key', 'hex'), (v ->> 'key_version')::smallint);
        insert into tracing_submission (id, invitation_id, call_id, called_place_id, channel, near,
                sealed, digest, received_at, by_name, commune, province)
            values (row_id, i.id, c.id, at_place, 'web', v ->> 'near', sealed_text,
                decode(v ->> 'digest', 'hex'), core.now(), '',
                coalesce(i.commune, c.commune), coalesce(i.province, c.province));
        perform pg_notify('lachan_facts', 'tracing.submission');
        return 'taken';
    end $$;

revoke all on function tracing_invitation_of(bytea), tracing_call_of(text), tracing_hand_in(text)
    from public;
grant execute on function tracing_invitation_of(bytea), tracing_call_of(text),
    tracing_hand_in(text) to lachan_app;
"""

UNDO = """
drop function tracing_hand_in(text);
drop function tracing_call_of(text);
drop function tracing_invitation_of(bytea);
"""
