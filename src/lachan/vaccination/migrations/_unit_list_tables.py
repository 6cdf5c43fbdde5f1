"""The tables of lists of organisations."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids

LISTS = [
    migrations.CreateModel(
        name="UnitList",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("organisation", models.UUIDField()),
            ("disease", models.CharField(max_length=40)),
            (
                "group",
                models.CharField(blank=True, default="", help_text="Priority group", max_length=40),
            ),
            ("file_name", models.CharField(max_length=120)),
            ("digest", models.CharField(help_text="SHA-256 of the file", max_length=64)),
            (
                "headers",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=120), default=list, size=None
                ),
            ),
            (
                "roles",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(blank=True, max_length=20),
                    default=list,
                    size=None,
                ),
            ),
            ("wrapped", models.BinaryField()),
            ("sealed", models.BinaryField()),
            ("keep_until", models.DateTimeField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("imported", "Imported"),
                        ("failed", "Failed"),
                    ],
                    default="waiting",
                    max_length=8,
                ),
            ),
            ("failure", models.CharField(blank=True, default="", max_length=40)),
            ("rows", models.IntegerField(default=0)),
            ("done_row", models.IntegerField(default=0)),
            ("accepted", models.IntegerField(default=0)),
            ("refused", models.IntegerField(default=0)),
            ("fresh", models.IntegerField(default=0, help_text="Registered by this list")),
            (
                "self_made",
                models.IntegerField(default=0, help_text="Had registered by themselves"),
            ),
            (
                "joined",
                models.IntegerField(default=0, help_text="Not in the organisation's last list"),
            ),
            (
                "left",
                models.IntegerField(default=0, help_text="In the last list and not in this one"),
            ),
            (
                "agreed",
                models.IntegerField(help_text="Agreed; None: fewer than five", null=True),
            ),
            ("sent_at", models.DateTimeField()),
            ("sent_by", models.UUIDField()),
            (
                "commune",
                models.IntegerField(help_text="Where people without a legible address stay"),
            ),
            ("province", models.IntegerField()),
        ],
        options={
            "indexes": [
                models.Index(fields=["organisation", "-sent_at"], name="unitlist_organisation"),
                models.Index(fields=["commune", "-sent_at"], name="unitlist_commune"),
                models.Index(fields=["province", "-sent_at"], name="unitlist_province"),
                models.Index(
                    condition=models.Q(("state", "waiting")),
                    fields=["sent_at"],
                    name="unitlist_waiting",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("organisation", "disease", "digest"), name="unit_list_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "imported"), _negated=True),
                        (
                            "rows",
                            django.db.models.expressions.CombinedExpression(
                                models.F("accepted"), "+", models.F("refused")
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="unit_list_rows_accepted_or_refused",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="UnitMember",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("organisation", models.UUIDField()),
            ("disease", models.CharField(max_length=40)),
            ("since", models.DateField()),
            ("until", models.DateField(null=True)),
            ("commune", models.IntegerField()),
            ("province", models.IntegerField()),
            (
                "registration",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.registration",
                ),
            ),
            (
                "seen_in",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.unitlist",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["commune", "since"], name="unitmember_commune"),
                models.Index(fields=["province", "since"], name="unitmember_province"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("organisation", "registration"), name="unit_member_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="UnitRefusal",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("row", models.IntegerField(help_text="In the workbook, from 1")),
            (
                "problems",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40), size=None
                ),
            ),
            ("organisation", models.UUIDField()),
            ("commune", models.IntegerField()),
            ("province", models.IntegerField()),
            (
                "list",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="refusals",
                    to="vaccination.unitlist",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("list", "row"), name="unit_refusal_once_a_row")
            ]
        },
    ),
]
