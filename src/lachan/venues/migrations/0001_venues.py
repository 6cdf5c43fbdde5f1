"""Venues, their devices, and the ledger of scans with who may see it."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.ledgers import Ledger
from lachan.core.rowsecurity import Readable, RowSecurity
from lachan.venues.migrations._security import FUNCTIONS, NO_FUNCTIONS, VENUE_POLICIES


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0002_ledgers"),
        ("places", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
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
                ("authority", models.TextField(help_text="device:<id>, person or account:<id>")),
                ("payload_sha256", models.BinaryField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
            options={
                "db_table": "venues_scan",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Venue",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("code", models.CharField(max_length=8, unique=True)),
                ("imputed_minutes", models.SmallIntegerField(default=60)),
                (
                    "phone",
                    models.CharField(
                        blank=True, help_text="The station a guard calls", max_length=20
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "made_at"], name="venue_organisation")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("imputed_minutes__range", (1, 1440))),
                        name="venue_minutes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("label", models.CharField(max_length=60)),
                ("token_sha256", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="venues.venue"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "made_at"], name="device_organisation")
                ]
            },
        ),
        Readable("venues_venue"),
        migrations.RunSQL(VENUE_POLICIES, "alter table venues_venue disable row level security"),
        RowSecurity(
            "venues_device",
            organisation="organisation",
            insert="seen",
            only="exists (select 1 from venues_venue v where v.id = venues_device.venue_id"
            " and v.organisation = venues_device.organisation)",
        ),
        Ledger(
            "venues_scan",
            "place uuid not null, trace_id uuid not null,"
            " direction text not null check (direction in ('in', 'out')),"
            " at timestamptz not null, device_at timestamptz not null,"
            " received_at timestamptz not null,"
            " source text not null"
            " check (source in ('gate', 'person', 'desk', 'interview', 'import')),"
            " authority text not null, payload_sha256 bytea not null,"
            " commune integer not null, province integer not null",
            day_from="at",
        ),
        migrations.RunSQL("create index venues_scan_person on venues_scan (trace_id, day)", ""),
        migrations.RunSQL("create index venues_scan_place on venues_scan (place, at)", ""),
        migrations.RunSQL("create index venues_scan_commune on venues_scan (commune, at)", ""),
        # Rows carry pseudonyms: tracing reads them, a commune and a place get numbers.  With a
        # pseudonym in hand a station could open by core.present whoever passed through.
        RowSecurity("venues_scan", province="province", change=False),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
