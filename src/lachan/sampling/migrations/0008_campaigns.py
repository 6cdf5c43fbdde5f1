"""Campaigns: plans, lists, visits and files, and who may see them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, seen

#: What hangs on a row this session sees.
OF_CAMPAIGN = "exists (select 1 from sampling_campaign c where c.id = {table}.campaign_id)"

SECURITY = [
    RowSecurity(
        "sampling_campaignplan",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="seen",
        only=OF_CAMPAIGN.format(table="sampling_campaignplan"),
    ),
    RowSecurity(
        "sampling_campaignmember",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="seen",
        only=seen("sampling_campaignmember", "person_id"),
    ),
    RowSecurity(
        "sampling_visit",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="seen",
        change=False,
        only="exists (select 1 from sampling_campaignmember m"
        " where m.id = sampling_visit.member_id)",
    ),
    RowSecurity(
        "sampling_campaignfile",
        commune="commune",
        province="province",
        insert="seen",
        only=OF_CAMPAIGN.format(table="sampling_campaignfile"),
    ),
    RowSecurity(
        "sampling_campaignrefusal",
        commune="commune",
        province="province",
        insert="system",
        change=False,
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_household_dwelling"),
        ("sampling", "0007_table"),
    ]

    operations = [
        migrations.AddField(
            model_name="samplerequest",
            name="opened_at",
            field=models.DateTimeField(
                help_text="When the worker opened the person to the unit asked", null=True
            ),
        ),
        migrations.AddIndex(
            model_name="samplerequest",
            index=models.Index(
                condition=models.Q(
                    ("opened_at", None), ("organisation__isnull", False), ("state", "open")
                ),
                fields=["asked_at"],
                name="request_to_open",
            ),
        ),
        migrations.CreateModel(
            name="CampaignPlan",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        to="sampling.campaign",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        related_name="plan",
                    ),
                ),
                (
                    "whom",
                    models.CharField(
                        max_length=8,
                        choices=[
                            ("lanes", "Lanes or hamlets"),
                            ("commune", "The whole commune"),
                            ("body", "A factory, school or other organisation"),
                            ("file", "A list by Excel"),
                            ("asked", "People who are asked for already: contacts, zones"),
                        ],
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        max_length=5,
                        choices=[
                            ("low", "Low risk"),
                            ("high", "High risk"),
                            ("zone", "Inside a zone"),
                        ],
                    ),
                ),
                (
                    "lanes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list
                    ),
                ),
                (
                    "body",
                    models.UUIDField(
                        null=True, help_text="The organisation whose people are sampled"
                    ),
                ),
                ("household_below", models.SmallIntegerField()),
                ("sampled_small", models.SmallIntegerField()),
                ("sampled_large", models.SmallIntegerField()),
                ("everybody", models.BooleanField()),
                ("days", models.SmallIntegerField(default=0)),
                (
                    "rule",
                    models.CharField(
                        max_length=80, default="", help_text="Rule and version, '' for ours"
                    ),
                ),
                (
                    "round",
                    models.SmallIntegerField(
                        default=1, help_text="Which round of this campaign, from 1"
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        to="sampling.campaign",
                        on_delete=django.db.models.deletion.PROTECT,
                        null=True,
                        related_name="next_rounds",
                    ),
                ),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="plan_samples_somebody",
                        condition=models.Q(
                            household_below__gte=1, sampled_small__gte=1, sampled_large__gte=1
                        ),
                    ),
                    models.CheckConstraint(
                        name="plan_follows_from_the_second_round",
                        condition=models.Q(round=1, follows=None)
                        | models.Q(round__gt=1, follows__isnull=False),
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="CampaignMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, serialize=False, default=lachan.core.ids.uuid7
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        to="sampling.campaign",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        to="people.person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                    ),
                ),
                ("household", models.UUIDField(null=True)),
                ("lane", models.UUIDField(null=True)),
                (
                    "place",
                    models.CharField(
                        max_length=80, default="", help_text="Lane, line or class in words"
                    ),
                ),
                ("house", models.CharField(max_length=40, default="")),
                (
                    "ord",
                    models.IntegerField(default=0, help_text="Order of the house along its lane"),
                ),
                ("contacts", models.IntegerField(default=0)),
                ("symptoms", models.BooleanField(default=False)),
                ("chosen", models.BooleanField(default=False)),
                (
                    "why",
                    models.CharField(
                        max_length=13,
                        choices=[
                            ("everybody", "everybody of the household"),
                            ("symptoms", "has symptoms"),
                            ("most_contacts", "meets most people"),
                            ("asked", "was asked for by name"),
                            ("listed", "stands in the list"),
                            ("by_hand", "chosen by hand"),
                            ("represented", "the household is represented by others"),
                            ("left_out", "left out by hand"),
                        ],
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        to="sampling.samplerequest",
                        on_delete=django.db.models.deletion.PROTECT,
                        null=True,
                        related_name="members",
                    ),
                ),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField(help_text="Of the person")),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "place", "ord"], name="member_of_campaign"),
                    models.Index(fields=["commune", "campaign"], name="member_by_commune"),
                    models.Index(fields=["province", "campaign"], name="member_by_province"),
                    models.Index(
                        fields=["organisation", "campaign"], name="member_by_organisation"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["campaign", "person"], name="member_once_on_a_list"
                    ),
                    models.CheckConstraint(
                        name="member_asked_when_chosen",
                        condition=models.Q(chosen=True) | models.Q(request=None),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True,
                        serialize=False,
                        default=lachan.core.ids.uuid7,
                        help_text="The device's own number",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        to="sampling.campaignmember",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        max_length=8, choices=[("not_home", "Not at home"), ("refused", "Refused")]
                    ),
                ),
                ("reason", models.CharField(max_length=200, default="")),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member", "-at"], name="visit_newest"),
                    models.Index(fields=["commune", "-at"], name="visit_by_commune"),
                    models.Index(fields=["province", "-at"], name="visit_by_province"),
                    models.Index(fields=["organisation", "-at"], name="visit_by_organisation"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="visit_refused_for_a_reason",
                        condition=~models.Q(outcome="refused", reason=""),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, serialize=False, default=lachan.core.ids.uuid7
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        to="sampling.campaign",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                    ),
                ),
                ("file_name", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64, help_text="SHA-256 of the file")),
                ("wrapped", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("keep_until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        max_length=8,
                        choices=[
                            ("waiting", "Waiting"),
                            ("imported", "Imported"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                    ),
                ),
                (
                    "failure",
                    models.CharField(max_length=40, default="", help_text="A code, when it failed"),
                ),
                ("rows", models.IntegerField(default=0)),
                ("done_row", models.IntegerField(default=0)),
                ("accepted", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                (
                    "known",
                    models.IntegerField(default=0, help_text="Accepted and registered already"),
                ),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.UUIDField()),
                ("sent_by_name", models.TextField()),
                (
                    "commune",
                    models.IntegerField(help_text="Where people without a legible address stay"),
                ),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["sent_at"],
                        name="file_to_import",
                        condition=models.Q(state="waiting"),
                    ),
                    models.Index(fields=["commune", "-sent_at"], name="file_by_commune"),
                    models.Index(fields=["province", "-sent_at"], name="file_by_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["campaign", "digest"], name="file_once_in_a_campaign"
                    ),
                    models.CheckConstraint(
                        name="file_rows_accepted_or_refused",
                        condition=~models.Q(state="imported")
                        | models.Q(rows=models.F("accepted") + models.F("refused")),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignRefusal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, serialize=False, default=lachan.core.ids.uuid7
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        to="sampling.campaignfile",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refusals",
                    ),
                ),
                ("row", models.IntegerField(help_text="In the workbook, from 1")),
                (
                    "problems",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40)
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["file", "row"], name="campaign_refusal_once_a_row"
                    )
                ]
            },
        ),
        *SECURITY,
    ]
