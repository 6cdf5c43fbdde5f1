"""Versions of decisions, plans of sessions and teams, boxes of a session, stock in public."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.vaccination.migrations._planning_sql import (
    FIGURES,
    GIVEN,
    GIVEN_BEFORE,
    NO_FIGURES,
    NO_SUPPLIED,
    SECURITY,
    SUPPLIED,
)


class Migration(migrations.Migration):
    dependencies = [
        ("vaccination", "0008_line"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandoverCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("degrees", models.DecimalField(decimal_places=1, max_digits=5, null=True)),
                (
                    "monitor",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "Vials without a monitor"),
                            ("1", "1: square lighter than the ring"),
                            ("2", "2: square darker, still lighter than the ring"),
                            ("3", "3: square like the ring; do not use"),
                            ("4", "4: square darker than the ring; do not use"),
                        ],
                        default="",
                        max_length=4,
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lot",
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="vaccination.stockmove",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("move", "lot"), name="handover_check_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("degrees__isnull", False),
                            models.Q(("monitor", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="handover_was_checked",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="SessionPlan",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="planned",
                        serialize=False,
                        to="vaccination.session",
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("people", models.IntegerField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("people__gte", 1)), name="plan_is_for_somebody"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="StockCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("province", models.IntegerField(null=True)),
                ("commune", models.IntegerField(null=True)),
                ("disease", models.CharField(max_length=40)),
                ("product", models.CharField(max_length=40)),
                ("lot", models.CharField(blank=True, default="", max_length=40)),
                ("allocated", models.BigIntegerField(default=0)),
                ("received", models.BigIntegerField(default=0)),
                ("allocated_province", models.BigIntegerField(default=0)),
                ("received_province", models.BigIntegerField(default=0)),
                ("given", models.BigIntegerField(default=0)),
                ("wasted", models.BigIntegerField(default=0)),
                ("left", models.BigIntegerField(default=0)),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "product", "lot"), name="stockcount_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("name", models.CharField(max_length=80)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organisation", "name"),
                        name="team_is_one",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "work",
                    models.CharField(
                        choices=[
                            ("reception", "Reception"),
                            ("screening", "Screening"),
                            ("injection", "Injection"),
                            ("observation", "Observation"),
                            ("vaccine", "Vaccine and vials"),
                        ],
                        max_length=11,
                    ),
                ),
                ("table", models.SmallIntegerField(null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="vaccination.team",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("table", None), ("table__gte", 1), _connector="OR"),
                        name="member_table",
                    )
                ]
            },
        ),
        migrations.RemoveConstraint(
            model_name="allocationshare",
            name="share_is_one",
        ),
        migrations.AddField(
            model_name="allocation",
            name="amends",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amended_by",
                to="vaccination.allocation",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="chain",
            field=models.UUIDField(default=lachan.core.ids.uuid7),
        ),
        migrations.AddField(
            model_name="allocation",
            name="text",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="allocation",
            name="unit",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddField(
            model_name="allocationshare",
            name="campaign",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="allocationshare",
            name="groups",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="allocationshare",
            name="lot",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vaccination.lot",
            ),
        ),
        migrations.AddField(
            model_name="allocationshare",
            name="until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="store",
            name="session",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="store",
                to="vaccination.session",
            ),
        ),
        migrations.AlterField(
            model_name="stockline",
            name="account",
            field=models.CharField(
                choices=[
                    ("in_hand", "In hand"),
                    ("in_transit", "On the way"),
                    ("supplier", "Supplier"),
                    ("given", "Given"),
                    ("waste", "Waste"),
                    ("destroyed", "Destroyed"),
                    ("discrepancy", "Difference"),
                    ("quarantine", "Set apart"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="stockmove",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("issue", "Issue"),
                    ("transfer", "Transfer"),
                    ("return", "Return"),
                    ("destruction", "Destruction"),
                    ("use", "Injections"),
                    ("waste", "Waste"),
                    ("thaw", "Thawing"),
                    ("discrepancy", "Difference"),
                    ("quarantine", "Set apart"),
                    ("correction", "Correction"),
                ],
                max_length=11,
            ),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(fields=["chain"], name="allocation_by_chain"),
        ),
        migrations.AddConstraint(
            model_name="allocationshare",
            constraint=models.UniqueConstraint(
                fields=("allocation", "store", "lot"), name="share_is_one", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.CheckConstraint(
                condition=models.Q(("session", None), ("gives", False), _connector="OR"),
                name="store_of_a_session_is_its_own",
            ),
        ),
        migrations.AddField(
            model_name="sessionplan",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="vaccination.team",
            ),
        ),
        migrations.RunSQL(GIVEN, GIVEN_BEFORE),
        migrations.RunSQL(SUPPLIED, NO_SUPPLIED),
        migrations.RunSQL(FIGURES, NO_FIGURES),
        *SECURITY,
    ]
