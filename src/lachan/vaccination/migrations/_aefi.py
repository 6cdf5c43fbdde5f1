"""Who may see and write reactions and bars of lots."""

from django.db import migrations

from lachan.core.rowsecurity import RowSecurity, seen

#: Whether a lot may be used is public.  A site bars one only because of a severe event that it
#: sees, and only where the dose was given; a director his province; the Ministry the nation.
OPEN = """
alter table vaccination_lotbar enable row level security;
grant select on vaccination_lotbar to lachan_app, lachan_gate;
grant insert on vaccination_lotbar to lachan_app;
create policy everybody on vaccination_lotbar for select using (true);
create policy append on vaccination_lotbar for insert to lachan_app with check (
    ((select core.scope_system()) or (select core.scope_national())
        or (province = (select core.scope_province())
            and (select (core.session()).roles && array['director']))
        or (provisional and lifts_id is null
            and (select (core.session()).roles
                && array['vaccinator', 'station_officer', 'tracer', 'director'])
            and exists (select 1 from vaccination_reaction r
                where r.id = vaccination_lotbar.reaction and r.severity = 'severe'
                and r.lot_id = vaccination_lotbar.lot_id
                and r.given_province = vaccination_lotbar.province)))
    and (lifts_id is null or exists (select 1 from vaccination_lotbar b
        where b.id = vaccination_lotbar.lifts_id and b.lot_id = vaccination_lotbar.lot_id
        and b.lifts_id is null and b.province is not distinct from vaccination_lotbar.province)));
"""
CLOSED = """
drop policy append on vaccination_lotbar;
drop policy everybody on vaccination_lotbar;
revoke all on vaccination_lotbar from lachan_app, lachan_gate;
alter table vaccination_lotbar disable row level security;
"""

STAFF = (
    "(select core.scope_system()) or (select (core.session()).roles"
    " && array['vaccinator', 'station_officer', 'director', 'tracer'])"
)
OWN = "{table}.person_id = any((select core.scope_persons())::uuid[])"


def at_home(table: str) -> str:
    """A row about a person lies where he lives, and only who sees him writes one."""
    return (
        f"{seen(table, 'person_id')} and exists (select 1 from people_person p"
        f" where p.id = {table}.person_id and p.commune = {table}.commune"
        f" and p.province = {table}.province)"
    )


def of_reaction(table: str) -> str:
    """Only who sees the reaction writes what hangs on it."""
    return f"exists (select 1 from vaccination_reaction r where r.id = {table}.reaction_id)"


POLICIES = [
    migrations.RunSQL(OPEN, CLOSED),
    RowSecurity(
        "vaccination_reaction",
        commune="commune",
        province="province",
        person="person_id",
        organisation="organisation",
        grant="person",
        key="person_id",
        insert=f"({STAFF}) or {OWN.format(table='vaccination_reaction')}",
        person_changes=False,
        extra={"given": "given_province = (select core.scope_province())"},
        only=at_home("vaccination_reaction"),
    ),
    RowSecurity(
        "vaccination_aefistep",
        commune="commune",
        province="province",
        organisation="organisation",
        insert=STAFF,
        only=of_reaction("vaccination_aefistep"),
    ),
    RowSecurity(
        "vaccination_aefipaper",
        commune="commune",
        province="province",
        insert=STAFF,
        change=False,
        only=of_reaction("vaccination_aefipaper"),
    ),
    RowSecurity(
        "vaccination_lotcall",
        commune="commune",
        province="province",
        grant="person",
        key="person_id",
        insert=STAFF,
        change=False,
        only=at_home("vaccination_lotcall"),
    ),
    RowSecurity(
        "vaccination_followup",
        commune="commune",
        province="province",
        person="person_id",
        insert="system",
        change=False,
        only=at_home("vaccination_followup"),
    ),
]
