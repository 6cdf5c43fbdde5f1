"""What a case asked for: a row for a person of that case, seen by who works the case."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: A request belongs to the unit of its case, and speaks of its contacts or its own person.
OF_ITS_CASE = (
    "exists (select 1 from tracing_case c where c.id = tracing_measurerequest.case_id"
    " and c.commune = tracing_measurerequest.commune"
    " and c.province = tracing_measurerequest.province"
    " and (c.person_id = tracing_measurerequest.person_id"
    " or exists (select 1 from tracing_contact k where k.case_id = c.id"
    " and k.person_id = tracing_measurerequest.person_id)))"
)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_duty"),
        ("tracing", "0011_zones_inside"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeasureRequest",
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
                        choices=[("order", "Order"), ("advice", "Advice")], max_length=6
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("role", models.CharField(max_length=20)),
                ("found_at", models.DateTimeField()),
                ("reference", models.CharField(max_length=24)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField()),
                ("asked_by_name", models.TextField()),
                ("order", models.UUIDField(help_text="The order's or the advice's id", null=True)),
                ("state", models.CharField(default="asked", max_length=10)),
                ("state_at", models.DateTimeField()),
                (
                    "refused_for",
                    models.CharField(default="", help_text="A code of isolation", max_length=30),
                ),
                ("commune", models.IntegerField(help_text="Of the case")),
                ("province", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="tracing.case",
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
                    models.Index(fields=["case", "person"], name="measure_of_case"),
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["asked_at"],
                        name="measure_asked",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["asked", "advised", "refused", "ended", "declined"]),
                            _negated=True,
                        ),
                        fields=["asked_at"],
                        name="measure_to_tell_back",
                    ),
                    models.Index(fields=["commune", "-asked_at"], name="measure_by_commune"),
                    models.Index(fields=["province", "-asked_at"], name="measure_by_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "person", "measure", "found_at"),
                        name="measure_once_for_a_finding",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "refused"), ("refused_for", ""), _connector="XOR"
                        ),
                        name="measure_refused_for_a_reason",
                    ),
                ],
            },
        ),
        RowSecurity(
            "tracing_measurerequest",
            commune="commune",
            province="province",
            insert="seen",
            only=OF_ITS_CASE,
        ),
    ]
