"""Deliveries by night and shopping tickets."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("venues", "0015_rolls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("number", models.IntegerField()),
                ("code", models.CharField(max_length=8, unique=True)),
                (
                    "hamlet",
                    models.CharField(
                        blank=True, help_text="Whom the sheet was printed for", max_length=80
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(help_text="Lost or given back", null=True)),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "market", "number"], name="ticket_organisation"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("market", "number"), name="ticket_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("parity", "By even and odd days"),
                            ("weekly", "So many days a week"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "a_week",
                    models.SmallIntegerField(
                        default=0, help_text="Days a week; 0 by even and odd days"
                    ),
                ),
                (
                    "document",
                    models.CharField(help_text="Number and date of the order", max_length=120),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                (
                    "market",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["market", "-since"], name="ticketrule_market")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("market",),
                        name="one_open_ticket_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("a_week", 0), ("mode", "parity")),
                            models.Q(("a_week__range", (1, 7)), ("mode", "weekly")),
                            _connector="OR",
                        ),
                        name="ticketrule_counts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="ticketrule_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketUse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="venues.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "day"], name="ticketuse_organisation")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "day"), name="ticket_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("plate", models.CharField(max_length=16)),
                (
                    "coming_from",
                    models.CharField(blank=True, help_text="Province or place", max_length=80),
                ),
                ("goods", models.CharField(blank=True, max_length=40)),
                ("night", models.DateField(help_text="The day of the morning it belongs to")),
                ("came_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("made_by", models.UUIDField()),
                (
                    "recorded_at",
                    models.DateTimeField(help_text="When the ledger of scans had it", null=True),
                ),
                ("commune", models.IntegerField(help_text="Of the place")),
                ("province", models.IntegerField()),
                (
                    "place",
                    models.ForeignKey(
                        help_text="Row or dock",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
                (
                    "driver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="venues.member",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "night", "came_at"], name="delivery_night"
                    ),
                    models.Index(
                        fields=["organisation", "plate", "-came_at"], name="delivery_plate"
                    ),
                    models.Index(fields=["commune", "night"], name="delivery_commune"),
                    models.Index(fields=["province", "night"], name="delivery_province"),
                    models.Index(
                        condition=models.Q(("recorded_at", None)),
                        fields=["came_at"],
                        name="delivery_to_record",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None),
                            ("left_at__gte", models.F("came_at")),
                            _connector="OR",
                        ),
                        name="delivery_leaves_after_it_came",
                    )
                ],
            },
        ),
    ]
