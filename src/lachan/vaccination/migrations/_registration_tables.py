"""The tables of registrations and invitations."""

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
        options={
            "indexes": [
                models.Index(
                    fields=["commune", "disease", "day", "draw"], name="registration_line"
                ),
                models.Index(fields=["province", "-made_at"], name="registration_by_province"),
                models.Index(fields=["commune", "-made_at"], name="registration_by_commune"),
                models.Index(
                    condition=models.Q(("proved_at", None)),
                    fields=["made_at"],
                    name="registration_to_prove",
                ),
                models.Index(
                    condition=models.Q(("draw", "")),
                    fields=["day", "commune"],
                    name="registration_to_draw",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("person", "disease", "campaign"), name="registered_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "withdrawn"), models.Q(("why", ""), _negated=True)),
                        models.Q(models.Q(("state", "withdrawn"), _negated=True), ("why", "")),
                        _connector="OR",
                    ),
                    name="registration_withdrawn_says_why",
                ),
            ],
        },
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
        options={
            "indexes": [
                models.Index(fields=["session", "number"], name="vaccinvite_of_session"),
                models.Index(fields=["person", "-screening_at"], name="vaccinvite_of_person"),
                models.Index(fields=["commune", "-made_at"], name="vaccinvite_by_commune"),
                models.Index(fields=["province", "-made_at"], name="vaccinvite_by_province"),
                models.Index(fields=["organisation", "-made_at"], name="vaccinvite_by_site"),
                models.Index(
                    condition=models.Q(("opened_at", None)),
                    fields=["made_at"],
                    name="vaccinvite_to_open",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("session", "registration"), name="invited_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("answer", ""), ("answered_at", None)),
                        models.Q(
                            models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)
                        ),
                        _connector="OR",
                    ),
                    name="invitation_answered_at",
                ),
            ],
        },
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
        options={
            "indexes": [
                models.Index(fields=["registration", "said_at"], name="consent_of_registration"),
                models.Index(fields=["commune", "-said_at"], name="consent_by_commune"),
                models.Index(fields=["province", "-said_at"], name="consent_by_province"),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("guardian__isnull", False), ("how", "guardian")),
                        models.Q(models.Q(("how", "guardian"), _negated=True), ("guardian", None)),
                        _connector="OR",
                    ),
                    name="consent_of_a_guardian_names_him",
                )
            ],
        },
    ),
]
