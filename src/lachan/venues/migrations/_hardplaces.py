"""SQL of the hard places: a list is its organisation's; health units read it in their territory.

Guards see drivers and vehicles and nothing else of a list.  A feast's and a trip's people are
opened to a health officer by a reason that he wrote himself, for a shift.
"""

from typing import Any

from django.db import migrations

from lachan.core.rowsecurity import APP, RowSecurity

_ROLES = "(select (core.session()).roles)"
_OWN = "organisation = (select core.scope_organisation())"

#: The organisation's manager, who wrote the list.
KEEPER = f"({_OWN} and {_ROLES} && array['place_manager'])"
#: The same, and the guards at its gates.
GUARD = f"({_OWN} and {_ROLES} && array['place_manager', 'gate_controller'])"
#: Those who ask after people of a place: the roles that work cases, within their territory.
HEALTH = (
    f"({_ROLES} && array['station_officer', 'tracer', 'director']"
    " and (commune = (select core.scope_commune()) or province = (select core.scope_province())))"
)
SYSTEM = "(select core.scope_system())"

#: The row lies where a place of the organisation lies.
AT_OWN_PLACE = (
    "exists (select 1 from places_place p where p.organisation_id = {table}.organisation"
    " and p.commune = {table}.commune and p.province = {table}.province)"
)
#: The row lies where the place it names lies.
AT_ITS_PLACE = (
    "exists (select 1 from places_place p where p.id = {table}.place_id"
    " and p.commune = {table}.commune and p.province = {table}.province)"
)
#: The member is of the organisation's own list.
OF_OWN_MEMBER = (
    "exists (select 1 from venues_member m where m.id = {table}.{key}"
    " and m.organisation = {table}.organisation)"
)
#: Somebody opened the outing for this account and a shift has not passed.
OPENED = (
    "exists (select 1 from venues_opening o where o.outing_id = {column}"
    " and o.account = (select core.scope_account()) and o.until > core.now())"
)


def secured(
    table: str, *, see: dict[str, str], write: str, only: str = "true", change: str = ""
) -> list[migrations.operations.base.Operation]:
    """Row security of a table: the ways it is seen, who appends, who changes, what every row is."""
    condition = only.format(table=table)
    made: list[Any] = [
        RowSecurity(
            table,
            national=False,
            insert=write,
            change=False,
            only=condition,
            extra={**see, "worker": SYSTEM},
        )
    ]
    if change:
        made.append(
            migrations.RunSQL(
                f"grant update on {table} to {APP};"
                f" create policy change on {table} for update to {APP} using ({change})"
                f" with check (({change}) and ({condition}))",
                f"drop policy change on {table}; revoke update on {table} from {APP}",
            )
        )
    return made


#: Which of the unit's own people scanned in at its own places, for at most a day and a half back:
#: attendance, which every unit keeps; elsewhere and earlier is not its business.
MEMBERS_IN = """
create function venues_members_in(since timestamptz, till timestamptz)
    returns table (member uuid, place uuid, at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select m.id, (array_agg(s.place order by s.at))[1], min(s.at)
        from places_place p
            join venues_scan s on s.place = p.id and s.at >= since and s.at < till
            join people_pseudonym n on n.trace_id = s.trace_id
            join venues_member m on m.person = n.person_id
        where p.organisation_id = core.scope_organisation()
            and m.organisation = core.scope_organisation()
            and m.kind = 'roll' and m.until is null
            and (core.session()).roles && array['place_manager']
            and since > core.now() - interval '36 hours'
            and s.direction = 'in' and s.source <> 'interview'
        group by m.id
    $$;
revoke all on function venues_members_in(timestamptz, timestamptz) from public;
grant execute on function venues_members_in(timestamptz, timestamptz) to lachan_app;
"""

NO_MEMBERS_IN = "drop function venues_members_in(timestamptz, timestamptz);"

#: Whoever sees a member may open what is sealed of it.
KEYS = (
    "create policy see_by_roll on core_datakey for select to lachan_app using"
    " (exists (select 1 from venues_member m where m.id = core_datakey.person))"
)
NO_KEYS = "drop policy see_by_roll on core_datakey"

DESTROY_FILES = (
    f"grant delete on venues_rollfile to {APP};"
    f" create policy erase on venues_rollfile for delete to {APP} using ({SYSTEM})"
)
KEEP_FILES = f"drop policy erase on venues_rollfile; revoke delete on venues_rollfile from {APP}"

#: Who a name is in the register is said by the worker, or by the code that somebody showed to whom
#: writes: a person's id alone puts nobody on a list, because the worker makes presence of it.
WHO_IT_IS = """
create function venues_member_is_shown() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        if new.person is not null
                and (tg_op = 'INSERT' or new.person is distinct from old.person)
                and not exists (select 1 from people_person p where p.id = new.person) then
            raise exception 'the person was not shown' using errcode = 'insufficient_privilege';
        end if;
        return new;
    end $$;
create trigger who_it_is before insert or update of person on venues_member
    for each row execute function venues_member_is_shown();
"""
NOT_WHO_IT_IS = """
drop trigger who_it_is on venues_member;
drop function venues_member_is_shown();
"""
