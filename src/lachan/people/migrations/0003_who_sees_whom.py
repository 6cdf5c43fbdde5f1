"""Who sees a person sees what is known of the person; sign-in tables stay behind the door."""

from django.db import migrations

from lachan.core.rowsecurity import DoorOnly, RowSecurity

OF_PERSON = ("document", "phone", "residence", "householdmember", "blindindex", "pseudonym")


#: Row security lets nobody write a row out of his own sight, and that is what a move does.  So the
#: one function that may do it asks the same question as the policies do, and moves everything.
FOLLOWING = (*OF_PERSON, "belonging", "representation")
MOVE = f"""
create function core.move_person(moved uuid, to_commune integer, to_province integer)
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
        {
    "".join(
        f"update people_{table} set commune = to_commune, province = to_province"
        f" where person_id = moved;"
        for table in FOLLOWING
    )
}
        update people_person set commune = to_commune, province = to_province where id = moved;
        return true;
    end $$;
revoke all on function core.move_person(uuid, integer, integer) from public;
grant execute on function core.move_person(uuid, integer, integer) to lachan_app;
"""


def of_person(table: str, **more: object) -> RowSecurity:
    return RowSecurity(
        f"people_{table}",
        commune="commune",
        province="province",
        person="person_id",
        grant="person",
        key="person_id",
        only=f"exists (select 1 from people_person p where p.id = people_{table}.person_id)",
        **more,  # type: ignore[arg-type]
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_register"), ("core", "0002_ledgers")]

    operations = [
        RowSecurity(
            "people_person",
            commune="commune",
            province="province",
            person="id",
            grant="person",
            maker_keeps=True,
        ),
        *(of_person(table, delete_by_system=table == "blindindex") for table in OF_PERSON),
        of_person("belonging", organisation="organisation"),
        of_person(
            "representation",
            extra={"speaker": "speaker_id = any((select core.scope_persons())::uuid[])"},
        ),
        *(DoorOnly(f"people_{t}") for t in ("account", "membership", "onetimecode", "slipcode")),
        # Whoever sees the person may open what is sealed; the register decides, not the key's row.
        migrations.RunSQL(
            "create policy see_by_register on core_datakey for select to lachan_app using"
            " (exists (select 1 from people_person p where p.id = core_datakey.person))",
            "drop policy see_by_register on core_datakey",
        ),
        migrations.RunSQL(MOVE, "drop function core.move_person(uuid, integer, integer)"),
    ]
