"""The slip of a complaint, the message of its answer, and what the named facility sees of it."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q

#: A number and a code open one complaint: whoever guesses is counted by the database.
SLIP = """
create function core.open_ticket_slip(wanted text, code bytea, most integer, minutes integer)
    returns jsonb language plpgsql volatile
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        declare
            t corrections_ticket;
            moment timestamptz := core.now();
            shut timestamptz;
        begin
            select * into t from corrections_ticket
                where number = wanted and code_sha256 is not null for update;
            if not found then
                return null;
            elsif t.shut_until > moment then
                return jsonb_build_object('answer', 'shut', 'until', t.shut_until);
            elsif t.code_sha256 is distinct from code then
                if t.tries + 1 >= most then
                    shut := moment + make_interval(mins => minutes);
                end if;
                update corrections_ticket set shut_until = shut,
                    tries = case when shut is null then t.tries + 1 else 0 end
                    where id = t.id;
                if shut is not null then
                    return jsonb_build_object('answer', 'shut', 'until', shut);
                end if;
                return jsonb_build_object('answer', 'wrong');
            end if;
            update corrections_ticket set tries = 0, shut_until = null where id = t.id;
            return jsonb_build_object('answer', 'opened', 'ticket', t.id, 'person', t.person_id);
        end
    $$;
revoke all on function core.open_ticket_slip(text, bytea, integer, integer) from public;
grant execute on function core.open_ticket_slip(text, bytea, integer, integer) to lachan_app;
"""
NO_SLIP = "drop function core.open_ticket_slip(text, bytea, integer, integer);"

#: A complaint is worked on where its person lives now, as the doses are.
FOLLOW = """
create function core.tickets_follow() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update corrections_ticket set commune = new.commune, province = new.province
            where person_id = new.id;
        return null;
    end $$;
revoke all on function core.tickets_follow() from public;
create trigger tickets_follow after update of commune, province on people_person for each row
    when (old.commune is distinct from new.commune or old.province is distinct from new.province)
    execute function core.tickets_follow();
"""
NO_FOLLOW = """
drop trigger tickets_follow on people_person;
drop function core.tickets_follow();
"""

#: Nobody is told today of an answer he read long ago.
TOLD = "update corrections_ticket set told_at = decided_at where decided_at is not null;"


def added(name: str, field: Any) -> migrations.AddField:
    """A new column of a complaint."""
    return migrations.AddField("ticket", name, field)


class Migration(migrations.Migration):
    dependencies = [
        ("corrections", "0003_tickets"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="remedy",
            field=models.CharField(
                blank=True,
                choices=[
                    ("enter", "Enter"),
                    ("reverse", "Reverse"),
                    ("replace", "Replace"),
                    ("move", "Move"),
                    ("identity", "Identity"),
                    ("nothing", "Nothing"),
                ],
                default="",
                max_length=8,
            ),
        ),
        added(
            "correction",
            models.BinaryField(
                help_text="Personal data as they are to be, sealed with the person's key",
                null=True,
            ),
        ),
        added(
            "told_at",
            models.DateTimeField(help_text="When the message of the answer was made", null=True),
        ),
        added("granted_to", models.UUIDField(null=True)),
        added("granted_until", models.DateTimeField(null=True)),
        added(
            "site",
            models.CharField(blank=True, default="", help_text="For the link", max_length=120),
        ),
        added(
            "slip",
            models.BinaryField(help_text="The code, sealed with the person's key", null=True),
        ),
        added("code_sha256", models.BinaryField(null=True)),
        added("tries", models.SmallIntegerField(default=0)),
        added("shut_until", models.DateTimeField(null=True)),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
        migrations.AddIndex(
            "ticket",
            models.Index(condition=Q(told_at=None), fields=["decided_at"], name="ticket_to_tell"),
        ),
        migrations.RunSQL(SLIP, NO_SLIP),
        migrations.RunSQL(FOLLOW, NO_FOLLOW),
    ]
