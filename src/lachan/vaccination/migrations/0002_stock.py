"""Stores and their double-entry ledger."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.vaccination.migrations._stock_sql import FUNCTIONS, SECURITY, UNDO


class Migration(migrations.Migration):
    dependencies = [
        ("vaccination", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("document", models.CharField(help_text="Number of the decision", max_length=80)),
                ("product", models.CharField(max_length=40)),
                ("decided_on", models.DateField()),
                ("signer", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AllocationShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("doses", models.IntegerField()),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="vaccination.allocation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("doses__gt", 0)), name="share_holds_doses"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("national", "National store"),
                            ("regional", "Regional store"),
                            ("province", "Store of the provincial CDC"),
                            ("station", "Store of a health station"),
                            ("site", "Store of a vaccination site"),
                        ],
                        max_length=8,
                    ),
                ),
                ("gives", models.BooleanField(default=False)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField(null=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "name"], name="store_by_commune"),
                    models.Index(fields=["province", "name"], name="store_by_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name"), name="store_is_one"),
                    models.UniqueConstraint(
                        condition=models.Q(("gives", True)),
                        fields=("organisation",),
                        name="store_gives_alone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMove",
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
                            ("receipt", "Receipt"),
                            ("issue", "Issue"),
                            ("transfer", "Transfer"),
                            ("return", "Return"),
                            ("destruction", "Destruction"),
                            ("use", "Injections"),
                            ("waste", "Waste"),
                            ("thaw", "Thawing"),
                            ("discrepancy", "Difference"),
                            ("correction", "Correction"),
                        ],
                        max_length=11,
                    ),
                ),
                ("number", models.IntegerField(help_text="Counted by store and year")),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.CharField(max_length=120)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("content_sha256", models.BinaryField(help_text="Of what was sent")),
                (
                    "answers",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_by",
                        to="vaccination.stockmove",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="vaccination.stockmove",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="vaccination.allocationshare",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.store",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="vaccination.store",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["store", "-at"], name="move_by_store"),
                    models.Index(fields=["other", "-at"], name="move_by_other"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "correction"),
                                ("reverses__isnull", False),
                                models.Q(("note", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "correction"), _negated=True), ("reverses", None)
                            ),
                            _connector="OR",
                        ),
                        name="move_correction_reverses",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("in_hand", "In hand"),
                            ("in_transit", "On the way"),
                            ("supplier", "Supplier"),
                            ("given", "Given"),
                            ("waste", "Waste"),
                            ("destroyed", "Destroyed"),
                            ("discrepancy", "Difference"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("broken", "Broken"),
                            ("expired", "Expired"),
                            ("frozen", "Frozen"),
                            ("too_warm", "Too warm"),
                            ("open_left", "Left over in an opened vial"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("doses", models.IntegerField()),
                (
                    "vials",
                    models.IntegerField(help_text="Where the doses are whole vials", null=True),
                ),
                ("thawed_on", models.DateField(null=True)),
                (
                    "why",
                    models.CharField(
                        blank=True, default="", help_text="Of a difference", max_length=200
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lot",
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="vaccination.stockmove",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.store",
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
                "indexes": [
                    models.Index(fields=["store", "account", "lot"], name="line_by_store"),
                    models.Index(fields=["other", "account"], name="line_by_other"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("doses", 0), _negated=True), name="line_moves_doses"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account", "waste"), models.Q(("cause", ""), _negated=True)),
                            models.Q(models.Q(("account", "waste"), _negated=True), ("cause", "")),
                            _connector="OR",
                        ),
                        name="line_waste_has_a_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account", "discrepancy"), _negated=True),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="line_difference_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenedVial",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("vials", models.SmallIntegerField()),
                ("doses", models.IntegerField()),
                ("opened_at", models.DateTimeField()),
                ("use_until", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.CharField(max_length=120)),
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
                "indexes": [models.Index(fields=["store", "-at"], name="opened_by_store")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("doses__gte", 1), ("vials__gte", 1)),
                        name="vial_is_opened",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="allocationshare",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vaccination.store",
            ),
        ),
        migrations.AddField(
            model_name="allocation",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vaccination.store",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationshare",
            constraint=models.UniqueConstraint(fields=("allocation", "store"), name="share_is_one"),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(fields=["store", "-decided_on"], name="allocation_by_store"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(
                fields=("store", "document", "product"), name="allocation_is_one"
            ),
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
        *SECURITY,
    ]
