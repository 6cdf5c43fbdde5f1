"""Trips and feasts with their seats and tables."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("venues", "0016_market"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("trip", "Bus trip"),
                            ("wedding", "Wedding"),
                            ("funeral", "Funeral"),
                            ("meal", "Another gathering"),
                        ],
                        max_length=7,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("code", models.CharField(max_length=8, unique=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("stops", models.JSONField(default=list)),
                (
                    "rows",
                    models.SmallIntegerField(default=0, help_text="Rows of seats; 0 for a feast"),
                ),
                (
                    "abreast",
                    models.CharField(blank=True, help_text="Seats of a row, as 2+2", max_length=5),
                ),
                ("tables", models.SmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("wipe_on", models.DateField()),
                ("wiped_at", models.DateTimeField(null=True)),
                ("commune", models.IntegerField(help_text="Of the place")),
                ("province", models.IntegerField()),
                (
                    "assistant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="venues.member",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        help_text="The host, or the driver",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="venues.member",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-starts_at"], name="outing_organisation"),
                    models.Index(fields=["commune", "-starts_at"], name="outing_commune"),
                    models.Index(fields=["province", "-starts_at"], name="outing_province"),
                    models.Index(
                        condition=models.Q(("wiped_at", None)),
                        fields=["wipe_on"],
                        name="outing_to_wipe",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="outing_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("account", models.UUIDField()),
                ("account_name", models.TextField()),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "outing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="venues.outing",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outing", "-at"], name="opening_outing"),
                    models.Index(fields=["account", "until"], name="opening_account"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="opening_says_why"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("label", models.CharField(help_text="Seat as 7C, or table as 3", max_length=20)),
                ("from_stop", models.SmallIntegerField(default=0)),
                ("to_stop", models.SmallIntegerField(default=0)),
                (
                    "recorded_at",
                    models.DateTimeField(help_text="When the ledger of scans had it", null=True),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seat",
                        to="venues.member",
                    ),
                ),
                (
                    "outing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="venues.outing",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "outing"], name="seat_organisation"),
                    models.Index(
                        condition=models.Q(("recorded_at", None)),
                        fields=["outing"],
                        name="seat_to_record",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_stop__gte", models.F("from_stop"))),
                        name="seat_segment_in_order",
                    )
                ],
            },
        ),
    ]
