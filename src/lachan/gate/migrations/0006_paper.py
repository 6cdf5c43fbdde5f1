"""Sheets of visits on paper; and what a carried file holds of a card nobody is entered under."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: A file is given in by whoever stands at a gate or works at a station: the same people who may
#: append a scan.  The worker settles what they appended, as it does for the hot path.
APPEND = """
create policy append_carried on gate_unmatched for insert to lachan_app with check (
    (select (core.session()).roles) && array['gate_controller', 'place_manager', 'station_officer']
    and settled_at is null);
grant execute on function gate_unmatched_stored(date[], uuid[]) to lachan_app;
"""
UNDO = """
revoke execute on function gate_unmatched_stored(date[], uuid[]) from lachan_app;
drop policy append_carried on gate_unmatched;
"""

#: A series belongs to the place it was handed to, a sheet to its series.
OF_PLACE = (
    "exists (select 1 from venues_venue v join places_place p on p.id = v.place_id"
    " where v.id = gate_visitseries.venue_id and v.organisation = gate_visitseries.organisation"
    " and p.commune = gate_visitseries.commune and p.province = gate_visitseries.province)"
)
OF_SERIES = (
    "exists (select 1 from gate_visitseries s where s.id = gate_visitsheet.series_id"
    " and s.organisation = gate_visitsheet.organisation"
    " and s.commune = gate_visitsheet.commune and s.province = gate_visitsheet.province)"
)


def _seen(table: str, only: str) -> RowSecurity:
    """The place's own unit, and the health units of its area."""
    return RowSecurity(
        table,
        commune="commune",
        province="province",
        organisation="organisation",
        insert="seen",
        change=False,
        only=only,
    )


def _id() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    return models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [
        ("gate", "0005_packs"),
        ("gate", "0007_hot"),
        ("venues", "0004_device_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitSeries",
            fields=[
                ("id", _id()),
                ("series", models.CharField(max_length=4, unique=True)),
                ("sheets", models.PositiveSmallIntegerField()),
                ("handed_at", models.DateTimeField()),
                ("handed_by", models.UUIDField()),
                (
                    "organisation",
                    models.UUIDField(help_text="Of the place, kept beside it for the policies"),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
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
                        fields=["organisation", "-handed_at"], name="visitseries_organisation"
                    ),
                    models.Index(fields=["commune", "-handed_at"], name="visitseries_commune"),
                    models.Index(fields=["province", "-handed_at"], name="visitseries_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="visitseries_sheets", condition=models.Q(("sheets__range", (1, 200)))
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitSheet",
            fields=[
                ("id", _id()),
                ("sheet", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("keyed", "Keyed in"), ("void", "Void")], max_length=5
                    ),
                ),
                ("day", models.DateField(help_text="Of the visits on it", null=True)),
                ("rows", models.PositiveSmallIntegerField(default=0)),
                (
                    "reason",
                    models.CharField(default="", help_text="Why it is void", max_length=120),
                ),
                ("at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("made_by_name", models.TextField()),
                ("organisation", models.UUIDField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returned",
                        to="gate.visitseries",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-at"], name="visitsheet_organisation"),
                    models.Index(fields=["commune", "-at"], name="visitsheet_commune"),
                    models.Index(fields=["province", "-at"], name="visitsheet_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "sheet"), name="visitsheet_once")
                ],
            },
        ),
        _seen("gate_visitseries", OF_PLACE),
        _seen("gate_visitsheet", OF_SERIES),
        migrations.RunSQL(APPEND, UNDO),
    ]
