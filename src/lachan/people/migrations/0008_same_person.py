"""Records of one person: links that may be ended, pairs to look at, answers of the police."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import lachan.core.clock
import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, seen
from lachan.people.migrations._same import BEYOND, FOLLOW, LINKS, NO_LINKS, moving


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_household_dwelling"),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("listed", models.IntegerField(help_text="Number of the list in its commune")),
                (
                    "asked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=6), size=None
                    ),
                ),
                ("asked_at", models.DateTimeField(default=lachan.core.clock.now)),
                ("asked_by", models.UUIDField()),
                ("name", models.BooleanField(null=True)),
                ("birth", models.BooleanField(null=True)),
                ("sex", models.BooleanField(null=True)),
                ("number", models.BooleanField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
                ("differs", models.BooleanField(default=False)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.UUIDField(null=True)),
                ("settled", models.CharField(blank=True, default="", max_length=200)),
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
                    models.Index(fields=["commune", "asked_at"], name="check_commune"),
                    models.Index(fields=["province", "asked_at"], name="check_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("person",),
                        name="check_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at", None), ("answered_by", None), ("differs", False)
                            ),
                            models.Q(
                                ("answered_at__isnull", False), ("answered_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="check_answered_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LikelyPair",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField(null=True)),
                ("score", models.FloatField()),
                ("levels", models.JSONField(default=dict)),
                ("found_at", models.DateTimeField(default=lachan.core.clock.now)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not decided"), ("two", "Two people"), ("later", "Later")],
                        default="",
                        max_length=5,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("ask_again", models.DateField(null=True)),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "two",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-score"], name="pair_commune"),
                    models.Index(fields=["province", "-score"], name="pair_province"),
                    models.Index(fields=["two"], name="pair_two"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("two"))), name="pair_is_ordered"
                    ),
                    models.UniqueConstraint(fields=("one", "two"), name="pair_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SamePerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("kept_commune", models.IntegerField()),
                ("kept_province", models.IntegerField()),
                ("other_commune", models.IntegerField()),
                ("other_province", models.IntegerField()),
                ("score", models.FloatField(null=True)),
                (
                    "warnings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(default=lachan.core.clock.now)),
                ("made_by", models.UUIDField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.UUIDField(null=True)),
                ("why_undone", models.CharField(blank=True, default="", max_length=200)),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "other",
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
                        condition=models.Q(("undone_at", None)), fields=["kept"], name="same_kept"
                    ),
                    models.Index(
                        condition=models.Q(("undone_at", None)), fields=["other"], name="same_other"
                    ),
                    models.Index(fields=["kept_commune", "-made_at"], name="same_kept_commune"),
                    models.Index(fields=["other_commune", "-made_at"], name="same_other_commune"),
                    models.Index(fields=["kept_province", "-made_at"], name="same_kept_province"),
                    models.Index(fields=["other_province", "-made_at"], name="same_other_province"),
                    models.Index(
                        condition=models.Q(
                            ("undone_at", None),
                            models.Q(("kept_commune", models.F("other_commune")), _negated=True),
                        ),
                        fields=["kept_commune"],
                        name="same_kept_beyond_commune",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("undone_at", None),
                            models.Q(("kept_province", models.F("other_province")), _negated=True),
                        ),
                        fields=["kept_province"],
                        name="same_kept_beyond_province",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("undone_at", None),
                            models.Q(("kept_commune", models.F("other_commune")), _negated=True),
                        ),
                        fields=["other_commune"],
                        name="same_other_beyond_commune",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("undone_at", None),
                            models.Q(("kept_province", models.F("other_province")), _negated=True),
                        ),
                        fields=["other_province"],
                        name="same_other_beyond_province",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("other")), _negated=True),
                        name="same_is_two_records",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None), ("why_undone", "")),
                            models.Q(
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                                models.Q(("why_undone", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="same_undone_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), ("approved_by", None)),
                            models.Q(
                                ("approved_at__isnull", False),
                                models.Q(("approved_by", models.F("made_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="same_approved_by_another",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Least("kept", "other"),
                        django.db.models.functions.comparison.Greatest("kept", "other"),
                        condition=models.Q(("undone_at", None)),
                        name="same_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="person",
            name="matched_at",
            field=models.DateTimeField(help_text="When compared with other records", null=True),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("matched_at", None)), fields=["id"], name="person_to_match"
            ),
        ),
        migrations.RunSQL(BEYOND, "drop function core.same_beyond()"),
        migrations.RunSQL(LINKS, NO_LINKS),
        RowSecurity(
            "people_likelypair",
            commune="commune",
            province="province",
            insert="system",
            only=f"{seen('people_likelypair', 'one_id')} and {seen('people_likelypair', 'two_id')}",
        ),
        RowSecurity(
            "people_identitycheck",
            commune="commune",
            province="province",
            insert="(select core.scope_system()) or (select (core.session()).roles"
            " && array['station_officer'])",
            only="exists (select 1 from people_person p where p.id = people_identitycheck.person_id"
            " and p.commune = people_identitycheck.commune"
            " and p.province = people_identitycheck.province)",
        ),
        migrations.RunSQL(moving(FOLLOW), moving()),
    ]
