"""What people of positive pools are asked."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("tracing", "0013_measures_relisted"),
        ("sampling", "0006_answers"),
        ("people", "0006_duty"),
    ]

    operations = [
        migrations.CreateModel(
            name="PoolStay",
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
                (
                    "order",
                    models.UUIDField(help_text="Of isolation, with the holding", null=True),
                ),
                (
                    "rule",
                    models.UUIDField(
                        help_text="The version that answered; none when it is silent", null=True
                    ),
                ),
                ("rule_version", models.IntegerField(null=True)),
                ("outcome", models.CharField(max_length=30)),
                ("values", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stay",
                        to="sampling.poolmember",
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
                    models.Index(fields=["commune", "-at"], name="stay_by_commune"),
                    models.Index(fields=["province", "-at"], name="stay_by_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "order"), ("order__isnull", False)),
                            models.Q(("kind", "advice"), ("order", None)),
                            _connector="OR",
                        ),
                        name="stay_by_order_or_advice",
                    )
                ],
            },
        ),
        RowSecurity(
            "tracing_poolstay",
            commune="commune",
            province="province",
            person="person_id",
            insert="system",
            change=False,
        ),
    ]
