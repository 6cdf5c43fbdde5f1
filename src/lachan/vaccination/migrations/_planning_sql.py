"""Whose plans a session sees, doses of a session's own boxes, and the stock in public figures."""

from lachan.core.rowsecurity import RowSecurity

OWN = "organisation = (select core.scope_organisation())"

SECURITY = [
    RowSecurity(
        "vaccination_team",
        commune="commune",
        province="province",
        organisation="organisation",
        insert=OWN,
        only=OWN,
    ),
    RowSecurity(
        "vaccination_teammember",
        change=False,
        extra={"team": "exists (select 1 from vaccination_team o where o.id = team_id)"},
        only=f"exists (select 1 from vaccination_team o where o.id = team_id and o.{OWN})",
    ),
    RowSecurity(
        "vaccination_sessionplan",
        commune="commune",
        province="province",
        organisation="organisation",
        insert=OWN,
        only=OWN,
    ),
    RowSecurity(
        "vaccination_handovercheck",
        change=False,
        extra={"move": "exists (select 1 from vaccination_stockmove o where o.id = move_id)"},
        only="exists (select 1 from vaccination_stockmove o where o.id = move_id"
        " and o.store_id = any((select core.kept_stores())::uuid[]))",
    ),
]

#: A session with boxes of its own injects from them, and not from the store of its organisation.
FROM_STORE = """
        (o.session_id is not null and d.session_id = o.session_id
            or o.gives and not exists (select from vaccination_store b
                                       where b.session_id = d.session_id))"""


def _given(condition: str) -> str:
    return f"""
create or replace function core.vaccine_given(store uuid, until timestamptz)
    returns table (lot uuid, day date, doses int)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.lot_id, (d.given_at at time zone interval '+07:00')::date, count(*)::int
        from vaccination_store o join vaccination_dose d on d.organisation = o.organisation
        where o.id = store and {condition}
          and (o.id = any(core.own_stores()) or core.scope_national())
          and d.source in ('site', 'paper') and d.received_at <= until
          and not exists (select from vaccination_dose r
                          where r.reverses_id = d.id and r.received_at <= until)
        group by 1, 2
    $$;
create or replace function core.vaccine_people(store uuid, lots uuid[], since timestamptz)
    returns table (lot uuid, people int, doses int)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.lot_id, count(distinct d.person_id)::int, count(*)::int
        from vaccination_store o join vaccination_dose d on d.organisation = o.organisation
        where o.id = store and {condition}
          and (o.id = any(core.own_stores()) or core.scope_national())
          and d.source in ('site', 'paper') and d.lot_id = any(lots) and d.given_at >= since
          and not exists (select from vaccination_dose r where r.reverses_id = d.id)
        group by 1
    $$;
"""


GIVEN, GIVEN_BEFORE = _given(FROM_STORE), _given("o.gives")

#: What a store has that no decision above gave it: a sum, for its own people and whoever decides
#: about it.
SUPPLIED = """
update vaccination_allocation set chain = id;
create function core.vaccine_supplied(store uuid, wanted text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select -sum(l.doses)::bigint
        from vaccination_stockline l join vaccination_lot t on t.id = l.lot_id
        where l.store_id = store and l.account = 'supplier' and t.product = wanted
          and (core.scope_national() or store = any(core.own_stores())
            or exists (select from vaccination_allocationshare s
                       join vaccination_allocation a on a.id = s.allocation_id
                       where s.store_id = store and a.store_id = any(core.kept_stores())))
    $$;
revoke all on function core.vaccine_supplied(uuid, text) from public;
grant execute on function core.vaccine_supplied(uuid, text) to lachan_app;
"""
NO_SUPPLIED = "drop function core.vaccine_supplied(uuid, text);"

#: Where one number is hidden, so is another of the same sum, and together they are no small number.
HIDDEN = """(n > 0 and (n < fewest
    or (small > 0 and (small = 1 or few < fewest) and r <= small + 1)))"""
RANKS = """
    row_number() over (partition by province, product order by n <= 0, n, part) as r,
    count(*) filter (where n > 0 and n < fewest) over (partition by province, product) as small,
    coalesce(sum(n) filter (where n > 0 and n < fewest)
        over (partition by province, product), 0) as few"""

FIGURES = f"""
alter table vaccination_stockcount enable row level security;
grant select, insert, delete on vaccination_stockcount to lachan_app;
grant usage on vaccination_stockcount_id_seq to lachan_app;
create policy worker on vaccination_stockcount to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));

create function core.stock_by_area(wanted text, fewest integer)
    returns table (province integer, commune integer, whole boolean, product text,
        allocated bigint, received bigint, given bigint, wasted bigint, "left" bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with cells as (
            select c.province, c.commune as part, c.product::text,
                sum(c.allocated)::bigint as a, sum(c.received)::bigint as c,
                sum(c.given)::bigint as n, sum(c.wasted)::bigint as w, sum(c."left")::bigint as l,
                sum(c.allocated_province)::bigint as ap, sum(c.received_province)::bigint as rp
            from vaccination_stockcount c where c.disease = wanted and fewest >= 5
            group by 1, 2, 3
        ), ranked as (select *, {RANKS} from cells)
        select province, part, false, product, a, c,
            case when {HIDDEN} then null else n end, w, case when {HIDDEN} then null else l end
        from ranked
        union all
        select province, null, true, product, sum(ap)::bigint, sum(rp)::bigint,
            case when sum(n) > 0 and sum(n) < fewest then null else sum(n)::bigint end,
            sum(w)::bigint,
            case when sum(n) > 0 and sum(n) < fewest then null else sum(l)::bigint end
        from cells group by province, product
    $$;
create function core.stock_by_lot(wanted text, fewest integer)
    returns table (province integer, product text, lot text,
        received bigint, given bigint, wasted bigint, "left" bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with cells as (
            select c.province, c.product::text, c.lot::text as part,
                sum(c.received_province)::bigint as c, sum(c.given)::bigint as n,
                sum(c.wasted)::bigint as w, sum(c."left")::bigint as l
            from vaccination_stockcount c
            where c.disease = wanted and fewest >= 5 and c.lot <> ''
            group by 1, 2, 3
        ), ranked as (select *, {RANKS} from cells)
        select province, product, part, c,
            case when {HIDDEN} then null else n end, w, case when {HIDDEN} then null else l end
        from ranked
    $$;
create or replace function core.lots_given(wanted text, fewest integer)
    returns table (province integer, product text, lot text, given bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with cells as (
            select c.province, c.product::text, c.lot::text as part, sum(c.given)::bigint as n
            from vaccination_dosecount c where c.disease = wanted and fewest >= 5
            group by 1, 2, 3
        ), ranked as (select *, {RANKS} from cells)
        select province, product, part, case when {HIDDEN} then null else n end from ranked
    $$;
revoke all on function core.stock_by_area(text, integer), core.stock_by_lot(text, integer)
    from public;
grant execute on function core.stock_by_area(text, integer), core.stock_by_lot(text, integer)
    to lachan_app;
"""
NO_FIGURES = """
create or replace function core.lots_given(wanted text, fewest integer)
    returns table (province integer, product text, lot text, given bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select c.province, c.product::text, c.lot::text,
            case when sum(c.given) < fewest then null else sum(c.given)::bigint end
        from vaccination_dosecount c where c.disease = wanted and fewest >= 5
        group by 1, 2, 3
    $$;
drop function core.stock_by_lot(text, integer);
drop function core.stock_by_area(text, integer);
drop policy worker on vaccination_stockcount;
"""
