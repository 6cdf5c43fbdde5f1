"""SQL of 0008: who sees and ends a link, what stands beyond one's own area, and who moves along."""

#: Whoever sees one of the two records sees that they are one person, all the way round.
LINKS = """
alter table people_sameperson enable row level security;
grant select, insert, update (approved_at, approved_by, undone_at, undone_by, why_undone)
    on people_sameperson to lachan_app;
create policy see_by_commune on people_sameperson for select to lachan_app using (
    kept_commune = (select core.scope_commune()) or other_commune = (select core.scope_commune()));
create policy see_by_province on people_sameperson for select to lachan_app using (
    kept_province = (select core.scope_province())
    or other_province = (select core.scope_province()));
create policy see_by_person on people_sameperson for select to lachan_app using (
    kept_id = any((select core.scope_persons())::uuid[])
    or other_id = any((select core.scope_persons())::uuid[]));
create policy see_by_grant on people_sameperson for select to lachan_app using (
    kept_id = any((select core.granted('person'))::uuid[])
    or other_id = any((select core.granted('person'))::uuid[]));
create policy see_by_nation on people_sameperson for select to lachan_app using (
    (select core.scope_national()));
create policy see_by_same on people_sameperson for select to lachan_app using (
    kept_id = any((select core.same_beyond())::uuid[]));
create policy append on people_sameperson for insert to lachan_app with check (
    (select (core.session()).roles && array['station_officer', 'director', 'system'])
    and undone_at is null and approved_at is null
    and made_by = (select core.scope_account())
    and exists (select 1 from people_person p where p.id = people_sameperson.kept_id
        and p.commune = people_sameperson.kept_commune
        and p.province = people_sameperson.kept_province)
    and exists (select 1 from people_person p where p.id = people_sameperson.other_id
        and p.commune = people_sameperson.other_commune
        and p.province = people_sameperson.other_province));
-- What was ended stays ended.
create policy end_it on people_sameperson for update to lachan_app using (
    undone_at is null
    and (select (core.session()).roles && array['station_officer', 'director', 'system'])
    and (exists (select 1 from people_person p where p.id = people_sameperson.kept_id)
        or exists (select 1 from people_person p where p.id = people_sameperson.other_id)))
    with check (true);
"""
NO_LINKS = """
drop policy end_it on people_sameperson;
drop policy append on people_sameperson;
drop policy see_by_same on people_sameperson;
drop policy see_by_nation on people_sameperson;
drop policy see_by_grant on people_sameperson;
drop policy see_by_person on people_sameperson;
drop policy see_by_province on people_sameperson;
drop policy see_by_commune on people_sameperson;
revoke all on people_sameperson from lachan_app;
alter table people_sameperson disable row level security;
"""

#: Records outside one's own commune or province that stand for somebody inside, or for somebody
#: who was opened by a grant, or for oneself.  It takes nothing, so it tells a stranger nothing; the
#: walk begins at the few links that cross a border, each found by an index of its own.
BEYOND = """
create function core.same_beyond() returns uuid[] language plpgsql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        s core_session := core.session();
        own uuid[];
        found uuid[];
    begin
        if s.account is null or s.national or s.system then
            return '{}';
        end if;
        own := coalesce(core.scope_persons(), '{}') || coalesce(core.granted('person'), '{}');
        with recursive beyond (id) as (
            select l.id from (
                select other_id as id from people_sameperson where undone_at is null
                    and kept_commune <> other_commune and kept_commune = s.commune
                union all select kept_id from people_sameperson where undone_at is null
                    and kept_commune <> other_commune and other_commune = s.commune
                union all select other_id from people_sameperson where undone_at is null
                    and kept_province <> other_province and kept_province = s.province
                union all select kept_id from people_sameperson where undone_at is null
                    and kept_province <> other_province and other_province = s.province
                union all select other_id from people_sameperson where undone_at is null
                    and kept_id = any(own)
                union all select kept_id from people_sameperson where undone_at is null
                    and other_id = any(own)
            ) l
            union
            select case when l.kept_id = b.id then l.other_id else l.kept_id end
                from beyond b join people_sameperson l
                    on l.undone_at is null and (l.kept_id = b.id or l.other_id = b.id)
        )
        select coalesce(array_agg(id), '{}') into found from beyond;
        return found;
    end $$;
revoke all on function core.same_beyond() from public;
grant execute on function core.same_beyond() to lachan_app;
"""

#: As in 0003, and the links and pairs of the person learn where the person lives now.
FOLLOWING = (
    *("document", "phone", "residence", "householdmember", "blindindex", "pseudonym"),
    *("belonging", "representation"),
)


def moving(*more: str) -> str:
    """`core.move_person`, with what else follows the person."""
    of_person = "".join(
        f"update people_{table} set commune = to_commune, province = to_province"
        f" where person_id = moved;\n        "
        for table in FOLLOWING
    )
    return f"""
create or replace function core.move_person(moved uuid, to_commune integer, to_province integer)
    returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if not exists (
            select 1 from people_person p where p.id = moved and (
                p.commune = core.scope_commune() or p.province = core.scope_province()
                or p.id = any(core.scope_persons()) or p.id = any(core.granted('person'))
                or core.scope_national())
        ) then
            return false;
        end if;
        {of_person}
        update people_person set commune = to_commune, province = to_province where id = moved;
        {"".join(more)}
        return true;
    end $$;
"""


FOLLOW = """
        update people_sameperson set kept_commune = to_commune, kept_province = to_province
            where kept_id = moved;
        update people_sameperson set other_commune = to_commune, other_province = to_province
            where other_id = moved;
        update people_identitycheck set commune = to_commune, province = to_province
            where person_id = moved;
        update people_likelypair q set
            commune = case when a.commune = b.commune then a.commune end,
            province = case when a.province = b.province then a.province end
            from people_person a, people_person b
            where a.id = q.one_id and b.id = q.two_id and moved in (q.one_id, q.two_id);
"""
