"""Persons and the facts about them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.clock
import lachan.core.ids


class Migration(migrations.Migration):
    dependencies = [("people", "0001_accounts")]

    operations = [
        migrations.CreateModel(
            name="Belonging",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("work", "Workplace"), ("school", "School")], max_length=6
                    ),
                ),
                ("organisation", models.UUIDField(null=True)),
                (
                    "place",
                    models.UUIDField(help_text="Where exactly in the tree of places", null=True),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, help_text="As told, when not registered", max_length=120
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=80)),
                (
                    "line",
                    models.CharField(blank=True, help_text="Line, room or class", max_length=40),
                ),
                ("shift", models.CharField(blank=True, max_length=20)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "line"], name="belonging_organisation")
                ]
            },
        ),
        migrations.CreateModel(
            name="BlindIndex",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("hmac", models.BinaryField()),
                ("key_version", models.SmallIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["hmac", "kind"], name="blind_hmac")]},
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cccd", "Identity card (12 digits)"),
                            ("cmnd", "Old identity card (9 digits)"),
                            ("passport", "Passport"),
                            ("bhyt", "Health insurance card"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sealed", models.BinaryField()),
                (
                    "problems",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("added_at", models.DateTimeField(default=lachan.core.clock.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("household", models.UUIDField()),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("head", "Head of the household"),
                            ("spouse", "Spouse"),
                            ("child", "Child"),
                            ("parent", "Parent"),
                            ("other", "Other"),
                        ],
                        max_length=6,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["household"], name="household_members")]},
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("birth_year", models.SmallIntegerField(null=True)),
                (
                    "birth_precision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("day", "Day known"),
                            ("month", "Month known"),
                            ("year", "Only the year known"),
                            ("", "Not known"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("male", "Male"),
                            ("female", "Female"),
                            ("other", "Other"),
                            ("", "Not known"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "nationality",
                    models.CharField(default="VN", help_text="ISO 3166-1 alpha-2", max_length=2),
                ),
                ("ethnicity", models.SmallIntegerField(help_text="1..54, 55 foreigner", null=True)),
                ("occupation", models.CharField(blank=True, max_length=80)),
                (
                    "excluded",
                    models.BooleanField(
                        default=False,
                        help_text="Under police or army management: in no flow that shares data",
                    ),
                ),
                (
                    "vouched_by",
                    models.CharField(
                        blank=True,
                        help_text="Who confirms the identity where there are no papers",
                        max_length=80,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("made_at", models.DateTimeField(default=lachan.core.clock.now)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "made_at"], name="person_commune"),
                    models.Index(fields=["province", "made_at"], name="person_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ethnicity", None), ("ethnicity__range", (1, 55)), _connector="OR"
                        ),
                        name="person_ethnicity_is_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("birth_precision", ""), ("birth_year", None)),
                            models.Q(
                                ("birth_year__range", (1800, 2400)),
                                models.Q(("birth_precision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="person_birth_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("sealed", models.BinaryField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Representation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("guardian", "Parent or guardian"),
                            ("consent", "The person agreed"),
                            ("care", "Cares for somebody who cannot speak"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "said_to",
                    models.CharField(
                        help_text="How and to whom the consent was given", max_length=120
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "opened_at",
                    models.DateTimeField(help_text="When the worker opened the rows", null=True),
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
                    "speaker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["speaker"], name="representation_speaker"),
                    models.Index(
                        condition=models.Q(("opened_at", None)),
                        fields=["id"],
                        name="representation_to_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("speaker")), _negated=True),
                        name="nobody_represents_himself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Residence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("stay", "Present stay"), ("permanent", "Permanent residence")],
                        max_length=9,
                    ),
                ),
                ("unit", models.IntegerField()),
                ("sealed", models.BinaryField()),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("person", "kind"),
                        name="one_open_residence_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="residence_ends_after_it_begins",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Pseudonym",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("trace_id", models.UUIDField(unique=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="householdmember",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="blindindex",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="belonging",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="householdmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("person",), name="one_open_household"
            ),
        ),
        migrations.AddConstraint(
            model_name="blindindex",
            constraint=models.UniqueConstraint(
                fields=("person", "kind", "hmac"), name="blind_once"
            ),
        ),
    ]
