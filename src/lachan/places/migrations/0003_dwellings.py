"""Lanes and houses: everybody may read the ground plan, only the area's officers change it."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.clock
import lachan.core.ids
from lachan.core.rowsecurity import Readable

GUARDS = """
create function places_guard_ground() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
    begin
        if current_user <> 'lachan_app' then
            return new;
        end if;
        if not places_is_ours(null, new.commune, new.province)
            or (tg_op = 'UPDATE' and not places_is_ours(null, old.commune, old.province))
        then
            raise insufficient_privilege using message = 'this lane is not the account''s';
        end if;
        return new;
    end $$;
create trigger guard before insert or update on places_lane
    for each row execute function places_guard_ground();
create trigger guard before insert or update on places_dwelling
    for each row execute function places_guard_ground();
"""

UNDO = """
drop trigger guard on places_dwelling;
drop trigger guard on places_lane;
drop function places_guard_ground();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lane",
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
                            ("lane", "Lane"),
                            ("hamlet", "Hamlet"),
                            ("quarter", "Neighbourhood group"),
                            ("street", "Street"),
                            ("row", "Row of rented rooms"),
                        ],
                        default="lane",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("folded", models.CharField(blank=True, default="", max_length=80)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("ord", models.IntegerField(default=0, help_text="Order in the commune's lists")),
                ("made_at", models.DateTimeField(default=lachan.core.clock.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "ord"], name="lane_commune"),
                    models.Index(fields=["province", "folded"], name="lane_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="lane_named"
                    ),
                    models.UniqueConstraint(fields=("commune", "name"), name="lane_one_of_a_name"),
                ],
            },
        ),
        migrations.AddField(
            model_name="place",
            name="lane",
            field=models.ForeignKey(
                blank=True,
                help_text="Where it is",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="places",
                to="places.lane",
            ),
        ),
        migrations.CreateModel(
            name="Dwelling",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "number",
                    models.CharField(help_text="Its number, or what it is called", max_length=40),
                ),
                ("ord", models.IntegerField(default=0)),
                (
                    "x",
                    models.FloatField(
                        blank=True, help_text="Metres east of the commune's point", null=True
                    ),
                ),
                (
                    "y",
                    models.FloatField(
                        blank=True, help_text="Metres north of the commune's point", null=True
                    ),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("made_at", models.DateTimeField(default=lachan.core.clock.now)),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dwellings",
                        to="places.lane",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["lane", "ord"], name="dwelling_lane"),
                    models.Index(fields=["commune", "id"], name="dwelling_commune"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True), name="dwelling_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("x__isnull", True), ("y__isnull", True)),
                            models.Q(("x__isnull", False), ("y__isnull", False)),
                            _connector="OR",
                        ),
                        name="dwelling_has_both_or_no_position",
                    ),
                    models.UniqueConstraint(
                        fields=("lane", "number"), name="dwelling_one_of_a_number"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNDO),
        Readable("places_lane", write=True),
        Readable("places_dwelling", write=True),
    ]
