"""Whose stores and entries a session sees and writes, and what the ledger holds by itself."""

from lachan.core.rowsecurity import RowSecurity

FUNCTIONS = """
create function core.own_stores() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce(array_agg(o.id), '{}') from vaccination_store o, core.session() s
        where s.account is not null
          and (o.organisation = s.organisation or o.commune = s.commune or o.province = s.province)
    $$;

create function core.kept_stores() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce(array_agg(o.id), '{}') from vaccination_store o, core.session() s
        where s.system or (
            s.roles && array['vaccinator', 'station_officer', 'director', 'ministry']
            and (o.organisation = s.organisation
                or (o.commune = s.commune and o.kind in ('station', 'site'))
                or (o.province = s.province and o.kind in ('province', 'regional'))
                or (s.national and o.kind in ('national', 'regional'))))
    $$;

create function core.vaccine_given(store uuid, until timestamptz)
    returns table (lot uuid, day date, doses int)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.lot_id, (d.given_at at time zone interval '+07:00')::date, count(*)::int
        from vaccination_store o join vaccination_dose d on d.organisation = o.organisation
        where o.id = store and o.gives
          and (o.id = any(core.own_stores()) or core.scope_national())
          and d.source in ('site', 'paper') and d.received_at <= until
          and not exists (select from vaccination_dose r
                          where r.reverses_id = d.id and r.received_at <= until)
        group by 1, 2
    $$;

create function core.vaccine_people(store uuid, lots uuid[], since timestamptz)
    returns table (lot uuid, people int, doses int)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.lot_id, count(distinct d.person_id)::int, count(*)::int
        from vaccination_store o join vaccination_dose d on d.organisation = o.organisation
        where o.id = store and o.gives
          and (o.id = any(core.own_stores()) or core.scope_national())
          and d.source in ('site', 'paper') and d.lot_id = any(lots) and d.given_at >= since
          and not exists (select from vaccination_dose r where r.reverses_id = d.id)
        group by 1
    $$;

revoke all on function core.own_stores(), core.kept_stores(),
    core.vaccine_given(uuid, timestamptz), core.vaccine_people(uuid, uuid[], timestamptz)
    from public;
grant execute on function core.own_stores(), core.kept_stores(),
    core.vaccine_given(uuid, timestamptz), core.vaccine_people(uuid, uuid[], timestamptz)
    to lachan_app;

create function core.stock_balances() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if (select sum(l.doses) from vaccination_stockline l
            where l.move_id = new.move_id and l.lot_id = new.lot_id) <> 0 then
            raise exception 'the lines of move % do not sum to zero', new.move_id
                using errcode = 'check_violation', constraint = 'move_sums_to_zero';
        end if;
        if (select sum(l.doses) from vaccination_stockline l
            where l.store_id = new.store_id and l.account = 'in_hand'
              and l.lot_id = new.lot_id) < 0 then
            raise exception 'lot % of store % is below zero', new.lot_id, new.store_id
                using errcode = 'check_violation', constraint = 'stock_not_below_zero';
        end if;
        return null;
    end $$;
revoke all on function core.stock_balances() from public;
create constraint trigger balances after insert on vaccination_stockline
    deferrable initially deferred for each row execute function core.stock_balances();

alter table vaccination_stockmove add column made_in xid8 not null default pg_current_xact_id();
create function core.stock_once() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if (select m.made_in from vaccination_stockmove m where m.id = new.move_id)
            is distinct from pg_current_xact_id() then
            raise exception 'move % was written before: it takes no more lines', new.move_id
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
revoke all on function core.stock_once() from public;
create trigger once before insert on vaccination_stockline
    for each row execute function core.stock_once();

create function core.stock_stays() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        raise exception 'entries of the stock ledger are never changed or deleted'
            using errcode = 'restrict_violation';
    end $$;
revoke all on function core.stock_stays() from public;
create trigger stays before update or delete on vaccination_stockline
    for each statement execute function core.stock_stays();
create trigger stays before update or delete on vaccination_stockmove
    for each statement execute function core.stock_stays();

create policy append_by_keeper on vaccination_lot for insert to lachan_app with check (
    exists (select 1 from vaccination_store o where o.organisation = vaccination_lot.organisation
            and o.id = any((select core.kept_stores())::uuid[])));

alter table vaccination_store enable row level security;
grant select, insert on vaccination_store to lachan_app;
create policy everybody on vaccination_store for select using (true);
create policy append on vaccination_store for insert to lachan_app with check (
    (select core.scope_system())
    or ((select (core.session()).roles
            && array['vaccinator', 'station_officer', 'director', 'ministry'])
        and (organisation = (select core.scope_organisation())
            or (commune = (select core.scope_commune()) and kind in ('station', 'site'))
            or province = (select core.scope_province())
            or ((select core.scope_national()) and kind in ('national', 'regional')))));

alter table vaccination_allocation enable row level security;
grant select, insert on vaccination_allocation to lachan_app;
create policy everybody on vaccination_allocation for select using (true);
create policy append on vaccination_allocation for insert to lachan_app
    with check (store_id = any((select core.kept_stores())::uuid[]));
alter table vaccination_allocationshare enable row level security;
grant select, insert on vaccination_allocationshare to lachan_app;
create policy everybody on vaccination_allocationshare for select using (true);
create policy append on vaccination_allocationshare for insert to lachan_app with check (
    exists (select 1 from vaccination_allocation o where o.id = allocation_id
            and o.store_id = any((select core.kept_stores())::uuid[])));
"""
UNDO = """
drop policy append on vaccination_allocationshare;
drop policy everybody on vaccination_allocationshare;
drop policy append on vaccination_allocation;
drop policy everybody on vaccination_allocation;
drop policy append_by_keeper on vaccination_lot;
drop policy append on vaccination_store;
drop policy everybody on vaccination_store;
drop trigger stays on vaccination_stockmove;
drop trigger stays on vaccination_stockline;
drop function core.stock_stays();
drop trigger once on vaccination_stockline;
drop function core.stock_once();
alter table vaccination_stockmove drop column made_in;
drop trigger balances on vaccination_stockline;
drop function core.stock_balances();
drop function core.vaccine_people(uuid, uuid[], timestamptz);
drop function core.vaccine_given(uuid, timestamptz);
drop function core.kept_stores();
drop function core.own_stores();
"""

