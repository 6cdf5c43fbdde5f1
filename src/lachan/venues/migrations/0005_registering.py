"""Registering a place, its states, posts at its gates, what was asked of it, and its numbers."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity
from lachan.venues.migrations._registering import (
    FILL,
    NO_FILL,
    NUMBERS,
    NUMBERS_BEFORE,
    OF_ITS_VENUE,
    WRITERS,
    WRITERS_BEFORE,
)

_OWN = "organisation = (select core.scope_organisation())"


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0003_dwellings"),
        ("venues", "0004_device_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Keeper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("name", models.CharField(blank=True, max_length=80)),
                ("phone", models.CharField(max_length=20)),
                ("named_at", models.DateTimeField()),
                (
                    "venue",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="venues.venue",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("account", models.UUIDField()),
                ("name", models.CharField(blank=True, max_length=80)),
                ("phone_tail", models.CharField(max_length=4)),
                ("since", models.DateTimeField()),
                ("given_by", models.UUIDField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="venues.venue",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "since"], name="post_organisation")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("venue", "account"),
                        name="post_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("opened", "Opened"),
                            ("suspended", "Suspended"),
                            ("lifted", "Lifted"),
                            ("reminded", "Reminded"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("account", models.UUIDField()),
                ("office", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("until", models.DateField(null=True)),
                ("rule", models.TextField(blank=True)),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="venues.venue",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["venue", "at"], name="turn_venue"),
                    models.Index(fields=["commune", "at"], name="turn_commune"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "what__in",
                                [
                                    "registered",
                                    "opened",
                                    "suspended",
                                    "lifted",
                                    "reminded",
                                    "closed",
                                ],
                            )
                        ),
                        name="turn_what",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitorRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.UUIDField()),
                ("organisation", models.UUIDField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("from_at", models.DateTimeField()),
                ("till_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("case_number", models.TextField()),
                ("unit", models.TextField(help_text="Who asked, as everybody may know it")),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("people_count", models.IntegerField()),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="venues.venue",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "asked_at"], name="visitorrequest_organisation"
                    ),
                    models.Index(fields=["commune", "asked_at"], name="visitorrequest_commune"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("till_at__gt", models.F("from_at"))),
                        name="visitorrequest_window",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="venue",
            name="capacity",
            field=models.IntegerField(help_text="People at once", null=True),
        ),
        migrations.AddField(
            model_name="venue",
            name="closes_at",
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name="venue",
            name="commune",
            field=models.IntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="venue",
            name="expected",
            field=models.IntegerField(help_text="People a day, as the place says", null=True),
        ),
        migrations.AddField(
            model_name="venue",
            name="plate",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="venue",
            name="trade",
            field=models.CharField(
                blank=True,
                choices=[
                    ("market", "Market"),
                    ("shop", "Shop, supermarket"),
                    ("restaurant", "Restaurant, coffee shop"),
                    ("hotel", "Hotel, guest house"),
                    ("lodging", "Rented rooms, dormitory"),
                    ("factory", "Factory, workshop"),
                    ("office", "Office"),
                    ("school", "School"),
                    ("hospital", "Hospital, clinic, pharmacy"),
                    ("worship", "Pagoda, church, temple"),
                    ("hall", "Wedding hall, cinema, sports hall"),
                    ("vehicle", "Bus, taxi, boat"),
                    ("other", "Other place"),
                ],
                db_default="",
                default="",
                help_text="What its own people call it",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="venue",
            name="province",
            field=models.IntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="venue",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting for the commune"),
                    ("open", "Open"),
                    ("suspended", "Suspended"),
                ],
                db_default="open",
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="venue",
            name="state_by",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="venue",
            name="state_reason",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="venue",
            name="state_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="venue",
            name="state_until",
            field=models.DateField(help_text="The last day of a suspension, if named", null=True),
        ),
        migrations.AddIndex(
            model_name="venue",
            index=models.Index(fields=["commune", "made_at"], name="venue_commune"),
        ),
        migrations.AddIndex(
            model_name="venue",
            index=models.Index(fields=["province", "made_at"], name="venue_province"),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "open", "suspended"])),
                name="venue_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="venue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capacity", None), ("capacity__gt", 0), _connector="OR"),
                    models.Q(("expected", None), ("expected__gt", 0), _connector="OR"),
                ),
                name="venue_numbers",
            ),
        ),
        migrations.RunSQL(FILL, NO_FILL),
        migrations.RunSQL(WRITERS, WRITERS_BEFORE),
        RowSecurity(
            "venues_keeper",
            commune="commune",
            province="province",
            organisation="organisation",
            insert="seen",
            only=OF_ITS_VENUE.format(table="venues_keeper"),
        ),
        RowSecurity(
            "venues_turn",
            commune="commune",
            province="province",
            organisation="organisation",
            insert="seen",
            change=False,
            only=OF_ITS_VENUE.format(table="venues_turn"),
        ),
        RowSecurity(
            "venues_post",
            organisation="organisation",
            insert="seen",
            national=False,
            only="exists (select 1 from venues_venue v where v.id = venues_post.venue_id"
            f" and v.organisation = venues_post.organisation) and {_OWN}",
        ),
        # The place reads what was asked by a function that leaves out the case and who asked.
        RowSecurity(
            "venues_visitorrequest",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
            only=OF_ITS_VENUE.format(table="venues_visitorrequest"),
        ),
        migrations.RunSQL(NUMBERS, NUMBERS_BEFORE),
    ]
