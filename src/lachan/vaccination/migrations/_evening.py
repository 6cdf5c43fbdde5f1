"""Who sees and writes what an evening leaves, and the queue that the database itself fills."""

from lachan.core.rowsecurity import RowSecurity, seen

#: Every entry of the ledger is queued in its own transaction.  What is taken back before it left
#: never leaves, and neither does what took it back.  A facility lies where its organisation does,
#: one that is not registered where its session takes place.
QUEUE = """
create function core.reversal_goes_out(entry vaccination_dose) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        was vaccination_outgoing;
    begin
        update vaccination_outgoing
            set state = case when state in ('waiting', 'refused') then 'void' else state end,
                refusal = '', changed_at = entry.received_at
            where dose_id = entry.reverses_id returning * into was;
        if not found then
            return;
        end if;
        insert into vaccination_outgoing (dose_id, reverses, organisation, commune, province,
                day, product, number, "group", sign, queued_at, state, missing, refusal,
                changed_at)
            values (entry.id, entry.reverses_id, was.organisation, was.commune, was.province,
                was.day, was.product, was.number, was."group", -1, entry.received_at,
                case when was.state = 'void' then 'void' else 'waiting' end, '{}', '',
                entry.received_at);
    end $$;
create function core.dose_goes_out(entry vaccination_dose) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        place record;
    begin
        select o.commune, o.province into place from places_organisation o
            where o.id = entry.organisation and o.province is not null;
        if not found then
            select s.commune, s.province into place from vaccination_session s
                where s.id = entry.session_id;
        end if;
        if not found then
            select entry.commune, entry.province into place;
        end if;
        insert into vaccination_outgoing (dose_id, organisation, commune, province, day, product,
                number, "group", sign, queued_at, state, missing, refusal, changed_at)
            values (entry.id, coalesce(entry.organisation,
                    md5('no facility ' || place.province)::uuid), place.commune, place.province,
                (entry.given_at at time zone interval '+07:00')::date, entry.product,
                coalesce(entry.told_number,
                    substring(entry.decision #>> '{values,number}' from '^[0-9]{1,2}$')::smallint,
                    0),
                coalesce((select r.proven[1] from vaccination_registration r
                    where r.person_id = entry.person_id and r.disease = entry.disease
                    order by r.made_at desc limit 1), ''),
                1, entry.received_at, 'waiting', '{}', '', entry.received_at);
    end $$;
create function core.entry_goes_out() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if new.reverses_id is not null then
            perform core.reversal_goes_out(new);
        elsif new.source in ('site', 'paper') then
            perform core.dose_goes_out(new);
        end if;
        return null;
    end $$;
revoke all on function core.reversal_goes_out(vaccination_dose),
    core.dose_goes_out(vaccination_dose), core.entry_goes_out() from public;
select core.dose_goes_out(d) from vaccination_dose d where d.source in ('site', 'paper');
select core.reversal_goes_out(d) from vaccination_dose d where d.source = 'reversal';
create trigger goes_out after insert on vaccination_dose
    for each row execute function core.entry_goes_out();
"""
NO_QUEUE = """
drop trigger goes_out on vaccination_dose;
drop function core.entry_goes_out();
drop function core.dose_goes_out(vaccination_dose);
drop function core.reversal_goes_out(vaccination_dose);
"""

#: A frozen report, a reason and a balance stay; nobody keys what was settled; a sheet is settled
#: when two people keyed it, or is said to be spoilt.
KEEP = """
create function core.evening_stays() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        raise exception 'what an evening closed is never changed or deleted'
            using errcode = 'restrict_violation';
    end $$;
revoke all on function core.evening_stays() from public;
create trigger stays before update or delete on vaccination_dayreport
    for each statement execute function core.evening_stays();
create trigger stays before update or delete on vaccination_eveningreason
    for each statement execute function core.evening_stays();
create trigger stays before update or delete on vaccination_eveningbalance
    for each statement execute function core.evening_stays();

create function core.reported_once() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if old.report_id is not null and new.report_id is distinct from old.report_id then
            raise exception 'entry % is in a report that is frozen', old.dose_id
                using errcode = 'restrict_violation';
        end if;
        if old.state in ('accepted', 'void') and new.state <> old.state then
            raise exception 'entry % was answered', old.dose_id
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
revoke all on function core.reported_once() from public;
create trigger once before update on vaccination_outgoing
    for each row execute function core.reported_once();

create function core.paper_both(wanted uuid, sheet integer) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select count(*) = 2 from vaccination_paperkeying k
        where k.book_id = wanted and k.number = sheet
    $$;
create function core.paper_keyed(wanted uuid)
    returns table (number integer, times bigint, mine boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select k.number, count(*), bool_or(k.keyed_by = (select core.scope_account()))
        from vaccination_paperkeying k join vaccination_paperbook b on b.id = k.book_id
        where k.book_id = wanted
          and (b.organisation = (select core.scope_organisation()) or (select core.scope_system()))
        group by k.number
    $$;
revoke all on function core.paper_both(uuid, integer), core.paper_keyed(uuid) from public;
grant execute on function core.paper_both(uuid, integer), core.paper_keyed(uuid) to lachan_app;
create function core.paper_two() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if new.state <> 'void' and not core.paper_both(new.book_id, new.number) then
            raise exception 'sheet % was not keyed by two people', new.number
                using errcode = 'check_violation';
        end if;
        return new;
    end $$;
revoke all on function core.paper_two() from public;
create trigger two before insert or update on vaccination_papersheet
    for each row execute function core.paper_two();
"""
NO_KEEP = """
drop trigger two on vaccination_papersheet;
drop function core.paper_two();
drop function core.paper_keyed(uuid);
drop function core.paper_both(uuid, integer);
drop trigger once on vaccination_outgoing;
drop function core.reported_once();
drop trigger stays on vaccination_eveningbalance;
drop trigger stays on vaccination_eveningreason;
drop trigger stays on vaccination_dayreport;
drop function core.evening_stays();
"""

