"""The tables of registrations, invitations and lists of organisations."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids

TABLES = [
    migrations.CreateModel(
        name="Draw",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("commune", models.IntegerField()),
            ("day", models.DateField()),
            ("number", models.CharField(max_length=32)),
            ("drawn_at", models.DateTimeField()),
        ],
        options={
            "constraints": [models.UniqueConstraint(fields=("commune", "day"), name="drawn_once")],
        },
    ),
    migrations.CreateModel(
        name="QueueCount",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("disease", models.CharField(max_length=40)),
            ("group", models.CharField(max_length=40)),
            ("commune", models.IntegerField(help_text="None: the whole province", null=True)),
            ("province", models.IntegerField()),
            ("registered", models.IntegerField(null=True)),
            ("invited", models.IntegerField(null=True)),
            ("vaccinated", models.IntegerField(null=True)),
            ("as_of", models.DateTimeField()),
        ],
        options={
            "indexes": [
                models.Index(fields=["disease", "province", "commune"], name="queuecount_where")
            ],
        },
    ),
    migrations.CreateModel(
        name="Registration",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("disease", models.CharField(max_length=40)),
            (
                "campaign",
                models.CharField(help_text="Regime of the rules: one campaign each", max_length=40),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("registered", "Registered"),
                        ("invited", "Invited"),
                        ("vaccinated", "Vaccinated"),
                        ("withdrawn", "Withdrawn"),
                    ],
                    default="registered",
                    max_length=10,
                ),
            ),
            (
                "way",
                models.CharField(
                    choices=[
                        ("self", "Self"),
                        ("relative", "Relative"),
                        ("desk", "Desk"),
                        ("gate", "Gate"),
                        ("paper", "Paper"),
                        ("organisation", "Organisation"),
                    ],
                    max_length=12,
                ),
            ),
            ("answers", models.JSONField(default=dict)),
            ("answered_at", models.DateTimeField(null=True)),
            (
                "wishes",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=13),
                    default=list,
                    help_text="2026-12-01 am",
                    size=None,
                ),
            ),
            (
                "claimed",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40), default=list, size=None
                ),
            ),
            (
                "proven",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40), default=list, size=None
                ),
            ),
            ("receipt", models.CharField(max_length=12, unique=True)),
            ("day", models.DateField(help_text="Of the registration")),
            ("draw", models.CharField(blank=True, default="", max_length=64)),
            (
                "paper",
                models.CharField(
                    blank=True, default="", help_text="Number of a sheet", max_length=40
                ),
            ),
            ("made_at", models.DateTimeField()),
            ("made_by", models.UUIDField()),
            ("changed_at", models.DateTimeField()),
            (
                "proved_at",
                models.DateTimeField(help_text="When ages were looked at", null=True),
            ),
            (
                "why",
                models.CharField(
                    blank=True, default="", help_text="Of a withdrawal", max_length=200
                ),
            ),
            (
                "commune",
                models.IntegerField(help_text="Today's unit of the person's present stay"),
            ),
            ("province", models.IntegerField()),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="people.person",
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Invitation",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            (
                "kind",
                models.CharField(
                    choices=[("slot", "Slot"), ("spare", "Spare")], default="slot", max_length=5
                ),
            ),
            ("number", models.IntegerField()),
            ("screening_at", models.DateTimeField()),
            ("injection_at", models.DateTimeField()),
            (
                "answer",
                models.CharField(
                    blank=True,
                    choices=[
                        ("", "None"),
                        ("yes", "Yes"),
                        ("no", "No"),
                        ("later", "Later"),
                        ("unreached", "Unreached"),
                    ],
                    default="",
                    max_length=9,
                ),
            ),
            ("answered_at", models.DateTimeField(null=True)),
            ("came_at", models.DateTimeField(null=True)),
            (
                "opened_at",
                models.DateTimeField(help_text="When the site was let see the person", null=True),
            ),
            ("made_at", models.DateTimeField()),
            ("made_by", models.UUIDField()),
            ("organisation", models.UUIDField(help_text="The facility of the session")),
            (
                "commune",
                models.IntegerField(help_text="Today's unit of the person's present stay"),
            ),
            ("province", models.IntegerField()),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="people.person",
                ),
            ),
            (
                "session",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="invitations",
                    to="vaccination.session",
                ),
            ),
            (
                "registration",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="invitations",
                    to="vaccination.registration",
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Consent",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("agreed", models.BooleanField()),
            ("rule", models.UUIDField()),
            ("version", models.IntegerField()),
            (
                "how",
                models.CharField(
                    choices=[
                        ("self", "Self"),
                        ("guardian", "Guardian"),
                        ("desk", "Desk"),
                        ("paper", "Paper"),
                    ],
                    max_length=8,
                ),
            ),
            ("said_at", models.DateTimeField()),
            ("said_by", models.UUIDField()),
            ("commune", models.IntegerField()),
            ("province", models.IntegerField()),
            (
                "guardian",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="people.person",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="people.person",
                ),
            ),
            (
                "registration",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="consents",
                    to="vaccination.registration",
                ),
            ),
        ],
    ),
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
    ),
]
