"""The ledger of declarations that came by the hot path."""

from django.db import migrations, models

from lachan.core.ledgers import Ledger
from lachan.core.rowsecurity import RowSecurity

APPEND = """
grant insert on declarations_sent to lachan_gate;
create policy append_by_gate on declarations_sent for insert to lachan_gate with check (true);
create index declarations_sent_waiting on declarations_sent (day, id) where settled_at is null;
create index declarations_sent_person on declarations_sent (person, at) where refused <> '';

create function declarations_sent_stored(days date[], ids uuid[])
    returns table (day date, id uuid, digest bytea)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.day, s.id, s.payload_hmac
        from unnest(days, ids) as wanted (day, id) join declarations_sent s using (day, id)
    $$;
revoke all on function declarations_sent_stored(date[], uuid[]) from public;
grant execute on function declarations_sent_stored(date[], uuid[]) to lachan_gate;
"""
UNDO = """
drop function declarations_sent_stored(date[], uuid[]);
drop policy append_by_gate on declarations_sent;
"""


class Migration(migrations.Migration):
    dependencies = [("declarations", "0005_paper"), ("core", "0002_ledgers")]

    operations = [
        migrations.CreateModel(
            name="SentDeclaration",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("trace_id", models.UUIDField()),
                ("kind", models.CharField(max_length=10)),
                ("questionnaire", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("authority", models.TextField()),
                (
                    "payload_hmac",
                    models.BinaryField(help_text="Of what was answered, keyed: answers are few"),
                ),
                ("sealed", models.BinaryField(help_text="The answers")),
                ("key_version", models.SmallIntegerField()),
                ("instead_of", models.UUIDField(null=True)),
                (
                    "person",
                    models.UUIDField(help_text="Whose it is, once the worker looked", null=True),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("refused", models.TextField()),
            ],
            options={
                "db_table": "declarations_sent",
                "managed": False,
            },
        ),
        Ledger(
            "declarations_sent",
            "trace_id uuid not null, kind text not null, questionnaire smallint not null,"
            " at timestamptz not null, received_at timestamptz not null, authority text not null,"
            " payload_hmac bytea not null, sealed bytea not null, key_version smallint not null,"
            " instead_of uuid, person uuid, settled_at timestamptz,"
            " refused text not null default ''",
            day_from="at",
        ),
        # Whose it is sees what became of it; the worker settles.
        RowSecurity(
            "declarations_sent",
            person="person",
            national=False,
            extra={"worker": "(select core.scope_system())"},
            insert="system",
            only="(select core.scope_system())",
        ),
        migrations.RunSQL(APPEND, UNDO),
    ]
