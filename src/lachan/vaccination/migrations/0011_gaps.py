"""Spellings of lots, both provinces of an event, groups of an area, counting by commune."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.vaccination.migrations import _gaps as sql


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_same_person"),
        ("vaccination", "0010_evening"),
    ]

    operations = [
        migrations.CreateModel(
            name="AreaProof",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("disease", models.CharField(max_length=40)),
                ("campaign", models.CharField(max_length=40)),
                ("group", models.CharField(max_length=40)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField()),
                ("holds", models.BooleanField()),
                ("document", models.CharField(help_text="Decision it rests on", max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "applied_at",
                    models.DateTimeField(help_text="When registrations followed", null=True),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["province", "-at"], name="areaproof_by_province")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="areaproof_rests_on_a_document",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LotSpelling",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("province", models.IntegerField()),
                ("product", models.CharField(max_length=40)),
                ("text", models.CharField(help_text="As it stands in the ledger", max_length=40)),
                (
                    "why",
                    models.CharField(
                        blank=True, default="", help_text="Of a parting", max_length=200
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "lot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lot",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["province", "product", "text", "-at"], name="lotspelling_newest"
                    ),
                    models.Index(fields=["lot"], name="lotspelling_of_lot"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lot__isnull", False),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lotspelling_parted_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueCell",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("disease", models.CharField(max_length=40)),
                ("campaign", models.CharField(max_length=40)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("state", models.CharField(max_length=10)),
                ("n", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["disease", "province"], name="queuecell_where"),
                    models.Index(fields=["disease", "commune"], name="queuecell_commune"),
                ]
            },
        ),
        migrations.CreateModel(
            name="QueueChanged",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("disease", models.CharField(max_length=40)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Settled",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
                ("swept_on", models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name="registration",
            name="age_due",
            field=models.DateField(help_text="The next birthday that moves him", null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="age_rule",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Order his age was held to",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="area_proven",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                db_default=[],
                default=list,
                help_text="Groups that count for everybody who lives there; the worker's",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="areas_at",
            field=models.DateTimeField(help_text="When areas were looked at", null=True),
        ),
        migrations.AddIndex(
            model_name="dose",
            index=models.Index(fields=["received_at"], name="dose_received"),
        ),
        migrations.AddIndex(
            model_name="dose",
            index=models.Index(
                condition=models.Q(("lot", None), models.Q(("lot_text", ""), _negated=True)),
                fields=["province", "product", "lot_text"],
                name="dose_by_lot_text",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("areas_at", None)),
                fields=["made_at"],
                name="registration_to_place",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("state__in", ["registered", "invited"])),
                fields=["age_due"],
                name="registration_to_age",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("state__in", ["registered", "invited"])),
                fields=["disease", "province", "age_rule"],
                name="registration_age_rule",
            ),
        ),
        migrations.RunSQL(sql.SPELLINGS, sql.NO_SPELLINGS),
        migrations.RunSQL(sql.EVENTS, sql.NO_EVENTS),
        migrations.RunSQL(sql.AREAS, sql.NO_AREAS),
        migrations.RunSQL(sql.KEEP_AREAS, sql.KEEP_NO_AREAS),
        migrations.RunSQL(sql.CHANGES, sql.NO_CHANGES),
        migrations.RunSQL(sql.standing("r.proven || r.area_proven"), sql.standing("r.proven")),
    ]
