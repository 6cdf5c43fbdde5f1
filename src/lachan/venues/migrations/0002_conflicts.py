"""What came under a stored number with other content is refused and kept for review."""

from django.db import migrations, models

from lachan.core.ledgers import Ledger
from lachan.core.rowsecurity import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("venues", "0001_venues"),
    ]

    operations = [
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("scan", models.UUIDField()),
                ("place", models.UUIDField()),
                ("trace_id", models.UUIDField()),
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
                            ("interview", "Interview"),
                            ("import", "Import"),
                        ],
                        max_length=10,
                    ),
                ),
                ("authority", models.TextField()),
                ("payload_sha256", models.BinaryField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
            options={
                "db_table": "venues_conflict",
                "managed": False,
            },
        ),
        Ledger(
            "venues_conflict",
            "scan uuid not null, place uuid not null, trace_id uuid not null,"
            " direction text not null, at timestamptz not null, device_at timestamptz not null,"
            " received_at timestamptz not null, source text not null, authority text not null,"
            " payload_sha256 bytea not null, commune integer not null, province integer not null",
            day_from="at",
        ),
        RowSecurity("venues_conflict", province="province", change=False),
        migrations.RunSQL(
            "grant insert on venues_conflict to lachan_gate;"
            " create policy append_by_gate on venues_conflict for insert to lachan_gate"
            " with check (true)",
            "revoke all on venues_conflict from lachan_gate",
        ),
    ]