OWN = "{column} = any((select core.own_stores())::uuid[])"
KEPT = "store_id = any((select core.kept_stores())::uuid[])"


def _of_store(name: str, *, other: bool = False, only: str = KEPT) -> RowSecurity:
    """Seen by whoever sees the store, or the other store of a move; appended by who keeps it."""
    ways = {"store": OWN.format(column="store_id")}
    if other:
        ways["other"] = OWN.format(column="other_id")
    return RowSecurity(f"vaccination_{name}", insert="any", change=False, extra=ways, only=only)


def _of_parent(name: str, parent: str, key: str) -> RowSecurity:
    """Seen and appended with what it belongs to."""
    own = f"exists (select 1 from vaccination_{parent} o where o.id = {key}"
    return RowSecurity(
        f"vaccination_{name}",
        insert="any",
        change=False,
        extra={"parent": f"{own})"},
        only=f"{own} and o.store_id = any((select core.kept_stores())::uuid[]))",
    )


#: A store writes its own books, and in another's only that something is on the way.
LINE = (
    "exists (select 1 from vaccination_stockmove m where m.id = move_id"
    " and m.store_id = any((select core.kept_stores())::uuid[])"
    " and (vaccination_stockline.store_id = m.store_id"
    " or (vaccination_stockline.store_id = m.other_id"
    " and vaccination_stockline.account = 'in_transit')))"
)

SECURITY = [
    _of_store("stockmove", other=True),
    _of_store("stockline", other=True, only=LINE),
    _of_store("openedvial"),
]
BOOKS = [
    _of_store("eveningbook"),
    _of_parent("bookline", "eveningbook", "book_id"),
    _of_store("temperaturelog"),
    _of_store("excursion"),
    _of_store("excursiondecision"),
]
