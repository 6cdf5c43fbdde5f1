"""Accounts, roles, codes: the tables behind the door."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lachan.core.clock
import lachan.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("staff", "Staff"), ("citizen", "Citizen"), ("system", "System")],
                        max_length=7,
                    ),
                ),
                ("handle", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("person", models.UUIDField(null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField(default=lachan.core.clock.now)),
                (
                    "cast_order",
                    models.SmallIntegerField(help_text="Place on the demo's cast page", null=True),
                ),
                (
                    "cast_line",
                    models.CharField(blank=True, help_text="Duty, in the story", max_length=80),
                ),
                (
                    "cast_job",
                    models.CharField(
                        blank=True, help_text="What to try, in the story", max_length=80
                    ),
                ),
                ("cast_icon", models.CharField(blank=True, max_length=30)),
                ("cast_device", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SlipCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("code_sha256", models.BinaryField(unique=True)),
                ("expires_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("citizen", "citizen"),
                            ("place_manager", "place_manager"),
                            ("gate_controller", "gate_controller"),
                            ("station_officer", "station_officer"),
                            ("village_health_worker", "village_health_worker"),
                            ("commune_chairman", "commune_chairman"),
                            ("commune_police", "commune_police"),
                            ("tracer", "tracer"),
                            ("director", "director"),
                            ("sampler", "sampler"),
                            ("laboratory", "laboratory"),
                            ("laboratory_lead", "laboratory_lead"),
                            ("vaccinator", "vaccinator"),
                            ("technology_team", "technology_team"),
                            ("ministry", "ministry"),
                            ("outsider", "outsider"),
                            ("system", "system"),
                        ],
                        max_length=30,
                    ),
                ),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField(null=True)),
                ("national", models.BooleanField(default=False)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("commune", None), ("organisation", None), ("province", None)),
                            models.Q(
                                ("commune", None), ("national", False), ("organisation", None)
                            ),
                            models.Q(
                                ("national", False), ("organisation", None), ("province", None)
                            ),
                            models.Q(("commune", None), ("national", False), ("province", None)),
                            _connector="OR",
                        ),
                        name="membership_at_one_place",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("handle", models.CharField(max_length=80)),
                ("code_sha256", models.BinaryField()),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["handle", "sent_at"], name="code_handle")],
            },
        ),
        migrations.AddField(
            model_name="slipcode",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
