"""What the hot path asks of cards, and the ledger of scans whose person is not entered yet."""

from django.db import migrations, models

from lachan.core.ledgers import Ledger
from lachan.core.rowsecurity import RowSecurity

#: Whoever knows the blind index of a document's number held the card, and the index key is not in
#: the database.  Two persons under one card are nobody: a human decides.
KNOWN = """
create function gate_known(documents bytea[])
    returns table (document bytea, trace_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select b.hmac, min(y.trace_id::text)::uuid
        from people_blindindex b
            join people_person p on p.id = b.person_id
            join people_pseudonym y on y.person_id = b.person_id
        where b.kind = 'document' and b.hmac = any(documents) and p.erased_at is null
        group by b.hmac having count(distinct b.person_id) = 1
    $$;
revoke all on function gate_known(bytea[]) from public;
grant execute on function gate_known(bytea[]) to lachan_gate;
"""

#: The manager of a place learns how many wait, and nothing of whom.
APPEND = """
grant insert on gate_unmatched to lachan_gate;
create policy append_by_gate on gate_unmatched for insert to lachan_gate with check (true);
create index gate_unmatched_station on gate_unmatched (commune, at) where settled_at is null;
create index gate_unmatched_place on gate_unmatched (place) where settled_at is null;
create index gate_unmatched_document on gate_unmatched (document) where settled_at is null;

create function gate_unmatched_stored(days date[], ids uuid[])
    returns table (day date, id uuid, digest bytea)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select u.day, u.id, u.payload_hmac
        from unnest(days, ids) as wanted (day, id) join gate_unmatched u using (day, id)
    $$;
revoke all on function gate_unmatched_stored(date[], uuid[]) from public;
grant execute on function gate_unmatched_stored(date[], uuid[]) to lachan_gate;

create function gate_waiting(wanted uuid)
    returns table (waiting bigint, since timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select count(*), min(at) from gate_unmatched
        where place = wanted and settled_at is null and venues_answers_for(wanted)
        having count(*) > 0
    $$;
revoke all on function gate_waiting(uuid) from public;
grant execute on function gate_waiting(uuid) to lachan_app;
"""

STATION = (
    "commune = (select core.scope_commune())"
    " and (select (core.session()).roles) && array['station_officer']"
)


class Migration(migrations.Migration):
    dependencies = [
        ("gate", "0004_orders"),
        ("people", "0003_who_sees_whom"),
        ("venues", "0004_device_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnmatchedScan",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("place", models.UUIDField()),
                ("document", models.BinaryField()),
                (
                    "direction",
                    models.CharField(choices=[("in", "In"), ("out", "Out")], max_length=3),
                ),
                ("at", models.DateTimeField()),
                ("device_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("gate", "Gate"),
                            ("person", "Person"),
                            ("desk", "Desk"),
                            ("kiosk", "Kiosk"),
                            ("paper", "Paper"),
                            ("interview", "Interview"),
                            ("import", "Import"),
                        ],
                        max_length=10,
                    ),
                ),
                ("authority", models.TextField()),
                (
                    "payload_hmac",
                    models.BinaryField(
                        help_text="Of what happened, keyed: a card's number is short"
                    ),
                ),
                ("sealed", models.BinaryField(help_text="The card's text; empty once settled")),
                ("key_version", models.SmallIntegerField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("counter", models.BigIntegerField(null=True)),
                ("offset_ms", models.BigIntegerField(null=True)),
                ("offline", models.BooleanField(default=False)),
                ("instead_of", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "gate_unmatched",
                "managed": False,
            },
        ),
        migrations.RunSQL(KNOWN, "drop function gate_known(bytea[])"),
        Ledger(
            "gate_unmatched",
            "place uuid not null, document bytea not null,"
            " direction text not null check (direction in ('in', 'out')),"
            " at timestamptz not null, device_at timestamptz not null,"
            " received_at timestamptz not null,"
            " source text not null check (source in ('gate', 'desk', 'kiosk', 'paper')),"
            " authority text not null, payload_hmac bytea not null, sealed bytea not null,"
            " key_version smallint not null, commune integer not null, province integer not null,"
            " counter bigint check (counter > 0), offset_ms bigint,"
            " offline boolean not null default false, instead_of uuid, settled_at timestamptz",
            day_from="at",
        ),
        # The worker settles; a station opens what waits in its commune, one by one.
        RowSecurity(
            "gate_unmatched",
            national=False,
            extra={"station": STATION, "worker": "(select core.scope_system())"},
            insert="system",
            only="(select core.scope_system())",
        ),
        migrations.RunSQL(
            APPEND,
            "drop function gate_waiting(uuid); drop function"
            " gate_unmatched_stored(date[], uuid[]); drop policy append_by_gate on gate_unmatched",
        ),
    ]
