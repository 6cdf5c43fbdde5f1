"""Reactions, the steps after a severe one, bars of lots, and who may see and write them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.vaccination.migrations._aefi import POLICIES


class Migration(migrations.Migration):
    dependencies = [
        ("vaccination", "0005_registration"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7,
                        help_text="The form's own number",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("session", models.UUIDField(null=True)),
                (
                    "organisation",
                    models.UUIDField(help_text="The facility that gave the dose", null=True),
                ),
                ("product", models.CharField(max_length=40)),
                ("disease", models.CharField(max_length=40)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("citizen", "Citizen"),
                            ("site", "Site"),
                            ("facility", "Facility"),
                        ],
                        max_length=8,
                    ),
                ),
                ("where_text", models.CharField(blank=True, default="", max_length=160)),
                (
                    "asked_hours",
                    models.SmallIntegerField(help_text="Of the follow-up he answered", null=True),
                ),
                (
                    "signs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("onset_at", models.DateTimeField(null=True)),
                ("reported_at", models.DateTimeField()),
                ("reported_by", models.UUIDField()),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[("reaction", "Reaction"), ("aefi", "Aefi"), ("severe", "Severe")],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "severe_at",
                    models.DateTimeField(help_text="When it was recorded as severe", null=True),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("unknown", "Unknown"),
                            ("recovered", "Recovered"),
                            ("treated", "Treated"),
                            ("sequelae", "Sequelae"),
                            ("died", "Died"),
                        ],
                        default="unknown",
                        max_length=9,
                    ),
                ),
                (
                    "decision",
                    models.JSONField(default=dict, help_text="What the rule said to who reported"),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("handled_at", models.DateTimeField(null=True)),
                ("handled_by", models.UUIDField(null=True)),
                ("handled_note", models.CharField(blank=True, default="", max_length=300)),
                ("given_province", models.IntegerField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "dose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.dose",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lot",
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-reported_at"], name="reaction_of_person"),
                    models.Index(
                        fields=["organisation", "-reported_at"], name="reaction_by_organisation"
                    ),
                    models.Index(fields=["commune", "-reported_at"], name="reaction_by_commune"),
                    models.Index(fields=["province", "-reported_at"], name="reaction_by_province"),
                    models.Index(
                        fields=["given_province", "-reported_at"], name="reaction_by_given"
                    ),
                    models.Index(fields=["lot", "severity"], name="reaction_of_lot"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("severe_at__isnull", False), ("severity", "severe")),
                            models.Q(
                                models.Q(("severity", "severe"), _negated=True), ("severe_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="reaction_severe_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at", None), ("handled_by", None)),
                            models.Q(("handled_at__isnull", False), ("handled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reaction_handled_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AefiStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("notify_department", "Notify Department"),
                            ("notify_cdc", "Notify Cdc"),
                            ("investigate", "Investigate"),
                            ("council", "Council"),
                            ("publish", "Publish"),
                        ],
                        max_length=17,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("decision", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.UUIDField(null=True)),
                ("document", models.CharField(blank=True, default="", max_length=80)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "reaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="vaccination.reaction",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["province", "due_at"], name="aefistep_by_province"),
                    models.Index(fields=["commune", "due_at"], name="aefistep_by_commune"),
                    models.Index(
                        fields=["organisation", "due_at"], name="aefistep_by_organisation"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reaction", "kind"), name="aefistep_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                models.Q(("document", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="aefistep_done_says_by_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AefiPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("document", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "reaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="vaccination.reaction",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-at"], name="aefipaper_by_commune"),
                    models.Index(fields=["province", "-at"], name="aefipaper_by_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reaction", "code"), name="aefipaper_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("hours", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "dose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followups",
                        to="vaccination.dose",
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-at"], name="followup_of_person"),
                    models.Index(fields=["commune", "-at"], name="followup_by_commune"),
                    models.Index(fields=["province", "-at"], name="followup_by_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("dose", "hours"), name="followup_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="LotBar",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(
                        help_text="From when the lot is not used, or is used again"
                    ),
                ),
                ("province", models.IntegerField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                (
                    "reaction",
                    models.UUIDField(help_text="The severe event behind a bar by rule", null=True),
                ),
                (
                    "decision",
                    models.JSONField(default=dict, help_text="Rule, version, outcome and values"),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("document", models.CharField(blank=True, default="", max_length=80)),
                (
                    "capacity",
                    models.CharField(help_text="Who signed, as an office", max_length=200),
                ),
                ("made_at", models.DateTimeField()),
                ("key_id", models.SmallIntegerField()),
                ("signature", models.BinaryField()),
                (
                    "lifts",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lifted_by",
                        to="vaccination.lotbar",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bars",
                        to="vaccination.lot",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["lot", "since"], name="lotbar_of_lot"),
                    models.Index(fields=["province", "-since"], name="lotbar_by_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lifts", None), ("provisional", True), ("reaction__isnull", False)
                            ),
                            models.Q(
                                ("provisional", False),
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("document", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="lotbar_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LotCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("well", "Well"),
                            ("unwell", "Unwell"),
                            ("no_answer", "No Answer"),
                            ("wrong_number", "Wrong Number"),
                            ("away", "Away"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "dose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.dose",
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["dose", "-at"], name="lotcall_of_dose"),
                    models.Index(fields=["commune", "-at"], name="lotcall_by_commune"),
                    models.Index(fields=["province", "-at"], name="lotcall_by_province"),
                ],
            },
        ),
        *POLICIES,
    ]