#: Columns that change after a row was made; everything else stays as it was written.
COLUMNS = """
revoke update on vaccination_outgoing from lachan_app;
grant update (report_id, state, missing, looked_at, refusal, changed_at) on vaccination_outgoing
    to lachan_app;
revoke update on vaccination_nationalrow from lachan_app;
grant update (answer, reason, answered_at) on vaccination_nationalrow to lachan_app;
revoke update on vaccination_paperkeying from lachan_app;
grant update (sealed) on vaccination_paperkeying to lachan_app;
"""

OWN = "organisation = (select core.scope_organisation())"
SYSTEM = "(select core.scope_system())"
WORKS = "(select (core.session()).roles && array['vaccinator', 'station_officer', 'director'])"
#: The CDC freezes and looks after what lies in its province.
OF_PROVINCE = (
    "(province = (select core.scope_province())"
    " and (select (core.session()).roles && array['director']))"
)
WORKER = {"worker": SYSTEM}


def _of_session(name: str) -> RowSecurity:
    """Written by the facility whose session it is."""
    own = (
        f"exists (select 1 from vaccination_session s where s.id = {name}.session_id"
        f" and s.organisation = {name}.organisation)"
    )
    return RowSecurity(
        name,
        organisation="organisation",
        national=False,
        insert=f"{OWN} and {WORKS}",
        change=False,
        extra=WORKER,
        only=own,
    )


SECURITY = [
    _of_session("vaccination_tablecount"),
    _of_session("vaccination_eveningreason"),
    _of_session("vaccination_eveningbalance"),
    RowSecurity(
        "vaccination_dayreport",
        organisation="organisation",
        commune="commune",
        province="province",
        insert=f"({OWN} and {WORKS} and level = 'facility') or {OF_PROVINCE} or {SYSTEM}",
        change=False,
    ),
    RowSecurity(
        "vaccination_outgoing",
        organisation="organisation",
        commune="commune",
        province="province",
        insert="false",
        only=f"({OWN} and {WORKS}) or {OF_PROVINCE} or {SYSTEM}",
    ),
    RowSecurity(
        "vaccination_nationalfile",
        organisation="organisation",
        commune="commune",
        province="province",
        insert=f"{OWN} and {WORKS}",
        change=False,
    ),
    RowSecurity(
        "vaccination_nationalrow",
        organisation="organisation",
        national=False,
        insert=f"{OWN} and {WORKS}",
        only=f"({OWN} and exists (select 1 from vaccination_nationalfile f where f.id = file_id"
        f" and f.organisation = vaccination_nationalrow.organisation)"
        f" and {seen('vaccination_nationalrow', 'person_id')}) or {SYSTEM}",
    ),
    _of_session("vaccination_paperbook"),
    RowSecurity(
        "vaccination_paperkeying",
        national=False,
        insert=f"{OWN} and {WORKS} and keyed_by = (select core.scope_account())"
        " and exists (select 1 from vaccination_paperbook b where b.id = book_id"
        " and b.organisation = vaccination_paperkeying.organisation)"
        " and not exists (select 1 from vaccination_papersheet s where s.book_id ="
        " vaccination_paperkeying.book_id and s.number = vaccination_paperkeying.number)",
        extra={
            "keyer": f"{OWN} and keyed_by = (select core.scope_account())",
            "both": f"{OWN} and core.paper_both(book_id, number)",
            "worker": SYSTEM,
        },
        only=f"{SYSTEM} or length(sealed) > 0",
    ),
    RowSecurity(
        "vaccination_papersheet",
        organisation="organisation",
        national=False,
        insert=f"{OWN} and {WORKS}",
        extra=WORKER,
        only=f"(({OWN} and {WORKS}) or {SYSTEM}) and exists (select 1 from vaccination_paperbook b"
        " where b.id = book_id and b.organisation = vaccination_papersheet.organisation"
        " and b.session_id = vaccination_papersheet.session_id)",
    ),
]
