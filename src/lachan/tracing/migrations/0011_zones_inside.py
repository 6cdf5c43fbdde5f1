"""Life inside a zone: seen by its own commune and province, written of people they see."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: A fact belongs to the commune of its decision, and is written there only.
OURS = (
    "(commune = (select core.scope_commune()) or province = (select core.scope_province())"
    " or (select core.scope_national()))"
)


def of_decision(table: str) -> str:
    """A fact has the commune of its decision."""
    return (
        f"{OURS} and exists (select 1 from tracing_zonedecision o"
        f" where o.id = tracing_{table}.decision_id and o.commune = tracing_{table}.commune"
        f" and o.province = tracing_{table}.province)"
    )


def inside(table: str, *, change: bool = False) -> RowSecurity:
    """About a person inside: the own commune's and its province's, of persons they see."""
    return RowSecurity(
        f"tracing_{table}",
        commune="commune",
        province="province",
        insert="seen",
        change=change,
        only=f"{of_decision(table)} and exists (select 1 from people_person p"
        f" where p.id = tracing_{table}.person_id)",
    )


class Migration(migrations.Migration):
    dependencies = [("tracing", "0010_zones")]

    operations = [
        migrations.CreateModel(
            name="ZoneNeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("medicine", "Medicine"),
                            ("dialysis", "Dialysis"),
                            ("birth", "Birth"),
                            ("food", "Food"),
                        ],
                        max_length=8,
                    ),
                ),
                ("open", models.BooleanField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracing.zonedecision",
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
                    models.Index(
                        fields=["decision", "person", "kind", "-at"], name="zoneneed_newest"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="ZonePass",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("care", "Medical care"),
                            ("work", "Work that cannot wait"),
                            ("supply", "Bringing supplies"),
                            ("funeral", "Funeral"),
                            ("other", "Another reason"),
                        ],
                        max_length=8,
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("to_at", models.DateTimeField()),
                ("signer", models.CharField(max_length=120)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracing.zonedecision",
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
                    models.Index(fields=["person", "from_at"], name="zonepass_of_person"),
                    models.Index(fields=["decision", "-at"], name="zonepass_of_decision"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_at__gt", models.F("from_at"))),
                        name="zonepass_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signer", ""), _negated=True), name="zonepass_signed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ZonePresence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("present", models.BooleanField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracing.zonedecision",
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
                    models.Index(fields=["decision", "person", "-at"], name="zonepresence_newest")
                ]
            },
        ),
        migrations.CreateModel(
            name="ZoneRound",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.SmallIntegerField()),
                ("planned_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("done_at", models.DateTimeField(null=True)),
                ("sampled", models.IntegerField(null=True)),
                ("positive", models.IntegerField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="tracing.zonedecision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "number"), name="zoneround_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("positive", None), ("sampled", None)),
                            models.Q(
                                ("done_at__isnull", False),
                                ("positive__gte", 0),
                                ("positive__lte", models.F("sampled")),
                                ("sampled__gte", 0),
                            ),
                            _connector="OR",
                        ),
                        name="zoneround_done_with_counts",
                    ),
                ]
            },
        ),
        inside("zonepresence"),
        inside("zoneneed"),
        inside("zonepass", change=True),
        RowSecurity(
            "tracing_zoneround",
            commune="commune",
            province="province",
            insert="seen",
            only=of_decision("zoneround"),
        ),
    ]
