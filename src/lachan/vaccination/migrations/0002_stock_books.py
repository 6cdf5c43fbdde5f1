"""The evening book and the cold chain."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import lachan.core.ids
from lachan.vaccination.migrations._stock_sql import BOOKS


class Migration(migrations.Migration):
    dependencies = [
        ("vaccination", "0002_stock"),
    ]

    operations = [
        migrations.CreateModel(
            name="EveningBook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                (
                    "since",
                    models.DateTimeField(help_text="When the book before was closed", null=True),
                ),
                ("closed_at", models.DateTimeField()),
                ("closed_by", models.UUIDField()),
                ("closed_by_name", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "entries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="books",
                        to="vaccination.store",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["store", "-closed_at"], name="book_by_store")],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "day"), name="book_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="BookLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("brought", models.IntegerField()),
                ("received", models.IntegerField()),
                ("adjusted", models.IntegerField()),
                ("given", models.IntegerField()),
                ("added", models.IntegerField()),
                ("wasted", models.IntegerField()),
                ("sent", models.IntegerField()),
                ("counted", models.IntegerField()),
                ("opened", models.IntegerField()),
                ("open_left", models.IntegerField()),
                ("gap", models.IntegerField(default=0)),
                ("cause", models.CharField(blank=True, default="", max_length=200)),
                ("gap_entry", models.UUIDField(null=True)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lot",
                    ),
                ),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="vaccination.eveningbook",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("book", "lot"), name="bookline_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "brought",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("given"), "+", models.F("added")
                                                    ),
                                                    "+",
                                                    models.F("wasted"),
                                                ),
                                                "+",
                                                models.F("sent"),
                                            ),
                                            "+",
                                            models.F("counted"),
                                        ),
                                        "-",
                                        models.F("received"),
                                    ),
                                    "-",
                                    models.F("adjusted"),
                                ),
                            )
                        ),
                        name="bookline_balances",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gap", 0),
                            models.Q(
                                models.Q(("cause", ""), _negated=True), ("gap_entry__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="bookline_gap_has_a_cause",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Excursion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("coldest", models.FloatField()),
                ("warmest", models.FloatField()),
                ("doses", models.IntegerField(help_text="In the store meanwhile")),
                ("decision", models.JSONField(help_text="What the product's rule says")),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lot",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.store",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["store", "-since"], name="excursion_by_store")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="excursion_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExcursionDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("use", "Use them"),
                            ("discard", "Discard them"),
                            ("ask", "Ask the maker"),
                        ],
                        max_length=7,
                    ),
                ),
                ("why", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.CharField(max_length=120)),
                (
                    "excursion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="vaccination.excursion",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.store",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["excursion", "-at"], name="verdict_by_excursion")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="verdict_says_why"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TemperatureLog",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("device", models.CharField(help_text="Which refrigerator", max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.IntegerField()),
                ("refused", models.JSONField(default=list)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("coldest", models.FloatField()),
                ("warmest", models.FloatField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.CharField(max_length=120)),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="logs",
                        to="vaccination.store",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["store", "-at"], name="log_by_store")],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "device", "sha256"), name="log_is_one")
                ],
            },
        ),
        migrations.AddField(
            model_name="excursion",
            name="log",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="excursions",
                to="vaccination.temperaturelog",
            ),
        ),
        *BOOKS,
    ]
