"""Who may read and write places, and what no check constraint can say alone.

Nothing here is about a person: everybody may read, so that a poster's page can name its place.
Writing is refused to an account whose organisation, commune or province the row is not.
"""

from django.db import migrations

from lachan.core.rowsecurity import Readable

TREE = """
alter table places_place add constraint place_part_lies_deeper
    foreign key (parent_id, parent_depth) references places_place (id, depth)
    deferrable initially immediate;

create function places_fill_place() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        new.parent_depth := (select depth from places_place where id = new.parent_id);
        new.unit_id := coalesce(new.unit_id, new.commune);
        return new;
    end $$;
create trigger fill before insert or update on places_place
    for each row execute function places_fill_place();

create function places_fill_line() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        new.to_kind := (select kind from places_organisation where id = new.receiver_id);
        return new;
    end $$;
create trigger fill before insert or update on places_reportingline
    for each row execute function places_fill_line();
"""

#: The app role speaks for an account; the owner role loads and never serves.
WRITERS = """
create function places_is_ours(organisation uuid, commune integer, province integer)
    returns boolean language plpgsql stable
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        return core.scope_system() or core.scope_national()
            or coalesce(organisation = core.scope_organisation(), false)
            or coalesce(commune = core.scope_commune(), false)
            or coalesce(province = core.scope_province(), false);
    end $$;

create function places_guard_place() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        if current_user <> 'lachan_app' then
            return new;
        end if;
        if not places_is_ours(new.organisation_id, new.commune, new.province)
            or (tg_op = 'UPDATE'
                and not places_is_ours(old.organisation_id, old.commune, old.province))
        then
            raise insufficient_privilege using message = 'this place is not the account''s';
        end if;
        return new;
    end $$;
create trigger guard before insert or update on places_place
    for each row execute function places_guard_place();

create function places_guard_organisation() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        if current_user <> 'lachan_app' then
            return new;
        end if;
        if not places_is_ours(new.id, new.commune, new.province)
            or (tg_op = 'UPDATE' and not places_is_ours(old.id, old.commune, old.province))
        then
            raise insufficient_privilege using message = 'this body is not the account''s';
        end if;
        return new;
    end $$;
create trigger guard before insert or update on places_organisation
    for each row execute function places_guard_organisation();
"""

UNDO = """
drop trigger guard on places_organisation;
drop trigger guard on places_place;
drop trigger fill on places_place;
drop trigger fill on places_reportingline;
drop function places_guard_organisation();
drop function places_guard_place();
drop function places_is_ours(uuid, integer, integer);
drop function places_fill_place();
drop function places_fill_line();
alter table places_place drop constraint place_part_lies_deeper;
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0001_places"), ("core", "0002_ledgers")]

    operations = [
        migrations.RunSQL(TREE + WRITERS, UNDO),
        *[
            Readable(f"places_{table}")
            for table in (
                *("unit", "unitname", "unitcode", "unitparent", "unitsuccessor"),
                *("territoryedition", "organisationname", "reportingline"),
            )
        ],
        Readable("places_organisation", write=True),
        Readable("places_place", write=True),
    ]
